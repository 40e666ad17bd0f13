"""Writing bars token by token, several side by side.

All chance comes from generators of the bar's own seed, on the CPU: the same request gives
the same bars on the same machine. Between two tokens the writing can be interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.grammar import Grammar
from model.tokens import UPBEAT
from model.transformer import Cache, Transformer, decode

LONGEST = 200  # tokens of a bar; the longest bar of Groove has fewer
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settings:
    """How boldly to choose: `temperature` above 0, `top_p` the likeliest share kept, 0..1.

    `top_k` is the most tokens kept. `guidance` strengthens what was asked: 1 follows it as the
    data did, above 1 away from what would be written unasked (classifier-free guidance, Ho &
    Salimans 2022). `candidates` bars are written side by side.
    """

    temperature: float = 1.0
    top_p: float = 0.92
    top_k: int = 60
    guidance: float = 1.0
    candidates: int = 1
    seed: int = 0

    @property
    def ways(self) -> int:
        """How often each bar is read: as asked, and for guidance unasked as well."""
        return 1 if self.guidance == 1.0 else 2


def choose(
    logits: Numbers, masks: Numbers, settings: Settings, chances: Numbers
) -> NDArray[np.intp]:
    """One allowed token for each row of logits, K × V; `chances` 0 ≤ chance < 1 decide which."""
    scaled = (logits + masks) / max(settings.temperature, 1e-3)
    weights = np.exp(scaled - scaled.max(1, keepdims=True))
    order = np.argsort(-weights, axis=1, kind="stable")[:, : settings.top_k]
    weights = np.take_along_axis(weights, order, 1)
    sums = np.cumsum(weights, 1)
    inside = sums - weights < settings.top_p * sums[:, -1:]  # those before it do not suffice
    kept = np.minimum(inside.sum(1), np.count_nonzero(weights, 1))
    last = np.take_along_axis(sums, kept[:, None] - 1, 1)
    place = np.minimum((sums <= chances[:, None] * last).sum(1), kept - 1)
    return np.take_along_axis(order, place[:, None], 1)[:, 0]


class Start(NamedTuple):
    """Where bars begin: their Bar token stands in the cache, last before number `at`.

    `logits` W × V are those after it, `bars` W × D the vectors of what is asked of the bar; W
    is 1, or 2 with the unasked second.
    """

    cache: Cache
    logits: Tensor
    bars: Tensor
    at: int


@dataclass(slots=True)
class Pen:
    """Where one bar stands while it is written."""

    ids: list[int]
    position: int = UPBEAT
    pitch: int = 0

    def ended(self, bar: int) -> bool:
        return len(self.ids) > 1 and self.ids[-1] == bar

    def write(self, token: int, grammar: Grammar) -> None:
        self.ids.append(token)
        kind, value = grammar.words.tokens[token]
        if kind == "position":
            self.position = value
        elif kind == "pitch":
            self.pitch = value


def write_bars(
    model: Transformer,
    grammar: Grammar,
    start: Start,
    settings: Settings,
    interrupted: Callable[[], bool] = lambda: False,
) -> list[list[int]] | None:
    """The tokens of bars from the Bar token to the one that ends it; None if interrupted."""
    cache, logits, bars, at = start
    chances = _chances(settings)
    end = grammar.words.bar
    pens = [Pen([end]) for _ in range(settings.candidates)]
    vectors = bars.repeat_interleave(settings.candidates, 0)  # R D
    told = _guided(logits.repeat_interleave(settings.candidates, 0), settings)
    for number in range(LONGEST):
        if interrupted():
            return None
        full = number >= LONGEST - 4 or at >= model.config.context - 4
        masks = np.stack([_mask(grammar, pen, full) for pen in pens])
        for pen, token in zip(pens, choose(told, masks, settings, chances[number]), strict=True):
            if not pen.ended(end):
                pen.write(int(token), grammar)
        if all(pen.ended(end) for pen in pens):
            break
        tokens, times = _next(pens, settings.ways, logits.device)
        told = _guided(decode(model, cache, tokens, times, vectors, at), settings)
        at += 1
    return [pen.ids for pen in pens]


def _chances(settings: Settings) -> Numbers:
    """LONGEST × K, each bar's its own, so that more candidates leave the first ones alone."""
    rows = []
    for number in range(settings.candidates):
        seed = (settings.seed + 0x9E3779B97F4A7C15 * number) % 2**63
        generator = torch.Generator().manual_seed(seed)
        rows.append(torch.rand(LONGEST, generator=generator).numpy())
    return np.stack(rows, 1)


def _guided(logits: Tensor, settings: Settings) -> Numbers:
    """Logits K × V of what was asked, moved away from the unasked."""
    rows: Numbers = logits.numpy(force=True)
    if settings.ways == 1:
        return rows
    asked, unasked = np.split(rows, 2)
    guided: Numbers = unasked + np.float32(settings.guidance) * (asked - unasked)
    return guided


def _mask(grammar: Grammar, pen: Pen, full: bool) -> Numbers:
    """What may come next: when there is no room, the bar's end as soon as it may come."""
    if pen.ended(grammar.words.bar):
        return grammar.end  # whatever is written to it is not kept
    mask = grammar.allowed(pen.ids[-1], pen.position, pen.pitch)
    return grammar.end if full and mask[grammar.words.bar] == 0.0 else mask


def _next(pens: Sequence[Pen], ways: int, device: torch.device) -> tuple[Tensor, Tensor]:
    tokens = torch.tensor([pen.ids[-1] for pen in pens] * ways, device=device)
    times = torch.tensor([pen.position for pen in pens] * ways, device=device)
    return tokens, times
