"""Writing one bar token by token.

All chance comes from one generator of the bar's own seed, on the CPU: the same request
gives the same bar on the same machine. Between two tokens the writing can be interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.grammar import Grammar, Mask
from model.tokens import UPBEAT
from model.transformer import Cache, Transformer, decode_one

LONGEST = 200  # tokens of a bar; the longest bar of Groove has fewer


@dataclass(frozen=True, slots=True)
class Settings:
    """How boldly to choose: `temperature` above 0, `top_p` the likeliest share kept, 0..1."""

    temperature: float = 1.0
    top_p: float = 0.92
    seed: int = 0


def choose(logits: NDArray[np.float32], mask: Mask, settings: Settings, chance: float) -> int:
    """One allowed token; `chance` 0 ≤ chance < 1 decides which."""
    scaled = (logits + mask) / max(settings.temperature, 1e-3)
    weights = np.exp(scaled - scaled.max())
    order = np.argsort(-weights, kind="stable")
    sums = np.cumsum(weights[order])
    kept = int(np.searchsorted(sums, settings.top_p * sums[-1])) + 1
    kept = min(kept, int(np.count_nonzero(weights)))
    return int(order[min(int(np.searchsorted(sums[:kept], chance * sums[kept - 1])), kept - 1)])


class Start(NamedTuple):
    """Where a bar begins: its Bar token stands in the cache, last before number `at`.

    `logits` are those after it, `bar` the vector of what is asked of the bar, D.
    """

    cache: Cache
    logits: Tensor
    bar: Tensor
    at: int


def write_bar(
    model: Transformer,
    grammar: Grammar,
    start: Start,
    settings: Settings,
    interrupted: Callable[[], bool] = lambda: False,
) -> list[int] | None:
    """The tokens of a bar from its Bar token to the one that ends it; None if interrupted."""
    cache, logits, bar, at = start
    generator = torch.Generator().manual_seed(settings.seed)
    chances = torch.rand(LONGEST, generator=generator).tolist()
    end = grammar.words.bar
    ids, position, pitch = [end], UPBEAT, 0
    for number, chance in enumerate(chances):
        if interrupted():
            return None
        mask = grammar.allowed(ids[-1], position, pitch)
        full = number >= LONGEST - 4 or at >= model.config.context - 4
        if full and mask[end] == 0.0:
            mask = grammar.end
        token = choose(logits.numpy(force=True), mask, settings, chance)
        ids.append(token)
        if token == end:
            return ids
        kind, value = grammar.words.tokens[token]
        if kind == "position":
            position = value
        elif kind == "pitch":
            pitch = value
        logits = decode_one(model, cache, token, position, bar, at)
        at += 1
    raise AssertionError("a full bar is ended by its mask")
