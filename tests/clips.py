"""Clips of a few notes, as tests write them into files."""

from __future__ import annotations

from collections.abc import Iterable

from engine.score.grid import FOUR_FOUR, Meter
from engine.takes.clip import Clip, ClipNote
from model.midi_files.drum_file import MidiNote


def clip_with(
    notes: Iterable[MidiNote],
    bpm: float = 120.0,
    meter: Meter = FOUR_FOUR,
    name: str = "x",
    bars: int = 1,
) -> Clip:
    """A clip of notes in any order."""
    placed = tuple(ClipNote(*note) for note in sorted(notes))
    return Clip(name, "", bars, ((0, bpm),), placed, meter)
