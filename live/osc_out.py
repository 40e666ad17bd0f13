"""What subscribers are told: what changed, packed into one datagram each, 30 times a second.

`look` takes in a state, `tell` sends what is owed. Both are quick and never wait; the loop
calls them when no note is near.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pythonosc.osc_message_builder import OscMessageBuilder

from engine.controls import Control, Kind, Value
from engine.events import State
from engine.notes import Bar, Voice
from engine.tab import rows
from mappings.osc import ERROR, KEPT, PREFIX, SUBSCRIBED, Argument, UnreadableError, shown

EVERY = 1.0 / 30.0  # seconds between datagrams to one client
PACKET = 1400  # bytes: more would be cut in pieces on the way, and lost with any of them
CLIENTS = 16
SILENT = 1800.0  # seconds without a word before a client is no longer told
UNREACHABLE = 10.0  # seconds of failed sending before it is given up
_NOW = b"#bundle\0\0\0\0\0\0\0\0\1"

Address = tuple[str, int]  # IP and UDP port


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


class Picture:
    """The newest message of every address that can be read."""

    def __init__(self, table: Mapping[str, Control]) -> None:
        self.messages: dict[str, bytes] = {}
        self._table = table
        self._values: dict[str, Value] = {}
        self._moment: dict[str, Argument] = {}
        self._bar: Bar | None = None
        self._grid(None)

    def look(self, state: State) -> list[str]:
        """Take in a state; the addresses that changed."""
        changed = []
        for address, argument in _moment(state):
            if self._moment.get(address) != argument:
                self._moment[address] = argument
                self.messages[address] = message(address, argument)
                changed.append(address)
        for name, value in state.controls:
            if self._values.get(name) != value and self._table[name].kind is not Kind.TRIGGER:
                self._values[name] = value
                for address, argument in shown(self._table[name], value):
                    self.messages[address] = message(address, argument)
                    changed.append(address)
        if state.bar is not self._bar:
            changed += self._grid(state.bar)
        return changed

    def _grid(self, bar: Bar | None) -> list[str]:
        self._bar, changed = bar, []
        lines = rows([bar]) if bar else {}
        for voice in Voice:
            address = f"{PREFIX}grid/{voice.value}"
            silence = "." * bar.meter.steps if bar else ""
            data = message(address, lines[voice].strip("|") if voice in lines else silence)
            if self.messages.get(address) != data:
                self.messages[address] = data
                changed.append(address)
        return changed


def _moment(state: State) -> Iterator[tuple[str, Argument]]:
    """Where the performance is: transport, tempo, bar and beat, as addresses and arguments."""
    playing = state.bar is not None
    beat = state.place.beat + 1 if playing else 0
    yield PREFIX + "transport", state.transport
    yield PREFIX + "playing", float(playing)
    yield PREFIX + "beat", beat
    for number in range(1, state.meter.numerator + 1):
        yield f"{PREFIX}beat/{number}", float(number == beat)
    yield PREFIX + "bar", state.place.bar + 1
    yield PREFIX + "bpm", round(state.bpm, 1)
    yield PREFIX + "bpm/text", f"{state.bpm:.1f} BPM"
    yield PREFIX + "meter", str(state.meter)


@dataclass(slots=True)
class Client:
    """Somebody who is told; `owed` are addresses in the order in which they changed.

    `said` is what the client itself sent last to an address: that it knows already.
    """

    address: Address
    sender: Address | None  # where it subscribed from
    heard: float  # seconds
    owed: dict[str, None]
    fixed: bool = False  # named in the configuration: never dropped
    once: bool = False  # wanted everything once, and nothing after it
    said: dict[str, bytes] = field(default_factory=dict)
    next_at: float = -math.inf  # seconds
    failing: float | None = None  # since when nothing can be sent there


class Clients:
    """Everyone who is told, and what they are still owed."""

    def __init__(
        self,
        table: Mapping[str, Control],
        send: Callable[[bytes, Address], bool],
        fixed: tuple[Address, ...] = (),
    ) -> None:
        self.picture = Picture(table)
        self._send = send
        self._complaint = ""
        self._clients: dict[Address, Client] = {}
        for address in fixed:
            self._clients[address] = Client(address, None, math.inf, {}, fixed=True)

    def __len__(self) -> int:
        return len(self._clients)

    def subscribe(self, sender: Address, address: Address, now: float) -> None:
        """Tell `address` everything, then every change; UnreadableError when there are too many.

        Who subscribes again is told everything but what it said itself: datagrams get lost.
        """
        known = self._clients.get(address)
        if known is not None and known.sender == sender:
            known.owed |= dict.fromkeys(self.picture.messages)
            self._send(message(SUBSCRIBED, 1.0), address)
            return
        if known is None and len(self._clients) >= CLIENTS:
            raise UnreadableError(f"{PREFIX}subscribe: {CLIENTS} programs are told already")
        fixed = known is not None and known.fixed
        everything = dict.fromkeys(self.picture.messages)
        heard = math.inf if fixed else now
        self._clients[address] = Client(address, sender, heard, everything, fixed=fixed)
        self._send(message(SUBSCRIBED, 1.0), address)

    def unsubscribe(self, address: Address) -> None:
        """No longer tell `address`; nothing if it was not told."""
        known = self._clients.get(address)
        if known is not None and not known.fixed:
            self._drop(known)

    def sync(self, sender: Address, now: float) -> None:
        """Everything once: to the programs of this host that are told, else to the sender."""
        everything = dict.fromkeys(self.picture.messages)
        at_home = [client for client in self._clients.values() if _same(client, sender)]
        for client in at_home:
            client.owed = everything.copy()
            client.said.clear()
        if not at_home and len(self._clients) < CLIENTS:
            self._clients[sender] = Client(sender, sender, now, everything, once=True)

    def told(self) -> dict[Address, Address]:
        """The addresses that are told, and where each of them writes from."""
        lasting = (client for client in self._clients.values() if not client.once)
        return {client.address: client.sender or client.address for client in lasting}

    def heard(self, sender: Address, now: float) -> None:
        """Something valid came from this host: it lives."""
        for client in self._clients.values():
            if client.address[0] == sender[0]:
                client.heard = max(client.heard, now)

    def moved(self, sender: Address, address: str, data: bytes) -> None:
        """A control was set by a message: its sender is told only if something else came of it."""
        for client in self._clients.values():
            if sender in (client.sender, client.address):
                client.said[address] = data
                client.owed[address] = None

    def answer(self, sender: Address, data: bytes) -> None:
        """To the sender, and to the ports its host has subscribed: many listen on another one."""
        self._send(data, sender)
        for client in self._clients.values():
            if client.address != sender and _same(client, sender):
                self._send(data, client.address)

    def look(self, state: State) -> None:
        """Take in a state; who is told is owed what changed."""
        changed = dict.fromkeys(self.picture.look(state))
        for client in self._clients.values():
            if not client.once:
                client.owed |= changed
        if state.complaint and state.complaint != self._complaint:
            for client in self._clients.values():
                self._send(message(ERROR, state.complaint[:200]), client.address)
        self._complaint = state.complaint

    def keep(self, text: str) -> None:
        """A clip was made: who is told is owed where it is."""
        self.picture.messages[KEPT] = message(KEPT, text[:200])
        for client in self._clients.values():
            client.owed[KEPT] = None

    def tell(self, now: float) -> None:
        """A datagram to each who is owed something and had none within the last 1/30 s."""
        for client in list(self._clients.values()):
            if client.owed and now >= client.next_at:
                client.next_at = now + EVERY
                self._pay(client, now)
            if client.once and not client.owed:
                del self._clients[client.address]
            elif now - client.heard > SILENT:
                self._drop(client)

    def _pay(self, client: Client, now: float) -> None:
        due: list[bytes] = []
        size = 16
        while client.owed:
            address = next(iter(client.owed))
            data = self.picture.messages.get(address)
            if data is None or client.said.get(address) == data:
                del client.owed[address]
                continue
            size += 4 + len(data)
            if size > PACKET and due:
                break
            del client.owed[address]
            client.said.pop(address, None)
            due.append(data)
        if not due or self._send(packed(due), client.address):
            client.failing = None
        elif client.failing is None:
            client.failing = now
        elif now - client.failing > UNREACHABLE and not client.fixed:
            del self._clients[client.address]

    def _drop(self, client: Client) -> None:
        del self._clients[client.address]
        self._send(message(SUBSCRIBED, 0.0), client.address)


def _same(client: Client, sender: Address) -> bool:
    """Does this client listen where the sender is? By its host: it may send from any port."""
    return client.address[0] == sender[0] and not client.once
