"""Writing bars stroke by stroke, several side by side.

All chance comes from generators of the bar's own seed, on the CPU: the same request gives
the same bars on the same machine. Between two strokes the writing can be interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.composer.stroke_grammar import END, pitches, positions
from model.composer.tokens import BAR, StrokeToken
from model.composer.transformer import KINDS, UNTOLD, Cache, Transformer, decode

LONGEST = 72  # strokes of a bar, its opening one of them; the longest bar of Groove has 64
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """How boldly to choose: `temperature` above 0, `top_p` the likeliest share kept, 0..1.

    `top_k` is the most values kept of a part of a stroke. `guidance` strengthens what was asked:
    1 follows it as the data did, above 1 away from what would be written unasked (classifier-free
    guidance, Ho & Salimans 2022). `candidates` bars are written side by side.
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


def choose(logits: Numbers, settings: SamplingSettings, chances: Numbers) -> NDArray[np.intp]:
    """One allowed value for each row of logits, K × V; `chances` 0 ≤ chance < 1 decide which."""
    scaled = logits / max(settings.temperature, 1e-3)
    weights = np.exp(scaled - scaled.max(1, keepdims=True))
    order = np.argsort(-weights, axis=1, kind="stable")[:, : settings.top_k]
    rows = np.arange(len(weights))
    weights = weights[rows[:, None], order]
    sums = np.cumsum(weights, 1)
    inside = sums - weights < settings.top_p * sums[:, -1:]  # those before it do not suffice
    kept = np.minimum(inside.sum(1), np.count_nonzero(weights, 1))
    last = sums[rows, kept - 1]
    place = np.minimum((sums <= (chances * last)[:, None]).sum(1), kept - 1)
    chosen: NDArray[np.intp] = order[rows, place]
    return chosen


class SamplingStart(NamedTuple):
    """Where bars begin: their BAR stands in the cache, last before number `at`.

    `state` W × D is the one after it, `bars` W × D the vectors of what is asked of the bar; W
    is 1, or 2 with the unasked second. `strokes` is the density that is asked for, or None.
    """

    cache: Cache
    state: Tensor
    bars: Tensor
    at: int
    strokes: float | None = None


@dataclass(slots=True)
class BarWriter:
    """Where one bar stands while it is written; no more is written once it has ended."""

    strokes: list[StrokeToken] = field(default_factory=lambda: [BAR])
    ended: bool = False

    def write(self, position: int, pitch: int, velocity: int) -> None:
        """One stroke more, or the end of the bar."""
        self.ended = self.ended or position == END
        if not self.ended:
            self.strokes.append(StrokeToken(position, pitch, velocity))


def write_bars(
    model: Transformer,
    start: SamplingStart,
    settings: SamplingSettings,
    interrupted: Callable[[], bool] = lambda: False,
) -> list[list[StrokeToken]] | None:
    """The strokes of bars, each from its BAR on; None if interrupted."""
    cache, state, bars, at, asked = start
    chances = _chances(settings)
    pens = [BarWriter() for _ in range(settings.candidates)]
    vectors = bars.repeat_interleave(settings.candidates, 0)  # R D
    state = state.repeat_interleave(settings.candidates, 0)
    for number in range(LONGEST):
        if interrupted():
            return None
        full = number >= LONGEST - 1 or at >= model.config.context - 1
        _stroke(model, state, pens, settings, chances[number], full)
        if all(pen.ended for pen in pens):
            break
        strokes, left = _last(pens, settings.ways, asked, state.device)
        state = decode(model, cache, (strokes, left), vectors, at)
        at += 1
    return [pen.strokes for pen in pens]


def _stroke(
    model: Transformer,
    state: Tensor,
    pens: Sequence[BarWriter],
    settings: SamplingSettings,
    chances: Numbers,
    full: bool,
) -> None:
    """Writes the next stroke of each bar, part by part; `chances` K × 3."""
    last = [pen.strokes[-1] for pen in pens]
    known = np.zeros((len(pens), 0), np.intp)
    for part in range(len(KINDS)):
        given = torch.from_numpy(np.tile(known, (settings.ways, 1))).to(state.device)
        logits = _guided(model.tell(state, given), settings)
        if part == 0:
            logits = logits + np.stack(
                [positions(one, full or pen.ended) for one, pen in zip(last, pens, strict=True)]
            )
        elif part == 1:
            places = known[:, 0].tolist()
            logits = logits + np.stack(list(map(pitches, last, places)))
        found = choose(logits, settings, chances[:, part])
        known = np.concatenate([known, found[:, None]], axis=1)
    for pen, parts in zip(pens, known.tolist(), strict=True):
        pen.write(*parts)


def _chances(settings: SamplingSettings) -> Numbers:
    """LONGEST × K × 3, each bar's its own, so that more candidates leave the first ones alone."""
    rows = []
    for number in range(settings.candidates):
        seed = (settings.seed + 0x9E3779B97F4A7C15 * number) % 2**63
        generator = torch.Generator().manual_seed(seed)
        rows.append(torch.rand(LONGEST, len(KINDS), generator=generator).numpy())
    return np.stack(rows, 1)


def _guided(logits: Tensor, settings: SamplingSettings) -> Numbers:
    """Logits K × V of what was asked, moved away from the unasked."""
    rows: Numbers = logits.numpy(force=True)
    if settings.ways == 1:
        return rows
    asked, unasked = np.split(rows, 2)
    guided: Numbers = unasked + np.float32(settings.guidance) * (asked - unasked)
    return guided


def _last(
    pens: Sequence[BarWriter], ways: int, asked: float | None, device: torch.device
) -> tuple[Tensor, Tensor]:
    """The last strokes of the bars and what is to come; the unasked second way counts none."""
    strokes = torch.tensor([pen.strokes[-1] for pen in pens] * ways, device=device)
    left = [to_come(asked, len(pen.strokes) - 1) for pen in pens]
    left += [UNTOLD] * (len(strokes) - len(left))
    return strokes, torch.tensor(left, device=device)


def to_come(asked: float | None, written: int) -> int:
    """What a bar's strokes are told of how many are still to come, at a density asked for."""
    return UNTOLD if asked is None else min(max(round(asked) - written, 0), UNTOLD - 1)
