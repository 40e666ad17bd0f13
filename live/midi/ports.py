"""MIDI ports that come back: virtual ones of our own, and existing ones by name.

They are in a process of their own (live.midi.ports_process), so that no fault of a MIDI system's
library ends the beat, and no storm of messages takes Python's lock when a note is due.
"""

from __future__ import annotations

import atexit
import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import Any

from live.midi.jack_server import SILENT
from live.midi.port_status import Links, Opened, PortStatus, Wanted
from live.midi.ports_process import GONE, PortsSpec, serve
from live.midi.pulse import Pulse
from live.midi.sounding import Sounding
from live.midi.wire import (
    EVERYWHERE,
    MOMENT,
    NAMED,
    PIECE,
    SENT,
    STOOD,
    Unpacker,
    Wire,
    packed,
    pair,
)
from live.system.child import Child
from live.system.priority import HELPER, raise_priority

Receive = Callable[[float, bytes, str], None]
READY = 5.0  # seconds that open() waits for the ports
ANSWER = 1.0  # seconds for a MIDI system's answer; jackd takes 4 to 30 ms
LOOK = 0.25  # seconds between looks at the pulse
AGAIN = 0.5  # seconds until a process that died at once is started again
CLOSING = 4.0  # seconds that close() waits


class Ports(Child):
    """Every port of the program; open until `close`, whatever happens to the MIDI system.

    `receive(at, message, port)` is called in a thread of ours: it must be short.

    `at` is in seconds of time.perf_counter. `inputs` and `outputs` are parts of names of
    existing ports, in any case; the first port that has it is taken. `controllers` are such
    parts of inputs and of outputs: every port that has one is taken as soon as it is there;
    those outputs hear tell() alone. `virtual` adds "<name> In" and "<name> Out" where the
    system can (not on Windows). `left(wanted, left)` is told when each message left and when
    it was to. `stood(at, seconds)` that the MIDI system, and its masters, stood still until `at`.
    `api` is one of rtmidi's, to take no other system.
    """

    def __init__(  # noqa: PLR0913 - all but the first have a name and a default
        self,
        receive: Receive,
        *,
        inputs: Sequence[str] = (),
        outputs: Sequence[str] = (),
        controllers: tuple[Sequence[str], Sequence[str]] = ((), ()),
        virtual: bool = True,
        name: str = "MidiDrumiGen",
        left: Callable[[float, float], None] = lambda _wanted, _left: None,
        stood: Callable[[float, float], None] = lambda _at, _seconds: None,
        api: int | None = None,
    ) -> None:
        hands, lights = controllers
        self._wanted = Wanted(
            tuple(inputs), tuple(outputs), (tuple(hands), tuple(lights)), virtual, name
        )
        super().__init__("ports", serve, None)
        self.patience, self.grace = CLOSING, 1.0
        self._receive, self._left, self._stood, self._api = receive, left, stood, api
        self._pulse = Pulse()
        self._lock = threading.RLock()  # of what follows
        self._wire: Wire | None = None
        self._opened: Opened | None = None
        self._lamps: dict[str, int] = {}
        self._lit: tuple[str, ...] = ()
        self._sounding = Sounding()
        self._faults, self._last_fault = 0, ""
        # The thread's own.
        self._ends: tuple[socket.socket, ...] = ()  # the process's ends of its wires
        self._asked_at = math.inf  # monotonic seconds; when a MIDI system was asked
        self._still = 0  # looks in a row that found the pulse still
        self._ready = threading.Event()

    def open(self) -> None:
        """Open what is there now; what is not is looked for from now on. Never raises."""
        if self._thread.ident is not None:
            return
        super().open()
        self._ready.wait(READY)
        atexit.register(self.close)

    def close(self) -> None:
        """Let the last messages leave, then close all; at most a few seconds."""
        atexit.unregister(self.close)
        super().close()

    # ---- what goes out
    def send(self, message: bytes, at: float | None = None) -> None:
        """Send to every open output, at a moment or at once; what fails is counted and dropped."""
        with self._lock:
            if self._write(EVERYWHERE, message, at):
                self._sounding.add(message)

    def tell(self, name: str, message: bytes) -> None:
        """Send to one controller, by the name of its port; what fails is counted and dropped."""
        with self._lock:
            if (number := self._lamps.get(name)) is not None:
                self._write(number, message, None)

    def _write(self, port: int, message: bytes, at: float | None) -> bool:
        if self._wire is None or self._opened is None:
            return False
        moment = time.perf_counter() if at is None else at
        if not self._wire.write(packed(moment, port, message)):
            self._fault(f"{self._opened.system} does not take messages")
            return False
        return True

    # ---- how it stands
    def surfaces(self) -> tuple[str, ...]:
        """The ports that tell() reaches now; the same object until they change."""
        return self._lit

    def status(self) -> PortStatus:
        """The present state, from any thread."""
        with self._lock:
            opened = self._opened
            if opened is None:
                nothing = self._wanted.nothing()
                return replace(nothing, faults=self._faults, last_fault=self._last_fault)
            return PortStatus(
                opened.system, opened.inputs, opened.outputs, opened.missing,
                self._faults, self._last_fault, opened.surfaces,
            )  # fmt: skip

    def _fault(self, text: str) -> None:
        with self._lock:
            self._faults += 1
            self._last_fault = text

    # ---- how far ahead
    def reach(self, now: float) -> float:
        """Up to which moment all messages must be handed over now; see live.midi.pulse."""
        return now if self._opened is None else self._pulse.reach(now)

    def hand_over(self, at: float) -> float:
        """When a message for a moment must be handed over."""
        return at if self._opened is None else self._pulse.hand_over(at)

    # ---- the thread that has the process
    def _run(self) -> None:
        made: Links = ()
        while self._open:
            begun = time.monotonic()
            made = self._one_life(made)
            while self._open and time.monotonic() < begun + AGAIN:
                time.sleep(0.05)

    def _one_life(self, made: Links) -> Links:
        """What was connected to our ports when it ended."""
        (told, their_told), (heard, their_heard) = pair(), pair()
        self._ends = their_told, their_heard
        self._given = PortsSpec(self._wanted, their_told, their_heard, self._pulse, made, self._api)
        reader = threading.Thread(target=self._read, args=(heard,), name="midi in", daemon=True)
        reader.start()
        with self._lock:
            self._wire = Wire(told)
        status = self._live()
        with self._lock:
            made = self._opened.made if self._opened else made
            self._opened, self._wire, self._lamps, self._lit = None, None, {}, ()
        with contextlib.suppress(OSError):  # it had no other end any more
            heard.shutdown(socket.SHUT_RDWR)
        reader.join(1.0)
        for end in (told, heard):
            end.close()
        if self._open and status != GONE:
            self._fault(f"the ports' process ended ({status}) and is started again")
        return made if status != GONE else ()

    def _converse(self, pipe: Connection) -> None:
        for end in self._ends:
            end.close()  # else its death would be none to us
        while self._open:
            self._waker.clear()
            if pipe in wait([pipe, self._waker.readable], LOOK):
                self._told(*pipe.recv())
            self._look()
        pipe.send("close")

    def _told(self, kind: str, what: Any) -> None:
        match kind:
            case "trying":
                self._asked_at = time.monotonic()
                return
            case "opened":
                self._has_opened(what)
            case "fault":
                self._fault(what)
                return
        self._asked_at = math.inf
        self._ready.set()

    def _has_opened(self, opened: Opened) -> None:
        with self._lock:
            new, self._opened = self._opened is None, opened
            self._lamps = dict(opened.lamps)
            lit = tuple(self._lamps)
            if lit != self._lit:
                self._lit = lit
            if new:  # what sounded when the last process died
                for message in self._sounding.releases():
                    self._write(EVERYWHERE, message, None)

    def _look(self) -> None:
        if time.monotonic() > self._asked_at + ANSWER:
            self._asked_at = math.inf
            self._fault(f"JACK: {SILENT}")
            self._ready.set()
        stands = self._opened is not None and self._pulse.stands(time.perf_counter())
        self._still = self._still + 1 if stands else 0
        if self._still == 2:  # one may be our own awaking
            self._fault("JACK hangs: nothing is heard until it goes on")

    # ---- the thread that hears
    def _read(self, heard: socket.socket) -> None:
        raise_priority(HELPER)
        unpacker, names = Unpacker(), dict[int, str]()
        with contextlib.suppress(OSError):  # it is closed: nothing comes any more
            while data := heard.recv(PIECE):
                for at, port, message in unpacker.feed(data):
                    if port == SENT:
                        self._left(at, MOMENT.unpack(message)[0])
                    elif port == STOOD:
                        self._stood(at, MOMENT.unpack(message)[0])
                    elif port == NAMED:
                        names[int(at)] = message.decode()
                    else:
                        self._pass_on(at, message, names[port])

    def _pass_on(self, at: float, message: bytes, port: str) -> None:
        try:
            self._receive(at, message, port)
        except Exception as error:  # noqa: BLE001  the next message is to be heard
            self._fault(f"receive: {error!r}")
