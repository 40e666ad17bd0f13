"""A fuzzer of what enters on stage: bytes at MIDI ports and OSC datagrams, in invented time.

They go the way of real ones: bytes to messages, events, the performer; datagrams through the
server. Nothing may be raised, and what goes out stays MIDI.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Any, cast

from engine.playing.events import Send, Turned
from engine.playing.performer import Performer
from live.config import Config
from live.faults import Faults
from live.loaded_config import open_config
from live.midi.byte_stream import ByteStream
from live.midi.decode import from_midi
from live.midi.surfaces import Surfaces
from live.osc.encode import message
from live.osc.server import OscServer
from tests.mutated import mutated

PORTS = ("MidiDrumiGen In", "nanoKONTROL2", "APC40", "Launch Control XL", "sixteen pads")
CLIENT = ("127.0.0.1", 9999)


class Datagrams:
    """A UDP socket that nobody is behind."""

    def __init__(self) -> None:
        self.waiting: deque[bytes] = deque()

    def recvfrom(self, size: int) -> tuple[bytes, tuple[str, int]]:
        if not self.waiting:
            raise BlockingIOError
        return self.waiting.popleft()[:size], CLIENT

    def recv(self, size: int, _flags: int) -> bytes:
        if not self.waiting:
            raise BlockingIOError
        return self.waiting[0][:size]

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 9000

    def sendto(self, data: bytes, _address: object) -> int:
        return len(data)


class StageFuzz:
    """A performance that hears whatever comes, a little later each time."""

    def __init__(self, seed: int) -> None:
        loaded = open_config(Config(style="funk"))
        self.now = 1.0
        self.performer = Performer(loaded.setup)
        self.faults = Faults()
        self.surfaces = Surfaces(loaded.maps, self.performer.desk)
        self.datagrams = Datagrams()
        self.osc = OscServer(
            cast(socket.socket, self.datagrams),
            self.performer,
            self.faults,
            now=lambda: self.now,
            wall=lambda: self.now,
        )
        self._streams = {port: ByteStream() for port in PORTS}
        self._dice = Random(seed)
        self.performer.receive(Turned("play", 1.0), self.now)

    def midi(self, data: bytes) -> None:
        """Bytes came in at some port."""
        port = self._dice.choice(PORTS)
        for whole in self._streams[port].feed(data):
            event = from_midi(whole, port, self.now, self.surfaces)
            if event is not None:
                self.performer.receive(event, self.now)
        self._go_on()

    def datagram(self, data: bytes) -> None:
        """A datagram came in."""
        self.datagrams.waiting.append(data)
        self.osc.hear(lambda: True)
        self._go_on()

    def _go_on(self) -> None:
        self.now += self._dice.choice((0.0, 0.001, 0.02, 0.02, 0.3))
        for event in self.surfaces.late(self.now):
            self.performer.receive(event, self.now)
        for out in self.performer.due(self.now):
            if isinstance(out, Send):
                status, *data = out.message
                assert 0x80 <= status < 0xF0 and all(byte < 0x80 for byte in data)
        self.surfaces.tell(self.now)


def good_midi() -> list[bytes]:
    """What ports say: a clock, a transport, notes, knobs, SysEx."""
    knobs = [bytes((0xB0 | channel, number, 64)) for channel in (0, 8) for number in range(1, 120)]
    clock = [b"\xf8" * 24, b"\xfa\xf8", b"\xfb\xf8", b"\xfc", b"\xf2\x10\x00\xfb\xf8"]
    return [*knobs, *clock, b"\x99\x24\x64\x89\x24\x40", b"\xf0\x7e\x00\x06\x01\xf7", b"\xe0\0\x40"]


def good_osc() -> list[bytes]:
    """What clients say: every control in every way, questions, subscriptions, bundles."""
    table = StageFuzz(0).performer.desk.table
    found: list[bytes] = []
    for name in table:
        found += [message(f"/drumigen/{name}", 0.5), message(f"/drumigen/{name}/value", 1)]
        found += [message(f"/drumigen/{name}"), message(f"/drumigen/{name}", "funk")]
    for name in ("subscribe", "unsubscribe", "sync", "learn", "unlearn", "ping"):
        found += [message(f"/drumigen/{name}"), message(f"/drumigen/{name}", 9999)]
    one: Any = message("/drumigen/density", 0.5)
    found.append(b"#bundle\0" + bytes(7) + b"\x01" + len(one).to_bytes(4) + one)
    return found


def rounds(seed: int, count: int) -> Iterator[int]:
    """The bytes of each handful, half of them MIDI, half of them OSC."""
    stage = StageFuzz(seed)
    pairs = zip(
        mutated(good_midi(), seed, count), mutated(good_osc(), seed + 1, count), strict=True
    )
    for midi, osc in pairs:
        stage.midi(midi)
        stage.datagram(osc)
        yield len(midi) + len(osc)
