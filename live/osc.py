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
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address

from engine.controls import Control, Kind
from engine.events import Turned
from engine.performer import Performer
from live.faults import Faults
from live.osc_in import MAX_DATAGRAM, Piece, opened, unpacked
from live.osc_out import EVERY, Address, Clients, message
from mappings.osc import (
    ERROR,
    PREFIX,
    Ask,
    Bind,
    Read,
    Subscribe,
    Sync,
    UnreadableError,
    understand,
)

WAITING = 4096  # messages taken from the socket and not yet heard
BATCH = 256  # datagrams taken at a time: in a flood they must be heard too
DATED = 1024  # messages that wait for their time
AHEAD = 60.0  # seconds a bundle may be dated ahead
BEHIND = 1.0  # seconds a bundle may come late before that is said
SMALL = 64  # bytes; a fader's datagram is shorter
AT_ONCE = 8  # messages whose time has come that are heard though a note is near
ERRORS = 10  # answers a second to what is wrong; the rest is counted only
KNOWN = 1024  # hosts whose admission is remembered
LOOPBACK = IPv4Network("127.0.0.0/8")


@dataclass(slots=True, eq=False)
class Waiting:
    """A message to be heard; `unit` is its argument when it is a plain fader's."""

    piece: Piece
    sender: Address
    control: Control | None = None
    unit: float = 0.0


class Door:
    """Who may speak: this machine always, others by their address."""

    def __init__(self, allow: Sequence[IPv4Network]) -> None:
        self._allow = (LOOPBACK, *allow)
        self._known: dict[str, bool] = {}

    def admits(self, host: str) -> bool:
        admitted = self._known.get(host)
        if admitted is None:
            if len(self._known) >= KNOWN:
                self._known.clear()
            address = ip_address(host)
            admitted = any(address in network for network in self._allow)
            self._known[host] = admitted
        return admitted


class Osc:
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
        self._performer, self._faults = performer, faults
        self._now, self._wall = now, wall
        self._table = performer.desk.table
        self._door = Door(allow)
        self._clients = Clients(self._table, self._send, peers)
        self._waiting: deque[Waiting] = deque()
        self._faders = {
            message(PREFIX + control.name, 0.0)[:-4]: control
            for control in self._table.values()
            if control.kind is not Kind.TRIGGER
        }
        self._latest: dict[bytes, Waiting] = {}  # of each fader, since the last other message
        self._dated: list[tuple[float, int, Turned, Waiting]] = []  # a heap
        self._numbers = itertools.count()
        self._told_at = -math.inf
        self.kept = ""  # the clip that was made last and where it is, set from any thread
        self._told_kept = ""
        self._written: dict[Address, bytes] = {}  # the newest of each sender since written()
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
        return bool(self._waiting)

    # ---- who is there
    def written(self) -> dict[Address, bytes]:
        """The newest datagram of each sender since this was called last."""
        written, self._written = self._written, {}
        return written

    def told(self) -> dict[Address, Address]:
        """The addresses that are told of changes, and where each of them writes from."""
        return self._clients.told()

    # ---- in
    def hear(self, free: Callable[[], bool]) -> None:
        """Take in what has come and whose time has come, tell what changed, while `free`."""
        self._hear_dated(free)
        for _ in range(BATCH):
            if not free() or not self._take():
                break
        while self._waiting and free():
            self._hear(self._waiting.popleft())
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
        if self._waiting:
            return False
        try:
            size = len(self.port.recv(SMALL, socket.MSG_PEEK))
        except OSError:  # nothing there, or on Windows something larger
            return False
        if size >= SMALL or not self._take():
            return False
        if self._waiting and self._waiting[0].control is not None:
            self._hear(self._waiting.popleft())
        return True

    def _hear_dated(self, free: Callable[[], bool]) -> None:
        for heard in itertools.count():
            now = self._now()
            if not self._dated or self._dated[0][0] > now or (heard >= AT_ONCE and not free()):
                return
            _, _, turned, waiting = heapq.heappop(self._dated)
            self._turn(turned, waiting)

    def _take(self) -> bool:
        """One datagram from the socket; False when there is none."""
        try:
            datagram, sender = self.port.recvfrom(MAX_DATAGRAM)
        except BlockingIOError:
            return False
        except OSError as error:  # e.g. a reset from a peer that went away, on Windows
            self._faults.add("osc", str(error))
            return False
        if not self._door.admits(sender[0]):
            self._faults.add("osc", f"{sender[0]} is not in osc.allow: ignored")
            return True
        self._written[sender] = datagram
        control = self._faders.get(datagram[:-4])
        if control is not None:
            self._put_fader(datagram, sender, control)
            return True
        self._latest.clear()  # what a trigger finds must be what came before it
        try:
            for piece in unpacked(datagram):
                self._put(Waiting(piece, sender))
        except UnreadableError as error:
            self._refuse(error, sender)
        return True

    def _put_fader(self, datagram: bytes, sender: Address, control: Control) -> None:
        """A float for a control: only the newest of those not yet heard is of use."""
        unit = struct.unpack(">f", datagram[-4:])[0]
        waiting = Waiting(Piece(datagram), sender, control, unit)
        if not 0.0 <= unit <= 1.0:  # to be refused; it must not take a good one's place
            self._put(Waiting(waiting.piece, sender))
            return
        known = self._latest.get(datagram[:-4])
        if known is not None and known.sender == sender:
            known.piece, known.unit = waiting.piece, unit
        else:
            self._latest[datagram[:-4]] = waiting
            self._put(waiting)

    def _put(self, waiting: Waiting) -> None:
        if len(self._waiting) >= WAITING:
            self._waiting.popleft()
            self._latest.clear()
            self._faults.add("osc", "more comes in than can be heard: the oldest is dropped")
        self._waiting.append(waiting)

    def _hear(self, waiting: Waiting) -> None:
        data, sender = waiting.piece.data, waiting.sender
        if waiting.control is not None:
            self._latest.pop(data[:-4], None)
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

    def _do(self, ask: Ask | None, waiting: Waiting) -> None:
        if isinstance(ask, Turned):
            self._date(ask, waiting)
            return
        if ask is None:  # a button let go
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

    def _enlist(self, client: Address, sender: Address, *, wanted: bool) -> None:
        host, port = client
        if port == self.port.getsockname()[1] and host.startswith("127."):
            raise UnreadableError(f"{PREFIX}subscribe: {port} is our own port")
        if wanted:
            self._clients.subscribe(sender, client, self._now())
        else:
            self._clients.unsubscribe(client)

    # ---- time tags
    def _date(self, turned: Turned, waiting: Waiting) -> None:
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

    def _turn(self, turned: Turned, waiting: Waiting) -> None:
        self._performer.receive(turned, self._now())
        if self._table[turned.control].kind is not Kind.TRIGGER and len(self._clients):
            address = PREFIX + turned.control
            self._clients.moved(waiting.sender, address, waiting.piece.data)

    # ---- out
    def _refuse(self, error: UnreadableError, sender: Address, *, answered: bool = True) -> None:
        """Count and show what was wrong, and say it to the sender, ten times a second at most."""
        self._faults.add("osc", f"{error} (from {sender[0]}:{sender[1]})")
        now = self._now()
        full = len(self._errors) == ERRORS and now - self._errors[0] < 1.0
        if answered and not full:
            self._errors.append(now)
            self._clients.answer(sender, message(ERROR, str(error)[:400]))

    def _send(self, data: bytes, address: Address) -> bool:
        try:
            self.port.sendto(data, address)
        except OSError as error:  # the network is down, or its buffer full
            self._faults.add("osc", f"{address[0]}:{address[1]} cannot be told: {error.strerror}")
            return False
        return True
