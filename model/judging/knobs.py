"""Does a knob do what it says? What each one asks for, and how near it what is played comes.

A knob of 0..1 asks for a rank: the figure that such a share of the style's real bars stays
under. The range of a knob in a style is from the 5th to the 95th percentile of its figure in
the style's real bars that are no fills.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from model.composer.measures import KNOBS
from model.judging.features import Row
from model.training.groove import Phrase

FEWEST = 30  # real bars of a style that a range is read from


class Tried(NamedTuple):
    """One bar: what was wanted and what was played, 0 and 1 being the ends of the range."""

    wanted: float
    played: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The figures of the real bars of a style, sorted."""

    figures: Row

    def at(self, rank: float) -> float:
        """The figure that a rank of 0..1 asks for."""
        return float(np.quantile(self.figures, rank))

    @property
    def span(self) -> float:
        """From the 5th to the 95th percentile."""
        return self.at(0.95) - self.at(0.05)

    def tried(self, rank: float, played: float) -> Tried:
        """A bar on this scale; its span is not 0."""
        low = self.at(0.05)
        return Tried((self.at(rank) - low) / self.span, (played - low) / self.span)


Scales = dict[tuple[str, str, bool], Scale]  # by knob, style and whether of its fills


def scales_of(phrases: Sequence[Phrase]) -> Scales:
    """The scales of every knob in every style, fills and other bars apart."""
    found: dict[tuple[str, str, bool], list[float]] = defaultdict(list)
    for phrase in phrases:
        for bar in phrase.bars:
            for knob, measure in KNOBS.items():
                found[knob, phrase.style, bar.fill].append(measure(bar))
    return {group: Scale(np.sort(np.array(figures))) for group, figures in found.items()}


def turnable(scales: Scales, knob: str) -> list[str]:
    """The styles with enough real bars, and in which the knob has a range."""
    return sorted(
        style
        for (name, style, fill), scale in scales.items()
        if name == knob and not fill and len(scale.figures) >= FEWEST and scale.span > 0
    )


def mean_error(tried: Sequence[Tried]) -> float:
    """How far what is played is from what was wanted, in shares of the range of the style."""
    return float(np.mean([abs(one.played - one.wanted) for one in tried]))


def rank_correlation(tried: Sequence[Tried]) -> float:
    """Spearman's, between wanted and played in shares of the range; 0 where one never changes.

    Against what was wanted, not against the knob: where half the bars of a style have no ghost
    note, half the knob's way asks for the same.
    """
    wanted, played = (_ranks(np.array(column)) for column in zip(*tried, strict=True))
    spread = float(wanted.std() * played.std())
    together = float(((wanted - wanted.mean()) * (played - played.mean())).mean())
    return together / spread if spread > 0 else 0.0


def _ranks(figures: Row) -> Row:
    """Ranks from 0, equal figures sharing the middle of theirs."""
    ordered = np.sort(figures)
    below = np.searchsorted(ordered, figures, "left")
    upto = np.searchsorted(ordered, figures, "right")
    return (below + upto - 1) / 2
