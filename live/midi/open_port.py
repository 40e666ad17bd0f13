"""A port of ours at a MIDI system."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from live.midi.byte_stream import ByteStream
from live.midi.port_status import Links, Opened, Wanted
from mappings.plain_words import counted

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


class BadEvents:
    """What came in and is no MIDI message, told when there is more of it."""

    def __init__(self, fault: Callable[[str], None]) -> None:
        self._fault, self._known = fault, 0

    def look(self, ears: Iterable[OpenPort], lost: int = 0) -> None:
        """Count again; `lost` are those that the MIDI system itself let go."""
        bad = lost + sum(ear.stream.bad for ear in ears)
        if bad > self._known:
            self._fault(f"no MIDI message: {counted(bad - self._known, 'event')} left out")
        self._known = bad


def opened(
    system: str,
    wanted: Wanted,
    ears: Sequence[OpenPort],
    outputs: Mapping[str, str],
    lamps: Sequence[OpenPort],
    made: Links = (),
) -> Opened:
    """How it stands; `outputs` are names, with the part by which each was found, "" for ours."""
    hands = [ear for ear in ears if ear.other and not ear.wanted]
    found = {ear.wanted for ear in ears} | set(outputs.values())
    return Opened(
        system=system,
        inputs=tuple(ear.other or f"{wanted.name} In" for ear in ears if ear not in hands),
        outputs=tuple(outputs),
        missing=tuple(p for p in (*wanted.inputs, *wanted.outputs) if p not in found),
        surfaces=tuple(str(place.other) for place in (*hands, *lamps)),
        lamps=tuple((str(lamp.other), lamp.number) for lamp in lamps if lamp.settled),
        made=made,
    )


def stale(at: float, now: float, data: bytes) -> bool:
    """Whether it is a note-on for a moment so long ago that nobody wants to hear it now."""
    return now - at > STALE and data[0] & 0xF0 == 0x90
