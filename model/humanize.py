"""Notes of a .mid file played as somebody would: the score under them found, then performed.

Where a note belongs is found beat by beat as in the data that the feel was learned from
(model.data). A stroke too close to a louder one of its voice to have a place of its own, the
grace note of a flam, keeps its distance to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.grid import TICKS_PER_BEAT, Meter
from engine.notes import Bar, Hit, Voice
from model.data import best_grid, constant_offset, file_grid
from model.feel_input import round_half_up
from model.midifile import Note

_EARLY = 30  # ticks before a beat from where a note belongs to it, as in model.data

Perform = Callable[[Sequence[Bar]], Sequence[Bar]]


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


def sheet_of(notes: Sequence[Note], voices: Mapping[int, Voice], meter: Meter) -> Sheet:
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
            places[number] = beat * TICKS_PER_BEAT + max(0, round_half_up(tick / grid)) * grid
    return places


def humanized(
    notes: Sequence[Note],
    voices: Mapping[int, Voice],
    meter: Meter,
    perform: Perform,
    amount: float = 1.0,
) -> list[tuple[int, int]]:
    """A new (tick, velocity) for each note, performed by `perform`.

    `amount` 0 is the score grid with the velocities that were there, 1 the performance, 2
    twice as far from the grid. Ticks may be below 0.
    """
    sheet = sheet_of(notes, voices, meter)
    performed = {
        (number * meter.bar_ticks + hit.tick, hit.voice): hit
        for number, bar in enumerate(perform(sheet.bars))
        for hit in bar.hits
    }
    found = []
    for note, voice, place, main in zip(
        notes, sheet.voices, sheet.places, sheet.mains, strict=True
    ):
        hit, lead = performed[place, voice], notes[main]
        tick = place + round(hit.offset * amount) + note.tick - lead.tick
        force = lead.velocity + (hit.velocity - lead.velocity) * amount
        velocity = round(note.velocity * force / lead.velocity)
        found.append((tick, min(127, max(1, velocity))))
    return found
