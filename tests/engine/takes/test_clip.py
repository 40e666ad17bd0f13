"""A clip holds whole bars as a loop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score.grid import METERS, Meter
from engine.takes.clip import EDGES, Clip, clip_of
from engine.takes.take import Begun, Played, Taken

FOUR_FOUR = METERS["4/4"]


def taken(
    *notes: tuple[float, int], style: str = "funk", bpm: float = 120.0, meter: Meter = FOUR_FOUR
) -> Taken:
    """A bar with notes of (tick, score)."""
    begun = Begun(0, 0, 0.0, bpm, style, meter=meter)
    return Taken(begun, {}, [Played(0, tick, score, 36, 100, 0.0, bpm) for tick, score in notes])


def ticks(clip: Clip) -> list[float]:
    return [note.tick for note in clip.notes]


def test_bars_stand_one_after_the_other() -> None:
    clip = clip_of([taken((0.0, 0), (485.5, 480)), taken((-3.0, 0), (1930.0, 1900))])
    assert ticks(clip) == [0.0, 485.5, 1917.0, 3839.0]
    assert (clip.bars, clip.ticks, clip.beats, clip.bpm) == (2, 3840, 8.0, 120.0)
    assert clip.name == "funk 2 bars 120 BPM"
    assert clip.notes[1].beat == 485.5 / 480


def test_an_early_downbeat_goes_to_the_start_or_where_the_loop_has_it_in_time() -> None:
    bars = [taken((-10.0, 0), (480.0, 480))]
    assert ticks(clip_of(bars)) == [0.0, 480.0]
    assert ticks(clip_of(bars, edge="wrap")) == [480.0, 1910.0]
    late = [taken((0.0, 0), (1925.0, 1900))]
    assert ticks(clip_of(late)) == [0.0, 1919.0]
    assert ticks(clip_of(late, edge="wrap")) == [0.0, 5.0]
    assert ticks(clip_of([taken((-1e-17, 0))], edge="wrap")) == [0.0]


def test_the_straight_score_leaves_feel_out() -> None:
    clip = clip_of([taken((-10.0, 0), (500.0, 480))], straight=True)
    assert ticks(clip) == [0, 480]
    assert (clip.straight, clip.name) == (True, "funk 1 bar 120 BPM straight")


def test_of_two_strokes_of_a_key_at_one_moment_the_louder_stays() -> None:
    bar = taken((-2.0, 0))
    bar.notes += [Played(0, -1.0, 0, 36, 120, 0.0, 120.0), Played(0, -1.0, 0, 36, 20, 0.0, 120.0)]
    assert [(n.tick, n.velocity) for n in clip_of([bar]).notes] == [(0.0, 120)]


def test_a_note_ends_before_its_key_is_struck_again_and_with_the_clip() -> None:
    clip = clip_of([taken((0.0, 0), (20.0, 20), (1900.0, 1900))])
    assert [note.length for note in clip.notes] == [20.0, 60.0, 20.0]


def test_tempo_changes_stand_where_they_were_heard() -> None:
    first = taken((0.0, 0), (960.0, 960), bpm=120.0)
    first.notes.append(Played(0, 1440.0, 1440, 36, 100, 0.0, 126.04))
    clip = clip_of([first, taken(bpm=126.1), taken(bpm=90.0)])
    assert clip.tempos == ((0, 120.0), (1440, 126.07), (3840, 90.0))


def test_a_clock_that_wavers_has_the_tempo_in_its_middle() -> None:
    bar = taken(bpm=125.9)
    bar.notes += [Played(0, t, t, 36, 100, 0.0, bpm) for t, bpm in ((0, 126.0), (480, 126.1))]
    clip = clip_of([bar, bar])
    assert (clip.tempos, clip.name) == (((0, 126.0),), "funk 2 bars 126 BPM")


def test_it_is_named_after_the_style_of_most_bars() -> None:
    bars = [taken(style=name) for name in ("jazz", "funk", "funk")]
    assert clip_of(bars).style == "funk"
    assert clip_of(bars[:1]).name == "jazz 1 bar 120 BPM"
    assert clip_of(bars, titles={"funk": "Funk"}).name == "Funk 3 bars 120 BPM"


def test_no_bars_are_no_clip() -> None:
    with pytest.raises(ValueError, match="needs a bar"):
        clip_of([])


@given(
    st.lists(
        st.lists(st.tuples(st.floats(-480, 2400), st.integers(0, 1919)), max_size=12),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(EDGES),
    st.booleans(),
    st.sampled_from([METERS["4/4"], METERS["7/8"]]),
)
@pytest.mark.long
def test_notes_lie_inside_and_never_overlap_their_own_key(
    bars: list[list[tuple[float, int]]], edge: str, straight: bool, meter: Meter
) -> None:
    clip = clip_of([taken(*notes, meter=meter) for notes in bars], straight=straight, edge=edge)
    assert all(0 <= note.tick < clip.ticks and note.length > 0 for note in clip.notes)
    ends = [note.tick + note.length for note in clip.notes]
    following = [*ticks(clip), clip.ticks][1:]
    assert all(end <= start + 1e-6 for end, start in zip(ends, following, strict=bool(ends)))
    assert ticks(clip) == sorted(ticks(clip))


def test_a_clip_over_a_change_of_meter_has_each_bar_in_its_place() -> None:
    three, seven = METERS["3/4"], METERS["7/8"]
    meters = (FOUR_FOUR, FOUR_FOUR, three, seven, seven)
    clip = clip_of([taken((0.0, 0), meter=meter) for meter in meters])
    assert ticks(clip) == [0.0, 1920.0, 3840.0, 5280.0, 6960.0]
    assert clip.meters == ((0, FOUR_FOUR), (3840, three), (5280, seven))
    assert (clip.bars, clip.ticks) == (5, 8640)
