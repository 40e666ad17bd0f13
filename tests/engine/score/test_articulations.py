"""Articulations are chosen by velocity, and only where the kit has them."""

import pytest

from engine.score.articulations import ARTICULATIONS, Sounds, voices_by_note
from engine.score.notes import Voice

SOUNDS = Sounds({"rimshot": 40, "hat_edge": 22, "half_open": 26})


@pytest.mark.parametrize(
    ("voice", "velocity", "note"),
    [
        (Voice.SNARE, 95, 38),
        (Voice.SNARE, 96, 40),
        (Voice.SNARE, 127, 40),
        (Voice.CLOSED_HAT, 55, 42),
        (Voice.CLOSED_HAT, 56, 22),
        (Voice.OPEN_HAT, 1, 26),
        (Voice.OPEN_HAT, 63, 26),
        (Voice.OPEN_HAT, 64, 46),
        (Voice.KICK, 127, 36),
    ],
)
def test_the_velocity_chooses_the_articulation(voice: Voice, velocity: int, note: int) -> None:
    usual = {Voice.SNARE: 38, Voice.CLOSED_HAT: 42, Voice.OPEN_HAT: 46, Voice.KICK: 36}
    assert SOUNDS.note(voice, velocity, usual[voice]) == note


def test_a_kit_without_articulations_plays_the_voices_notes() -> None:
    plain = Sounds({})
    assert [plain.note(Voice.SNARE, velocity, 38) for velocity in (1, 96, 127)] == [38] * 3


def test_every_voice_has_one_articulation_at_most() -> None:
    voices = [one.voice for one in ARTICULATIONS.values()]
    assert len(set(voices)) == len(voices)


def test_a_note_is_its_articulations_voice_or_the_first_that_has_it() -> None:
    notes = {Voice.SNARE: 38, Voice.CLAP: 40, Voice.RIDE: 51, Voice.RIDE_BELL: 51}
    found = voices_by_note(notes, {"rimshot": 40})
    assert found == {38: Voice.SNARE, 40: Voice.SNARE, 51: Voice.RIDE}
