"""What the drummer learns from: phrases of bars out of the Groove MIDI Dataset.

The traps of Groove (FACTS 3) are handled here and nowhere else: pitches are mapped to
voices first, each file's constant offset is taken away before anything is put on a grid,
and only 4/4 is read.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from engine.grid import FOUR_FOUR, TICKS_PER_BEAT
from engine.notes import Bar, Hit, Voice, in_order
from engine.validate import GRACED
from model.midifile import Note, read

_GROOVE_NOTES = {
    Voice.KICK: (36,),
    Voice.SNARE: (38, 40),
    Voice.SIDE_STICK: (37,),
    Voice.CLOSED_HAT: (42, 22),
    Voice.PEDAL_HAT: (44,),
    Voice.OPEN_HAT: (46, 26),
    Voice.LOW_TOM: (43, 58),
    Voice.MID_TOM: (45, 47),
    Voice.HIGH_TOM: (48, 50),
    Voice.CRASH: (49, 55, 57, 52),
    Voice.RIDE: (51, 59),
    Voice.RIDE_BELL: (53,),
}
VOICES = {note: voice for voice, notes in _GROOVE_NOTES.items() for note in notes}
TOMS = (Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM)

SIXTEENTHS, TRIPLETS, THIRTYSECONDS = 120, 160, 60
# Ticks of misfit a grid must save to be chosen; of on-beat hits the sd is 18.5 ms (FACTS 3),
# about 16 ticks at the median tempo, so a finer grid fits noise unless it costs something.
_PENALTY = {SIXTEENTHS: 0.0, TRIPLETS: 5.0, THIRTYSECONDS: 18.0}
_MERGED = 10.0  # ticks of misfit that losing a note to another on its slot counts for
_EARLY = 30  # ticks before a beat from where a note belongs to it: half a 32nd
_TOM_STROKES = 4  # toms above the phrase's median that make a bar of a beat a fill
_GRACE = 20  # ticks before its stroke where a grace note is written: 21 ms at 120 BPM
# Of the published split's validation files 110 of 124 share drummer, session, style and tempo
# with training files (FACTS 3). These sessions are learned from in no way: about 6 % of all,
# one of the nine drummers wholly.
SESSIONS = frozenset(
    {"drummer2/session2", "drummer3/session2", "drummer6/session2", "drummer6/session3"}
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Bars that follow one another; `style` a trained name, `split` as below.

    Splits are train, validation and test as published, and session: whatever of the first
    two was played in SESSIONS. `fill` tells a file that is a fill only. `player` is a drummer's
    name, or "synthetic".
    """

    bars: tuple[Bar, ...]
    style: str
    bpm: float
    split: str
    player: str
    fill: bool = False


def groove(folder: Path) -> list[Phrase]:
    """The 4/4 phrases of the Groove MIDI Dataset, in the order of its info.csv.

    Raises FileNotFoundError where info.csv is not in `folder`.
    """
    with (folder / "info.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    phrases = []
    for row in rows:
        if row["time_signature"] != "4-4":
            continue
        style = row["style"].split("/")[0]
        fill = row["beat_type"] == "fill"
        bars = bars_of(read(folder / row["midi_filename"]).notes, style, fill)
        if bars:
            split = "session" if row["session"] in SESSIONS else row["split"]
            phrases.append(Phrase(bars, style, float(row["bpm"]), split, row["drummer"], fill))
    return phrases


def bars_of(notes: Sequence[Note], style: str, fill: bool) -> tuple[Bar, ...]:
    """The bars of a performance, without the nearly empty ones it starts and ends with."""
    strokes = [
        (note.tick, VOICES[note.note], note.velocity) for note in notes if note.note in VOICES
    ]
    if not strokes:
        return ()
    constant = constant_offset([tick for tick, _, _ in strokes])
    beats: dict[int, list[tuple[int, Voice, int]]] = defaultdict(list)
    for tick, voice, velocity in strokes:
        beat, within = divmod(tick - constant + _EARLY, TICKS_PER_BEAT)
        beats[max(beat, 0)].append((within - _EARLY, voice, velocity))
    slow = file_grid(beats.values())
    hits: dict[int, list[Hit]] = defaultdict(list)
    for beat, group in beats.items():
        grid = best_grid([(tick, voice) for tick, voice, _ in group], slow)
        for slot, (tick, voice, velocity) in placed(group, grid):
            bar, place = divmod(max(0, beat * TICKS_PER_BEAT + slot), FOUR_FOUR.bar_ticks)
            hits[bar].append(Hit(place, voice, velocity, tick - slot))
    bars = [
        Bar(in_order(hits[n]), style=style, fill=fill, felt=True, source="played")
        for n in range(max(hits) + 1)
    ]
    fewest = 4 if fill else 3
    while bars and len(bars[-1].hits) < fewest:
        bars.pop()
    while bars and len(bars[0].hits) < fewest:
        bars.pop(0)
    return tuple(bars) if fill else mark_fills(bars)


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
