"""Follows a MIDI master: its clock messages count the song position, the follower says when.

So a jump moves the position and leaves tempo and phase as they are.
"""

from __future__ import annotations

import math

from engine.score.grid import CLOCKS_PER_SIXTEENTH, TICKS_PER_CLOCK
from engine.timing.midi_clock import Clock
from engine.timing.playhead import Landing, Playhead
from engine.timing.timeline import Timeline
from engine.timing.transport import Cue, TransportState

SILENCE = 0.5  # seconds without a clock; less may be a busy master
RESUME = 30.0  # seconds of silence after which a tempo says nothing about the phase any more
_FOLLOWING = (TransportState.ARMED, TransportState.PLAYING, TransportState.LOST)
_COUNTING = (TransportState.PLAYING, TransportState.LOST, TransportState.GONE)


class MidiMaster:
    """What the master says, done to the playhead; `timeout` seconds of silence before a stop."""

    def __init__(self, playhead: Playhead, timeout: float) -> None:
        self.placed = False  # it has said where it is
        self._playhead = playhead
        self._timeout = max(timeout, SILENCE)
        self._clock = Clock()
        self._clocks = -1  # song position of the last clock message
        self._pending: int | None = 0  # song position of the next one, where it is not the next
        self._heard: float | None = None  # when the last clock message came
        self._takeover = False  # it wants to lead once it ticks
        self._gap_from = -math.inf  # seconds; a clock message before it follows without a gap

    @property
    def bpm(self) -> float | None:
        """The tempo of its clock; None where none was heard."""
        return self._clock.bpm if self._heard is not None else None

    @property
    def steadiness(self) -> float:
        """Rms of the clock's arrivals about the line, ms."""
        return self._clock.steadiness

    @property
    def start_tick(self) -> int:
        """The song tick of the next clock message."""
        return self._next() * TICKS_PER_CLOCK

    @property
    def hold(self) -> float | None:
        """The song tick from which nothing may be sent, because a jump is announced there."""
        playing = self._playhead.transport is TransportState.PLAYING
        if self._pending is None or self._playhead.driver != "midi" or not playing:
            return None
        return float((self._clocks + 1) * TICKS_PER_CLOCK)

    def _next(self) -> int:
        return self._clocks + 1 if self._pending is None else self._pending

    def ticks(self, now: float) -> bool:
        """Does its clock run?"""
        return self._heard is not None and now - self._heard < SILENCE

    def leads(self, now: float) -> bool:
        """Whether MIDI goes before a session: it leads already, or says where it is and ticks."""
        if self._playhead.driver == "midi" and self._playhead.transport in _FOLLOWING:
            return True
        return self.placed and self.ticks(now)

    # ---- its messages
    def place(self, sixteenths: int) -> None:
        """Song Position: the next clock message is there."""
        self.placed = True
        self._pending = sixteenths * CLOCKS_PER_SIXTEENTH

    def go(self, position: int | None = None) -> bool:
        """Start at a song position, or Continue; True where the master takes the lead by it."""
        playhead = self._playhead
        self.placed = True
        if position is not None:
            self._pending = position
        if playhead.transport is TransportState.PLAYING and playhead.driver == "midi":
            return False  # a redundant Continue, or a Start that is a jump to the top
        if playhead.sounding and playhead.driver != "midi":
            self._takeover = True  # play on until it ticks: a lone Start must not silence us
            return False
        playhead.driver = "midi"
        playhead.move(Cue.GO)
        return True

    def tick(self, now: float, at: float) -> bool:
        """A clock message that came now, to be taken as of `at`; True: it takes the lead by it."""
        playhead, took = self._playhead, self._takeover
        silent = self._heard is not None and now - self._heard >= SILENCE
        self._heard = now
        if took:
            if self._pending is None:
                self._pending = math.ceil(playhead.tick(now) / TICKS_PER_CLOCK)
            self._takeover, playhead.driver = False, "midi"
            playhead.move(Cue.GO)
        counting = playhead.driver == "midi" and playhead.transport in _COUNTING
        if silent and counting and self._pending is None:
            self._pick_up(at)
        else:
            if silent:
                self._clock.forget()
            self._clock.receive(at)
        if playhead.driver == "midi" and playhead.transport is not TransportState.STOPPED:
            self._count(now, at)
        return took

    def stop(self) -> None:
        """The song is stopped; Continue would go on from here."""
        self._takeover = False
        if self._playhead.driver == "internal":
            self._clocks = int(self._playhead.reached) // TICKS_PER_CLOCK

    def recant(self) -> None:
        """It wanted to lead, and has stopped before it did."""
        self._takeover = False

    def rewind(self) -> None:
        """The song begins at its top when the master ticks next."""
        self._pending = 0

    def leave(self) -> None:
        """Somebody else leads from now on."""
        self._pending, self._gap_from = None, -math.inf

    # ---- counting
    def _pick_up(self, at: float) -> None:
        """The clock is back: the ticks that were missed are counted by the last tempo."""
        missed = self._by_line(at) - self._clocks - 1
        self._clock.resume(at, self._clock.ticks + missed)
        self._clocks += missed  # _count counts this one

    def _by_line(self, at: float) -> int:
        """The song position of a clock message at `at`, were it counted by the last tempo."""
        line = self._playhead.timeline
        return max(self._clocks + 1, round(line.ticks(at) / TICKS_PER_CLOCK))

    def _count(self, now: float, at: float) -> None:
        """Count this clock message into the song and lay the line through it."""
        left, clocks, playhead = self._left(now, at), self._next(), self._playhead
        # A jump to where the song is anyway is none; lost, it has played on from there.
        jumped = self._pending is not None and (
            clocks != self._clocks + 1 or playhead.transport is TransportState.LOST
        )
        self._clocks, self._pending = clocks, None
        tick, clock = float(clocks * TICKS_PER_CLOCK), self._clock
        playhead.timeline = Timeline(tick, clock.at(clock.ticks - 1), clock.bpm)
        self._gap_from = now + 1.5 * clock.interval
        if jumped or not playhead.sounding:
            playhead.land(Landing(tick, now, left))
        playhead.move(Cue.CLOCK)

    def _left(self, now: float, at: float) -> float | None:
        """Where the song would stand now, if it sounded until now; a loop may stop and continue."""
        transport = self._playhead.transport
        if transport is TransportState.LOST:
            return float(self._by_line(at) * TICKS_PER_CLOCK)
        if transport is TransportState.PLAYING or now < self._gap_from:
            return float((self._clocks + 1) * TICKS_PER_CLOCK)
        return None

    # ---- silence
    def expire(self, now: float) -> bool:
        """Act on a clock that has been silent for too long; True where that changed something."""
        playhead = self._playhead
        before = playhead.transport
        while (limit := self.patience()) is not None and now >= limit:
            playing = playhead.transport is TransportState.PLAYING
            playhead.move(Cue.SILENCE if playing else Cue.TIMEOUT)
        return playhead.transport is not before

    def patience(self) -> float | None:
        """When a silent clock has been silent for too long, seconds."""
        if self._playhead.driver != "midi" or self._heard is None:
            return None
        match self._playhead.transport:
            case TransportState.PLAYING:
                return self._heard + SILENCE
            case TransportState.LOST:
                return self._heard + self._timeout
            case TransportState.GONE:
                return self._heard + max(RESUME, self._timeout)
            case _:
                return None
