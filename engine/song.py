"""Where the song is: transport, clock and position joined into one timeline.

A master's clock messages count the song position; the follower only says when they fall.
So a jump moves the position and leaves tempo and phase as they are. A Link session says tempo
and phase and no position: the song comes in on one of its bar lines and counts from there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.clock import Clock
from engine.events import Continue, Linked, Position, Propose, Start, Stop, Tick
from engine.grid import CLOCKS_PER_SIXTEENTH, TICKS_PER_CLOCK, TICKS_PER_SIXTEENTH
from engine.session import Session
from engine.timeline import Timeline
from engine.transport import SOUNDING, Cue, Transport, moved

_FOLLOWING = (Transport.ARMED, Transport.PLAYING, Transport.LOST)
SILENCE = 0.5  # seconds without a clock; less may be a busy master (FACTS 1)
RESUME = 30.0  # seconds of silence after which a tempo says nothing about the phase any more
LEAD = 0.02  # seconds before it comes in that the song sounds: time to plan the first notes
JUMP = TICKS_PER_SIXTEENTH  # ticks of slip from which on a session's beat has jumped


@dataclass(frozen=True, slots=True)
class Landing:
    """Playing began or jumped to song tick `tick` at `at` seconds; `left`: jumped from there."""

    tick: float
    at: float
    left: float | None = None


Transporting = Tick | Start | Continue | Stop | Position | Linked


class Song:
    """Follows a MIDI master or a Link session, runs by itself, or whichever is there ("auto").

    `source` is "midi", "link", "internal" or "auto", which prefers a master that has said
    where it is, then a session that has peers; `timeout` seconds of silence before a stop.
    """

    def __init__(self, source: str = "auto", timeout: float = 2.0, bpm: float = 120.0) -> None:
        self.transport = Transport.STOPPED
        self.driver = "midi" if source == "auto" else source
        self.clock_offset = 0.0  # seconds
        self._source = source
        self._timeout = max(timeout, SILENCE)
        self._clock = Clock()
        self._session = Session()
        self._bpm = bpm  # of the internal clock
        self._timeline = Timeline(0.0, 0.0, bpm)
        self._clocks = -1  # song position of the last clock message
        self._pending: int | None = 0  # song position of the next one, where it is not the next
        self._heard: float | None = None  # when the last clock message came
        self._landed: Landing | None = None
        self._reached = 0.0  # farthest song tick reported since
        self._takeover = False  # a master wants to lead once it ticks
        self._proposed: list[Propose] = []
        self._placed = False  # a master has said where it is
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
        if self.driver == "link":
            return self._session.bpm or self._bpm
        if self.driver == "internal":
            return self._bpm
        return self._clock.bpm if self._heard is not None else self._bpm

    @property
    def steadiness(self) -> float:
        """Rms of the clock's arrivals about the line, ms; 0 where there is no MIDI clock."""
        return self._clock.steadiness if self.driver == "midi" else 0.0

    @property
    def peers(self) -> int:
        """How many others are in the Link session."""
        return self._session.peers

    @property
    def start_tick(self) -> int:
        """The song tick from which it would play, while stopped."""
        if self.driver == "link":
            entry = self._session.entry
            return round(entry.tick or 0.0) if entry else 0
        clocks = self._clocks + 1 if self._pending is None else self._pending
        return clocks * TICKS_PER_CLOCK

    @property
    def hold(self) -> float | None:
        """The song tick from which nothing may be sent, because a jump is announced there."""
        if self.sounding and self._session.entry is not None:
            return self._leaving()
        if self._pending is None or self.driver != "midi":
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
        """One of the five messages of a MIDI master, or the state of the Link session."""
        if isinstance(event, Linked):
            if self._source in ("link", "auto"):
                self._link(event, now)
            return
        if self._source in ("internal", "link"):
            return
        match event:
            case Tick():
                self._tick(now)
            case Start():
                self._go(0)
            case Continue():
                self._go(None)
            case Position(sixteenths):
                self._placed = True
                self._pending = sixteenths * CLOCKS_PER_SIXTEENTH
            case _:  # Stop
                self._takeover = False
                if self.driver == "midi":
                    self.stop()

    def _go(self, position: int | None) -> None:
        self._placed = True
        if position is not None:
            self._pending = position
        if self.transport is Transport.PLAYING and self.driver == "midi":
            return  # a redundant Continue, or a Start that is a jump to the top
        if self.sounding and self.driver != "midi":
            self._takeover = True  # play on until it ticks: a lone Start must not silence us
            return
        self.driver, self._session.entry = "midi", None
        self.transport = moved(self.transport, Cue.GO)

    def _tick(self, now: float) -> None:
        at = now + self.clock_offset
        silent = self._heard is not None and now - self._heard >= SILENCE
        self._heard = now
        if self._takeover:
            if self._pending is None:
                self._pending = math.ceil(self.tick(now) / TICKS_PER_CLOCK)
            self._takeover, self.driver, self._session.entry = False, "midi", None
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

    # ---- a Link session
    def _link(self, event: Linked, now: float) -> None:
        session, started = self._session, self._session.started
        slip = session.hear(event, now + self.clock_offset)
        if self.driver == "link" and self.sounding:
            if abs(slip) >= JUMP:
                left, tick = self.tick(now), session.slip(now)
                self._landed, self._reached = Landing(tick, now, left), tick
            self._timeline = session.song
        if session.started is None:
            if started is not None and self.driver == "link":
                self.stop()
        elif started is None and not self._master_leads(now):
            self._come(now, session.started)
        if self._source == "auto":
            self._prefer(now)
        if self.driver == "link" and self.transport is Transport.ARMED and session.entry is None:
            self._come(now)  # play was pressed before anything was heard of the session

    def _master_leads(self, now: float) -> bool:
        """Whether MIDI goes before the session: it leads already, or says where it is and ticks."""
        if self.driver == "midi" and self.transport in _FOLLOWING:
            return True
        return self._placed and self._ticks(now)

    def _ticks(self, now: float) -> bool:
        return self._heard is not None and now - self._heard < SILENCE

    def _prefer(self, now: float) -> None:
        """While stopped take whom there is; an internal clock gives way to a session with peers."""
        if self.transport is Transport.STOPPED:
            linked = self.peers > 0 and not self._master_leads(now)
            self.driver = "link" if linked else "midi"
        elif self.driver == "internal" and self.peers and self._session.entry is None:
            self._session.enter(now, None)

    def _come(self, now: float, started: float | None = None) -> None:
        """Come in on the session's bar: on its next one, or with those who started."""
        if started is not None:
            self._session.enter_with(started, now)
        elif self._session.known:
            self._session.enter(now, 0.0)
        if not self.sounding:
            self.driver = "link"
            self.transport = moved(self.transport, Cue.GO)

    def _leaving(self) -> float:
        """The song tick from which an entry leads away, a little early: bar lines are doubtful."""
        return self._timeline.ticks(self._entry_at()) - 0.5

    def _entry_at(self) -> float:
        """The moment of the entry, seconds; inf: none."""
        entry = self._session.entry
        return math.inf if entry is None else self._session.entry_at(entry)

    def _enter(self, now: float) -> None:
        """The song comes in, or jumps to where the session has its bar line."""
        session, entry, at = self._session, self._session.entry, self._entry_at()
        assert entry is not None
        left = self._leaving() if self.sounding else None
        tick = session.land(entry, now, left or 0.0)
        self._timeline = session.song
        self._landed, self._reached = Landing(tick, max(at, now), left), tick
        self.driver, self._pending, self._gap_from = "link", None, -math.inf
        self.transport = moved(self.transport, Cue.CLOCK)

    # ---- our own transport
    def run(self, now: float) -> bool:
        """Play from the top: by the internal clock, on the session's next bar if there is one, or
        on the master's next clock if it ticks.

        False where the song follows a master only.
        """
        if self._source == "midi":
            return False
        if self.sounding:
            return True
        if self._source == "link" or (self.peers and not self._master_leads(now)):
            self._come(now)
            return True
        self._pending = 0
        if self._source == "auto" and self._ticks(now):
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
        self._takeover, self._session.entry = False, None
        if self.driver == "internal":
            self._clocks = int(self._reached) // TICKS_PER_CLOCK
        self.transport = moved(self.transport, Cue.STOP)

    def set_tempo(self, bpm: float, now: float) -> None:
        """Tempo of the internal clock, the beat does not jump; a session is asked for it."""
        if self.driver == "internal" and self.sounding:
            self._timeline = self._timeline.with_tempo(bpm, now)
        # A session of our own is kept at our tempo: whoever joins it later takes that over.
        if self._session.known and (self.driver == "link" or not self.peers):
            self._proposed = [Propose(bpm)]
        self._bpm = bpm

    def proposals(self) -> list[Propose]:
        """What the session is to be asked for, said once."""
        proposed, self._proposed = self._proposed, []
        return proposed

    # ---- what happens by itself
    def expire(self, now: float) -> bool:
        """Come in on the session's bar; act on a clock that has been silent for too long.

        True where that changed something.
        """
        if now >= self._entry_due():
            self._enter(now)
            return True
        before = self.transport
        while (limit := self._patience()) is not None and now >= limit:
            playing = self.transport is Transport.PLAYING
            self.transport = moved(self.transport, Cue.SILENCE if playing else Cue.TIMEOUT)
        return self.transport is not before

    def deadline(self) -> float | None:
        """When expire() next has something to do, seconds."""
        entry = self._entry_due()
        return self._patience() if entry == math.inf else entry

    def _entry_due(self) -> float:
        """When to act on the entry, seconds; inf: there is none."""
        return self._entry_at() - (0.0 if self.sounding else LEAD)

    def _patience(self) -> float | None:
        """When a silent clock has been silent for too long, seconds."""
        if self.driver != "midi" or self._heard is None:
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
