"""States to a process that shows them, and its keys back; it may drop, it never slows us.

Only the newest state waits to be shown: a screen that is slow misses some.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait

from live.bell import Bell
from live.priority import HELPER, raise_priority


def _show(connection: Connection, plain: bool) -> None:
    # Imported by name in the child only: rich must not enter the conductor's process.
    importlib.import_module("live.screen").run(connection, plain)


class Feed:
    """The screen's process; `command` is called from a thread with a control and its value."""

    def __init__(self, plain: bool, command: Callable[[str, float | str], None]) -> None:
        self._plain, self._command = plain, command
        self._newest: object = None
        self._bell = Bell()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def open(self) -> None:
        """Start the thread, and it the screen's process."""
        self._thread.start()

    def put(self, view: object) -> None:
        """Show this rather than anything put before. Never blocks."""
        self._newest = view
        self._bell.ring()

    def close(self) -> None:
        """Let the screen show the last state and put the terminal back in order."""
        self._open = False
        self._bell.ring()
        self._thread.join(timeout=2.0)
        self._bell.close()

    def _run(self) -> None:
        raise_priority(HELPER)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_show, args=(theirs, self._plain), daemon=True)
        process.start()
        theirs.close()
        with contextlib.suppress(EOFError, OSError):  # the screen is gone: the beat goes on
            self._converse(ours)
        ours.close()
        process.join(timeout=1.0)
        process.kill()

    def _converse(self, pipe: Connection) -> None:
        while self._open:
            self._bell.silence()
            view, self._newest = self._newest, None
            if view is not None:
                pipe.send(view)
            if pipe in wait([pipe, self._bell.ear]):
                self._command(*pipe.recv())
