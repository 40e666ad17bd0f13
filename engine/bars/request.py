"""What a drummer is asked for, and the answer."""

from __future__ import annotations

from dataclasses import dataclass

from engine.score.grid import FOUR_FOUR, Meter
from engine.score.hallmarks import Hallmark
from engine.score.notes import Bar, Outline


@dataclass(frozen=True, slots=True)
class Composed:
    """The drummer's answer to the request with this number and generation."""

    number: int
    generation: int
    bar: Bar


@dataclass(frozen=True, slots=True)
class Request:
    """All a drummer needs to compose a bar.

    `number` counts bars in playing order, `generation` rises whenever a composed control
    turns, `mixture` weighs trained styles, `place` of `phrase` bars, `history` the bars
    before it, oldest first, `seed` makes the bar repeatable. The knobs `density`,
    `complexity`, `intensity` and `ghosts` are 0..1 with .5 for what is usual in the style;
    `strength` 0..1 is how strongly style and knobs are followed, .5 as trained; `hands` says
    that a person must be able to play it, `triplets` that swung eighths are to stand on
    triplets. `hallmarks` are those the bar is to keep, `leading` the style's own bars, shown
    where there is no history yet, `heard` the outlines of the bars before it that were unlike
    each other: it should be another.
    """

    number: int
    generation: int
    style: str
    mixture: tuple[tuple[str, float], ...]
    meter: Meter = FOUR_FOUR
    bpm: float = 120.0
    performance: int = 0  # seed of the whole performance, the same in every bar: drift runs on
    place: int = 0
    phrase: int = 4
    fill: bool = False
    density: float = 0.5
    complexity: float = 0.5
    temperature: float = 1.0
    history: tuple[Bar, ...] = ()
    seed: int = 0
    intensity: float = 0.5
    ghosts: float = 0.5
    hands: bool = True
    strength: float = 0.5
    hallmarks: tuple[Hallmark, ...] = ()
    leading: tuple[Bar, ...] = ()
    triplets: bool = False
    heard: tuple[Outline, ...] = ()


@dataclass(frozen=True, slots=True)
class Compose:
    """Please compose; an answer after `needed_by` (seconds) is too late for its bar line.

    A drummer works on the newest request only: a newer one replaces those before it.
    """

    request: Request
    needed_by: float
