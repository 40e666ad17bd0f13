"""A way to wake a thread that waits for sockets and pipes, from any other thread."""

from __future__ import annotations

import contextlib
import socket


class Waker:
    """`readable` is what to wait for. Its owner clears it, looks at what was left, then waits.

    In this order nothing is overlooked: what comes after the look wakes again.
    """

    def __init__(self) -> None:
        self.readable, self._writable = socket.socketpair()
        self.readable.setblocking(False)
        self._writable.setblocking(False)
        self._woken = False

    def wake(self) -> None:
        """Cheap and never blocks; one that wakes already, or is closed, stays as it is."""
        if not self._woken:
            self._woken = True
            with contextlib.suppress(OSError):
                self._writable.send(b"!")

    def clear(self) -> None:
        """Forget that somebody woke."""
        # Emptied first: who wakes in this moment is heard by the look that follows. The other way
        # round his byte could go, and the flag stay, and nobody would ever wake the owner again.
        # And emptied whatever the flag says: a byte may come after it was taken down.
        with contextlib.suppress(OSError):
            self.readable.recv(4096)
        self._woken = False

    def close(self) -> None:
        self.readable.close()
        self._writable.close()
