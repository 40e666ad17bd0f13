"""What came in from outside, in order, and a waker for the one thread that reads it.

Producers (MIDI callbacks, the drummer's thread, the keyboard) stamp the time and put;
nobody but the conductor's loop takes. Of a knob that turns faster than it is read only the
newest value is taken, so that a storm of them leaves nothing behind to be heard late.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

from live.system.waker import Waker

Item = tuple[float, object]  # seconds of the performance's clock, what came


class Inbox:
    """A queue whose waker wakes when something was put."""

    def __init__(self) -> None:
        self.waker = Waker()
        # Appending, taking and looking up are atomic in CPython.
        self._items: deque[tuple[Item, Hashable, dict[Hashable, Item]]] = deque()
        self._newest: dict[Hashable, Item] = {}  # by knob, since the last of no knob

    def put(self, at: float, what: object, knob: Hashable = None) -> None:
        """Add something that came at `at` seconds; cheap, from any thread.

        With a `knob` it takes the place of what waits of this knob, unless something of no knob
        came between: what a button finds must be what came before it.
        """
        item = (at, what)
        newest = self._newest  # once: another thread may put something of no knob in this moment
        if knob is None:
            newest = self._newest = {}
        newest[knob] = item
        self._items.append((item, knob, newest))
        self.waker.wake()

    def __len__(self) -> int:
        return len(self._items)

    def take(self) -> Item | None:
        """The oldest item that no newer one has taken the place of, or None."""
        while self._items:
            item, knob, newest = self._items.popleft()
            if knob is None or newest[knob] is item:
                return item
        return None

    def close(self) -> None:
        self.waker.close()
