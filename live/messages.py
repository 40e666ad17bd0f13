"""MIDI bytes to engine events.

Bytes from outside may be anything: what means nothing to a drummer gives None.
"""

from __future__ import annotations

from typing import Protocol

from engine.controls import Value
from engine.events import Continue, Event, Position, Start, Stop, Struck, Tick, Turned

_TICK, _START, _CONTINUE, _STOP = Tick(), Start(), Continue(), Stop()
_REALTIME: dict[int, Event] = {0xF8: _TICK, 0xFA: _START, 0xFB: _CONTINUE, 0xFC: _STOP}


class ControllerMap(Protocol):
    """Control change messages to controls; mappings.controllers has the real one."""

    def turn(self, message: bytes) -> tuple[str, Value] | None: ...


def from_midi(message: bytes, controller: ControllerMap) -> Event | None:
    """The event of a MIDI message; None for one that means nothing to a drummer."""
    if not message:
        return None
    known = _REALTIME.get(message[0])
    if known is not None:
        return known
    kind = message[0] & 0xF0
    if message[0] == 0xF2 and len(message) == 3:
        return Position((message[1] & 0x7F) | (message[2] & 0x7F) << 7)
    if kind == 0xB0 and len(message) == 3:
        turned = controller.turn(message)
        return Turned(*turned) if turned else None
    if kind == 0x90 and len(message) == 3 and message[2]:
        return Struck(message[1], message[2])
    return None
