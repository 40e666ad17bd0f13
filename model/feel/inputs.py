"""What the feel network is told of bars, and the classes its answers stand in.

Of a bar only its score is read: positions, voices and, where asked, coarse dynamic marks.
Neither its offsets nor its velocities ever reach the network.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH
from engine.score.notes import GHOST_VELOCITY, ORDER, Bar, Hit, Voice
from model.feel.network import NUMBERS, OFFSETS, SLOTS, VELOCITIES, FeelInputs

ACCENT_VELOCITY = 100  # from here a stroke is an accent
FARTHEST = 80.0  # ticks; half an eighth triplet is the farthest a hit stands from its slot
OFFSET_WIDTH = 2 * FARTHEST / OFFSETS  # ticks of a class
VELOCITY_WIDTH = 4  # of a class; 127, which 13 % of Groove's hits have, is one alone
_SLOT_TICKS = 20
_LONGEST_GAP = 1920
# Groove has no clap and no shaker: they are struck as what they usually stand in for.
_LIKE = {Voice.CLAP: Voice.SNARE, Voice.PERCUSSION: Voice.CLOSED_HAT}
_NUMBER_OF = {voice: ORDER[_LIKE.get(voice, voice)] for voice in Voice}


class HitPlace(NamedTuple):
    """Where a hit of a window stands: which bar, which of its hits, ticks from the start."""

    bar: int
    hit: int
    tick: int


@dataclass(frozen=True, slots=True)
class Window:
    """Bars that are read together; `style` maps numbers of styles to weights of sum 1.

    `marks` are the dynamic marks of all hits, bar after bar, or empty: none given. `plain`
    says that the score was put on plain sixteenths, so that swing is part of the feel.
    """

    bars: Sequence[Bar]
    bpm: float
    style: Mapping[int, float] = field(default_factory=dict)
    marks: Sequence[int] = ()
    plain: bool = False

    def places(self) -> list[HitPlace]:
        """The hits in order."""
        start, found = 0, []
        for number, bar in enumerate(self.bars):
            found += [HitPlace(number, n, start + hit.tick) for n, hit in enumerate(bar.hits)]
            start += bar.meter.bar_ticks
        return found


def mark_of(velocity: int) -> int:
    """1 for a ghost note, 2 for a normal stroke, 3 for an accent."""
    return 1 + (velocity >= GHOST_VELOCITY) + (velocity >= ACCENT_VELOCITY)


def stack(windows: Sequence[Window], styles: int) -> FeelInputs:
    """Windows with a hit or more as one batch, the shorter filled up."""
    all_places = [window.places() for window in windows]
    size = (len(windows), max(len(places) for places in all_places))
    voices, ticks, slots, marks = whole = [torch.zeros(size, dtype=torch.long) for _ in range(4)]
    numbers, present = torch.zeros(*size, NUMBERS), torch.zeros(size, dtype=torch.bool)
    style = torch.zeros(len(windows), styles)
    for row, (window, places) in enumerate(zip(windows, all_places, strict=True)):
        length = len(places)
        for tensor, column in zip(whole, _whole_numbers(window, places), strict=True):
            tensor[row, :length] = torch.tensor(column)
        numbers[row, :length] = torch.tensor(_figures(window, places))
        present[row, :length] = True
        for number, weight in window.style.items():
            style[row, number] = weight
    plain = torch.tensor([int(window.plain) for window in windows])
    return FeelInputs(voices, ticks, slots, marks, numbers, style, plain, present)


def _whole_numbers(window: Window, places: Sequence[HitPlace]) -> tuple[list[int], ...]:
    hits = [window.bars[place.bar].hits[place.hit] for place in places]
    return (
        [_NUMBER_OF[hit.voice] for hit in hits],
        [place.tick for place in places],
        [min(hit.tick // _SLOT_TICKS, SLOTS - 1) for hit in hits],
        list(window.marks) or [0] * len(hits),
    )


def _figures(window: Window, places: Sequence[HitPlace]) -> list[list[float]]:
    """Of each hit: nearness of its neighbours, what sounds with it, and of its bar."""
    ticks = sorted({place.tick for place in places})
    own: dict[Voice, list[int]] = defaultdict(list)
    for place in places:
        own[window.bars[place.bar].hits[place.hit].voice].append(place.tick)
    together: dict[int, int] = defaultdict(int)
    for place in places:
        together[place.tick] += 1
    ms = 60_000 / (window.bpm * TICKS_PER_BEAT)
    tempo = math.log2(window.bpm / 110.0)  # Groove: median 110
    rows = []
    for place in places:
        bar = window.bars[place.bar]
        before, after = _gaps(ticks, place.tick)
        own_before, own_after = _gaps(own[bar.hits[place.hit].voice], place.tick)
        gaps = [_near(gap) for gap in (before, after, own_before, own_after)]
        speed = [_near(gap * ms) for gap in (own_before, own_after)]
        rest = [together[place.tick] / 3, tempo, float(bar.fill), len(bar.hits) / 20]
        rows.append(gaps + speed + rest)
    return rows


def _gaps(ticks: Sequence[int], tick: int) -> tuple[int, int]:
    """Ticks to the one before and the one after, among sorted ones."""
    left, right = bisect_left(ticks, tick), bisect_right(ticks, tick)
    before = tick - ticks[left - 1] if left else _LONGEST_GAP
    after = ticks[right] - tick if right < len(ticks) else _LONGEST_GAP
    return min(before, _LONGEST_GAP), min(after, _LONGEST_GAP)


def _near(gap: float) -> float:
    return math.log2(1.0 + gap / 60.0) / 3.0  # about 0..1.7


def offset_class(ticks: float) -> int:
    """The class of an offset; those beyond FARTHEST fall into the outermost."""
    return min(OFFSETS - 1, max(0, math.floor((ticks + FARTHEST) / OFFSET_WIDTH)))


def velocity_class(velocity: int) -> int:
    """The class of a velocity 1..127."""
    return VELOCITIES - 1 if velocity >= 127 else velocity // VELOCITY_WIDTH


def offset_edges() -> Tensor:
    """Ticks at which the classes of offsets begin and end, OFFSETS + 1 of them."""
    return torch.linspace(-FARTHEST, FARTHEST, OFFSETS + 1)


def velocity_edges() -> Tensor:
    """Velocities at which classes begin and end; a stroke of v lies in the middle of v ± .5."""
    edges = [n * VELOCITY_WIDTH - 0.5 for n in range(VELOCITIES)] + [127.5]
    edges[0], edges[-2] = 0.5, 126.5
    return torch.tensor(edges)


def on_plain_sixteenths(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """Bars of one meter with every hit on its nearest sixteenth, its offset from there.

    Of two strokes of a voice that fall together the louder stays.
    """
    hits: list[list[Hit]] = [[] for _ in bars]
    length = bars[0].meter.bar_ticks if bars else 1
    for number, bar in enumerate(bars):
        for hit in bar.hits:
            played = number * length + hit.tick + hit.offset
            slot = round_half_up(played / TICKS_PER_SIXTEENTH) * TICKS_PER_SIXTEENTH
            slot = min(max(slot, 0), len(bars) * length - TICKS_PER_SIXTEENTH)
            where, tick = divmod(slot, length)
            hits[where].append(Hit(tick, hit.voice, hit.velocity, played - slot))
    return tuple(bar.with_hits(found) for bar, found in zip(bars, hits, strict=True))


def round_half_up(number: float) -> int:
    """The nearest whole number; of two the higher."""
    return math.floor(number + 0.5)
