"""MIDI bytes to engine events.

Bytes from outside may be anything: what means nothing to a drummer gives None.
"""

from __future__ import annotations

from engine.playing.events import Event
from engine.timing.messages import Continue, Position, Start, Stop, Tick
from live.midi.surfaces import Surfaces

_TICK, _START, _CONTINUE, _STOP = Tick(), Start(), Continue(), Stop()
_REALTIME: dict[int, Event] = {0xF8: _TICK, 0xFA: _START, 0xFB: _CONTINUE, 0xFC: _STOP}


def from_midi(message: bytes, port: str, now: float, surfaces: Surfaces) -> Event | None:
    """The event of a MIDI message; None for one that means nothing to a drummer."""
    if not message:
        return None
    known = _REALTIME.get(message[0])
    if known is not None:
        return known if surfaces.clock_counts(message[0], port, now) else None
    if message[0] < 0xF0:
        return surfaces.hear(message, port, now)
    position = message[0] == 0xF2 and len(message) == 3
    if position and surfaces.clock_counts(message[0], port, now):
        return Position((message[1] & 0x7F) | (message[2] & 0x7F) << 7)
    return None
