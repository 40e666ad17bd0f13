"""A process of ours that is shown the newest of what happens; it may drop, it never slows us."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from live.system.child import Child


class Viewer(Child):
    """A process that is shown the newest status; `hear` is called from a thread with its words."""

    def __init__(
        self,
        name: str,
        serve: Callable[[Connection, Any], None],
        given: object,
        hear: Callable[..., None],
    ) -> None:
        super().__init__(name, serve, given)
        self._hear = hear
        self._newest: object = None

    def put(self, status: object) -> None:
        """Show this rather than anything put before. Never blocks."""
        self._newest = status
        self._waker.wake()

    def _say(self, pipe: Connection) -> None:
        status, self._newest = self._newest, None
        if status is not None:
            pipe.send(status)

    def _converse(self, pipe: Connection) -> None:
        while self._open:
            self._waker.clear()
            self._say(pipe)
            if pipe in wait([pipe, self._waker.readable]):
                self._hear(*pipe.recv())
