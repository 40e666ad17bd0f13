"""Beats ↔ seconds at one tempo, an immutable line.

A tempo change makes a new line through the present moment, so that the beat never jumps
(beat = elapsed ÷ period does, at every change).
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.score.grid import TICKS_PER_BEAT


@dataclass(frozen=True, slots=True)
class Timeline:
    """Song tick `tick` falls at `at` seconds and the song runs at `bpm` beats a minute."""

    tick: float
    at: float
    bpm: float

    @property
    def seconds_per_tick(self) -> float:
        return 60.0 / (self.bpm * TICKS_PER_BEAT)

    def seconds(self, tick: float) -> float:
        """The moment a song tick falls."""
        return self.at + (tick - self.tick) * self.seconds_per_tick

    def ticks(self, at: float) -> float:
        """The song tick of a moment."""
        return self.tick + (at - self.at) / self.seconds_per_tick

    def with_tempo(self, bpm: float, now: float) -> Timeline:
        """The same song from `now` on at another tempo."""
        return Timeline(self.ticks(now), now, bpm)
