"""Link's process seen from the conductor: what it says of the session is passed on as events.

One that dies is started again and goes on from where the session stood; meanwhile the song does.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from engine.errors import ConfigError
from engine.score.grid import METERS, TICKS_PER_BEAT
from engine.timing.messages import Linked
from live.config import Config
from live.faults import Faults
from live.link.session import Terms
from live.link.spec import MISSING, LinkSpec, library_version
from live.system.viewer import Viewer

AGAIN = 0.5  # seconds before another is started where one died
Hear = Callable[[float, Linked], None]


def link_of(config: Config, bpm: float, hear: Hear, faults: Faults) -> LinkSupervisor | None:
    """The session that a performance asks for; ConfigError where it must have one and cannot.

    `bpm` is the tempo it begins with if nobody else is there.
    """
    if config.clock != "link" and not (config.clock == "auto" and config.link):
        return None
    if library_version() is None:
        if config.clock == "link":
            raise ConfigError(MISSING)
        return None
    quantum = config.link_quantum or METERS[config.meter].bar_ticks / TICKS_PER_BEAT
    terms = Terms(quantum, config.link_start_stop, config.link_propose_tempo)
    return LinkSupervisor(LinkSpec(bpm, terms), hear, faults)


def _serve(connection: Connection, spec: LinkSpec) -> None:
    """The child's whole life; whatever ends it is reported, not printed over the screen."""
    try:
        # Imported by name in the child only: a fault in Link's library must end that alone.
        importlib.import_module("live.link.process").serve(connection, spec)
    except Exception as error:  # noqa: BLE001 - a broken package must reach the screen here
        connection.send(("fault", f"{type(error).__name__}: {error}"))


class LinkSupervisor(Viewer):
    """`hear` is called from a thread with what is news and when."""

    def __init__(
        self,
        spec: LinkSpec,
        hear: Hear,
        faults: Faults,
        serve: Callable[[Connection, LinkSpec], None] = _serve,
    ) -> None:
        super().__init__("link", serve, spec, self._told)
        self._news, self._faults = hear, faults

    @property
    def terms(self) -> Terms:
        """How we take part."""
        spec: LinkSpec = self._given
        return spec.terms

    def propose(self, bpm: float) -> bool:
        """Ask the session for a tempo (20..300); False where it is not ours to change. Cheap."""
        told = self._given.told
        ours = self.terms.propose_tempo or told is None or told[1].peers == 0
        if ours:
            self.put(bpm)
        return ours

    # ---- the thread
    def _run(self) -> None:
        self._live_again(self._died, AGAIN)

    def _died(self, status: int | None) -> None:
        self._faults.add("link", f"its process ended ({status}) and is started again")

    def _told(self, kind: str, what: Any) -> None:
        if kind == "fault":
            self._faults.add("link", what)
        else:
            self._given = replace(self._given, told=what)
            self._news(*what)
