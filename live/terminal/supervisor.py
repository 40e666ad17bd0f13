"""States to a process that shows them, and its keys back; it may drop, it never slows us.

Only the newest state waits to be shown: a screen that is slow misses some. One that dies is
started again, and the terminal put in order for it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection

from live.faults import Faults
from live.system.viewer import Viewer
from live.terminal.keyboard import modes, put_back
from live.terminal.spec import TerminalSpec

AGAIN = 1.0  # seconds before another screen is started where one died
LEAVE = "\x1b[?1049l\x1b[?25h\x1b[0m"  # the screen's own page, hidden cursor and colours


def _serve(connection: Connection, spec: TerminalSpec) -> None:
    # Imported by name in the child only: rich must not enter the conductor's process.
    importlib.import_module("live.terminal.process").serve(connection, spec)


class TerminalSupervisor(Viewer):
    """The screen's process; `command` is called from a thread with a control and its value.

    At close it shows the last state and puts the terminal back in order.
    """

    def __init__(
        self,
        spec: TerminalSpec,
        command: Callable[[str, float | str], None],
        faults: Faults,
        *,
        serve: Callable[[Connection, TerminalSpec], None] = _serve,
    ) -> None:
        super().__init__("terminal", serve, spec, self._told)
        self._command, self._faults = command, faults
        self._before = None if spec.plain else modes()
        self._keyless = False  # said already

    # ---- the thread
    def _run(self) -> None:
        self._live_again(self._died, AGAIN)

    def _live(self) -> int | None:
        status = super()._live()
        if status:  # it could not do so itself
            self._tidy()
        return status

    def _tidy(self) -> None:
        if self._before is not None:
            put_back(self._before)
            sys.stdout.write(LEAVE)
            sys.stdout.flush()

    def _died(self, status: int | None) -> None:
        self._faults.add("terminal", f"its process died (exit {status}) and is started again")

    def _told(self, name: str, value: float | str) -> None:
        if name != "fault":
            self._command(name, value)
        elif not self._keyless:
            self._keyless = True
            self._faults.add("keyboard", str(value))
