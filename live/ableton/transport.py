"""Datagrams to AbletonOSC and back, and how long to wait for them."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from engine.errors import DeliveryError
from live.osc.decode import MAX_DATAGRAM

PORT, REPLY_PORT = 11000, 11001  # fixed in AbletonOSC's constants


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: `first`, then `growth` times longer up to `longest`.

    `limit` for a step as a whole, `hello` for the first sign of life.
    """

    first: float = 0.3  # AbletonOSC looks every 0.1 s
    growth: float = 1.5
    longest: float = 2.0
    limit: float = 10.0
    hello: float = 6.0  # Live does not answer while it loads something large


class Transport(Protocol):
    """Datagrams there and back, and the seconds of a monotonic clock."""

    def now(self) -> float:
        """The time."""

    def send(self, datagram: bytes) -> None:
        """Send it if possible; it may get lost."""

    def receive(self, until: float) -> bytes | None:
        """The next datagram, waited for up to a moment; None: there was none."""

    def close(self) -> None:
        """Let go of the port."""


class UdpTransport:
    """A UDP socket that sends to `host` and is answered at `reply_port`.

    DeliveryError when the reply port is taken or the host is unknown.
    """

    def __init__(
        self, host: str = "127.0.0.1", port: int = PORT, reply_port: int = REPLY_PORT
    ) -> None:
        here = "127.0.0.1" if host in ("127.0.0.1", "localhost") else ""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with suppress(OSError):  # a system may allow less; what is lost is asked for again
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        try:
            self._socket.bind((here, reply_port))
        except OSError as error:
            self._socket.close()
            raise DeliveryError(
                f"UDP port {reply_port}, where AbletonOSC answers, cannot be had "
                f"({error.strerror}): close the other program that speaks with AbletonOSC"
            ) from error
        try:
            self._socket.connect((host, port))  # others' datagrams do not get in
        except OSError as error:
            self._socket.close()
            raise DeliveryError(f"AbletonOSC's host {host!r}: {error.strerror}") from error

    def now(self) -> float:
        """Seconds of the system's monotonic clock."""
        return time.monotonic()

    def send(self, datagram: bytes) -> None:
        """Send it; nobody there, or a full buffer, is a datagram lost."""
        with suppress(OSError):
            self._socket.send(datagram)

    def receive(self, until: float) -> bytes | None:
        """The next datagram by a moment of the clock."""
        while True:
            self._socket.settimeout(max(until - self.now(), 1e-4))
            try:
                return self._socket.recv(MAX_DATAGRAM)
            except TimeoutError:
                return None
            except OSError:  # "nobody listens there", about something sent before: wait on
                if self.now() >= until:
                    return None

    def close(self) -> None:
        """Let go of the port."""
        self._socket.close()
