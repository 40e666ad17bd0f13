"""Clips of a few notes, as tests write them into files."""

from __future__ import annotations

from collections.abc import Iterable

from engine.clip import Clip, ClipNote
from engine.grid import FOUR_FOUR, Meter
from model.midifile import Note


def clip_with(
    notes: Iterable[Note],
    bpm: float = 120.0,
    meter: Meter = FOUR_FOUR,
    name: str = "x",
    bars: int = 1,
) -> Clip:
    """A clip of notes in any order."""
    placed = tuple(ClipNote(*note) for note in sorted(notes))
    return Clip(name, "", bars, ((0, bpm),), placed, meter)
