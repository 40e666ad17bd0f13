"""OSC messages and bundles as bytes."""

from __future__ import annotations

from pythonosc.osc_message_builder import OscMessageBuilder

from mappings.osc_addresses import Argument

_NOW = b"#bundle\0\0\0\0\0\0\0\0\1"


def message(address: str, *arguments: Argument) -> bytes:
    """An OSC message as bytes: floats f, ints i, strings s."""
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return bytes(builder.build().dgram)


def packed(messages: list[bytes]) -> bytes:
    """Messages as one datagram: alone as it is, several as a bundle."""
    if len(messages) == 1:
        return messages[0]
    return _NOW + b"".join(len(data).to_bytes(4) + data for data in messages)
