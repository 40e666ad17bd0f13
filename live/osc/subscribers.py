"""What subscribers are told: what changed, packed into one datagram each, 30 times a second.

`look` takes in a state, `tell` sends what is owed. Both are quick and never wait; the loop
calls them when no note is near.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.controls.control import Control
from engine.playing.state import State
from live.osc.address_book import AddressBook
from live.osc.encode import message, packed
from mappings.osc_addresses import ERROR, KEPT, PREFIX, SUBSCRIBED, UnreadableError

EVERY = 1.0 / 30.0  # seconds between datagrams to one client
PACKET = 1400  # bytes: more would be cut in pieces on the way, and lost with any of them
CLIENTS = 16
TOUCH = 0.3  # seconds after its last message in which a finger may still be on a fader
SILENT = 1800.0  # seconds without a word before a client is no longer told
UNREACHABLE = 10.0  # seconds of failed sending before it is given up

Address = tuple[str, int]  # IP and UDP port


@dataclass(slots=True)
class Subscriber:
    """Somebody who is told; `owed` are addresses in the order in which they changed.

    `said` is what the client itself sent last to an address: that it knows already. `touched` is
    until when, in seconds, a finger is taken to be on its fader of an address.
    """

    address: Address
    sender: Address | None  # where it subscribed from
    heard: float  # seconds
    owed: dict[str, None]
    fixed: bool = False  # named in the configuration: never dropped
    once: bool = False  # wanted everything once, and nothing after it
    said: dict[str, bytes] = field(default_factory=dict)
    touched: dict[str, float] = field(default_factory=dict)
    next_at: float = -math.inf  # seconds
    failing: float | None = None  # since when nothing can be sent there


class Subscribers:
    """Everyone who is told, and what they are still owed."""

    def __init__(
        self,
        table: Mapping[str, Control],
        send: Callable[[bytes, Address], bool],
        fixed: tuple[Address, ...] = (),
    ) -> None:
        self.picture = AddressBook(table)
        self._send = send
        self._complaint = ""
        self._clients: dict[Address, Subscriber] = {}
        for address in fixed:
            self._clients[address] = Subscriber(address, None, math.inf, {}, fixed=True)

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
        self._clients[address] = Subscriber(address, sender, heard, everything, fixed=fixed)
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
            self._clients[sender] = Subscriber(sender, sender, now, everything, once=True)

    def told(self) -> dict[Address, Address]:
        """The addresses that are told, and where each of them writes from."""
        lasting = (client for client in self._clients.values() if not client.once)
        return {client.address: client.sender or client.address for client in lasting}

    def heard(self, sender: Address, now: float) -> None:
        """Something valid came from this host: it lives."""
        for client in self._clients.values():
            if client.address[0] == sender[0]:
                client.heard = max(client.heard, now)

    def moved(self, sender: Address, address: str, data: bytes, until: float = -math.inf) -> None:
        """A control was set by a message: its sender is told only if something else came of it.

        Not before `until`, seconds: it would be told to a finger that is on a fader.
        """
        known = False
        for client in self._clients.values():
            if sender in (client.sender, client.address):
                known = True
                client.said[address] = data
                client.owed[address] = None
                client.touched[address] = until
        if known:
            return
        for client in self._clients.values():  # named in the configuration, it may send from there
            if client.fixed and client.sender is None and _same(client, sender):
                client.touched[address] = until

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

    def _pay(self, client: Subscriber, now: float) -> None:
        due: list[bytes] = []
        size = 16
        for address in list(client.owed):
            if client.touched.get(address, now) > now:
                continue
            client.touched.pop(address, None)
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

    def _drop(self, client: Subscriber) -> None:
        del self._clients[client.address]
        self._send(message(SUBSCRIBED, 0.0), client.address)


def _same(client: Subscriber, sender: Address) -> bool:
    """Does this client listen where the sender is? By its host: it may send from any port."""
    return client.address[0] == sender[0] and not client.once
