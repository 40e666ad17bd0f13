"""Follows a MIDI master: its clock messages count the song position, the follower says when.

So a jump moves the position and leaves tempo and phase as they are.
"""

from __future__ import annotations

import math
from copy import deepcopy

from engine.score.grid import CLOCKS_PER_SIXTEENTH, TICKS_PER_CLOCK
from engine.timing.midi_clock import Clock
from engine.timing.playhead import Landing, Playhead
from engine.timing.timeline import Timeline
from engine.timing.transport import Cue, TransportState

SILENCE = 0.5  # seconds without a clock; less may be a busy master
# A clock message so close to the one before, while the clock is so far behind its line, was held
# back somewhere and is one of those that were missed. Both in intervals of the clock.
QUICK, BEHIND = 0.6, 0.2
BURST = 0.004  # seconds between messages that no tempo explains: 400 BPM has 6.25 ms
TOGETHER = 0.01  # seconds after a clock message in which a Song Position may name it,
SHARE = 0.4  # and of its interval
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
        self._before: tuple[Clock, int] | None = None  # clock and position before it was picked up
        self._catches_up = False  # messages that were held back are coming in
        self._fresh = False  # the line has just begun at a message
        self._named: int | None = None  # position that the message just heard was said to have

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
    def place(self, sixteenths: int, now: float) -> None:
        """Song Position: the next clock message is there, or the one just heard was.

        MIDI means the next one. But many masters say it with the clock message it names, and what
        comes first of the two is a matter of luck. Songs jump from sixteenth to sixteenth: so if
        the one just heard stood on one, it was meant.
        """
        self.placed = True
        clocks, playhead = sixteenths * CLOCKS_PER_SIXTEENTH, self._playhead
        playing = playhead.driver == "midi" and playhead.transport is TransportState.PLAYING
        if not playing or self._heard is None:
            self._pending = clocks
        elif clocks == self._clocks and self._pending is None:
            return
        elif self._clocks % CLOCKS_PER_SIXTEENTH or now - self._heard > self._together():
            self._pending = clocks
        elif self._pending is None:
            self._land_at(clocks, self._heard)

    def _together(self) -> float:
        return min(TOGETHER, SHARE * self._clock.interval)

    def _land_at(self, clocks: int, heard: float) -> None:
        """The clock message just heard was a jump to there."""
        left, self._clocks, self._named = self._clocks, clocks, clocks
        tick = self._lay_line()
        self._playhead.land(Landing(tick, heard, float(left * TICKS_PER_CLOCK)))

    def _lay_line(self) -> float:
        """Draw the song's line through the last clock message; its song tick."""
        tick, clock = float(self._clocks * TICKS_PER_CLOCK), self._clock
        self._playhead.timeline = Timeline(tick, clock.at(clock.ticks - 1), clock.bpm)
        return tick

    def go(self, position: int | None = None) -> bool:
        """Start at a song position, or Continue; True where the master takes the lead by it."""
        playhead = self._playhead
        self.placed = True
        if position is not None:
            self._pending = position
        if playhead.transport is TransportState.PLAYING and playhead.driver == "midi":
            if position is None and self._named is not None:
                self._pending = self._named  # the Song Position before it meant the next one
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
        since = math.inf if self._heard is None else now - self._heard
        self._heard, self._named = now, None
        if took:
            if self._pending is None:
                self._pending = math.ceil(playhead.tick(now) / TICKS_PER_CLOCK)
            self._takeover, playhead.driver = False, "midi"
            playhead.move(Cue.GO)
        counting = playhead.driver == "midi" and playhead.transport in _COUNTING
        self._follow(at, since, counting and self._pending is None)
        if playhead.driver == "midi" and playhead.transport is not TransportState.STOPPED:
            self._count(now, at)
        return took

    def stood(self, seconds: float) -> None:
        """It stood still for so long: its next clock message is the next one of the song."""
        if self._heard is None:
            return
        self._heard += seconds
        self._clock.shift(seconds)
        playhead = self._playhead
        if playhead.driver == "midi" and playhead.transport in _COUNTING and self._pending is None:
            self._pending = self._clocks + 1  # we may have played on meanwhile

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

    # ---- its clock
    def _follow(self, at: float, since: float, counting: bool) -> None:
        """Take in a clock message that came `since` seconds after the one before.

        Those that were held back are those that were missed: they fell where the line says, and
        the line stays. If some of them were lost, the rest is counted by the last tempo.
        """
        clock = self._clock
        behind = (at - clock.at(clock.ticks)) / clock.interval
        if self._before is not None and since < QUICK * clock.interval:
            self._clock, self._clocks = self._before  # it was the first of those held back
            self._clocks += 1
            clock = self._clock
            clock.hold()
            behind = (at - clock.at(clock.ticks)) / clock.interval
        self._before = None
        silent = SILENCE <= since < math.inf
        if since < QUICK * clock.interval and behind > BEHIND and not self._fresh:
            clock.hold()
            self._catches_up = True
        elif self._fresh and since < BURST:
            clock.resume(at, clock.ticks)
        elif counting and (silent or (self._catches_up and behind > 1.0 + BEHIND)):
            self._pick_up(at)
        else:
            self._fresh = since >= SILENCE
            if silent:
                clock.forget()
            clock.receive(at)
            self._catches_up = False

    def _pick_up(self, at: float) -> None:
        """The clock is back: the ticks that were missed are counted by the last tempo."""
        self._before = deepcopy(self._clock), self._clocks
        missed = self._by_line(at) - self._clocks - 1
        self._clock.resume(at, self._clock.ticks + missed)
        self._clocks += missed  # _count counts this one
        self._catches_up = False

    # ---- counting

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
        tick = self._lay_line()
        self._gap_from = now + 1.5 * self._clock.interval
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
