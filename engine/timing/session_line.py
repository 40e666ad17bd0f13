"""An Ableton Link session: the line of its beats, and where on it the song comes in.

Link shares tempo and phase modulo the quantum, never a song position: so the song lays its top
on a bar line of the session and counts from there. Every peer numbers the beats for itself;
only what is left of them modulo the quantum means the same to all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH
from engine.timing.messages import Linked
from engine.timing.timeline import Timeline

LATE = TICKS_PER_SIXTEENTH // 2  # ticks after its bar line an entry still plays the downbeat
GRAIN = 1.0  # ticks; Link counts microseconds, so a moment on a bar line may read as after it


@dataclass(slots=True)
class Entry:
    """At session tick `at` the song stands at `tick`; None: at the nearest bar it can reach."""

    at: float
    tick: float | None


class SessionLine:
    """The session as it was last heard."""

    def __init__(self) -> None:
        self.peers = 0
        self.started: float | None = None  # session tick; None: nobody has pressed play
        self.entry: Entry | None = None  # where the song will come in, or jump to
        self._origin = 0.0  # the session tick of the song's top
        self._quantum = 1.0  # ticks
        self._line: Timeline | None = None  # of session ticks

    @property
    def known(self) -> bool:
        return self._line is not None

    @property
    def bpm(self) -> float | None:
        return self._line.bpm if self._line else None

    @property
    def song(self) -> Timeline:
        """The line of the song, while it follows the session."""
        line = self._heard
        return Timeline(line.tick - self._origin, line.at, line.bpm)

    @property
    def _heard(self) -> Timeline:
        assert self._line is not None, "nothing was heard of the session"
        return self._line

    def hear(self, event: Linked, at: float) -> float:
        """Lay the line anew; by how many ticks the beat slipped, -½..½ quantum.

        Whole quanta of difference mean nothing: what is remembered is moved along with them.
        """
        line = Timeline(event.beat * TICKS_PER_BEAT, at, event.bpm)
        off = line.tick - self._line.ticks(at) if self._line else 0.0
        self._quantum = event.quantum * TICKS_PER_BEAT
        slip = math.remainder(off, self._quantum)
        self._origin += off - slip
        if self.entry is not None:
            self.entry.at += off - slip
        self._line, self.peers = line, event.peers
        self.started = None if event.started is None else event.started * TICKS_PER_BEAT
        return slip

    def enter(self, now: float, tick: float | None) -> None:
        """Come in with song tick `tick` on the next bar line of the session."""
        self.entry = Entry(self._bar_line(self._heard.ticks(now)), tick)

    def enter_with(self, started: float, now: float) -> None:
        """Come in with those who started at a session tick: on the same bar, counted alike.

        Heard within a beat of their top, it comes in at once; later on the next bar line.
        """
        top, here = self._bar_line(started), self._heard.ticks(now)
        at = top if here <= top + TICKS_PER_BEAT else self._bar_line(here)
        self.entry = Entry(at, at - top)

    def _bar_line(self, tick: float) -> float:
        """The first bar line of the session at or after a tick of it."""
        return math.ceil((tick - GRAIN) / self._quantum) * self._quantum

    def entry_at(self, entry: Entry) -> float:
        """The moment of an entry, seconds."""
        return self._heard.seconds(entry.at)

    def land(self, entry: Entry, now: float, left: float) -> float:
        """Begin the song at an entry; the song tick of this moment, which may be after it.

        `left`: the song tick where it stood until then, of a song that plays already.
        """
        tick = entry.tick
        if tick is None:
            tick = round(left / self._quantum) * self._quantum
        self._origin = entry.at - tick
        self.entry = None
        late = self._heard.ticks(now) - entry.at
        return tick + late if late > LATE else tick

    def slip(self, now: float) -> float:
        """Take a slip of the beat for a jump of the song; the song tick of this moment."""
        if (tick := self.song.ticks(now)) < 0.0:
            self._origin -= self._quantum
            tick += self._quantum
        return tick
