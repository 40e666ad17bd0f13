"""Follows a MIDI master: its clock messages count the song position, the follower says when.

So a jump moves the position and leaves tempo and phase as they are.
"""

from __future__ import annotations

import math
from dataclasses import replace

from engine.score.grid import CLOCKS_PER_SIXTEENTH, TICKS_PER_CLOCK
from engine.timing.held_back import KNOWN, SILENCE, HeldBack
from engine.timing.midi_clock import Clock
from engine.timing.playhead import Landing, Playhead
from engine.timing.rival_clock import RivalClock
from engine.timing.timeline import Timeline
from engine.timing.transport import Cue, TransportState

ALL = 1.5  # intervals of silence that are none: it stood still all the time
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
        self.rival = RivalClock()
        self._held = HeldBack()
        self._clocks = -1  # song position of the last clock message
        self._pending: int | None = 0  # song position of the next one, where it is not the next
        self._stood = False  # and that is only because it stood still: some may have been lost
        self._heard: float | None = None  # when the last clock message came
        self._takeover = False  # it wants to lead once it ticks
        self._gap_from = -math.inf  # seconds; a clock message before it follows without a gap
        self._offset = 0.0  # seconds that its messages are taken later
        self._named: int | None = None  # position that the message just heard was said to have

    @property
    def _clock(self) -> Clock:
        return self._held.clock

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
        self._settle()
        clocks, playhead = sixteenths * CLOCKS_PER_SIXTEENTH, self._playhead
        playing = playhead.driver == "midi" and playhead.transport is TransportState.PLAYING
        if not playing or self._heard is None or self._pending is not None:
            self._pending = clocks
        elif clocks != self._clocks:
            together = now - self._heard <= min(TOGETHER, SHARE * self._clock.interval)
            if together and self._clocks % CLOCKS_PER_SIXTEENTH == 0:
                self._land_at(clocks, self._heard)
            else:
                self._pending = clocks

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
        self._settle()
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
        """A clock message that came now, to be taken as of `at`; True: it takes the lead by it.

        It may be another master's, if ours plays and its line is known.
        """
        clock, rival, offset = self._clock, self.rival, at - now
        leads = self._playhead.driver == "midi"
        leads = leads and self._playhead.transport is TransportState.PLAYING
        if not leads or clock.ticks < KNOWN or self._held.unsure:
            own = [*rival.clear(), now]
        else:
            expected = clock.at(clock.ticks) - offset
            own = rival.judge(now, expected, clock.interval, clock.steadiness / 1e3)
            self._clocks, rival.owed = self._clocks + rival.owed, 0
        self._offset, took = offset, False
        for moment in own:
            took = self._tick(moment, moment + offset) or took
        return took

    def _settle(self) -> None:
        """What comes next is about a clock message that is not counted yet."""
        clock = self._clock
        for moment in self.rival.settle(clock.at(clock.ticks) - self._offset):
            self._tick(moment, moment + self._offset)

    def _tick(self, now: float, at: float) -> bool:
        """A clock message of our master's."""
        playhead, took = self._playhead, self._takeover
        since = math.inf if self._heard is None else now - self._heard
        self._heard, self._named = now, None
        if took:
            if self._pending is None:
                self._pending = math.ceil(playhead.tick(now) / TICKS_PER_CLOCK)
            self._takeover, playhead.driver = False, "midi"
            playhead.move(Cue.GO)
        counting = playhead.driver == "midi" and playhead.transport in _COUNTING
        stood = self._stood and self._pending == self._clocks + 1
        by_line = self._by_line if counting and (self._pending is None or stood) else None
        self._clocks, self._stood = self._held.follow(at, since, self._clocks, by_line), False
        self._pending = self._clocks + 1 if stood else self._pending
        if playhead.driver == "midi" and playhead.transport is not TransportState.STOPPED:
            self._count(now, at)
        return took

    def stood(self, seconds: float, now: float) -> None:
        """It stood still for so long; what it sent else in the meantime was lost."""
        if self._heard is None:
            return
        self._heard += seconds
        self._clock.shift(seconds)
        playhead, line = self._playhead, self._playhead.timeline
        if playhead.driver != "midi" or playhead.transport not in _COUNTING:
            return
        playhead.timeline = replace(line, at=line.at + seconds)
        if self._pending is None and now - self._heard < ALL * self._clock.interval:
            self._pending, self._stood = self._clocks + 1, True  # we may have played on meanwhile

    def stop(self) -> None:
        """The song is stopped; Continue would go on from here."""
        self._settle()
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
        limit = {
            TransportState.PLAYING: SILENCE,
            TransportState.LOST: self._timeout,
            TransportState.GONE: max(RESUME, self._timeout),
        }.get(self._playhead.transport)
        return None if limit is None else self._heard + limit
