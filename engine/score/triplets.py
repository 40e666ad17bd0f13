"""Swung eighths on the triplets that they are written on in a style of triplets."""

from __future__ import annotations

from dataclasses import replace

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH
from engine.score.notes import Bar, Hit

_LET = TICKS_PER_BEAT * 2 // 3  # where the second of two swung eighths is meant
_TRIPLETS = {0, TICKS_PER_BEAT // 3, _LET}
# Where it stands straight, and where it is taken for a sixteenth, swung hard.
_EIGHTHS = ({2 * TICKS_PER_SIXTEENTH}, {3 * TICKS_PER_SIXTEENTH})


def in_triplets(bar: Bar) -> Bar:
    """The bar with the only straight place off a beat, its & or its last sixteenth, on a triplet.

    Played swing lies between the two, so that data put on a grid, and a drummer who learned from
    it, have the same figure now on the one and now on the other. Beats of sixteenths stay.
    """
    places: dict[int, set[int]] = {}
    for hit in bar.hits:
        places.setdefault(_beat(hit), set()).add(hit.tick % TICKS_PER_BEAT)
    swung = {beat for beat, found in places.items() if found - _TRIPLETS in _EIGHTHS}
    return bar.with_hits(_meant(hit) if _beat(hit) in swung else hit for hit in bar.hits)


def _meant(hit: Hit) -> Hit:
    on_triplet = hit.tick % TICKS_PER_BEAT in _TRIPLETS
    return hit if on_triplet else replace(hit, tick=_beat(hit) * TICKS_PER_BEAT + _LET)


def _beat(hit: Hit) -> int:
    return hit.tick // TICKS_PER_BEAT
