"""`drumigen live`: opens what a performance needs, plays it, closes it again.

Whatever is missing (a MIDI system, a terminal, a free UDP port, priority) is said and done
without; only the user's own mistakes end it, before it begins.
"""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Protocol

from engine.bars.request import Compose
from engine.controls.table import table
from engine.playing.events import Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.timing.messages import Stood
from live.announcer.supervisor import announcer_of
from live.conductor.inputs_outputs import Inputs, MidiIn, Outputs
from live.conductor.lateness import LatenessLog
from live.conductor.loop import Conductor, settle
from live.config import Config
from live.drummer.spec import DrummerSpec
from live.drummer.supervisor import DrummerSupervisor
from live.faults import Faults
from live.link.supervisor import link_of
from live.loaded_config import LoadedConfig, map_folder, open_config, snapshot_file
from live.midi.binding_writer import binding_writer
from live.midi.midi_learn import Learn, Unlearn
from live.midi.port_status import PortStatus
from live.midi.ports import Ports
from live.midi.surfaces import Surfaces
from live.osc.port import open_osc
from live.osc.server import OscServer
from live.panel.spec import panel_spec
from live.panel.supervisor import PanelSupervisor, put_request
from live.snapshot_file import SnapshotFile
from live.status_reporter import StatusReporter
from live.system.inbox import Inbox
from live.system.priority import raise_priority
from live.takes.spec import takes_spec
from live.takes.supervisor import TakesSupervisor
from live.terminal.spec import TerminalSpec
from live.terminal.supervisor import TerminalSupervisor
from mappings.takeover import Takeover

now = time.perf_counter  # the clock of the performance; the finest there is on each system
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # that end a performance, where the system has them


class Part(Protocol):
    """What is opened for a performance, and closed after it."""

    def open(self) -> None: ...

    def close(self) -> None: ...


def perform(
    config: Config, seconds: float | None, given: Callable[[Setup], Setup] | None = None
) -> int:
    """Play until Ctrl-C, SIGTERM, q or `seconds`; 0. `given` adds what there is to go on from."""
    # python-osc warns on stderr of each datagram it cannot read; ours are counted and shown.
    logging.getLogger().addHandler(logging.NullHandler())
    performance = Performance(config, given)
    for name in SIGNALS:
        if number := getattr(signal, name, None):
            signal.signal(number, lambda *_: performance.conductor.stop())
    performance.play(seconds)
    return 0


class Performance:
    """Everything that plays together, put together here and opened by play()."""

    def __init__(self, config: Config, given: Callable[[Setup], Setup] | None) -> None:
        self._config, self._faults, self._inbox = config, Faults(), Inbox()
        self._loaded, self._snapshots = with_stored_snapshots(config, self._faults)
        if given is not None:
            self._loaded = replace(self._loaded, setup=given(self._loaded.setup))
        self._performer = Performer(self._loaded.setup)
        tempo = self._performer.desk.number("tempo")
        self._link = link_of(config, tempo, self._inbox.put, self._faults)
        self._surfaces = self._make_surfaces()
        self._lateness = LatenessLog()
        self._ports = self._make_ports()
        self._drummer = DrummerSupervisor(
            DrummerSpec(config.weights, config.device, config.threads),
            lambda composed: self._inbox.put(now(), composed),
        )
        styles = tuple(self._loaded.setup.styles)
        self._terminal = TerminalSupervisor(
            TerminalSpec(not sys.stdout.isatty(), styles), self._press, self._faults
        )
        self._reporter = self._make_reporter()
        self._takes = TakesSupervisor(takes_spec(config, self._loaded.setup), self._reporter.hear)
        self.conductor = self._make_conductor()

    # ---- putting it together
    def _make_surfaces(self) -> Surfaces:
        config, desk = self._config, self._performer.desk
        takeover = config.controllers.takeover
        writer = binding_writer(map_folder(config), desk.table, self._faults)
        return Surfaces(
            self._loaded.maps,
            desk,
            inputs=config.inputs,
            takeover=Takeover(takeover) if takeover else None,
            save=writer,
            take_back=writer.take_back,
        )

    def _make_ports(self) -> Ports:
        inbox, surfaces, config = self._inbox, self._surfaces, self._config
        return Ports(
            lambda at, message, port: inbox.put(
                at, MidiIn(message, port), surfaces.knob(message, port)
            ),
            inputs=config.inputs,
            outputs=config.outputs,
            controllers=self._loaded.maps.ports,
            virtual=config.virtual,
            left=self._lateness.add,
            stood=lambda at, seconds: inbox.put(at, Stood(seconds)),
        )

    def _make_reporter(self) -> StatusReporter:
        """Who tells the screens, with the OSC port and the panel that it tells of."""
        config, inbox, faults = self._config, self._inbox, self._faults
        port, osc_text = open_osc(config)
        reporter = StatusReporter(
            self._loaded.setup, self._ports, self._drummer, self._terminal, faults,
            self._lateness, osc_text, self._surfaces, announcer_of(config, port),
        )  # fmt: skip
        if port is not None:
            reporter.osc = OscServer(
                port, self._performer, faults, config.osc_allow, config.osc_peers, now
            )
            reporter.osc.learn = lambda control: inbox.put(now(), Learn(control))
            reporter.osc.unlearn = lambda: inbox.put(now(), Unlearn())
            reporter.osc.edit = lambda edit: inbox.put(now(), edit)
        if config.panel.enabled:
            reporter.panel = PanelSupervisor(
                panel_spec(config, self._loaded.setup),
                lambda key, value: put_request(key, value, inbox, now()),
                faults,
            )
        reporter.stored = self._performer.snapshots
        reporter.look = lambda: self._snapshots.look(self._performer.snapshots())
        return reporter

    def _make_conductor(self) -> Conductor:
        ports, reporter = self._ports, self._reporter
        outputs = Outputs(
            ports.send,
            self._compose,
            reporter.show,
            self._propose,
            ports.tell,
            ports.surfaces,
            self._takes.keep,
            reporter.panel.turn if reporter.panel else lambda _values: None,
            ports,
        )
        inputs = Inputs(self._inbox, self._surfaces, reporter.osc, reporter.connections)
        return Conductor(self._performer, inputs, outputs, self._faults, reporter.lateness)

    # ---- what it does for the conductor
    def _compose(self, wanted: Compose) -> None:
        self._drummer.ask(wanted.request)

    def _propose(self, bpm: float) -> None:
        """A tempo for the Link session, if the user allows it."""
        if self._link is not None and not self._link.propose(bpm):
            self._faults.add("link", "tempo: the session leads; link.propose_tempo lets us ask")

    def _press(self, key: str, value: float | str) -> None:
        """A key of the terminal: a control and its value, or one of three words."""
        if key == "quit":
            self.conductor.stop()
        elif key == "learn":
            self._inbox.put(now(), Learn(str(value)))
        elif key == "unlearn":
            self._inbox.put(now(), Unlearn())
        else:
            self._inbox.put(now(), Turned(key, value))

    # ---- playing
    def play(self, seconds: float | None) -> None:
        """Open everything, play for so long (None: until it is stopped), close everything."""
        # The drummer takes longest to get ready, so it starts first; the ports fall silent
        # before the take ends.
        parts: list[Part | None] = [
            self._drummer, self._terminal, self._takes, self._snapshots, self._ports, self._link,
            self._reporter.announcer, self._reporter.panel,
        ]  # fmt: skip
        with ExitStack() as opened:
            for part in filter(None, parts):
                part.open()
                opened.callback(part.close)
            self._reporter.priority = raise_priority().text
            settle()
            if starts_itself(self._config, self._ports.status()):
                self._inbox.put(now(), Turned("play", 1.0))
            self.conductor.run(None if seconds is None else now() + seconds)
            self._snapshots.look(self._performer.snapshots())
        say_parting([*self._takes.parting, *self._snapshots.parting])


def say_parting(words: Sequence[tuple[str, str]]) -> None:
    """What became of the last takes, clips and snapshots, when no screen is there any more."""
    labels = {"kept": "kept     ", "ended": "take     "}
    for kind, text in words:
        if kind in labels:
            print(f"{labels[kind]}{text}", flush=True)
        else:
            print(f"drumigen: {kind}: {text}", file=sys.stderr, flush=True)


def starts_itself(config: Config, status: PortStatus) -> bool:
    """At once when told to, or when nobody could ever send us a clock."""
    if config.play or config.clock == "internal":
        return True
    return config.clock == "auto" and status.system is None


def with_stored_snapshots(config: Config, faults: Faults) -> tuple[LoadedConfig, SnapshotFile]:
    """The settings, their snapshots those that were stored, and who keeps them."""
    loaded = open_config(config)
    stored = SnapshotFile(snapshot_file(config), table(loaded.setup.styles), faults)
    setup = replace(loaded.setup, snapshots=stored.load(loaded.setup.snapshots))
    return replace(loaded, setup=setup), stored
