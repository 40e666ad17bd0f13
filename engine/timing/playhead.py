"""The playhead: the transport, the line of the beats, and how far along it the song has come."""

from __future__ import annotations

from dataclasses import dataclass

from engine.timing.timeline import Timeline
from engine.timing.transport import SOUNDING, Cue, TransportState, moved


@dataclass(frozen=True, slots=True)
class Landing:
    """Playing began or jumped to song tick `tick` at `at` seconds; `left`: jumped from there."""

    tick: float
    at: float
    left: float | None = None


class Playhead:
    """Moved by whoever drives it: "midi", "link" or "internal"."""

    def __init__(self, driver: str, bpm: float) -> None:
        self.driver = driver
        self.transport = TransportState.STOPPED
        self.timeline = Timeline(0.0, 0.0, bpm)  # means something while sounding
        self.reached = 0.0  # farthest song tick reported since it landed
        self._landed: Landing | None = None

    @property
    def sounding(self) -> bool:
        return self.transport in SOUNDING

    def tick(self, now: float) -> float:
        """The song tick of this moment; it runs backwards only by a jump."""
        self.reached = max(self.reached, self.timeline.ticks(now))
        return self.reached

    def move(self, cue: Cue) -> None:
        """Move the transport; TransitionError for what its table lacks."""
        self.transport = moved(self.transport, cue)

    def land(self, landing: Landing) -> None:
        """Playing begins or jumps."""
        self._landed, self.reached = landing, landing.tick

    def landed(self) -> Landing | None:
        """Where playing began or jumped to, said once; None if it simply went on."""
        landed, self._landed = self._landed, None
        return landed
