"""Our part in an Ableton Link session: what is seen of it, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.timing.messages import Linked

AGAIN = 0.5  # seconds after which the same is said again
DRIFT = 5e-5  # seconds off the line that was told: a new line
PROMPT = 5e-5  # seconds two readings of our clock may be apart around one of Link's
TRIES = 5  # for such a reading; on a machine too busy for it the closest is taken

Look = tuple[float, Linked]  # where a session stands at a moment of our clock


@dataclass(frozen=True, slots=True)
class Terms:
    """How we take part: `quantum` in beats."""

    quantum: float = 4.0
    start_stop: bool = True  # start and stop with the session
    propose_tempo: bool = False  # our tempo control may change the tempo of others


class LinkSession:
    """`link` is the library's, `now` our clock in seconds."""

    def __init__(self, link: Any, terms: Terms, now: Callable[[], float]) -> None:
        self._link, self._terms, self._now = link, terms, now
        self._clock = link.clock()

    def open(self) -> None:
        """Join whoever is there."""
        self._link.startStopSyncEnabled = self._terms.start_stop
        self._link.enabled = True

    def close(self) -> None:
        """Leave; the others play on."""
        self._link.enabled = False

    def go_on(self, then: float, before: Linked) -> None:
        """Alone, stand where a session that stood there `then` would stand now."""
        at, micros = self._moment()
        micros_then = micros - round((at - then) * 1e6)
        state = self._link.captureAppSessionState()
        state.setTempo(before.bpm, micros_then)
        state.requestBeatAtTime(before.beat, micros_then, before.quantum)
        if before.started is not None:
            ago = (before.beat - before.started) * 60.0 / before.bpm
            state.setIsPlaying(True, micros_then - round(ago * 1e6))
        self._link.commitAppSessionState(state)

    def look(self) -> Look:
        """Where the session stands, and the moment of our clock it stands there."""
        at, micros = self._moment()
        state, quantum = self._link.captureAppSessionState(), self._terms.quantum
        started = None
        if self._terms.start_stop and state.isPlaying():
            started = state.beatAtTime(state.timeForIsPlaying(), quantum)
        beat = state.beatAtTime(micros, quantum)
        return at, Linked(beat, state.tempo(), quantum, self._link.numPeers(), started)

    def _moment(self) -> tuple[float, int]:
        """One moment by our clock, seconds, and by Link's, microseconds.

        They may be two clocks of the system (on Linux one is steered by NTP and one is not), so
        they are compared at each look: between two readings of ours that are close together.
        """
        best = (float("inf"), 0.0, 0)
        for _ in range(TRIES):
            before = self._now()
            micros = self._clock.micros()
            apart = self._now() - before
            best = min(best, (apart, before + apart / 2.0, micros))
            if apart <= PROMPT:
                break
        return best[1], best[2]

    def put_forward(self, bpm: float) -> None:
        """Set the session's tempo."""
        state = self._link.captureAppSessionState()
        state.setTempo(bpm, self._clock.micros())
        self._link.commitAppSessionState(state)


def is_news(told: Look | None, at: float, linked: Linked) -> bool:
    """Whether a look says something that does not follow from what was told before."""
    if told is None:
        return True
    then, before = told
    off = before.beat + (at - then) * before.bpm / 60.0 - linked.beat
    return (
        at - then >= AGAIN
        or abs(off) * 60.0 / linked.bpm > DRIFT
        or (linked.bpm, linked.peers) != (before.bpm, before.peers)
        or (linked.started is None) != (before.started is None)
    )
