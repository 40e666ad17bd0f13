"""OSC datagrams to messages, one by one, so that a note may come between any two.

Bytes from outside may be anything: what cannot be read gives an UnreadableError with its
reason, never another exception.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message import ParseError as MessageError

from mappings.osc_addresses import UnreadableError

MAX_DATAGRAM = 65535  # a smaller buffer cuts large bundles without a word
MAX_MESSAGE = 1024  # bytes; reading a longer one could take longer than a note may be late
MAX_MESSAGES = 512  # in a bundle; all controls five times
MAX_DEPTH = 8  # bundles within bundles

# What python-osc lets through on crafted datagrams (found by fuzzing).
_CRAFTED = (ValueError, IndexError, TypeError, OverflowError, RecursionError, struct.error)
_BUNDLE = b"#bundle\0"
_UNIX = 2_208_988_800  # seconds from 1900, where time tags count from, to 1970


@dataclass(frozen=True, slots=True)
class TaggedMessage:
    """A message as it came; `wanted` is the Unix time (seconds) of its tag, None: at once."""

    data: bytes
    wanted: float | None = None


def unpacked(datagram: bytes) -> list[TaggedMessage]:
    """The messages of a datagram, bundles opened; nothing of it is read yet.

    Not by python-osc's OscBundle: that copies the rest of the datagram for each element (20 ms
    for a large one), and passes over elements that it does not know.
    """
    if not datagram.startswith(_BUNDLE):
        return [TaggedMessage(datagram)]
    found: list[TaggedMessage] = []
    try:
        _open(memoryview(datagram), found, None, 1)
    except struct.error as error:
        raise UnreadableError(f"not OSC: a bundle cut short ({error})") from error
    return found


def _open(bundle: memoryview, found: list[TaggedMessage], outer: float | None, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise UnreadableError(f"a bundle more than {MAX_DEPTH} deep")
    wanted = _moment(struct.unpack_from(">Q", bundle, 8)[0])
    if outer is not None:  # an inner bundle is never earlier than the one around it
        wanted = outer if wanted is None else max(outer, wanted)
    at = 16
    while at < len(bundle):
        size = struct.unpack_from(">i", bundle, at)[0]
        at += 4
        if not 0 < size <= len(bundle) - at:
            raise UnreadableError(f"not OSC: {size} bytes in a bundle with {len(bundle) - at} left")
        inner, at = bundle[at : at + size], at + size
        if inner[:8] == _BUNDLE:
            _open(inner, found, wanted, depth + 1)
        else:
            found.append(TaggedMessage(bytes(inner), wanted))
        if len(found) > MAX_MESSAGES:
            raise UnreadableError(f"a bundle of more than {MAX_MESSAGES} messages")


def _moment(tag: int) -> float | None:
    """Unix time of a time tag; 1 means at once, and 0 is what careless senders write for it."""
    return tag / 2**32 - _UNIX if tag > 1 else None


def opened(message: bytes) -> tuple[str, list[object]]:
    """The address and the arguments of a message."""
    if len(message) > MAX_MESSAGE:
        raise UnreadableError(f"a message of {len(message)} bytes; at most {MAX_MESSAGE}")
    try:
        read = OscMessage(message)
        return str(read.address), list(read.params)
    except (MessageError, *_CRAFTED) as error:
        raise UnreadableError(f"not OSC: {error}") from error
