"""How MIDI messages go between the conductor and the process that has the ports.

A message is a moment (seconds of time.perf_counter, which all processes of a machine share), the
number of a port, and its bytes. Nobody who writes ever waits: what does not fit is kept by `Wire`
up to a limit, or refused.
"""

from __future__ import annotations

import socket
import struct

HEAD = struct.Struct("<dHH")  # the moment, the port, how many bytes follow
MOMENT = struct.Struct("<d")
EVERYWHERE = 0  # port: every open output
STOOD = 0xFFFD  # port: no message; what follows is the MOMENT, in seconds, for how long JACK stood
SENT = 0xFFFE  # port: no message; what follows is the MOMENT at which one for this moment left
NAMED = 0xFFFF  # port: no message; its moment is the number of a port, what follows its name
PIECE = 1 << 16  # bytes read at once
BUFFER = 1 << 20  # bytes that may be on their way
ASLEEP = 1 << 20  # bytes that are kept for a conductor that sleeps

Message = tuple[float, int, bytes]


def packed(at: float, port: int, data: bytes) -> bytes:
    """A message as it goes over the wire."""
    return HEAD.pack(at, port, len(data)) + data


def named(port: int, name: str) -> bytes:
    """That a port number stands for a name, as it goes over the wire."""
    return packed(float(port), NAMED, name.encode())


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a new wire."""
    ends = socket.socketpair()
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    return ends


class Unpacker:
    """Makes messages of bytes that come in pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are whole now."""
        data, at, found = self._rest + data, 0, list[Message]()
        while len(data) - at >= HEAD.size:
            moment, port, size = HEAD.unpack_from(data, at)
            end = at + HEAD.size + size
            if end > len(data):
                break
            found.append((moment, port, data[at + HEAD.size : end]))
            at = end
        self._rest = data[at:]
        return found


class Wire:
    """The writing end: whole messages or none, and no waiting."""

    def __init__(self, end: socket.socket, room: int = 0) -> None:
        """`room` bytes are kept while the reader does not read."""
        self._end, self._room = end, room
        self._rest = b""
        end.setblocking(False)

    def write(self, data: bytes) -> bool:
        """Send whole messages; False: there was no room for them, or nobody is there."""
        try:
            if self._rest:
                self._rest = self._rest[self._pass(self._rest) :]
            if self._rest and len(self._rest) + len(data) > self._room:
                return False
            sent = 0 if self._rest else self._pass(data)
        except OSError:  # the other end has gone
            return False
        if not sent and len(self._rest) + len(data) > self._room:
            return False
        self._rest += data[sent:]  # the rest of a message must follow, or no other could be read
        return True

    def _pass(self, data: bytes) -> int:
        try:
            return self._end.send(data)
        except BlockingIOError:
            return 0
