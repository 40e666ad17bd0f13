"""A way to wake a thread that waits for sockets and pipes, from any other thread."""

from __future__ import annotations

import contextlib
import socket


class Bell:
    """`ear` is what to wait for. Its owner silences it, looks at what was left, then waits.

    In this order nothing is overlooked: what comes after the look rings again.
    """

    def __init__(self) -> None:
        self.ear, self._mouth = socket.socketpair()
        self.ear.setblocking(False)
        self._mouth.setblocking(False)
        self._rung = False

    def ring(self) -> None:
        """Cheap and never blocks; a bell that rings already, or is closed, stays as it is."""
        if not self._rung:
            self._rung = True
            with contextlib.suppress(OSError):
                self._mouth.send(b"!")

    def silence(self) -> None:
        """Forget old rings."""
        if self._rung:
            self._rung = False
            with contextlib.suppress(OSError):
                self.ear.recv(4096)

    def close(self) -> None:
        self.ear.close()
        self._mouth.close()
