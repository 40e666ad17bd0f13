"""The MIDI ports that there are now, and sending to them from any thread.

JACK passes what we send at the start of its next period: a message leaves up to a period late.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rtmidi

from live.midi.jack_server import JackLink
from live.midi.jack_watchdog import JackWatchdog

SETTLE_SECONDS = 0.2  # two JACK periods of 4096 frames: what was sent has left after it
# Of JACK_RINGBUFFER_SIZE 16384 (RtMidi.cpp), which spins when it is full. Twice this is safe.
RING_BYTES = 6_000
# rtmidi's own, and what Cython makes of a C++ exception or of a text it cannot decode.
FAILURES = (rtmidi.RtMidiError, RuntimeError, ValueError, OSError)


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


class Port:
    """A place for one port: our virtual one, or an existing one wanted by name."""

    def __init__(self, midi: Any, wanted: str | None, *, controller: bool = False) -> None:
        self.midi = midi  # rtmidi.MidiIn or MidiOut
        self.wanted = wanted  # None: our own
        self.controller = controller  # taken because of its name, which is `wanted`
        self.opened: str | None = None
        self.since = 0.0  # monotonic seconds, when it was opened


class PortTable:
    """The ports, changed by the watching thread alone and under the lock."""

    def __init__(self, wanted: tuple[Sequence[str], Sequence[str]]) -> None:
        self.wanted = wanted  # parts of names of inputs and of outputs
        self.lock = threading.RLock()  # held for a send, or to change what is here
        self.watchdog = JackWatchdog()
        self.system: str | None = None
        self.ins: list[Port] = []  # the first is asked for names
        self.outs: list[Port] = []
        self.lamps: list[Port] = []  # outputs of controllers
        self.lit: tuple[str, ...] = ()  # names of those that are open
        self.links: frozenset[JackLink] = frozenset()
        self.sent_at = -SETTLE_SECONDS  # monotonic seconds
        self._unproven = 0  # bytes sent since the server was last seen alive
        self._faults, self._last_fault = 0, ""

    # ---- what goes out
    def send(self, message: bytes) -> None:
        """Send to every open output; what fails is counted and dropped."""
        with self.lock:
            self.sent_at = time.monotonic()
            for port in self.outs:
                if port.opened is not None:
                    self._pass(port, message)

    def tell(self, name: str, message: bytes) -> None:
        """Send to one controller, by the name of its port; what fails is counted and dropped."""
        with self.lock:
            for port in self.lamps:
                if port.opened == name:
                    self._pass(port, message)

    def _pass(self, port: Port, message: bytes) -> None:
        if self._has_room(len(message)):
            try:
                port.midi.send_message(message)
            except FAILURES as error:
                self.fault(f"{port.opened}: {error}")

    def _has_room(self, size: int) -> bool:
        """Whether JACK's ring takes `size` bytes more without waiting for the server."""
        self._unproven += size + 4  # rtmidi puts an int before each message
        if self.links and self._unproven > RING_BYTES:
            if not self.alive() or not self.watchdog.moves():
                self.fault("JACK does not take messages")
                return False
            self._unproven = 0
        return True

    # ---- how it stands
    def alive(self) -> bool:
        """Is the JACK server there, where it is JACK?"""
        return all(link.alive() for link in self.links)

    def proven(self) -> None:
        """The server was seen to go on: its rings have been emptied."""
        self._unproven = 0

    def fault(self, text: str) -> None:
        """Count it, and keep its words."""
        with self.lock:
            self._faults += 1
            self._last_fault = text

    def status(self) -> PortStatus:
        """The present state, from any thread."""
        with self.lock:
            places = (*self.ins, *self.outs)
            missing = (p.wanted for p in places if p.opened is None and not p.controller)
            if self.system is None:
                missing = (wanted for names in self.wanted for wanted in names)
            inputs = (port.opened for port in self.ins if not port.controller)
            hands = (port.opened for port in (*self.ins, *self.lamps) if port.controller)
            return PortStatus(
                system=self.system,
                inputs=tuple(name for name in inputs if name is not None),
                outputs=tuple(port.opened for port in self.outs if port.opened is not None),
                missing=tuple(wanted for wanted in missing if wanted is not None),
                faults=self._faults,
                last_fault=self._last_fault,
                surfaces=tuple(name for name in hands if name is not None),
            )
