"""Swing: where the second of a pair of notes falls, in both directions."""

from __future__ import annotations

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH


def swung(tick: int, percent: float, grid: int) -> float:
    """Where a score tick falls when pairs of `grid` notes (8 or 16) swing at a percentage.

    The first of a pair takes `percent` of it (50 straight, 66.7 a triplet; Roger
    Linn's scale). Straight 32nds follow in proportion; what stands on a triplet grid stays, it
    swings already.
    """
    if percent == 50.0:
        return float(tick)
    pair = TICKS_PER_BEAT * 8 // grid
    start, within = tick // pair * pair, tick % pair
    if tick % (TICKS_PER_SIXTEENTH // 2):
        return float(tick)
    half, first = pair / 2, pair * percent / 100.0
    if within <= half:
        return start + within * first / half
    return start + first + (within - half) * (pair - first) / half


def unswung(tick: float, percent: float, grid: int) -> float:
    """The score tick of what is played at a tick in swing: what `swung` moved, moved back."""
    pair = TICKS_PER_BEAT * 8 // grid
    start, within = tick // pair * pair, tick % pair
    half, first = pair / 2, pair * percent / 100.0
    if within <= first:
        return start + within * half / first
    return start + half + (within - first) * (pair - half) / (pair - first)
