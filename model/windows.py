"""Training windows: up to five bars of a phrase with what was asked of each, in batches.

A fill of Groove is a file of its own; here it is led into by bars of a groove of the same
style, so that a fill is learned where it is played.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import torch
from torch import Tensor

from engine.notes import Bar
from model.conditions import Asked, stack
from model.data import Phrase
from model.measures import KNOBS, Ranks, open_share, ride_share
from model.tokens import Words
from model.transformer import Conditions

_DROPPED = 0.2  # how often each number of a bar is not given in training
_NAMELESS = 0.1  # how often a window's style is not given
_BARE = 0.15  # how often all numbers of a window but its last bar's are not given
_CYMBALS = 0.5  # how often of that the cymbals are told at all: playing, they mostly are not
_SHIFTED = 0.3  # how often a window's velocities move one step up or down


@dataclass(frozen=True, slots=True)
class Measured:
    """What one bar is: all that may be told of it, `spans` the ranks that would ask for it."""

    asked: Asked
    spans: tuple[tuple[str, tuple[float, float]], ...]

    def told(self, dice: Random | None) -> Asked:
        """As a condition: each rank drawn from its span, or its middle without dice.

        Drawn, so that every rank is learned: the many bars of a style without a ghost note
        answer to all ranks up to their share, not to one of them.
        """
        ranks: dict[str, Any] = {
            name: dice.uniform(low, high) if dice else (low + high) / 2
            for name, (low, high) in self.spans
        }
        return replace(self.asked, **ranks)


@dataclass(frozen=True, slots=True)
class Piece:
    """A phrase ready for training: ids and what was measured, bar by bar."""

    ids: tuple[tuple[int, ...], ...]
    measured: tuple[Measured, ...]
    phrase: Phrase


class Batch:
    """Tensors of windows of about one length, B × T; `targets` −100 where padded."""

    def __init__(self, windows: Sequence[Window], words: Words, styles: int, bars: int) -> None:
        size = (len(windows), max(sum(map(len, ids)) for ids, _ in windows))
        self.ids = torch.zeros(size, dtype=torch.long)
        self.times = torch.zeros(size, dtype=torch.long)
        self.slots = torch.zeros(size, dtype=torch.long)
        self.targets = torch.full(size, -100)
        for row, (window, _) in enumerate(windows):
            flat = [token for ids in window for token in ids]
            count = len(flat)
            self.ids[row, :count] = torch.tensor(flat)
            self.times[row, :count] = torch.tensor(words.times(flat))
            slots = [slot for slot, ids in enumerate(window) for _ in ids]
            self.slots[row, :count] = torch.tensor(slots)
            self.targets[row, :count] = torch.tensor([*flat[1:], words.bar])
        self.asked: Conditions = stack([asked for _, asked in windows], styles, bars)

    def arguments(self) -> tuple[Tensor, Tensor, Tensor, Conditions]:
        """What the transformer's forward takes."""
        return self.ids, self.times, self.slots, self.asked


Window = tuple[list[tuple[int, ...]], list[Asked]]


def prepare(
    phrases: Sequence[Phrase],
    words: Words,
    numbers: Mapping[str, int],
    ranks: Mapping[str, Ranks],
) -> list[Piece]:
    """Phrases as ids and measured conditions; `numbers` are those of the trained styles."""
    return [
        Piece(
            tuple(tuple(words.encode(bar)) for bar in phrase.bars),
            tuple(_measure(phrase, n, bar, numbers, ranks) for n, bar in enumerate(phrase.bars)),
            phrase,
        )
        for phrase in phrases
    ]


def groups_of(phrases: Sequence[Phrase]) -> list[tuple[tuple[str, bool], Bar]]:
    """All bars with what they are ranked among: their style, beats or fills."""
    return [((phrase.style, bar.fill), bar) for phrase in phrases for bar in phrase.bars]


def _measure(
    phrase: Phrase, place: int, bar: Bar, numbers: Mapping[str, int], ranks: Mapping[str, Ranks]
) -> Measured:
    group = (phrase.style, bar.fill)
    place = -1 if phrase.fill else place  # a fill stands last in its phrase
    asked = Asked(
        {numbers[phrase.style]: 1.0},
        bpm=phrase.bpm,
        fill=bar.fill,
        fours=place % 4,
        eights=place % 8,
        open=open_share(bar),
        ride=ride_share(bar),
    )
    spans = {name: ranks[name].span(group, measure(bar)) for name, measure in KNOBS.items()}
    return Measured(asked, tuple(spans.items()))


def cut(
    pieces: Sequence[Piece], bars: int, dice: Random, ranks: Random | None = None
) -> list[Window]:
    """All pieces in windows of `bars` bars from a random start; fills after a groove.

    `ranks` draws the ranks that are told; without it they are the middles of their spans.
    """
    grooves: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if not piece.phrase.fill and len(piece.ids) > 1:
            grooves[piece.phrase.style].append(piece)
    windows: list[Window] = []
    for piece in pieces:
        if piece.phrase.fill:
            windows.append(_led_in(piece, grooves[piece.phrase.style], bars, dice, ranks))
            continue
        first = dice.randrange(bars)
        for start in range(first - bars, len(piece.ids), bars):
            span = slice(max(start, 0), start + bars)
            if start + bars > 0:
                told = [measured.told(ranks) for measured in piece.measured[span]]
                windows.append((list(piece.ids[span]), told))
    return windows


def _led_in(
    fill: Piece, grooves: Sequence[Piece], bars: int, dice: Random, ranks: Random | None
) -> Window:
    """A fill after up to four bars of a groove, and the groove again where there is room."""
    own = [measured.told(ranks) for measured in fill.measured]
    same = [g for g in grooves if g.phrase.player == fill.phrase.player] or list(grooves)
    near = sorted(same, key=lambda g: abs(g.phrase.bpm - fill.phrase.bpm))[:6]
    if not near:
        return list(fill.ids[:bars]), own[:bars]
    groove = dice.choice(near)
    lead = min(dice.randint(1, bars - 1), len(groove.ids))
    start = dice.randrange(len(groove.ids) - lead + 1)
    told = [measured.told(ranks) for measured in groove.measured[start : start + bars]]
    ids = [*groove.ids[start : start + lead], *fill.ids[:2], *groove.ids[start : start + bars]]
    asked = [
        *_placed(told[:lead], -1 - lead, fill),
        *own[:2],
        *_placed(told, 0, fill),
    ]
    return ids[:bars], asked[:bars]


def _placed(asked: Sequence[Asked], first: int, fill: Piece) -> list[Asked]:
    return [
        replace(a, bpm=fill.phrase.bpm, fours=(first + n) % 4, eights=(first + n) % 8)
        for n, a in enumerate(asked)
    ]


def batches(
    windows: Sequence[Window], words: Words, styles: int, bars: int, tokens: int, dice: Random
) -> Iterator[Batch]:
    """Batches of about `tokens` tokens, windows of like length together, in random order."""
    ordered = sorted(windows, key=lambda w: sum(map(len, w[0])) + dice.random() * 12)
    groups: list[list[Window]] = []
    for window in ordered:
        length = sum(map(len, window[0]))
        if not groups or length * (len(groups[-1]) + 1) > tokens:
            groups.append([])
        groups[-1].append(window)
    dice.shuffle(groups)
    for group in groups:
        yield Batch(group, words, styles, bars)


def disturb(window: Window, words: Words, dice: Random) -> Window:
    """The window as training sees it: conditions dropped at random, velocities shifted."""
    ids, asked = window
    nameless, bare = dice.random() < _NAMELESS, dice.random() < _BARE
    told = [_dropped(a, nameless, bare and n < len(asked) - 1, dice) for n, a in enumerate(asked)]
    if dice.random() < _SHIFTED:
        # Intensity would no longer be what it says.
        told = [replace(a, intensity=None) for a in told]
        step = dice.choice((-8, 8))  # velocities are 8 apart
        ids = [tuple(_shifted(token, step, words) for token in bar) for bar in ids]
    return ids, told


def _shifted(token: int, step: int, words: Words) -> int:
    kind, value = words.tokens[token]
    return words.velocity[min(max(value + step, 1), 127)] if kind == "velocity" else token


def _dropped(asked: Asked, nameless: bool, bare: bool, dice: Random) -> Asked:
    def keep() -> bool:
        return not bare and dice.random() >= _DROPPED

    def keep_rarely() -> bool:
        return dice.random() < _CYMBALS

    told_place = keep()
    return Asked(
        {} if nameless else asked.style,
        asked.density if keep() else None,
        asked.complexity if keep() else None,
        asked.bpm if keep() else None,
        asked.fill if keep() else None,
        asked.fours if told_place else None,
        asked.eights if told_place and keep() else None,
        asked.intensity if keep() else None,
        asked.ghosts if keep() else None,
        # seldom told when playing: mostly left to the drummer
        asked.open if keep() and keep_rarely() else None,
        asked.ride if keep() and keep_rarely() else None,
    )
