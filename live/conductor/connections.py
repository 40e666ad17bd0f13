"""Who is connected and what they said last: every MIDI port and OSC client.

Where a message comes in only a reference to it is kept. It is put beside its port when a view is
made, and into words in the process that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

TICK = b"\xf8"
TICKING = 1.0  # seconds after a tick of a clock in which it is said to run
WRITERS = 8  # OSC senders that are remembered, and that are shown
LONGEST = 1024  # bytes of a message that is shown; of a longer one only its size is

Address = tuple[str, int]  # IP and UDP port
Said = tuple[float, bytes]  # seconds of the performance's clock, and a message


class Endpoint(NamedTuple):
    """A port or a client: `kind` is "in", "out", "controller" or "osc".

    The newest message as it came from there (for "out": went there), and when, in seconds of the
    performance's clock; None: nothing yet. `size` is its length in bytes, `data` empty where that
    is more than LONGEST. `clock`: MIDI clock runs there. `told`: it is told of every change.
    """

    kind: str
    name: str
    at: float | None = None
    data: bytes = b""
    size: int = 0
    clock: bool = False
    told: bool = False


class Connections:
    """The newest messages; the conductor's thread only."""

    def __init__(self) -> None:
        self.sent: Said | None = None
        self._heard: dict[str, Said] = {}
        self._ticks: dict[str, float] = {}
        self._written: dict[Address, Said] = {}  # newest last

    def hear(self, at: float, message: bytes, port: str) -> None:
        """A MIDI message came in; ticks of a clock take no other's place."""
        if message == TICK:
            self._ticks[port] = at
        else:
            self._heard[port] = (at, message)

    def ports(
        self, inputs: Iterable[str], outputs: Iterable[str], controllers: Iterable[str], now: float
    ) -> list[Endpoint]:
        """The MIDI ports that are open."""
        found = [self._port("in", name, now) for name in inputs]
        found += [self._port("controller", name, now) for name in dict.fromkeys(controllers)]
        return found + [_endpoint("out", name, self.sent) for name in outputs]

    def _port(self, kind: str, name: str, now: float) -> Endpoint:
        clock = now - self._ticks.get(name, -TICKING) < TICKING
        return _endpoint(kind, name, self._heard.get(name))._replace(clock=clock)

    def clients(
        self, written: Mapping[Address, bytes], told: Mapping[Address, Address], now: float
    ) -> list[Endpoint]:
        """The OSC clients: who is told, and who wrote.

        `written` are the newest datagrams since the last call, by sender; `told` are those who
        are told of changes, and where each of them writes from.
        """
        for sender in list(written)[-WRITERS:]:
            self._written.pop(sender, None)
            self._written[sender] = (now, written[sender])
        for sender in list(self._written)[:-WRITERS]:
            del self._written[sender]
        found = [
            _endpoint("osc", _name(address), self._written.get(sender))._replace(told=True)
            for address, sender in told.items()
        ]
        known = set(told.values())
        for sender, said in reversed(self._written.items()):
            if sender not in known:
                found.append(_endpoint("osc", _name(sender), said))
        return found


def _name(address: Address) -> str:
    return f"{address[0]}:{address[1]}"


def _endpoint(kind: str, name: str, said: Said | None) -> Endpoint:
    if said is None:
        return Endpoint(kind, name)
    at, data = said
    return Endpoint(kind, name, at, data if len(data) <= LONGEST else b"", len(data))
