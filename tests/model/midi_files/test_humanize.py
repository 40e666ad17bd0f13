"""The score under notes, and notes performed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.score.grid import FOUR_FOUR, Meter
from engine.score.notes import Bar, Hit, Voice
from model.midi_files.drum_file import MidiNote
from model.midi_files.humanize import humanized
from model.midi_files.roland_kit import VOICES
from model.midi_files.to_bars import sheet_of


def late(bars: Sequence[Bar]) -> list[Bar]:
    """Somebody who plays all 10 ticks late and at 80."""
    return [bar.with_hits(replace(hit, offset=10, velocity=80) for hit in bar.hits) for bar in bars]


def notes(*found: tuple[int, int, int]) -> list[MidiNote]:
    return [MidiNote(tick, note, velocity, 30) for tick, note, velocity in found]


GROOVE = notes(
    (7, 36, 100), (4, 42, 60), (485, 38, 110), (483, 42, 50), (968, 36, 90), (966, 42, 60),
    (1445, 38, 110), (1446, 42, 50), (1926, 36, 100), (1925, 42, 60),
)  # fmt: skip
GRID = [0, 0, 480, 480, 960, 960, 1440, 1440, 1920, 1920]


def test_a_late_performance_is_put_on_its_grid() -> None:
    sheet = sheet_of(GROOVE, VOICES, FOUR_FOUR)
    assert list(sheet.places) == GRID
    assert [len(bar.hits) for bar in sheet.bars] == [8, 2]
    assert {hit.offset for bar in sheet.bars for hit in bar.hits} == {0}


def test_amount_0_is_the_grid_with_the_velocities_that_were_there() -> None:
    assert humanized(GROOVE, VOICES, FOUR_FOUR, late, 0.0) == [
        (tick, note.velocity) for tick, note in zip(GRID, GROOVE, strict=True)
    ]


def test_amount_scales_the_way_from_the_grid() -> None:
    for amount, tick, kick, hat in ((0.5, 5, 90, 70), (1.0, 10, 80, 80), (2.0, 20, 60, 100)):
        found = humanized(GROOVE, VOICES, FOUR_FOUR, late, amount)
        assert found[:2] == [(tick, kick), (tick, hat)]


def test_velocities_stay_velocities() -> None:
    loud = notes((0, 36, 127), (480, 36, 1))
    assert [v for _, v in humanized(loud, VOICES, FOUR_FOUR, late, 2.0)] == [33, 127]


def test_a_grace_note_keeps_its_distance_and_its_share_of_force() -> None:
    flam = notes((0, 36, 100), (464, 38, 30), (480, 38, 120), (960, 36, 100), (1440, 38, 120))
    found = humanized(flam, VOICES, FOUR_FOUR, late)
    assert found[1:3] == [(474, 20), (490, 80)]


def test_triplets_stay_triplets_and_bars_follow_the_meter() -> None:
    shuffle = notes(*[(n * 480 + swing, 51, 90) for n in range(6) for swing in (0, 320)])
    sheet = sheet_of(shuffle, VOICES, Meter(3, 4))
    assert list(sheet.places) == [note.tick for note in shuffle]
    assert [len(bar.hits) for bar in sheet.bars] == [6, 6]


def test_notes_that_no_kit_knows_are_percussion() -> None:
    sheet = sheet_of(notes((0, 99, 90)), VOICES, FOUR_FOUR)
    assert sheet.bars[0].hits == (Hit(0, Voice.PERCUSSION, 90),)


def test_without_notes_there_is_nothing_to_play() -> None:
    assert humanized([], VOICES, FOUR_FOUR, late) == []
