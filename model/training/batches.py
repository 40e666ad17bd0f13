"""Training windows: up to five bars of a phrase with what was asked of each, in batches.

A fill of Groove is a file of its own; here it is led into by bars of a groove of the same
style, so that a fill is learned where it is played.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

import torch
from torch import Tensor

from engine.score.notes import Bar
from model.composer.conditions import Asked, stack
from model.composer.measures import (
    ghost_share,
    loudness,
    off_beat,
)
from model.composer.sampling import to_come
from model.composer.tokens import BAR, VELOCITY_STEPS, StrokeToken, Vocabulary
from model.composer.transformer import KINDS, UNTOLD, Conditions, StrokeWindow
from model.training.pieces import _CYMBALS, TrainingPiece

_DROPPED = 0.2  # how often each number of a bar is not given in training
_NAMELESS = 0.1  # how often a window's style is not given
_BARE = 0.15  # how often all numbers of a window but its last bar's are not given
_SHIFTED = 0.3  # how often a window's velocities move one or two steps up or down


class Batch:
    """Windows of about one length, B × T; `after` are the strokes that come next.

    `targets` are those, −100 where there is nothing to learn: padding, and of the end of a bar
    all but its position.
    """

    def __init__(self, windows: Sequence[Window], styles: int, bars: int) -> None:
        size = (len(windows), max(sum(map(len, strokes)) for strokes, _ in windows))
        self.after = torch.zeros(*size, len(KINDS), dtype=torch.long)
        self.targets = torch.full((*size, len(KINDS)), NOTHING)
        strokes = torch.tensor(BAR).repeat(*size, 1)
        slots = torch.zeros(size, dtype=torch.long)
        left = torch.full(size, UNTOLD)
        for row, (window, asked) in enumerate(windows):
            flat = torch.tensor([stroke for bar in window for stroke in bar])
            count = len(flat)
            strokes[row, :count] = flat
            slots[row, :count] = torch.tensor([n for n, bar in enumerate(window) for _ in bar])
            left[row, :count] = torch.tensor(
                [
                    to_come(one.density, written)
                    for bar, one in zip(window, asked, strict=True)
                    for written in range(len(bar))
                ]
            )
            self.after[row, :count] = torch.cat([flat[1:], torch.tensor([BAR])])
            self.targets[row, :count] = self.after[row, :count]
        self.targets[..., 1:].masked_fill_(self.targets[..., :1] == BAR.position, NOTHING)
        self.read = StrokeWindow(strokes, slots, left)
        self.asked: Conditions = stack([asked for _, asked in windows], styles, bars)

    @property
    def count(self) -> int:
        """Strokes, and ends of bars, that are learned."""
        return int((self.targets[..., 0] != NOTHING).sum())

    def arguments(self) -> tuple[StrokeWindow, Conditions, Tensor]:
        """What the transformer's forward takes."""
        return self.read, self.asked, self.after


NOTHING = -100  # the target of what is not learned
Window = tuple[list[tuple[StrokeToken, ...]], list[Asked]]
One = TypeVar("One")


def cut(pieces: Sequence[TrainingPiece], bars: int, dice: Random) -> list[Window]:
    """All pieces in windows of `bars` bars from a random start; fills after a groove."""
    grooves: dict[str, list[TrainingPiece]] = defaultdict(list)
    for piece in pieces:
        if not piece.phrase.fill and len(piece.strokes) > 1:
            grooves[piece.phrase.style].append(piece)
    windows: list[Window] = []
    for piece in pieces:
        if piece.phrase.fill:
            windows.append(_led_in(piece, grooves[piece.phrase.style], bars, dice))
            continue
        first = dice.randrange(bars)
        for start in range(first - bars, len(piece.strokes), bars):
            span = slice(max(start, 0), start + bars)
            if start + bars > 0:
                windows.append((list(piece.strokes[span]), list(piece.asked[span])))
    return windows


def _led_in(
    fill: TrainingPiece, grooves: Sequence[TrainingPiece], bars: int, dice: Random
) -> Window:
    """A fill after up to four bars of a groove, and the groove again where there is room."""
    same = [g for g in grooves if g.phrase.player == fill.phrase.player] or list(grooves)
    near = sorted(same, key=lambda g: abs(g.phrase.bpm - fill.phrase.bpm))[:6]
    if not near:
        return list(fill.strokes[:bars]), list(fill.asked[:bars])
    groove = dice.choice(near)
    lead = min(dice.randint(1, bars - 1), len(groove.strokes))
    start = dice.randrange(len(groove.strokes) - lead + 1)
    before, after = slice(start, start + lead), slice(start, start + bars)
    strokes = [*groove.strokes[before], *fill.strokes[:2], *groove.strokes[after]]
    asked = [
        *_placed(groove.asked[before], -1 - lead, fill),
        *fill.asked[:2],
        *_placed(groove.asked[after], 0, fill),
    ]
    return strokes[:bars], asked[:bars]


def _placed(asked: Sequence[Asked], first: int, fill: TrainingPiece) -> list[Asked]:
    return [
        replace(a, bpm=fill.phrase.bpm, fours=(first + n) % 4, eights=(first + n) % 8)
        for n, a in enumerate(asked)
    ]


def batches(
    windows: Sequence[Window], styles: int, bars: int, strokes: int, dice: Random
) -> Iterator[Batch]:
    """Batches of about `strokes`, windows of like length together, in random order."""

    def length(window: Window) -> int:
        return sum(map(len, window[0]))

    ordered = sorted(windows, key=lambda window: length(window) + dice.random() * 6)
    for group in grouped(ordered, length, strokes, dice):
        yield Batch(group, styles, bars)


def grouped(
    ordered: Iterable[One], size: Callable[[One], int], most: int, dice: Random
) -> list[list[One]]:
    """Neighbours in groups that, filled up to the last one's size, hold `most`; in random order."""
    groups: list[list[One]] = []
    for one in ordered:
        if not groups or size(one) * (len(groups[-1]) + 1) > most:
            groups.append([])
        groups[-1].append(one)
    dice.shuffle(groups)
    return groups


def disturb(window: Window, words: Vocabulary, dice: Random) -> Window:
    """The window as training sees it: conditions dropped at random, velocities shifted."""
    bars, asked = window
    if dice.random() < _SHIFTED:
        bars, asked = _shifted(bars, asked, words, dice.choice((-2, -1, 1, 2)))
    nameless, bare = dice.random() < _NAMELESS, dice.random() < _BARE
    told = [_dropped(a, nameless, bare and n < len(asked) - 1, dice) for n, a in enumerate(asked)]
    return bars, told


def _shifted(
    bars: Sequence[tuple[StrokeToken, ...]], asked: Sequence[Asked], words: Vocabulary, steps: int
) -> Window:
    """All played softer or harder, and what is asked for measured anew."""
    most = VELOCITY_STEPS - 1
    moved = [
        tuple(
            s if s == BAR else s._replace(velocity=min(max(s.velocity + steps, 0), most))
            for s in bar
        )
        for bar in bars
    ]
    played = [Bar(words.hits(bar)) for bar in moved]
    told = [
        replace(one, intensity=loudness(bar), ghosts=ghost_share(bar), complexity=off_beat(bar))
        for one, bar in zip(asked, played, strict=True)
    ]
    return moved, told


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
