"""An Ableton Link session beside the conductor: looked at from a thread, told as events.

The thread looks a hundred times a second and says only what is news, so the conductor hears of
a tempo within 10 ms and is otherwise left alone. The library is GPL and optional.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.errors import ConfigError
from engine.score.grid import METERS, TICKS_PER_BEAT
from engine.timing.messages import Linked
from live.config import Config
from live.system.priority import HELPER, raise_priority

EVERY = 0.01  # seconds between looks
AGAIN = 0.5  # seconds after which the same is said again
DRIFT = 5e-5  # seconds off the line that was told: a new line
PROMPT = 5e-5  # seconds two readings of our clock may be apart around one of Link's
TRIES = 5  # for such a reading; on a machine too busy for it the closest is taken
MISSING = (
    "clock: link needs the package LinkPython-extern, which is GPL and therefore not brought"
    " along: pip install LinkPython-extern"
)


Hear = Callable[[float, Linked], None]


@dataclass(frozen=True, slots=True)
class Terms:
    """How we take part: `quantum` in beats."""

    quantum: float = 4.0
    start_stop: bool = True  # start and stop with the session
    propose_tempo: bool = False  # our tempo control may change the tempo of others


def find_library() -> Any | None:
    """The module of LinkPython-extern, or None where it is not installed."""
    try:
        library = importlib.import_module("link")
    except ImportError:
        return None
    return library if hasattr(library, "Link") else None


def link_of(config: Config, bpm: float, hear: Hear, now: Callable[[], float]) -> LinkSession | None:
    """The session that a performance asks for; ConfigError where it must have one and cannot.

    `bpm` is the tempo it begins with if nobody else is there.
    """
    if config.clock != "link" and not (config.clock == "auto" and config.link):
        return None
    library = find_library()
    if library is None:
        if config.clock == "link":
            raise ConfigError(MISSING)
        return None
    quantum = config.link_quantum or METERS[config.meter].bar_ticks / TICKS_PER_BEAT
    terms = Terms(quantum, config.link_start_stop, config.link_propose_tempo)
    return LinkSession(library.Link(bpm), terms, hear, now)


class LinkSession:
    """Our part in a Link session. `hear` is called from a thread with what is news and when."""

    def __init__(self, link: Any, terms: Terms, hear: Hear, now: Callable[[], float]) -> None:
        self.terms = terms
        self._link, self._hear, self._now = link, hear, now
        self._clock = link.clock()
        self._told: tuple[float, Linked] | None = None
        self._wanted: float | None = None  # BPM to propose
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def open(self) -> None:
        """Join whoever is there."""
        self._link.startStopSyncEnabled = self.terms.start_stop
        self._link.enabled = True
        self._thread.start()

    def close(self) -> None:
        """Leave; the others play on."""
        self._closed.set()
        self._thread.join(timeout=1.0)
        self._link.enabled = False

    def propose(self, bpm: float) -> bool:
        """Ask the session for a tempo (20..300); False where it is not ours to change. Cheap."""
        ours = self.terms.propose_tempo or self._link.numPeers() == 0
        if ours:
            self._wanted = bpm
        return ours

    def look(self) -> tuple[float, Linked]:
        """Where the session stands, and the moment of our clock it stands there."""
        at, micros = self._moment()
        state, quantum = self._link.captureAppSessionState(), self.terms.quantum
        started = None
        if self.terms.start_stop and state.isPlaying():
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

    def _run(self) -> None:
        raise_priority(HELPER)
        while not self._closed.wait(EVERY):
            if self._wanted is not None:
                self.put_forward()
            at, linked = self.look()
            if is_news(self._told, at, linked):
                self._told = at, linked
                self._hear(at, linked)

    def put_forward(self) -> None:
        """Set the tempo that was proposed last."""
        wanted, self._wanted = self._wanted, None
        state = self._link.captureAppSessionState()
        state.setTempo(wanted, self._clock.micros())
        self._link.commitAppSessionState(state)


def is_news(told: tuple[float, Linked] | None, at: float, linked: Linked) -> bool:
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
