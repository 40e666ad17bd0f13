"""What is asked of a bar, as the transformer reads it.

Everything is told as it is measured (model.composer.measures); what a knob of 0..1 asks for in
a style is looked up in the scales that travel with the weights. Everything may be missing:
training drops each at random.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch

from model.composer.transformer import NUMBERS, PLACES, Conditions


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions of one bar; `style` maps numbers of trained styles to weights of sum 1.

    The knobs are figures of model.composer.measures: `density` strokes of the bar, `complexity`
    0..1, `intensity` the mean velocity, `ghosts` a share 0..1; `open` and `ride` are the shares
    0..1 of open hats among hats and of rides among hats and rides, `bpm` beats a minute, `fours`
    and `eights` the number of the bar modulo 4 and 8. None, and no style, is "not given".
    """

    style: Mapping[int, float] = field(default_factory=dict)
    density: float | None = None
    complexity: float | None = None
    bpm: float | None = None
    fill: bool | None = None
    fours: int | None = None
    eights: int | None = None
    intensity: float | None = None
    ghosts: float | None = None
    open: float | None = None
    ride: float | None = None


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
    """In the order of NUMBERS, all of about one size."""
    tempo = None if asked.bpm is None else (asked.bpm - 110.0) / 50.0  # Groove: median 110
    fill = None if asked.fill is None else float(asked.fill)
    density = None if asked.density is None else asked.density / 32.0
    intensity = None if asked.intensity is None else asked.intensity / 127.0
    return (
        *(density, asked.complexity, tempo, fill),
        *(intensity, asked.ghosts, asked.open, asked.ride),
    )


def place_in(place: int, phrase: int) -> tuple[int | None, int | None]:
    """A place of a phrase modulo 4 and 8, where the phrase is whole fours or eights."""
    return (place % 4 if phrase % 4 == 0 else None, place % 8 if phrase % 8 == 0 else None)
