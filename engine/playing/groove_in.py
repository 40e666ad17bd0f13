"""Groove in: the notes that the performer plays to the drummer, heard once a bar.

What is struck is kept at the sixteenth it is meant for; shortly before the next bar is decided it
is measured, and bars to come are led by it.
"""

from __future__ import annotations

from engine.bars.placed import PlacedBar
from engine.controls.follow import Tapped
from engine.playing.bar_sequence import BarSequence
from engine.playing.note_plan import EPSILON
from engine.playing.parts import Parts

LOOK = 0.4  # seconds before the next bar is decided: time to compose it as was tapped


class GrooveIn:
    """Hears the performer for the control `follow`."""

    def __init__(self, parts: Parts, bars: BarSequence) -> None:
        self._song, self._desk, self._prepared = parts.song, parts.desk, parts.prepared
        self._bars, self._pacing = bars, parts.pacing
        self._tapped = Tapped(parts.desk.meter)
        self._looked = -1  # number of the bar in which what is tapped was measured last

    def strike(self, velocity: int, now: float) -> None:
        """Keep a note that came in at the sixteenth it is meant for."""
        current = self._bars.current
        if current is not None and self._song.sounding:
            tick = self._song.timeline.ticks(now) - current.start
            self._tapped_in(current).strike(current.number, tick, velocity, self._desk.swing)

    def look_at(self, current: PlacedBar) -> float | None:
        """When to measure, once a bar: late enough to know it, early enough to compose the next."""
        if self._looked == current.number or not self._desk.number("follow"):
            return None
        return self._bars.commit_at(current) - LOOK

    def look_if_due(self, current: PlacedBar, now: float) -> None:
        """Measure, if it is time."""
        look_at = self.look_at(current)
        if look_at is not None and now >= look_at:
            self._looked = current.number
            self.look(now)

    def look(self, now: float) -> None:
        """Let bars to come be led by what was tapped until now."""
        current = self._bars.current
        if current is None or not self._song.sounding:
            return
        tick = self._song.timeline.ticks(now) - current.start + EPSILON
        follow = self._desk.number("follow")
        self._prepared.follow(self._tapped_in(current).lead(follow, current.number, tick))
        self._pacing.ask_soon(now)

    def _tapped_in(self, current: PlacedBar) -> Tapped:
        """What is tapped in the meter of the bar that plays; in another one it begins anew."""
        if self._tapped.meter != current.bar.meter:
            self._tapped = Tapped(current.bar.meter)
        return self._tapped

    def stop(self) -> None:
        """Nothing is tapped any more."""
        self._tapped.clear()
        self._prepared.follow(None)
