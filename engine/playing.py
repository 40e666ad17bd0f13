"""A bar in its place in the song."""

from __future__ import annotations

from dataclasses import dataclass

from engine.follow import Lead
from engine.notes import Bar


@dataclass(frozen=True, slots=True)
class Playing:
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
