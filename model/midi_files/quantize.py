"""Where strokes that were played belong on a score: a grid for every beat, grace notes, fills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Bar, Voice
from engine.score.playable import GRACED

TOMS = (Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM)
SIXTEENTHS, TRIPLETS, THIRTYSECONDS = 120, 160, 60
# Ticks of misfit a grid must save to be chosen; of on-beat hits the sd is 18.5 ms in Groove,
# about 16 ticks at the median tempo, so a finer grid fits noise unless it costs something.
_PENALTY = {SIXTEENTHS: 0.0, TRIPLETS: 5.0, THIRTYSECONDS: 18.0}
_MERGED = 10.0  # ticks of misfit that losing a note to another on its slot counts for
_TOM_STROKES = 4  # toms above the phrase's median that make a bar of a beat a fill
_GRACE = 20  # ticks before its stroke where a grace note is written: 21 ms at 120 BPM


def constant_offset(ticks: Sequence[int]) -> int:
    """The median distance in ticks to the nearest beat, of what is near one, else sixteenth."""
    for grid, reach in ((TICKS_PER_BEAT, 70), (SIXTEENTHS, 60)):
        near = [d for d in ((t + grid // 2) % grid - grid // 2 for t in ticks) if abs(d) <= reach]
        if len(near) >= 3 or grid == SIXTEENTHS:
            return round(median(near)) if near else 0
    return 0


def _slot(tick: int, grid: int) -> int:
    return max(0, (tick + grid // 2) // grid * grid)


def placed(
    group: Sequence[tuple[int, Voice, int]], grid: int
) -> list[tuple[int, tuple[int, Voice, int]]]:
    """A beat's strokes with their places on a grid, grace notes just before their stroke.

    Of two strokes of a voice nearest to one place the first is a grace note (a flam, or
    of three a drag) if it is the softer; else the louder alone is kept.
    """
    places: dict[tuple[int, Voice], list[tuple[int, Voice, int]]] = defaultdict(list)
    for stroke in sorted(group, key=lambda stroke: stroke[0]):
        places[_slot(stroke[0], grid), stroke[1]].append(stroke)
    found = []
    for (slot, voice), strokes in places.items():
        main = max(range(len(strokes)), key=lambda n: strokes[n][2])
        found.append((slot, strokes[main]))
        if voice in GRACED:
            graces = reversed(strokes[:main][-2:])
            found += [(slot - _GRACE * (n + 1), grace) for n, grace in enumerate(graces)]
    return found


def misfit(strokes: Sequence[tuple[int, Voice]], grid: int) -> float:
    """Rms distance in ticks of a beat's strokes to a grid, and a charge for what it merges."""
    square = sum((tick - _slot(tick, grid)) ** 2 for tick, _ in strokes) / len(strokes)
    merged = len(strokes) - len({(_slot(tick, grid), voice) for tick, voice in strokes})
    return float(square**0.5) + _MERGED * merged / len(strokes)


def best_grid(strokes: Sequence[tuple[int, Voice]], usual: int) -> int:
    """The grid, in ticks, that fits the strokes of a beat best; `usual` costs nothing."""
    cost = dict(_PENALTY)
    if usual == TRIPLETS:
        cost[SIXTEENTHS], cost[TRIPLETS] = cost[TRIPLETS], cost[SIXTEENTHS]
    return min(cost, key=lambda grid: misfit(strokes, grid) + cost[grid])


def file_grid(beats: Iterable[Sequence[tuple[int, Voice, int]]]) -> int:
    """Sixteenths or triplets: what fits the beats of a whole file better."""
    groups = [[(tick, voice) for tick, voice, _ in group] for group in beats]
    total = {grid: sum(misfit(g, grid) for g in groups) for grid in (SIXTEENTHS, TRIPLETS)}
    return TRIPLETS if total[TRIPLETS] < total[SIXTEENTHS] else SIXTEENTHS


def mark_fills(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """The bars of a beat, those with many more tom strokes than the usual marked as fills.

    Groove labels whole files; its long beats hold fills, which are what teaches when and how
    a groove breaks into one.
    """
    toms = [sum(hit.voice in TOMS for hit in bar.hits) for bar in bars]
    usual = median(toms) if toms else 0
    return tuple(
        replace(bar, fill=True) if count >= usual + _TOM_STROKES else bar
        for bar, count in zip(bars, toms, strict=True)
    )
