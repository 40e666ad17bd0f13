"""States to a process that shows them, and its keys back; it may drop, it never slows us.

Only the newest state waits to be shown: a screen that is slow misses some.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from live.child import Child


def _show(connection: Connection, plain: bool) -> None:
    # Imported by name in the child only: rich must not enter the conductor's process.
    importlib.import_module("live.screen").run(connection, plain)


class Shown(Child):
    """A process that is shown the newest view; `hear` is called from a thread with its words."""

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

    def put(self, view: object) -> None:
        """Show this rather than anything put before. Never blocks."""
        self._newest = view
        self._bell.ring()

    def _say(self, pipe: Connection) -> None:
        view, self._newest = self._newest, None
        if view is not None:
            pipe.send(view)

    def _converse(self, pipe: Connection) -> None:
        while self._open:
            self._bell.silence()
            self._say(pipe)
            if pipe in wait([pipe, self._bell.ear]):
                self._hear(*pipe.recv())


class Feed(Shown):
    """The screen's process; `command` is called from a thread with a control and its value.

    At close it shows the last state and puts the terminal back in order.
    """

    def __init__(self, plain: bool, command: Callable[[str, float | str], None]) -> None:
        super().__init__("feed", _show, plain, command)
