"""Notes of a .mid file played as somebody would: the score under them is performed anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.score.grid import Meter
from engine.score.notes import Bar, Voice
from model.midi_files.drum_file import MidiNote
from model.midi_files.to_bars import sheet_of

Perform = Callable[[Sequence[Bar]], Sequence[Bar]]


def humanized(
    notes: Sequence[MidiNote],
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
