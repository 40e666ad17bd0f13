"""What the screens are told of a performance, collected from all who know a part of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.playing.setup import Setup
from engine.playing.state import State
from live.announcer.supervisor import AnnouncerSupervisor
from live.conductor.connections import Connections, Endpoint
from live.conductor.lateness import LatenessLog
from live.conductor.status import PerformanceStatus
from live.drummer.supervisor import DrummerSupervisor
from live.faults import Faults
from live.midi.port_status import PortStatus
from live.midi.ports import Ports
from live.midi.surfaces import Surfaces
from live.osc.server import OscServer
from live.panel.supervisor import PanelSupervisor
from live.terminal.supervisor import TerminalSupervisor

MIDI_EVERY = 1.0  # seconds between looks at the ports for the screen
NOWHERE = PortStatus(None, (), (), (), 0, "")  # before the first look


@dataclass(slots=True)
class StatusReporter:
    """Told of each state, it shows terminal and panel the whole; it hears what was kept."""

    setup: Setup
    ports: Ports
    drummer: DrummerSupervisor
    terminal: TerminalSupervisor
    faults: Faults
    lateness: LatenessLog
    osc_text: str
    surfaces: Surfaces
    announcer: AnnouncerSupervisor | None = None
    connections: Connections = field(default_factory=Connections)
    priority: str = ""
    kept: str = ""
    panel: PanelSupervisor | None = None
    osc: OscServer | None = None  # whose clients are shown, and hear of what was kept
    stored: Callable[[], Mapping[str, object]] = dict  # the snapshots there are
    look: Callable[[], None] = lambda: None  # done with every state, when no note is near
    _ports: PortStatus = NOWHERE
    _announced: str = ""
    _looked: float = field(default=-math.inf)

    def show(self, state: State) -> None:
        """Put a state on the screens, with all that is around it."""
        if time.perf_counter() - self._looked > MIDI_EVERY:
            self._look(state)
        style = self.setup.styles[
            state.bar.style if state.bar else str(dict(state.controls)["style"])
        ]
        status = PerformanceStatus(
            state=state,
            drummer=self.drummer.status,
            title=style.title,
            midi=described(self._ports),
            osc=self.osc_text + self._announced,
            priority=self.priority,
            lateness=self.lateness.figures(),
            faults=self.faults.kinds(),
            learn=self.surfaces.learner.said,
            lessons=self.surfaces.lessons,
            kept=self.kept,
            panel=self.panel.url if self.panel else "",
            outputs=self._ports.outputs,
            stored=tuple(self.stored()),
            endpoints=self._endpoints(state.at),
        )
        self.terminal.put(status)
        if self.panel is not None:
            self.panel.put(status)
        self.look()

    def hear(self, kind: str, text: str) -> None:
        """The takes' words, from their thread: what was kept, or a fault."""
        if kind == "kept":
            self.kept = text
            if self.osc is not None:
                self.osc.kept = text
        else:
            self.faults.add(kind, text)

    def _look(self, state: State) -> None:
        self._looked = time.perf_counter()
        self._ports = self.ports.status()
        self.surfaces.present((*self._ports.inputs, *self._ports.surfaces))
        self.faults.set("midi", self._ports.faults, self._ports.last_fault)
        drummer = self.drummer.status
        self.faults.set("drummer", drummer.restarts, drummer.fault)
        masters = self.surfaces.masters
        self.faults.set("clock", masters.others, masters.said)
        if state.rival_bpm is not None:
            self.faults.set(
                "clock",
                dict(state.counts)["rival"],
                f"a second clock of about {state.rival_bpm:.0f} BPM comes in at the same port:"
                " ignored until the first is gone",
            )
        if self.announcer and (text := self.announcer.look()):
            self._announced = f", {text}"

    def _endpoints(self, at: float) -> tuple[Endpoint, ...]:
        """The ports and clients, and what they said last."""
        ports, connections = self._ports, self.connections
        found = connections.ports(ports.inputs, ports.outputs, ports.surfaces, at)
        if self.osc is not None:
            found += connections.clients(self.osc.written(), self.osc.told(), at)
        return tuple(found)


def described(ports: PortStatus) -> str:
    """The ports in words."""
    if ports.system is None:
        return "no MIDI system: playing for the screen only"
    into = ", ".join(ports.outputs) or "nowhere"
    missing = f"; waiting for {', '.join(ports.missing)}" if ports.missing else ""
    hands = f"; controllers: {', '.join(dict.fromkeys(ports.surfaces))}" if ports.surfaces else ""
    return f"{ports.system}: {', '.join(ports.inputs) or 'no input'} -> {into}{hands}{missing}"
