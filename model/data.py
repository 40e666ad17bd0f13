"""What the drummer learns from: phrases of bars, played ones from Groove and synthetic ones.

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
from random import Random
from statistics import median

from engine.events import Request
from engine.fallback import improvise
from engine.grid import FOUR_FOUR, TICKS_PER_BEAT
from engine.notes import Bar, Hit, Voice, in_order
from engine.style import Style
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
_PHRASE = 8  # bars of a synthetic phrase, its fill last


@dataclass(frozen=True, slots=True)
class Phrase:
    """Bars that follow one another; `style` a trained name, `split` train, validation, test.

    `fill` tells a file that is a fill only. `player` is a drummer's name, or "synthetic".
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
            phrases.append(
                Phrase(bars, style, float(row["bpm"]), row["split"], row["drummer"], fill)
            )
    return phrases


def synthetic(styles: Sequence[Style], bars: int, seed: int) -> list[Phrase]:
    """Phrases improvised from the styles' own patterns, about `bars` bars a style.

    One phrase in ten is for validation. Density, complexity and tempo are drawn at random.
    """
    phrases = []
    for style in styles:
        dice = Random(f"{seed} {style.name}")
        for number in range(max(1, bars // _PHRASE)):
            low, usual, high = style.tempo
            bpm = dice.triangular(low, high, usual)
            phrase = Phrase(
                _improvised(style, bpm, dice),
                style.name,
                bpm,
                "validation" if number % 10 == 9 else "train",
                "synthetic",
            )
            phrases.append(phrase)
    return phrases


def _improvised(style: Style, bpm: float, dice: Random) -> tuple[Bar, ...]:
    density, complexity = dice.triangular(0.2, 0.9, 0.55), dice.uniform(0.1, 0.9)
    history: tuple[Bar, ...] = ()
    for place in range(_PHRASE):
        request = Request(
            number=place,
            generation=0,
            style=style.name,
            mixture=((style.name, 1.0),),
            bpm=bpm,
            place=place,
            phrase=_PHRASE,
            fill=place == _PHRASE - 1,
            density=density,
            complexity=complexity,
            history=history,
            seed=dice.getrandbits(32),
        )
        history += (improvise(style, request),)
    return history


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
        for tick, voice, velocity in group:
            slot = _slot(tick, grid)
            bar, place = divmod(beat * TICKS_PER_BEAT + slot, FOUR_FOUR.bar_ticks)
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
