"""What is measured in bars, and what a rank asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score.notes import Bar, Hit, Voice
from model.composer.measures import (
    Scales,
    ghost_share,
    loudness,
    notes_of,
    off_beat,
    open_share,
    ride_share,
)


def test_off_beats_count_more_than_beats_and_hats_do_not_count() -> None:
    straight = Bar.of([Hit(0, Voice.KICK, 100), Hit(480, Voice.SNARE, 100)])
    pushed = Bar.of([Hit(360, Voice.KICK, 100), Hit(840, Voice.SNARE, 100)])
    hats = Bar.of([*straight.hits, Hit(120, Voice.CLOSED_HAT, 100)])
    assert off_beat(straight) < off_beat(pushed)
    assert off_beat(hats) == off_beat(straight)
    assert off_beat(Bar()) == 0.0
    assert notes_of(hats) == 3.0


def test_strength_and_ghosts_are_shares_of_what_is_struck() -> None:
    bar = Bar.of([Hit(0, Voice.KICK, 100), Hit(480, Voice.SNARE, 110), Hit(600, Voice.SNARE, 30)])
    assert loudness(bar) == 80.0
    assert ghost_share(bar) == 0.5
    assert loudness(Bar()) == ghost_share(Bar()) == 0.0


def test_cymbals_are_shares_and_unknown_without_any() -> None:
    hats = [Hit(0, Voice.OPEN_HAT, 90), *(Hit(t, Voice.CLOSED_HAT, 90) for t in (240, 480, 720))]
    bar = Bar.of([*hats, *(Hit(t, Voice.RIDE, 90) for t in (960, 1200, 1440, 1680))])
    assert open_share(bar) == 0.25
    assert ride_share(bar) == 0.5
    kick = Bar.of([Hit(0, Voice.KICK, 100)])
    assert open_share(kick) is ride_share(kick) is None


def bars_of(counts: list[int], fill: bool = False) -> list[Bar]:
    return [
        Bar.of((Hit(n * 60, Voice.SNARE, 90) for n in range(count)), fill=fill) for count in counts
    ]


def scales_of(**styles: list[int]) -> Scales:
    return Scales.of((name, bar) for name, counts in styles.items() for bar in bars_of(counts))


def test_a_rank_asks_for_the_quantile_of_its_style() -> None:
    scales = scales_of(rock=list(range(0, 33)))
    for rank in (0.0, 0.25, 0.5, 1.0):
        assert scales.figure("density", {"rock": 1.0}, False, rank) == pytest.approx(32 * rank)
    assert scales.span("density", {"rock": 1.0}, False) == pytest.approx(32 * 0.9)


def test_a_mixture_asks_for_what_lies_between_its_styles() -> None:
    scales = scales_of(rock=[10, 10], jazz=[20, 20])
    assert scales.figure("density", {"rock": 0.25, "jazz": 0.75}, False, 0.5) == pytest.approx(17.5)
    assert scales.figure("density", {"rock": 0.5, "polka": 0.5}, False, 0.5) == pytest.approx(10.0)
    assert scales.span("density", {"rock": 1.0}, False) > 0


def test_an_unknown_style_is_asked_for_as_all_styles_together() -> None:
    scales = scales_of(rock=[10, 10], jazz=[20, 20])
    assert scales.figure("density", {"polka": 1.0}, False, 0.0) == 10.0
    assert scales.figure("density", {}, False, 1.0) == 20.0


def test_fills_that_are_unknown_are_asked_for_as_beats() -> None:
    scales = scales_of(rock=[8, 8])
    assert scales.figure("density", {"rock": 1.0}, True, 0.5) == pytest.approx(8.0)


@given(st.lists(st.integers(0, 32), min_size=1, max_size=60), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_rank_never_asks_for_less(counts: list[int], one: float, other: float) -> None:
    scales = scales_of(rock=counts)
    low, high = sorted((one, other))
    rock = {"rock": 1.0}
    assert (
        scales.figure("density", rock, False, low)
        <= scales.figure("density", rock, False, high) + 1e-9
    )
    assert scales.figure("density", rock, False, 0.0) == pytest.approx(min(counts))
    assert scales.figure("density", rock, False, 1.0) == pytest.approx(max(counts))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), st.integers(1, 40))
def test_the_rank_of_a_figure_asks_for_it_or_for_what_is_nearest_to_it(
    counts: list[int], figure: int
) -> None:
    scales, rock = scales_of(rock=counts), {"rock": 1.0}
    rank = scales.rank("density", rock, False, figure)
    nearest = min(max(figure, min(counts)), max(counts))
    assert scales.figure("density", rock, False, rank) == pytest.approx(nearest, abs=1e-3)


def test_of_ranks_that_ask_for_the_same_the_usual_one_is_told() -> None:
    scales, rock = scales_of(rock=[8, 8, 8, 8, 16]), {"rock": 1.0}
    assert scales.rank("density", rock, False, 8) == 0.5
    assert 0.75 < scales.rank("density", rock, False, 12) < 1.0
    assert (scales.rank("density", rock, False, 7), scales.rank("density", rock, False, 20)) == (
        *(0.0, 1.0),
    )
