"""Bars of a .mid file: what was played is in them, offsets and all."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.score.grid import FOUR_FOUR
from engine.score.notes import Bar, Hit, Voice
from model.midi_files.drum_file import MidiNote
from model.midi_files.to_bars import bars_of_file

KIT = {36: Voice.KICK, 38: Voice.SNARE, 42: Voice.CLOSED_HAT}


def heard(bars: Sequence[Bar]) -> list[tuple[int, int]]:
    """(tick, velocity) of every stroke as it is played, in order."""
    places = enumerate(bars)
    return sorted((n * 1920 + h.tick + h.offset, h.velocity) for n, bar in places for h in bar.hits)


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            MidiNote,
            st.builds(
                lambda step, late: step * 120 + late, st.integers(1, 62), st.integers(-25, 25)
            ),
            st.sampled_from([36, 38, 42]),
            st.integers(1, 127),
            st.just(30),
        ),
        min_size=1,
        max_size=40,
        unique_by=lambda note: (round(note.tick / 120), note.note),
    )
)
def test_strokes_on_places_of_their_own_are_played_where_they_were(notes: list[MidiNote]) -> None:
    """Place and offset together are the tick of the file, bars without strokes left out."""
    bars = bars_of_file(sorted(notes), KIT, FOUR_FOUR, 7680)
    found = heard(bars)
    skipped = found[0][0] // 1920 - min(note.tick for note in notes) // 1920
    moved = sorted((note.tick + skipped * 1920, note.velocity) for note in notes)
    assert sorted(found) == moved


def test_a_flam_and_a_roll_keep_their_strokes() -> None:
    flam = [MidiNote(460, 38, 40, 10), MidiNote(480, 38, 110, 10)]
    roll = [MidiNote(960 + n * 20, 42, 90 - n, 10) for n in range(4)]
    (bar,) = bars_of_file([*flam, *roll], KIT, FOUR_FOUR, 1920)
    assert heard([bar]) == [(460, 40), (480, 110), *((960 + n * 20, 90 - n) for n in range(4))]


def test_an_early_downbeat_at_the_end_of_a_loop_belongs_to_its_start() -> None:
    notes = [MidiNote(0, 42, 80, 9), MidiNote(480, 38, 100, 9), MidiNote(1912, 36, 99, 9)]
    (bar,) = bars_of_file(notes, KIT, FOUR_FOUR, 1920)
    assert bar.hits[0] == Hit(0, Voice.KICK, 99, -8)


def test_empty_bars_around_and_a_last_stroke_to_end_with_are_left_out() -> None:
    notes = [MidiNote(1920 + tick, 42, 80, 9) for tick in range(0, 1920, 240)]
    assert len(bars_of_file(notes, KIT, FOUR_FOUR, 5760)) == 1
    ended = [*notes, MidiNote(3840, 36, 120, 200)]
    assert len(bars_of_file(ended, KIT, FOUR_FOUR, 4300)) == 1
    assert len(bars_of_file(ended, KIT, FOUR_FOUR, 5760)) == 2


def test_bars_on_the_grid_are_not_felt_and_foreign_notes_are_left_out() -> None:
    notes = [MidiNote(0, 42, 80, 9), MidiNote(480, 3, 80, 9)]
    (bar,) = bars_of_file(notes, KIT, FOUR_FOUR, 1920)
    assert (bar.felt, bar.source, len(bar.hits)) == (False, "played", 1)
    (bar,) = bars_of_file([MidiNote(0, 42, 80, 9), MidiNote(485, 38, 80, 9)], KIT, FOUR_FOUR, 1920)
    assert bar.felt
    assert bars_of_file([], KIT, FOUR_FOUR, 1920) == ()


def test_many_toms_make_a_fill() -> None:
    beat = [MidiNote(tick, 42, 80, 9) for tick in range(0, 3840, 240)]
    toms = [MidiNote(3840 + tick, 43, 80, 9) for tick in range(0, 1920, 240)]
    bars = bars_of_file([*beat, *toms], KIT | {43: Voice.LOW_TOM}, FOUR_FOUR, 5760)
    assert [bar.fill for bar in bars] == [False, False, True]
