"""The performance's OSC port: hears, answers, and tells its subscribers, never in a note's way.

The loop calls `hear` and says by `free` whether there is time before the next note; just before
one it calls `glance`, which hears one fader and no more. Nothing here waits: the socket does not
block, bundles dated ahead lie in a heap until their time, and what comes faster than it can be
heard is dropped, oldest first, and counted.
"""

from __future__ import annotations

import heapq
import itertools
import math
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network

from engine.bars.stroke_edit import StrokeEdit
from engine.controls.control import Kind
from engine.playing.events import Turned
from engine.playing.performer import Performer
from live.faults import Faults
from live.osc.decode import opened
from live.osc.encode import message
from live.osc.incoming import Incoming, PendingMessage
from live.osc.subscribers import EVERY, TOUCH, Address, Subscribers
from mappings.bindings import is_switch
from mappings.osc_addresses import (
    ERROR,
    PREFIX,
    VALUE,
    Ask,
    Bind,
    Read,
    Subscribe,
    Sync,
    Unbind,
    UnreadableError,
    understand,
)

BATCH = 256  # datagrams taken at a time: in a flood they must be heard too
DATED = 1024  # messages that wait for their time
AHEAD = 60.0  # seconds a bundle may be dated ahead
BEHIND = 1.0  # seconds a bundle may come late before that is said
AT_ONCE = 8  # messages whose time has come that are heard though a note is near
ERRORS = 10  # answers a second to what is wrong; the rest is counted only


class OscServer:
    """One UDP socket, its messages in and out. All times in seconds of the performance's clock."""

    def __init__(
        self,
        port: socket.socket,
        performer: Performer,
        faults: Faults,
        allow: Sequence[IPv4Network] = (),
        peers: tuple[Address, ...] = (),
        now: Callable[[], float] = time.perf_counter,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.port = port
        self.learn: Callable[[str], None] = lambda _control: None  # no surfaces to learn from
        self.unlearn: Callable[[], None] = lambda: None
        self.edit: Callable[[StrokeEdit], None] = lambda _edit: None
        self._performer, self._faults = performer, faults
        self._now, self._wall = now, wall
        self._table = performer.desk.table
        self._clients = Subscribers(self._table, self._send, peers)
        self._incoming = Incoming(port, self._table, faults, allow, self._refuse)
        self._dated: list[tuple[float, int, Turned, PendingMessage]] = []  # a heap
        self._numbers = itertools.count()
        self._told_at = -math.inf
        self.kept = ""  # the clip that was made last and where it is, set from any thread
        self._told_kept = ""
        self._errors: deque[float] = deque(maxlen=ERRORS)
        self._clients.look(performer.state(now()))  # builds hundreds of messages: not on stage

    # ---- when
    def deadline(self) -> float:
        """When there is something to do though nothing comes in; infinity: never."""
        dated = self._dated[0][0] if self._dated else math.inf
        return min(dated, self._told_at + EVERY) if len(self._clients) else dated

    @property
    def behind(self) -> bool:
        """Is something taken from the socket that is not heard yet?"""
        return bool(self._incoming)

    # ---- who is there
    def written(self) -> dict[Address, bytes]:
        """The newest datagram of each sender since this was called last."""
        return self._incoming.written()

    def told(self) -> dict[Address, Address]:
        """The addresses that are told of changes, and where each of them writes from."""
        return self._clients.told()

    # ---- in
    def hear(self, free: Callable[[], bool]) -> None:
        """Take in what has come and whose time has come, tell what changed, while `free`."""
        self._hear_dated(free)
        for _ in range(BATCH):
            if not free() or not self._incoming.take():
                break
        while self._incoming and free():
            self._hear(self._incoming.next())
        if len(self._clients) and free() and (now := self._now()) >= self._told_at + EVERY:
            self._told_at = now
            self._clients.look(self._performer.state(now))
            if self.kept != self._told_kept:
                self._told_kept = self.kept
                self._clients.keep(self.kept)
            self._clients.tell(now)

    def glance(self) -> bool:
        """Just before a note: hear a fader that comes in this moment; was there anything?

        What takes longer (a bundle, a question) waits in the socket until the note is out.
        """
        incoming = self._incoming
        if incoming or not incoming.small_there() or not incoming.take():
            return False
        if incoming.fader_next():
            self._hear(incoming.next())
        return True

    def _hear_dated(self, free: Callable[[], bool]) -> None:
        for heard in itertools.count():
            now = self._now()
            if not self._dated or self._dated[0][0] > now or (heard >= AT_ONCE and not free()):
                return
            _, _, turned, waiting = heapq.heappop(self._dated)
            self._turn(turned, waiting)

    def _hear(self, waiting: PendingMessage) -> None:
        data, sender = waiting.piece.data, waiting.sender
        if waiting.control is not None:
            self._clients.heard(sender, self._now())
            value = waiting.control.from_unit(waiting.unit)
            self._turn(Turned(waiting.control.name, value), waiting)
            return
        try:
            address, arguments = opened(data)
            if address == ERROR:  # never answered, or two of us would talk for ever
                raise UnreadableError(f"told by another: {arguments!r:.200}")
            ask = understand(address, arguments, self._table)
            self._clients.heard(sender, self._now())
            self._do(ask, waiting)
        except UnreadableError as error:
            self._refuse(error, sender, answered=not data.startswith(ERROR.encode()))

    def _do(self, ask: Ask | None, waiting: PendingMessage) -> None:
        if isinstance(ask, Turned):
            self._date(ask, waiting)
            return
        if ask is None:  # a button let go, whose light may have gone out with it
            self._clients.moved(waiting.sender, waiting.address, waiting.piece.data)
            return
        now, sender = self._now(), waiting.sender
        self._clients.look(self._performer.state(now))
        match ask:
            case Read(address):
                known = self._clients.picture.messages.get(address)
                if known is None:
                    raise UnreadableError(f"{address[:80]!r}: no such address to read")
                self._clients.answer(sender, known)
            case Subscribe(port, wanted):
                self._enlist((sender[0], port or sender[1]), sender, wanted=wanted)
            case Sync():
                self._clients.sync(sender, now)
            case Bind(control):
                self.learn(control)
            case Unbind():
                self.unlearn()
            case StrokeEdit():
                self.edit(ask)

    def _enlist(self, client: Address, sender: Address, *, wanted: bool) -> None:
        host, port = client
        if port == self.port.getsockname()[1] and host.startswith("127."):
            raise UnreadableError(f"{PREFIX}subscribe: {port} is our own port")
        if wanted:
            self._clients.subscribe(sender, client, self._now())
        else:
            self._clients.unsubscribe(client)

    # ---- time tags
    def _date(self, turned: Turned, waiting: PendingMessage) -> None:
        """Turn now, or when the time tag says."""
        wanted = waiting.piece.wanted
        ahead = 0.0 if wanted is None else wanted - self._wall()
        if ahead > AHEAD:
            raise UnreadableError(f"a bundle dated {ahead:.0f} s ahead; at most {AHEAD:.0f}")
        if ahead > 0.0:
            if len(self._dated) >= DATED:
                raise UnreadableError(f"more than {DATED} messages dated ahead")
            due = self._now() + ahead
            heapq.heappush(self._dated, (due, next(self._numbers), turned, waiting))
            return
        self._turn(turned, waiting)
        if ahead < -BEHIND:
            raise UnreadableError(f"a bundle dated {-ahead:.0f} s ago; done at once")

    def _turn(self, turned: Turned, waiting: PendingMessage) -> None:
        self._performer.receive(turned, self._now())
        control, address = self._table[turned.control], waiting.address
        if control.kind is Kind.TRIGGER or not len(self._clients):
            return
        name = PREFIX + control.name
        fader = address in (name, name + VALUE) and not is_switch(control)
        until = self._now() + TOUCH if fader and not waiting.is_text else -math.inf
        self._clients.moved(waiting.sender, address, waiting.piece.data, until)

    # ---- out
    def _refuse(self, error: UnreadableError, sender: Address, *, answered: bool = True) -> None:
        """Count and show what was wrong, and say it to the sender, ten times a second at most."""
        self._faults.add("osc", f"{error} (from {sender[0]}:{sender[1]})")
        now = self._now()
        full = len(self._errors) == ERRORS and now - self._errors[0] < 1.0
        if answered and not full:
            self._errors.append(now)
            self._clients.answer(sender, message(ERROR, f"{str(error)[:400]}{error.hint}"))

    def _send(self, data: bytes, address: Address) -> bool:
        try:
            self.port.sendto(data, address)
        except OSError as error:  # the network is down, or its buffer full
            self._faults.add("osc", f"{address[0]}:{address[1]} cannot be told: {error.strerror}")
            return False
        return True
