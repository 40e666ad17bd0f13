"""What the conductor's loop hears through, and what it acts through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.bars.request import Compose
from engine.controls.control import Value
from engine.playing.state import State
from engine.takes.take import Record
from live.conductor.connections import Connections
from live.midi.surfaces import Surfaces
from live.osc.server import OscServer
from live.system.inbox import Inbox


@dataclass(frozen=True, slots=True)
class MidiIn:
    """A MIDI message from a port, as it lies in the inbox."""

    message: bytes
    port: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the loop hears through; `osc` is None where there is no port for it."""

    inbox: Inbox
    surfaces: Surfaces
    osc: OscServer | None = None
    connections: Connections = field(default_factory=Connections)


class Ahead(Protocol):
    """Ports that are handed what they send before its moment, and tell when it left."""

    def send(self, message: bytes, at: float | None = None) -> None: ...

    def reach(self, now: float) -> float: ...

    def hand_over(self, at: float) -> float: ...


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the loop acts through: each call returns at once.

    Messages go to `ahead`, before their moment; where that is None to `send`, at their moment.
    """

    send: Callable[[bytes], None]
    compose: Callable[[Compose], None]
    show: Callable[[State], None]
    propose: Callable[[float], None] = lambda _bpm: None  # no Link session to ask
    tell: Callable[[str, bytes], None] = lambda _port, _message: None  # a surface, by its port
    surfaces: Callable[[], Sequence[str]] = tuple  # the ports it can tell
    keep: Callable[[Record], None] = lambda _record: None  # nobody keeps the take
    turned: Callable[[Mapping[str, Value]], None] = lambda _values: None  # no panel
    ahead: Ahead | None = None
