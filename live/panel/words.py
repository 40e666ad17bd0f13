"""The newest message of a port or a client, in words; whatever its bytes are, nothing is raised."""

from __future__ import annotations

from typing import Any

from live.conductor.connections import Endpoint
from live.osc.decode import opened, unpacked
from mappings.osc_addresses import UnreadableError

_SINGLE = {0xFA: "start", 0xFB: "continue", 0xFC: "stop", 0xFF: "reset"}
# Channel messages by status: bytes, and what they say.
_CHANNEL = {
    0x80: (3, "note {one} {on} off"),
    0x90: (3, "note {one} {on} = {two}"),
    0xA0: (3, "pressure {one} {on} = {two}"),
    0xB0: (3, "CC {one} {on} = {two}"),
    0xC0: (2, "program {one} {on}"),
    0xD0: (2, "pressure {on} = {one}"),
    0xE0: (3, "pitch bend {on} = {bend:+d}"),
}
_PITCH = 8192  # where a pitch bend rests
LONGEST = 80  # letters


def endpoint(one: Endpoint) -> list[Any]:
    """As the page shows it: kind, name, words, when (seconds; None: never), clock, told."""
    text = (osc if one.kind == "osc" else midi)(one.data) if one.data else ""
    if one.size > len(one.data):
        text = f"{one.size} bytes"
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    at = None if one.at is None else round(one.at, 2)
    return [one.kind, one.name, text, at, one.clock, one.told]


def midi(message: bytes) -> str:
    """A MIDI message in words; channels count from 1."""
    status = message[0]
    if status in _SINGLE:
        return _SINGLE[status]
    if status == 0xF2 and len(message) == 3:
        return f"song position {message[1] | message[2] << 7}"
    kind = 0x80 if status & 0xF0 == 0x90 and message[2:] == b"\0" else status & 0xF0
    size, words = _CHANNEL.get(kind, (0, ""))
    if len(message) != size:
        return message.hex(" ")
    one, two = message[1], message[-1]
    bend = (one | two << 7) - _PITCH
    return words.format(one=one, two=two, bend=bend, on=f"ch {(status & 0x0F) + 1}")


def osc(datagram: bytes) -> str:
    """An OSC datagram in words: address and arguments, of a bundle those of its last message."""
    try:
        pieces = unpacked(datagram)
        if not pieces:
            return "an empty bundle"
        address, arguments = opened(pieces[-1].data)
    except UnreadableError as error:
        return str(error)
    words = " ".join([address or "no address", *map(_argument, arguments)])
    return words if len(pieces) == 1 else f"{words} (the last of {len(pieces)})"


def _argument(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
