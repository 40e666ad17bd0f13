"""A bar in its place in the song."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from engine.controls.follow import Lead
from engine.score.notes import Bar, Voice


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar in its place: its number in playing order and the song tick of its bar line.

    `called`: a fill asked for by hand; `lead`: what the performer tapped before it.
    """

    bar: Bar
    number: int
    start: int
    called: bool = False
    lead: Lead | None = None

    @property
    def end(self) -> int:
        return self.start + self.bar.meter.bar_ticks


class PlacedNote(NamedTuple):
    """A note to send: performed and score position in song ticks, which bar it is of.

    `start` is the song tick of that bar's line, `usual` the voice's note: another than `note`
    where this stroke is an articulation of it.

    A tuple, not a dataclass: dozens are made at every turn of a knob, at a third of the cost.
    """

    tick: float
    score: int
    voice: Voice
    note: int
    velocity: int
    bar: int
    start: int
    usual: int

    @property
    def key(self) -> tuple[int, int, int]:
        """What identifies it however the knobs move it; two voices of a kit may share a note."""
        return (self.bar, self.score, self.usual)
