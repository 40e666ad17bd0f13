"""MIDI bytes and OSC datagrams to engine events.

Bytes from outside may be anything: what cannot be read gives None or a UnreadableError with its
reason, never another exception.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_bundle import ParseError as BundleError
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message import ParseError as MessageError

from engine.controls import Control, Value
from engine.errors import ControlError
from engine.events import Continue, Event, Position, Start, Stop, Tick, Turned

PREFIX = "/drumigen/"
MAX_DATAGRAM = 65535  # a smaller buffer cuts large bundles without a word (FACTS 2)

_TICK, _START, _CONTINUE, _STOP = Tick(), Start(), Continue(), Stop()
_REALTIME: dict[int, Event] = {0xF8: _TICK, 0xFA: _START, 0xFB: _CONTINUE, 0xFC: _STOP}


class UnreadableError(Exception):
    """A message that says nothing we know; the text says what and why."""


class Surfaces(Protocol):
    """The surfaces on the table by the name of their port; live.surfaces has the real ones."""

    def clocked(self, port: str) -> bool: ...

    def hear(self, message: bytes, port: str, now: float) -> Event | None: ...


def from_midi(message: bytes, port: str, now: float, surfaces: Surfaces) -> Event | None:
    """The event of a MIDI message; None for one that means nothing to a drummer."""
    if not message:
        return None
    known = _REALTIME.get(message[0])
    if known is not None:
        return known if surfaces.clocked(port) else None
    if message[0] < 0xF0:
        return surfaces.hear(message, port, now)
    if message[0] == 0xF2 and len(message) == 3 and surfaces.clocked(port):
        return Position((message[1] & 0x7F) | (message[2] & 0x7F) << 7)
    return None


def from_osc(datagram: bytes, table: Mapping[str, Control]) -> list[Event]:
    """The events of an OSC datagram, bundles opened; UnreadableError where it cannot be read.

    `/drumigen/<control>` with a float 0..1 over the control's range, or a string for one
    with choices; without argument a trigger fires.
    """
    return [_turned(message, table) for message in _messages(datagram)]


def _messages(datagram: bytes) -> list[OscMessage]:
    try:
        if OscBundle.dgram_is_bundle(datagram):
            return _opened(OscBundle(datagram))
        return [OscMessage(datagram)]
    except (BundleError, MessageError) as error:
        raise UnreadableError(f"not OSC: {error}") from error
    except (ValueError, IndexError, TypeError, OverflowError, RecursionError) as error:
        # python-osc lets these through on crafted datagrams (found by fuzzing).
        raise UnreadableError(f"not OSC: {error}") from error


def _opened(bundle: OscBundle) -> list[OscMessage]:
    found: list[OscMessage] = []
    for content in bundle:
        found += _opened(content) if isinstance(content, OscBundle) else [content]
    return found


def _turned(message: OscMessage, table: Mapping[str, Control]) -> Turned:
    address = str(message.address)
    name = address.removeprefix(PREFIX)
    control = table.get(name) if address.startswith(PREFIX) else None
    if control is None:
        raise UnreadableError(f"{address[:80]!r}: no such address; {PREFIX}<control>")
    params = message.params
    argument = params[0] if params else 1.0
    return Turned(name, _value(control, address, argument))


def _value(control: Control, address: str, argument: object) -> Value:
    if isinstance(argument, (bool, int, float)) and math.isfinite(argument):
        return control.from_unit(float(argument))
    if isinstance(argument, str) and control.choices:
        try:
            return control.check(argument)
        except ControlError as error:
            raise UnreadableError(f"{address}: {error}") from error
    allowed = "a float 0..1" + (" or a name" if control.choices else "")
    raise UnreadableError(f"{address}: {argument!r:.80} is not {allowed}")
