"""What came in from outside, in order, and a way to wake the one thread that reads it.

Producers (MIDI callbacks, the drummer's thread, the keyboard) stamp the time and put;
nobody but the conductor's loop takes.
"""

from __future__ import annotations

import contextlib
import socket
from collections import deque

Item = tuple[float, object]  # seconds of the performance's clock, what came


class Inbox:
    """A queue whose `wake` socket becomes readable when something was put."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()  # append and popleft are atomic in CPython
        self.wake, self._waker = socket.socketpair()
        self.wake.setblocking(False)
        self._waker.setblocking(False)
        self._rung = False

    def put(self, at: float, what: object) -> None:
        """Add something that came at `at` seconds; cheap, from any thread."""
        self._items.append((at, what))
        if not self._rung:
            self._rung = True
            with contextlib.suppress(BlockingIOError):  # full: it is awake already
                self._waker.send(b"!")

    def __len__(self) -> int:
        return len(self._items)

    def take(self) -> Item | None:
        """The oldest item, or None."""
        return self._items.popleft() if self._items else None

    def rest(self) -> None:
        """Before waiting: forget old wake-ups. Look at len() again after it."""
        if self._rung:
            self._rung = False
            with contextlib.suppress(BlockingIOError):
                self.wake.recv(4096)

    def close(self) -> None:
        self.wake.close()
        self._waker.close()
