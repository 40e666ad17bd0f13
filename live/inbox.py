"""What came in from outside, in order, and a bell for the one thread that reads it.

Producers (MIDI callbacks, the drummer's thread, the keyboard) stamp the time and put;
nobody but the conductor's loop takes.
"""

from __future__ import annotations

from collections import deque

from live.bell import Bell

Item = tuple[float, object]  # seconds of the performance's clock, what came


class Inbox:
    """A queue whose bell rings when something was put."""

    def __init__(self) -> None:
        self.bell = Bell()
        self._items: deque[Item] = deque()  # append and popleft are atomic in CPython

    def put(self, at: float, what: object) -> None:
        """Add something that came at `at` seconds; cheap, from any thread."""
        self._items.append((at, what))
        self.bell.ring()

    def __len__(self) -> int:
        return len(self._items)

    def take(self) -> Item | None:
        """The oldest item, or None."""
        return self._items.popleft() if self._items else None

    def close(self) -> None:
        self.bell.close()
