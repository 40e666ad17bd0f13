"""What comes in by the OSC port and is not heard yet: taken fast, of each fader only the newest.

What comes faster than it can be heard is dropped, oldest first, and counted. Nothing waits.
"""

from __future__ import annotations

import socket
import struct
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address

from engine.controls.control import Control, Kind
from live.faults import Faults
from live.osc.decode import MAX_DATAGRAM, TaggedMessage, unpacked
from live.osc.encode import message
from live.osc.subscribers import Address
from mappings.osc_addresses import PREFIX, UnreadableError

WAITING = 4096  # messages taken from the socket and not yet heard
SMALL = 64  # bytes; a fader's datagram is shorter
KNOWN = 1024  # hosts whose admission is remembered
LOOPBACK = IPv4Network("127.0.0.0/8")


@dataclass(slots=True, eq=False)
class PendingMessage:
    """A message to be heard; `unit` is its argument when it is a plain fader's."""

    piece: TaggedMessage
    sender: Address
    control: Control | None = None
    unit: float = 0.0

    @property
    def address(self) -> str:
        """Where it is sent to, of a message that can be read."""
        return self.piece.data.partition(b"\0")[0].decode("ascii", "replace")

    @property
    def is_text(self) -> bool:
        """Whether it says a name, as no fader does."""
        return b"\0,s\0" in self.piece.data


class AllowList:
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


class Incoming:
    """A queue over the socket; `refuse` is told of what cannot be read, and who sent it."""

    def __init__(
        self,
        port: socket.socket,
        table: Mapping[str, Control],
        faults: Faults,
        allow: Sequence[IPv4Network],
        refuse: Callable[[UnreadableError, Address], None],
    ) -> None:
        self._port, self._faults, self._refuse = port, faults, refuse
        self._allow = AllowList(allow)
        self._waiting: deque[PendingMessage] = deque()
        self._faders = {
            message(PREFIX + control.name, 0.0)[:-4]: control
            for control in table.values()
            if control.kind is not Kind.TRIGGER
        }
        self._latest: dict[bytes, PendingMessage] = {}  # of each fader, since the last other one
        self._written: dict[Address, bytes] = {}  # the newest of each sender since written()

    def __len__(self) -> int:
        return len(self._waiting)

    def written(self) -> dict[Address, bytes]:
        """The newest datagram of each sender since this was called last."""
        written, self._written = self._written, {}
        return written

    def next(self) -> PendingMessage:
        """The oldest; IndexError where there is none."""
        pending = self._waiting.popleft()
        if pending.control is not None:
            self._latest.pop(pending.piece.data[:-4], None)
        return pending

    def fader_next(self) -> bool:
        """Is the oldest a fader's, heard in no time?"""
        return bool(self._waiting) and self._waiting[0].control is not None

    def small_there(self) -> bool:
        """Does something in the socket look like a fader's?"""
        try:
            return len(self._port.recv(SMALL, socket.MSG_PEEK)) < SMALL
        except OSError:  # nothing there, or on Windows something larger
            return False

    def take(self) -> bool:
        """One datagram from the socket; False when there is none."""
        try:
            datagram, sender = self._port.recvfrom(MAX_DATAGRAM)
        except BlockingIOError:
            return False
        except OSError as error:  # e.g. a reset from a peer that went away, on Windows
            self._faults.add("osc", str(error))
            return False
        if not self._allow.admits(sender[0]):
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
                self._put(PendingMessage(piece, sender))
        except UnreadableError as error:
            self._refuse(error, sender)
        return True

    def _put_fader(self, datagram: bytes, sender: Address, control: Control) -> None:
        """A float for a control: only the newest of those not yet heard is of use."""
        unit = struct.unpack(">f", datagram[-4:])[0]
        pending = PendingMessage(TaggedMessage(datagram), sender, control, unit)
        if not 0.0 <= unit <= 1.0:  # to be refused; it must not take a good one's place
            self._put(PendingMessage(pending.piece, sender))
            return
        known = self._latest.get(datagram[:-4])
        if known is not None and known.sender == sender:
            known.piece, known.unit = pending.piece, unit
        else:
            self._latest[datagram[:-4]] = pending
            self._put(pending)

    def _put(self, pending: PendingMessage) -> None:
        if len(self._waiting) >= WAITING:
            self._waiting.popleft()
            self._latest.clear()
            self._faults.add("osc", "more comes in than can be heard: the oldest is dropped")
        self._waiting.append(pending)
