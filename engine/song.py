"""Where the song is: transport, clock and position joined into one timeline.

A master's clock messages count the song position; the follower only says when they fall.
So a jump moves the position and leaves tempo and phase as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.clock import Clock
from engine.events import Continue, Position, Start, Stop, Tick
from engine.grid import CLOCKS_PER_SIXTEENTH, TICKS_PER_CLOCK
from engine.timeline import Timeline
from engine.transport import SOUNDING, Cue, Transport, moved

SILENCE = 0.5  # seconds without a clock; less may be a busy master (FACTS 1)
RESUME = 30.0  # seconds of silence after which a tempo says nothing about the phase any more


@dataclass(frozen=True, slots=True)
class Landing:
    """Playing began or jumped to song tick `tick` at `at` seconds; `left`: jumped from there."""

    tick: float
    at: float
    left: float | None = None


Transporting = Tick | Start | Continue | Stop | Position


class Song:
    """Follows a MIDI master, runs by itself, or either ("auto").

    `source` is "midi", "internal" or "auto"; `timeout` seconds of silence before a stop.
    """

    def __init__(self, source: str = "auto", timeout: float = 2.0, bpm: float = 120.0) -> None:
        self.transport = Transport.STOPPED
        self.driver = "internal" if source == "internal" else "midi"
        self.clock_offset = 0.0  # seconds
        self._source = source
        self._timeout = max(timeout, SILENCE)
        self._clock = Clock()
        self._bpm = bpm  # of the internal clock
        self._timeline = Timeline(0.0, 0.0, bpm)
        self._clocks = -1  # song position of the last clock message
        self._pending: int | None = 0  # song position of the next one, where it is not the next
        self._heard: float | None = None  # when the last clock message came
        self._landed: Landing | None = None
        self._reached = 0.0  # farthest song tick reported since
        self._takeover = False  # a master wants to lead once it ticks
        self._gap_from = -math.inf  # seconds; a clock message before it follows without a gap

    @property
    def sounding(self) -> bool:
        return self.transport in SOUNDING

    @property
    def timeline(self) -> Timeline:
        """The line now; it means something while sounding."""
        return self._timeline

    @property
    def bpm(self) -> float:
        """The tempo played or, stopped, the one to expect."""
        if self.driver == "internal":
            return self._bpm
        return self._clock.bpm if self._heard is not None else self._bpm

    @property
    def steadiness(self) -> float:
        """Rms of the clock's arrivals about the line, ms; 0 for the internal clock."""
        return self._clock.steadiness if self.driver == "midi" else 0.0

    @property
    def start_tick(self) -> int:
        """The song tick from which it would play, while stopped."""
        clocks = self._clocks + 1 if self._pending is None else self._pending
        return clocks * TICKS_PER_CLOCK

    @property
    def hold(self) -> float | None:
        """The song tick from which nothing may be sent, because a jump is announced there."""
        if self._pending is None or self.driver == "internal":
            return None
        if self.transport is Transport.PLAYING:
            return float((self._clocks + 1) * TICKS_PER_CLOCK)
        return None

    def tick(self, now: float) -> float:
        """The song tick of this moment; it runs backwards only by a jump."""
        self._reached = max(self._reached, self._timeline.ticks(now))
        return self._reached

    def landed(self) -> Landing | None:
        """Where playing began or jumped to, said once; None if it simply went on."""
        landed, self._landed = self._landed, None
        return landed

    # ---- a master's messages
    def receive(self, event: Transporting, now: float) -> None:
        """One of the five messages of a MIDI master."""
        if self._source == "internal":
            return
        match event:
            case Tick():
                self._tick(now)
            case Start():
                self._go(0)
            case Continue():
                self._go(None)
            case Position(sixteenths):
                self._pending = sixteenths * CLOCKS_PER_SIXTEENTH
            case _:  # Stop
                self._takeover = False
                if self.driver == "midi":
                    self.stop()

    def _go(self, position: int | None) -> None:
        if position is not None:
            self._pending = position
        if self.transport is Transport.PLAYING and self.driver == "midi":
            return  # a redundant Continue, or a Start that is a jump to the top
        if self.sounding and self.driver == "internal":
            self._takeover = True  # play on until it ticks: a lone Start must not silence us
            return
        self.driver = "midi"
        self.transport = moved(self.transport, Cue.GO)

    def _tick(self, now: float) -> None:
        at = now + self.clock_offset
        silent = self._heard is not None and now - self._heard >= SILENCE
        self._heard = now
        if self._takeover:
            if self._pending is None:
                self._pending = math.ceil(self.tick(now) / TICKS_PER_CLOCK)
            self._takeover, self.driver = False, "midi"
            self.transport = moved(self.transport, Cue.GO)
        playing = self.driver == "midi" and self.transport in (
            Transport.PLAYING,
            Transport.LOST,
            Transport.GONE,
        )
        if silent and playing and self._pending is None:
            self._pick_up(at)
        else:
            if silent:
                self._clock.forget()
            self._clock.receive(at)
        if self.driver == "midi" and self.transport is not Transport.STOPPED:
            self._place(now, at)

    def _pick_up(self, at: float) -> None:
        """The clock is back: the ticks that were missed are counted by the last tempo."""
        missed = self._by_line(at) - self._clocks - 1
        self._clock.resume(at, self._clock.ticks + missed)
        self._clocks += missed  # _place counts this one

    def _by_line(self, at: float) -> int:
        """The song position of a clock message at `at`, were it counted by the last tempo."""
        return max(self._clocks + 1, round(self._timeline.ticks(at) / TICKS_PER_CLOCK))

    def _place(self, now: float, at: float) -> None:
        """Count this clock message into the song and lay the line through it."""
        left = self._left(now, at)
        clocks = self._clocks + 1 if self._pending is None else self._pending
        # A jump to where the song is anyway is none; lost, it has played on from there.
        jumped = self._pending is not None and (
            clocks != self._clocks + 1 or self.transport is Transport.LOST
        )
        self._clocks, self._pending = clocks, None
        tick = float(clocks * TICKS_PER_CLOCK)
        clock = self._clock
        self._timeline = Timeline(tick, clock.at(clock.ticks - 1), clock.bpm)
        self._gap_from = now + 1.5 * clock.interval
        if jumped or not self.sounding:
            self._landed = Landing(tick, now, left)
            self._reached = tick
        self.transport = moved(self.transport, Cue.CLOCK)

    def _left(self, now: float, at: float) -> float | None:
        """Where the song would stand now, if it sounded until now; a loop may stop and continue."""
        if self.transport is Transport.LOST:
            return float(self._by_line(at) * TICKS_PER_CLOCK)
        if self.transport is Transport.PLAYING or now < self._gap_from:
            return float((self._clocks + 1) * TICKS_PER_CLOCK)
        return None

    # ---- our own transport
    def run(self, now: float) -> bool:
        """Play from the top by the internal clock, or on the master's next clock if it ticks.

        False where the song follows a master only.
        """
        if self._source == "midi":
            return False
        if self.sounding:
            return True
        self._pending = 0
        if self._source == "auto" and self._heard is not None and now - self._heard < SILENCE:
            self._go(0)
            return True
        self.driver, self._pending = "internal", None
        self._timeline = Timeline(0.0, now, self._bpm)
        self._landed, self._reached = Landing(0.0, now), 0.0
        self._gap_from = -math.inf
        self.transport = moved(self.transport, Cue.RUN)
        return True

    def stop(self) -> None:
        """Stop; Continue would go on from here."""
        self._takeover = False
        if self.driver == "internal":
            self._clocks = int(self._reached) // TICKS_PER_CLOCK
        self.transport = moved(self.transport, Cue.STOP)

    def set_tempo(self, bpm: float, now: float) -> None:
        """Tempo of the internal clock; the beat does not jump."""
        if self.driver == "internal" and self.sounding:
            self._timeline = self._timeline.with_tempo(bpm, now)
        self._bpm = bpm

    # ---- silence
    def expire(self, now: float) -> bool:
        """Act on a clock that has been silent for too long; True where that changed something."""
        before = self.transport
        while (limit := self.deadline()) is not None and now >= limit:
            playing = self.transport is Transport.PLAYING
            self.transport = moved(self.transport, Cue.SILENCE if playing else Cue.TIMEOUT)
        return self.transport is not before

    def deadline(self) -> float | None:
        """When expire() next has something to do, seconds."""
        if self.driver == "internal" or self._heard is None:
            return None
        match self.transport:
            case Transport.PLAYING:
                return self._heard + SILENCE
            case Transport.LOST:
                return self._heard + self._timeout
            case Transport.GONE:
                return self._heard + max(RESUME, self._timeout)
            case _:
                return None
