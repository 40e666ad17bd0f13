"""What is asked of a bar, as the transformer reads it, and how it is measured in bars.

Density and complexity are ranks within the bar's own style, so that .5 asks for what is
usual there. Everything may be missing: training drops each condition at random.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import torch

from engine.importance import metric_weight
from engine.notes import Bar, Voice
from model.transformer import NUMBERS, PLACES, Conditions

_TIMEKEEPERS = (Voice.CLOSED_HAT, Voice.PEDAL_HAT, Voice.RIDE, Voice.RIDE_BELL)


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions of one bar; `style` maps numbers of trained styles to weights of sum 1.

    `density` and `complexity` 0..1, `bpm` in beats a minute, `fours` and `eights` the number
    of the bar modulo 4 and 8. None, and no style, is "not given".
    """

    style: Mapping[int, float] = field(default_factory=dict)
    density: float | None = None
    complexity: float | None = None
    bpm: float | None = None
    fill: bool | None = None
    fours: int | None = None
    eights: int | None = None


def stack(windows: Sequence[Sequence[Asked]], styles: int, bars: int) -> Conditions:
    """Conditions of a batch of windows, each filled up to `bars` bars."""
    size = (len(windows), bars)
    style = torch.zeros(*size, styles)
    numbers, given = torch.zeros(*size, NUMBERS), torch.zeros(*size, NUMBERS)
    places = torch.tensor(PLACES).repeat(*size, 1)
    for row, window in enumerate(windows):
        for column, asked in enumerate(window):
            for number, weight in asked.style.items():
                style[row, column, number] = weight
            for number, value in enumerate(_numbers(asked)):
                if value is not None:
                    numbers[row, column, number] = value
                    given[row, column, number] = 1.0
            for number, value in enumerate((asked.fours, asked.eights)):
                if value is not None:
                    places[row, column, number] = value % PLACES[number]
    return Conditions(style, numbers, given, places)


def _numbers(asked: Asked) -> tuple[float | None, ...]:
    tempo = None if asked.bpm is None else (asked.bpm - 110.0) / 50.0  # Groove: median 110
    fill = None if asked.fill is None else float(asked.fill)
    return (asked.density, asked.complexity, tempo, fill)


def place_in(place: int, phrase: int) -> tuple[int | None, int | None]:
    """A place of a phrase modulo 4 and 8, where the phrase is whole fours or eights."""
    return (place % 4 if phrase % 4 == 0 else None, place % 8 if phrase % 8 == 0 else None)


def notes_of(bar: Bar) -> float:
    """The measure behind density: strokes in the bar."""
    return float(len(bar.hits))


def off_beat(bar: Bar) -> float:
    """The measure behind complexity: how far its strokes stand from strong places, 0..1.

    Weighted by velocity; hats and rides, which keep time wherever they are, do not count.
    """
    strokes = [hit for hit in bar.hits if hit.voice not in _TIMEKEEPERS]
    loud = sum(hit.velocity for hit in strokes)
    if not loud:
        return 0.0
    weak = sum(hit.velocity * (1.0 - metric_weight(hit.tick, bar.meter)) for hit in strokes)
    return weak / loud


class Ranks:
    """Ranks of a measure within (style, fill or not), 0..1, ties in their middle."""

    def __init__(self, values: Iterable[tuple[tuple[str, bool], float]]) -> None:
        groups: dict[tuple[str, bool], list[float]] = defaultdict(list)
        for group, value in values:
            groups[group].append(value)
        self._sorted = {group: sorted(found) for group, found in groups.items()}

    def rank(self, group: tuple[str, bool], value: float) -> float:
        """Share of the group's values below `value`; .5 where the group is unknown."""
        known = self._sorted.get(group)
        if not known:
            return 0.5
        return (bisect_left(known, value) + bisect_right(known, value)) / 2 / len(known)
