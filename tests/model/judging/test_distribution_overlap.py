"""How like sets of bars are."""

from __future__ import annotations

import numpy as np
import pytest

from engine.score.notes import Bar, Hit, Voice
from model.judging.distribution_overlap import (
    axis_of,
    compare,
    curve,
    divergence,
    mean_divergence,
    mean_overlap,
    overlap,
)

NORMAL = np.random.default_rng(1).normal(0.0, 1.0, 4000)


def bars(*counts: int) -> list[Bar]:
    return [Bar.of(Hit(n * 60, Voice.KICK, 90) for n in range(count)) for count in counts]


def strokes(bar: Bar) -> float:
    return float(len(bar.hits))


def both(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    axis = axis_of(one, other)
    curves = curve(one, axis), curve(other, axis)
    return overlap(*curves), divergence(*curves)


def test_equal_sets_overlap_wholly_and_diverge_by_nothing() -> None:
    area, nats = both(NORMAL, NORMAL.copy())
    assert area == pytest.approx(1.0)
    assert nats == pytest.approx(0.0, abs=1e-12)


def test_sets_far_apart_have_nothing_in_common() -> None:
    area, nats = both(NORMAL, NORMAL + 100)
    assert area < 1e-3
    assert nats > 5


def test_normal_curves_a_spread_apart_overlap_as_theory_has_it() -> None:
    area, nats = both(NORMAL, NORMAL + 1.0)
    assert area == pytest.approx(0.617, abs=0.03)  # 2 Φ(-1/2)
    assert nats == pytest.approx(0.5, abs=0.06)  # half the square of the distance


def test_a_figure_that_never_changes_can_be_compared() -> None:
    same, apart = np.full(5, 3.0), np.full(5, 4.0)
    assert both(same, same)[0] == pytest.approx(1.0)
    assert both(same, apart)[0] < 0.01


def test_each_set_is_compared_with_the_reference_in_each_feature() -> None:
    real = bars(4, 5, 6, 7, 8)
    found = compare(real, {"copy": real, "full": bars(20, 21, 22)}, {"strokes": strokes})
    assert set(found) == {"strokes"}
    assert set(found["strokes"].curves) == {"reference", "copy", "full"}
    assert mean_overlap(found, "copy") == pytest.approx(1.0)
    assert mean_overlap(found, "full") < 0.01
    assert mean_divergence(found, "copy") == pytest.approx(0.0, abs=1e-12)
    assert mean_divergence(found, "full") > 1.0
