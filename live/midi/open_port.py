"""A port of ours at a MIDI system."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from live.midi.byte_stream import ByteStream

SETTLE = 0.2  # seconds until a new connection carries what is sent, and what was sent has left
STALE = 0.1  # seconds after its moment in which a note-on may still be played


@dataclass(eq=False, slots=True)
class OpenPort:
    """`other` is the port that it is connected to, None for our virtual ones."""

    port: Any  # of JACK-Client, or an object of rtmidi
    number: int  # on the wire
    other: str | None = None
    wanted: str = ""  # the part of a name by which the other was found; "" for a controller
    since: float = field(default_factory=time.monotonic)
    stream: ByteStream = field(default_factory=ByteStream)
    waiting: deque[bytes] = field(default_factory=deque)

    @property
    def settled(self) -> bool:
        """Whether what is sent arrives."""
        return time.monotonic() > self.since + SETTLE


def stale(at: float, now: float, data: bytes) -> bool:
    """Whether it is a note-on for a moment so long ago that nobody wants to hear it now."""
    return now - at > STALE and data[0] & 0xF0 == 0x90
