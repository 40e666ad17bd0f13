"""The process that has the MIDI ports: it may die of foreign code, and the beat goes on.

It ends with the conductor, whose death is the end of a pipe: then it lets go of all that sounds.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from live.midi.jack_server import hush, server_answers
from live.midi.port_status import Links, Opened, Wanted
from live.midi.pulse import Pulse
from live.midi.wire import ASLEEP, PIECE, Message, Unpacker, Wire
from live.system.priority import HELPER, raise_priority

WATCH_SECONDS = 0.5  # between two looks at what is there
GONE = 3  # exit status: the MIDI system has gone, and its library is not to be used again


@dataclass(frozen=True, slots=True)
class PortsSpec:
    """What the process is given; `api` is one of rtmidi's, for that one alone."""

    wanted: Wanted
    told: socket.socket  # what the conductor writes
    heard: socket.socket  # what it reads
    pulse: Pulse
    made: Links = ()
    api: int | None = None


class System(Protocol):
    """A MIDI system that has let us in."""

    def open(self, made: Links) -> None: ...

    def look(self) -> Opened: ...

    def close(self, *, silent: bool = False) -> None: ...


def serve(connection: Connection, spec: PortsSpec) -> None:
    """Run until the pipe closes, or the MIDI system goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the conductor, which ends us
    os.environ.setdefault("JACK_NO_START_SERVER", "1")  # libjack would start one itself
    raise_priority(HELPER)  # it shares Python's lock with JACK's threads
    gc.disable()  # a collection in JACK's thread would miss a period; little is made here
    status = PortsProcess(connection, spec).run()
    os._exit(status)  # a library whose server has died hangs when it is left in order


class PortsProcess:
    """Finds a MIDI system and keeps its ports as they are wanted."""

    def __init__(self, connection: Connection, spec: PortsSpec) -> None:
        self._connection, self._spec = connection, spec
        self._wire, self._unpacker = Wire(spec.heard, ASLEEP), Unpacker()
        spec.told.setblocking(False)
        self._faults: deque[str] = deque()  # from any thread
        self._said: set[str] = set()  # what kept a system from being opened

    def run(self) -> int:
        """The exit status."""
        system: System | None = None
        try:
            while (system := self._first()) is None:
                self._connection.send(("nothing", None))
                if self._over():
                    return 0
            return self._watch(system)
        except (EOFError, BrokenPipeError, ConnectionResetError):  # the conductor has died
            if system is not None:
                system.close(silent=True)
            return 0

    def _watch(self, system: System) -> int:
        told: Opened | None = None
        while True:
            try:
                opened = system.look()
            except ConnectionError as gone:
                self._connection.send(("fault", str(gone)))
                return GONE
            if opened != told:
                told = opened
                self._connection.send(("opened", opened))
            if self._over():
                system.close()
                return 0

    def _over(self) -> bool:
        """Tell what went wrong, wait for a while; whether we are to end.

        EOFError: nobody is there any more.
        """
        while self._faults:
            self._connection.send(("fault", self._faults.popleft()))
        return self._connection.poll(WATCH_SECONDS) and self._connection.recv() == "close"

    # ---- what the conductor writes
    def _take(self) -> list[Message]:
        """What has come by now."""
        found: list[Message] = []
        try:
            while data := self._spec.told.recv(PIECE):
                found += self._unpacker.feed(data)
                if len(data) < PIECE:
                    break
        except BlockingIOError:
            pass  # there is no more
        except OSError:
            return found  # the conductor has gone, and the pipe says so
        return found

    def _wait(self, seconds: float) -> list[Message]:
        """What has come, after waiting so long for it."""
        if select.select([self._spec.told], (), (), seconds)[0]:
            return self._take()
        return []

    # ---- the MIDI systems
    def _first(self) -> System | None:
        """The first that lets us in, open: JACK before ALSA, as who runs a server means to."""
        linux = sys.platform == "linux" and self._spec.api is None
        if linux and server_answers():
            self._connection.send(("trying", "JACK"))
            if (system := self._tried("JACK", self._jack)) is not None:
                return system
        if linux and not Path("/dev/snd/seq").exists():
            return None
        return self._tried("MIDI", self._by_rtmidi)

    def _tried(self, name: str, make: Callable[[], System | None]) -> System | None:
        try:
            system = make()
            if system is not None:
                system.open(self._spec.made)
        except Exception as error:  # noqa: BLE001  of three libraries; without it the beat goes on
            text = f"{name}: {error}"
            if text not in self._said:  # it is tried twice a second
                self._said.add(text)
                self._faults.append(text)
            return None
        return system

    def _jack(self) -> System:
        from live.midi.jack_ports import JackPorts  # noqa: PLC0415 - not where there is none

        spec = self._spec
        return JackPorts(spec.wanted, self._take, self._wire, spec.pulse, self._faults.append)

    def _by_rtmidi(self) -> System | None:
        # Not beside JACK, whose library rtmidi brings along.
        from live.midi.rtmidi_ports import USUAL, RtmidiPorts  # noqa: PLC0415

        hush()
        spec, fault = self._spec, self._faults.append
        api = next(iter(USUAL), None) if spec.api is None else spec.api
        if api is None:
            return None
        return RtmidiPorts(api, spec.wanted, self._wait, self._wire, spec.pulse, fault)
