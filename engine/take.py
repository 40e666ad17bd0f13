"""What was really played: every note sent, with where it stood in the song.

Kept for the last bars only, so that hours of playing need no more memory than minutes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Played:
    """A note that was sent: bar in playing order, song ticks (performed and score), seconds."""

    bar: int
    tick: float
    score: int
    note: int
    velocity: int
    at: float


class Take:
    """The last `bars` bars that were played."""

    def __init__(self, bars: int = 64) -> None:
        self._bars = bars
        self._notes: deque[Played] = deque()

    def add(self, played: Played) -> None:
        """Keep a note; those of bars too long ago are let go."""
        self._notes.append(played)
        while self._notes[0].bar <= played.bar - self._bars:
            self._notes.popleft()

    def last(self, bars: int) -> tuple[Played, ...]:
        """The notes of the last `bars` bars, in the order they were sent."""
        if not self._notes:
            return ()
        newest = max(played.bar for played in self._notes)
        return tuple(played for played in self._notes if played.bar > newest - bars)
