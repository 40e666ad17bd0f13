"""The process of the terminal: one calm screen, or plain lines where there is no terminal.

It reads views from a pipe and sends keys back. Whatever happens here, the conductor plays on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection, wait

from rich.console import ConsoleDimensions, Group
from rich.live import Live

from engine.controls.control import Control, Value
from engine.controls.table import table
from live.conductor.status import PerformanceStatus
from live.terminal.keyboard import Keyboard, keyboard, no_keyboard
from live.terminal.keys import ALL_KEYS, Typing, command, refused
from live.terminal.layout import layout
from live.terminal.lines import Moment, lines, moment
from live.terminal.spec import TerminalSpec

LOOK = 0.2  # seconds between looks at the terminal's size
USUAL = ConsoleDimensions(80, 24)  # where the terminal does not say


def serve(connection: Connection, spec: TerminalSpec) -> None:
    """Show what comes until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the conductor, which ends us
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        if spec.plain:
            _lines(connection)
        else:
            with keyboard() as keys, Live(screen=True, auto_refresh=False) as live:
                Screen(connection, live, table(spec.styles)).run(keys)


def _lines(connection: Connection) -> None:
    """A line at each change; where nobody reads them any more (`| head`), none."""
    before, read = Moment(), True
    while True:
        status = connection.recv()
        try:
            for line in lines(status, before) if read else ():
                print(line, flush=True)
        except OSError:
            read = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        before = moment(status)


class Screen:
    """What is on the screen, and what the keys make of it."""

    def __init__(self, connection: Connection, live: Live, controls: Mapping[str, Control]) -> None:
        self._connection, self._live, self._controls = connection, live, controls
        self._status: PerformanceStatus | None = None
        self._values: dict[str, Value] = {}  # as they stand, what was turned since included
        self._typing = Typing()
        self._help, self._notice = False, ""
        self._size = USUAL

    def run(self, keys: Keyboard) -> None:
        """Until the pipe closes (EOFError, OSError)."""
        if keys.missing:
            self._connection.send(("fault", keys.missing))
        while True:
            ready = wait([self._connection, *keys.readable], keys.patience or LOOK)
            if self._connection in ready:
                self._take(self._connection.recv())
            if keys.patience or any(one in ready for one in keys.readable):
                keys = self._hear(keys)
            if ready or self._size != _size():
                self._draw()

    def _take(self, status: PerformanceStatus) -> None:
        self._status, self._values = status, dict(status.state.controls)

    def _hear(self, keys: Keyboard) -> Keyboard:
        """Do what the keys ask for; the keyboard to go on with."""
        try:
            pressed = keys.read()
        except OSError as error:
            lost = no_keyboard(error)
            self._connection.send(("fault", lost.missing))
            return lost
        for key in pressed if self._status else ():
            self._press(key)
        return keys

    def _press(self, key: str) -> None:
        assert self._status is not None
        asked = None
        if self._typing.on(key):
            asked = self._typing.press(key, list(self._values))
        elif key == ALL_KEYS:
            self._help = not self._help
        else:
            self._notice = refused(key, self._status)
            if not self._notice:
                asked = command(key, self._status, self._values, self._controls)
        if asked:
            self._values.update([asked])
            self._connection.send(asked)

    def _draw(self) -> None:
        if self._status is None:
            return
        self._size = self._live.console.size = _size()
        shown = self._typing.shown(self._status)
        page = layout(shown, self._controls, self._size, keys=self._help, notice=self._notice)
        self._live.update(Group(*page), refresh=True)


def _size() -> ConsoleDimensions:
    """Columns and lines of the terminal now."""
    with contextlib.suppress(OSError, ValueError):
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
        if columns and rows:
            return ConsoleDimensions(columns, rows)
    return USUAL
