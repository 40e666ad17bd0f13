"""`drumigen live`: opens what a performance needs, plays it, closes it again.

Whatever is missing (a MIDI system, a terminal, a free UDP port, priority) is said and done
without; only the user's own mistakes end it, before it begins.
"""

from __future__ import annotations

import logging
import math
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from engine.controls import Control, table
from engine.errors import MappingError
from engine.events import Compose, State, Turned
from engine.performer import Performer, Setup
from live.announce import Announcer, reachable
from live.config import Config
from live.faults import Faults
from live.feed import Feed
from live.inbox import Inbox
from live.keeper import Keeper
from live.keeper import Spec as KeeperSpec
from live.lateness import LatenessLog
from live.learn import Learn
from live.link import LinkSession, link_of
from live.loop import Conductor, Ears, Hands, MidiIn, settle
from live.osc import Osc
from live.panel_feed import PanelFeed, spec_of, wanted
from live.ports import Ports, PortStatus
from live.priority import raise_priority
from live.setting import Setting, map_folder, open_setting, snapshot_file
from live.snapshot_file import SnapshotFile
from live.surfaces import Surfaces
from live.take_file import Header
from live.takes import take_folder
from live.traffic import Traffic, Wire
from live.view import View
from live.worker import Spec, Worker
from mappings.bindings import Binding
from mappings.controllers import Map
from mappings.takeover import Takeover

now = time.perf_counter  # the clock of the performance; the finest there is on each system
MIDI_EVERY = 1.0  # seconds between looks at the ports for the screen
NOWHERE = PortStatus(None, (), (), (), 0, "")  # before the first look
OSC_BUFFER = 1 << 22  # bytes: a storm of 20,000 datagrams a second for 200 ms; Linux allows less


class Part(Protocol):
    """What is opened for a performance, and closed after it."""

    def open(self) -> None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Stage:
    """What the screen is told, collected from all who know a part of it."""

    setup: Setup
    ports: Ports
    worker: Worker
    feed: Feed
    faults: Faults
    lateness: LatenessLog
    osc: str
    surfaces: Surfaces
    link: LinkSession | None = None
    announcer: Announcer | None = None
    traffic: Traffic = field(default_factory=Traffic)
    priority: str = ""
    kept: str = ""
    panel: PanelFeed | None = None
    stored: Callable[[], Mapping[str, object]] = dict  # the snapshots there are
    told: Osc | None = None  # whose clients are shown, and hear of what was kept
    look: Callable[[], None] = lambda: None  # done with every state, when no note is near
    _status: PortStatus = NOWHERE
    _announced: str = ""
    _looked: float = field(default=-math.inf)

    def show(self, state: State) -> None:
        """Put a state on the screen, with all that is around it."""
        if now() - self._looked > MIDI_EVERY:
            self._look()
        style = self.setup.styles[
            state.bar.style if state.bar else str(dict(state.controls)["style"])
        ]
        view = View(
            state=state,
            worker=self.worker.status,
            title=style.title,
            midi=describe(self._status),
            osc=self.osc + self._announced,
            priority=self.priority,
            lateness=self.lateness.figures(),
            faults=self.faults.kinds(),
            learn=self.surfaces.learner.said,
            kept=self.kept,
            panel=self.panel.url if self.panel else "",
            outputs=self._status.outputs,
            stored=tuple(self.stored()),
            wires=self._wires(state.at),
        )
        self.feed.put(view)
        if self.panel is not None:
            self.panel.put(view)
        self.look()

    def _look(self) -> None:
        self._looked = now()
        status = self.ports.status()
        self._status = status
        self.faults.set("midi", status.faults, status.last_fault)
        worker = self.worker.status
        self.faults.set("drummer", worker.restarts, worker.fault)
        if self.announcer and (text := self.announcer.look()):
            self._announced = f", {text}"

    def _wires(self, at: float) -> tuple[Wire, ...]:
        """The ports and clients, and what they said last."""
        ports, traffic = self._status, self.traffic
        wires = traffic.ports(ports.inputs, ports.outputs, ports.surfaces, at)
        if self.told is not None:
            wires += traffic.clients(self.told.written(), self.told.told(), at)
        return tuple(wires)

    def hear(self, kind: str, text: str) -> None:
        """The keeper's words, from its thread: what was kept, or a fault."""
        if kind == "kept":
            self.kept = text
            if self.told is not None:
                self.told.kept = text
        else:
            self.faults.add(kind, text)

    def compose(self, out: Compose) -> None:
        self.worker.ask(out.request)

    def propose(self, bpm: float) -> None:
        """A tempo for the Link session, if the user allows it."""
        if self.link is not None and not self.link.propose(bpm):
            self.faults.add("link", "tempo: the session leads; link.propose_tempo lets us ask")


def describe(status: PortStatus) -> str:
    """The ports in words."""
    if status.system is None:
        return "no MIDI system: playing for the screen only"
    into = ", ".join(status.outputs) or "nowhere"
    missing = f"; waiting for {', '.join(status.missing)}" if status.missing else ""
    hands = f"; controllers: {', '.join(dict.fromkeys(status.surfaces))}" if status.surfaces else ""
    return f"{status.system}: {', '.join(status.inputs) or 'no input'} -> {into}{hands}{missing}"


def perform(
    config: Config, seconds: float | None, given: Callable[[Setup], Setup] | None = None
) -> int:
    """Play until Ctrl-C, SIGTERM, q or `seconds`; 0. `given` adds what there is to go on from."""
    # python-osc warns on stderr of each datagram it cannot read; ours are counted and shown.
    logging.getLogger().addHandler(logging.NullHandler())
    inbox, faults, lateness = Inbox(), Faults(), LatenessLog()
    setting, stored = open_snapshots(config, faults)
    if given is not None:
        setting = replace(setting, setup=given(setting.setup))
    performer = Performer(setting.setup)
    link = link_of(config, performer.desk.number("tempo"), inbox.put, now)
    surfaces = Surfaces(
        setting.maps,
        performer.desk,
        inputs=config.inputs,
        takeover=Takeover(config.controllers.takeover) if config.controllers.takeover else None,
        save=keeper(config, performer.desk.table, faults),
    )
    ports = Ports(
        lambda at, message, port: inbox.put(
            at, MidiIn(message, port), surfaces.knob(message, port)
        ),
        inputs=config.inputs,
        outputs=config.outputs,
        controllers=setting.maps.ports,
        virtual=config.virtual,
        now=now,
    )
    worker = Worker(
        Spec(config.weights, config.device, config.threads),
        lambda composed: inbox.put(now(), composed),
    )
    feed = Feed(not sys.stdout.isatty(), lambda key, value: _press(key, value, inbox, conductor))
    port, osc_text = open_osc(config)
    osc = Osc(port, performer, faults, config.osc_allow, config.osc_peers, now) if port else None
    if osc is not None:
        osc.learn = lambda control: inbox.put(now(), Learn(control))
    announcer = announces(config, port)
    stage = Stage(
        setting.setup, ports, worker, feed, faults, lateness, osc_text, surfaces, link, announcer
    )
    stage.told = osc
    if config.panel.enabled:
        stage.panel = PanelFeed(
            spec_of(config, setting.setup),
            lambda key, value: wanted(key, value, inbox, now()),
            faults,
        )
    stage.stored = performer.snapshots
    stage.look = lambda: stored.look(performer.snapshots())
    tape = tape_of(config, setting, stage.hear)
    hands = Hands(
        ports.send,
        stage.compose,
        stage.show,
        stage.propose,
        ports.tell,
        ports.surfaces,
        tape.keep,
        stage.panel.turn if stage.panel else lambda _values: None,
    )
    ears = Ears(inbox, surfaces, osc, stage.traffic)
    conductor = Conductor(performer, ears, hands, faults, lateness)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, lambda *_: conductor.stop())
    # The drummer takes longest to get ready, so it starts first; the ports fall silent before
    # the take ends.
    parts: list[Part | None] = [worker, feed, tape, stored, ports, link, announcer, stage.panel]
    with ExitStack() as opened:
        for part in filter(None, parts):
            part.open()
            opened.callback(part.close)
        stage.priority = raise_priority().text
        settle()
        if starts_itself(config, ports.status()):
            inbox.put(now(), Turned("play", 1.0))
        conductor.run(None if seconds is None else now() + seconds)
        stored.look(performer.snapshots())
    return 0


def starts_itself(config: Config, status: PortStatus) -> bool:
    """At once when told to, or when nobody could ever send us a clock."""
    if config.play or config.clock == "internal":
        return True
    return config.clock == "auto" and status.system is None


def open_osc(config: Config) -> tuple[socket.socket | None, str]:
    """The OSC socket and what to say of it; none where the port is off or taken."""
    if not config.osc_port:
        return None, "off"
    where = f"{config.osc_host}:{config.osc_port}"
    osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        osc.bind((config.osc_host, config.osc_port))
    except OSError as error:
        osc.close()
        return None, f"off: UDP {where} cannot be opened ({error.strerror}); set osc.port"
    osc.setblocking(False)
    osc.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, OSC_BUFFER)
    if reachable(config.osc_host) and not config.osc_allow:
        return osc, f"UDP {where}, but osc.allow names nobody: this machine only"
    return osc, f"UDP {where}"


def open_snapshots(config: Config, faults: Faults) -> tuple[Setting, SnapshotFile]:
    """The setting, its snapshots those that were stored, and who keeps them."""
    setting = open_setting(config)
    stored = SnapshotFile(snapshot_file(config), table(tuple(setting.setup.styles)), faults)
    setup = replace(setting.setup, snapshots=stored.load(setting.setup.snapshots))
    return replace(setting, setup=setup), stored


def tape_of(config: Config, setting: Setting, say: Callable[[str, str], None]) -> Keeper:
    """Who writes the take and makes the clips."""
    setup, takes = setting.setup, config.takes
    began = datetime.now().astimezone().isoformat(timespec="seconds")
    kit = {voice.value: note for voice, note in setup.notes.items()}
    return Keeper(
        KeeperSpec(
            Header(began, setup.seed, setup.channel, kit),
            str(take_folder(takes)) if takes.enabled else None,
            takes.days,
            takes.megabytes,
            {name: style.title for name, style in setup.styles.items()},
            config.clips,
        ),
        say,
    )


def announces(config: Config, port: socket.socket | None) -> Announcer | None:
    """Who tells the network of the port; None where nobody there could reach it."""
    if port is None or not config.osc_announce or not reachable(config.osc_host):
        return None
    return Announcer(config.osc_host, config.osc_port)


def keeper(
    config: Config, table: Mapping[str, Control], faults: Faults
) -> Callable[[Map, Binding], None]:
    """What writes learned bindings to the user's maps, in a thread: the beat waits for no disk."""
    folder = map_folder(config)

    def write(one: Map, binding: Binding) -> None:
        from mappings.own_map import write_binding  # noqa: PLC0415 - only who learns needs ruamel

        try:
            write_binding(one, binding, folder, table)
        except MappingError as error:
            faults.add("learn", str(error))

    def keep(one: Map, binding: Binding) -> None:
        threading.Thread(target=write, args=(one, binding), name="learn", daemon=True).start()

    return keep


def _press(key: str, value: float | str, inbox: Inbox, conductor: Conductor) -> None:
    """A key of the terminal: a control and its value, "learn" and a control, or "quit"."""
    if key == "quit":
        conductor.stop()
    elif key == "learn":
        inbox.put(now(), Learn(str(value)))
    else:
        inbox.put(now(), Turned(key, value))
