"""Swung eighths on the triplets that they are written on in a style of triplets."""

from __future__ import annotations

from dataclasses import replace

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH
from engine.score.notes import Bar, Hit

_LATE = 3 * TICKS_PER_SIXTEENTH  # the second of two eighths swung hard, taken for a sixteenth
_LET = TICKS_PER_BEAT * 2 // 3  # where it is meant
_STRAIGHT = (TICKS_PER_SIXTEENTH, 2 * TICKS_PER_SIXTEENTH)  # in their beat it is a sixteenth


def in_triplets(bar: Bar) -> Bar:
    """The bar with the last sixteenth of a beat that has no other on the last of its triplets.

    Played swing lies between the two, so that data put on a grid, and a drummer who learned from
    it, have the same figure now on the one and now on the other.
    """
    straight = {_beat(hit) for hit in bar.hits if hit.tick % TICKS_PER_BEAT in _STRAIGHT}
    swung = [hit for hit in bar.hits if _is_late(hit) and _beat(hit) not in straight]
    if not swung:
        return bar
    rest = [hit for hit in bar.hits if hit not in swung]
    return bar.with_hits([*rest, *(replace(hit, tick=hit.tick - _LATE + _LET) for hit in swung)])


def _is_late(hit: Hit) -> bool:
    return hit.tick % TICKS_PER_BEAT == _LATE


def _beat(hit: Hit) -> int:
    return hit.tick // TICKS_PER_BEAT
