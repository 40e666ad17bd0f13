"""States to a process that shows them, and its keys back; it may drop, it never slows us.

Only the newest state waits to be shown: a screen that is slow misses some.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from multiprocessing.connection import Connection

from live.system.viewer import Viewer


def _serve(connection: Connection, plain: bool) -> None:
    # Imported by name in the child only: rich must not enter the conductor's process.
    importlib.import_module("live.terminal.process").serve(connection, plain)


class TerminalSupervisor(Viewer):
    """The screen's process; `command` is called from a thread with a control and its value.

    At close it shows the last state and puts the terminal back in order.
    """

    def __init__(self, plain: bool, command: Callable[[str, float | str], None]) -> None:
        super().__init__("terminal", _serve, plain, command)
