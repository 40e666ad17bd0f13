"""Which stroke may follow which, so that whatever is sampled is a bar.

A bar's strokes go forward in time; what sounds together goes up in pitch. Nothing else may
ever be chosen, so no stroke is told twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.composer.tokens import BAR, POSITIONS, VOICES, StrokeToken

Mask = NDArray[np.float32]  # 0 where a part may follow, −inf elsewhere
TOP = len(VOICES) - 1
END = POSITIONS  # of the parts that may be a position: no more strokes in this bar


@cache
def positions(last: StrokeToken, full: bool = False) -> Mask:
    """The positions, or END, that may come after a stroke; END alone where there is no room."""
    if full:
        return _mask(range(END, END + 1), END + 1)
    first = 0 if last == BAR else last.position + (last.pitch == TOP)
    return _mask(range(first, END + 1), END + 1)


@cache
def pitches(last: StrokeToken, position: int) -> Mask:
    """The pitches that may stand at a position after a stroke; any at END, where none is kept."""
    first = last.pitch + 1 if position == last.position != END else 0
    return _mask(range(first, TOP + 1), TOP + 1)


def _mask(allowed: range, size: int) -> Mask:
    mask = np.full(size, -np.inf, np.float32)
    mask[list(allowed)] = 0.0
    return mask


def holds(strokes: Sequence[StrokeToken]) -> bool:
    """Whether strokes, BAR first, are those of one bar."""
    if not strokes or strokes[0] != BAR:
        return False
    return all(
        stroke != BAR
        and positions(last)[stroke.position] == 0.0
        and pitches(last, stroke.position)[stroke.pitch] == 0.0
        for last, stroke in pairwise(strokes)
    )
