"""The song in an Ableton Link session: it comes in on a bar line and counts from there."""

from __future__ import annotations

import math

from engine.score.grid import TICKS_PER_SIXTEENTH
from engine.timing.messages import Linked
from engine.timing.playhead import Landing, Playhead
from engine.timing.session_line import SessionLine
from engine.timing.transport import Cue, TransportState

LEAD = 0.02  # seconds before it comes in that the song sounds: time to plan the first notes
JUMP = TICKS_PER_SIXTEENTH  # ticks of slip from which on a session's beat has jumped


class LinkFollower:
    """What is heard of the session, done to the playhead."""

    def __init__(self, playhead: Playhead) -> None:
        self._playhead = playhead
        self._session = SessionLine()

    @property
    def known(self) -> bool:
        return self._session.known

    @property
    def peers(self) -> int:
        """How many others are in the session."""
        return self._session.peers

    @property
    def bpm(self) -> float | None:
        return self._session.bpm

    @property
    def start_tick(self) -> int:
        """The song tick at which it will come in."""
        entry = self._session.entry
        return round(entry.tick or 0.0) if entry else 0

    @property
    def entering(self) -> bool:
        """Is it to come in, or to jump to where the session has its bar line?"""
        return self._session.entry is not None

    @property
    def started(self) -> float | None:
        """The session tick at which its transport started; None while it stands."""
        return self._session.started

    def hear(self, event: Linked, now: float, at: float) -> None:
        """How the session stands at `at`; a song that follows it goes along."""
        playhead, session = self._playhead, self._session
        slip = session.hear(event, at)
        if playhead.driver == "link" and playhead.sounding:
            if abs(slip) >= JUMP:
                left, tick = playhead.tick(now), session.slip(now)
                playhead.land(Landing(tick, now, left))
            playhead.timeline = session.song

    def come(self, now: float, started: float | None = None) -> None:
        """Come in on the session's bar: on its next one, or with those who started."""
        if started is not None:
            self._session.enter_with(started, now)
        elif self._session.known:
            self._session.enter(now, 0.0)
        if not self._playhead.sounding:
            self._playhead.driver = "link"
            self._playhead.move(Cue.GO)

    def join(self, now: float) -> None:
        """Jump to the session's nearest bar line, playing already."""
        self._session.enter(now, None)

    def forget_entry(self) -> None:
        """Do not come in after all."""
        self._session.entry = None

    @property
    def hold(self) -> float:
        """The song tick from which an entry leads away, a little early: bar lines are doubtful."""
        return self._playhead.timeline.ticks(self._entry_at()) - 0.5

    def _entry_at(self) -> float:
        """The moment of the entry, seconds; inf: none."""
        entry = self._session.entry
        return math.inf if entry is None else self._session.entry_at(entry)

    def due(self) -> float:
        """When to act on the entry, seconds; inf: there is none."""
        return self._entry_at() - (0.0 if self._playhead.sounding else LEAD)

    def enter(self, now: float) -> None:
        """The song comes in, or jumps to where the session has its bar line."""
        playhead, session = self._playhead, self._session
        entry, at = session.entry, self._entry_at()
        assert entry is not None
        left = self.hold if playhead.sounding else None
        tick = session.land(entry, now, left or 0.0)
        playhead.timeline = session.song
        playhead.land(Landing(tick, max(at, now), left))
        playhead.driver = "link"
        playhead.move(Cue.CLOCK)

    @property
    def waits(self) -> bool:
        """Was play pressed before anything was heard of the session?"""
        armed = self._playhead.transport is TransportState.ARMED
        return self._playhead.driver == "link" and armed and not self.entering
