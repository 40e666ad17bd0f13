"""The feel of a drummer: bars go in, the same bars come out with offsets and velocities.

Any bars: the composer's, a template's, a user's. Everything is a function of the arguments:
the same bars, style, tempo and seed are performed the same, and one performance stays one
however it is cut into calls, because what drifts is keyed by the number of the bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from engine.bars.request import Request
from engine.score.grid import TICKS_PER_SIXTEENTH
from engine.score.notes import Bar, Hit
from model.feel.checkpoint import DEFAULT, TrainedFeel, load
from model.feel.inputs import Window, mark_of, offset_edges, stack, velocity_edges
from model.feel.noise import Noise

Figures = npt.NDArray[np.float64]
Mixture = Sequence[tuple[str, float]]

AROUND = 2  # bars read before and after those that are performed
AT_ONCE = 4  # bars performed at once
_NORMAL = NormalDist()


class Dynamics(Enum):
    """What becomes of the velocities that a bar has."""

    KEPT = "kept"  # they stay
    MARKED = "marked"  # ghost notes, strokes and accents stay what they are, their force is new
    NEW = "new"  # they are not even read


class Curves(NamedTuple):
    """What may happen to the hits of a bar: for each, the share below each edge of the classes.

    `offsets` T × 65 over `feel_input.offset_edges` (ticks), `velocities` T × 34.
    """

    offsets: Figures
    velocities: Figures


@dataclass(slots=True)
class Humanizer:
    """A trained feel network at work, on the processor."""

    trained: TrainedFeel

    @classmethod
    def load(cls, path: Path | None = None) -> Humanizer:
        """The feel of a weights file (the package's own without a path); WeightsError if bad."""
        return cls(load(path or DEFAULT))

    @property
    def styles(self) -> tuple[str, ...]:
        """The styles it was played to in; a mixture may name them."""
        return self.trained.styles

    def knows(self, mixture: Mixture) -> bool:
        """Does a mixture name a style that somebody played?"""
        return bool(self._style(mixture))

    def perform(
        self,
        bars: Sequence[Bar],
        mixture: Mixture,
        bpm: float,
        seed: int,
        number: int,
        *,
        before: Sequence[Bar] = (),
        dynamics: Dynamics = Dynamics.NEW,
    ) -> tuple[Bar, ...]:
        """The bars with new offsets, and velocities as `dynamics` says; they are felt then.

        `seed` is the performance's, `number` counts bars in playing order from its first;
        `before` are the scores that led here. A mixture of unknown styles is played by the
        mean of all.
        """
        offsets = Noise(seed, "offset", self.trained.timing)
        velocities = Noise(seed, "velocity", self.trained.force)
        performed = []
        for place, (bar, curves) in enumerate(
            zip(bars, self.read(bars, mixture, bpm, before=before, dynamics=dynamics), strict=True)
        ):
            start = (number + place) * bar.meter.bar_ticks
            hits = [(hit.tick, hit.voice) for hit in bar.hits]
            late = quantiles(curves.offsets, OFFSET_EDGES, shares_of(offsets.bar(start, hits)))
            hard = [float(hit.velocity) for hit in bar.hits]
            if dynamics is not Dynamics.KEPT:
                ranks = shares_of(velocities.bar(start, hits))
                hard = quantiles(curves.velocities, FORCE_EDGES, ranks)
            performed.append(_played(bar, late, hard))
        return tuple(performed)

    def read(
        self,
        bars: Sequence[Bar],
        mixture: Mixture,
        bpm: float,
        *,
        before: Sequence[Bar] = (),
        dynamics: Dynamics = Dynamics.NEW,
        plain: bool = False,
    ) -> list[Curves]:
        """What may happen to the hits of each bar; `plain` as in `feel_input.Window`."""
        everything = [*before[-AROUND:], *bars]
        first = len(everything) - len(bars)
        found: list[Curves] = []
        for start in range(first, len(everything), AT_ONCE):
            stop = min(start + AT_ONCE, len(everything))
            low = max(0, start - AROUND)
            window = everything[low : stop + AROUND]
            marks = [] if dynamics is Dynamics.NEW else _marks(window)
            read = self._window(Window(window, bpm, self._style(mixture), marks, plain))
            found += read[start - low : stop - low]
        return found

    @torch.inference_mode()
    def _window(self, window: Window) -> list[Curves]:
        counts = [len(bar.hits) for bar in window.bars]
        if not sum(counts):
            return [_curves(np.zeros((0, 1)), np.zeros((0, 1)))] * len(counts)
        inputs = stack([window], len(self.styles))
        offsets, velocities = self.trained.network(inputs)
        ends = np.cumsum(counts)[:-1]
        parts = [np.split(logits[0].double().numpy(), ends) for logits in (offsets, velocities)]
        return [_curves(late, hard) for late, hard in zip(*parts, strict=True)]

    def _style(self, mixture: Mixture) -> Mapping[int, float]:
        known = {self.styles.index(n): w for n, w in mixture if n in self.styles and w > 0}
        total = sum(known.values())
        return {number: weight / total for number, weight in known.items()}


def with_feel(bar: Bar, request: Request, feel: Humanizer) -> Bar:
    """A composed bar with the feel of the request's style, its velocities as composed.

    Where most of the mixture was played by nobody (machines, J Dilla, a drummer's manner that
    was written here) the bar is given back without feel, and the engine adds the style's own.
    """
    played = sum(weight for name, weight in request.mixture if name in feel.styles)
    if bar.felt or played <= 0.5:
        return bar
    return feel.perform(
        (bar,),
        request.mixture,
        request.bpm,
        request.performance,
        request.number,
        before=request.history,
        dynamics=Dynamics.KEPT,
    )[0]


def quantiles(curves: Figures, edges: Figures, shares: Sequence[float]) -> list[float]:
    """For each row of a T × E curve the figure below which its share lies."""
    return [float(np.interp(share, row, edges)) for row, share in zip(curves, shares, strict=True)]


def shares_of(numbers: Sequence[float]) -> list[float]:
    """Standard normal numbers as shares, 0..1."""
    return [_NORMAL.cdf(number) for number in numbers]


OFFSET_EDGES: Figures = offset_edges().double().numpy()
FORCE_EDGES: Figures = velocity_edges().double().numpy()


def _marks(bars: Sequence[Bar]) -> list[int]:
    return [mark_of(hit.velocity) for bar in bars for hit in bar.hits]


def _curves(offsets: Figures, velocities: Figures) -> Curves:
    return Curves(_cumulative(offsets), _cumulative(velocities))


def _cumulative(logits: Figures) -> Figures:
    """T × C logits of classes as T × (C + 1) shares from 0 to 1."""
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    below = np.cumsum(weights, axis=1)
    return np.concatenate([np.zeros((len(logits), 1)), below / below[:, -1:]], axis=1)


def _played(bar: Bar, late: Sequence[float], hard: Sequence[float]) -> Bar:
    hits = tuple(
        Hit(hit.tick, hit.voice, _velocity(velocity), _offset(offset))
        for hit, offset, velocity in zip(bar.hits, late, hard, strict=True)
    )
    return replace(bar, hits=hits, felt=True)


def _offset(ticks: float) -> int:
    return round(min(TICKS_PER_SIXTEENTH, max(-TICKS_PER_SIXTEENTH, ticks)))


def _velocity(velocity: float) -> int:
    return round(min(127.0, max(1.0, velocity)))
