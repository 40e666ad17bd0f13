"""MIDI ports that come back: virtual ones of our own, and existing ones by name.

One thread owns every rtmidi object: it makes, watches, closes and reopens them. rtmidi holds
Python's lock in all it does, so while music plays this thread does little: with virtual ports
alone it only looks at a socket. Ports wanted by name cost more on JACK: libjack waits, with the
lock held, until its graph has settled whenever some program comes or goes (WaitGraphChange in
jack2's JackAPI.cpp: periods, not milliseconds). So names are asked one by one, a port that
returns is opened on an object that is there, and one more is kept ready for a controller that
comes: to make a JACK client takes 13 ms.

JACK passes what we send at the start of its next period: a message leaves up to a period late.
"""

import atexit
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rtmidi

from live.jack_link import (
    JackLink,
    bury,
    default_server_path,
    hush,
    jack_links,
    port_names,
    server_answers,
)
from live.jack_pulse import JackPulse
from live.priority import HELPER, raise_priority, settle_in

WATCH_SECONDS = 0.5  # between two looks at what is there
SETTLE_SECONDS = 0.2  # two JACK periods of 4096 frames: what was sent has left after it
# Of JACK_RINGBUFFER_SIZE 16384 (RtMidi.cpp), which spins when it is full. Twice this is safe.
RING_BYTES = 6_000

SYSTEMS = {
    rtmidi.API_UNIX_JACK: "JACK",  # before ALSA: who runs a server means to use it
    rtmidi.API_LINUX_ALSA: "ALSA",
    rtmidi.API_MACOSX_CORE: "CoreMIDI",
    rtmidi.API_WINDOWS_MM: "Windows MM",
}

# rtmidi's own, and what Cython makes of a C++ exception or of a text it cannot decode.
_FAILURES = (rtmidi.RtMidiError, RuntimeError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class PortStatus:
    """What a screen shows of the ports."""

    system: str | None  # one of SYSTEMS' names; None: nothing to play to
    inputs: tuple[str, ...]  # open now, as handed to `receive`
    outputs: tuple[str, ...]
    missing: tuple[str, ...]  # wanted names that no port has now
    faults: int
    last_fault: str  # "" when there was none
    surfaces: tuple[str, ...] = ()  # controllers that are open: inputs, and outputs to show on


class _Port:
    """A place for one port: our virtual one, or an existing one wanted by name."""

    def __init__(self, midi: Any, wanted: str | None, *, controller: bool = False) -> None:
        self.midi = midi  # rtmidi.MidiIn or MidiOut
        self.wanted = wanted  # None: our own
        self.controller = controller  # taken because of its name, which is `wanted`
        self.opened: str | None = None
        self.since = 0.0  # monotonic seconds, when it was opened


class Ports:
    """Every port of the program; open until `close`, whatever happens to the MIDI system."""

    def __init__(
        self,
        receive: Callable[[float, bytes, str], None],
        *,
        inputs: Sequence[str] = (),
        outputs: Sequence[str] = (),
        controllers: tuple[Sequence[str], Sequence[str]] = ((), ()),
        virtual: bool = True,
        name: str = "MidiDrumiGen",
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`receive(at, message, port)` is called in the MIDI system's thread: it must be short.

        `inputs` and `outputs` are parts of names of existing ports, in any case; the first
        port that has it is taken. `controllers` are such parts of inputs and of outputs: every
        port that has one is taken as soon as it is there; those outputs hear tell() alone.
        `virtual` adds "<name> In" and "<name> Out" where the system can (not on Windows).
        `now` gives `at`, in seconds.
        """
        self._receive, self._now = receive, now
        self._name, self._virtual = name, virtual
        self._wanted = (tuple(inputs), tuple(outputs))
        self._controllers = tuple(tuple(part.casefold() for part in parts) for parts in controllers)
        self._system: str | None = None
        self._ins: list[_Port] = []  # the first is asked for names
        self._outs: list[_Port] = []
        self._lamps: list[_Port] = []  # outputs of controllers
        self._lit: tuple[str, ...] = ()  # names of those that are open
        self._links: frozenset[JackLink] = frozenset()
        self._path = ""  # of the JACK server's socket
        self._pulse = JackPulse()
        self._hangs = False  # the server is there and does not move
        self._unproven = 0  # bytes sent since the server was last seen alive
        self._sent_at = -SETTLE_SECONDS  # monotonic seconds
        self._lock = threading.RLock()  # outputs and counts; held for a send, or to change them
        self._faults, self._last_fault = 0, ""
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._closing = threading.Event()
        self._settled: set[int] = set()  # threads of the MIDI system that called us

    def open(self) -> None:
        """Open what is there now; what is not is looked for from now on. Never raises."""
        if self._thread is not None:
            return
        os.environ.setdefault("JACK_NO_START_SERVER", "1")  # libjack would start one itself
        hush()
        self._ready.clear()
        self._closing.clear()
        self._thread = threading.Thread(target=self._watch, name="ports", daemon=True)
        self._thread.start()
        self._ready.wait(5.0)
        atexit.register(self.close)

    def send(self, message: bytes) -> None:
        """Send to every open output; what fails is counted and dropped."""
        with self._lock:
            self._sent_at = time.monotonic()
            for port in self._outs:
                if port.opened is not None:
                    self._pass(port, message)

    def tell(self, name: str, message: bytes) -> None:
        """Send to one controller, by the name of its port; what fails is counted and dropped."""
        with self._lock:
            for port in self._lamps:
                if port.opened == name:
                    self._pass(port, message)

    def surfaces(self) -> tuple[str, ...]:
        """The ports that tell() reaches now; the same object until they change."""
        return self._lit

    def close(self) -> None:
        """Let the last messages leave, then close all; at most about a second."""
        if self._thread is None:
            return
        self._closing.set()
        self._thread.join(5.0)
        self._thread = None
        atexit.unregister(self.close)

    def status(self) -> PortStatus:
        """The present state, from any thread."""
        with self._lock:
            places = (*self._ins, *self._outs)
            missing = (p.wanted for p in places if p.opened is None and not p.controller)
            if self._system is None:
                missing = (wanted for names in self._wanted for wanted in names)
            return PortStatus(
                system=self._system,
                inputs=tuple(
                    port.opened
                    for port in self._ins
                    if port.opened is not None and not port.controller
                ),
                outputs=tuple(port.opened for port in self._outs if port.opened is not None),
                missing=tuple(wanted for wanted in missing if wanted is not None),
                faults=self._faults,
                last_fault=self._last_fault,
                surfaces=tuple(
                    port.opened
                    for port in (*self._ins, *self._lamps)
                    if port.controller and port.opened is not None
                ),
            )

    def _pass(self, port: _Port, message: bytes) -> None:
        if self._has_room(len(message)):
            try:
                port.midi.send_message(message)
            except _FAILURES as error:
                self._fault(f"{port.opened}: {error}")

    def _has_room(self, size: int) -> bool:
        """Whether JACK's ring takes `size` bytes more without waiting for the server."""
        self._unproven += size + 4  # rtmidi puts an int before each message
        if self._links and self._unproven > RING_BYTES:
            if not self._alive() or not self._pulse.moves():
                self._fault("JACK does not take messages")
                return False
            self._unproven = 0
        return True

    def _fault(self, text: str) -> None:
        with self._lock:
            self._faults += 1
            self._last_fault = text

    # From here on: the watching thread only.

    def _watch(self) -> None:
        raise_priority(HELPER)
        self._attach()
        self._ready.set()
        while not self._closing.wait(WATCH_SECONDS):
            try:
                self._look()
            except _FAILURES as error:
                self._fault(str(error))
        self._detach()

    def _look(self) -> None:
        if self._system is not None and not self._alive():
            self._fault(f"{self._system} has gone")
            self._forget()
        if self._system is not None:
            self._feel()
        elif sys.platform != "linux" or self._somebody_there():
            self._attach()

    def _feel(self) -> None:
        """Follow the names if the server moves: while it does not, rtmidi must not be touched."""
        pulse = self._pulse
        if not self._links or pulse.moves() or pulse.moves_within(SETTLE_SECONDS):
            self._unproven, self._hangs = 0, False
            self._follow_names()
        elif not self._hangs:
            self._hangs = True
            self._fault(f"{self._system} hangs: nothing is heard until it goes on")

    def _somebody_there(self) -> bool:
        """Asked before rtmidi is, whose failing constructor holds Python's lock for long."""
        path = self._path or default_server_path()
        return Path("/dev/snd/seq").exists() or server_answers(path)

    def _alive(self) -> bool:
        return all(link.alive() for link in self._links)

    def _attach(self) -> None:
        """Take the first MIDI system that lets us in."""
        available = rtmidi.get_compiled_api()
        for api, system in SYSTEMS.items():
            if api in available and self._attach_to(api, system):
                return

    def _attach_to(self, api: int, system: str) -> bool:
        before = jack_links()
        ins: list[_Port] = []
        outs: list[_Port] = []
        try:
            if system == "JACK" and not self._pulse.answers():
                return False
            for side, ports, make in ((0, ins, rtmidi.MidiIn), (1, outs, rtmidi.MidiOut)):
                name = f"{self._name} {('In', 'Out')[side]}"
                for wanted in (None, *self._wanted[side]):
                    ports.append(_Port(make(api, name), wanted))
                if self._virtual and api != rtmidi.API_WINDOWS_MM:
                    ports[0].midi.open_virtual_port(name)
                    ports[0].opened = name
        except _FAILURES as error:
            links = jack_links() - before
            self._drop([*ins, *outs], all(link.alive() for link in links))
            if ins or isinstance(error, TimeoutError):  # it was there, and then was not
                self._fault(f"{system}: {error}")
            return False
        with self._lock:
            self._ins, self._outs, self._system = ins, outs, system
            self._links = jack_links() - before if system == "JACK" else frozenset()
            self._path = next((link.path for link in self._links), self._path)
            self._unproven, self._hangs = 0, False
        self._listen()
        self._follow_names()
        for side, places in ((0, self._ins), (1, self._lamps)):
            if system == "JACK" and self._controllers[side]:
                self._place(side, places)  # for the one that is plugged in while it plays
        return True

    def _listen(self) -> None:
        self._settled.clear()
        for port in self._ins:
            port.midi.ignore_types(sysex=True, timing=False, active_sense=True)
            port.midi.set_callback(self._hear, port)

    def _hear(self, event: tuple[list[int], float], port: _Port) -> None:
        at = self._now()  # first: the backend's own time is wrong on macOS
        if (thread := threading.get_ident()) not in self._settled:
            self._settled.add(thread)
            settle_in()
        try:
            self._receive(at, bytes(event[0]), port.opened or "")
        except Exception as error:  # noqa: BLE001  the caller is C++: nobody else could tell
            self._fault(f"receive: {error!r}")

    def _follow_names(self) -> None:
        """Close the ports that vanished, open those that are there."""
        for side, ports, others in ((0, self._ins, self._ins), (1, self._outs, self._lamps)):
            named = [port for port in {*ports, *others} if port.wanted is not None]
            if not named and not self._controllers[side]:
                continue
            names = port_names(ports[0].midi)
            for port in named:
                if port.opened is not None and port.opened not in names:
                    self._fault(f"{port.opened} has vanished")
                    with self._lock:
                        port.opened = None
                        port.midi.close_port()
            for port in named:
                if port.opened is None and not port.controller:
                    self._open(port, names)
            self._meet(side, names, others)
        # What is sent before JACK has made the connection is lost.
        ready = time.monotonic() - SETTLE_SECONDS
        lit = tuple(p.opened for p in self._lamps if p.opened is not None and p.since < ready)
        if lit != self._lit:
            self._lit = lit

    def _open(self, port: _Port, names: Sequence[str]) -> None:
        taken = {other.opened for other in (self._ins if port in self._ins else self._outs)}
        wanted = (port.wanted or "").casefold()
        for number, name in enumerate(names):
            # Our own ports are listed too: to take them would be a loop.
            if wanted in name.casefold() and self._name not in name and name not in taken:
                self._join(port, number, name)
                return

    def _join(self, port: _Port, number: int, name: str) -> None:
        with self._lock:
            port.midi.open_port(number, (port.wanted or name).replace(":", " "))
            if isinstance(port.midi, rtmidi.MidiIn):  # close_port took it away
                port.midi.set_callback(self._hear, port)
            port.opened, port.since = name, time.monotonic()

    def _meet(self, side: int, names: Sequence[str], ports: list[_Port]) -> None:
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
            except _FAILURES as error:  # on Windows: another program has it
                self._fault(f"{name}: {error}")

    def _place(self, side: int, ports: list[_Port]) -> _Port:
        """A place that is free; on JACK it takes 13 ms with Python's lock held."""
        before, api = jack_links(), self._ins[0].midi.get_current_api()
        make = (rtmidi.MidiIn, rtmidi.MidiOut)[side]
        port = _Port(make(api, f"{self._name} Surface"), "", controller=True)
        with self._lock:
            self._links |= jack_links() - before
            ports.append(port)
        return port

    def _detach(self) -> None:
        with self._lock:
            wait_until = self._sent_at + SETTLE_SECONDS
        while (left := wait_until - time.monotonic()) > 0:
            time.sleep(left)
        self._forget()

    def _forget(self) -> None:
        """Stop using every port, and delete it where that is safe."""
        with self._lock:
            ports, links = [*self._ins, *self._outs, *self._lamps], self._links
            self._ins, self._outs, self._lamps, self._system = [], [], [], None
            self._lit = ()
            self._links = frozenset()
        # In this order: a server that has died stands still, and is not waited for.
        alive = all(link.alive() for link in links)
        self._drop(ports, alive and (not links or self._pulse.moves_within(SETTLE_SECONDS)))

    def _drop(self, ports: Sequence[_Port], alive: bool) -> None:
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
