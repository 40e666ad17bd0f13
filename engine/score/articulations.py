"""Articulations: other sounds of a voice's instrument, played by how hard it is struck.

A score knows voices and velocities only; a kit that has the sound names its note.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.score.notes import Voice


class Articulation(NamedTuple):
    """What strokes of a voice sound so: those of velocities `low` to `high`, as performed."""

    voice: Voice
    low: int
    high: int


# Measured in the Groove MIDI Dataset (1,071 files): from 96 on half of the snare's strokes are
# rimshots, under 88 one in a hundred is; closed hats are struck on the edge more often than on the
# bow from 56 on. That a hat played softly is open by half is a design choice.
ARTICULATIONS: Mapping[str, Articulation] = {
    "rimshot": Articulation(Voice.SNARE, 96, 127),
    "hat_edge": Articulation(Voice.CLOSED_HAT, 56, 127),
    "half_open": Articulation(Voice.OPEN_HAT, 1, 63),
}


class Sounds:
    """The note of a stroke on a kit whose `articulations` have these notes by name."""

    def __init__(self, articulations: Mapping[str, int]) -> None:
        named = {ARTICULATIONS[name]: note for name, note in articulations.items()}
        self._of = {one.voice: (one.low, one.high, note) for one, note in named.items()}

    def note(self, voice: Voice, velocity: int, usual: int) -> int:
        """The articulation's note, or the voice's `usual` one."""
        low, high, note = self._of.get(voice, (128, 0, usual))
        return note if low <= velocity <= high else usual


def voices_by_note(
    notes: Mapping[Voice, int], articulations: Mapping[str, int]
) -> dict[int, Voice]:
    """Which voice each note of a kit is; of voices with one note the first."""
    found = {note: voice for voice, note in reversed(list(notes.items()))}
    return found | {note: ARTICULATIONS[name].voice for name, note in articulations.items()}
