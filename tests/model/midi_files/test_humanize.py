"""The score under notes, and notes performed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.score.grid import FOUR_FOUR, Meter
from engine.score.notes import Bar, Hit, Voice
from model.midi_files.drum_file import MidiNote
from model.midi_files.humanize import bars_of_file, humanized, sheet_of
from model.midi_files.roland_kit import VOICES


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


# ---- bars of a file
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
