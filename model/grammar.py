"""Which token may follow which, so that whatever is sampled is a bar.

A bar opens with its Bar token; a Position is followed by a Pitch, a Pitch by a Velocity, a
Velocity by a higher Pitch of the same position, a later Position or the Bar token that ends
it. Nothing else may ever be chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.tokens import UPBEAT, Words

Mask = NDArray[np.float32]  # 0 where a token may follow, −inf elsewhere


class Grammar:
    """The masks of a vocabulary."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.pitch = self._mask(words.voice)
        self.velocity = self._mask(words.velocity)
        self.end = self._mask([words.bar])
        self.after_velocity = lru_cache(maxsize=None)(self._after_velocity)

    def allowed(self, last: int, position: int, pitch: int) -> Mask:
        """What may follow token `last`, the pen being at `position` and `pitch` of the bar."""
        kind = self.words.tokens[last].kind
        if kind == "position":
            return self.pitch
        if kind == "pitch":
            return self.velocity
        return self.after_velocity(-1 if kind == "bar" else position, pitch)

    def _after_velocity(self, position: int, pitch: int) -> Mask:
        later = self.words.position[position + 1 :]
        higher = [t for t in self.words.voice if self.words.tokens[t].value > pitch]
        return self._mask([self.words.bar, *later, *(higher if position >= 0 else ())])

    def _mask(self, tokens: Iterable[int]) -> Mask:
        mask = np.full(len(self.words), -np.inf, np.float32)
        mask[list(tokens)] = 0.0
        return mask

    def holds(self, ids: list[int]) -> bool:
        """Whether ids, from a Bar token to the Bar token that ends it, are a bar."""
        if not ids or ids[0] != self.words.bar:
            return False
        position, pitch = UPBEAT, 0
        for last, token in pairwise(ids):
            if self.allowed(last, position, pitch)[token] != 0.0:
                return False
            kind, value = self.words.tokens[token]
            if kind == "position":
                position = value
            elif kind == "pitch":
                pitch = value
        return len(ids) > 1 and ids[-1] == self.words.bar
