"""The thread that makes, watches, closes and reopens every rtmidi object.

rtmidi holds Python's lock in all it does, so while music plays this thread does little: with
virtual ports alone it only looks at a socket. Ports wanted by name cost more on JACK: libjack
waits, with the lock held, until its graph has settled whenever some program comes or goes
(WaitGraphChange in jack2's JackAPI.cpp: periods, not milliseconds). So names are asked one by
one, a port that returns is opened on an object that is there, and one more is kept ready for a
controller that comes: to make a JACK client takes 13 ms.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import rtmidi

from live.midi.jack_server import (
    bury,
    default_server_path,
    jack_links,
    port_names,
    server_answers,
)
from live.midi.port_table import FAILURES, SETTLE_SECONDS, Port, PortTable
from live.system.priority import HELPER, raise_priority, settle_in

WATCH_SECONDS = 0.5  # between two looks at what is there
SYSTEMS = {
    rtmidi.API_UNIX_JACK: "JACK",  # before ALSA: who runs a server means to use it
    rtmidi.API_LINUX_ALSA: "ALSA",
    rtmidi.API_MACOSX_CORE: "CoreMIDI",
    rtmidi.API_WINDOWS_MM: "Windows MM",
}
Receive = Callable[[float, bytes, str], None]


class PortWatcher:
    """Keeps the table's ports as they are wanted; every method belongs to its thread."""

    def __init__(
        self,
        table: PortTable,
        receive: Receive,
        controllers: tuple[Sequence[str], Sequence[str]],
        name: str,
        *,
        virtual: bool,
        now: Callable[[], float],
    ) -> None:
        self._table, self._receive, self._now = table, receive, now
        self._name, self._virtual = name, virtual
        self._controllers = tuple(tuple(part.casefold() for part in parts) for parts in controllers)
        self._path = ""  # of the JACK server's socket
        self._hangs = False  # the server is there and does not move
        self._settled: set[int] = set()  # threads of the MIDI system that called us

    def run(self, ready: threading.Event, closing: threading.Event) -> None:
        """Open what is there, say that it is, follow what comes and goes, close everything."""
        raise_priority(HELPER)
        self._attach()
        ready.set()
        while not closing.wait(WATCH_SECONDS):
            try:
                self._look()
            except FAILURES as error:
                self._table.fault(str(error))
        self._detach()

    def _look(self) -> None:
        table = self._table
        if table.system is not None and not table.alive():
            table.fault(f"{table.system} has gone")
            self._forget()
        if table.system is not None:
            self._feel()
        elif sys.platform != "linux" or self._somebody_there():
            self._attach()

    def _feel(self) -> None:
        """Follow the names if the server moves: while it does not, rtmidi must not be touched."""
        table, watchdog = self._table, self._table.watchdog
        if not table.links or watchdog.moves() or watchdog.moves_within(SETTLE_SECONDS):
            table.proven()
            self._hangs = False
            self._follow_names()
        elif not self._hangs:
            self._hangs = True
            table.fault(f"{table.system} hangs: nothing is heard until it goes on")

    def _somebody_there(self) -> bool:
        """Asked before rtmidi is, whose failing constructor holds Python's lock for long."""
        path = self._path or default_server_path()
        return Path("/dev/snd/seq").exists() or server_answers(path)

    # ---- the MIDI system comes
    def _attach(self) -> None:
        """Take the first MIDI system that lets us in."""
        available = rtmidi.get_compiled_api()
        for api, system in SYSTEMS.items():
            if api in available and self._attach_to(api, system):
                return

    def _attach_to(self, api: int, system: str) -> bool:
        table, before = self._table, jack_links()
        ins: list[Port] = []
        outs: list[Port] = []
        try:
            if system == "JACK" and not table.watchdog.answers():
                return False
            for side, ports, make in ((0, ins, rtmidi.MidiIn), (1, outs, rtmidi.MidiOut)):
                name = f"{self._name} {('In', 'Out')[side]}"
                for wanted in (None, *table.wanted[side]):
                    ports.append(Port(make(api, name), wanted))
                if self._virtual and api != rtmidi.API_WINDOWS_MM:
                    ports[0].midi.open_virtual_port(name)
                    ports[0].opened = name
        except FAILURES as error:
            links = jack_links() - before
            self._drop([*ins, *outs], all(link.alive() for link in links))
            if ins or isinstance(error, TimeoutError):  # it was there, and then was not
                table.fault(f"{system}: {error}")
            return False
        with table.lock:
            table.ins, table.outs, table.system = ins, outs, system
            table.links = jack_links() - before if system == "JACK" else frozenset()
            self._path = next((link.path for link in table.links), self._path)
            table.proven()
            self._hangs = False
        self._listen()
        self._follow_names()
        for side, places in ((0, table.ins), (1, table.lamps)):
            if system == "JACK" and self._controllers[side]:
                self._place(side, places)  # for the one that is plugged in while it plays
        return True

    def _listen(self) -> None:
        self._settled.clear()
        for port in self._table.ins:
            port.midi.ignore_types(sysex=True, timing=False, active_sense=True)
            port.midi.set_callback(self._hear, port)

    def _hear(self, event: tuple[list[int], float], port: Port) -> None:
        at = self._now()  # first: the backend's own time is wrong on macOS
        if (thread := threading.get_ident()) not in self._settled:
            self._settled.add(thread)
            settle_in()
        try:
            self._receive(at, bytes(event[0]), port.opened or "")
        except Exception as error:  # noqa: BLE001  the caller is C++: nobody else could tell
            self._table.fault(f"receive: {error!r}")

    # ---- ports come and go
    def _follow_names(self) -> None:
        """Close the ports that vanished, open those that are there."""
        table = self._table
        for side, ports, others in ((0, table.ins, table.ins), (1, table.outs, table.lamps)):
            named = [port for port in {*ports, *others} if port.wanted is not None]
            if not named and not self._controllers[side]:
                continue
            names = port_names(ports[0].midi)
            for port in named:
                if port.opened is not None and port.opened not in names:
                    table.fault(f"{port.opened} has vanished")
                    with table.lock:
                        port.opened = None
                        port.midi.close_port()
            for port in named:
                if port.opened is None and not port.controller:
                    self._open(port, names)
            self._meet(side, names, others)
        # What is sent before JACK has made the connection is lost.
        ready = time.monotonic() - SETTLE_SECONDS
        lit = tuple(p.opened for p in table.lamps if p.opened is not None and p.since < ready)
        if lit != table.lit:
            table.lit = lit

    def _open(self, port: Port, names: Sequence[str]) -> None:
        table = self._table
        taken = {other.opened for other in (table.ins if port in table.ins else table.outs)}
        wanted = (port.wanted or "").casefold()
        for number, name in enumerate(names):
            # Our own ports are listed too: to take them would be a loop.
            if wanted in name.casefold() and self._name not in name and name not in taken:
                self._join(port, number, name)
                return

    def _join(self, port: Port, number: int, name: str) -> None:
        with self._table.lock:
            port.midi.open_port(number, (port.wanted or name).replace(":", " "))
            if isinstance(port.midi, rtmidi.MidiIn):  # close_port took it away
                port.midi.set_callback(self._hear, port)
            port.opened, port.since = name, time.monotonic()

    def _meet(self, side: int, names: Sequence[str], ports: list[Port]) -> None:
        """Open every controller; one that returns gets the place of one that left."""
        taken = {port.opened for port in ports}
        for number, name in enumerate(names):
            known = any(part in name.casefold() for part in self._controllers[side])
            if not known or self._name in name or name in taken:
                continue
            free = (port for port in ports if port.controller and port.opened is None)
            try:
                port = next(free, None) or self._place(side, ports)
                port.wanted = name
                self._join(port, number, name)
            except FAILURES as error:  # on Windows: another program has it
                self._table.fault(f"{name}: {error}")

    def _place(self, side: int, ports: list[Port]) -> Port:
        """A place that is free; on JACK it takes 13 ms with Python's lock held."""
        table, before = self._table, jack_links()
        make, api = (rtmidi.MidiIn, rtmidi.MidiOut)[side], table.ins[0].midi.get_current_api()
        port = Port(make(api, f"{self._name} Surface"), "", controller=True)
        with table.lock:
            table.links |= jack_links() - before
            ports.append(port)
        return port

    # ---- the MIDI system goes
    def _detach(self) -> None:
        with self._table.lock:
            wait_until = self._table.sent_at + SETTLE_SECONDS
        while (left := wait_until - time.monotonic()) > 0:
            time.sleep(left)
        self._forget()

    def _forget(self) -> None:
        """Stop using every port, and delete it where that is safe."""
        table = self._table
        with table.lock:
            ports, links = [*table.ins, *table.outs, *table.lamps], table.links
            table.ins, table.outs, table.lamps, table.system = [], [], [], None
            table.lit = ()
            table.links = frozenset()
        # In this order: a server that has died stands still, and is not waited for.
        alive = all(link.alive() for link in links)
        self._drop(ports, alive and (not links or table.watchdog.moves_within(SETTLE_SECONDS)))

    def _drop(self, ports: Sequence[Port], alive: bool) -> None:
        midis = [port.midi for port in ports]
        if not alive:
            bury(midis)
            return
        for midi in midis:
            if isinstance(midi, rtmidi.MidiIn):
                midi.cancel_callback()
        # A callback that waits for Python's lock while its client is deleted would hang both.
        time.sleep(0.05)
        for midi in midis:
            midi.delete()
