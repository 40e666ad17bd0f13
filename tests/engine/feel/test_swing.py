"""Where notes fall in swing, of bars written straight and of bars written in their swing."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel.strokes import PerformedKnobs, strokes
from engine.feel.swing import reswung, swung, written_beats
from engine.score.grid import Meter
from engine.score.notes import Bar, Hit
from tests.engine.stage import HAT, KICK, SHUFFLE, SNARE

JAZZ = (66.7, 8)  # as a bar in triplets is written
percents, grids = st.floats(50, 75), st.sampled_from([8, 16])
swings = st.tuples(percents, grids)
RIDE = Bar.of(Hit(tick, HAT, 80) for tick in (0, 480, 800, 960, 1440, 1760))
STRAIGHT = Bar.of(Hit(tick, HAT, 80) for tick in range(0, 1920, 240))


def heard(bar: Bar, swing: float, grid: int = 8, **more: object) -> list[int]:
    """Where the strokes of a bar fall whose style is written in triplets."""
    knobs = replace(PerformedKnobs(swing, grid, JAZZ), **more)
    return [round(stroke.tick) for stroke in strokes(bar, knobs)]


@given(swings, swings, st.lists(st.floats(0, 1920), min_size=2))
def test_between_two_swings_the_order_stays(
    written: tuple[float, int], swing: tuple[float, int], ticks: list[float]
) -> None:
    fallen = [reswung(tick, written, swing) for tick in sorted(ticks)]
    assert all(a <= b + 1e-9 for a, b in itertools.pairwise(fallen))


@given(swings, swings, st.integers(0, 8))
def test_between_two_swings_no_beat_moves(
    written: tuple[float, int], swing: tuple[float, int], beat: int
) -> None:
    assert reswung(beat * 480, written, swing) == pytest.approx(beat * 480)


@given(swings, st.integers(0, 1920))
def test_at_the_swing_it_is_written_in_nothing_moves(swing: tuple[float, int], tick: int) -> None:
    assert reswung(tick, swing, swing) == tick
    assert swung(tick, *swing, swing, whole=True) == tick


@given(percents, percents, grids, st.floats(0, 1920))
def test_what_another_swing_moved_is_moved_back(
    one: float, two: float, grid: int, tick: float
) -> None:
    there = reswung(tick, (one, grid), (two, grid))
    assert reswung(there, (two, grid), (one, grid)) == pytest.approx(tick)


@given(percents, percents, st.integers(0, 24))
def test_more_swing_is_never_earlier(one: float, two: float, triplet: int) -> None:
    low, high = sorted((one, two))
    assert reswung(triplet * 80, JAZZ, (low, 8)) <= reswung(triplet * 80, JAZZ, (high, 8)) + 1e-9


@pytest.mark.parametrize(
    ("swing", "last"),
    [(50, [720, 1680]), (60, [768, 1728]), (66.7, [800, 1760]), (75, [840, 1800])],
)
def test_a_ride_in_triplets_goes_from_them_to_where_the_knob_stands(
    swing: float, last: list[int]
) -> None:
    first, second = last
    assert heard(RIDE, swing) == [0, 480, first, 960, 1440, second]


def test_a_straight_bar_of_such_a_style_is_swung_to_the_knob() -> None:
    assert heard(STRAIGHT, 50) == list(range(0, 1920, 240))
    assert heard(STRAIGHT, 66.7)[:4] == [0, 320, 480, 800]


def test_straight_beats_and_beats_of_triplets_meet_wherever_the_knob_stands() -> None:
    mixed = Bar.of(Hit(tick, HAT, 80) for tick in (0, 240, 480, 800))
    assert heard(mixed, 66.7) == [0, 320, 480, 800]
    assert heard(mixed, 60) == [0, 288, 480, 768]
    assert heard(mixed, 50) == [0, 240, 480, 720]


def test_sixteenths_that_swing_have_their_written_triplets_with_them() -> None:
    written = (66.7, 16)  # Porcaro's hats stand straight, his ghosts in the middle of triplets
    bar = Bar.of([*(Hit(t, HAT, 80) for t in (0, 120, 240, 360)), Hit(80, SNARE, 30)])
    assert not written_beats(SHUFFLE[0], written)
    for swing, ticks in ((66.7, [0, 80, 160, 240, 400]), (50, [0, 60, 120, 240, 360])):
        knobs = PerformedKnobs(swing, 16, written)
        assert [round(stroke.tick) for stroke in strokes(bar, knobs)] == ticks


def test_on_the_other_grid_written_eighths_are_straight() -> None:
    assert heard(RIDE, 66.7, grid=16) == [0, 480, 720, 960, 1440, 1680]


@pytest.mark.parametrize("meter", [Meter(6, 8), Meter(12, 8)], ids=str)
def test_where_three_eighths_make_a_beat_only_sixteenths_swing(meter: Meter) -> None:
    bar = Bar.of((Hit(tick, HAT, 80) for tick in range(0, 720, 120)), meter)
    assert heard(bar, 66.7) == list(range(0, 720, 120))
    assert heard(bar, 66.7, grid=16) == [0, 160, 240, 400, 480, 640]
    assert meter.paired_ticks == 0


def test_the_last_eighth_of_seven_has_no_partner() -> None:
    bar = Bar.of((Hit(tick, KICK, 80) for tick in (0, 240, 1200, 1440, 1560)), Meter(7, 8))
    assert heard(bar, 66.7) == [0, 320, 1280, 1440, 1560]
    assert [Meter(n, 4).paired_ticks for n in (3, 4, 5)] == [1440, 1920, 2400]


def test_a_voice_may_swing_humanize_and_vary_apart_from_the_others() -> None:
    bar = Bar.of([Hit(240, KICK, 80, 10), Hit(240, HAT, 60, 10), Hit(480, HAT, 100)])
    knobs = PerformedKnobs(60, 8, swings={HAT: 75.0}, humanizes={HAT: 0.0}, dynamics_of={HAT: 0.5})
    assert [(round(s.tick), s.voice, s.velocity) for s in strokes(bar, knobs)] == [
        (298, KICK, 80),
        (360, HAT, 70),
        (480, HAT, 90),
    ]
