"""Swing: where the second of a pair of notes falls, in both directions.

Most styles are written straight and swung when they play. Others are written in triplets: their
score stands at a swing already, and is moved from there.
"""

from __future__ import annotations

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH
from engine.score.notes import Bar
from engine.score.style import Swing


def swung(
    tick: int, percent: float, grid: int, written: Swing | None = None, whole: bool = False
) -> float:
    """Where a score tick falls when pairs of `grid` notes (8 or 16) swing at a percentage.

    The first of a pair takes `percent` of it (50 straight, 66.7 a triplet; Roger
    Linn's scale). Straight 32nds follow in proportion. What stands on a triplet grid swings
    already: it stays or, where it is `written` at a swing, goes from that to this one; with
    `whole` all of its beat does.
    """
    if written is not None and (whole or _off_grid(tick)):
        return reswung(tick, written, (percent, grid))
    if percent == 50.0 or _off_grid(tick):
        return float(tick)
    return _at(tick, percent, grid)


def reswung(tick: float, written: Swing, swing: Swing) -> float:
    """Where a score tick that stands at the swing it is written in falls at another."""
    return float(tick) if written == swing else _at(unswung(tick, *written), *swing)


def unswung(tick: float, percent: float, grid: int) -> float:
    """The score tick of what is played at a tick in swing: what `swung` moved, moved back."""
    pair = pair_ticks(grid)
    return _moved(tick, pair, pair * percent / 100.0, pair / 2)


def written_beats(bar: Bar, written: Swing | None) -> frozenset[int]:
    """The beats, from 0, all of whose notes stand at the swing that their style is written in.

    Of eighths those with triplets do, rolls and all; of sixteenths only what is on triplets.
    """
    if written is None or written[1] != 8:
        return frozenset()
    return frozenset(hit.tick // TICKS_PER_BEAT for hit in bar.hits if _off_grid(hit.tick))


def pair_ticks(grid: int) -> int:
    """How long a pair of eighths (8) or sixteenths (16) is."""
    return TICKS_PER_BEAT * 8 // grid


def _off_grid(tick: int) -> bool:
    return tick % (TICKS_PER_SIXTEENTH // 2) != 0


def _at(tick: float, percent: float, grid: int) -> float:
    pair = pair_ticks(grid)
    return _moved(tick, pair, pair / 2, pair * percent / 100.0)


def _moved(tick: float, pair: int, second: float, to: float) -> float:
    """A tick where the second of its pair goes to another place in it, what is between evenly."""
    start, within = tick // pair * pair, tick % pair
    if within <= second:
        return start + within * to / second
    return start + to + (within - second) * (pair - to) / (pair - second)
