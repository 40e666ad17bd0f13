"""How like one set of bars is to another: overlap and divergence of what is counted in them.

After Yang & Lerch (*On the evaluation of generative models in music*, 2020), who smooth with a
Gaussian kernel and compare by overlapping area (OA) and Kullback-Leibler divergence (KL); they
compare distances between pieces, here it is the figures themselves, which is stricter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.score.notes import Bar
from model.judging.features import Row

POINTS = 256  # of a curve
_TAIL = 1e-6  # added to each point, so that what never happens diverges much but not wholly


@dataclass(frozen=True, slots=True)
class Axis:
    """Where curves are drawn, and how far each figure is smeared (the sd of the kernel)."""

    points: Row
    width: float


def axis_of(reference: Row, *others: Row) -> Axis:
    """An axis that holds all sets; smeared as Scott's rule has it for the reference.

    A spread of 0 is smeared by a hundredth of the whole range, or by 1 where there is none.
    """
    every = np.concatenate([reference, *others])
    low, high = float(every.min()), float(every.max())
    width = float(reference.std()) * len(reference) ** -0.2
    width = width or (high - low) / 100 or 1.0
    return Axis(np.linspace(low - 3 * width, high + 3 * width, POINTS), width)


def curve(figures: Row, axis: Axis) -> Row:
    """The smoothed distribution of figures along an axis; its points sum to 1."""
    apart = (axis.points[:, None] - figures[None, :]) / axis.width
    heights = np.exp(-0.5 * apart**2).sum(axis=1)
    return np.asarray(heights / heights.sum())


def overlap(one: Row, other: Row) -> float:
    """The overlapping area of two curves on one axis: 0 nothing in common, 1 the same."""
    return float(np.minimum(one, other).sum())


def divergence(real: Row, other: Row) -> float:
    """KL in nats: what taking `other` for `real` costs; 0 for the same curve."""
    p, q = (part / part.sum() for part in (real + _TAIL, other + _TAIL))
    return float((p * np.log(p / q)).sum())


@dataclass(frozen=True, slots=True)
class Comparison:
    """Sets of bars beside a reference in one feature; by name of the set."""

    axis: Axis
    curves: Mapping[str, Row]
    overlaps: Mapping[str, float]
    divergences: Mapping[str, float]


def compare(
    reference: Sequence[Bar],
    sets: Mapping[str, Sequence[Bar]],
    features: Mapping[str, Callable[[Bar], float]],
) -> dict[str, Comparison]:
    """For each feature how like the sets are to the reference, whose own curve is "reference"."""
    return {name: _compare(reference, sets, feature) for name, feature in features.items()}


def _compare(
    reference: Sequence[Bar], sets: Mapping[str, Sequence[Bar]], feature: Callable[[Bar], float]
) -> Comparison:
    real = np.array([feature(bar) for bar in reference])
    figures = {name: np.array([feature(bar) for bar in bars]) for name, bars in sets.items()}
    axis = axis_of(real, *figures.values())
    curves = {name: curve(found, axis) for name, found in figures.items()}
    own = curve(real, axis)
    return Comparison(
        axis,
        {"reference": own, **curves},
        {name: overlap(own, other) for name, other in curves.items()},
        {name: divergence(own, other) for name, other in curves.items()},
    )


def mean_overlap(found: Mapping[str, Comparison], name: str) -> float:
    """The mean overlapping area of a set over all features."""
    return float(np.mean([comparison.overlaps[name] for comparison in found.values()]))


def mean_divergence(found: Mapping[str, Comparison], name: str) -> float:
    """The mean KL in nats of a set over all features."""
    return float(np.mean([comparison.divergences[name] for comparison in found.values()]))
