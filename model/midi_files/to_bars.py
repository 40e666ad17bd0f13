"""The score under the notes of a .mid file, and the bars that they were played as.

Where a note belongs is found beat by beat as in the data that the feel was learned from. A
stroke too close to a louder one of its voice to have a place of its own, the grace note of a
flam, keeps its distance to it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH, Meter
from engine.score.notes import Bar, Hit, Voice
from engine.score.playable import GRACE
from model.midi_files.drum_file import MidiNote
from model.midi_files.quantize import best_grid, constant_offset, file_grid, mark_fills

_EARLY = 30  # ticks before a beat from where a note belongs to it, as in model.training.groove


@dataclass(frozen=True, slots=True)
class Sheet:
    """The score of some notes: `bars` without offsets, and of each note what it belongs to.

    `places` are ticks of the score from the file's start, `mains` the numbers of the notes
    whose hits stand in the bars.
    """

    bars: tuple[Bar, ...]
    voices: tuple[Voice, ...]
    places: tuple[int, ...]
    mains: tuple[int, ...]


def sheet_of(notes: Sequence[MidiNote], voices: Mapping[int, Voice], meter: Meter) -> Sheet:
    """The score of notes; what is not among `voices` counts as percussion."""
    played = tuple(voices.get(note.note, Voice.PERCUSSION) for note in notes)
    places = _places([(note.tick, voice) for note, voice in zip(notes, played, strict=True)])
    groups: dict[tuple[int, Voice], list[int]] = defaultdict(list)
    for number, key in enumerate(zip(places, played, strict=True)):
        groups[key].append(number)
    mains = [0] * len(notes)
    hits: dict[int, list[Hit]] = defaultdict(list)
    for (place, voice), numbers in groups.items():
        main = max(numbers, key=lambda number: notes[number].velocity)
        for number in numbers:
            mains[number] = main
        bar, tick = divmod(place, meter.bar_ticks)
        hits[bar].append(Hit(tick, voice, notes[main].velocity))
    bars = [Bar.of(hits[number], meter, "played") for number in range(max(hits, default=-1) + 1)]
    return Sheet(tuple(bars), played, tuple(places), tuple(mains))


def bars_of_file(
    notes: Sequence[MidiNote], voices: Mapping[int, Voice], meter: Meter, ticks: int
) -> tuple[Bar, ...]:
    """The bars that notes of a file `ticks` long were played as, offsets and all.

    Notes that are not among `voices` are left out, and empty bars before and after. An early
    downbeat at the end of a loop belongs to its start. Bars of a file on the grid are not felt.
    """
    known = [note for note in notes if note.note in voices]
    sheet = sheet_of(known, voices, meter)
    whole = max(1, round(ticks / meter.bar_ticks)) * meter.bar_ticks
    length = whole if abs(ticks - whole) <= _EARLY else math.inf  # else no loop
    hits: dict[int, list[Hit]] = defaultdict(list)
    for note, voice, place in zip(known, sheet.voices, _apart(known, sheet), strict=True):
        tick = place - whole if place >= length else place
        number, at = divmod(max(0, tick), meter.bar_ticks)
        offset = min(TICKS_PER_SIXTEENTH, max(-TICKS_PER_SIXTEENTH, note.tick - place))
        hits[number].append(Hit(at, voice, note.velocity, offset))
    felt = any(hit.offset for bar in hits.values() for hit in bar)
    bars = [
        replace(Bar.of(hits[number], meter, "played"), felt=felt)
        for number in range(min(hits, default=0), max(hits, default=-1) + 1)
    ]
    if len(bars) > 1 and length == math.inf and all(hit.tick == 0 for hit in bars[-1].hits):
        bars.pop()  # a last stroke to end with
    return mark_fills(bars)


def _apart(notes: Sequence[MidiNote], sheet: Sheet) -> list[int]:
    """Where notes stand on the score: a stroke without a place of its own beside its main one."""
    places = list(sheet.places)
    for number, main in enumerate(sheet.mains):
        if number != main:
            away = notes[number].tick - notes[main].tick
            side = 1 if number > main else -1
            places[number] += side * max(1, round(abs(away) / GRACE)) * GRACE
    return places


def _places(strokes: Sequence[tuple[int, Voice]]) -> list[int]:
    """The tick of the score that each stroke belongs to."""
    constant = constant_offset([tick for tick, _ in strokes])
    beats: dict[int, list[tuple[int, int, Voice]]] = defaultdict(list)
    for number, (tick, voice) in enumerate(strokes):
        beat = max(0, (tick - constant + _EARLY) // TICKS_PER_BEAT)
        beats[beat].append((number, tick - constant - beat * TICKS_PER_BEAT, voice))
    usual = file_grid([[(tick, voice, 0) for _, tick, voice in beat] for beat in beats.values()])
    places = [0] * len(strokes)
    for beat, group in beats.items():
        grid = best_grid([(tick, voice) for _, tick, voice in group], usual)
        for number, tick, _ in group:
            places[number] = beat * TICKS_PER_BEAT + max(0, math.floor(tick / grid + 0.5)) * grid
    return places
