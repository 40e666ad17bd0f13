"""What knobs ask for and how near it what is played comes."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from engine.bars.request import Request
from engine.score.notes import Bar, Hit, Voice
from model.composer.measures import KNOBS
from model.judging.knobs import (
    Scale,
    Tried,
    mean_error,
    rank_correlation,
    scales_of,
    turnable,
)
from model.training.groove import Phrase

HUNDRED = Scale(np.arange(101.0))


def bar(count: int, velocity: int = 90, fill: bool = False) -> Bar:
    return Bar.of((Hit(n * 60, Voice.SNARE, velocity) for n in range(count)), fill=fill)


def phrase(style: str, *bars: Bar) -> Phrase:
    return Phrase(bars, style, 100.0, "train", "somebody")


def test_the_knobs_are_those_a_request_has() -> None:
    assert set(KNOBS) <= {field.name for field in fields(Request)}


def test_a_rank_asks_for_the_figure_that_so_many_bars_stay_under() -> None:
    assert (HUNDRED.at(0.0), HUNDRED.at(0.5), HUNDRED.at(1.0)) == (0.0, 50.0, 100.0)
    assert HUNDRED.span == 90.0
    assert HUNDRED.tried(0.5, 95.0) == Tried(0.5, 1.0)


def test_scales_keep_styles_and_fills_apart() -> None:
    scales = scales_of([phrase("funk", bar(2), bar(4), bar(9, fill=True)), phrase("jazz", bar(7))])
    assert scales["density", "funk", False].figures.tolist() == [2, 4]
    assert scales["density", "funk", True].figures.tolist() == [9]
    assert scales["density", "jazz", False].figures.tolist() == [7]


def test_a_knob_is_tried_where_it_has_a_range_and_enough_bars_to_read_it_from() -> None:
    many = [bar(1 + n % 5) for n in range(40)]
    scales = scales_of([phrase("funk", *many), phrase("jazz", *many[:20])])
    assert turnable(scales, "density") == ["funk"]
    assert turnable(scales, "ghosts") == []  # no ghost note anywhere


def test_the_error_is_the_mean_distance_in_shares_of_the_range() -> None:
    assert mean_error([Tried(0.0, 0.1), Tried(0.5, 0.2)]) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("played", "correlation"),
    [((1, 2, 3, 40), 1.0), ((4, 3, 2, 1), -1.0), ((2, 1, 4, 3), 0.6), ((5, 5, 5, 5), 0.0)],
)
def test_rank_correlation_is_spearmans(played: tuple[int, ...], correlation: float) -> None:
    tried = [Tried(float(n), float(figure)) for n, figure in enumerate(played)]
    assert rank_correlation(tried) == pytest.approx(correlation)


def test_equal_figures_share_a_rank() -> None:
    tied = [Tried(0.0, 0.0), Tried(0.0, 0.0), Tried(1.0, 1.0)]
    assert rank_correlation(tied) == pytest.approx(1.0)
