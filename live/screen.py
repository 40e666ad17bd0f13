"""The process of the terminal: one calm screen, or plain lines where there is no terminal.

It reads views from a pipe and sends keys back. Whatever happens here, the conductor plays on.
"""

from __future__ import annotations

import contextlib
import signal
from multiprocessing.connection import Connection, wait

from rich.console import Console
from rich.live import Live

from engine.controls import table
from live.keyboard import keyboard
from live.lines import Moment, lines, moment
from live.picture import picture
from live.view import View

KEYS = {
    " ": "space",
    "f": "fill",
    "F": "fill_now",
    "n": "new_idea",
    "u": "undo",
    "l": "loop",
    "p": "panic",
    "q": "quit",
}


def run(connection: Connection, plain: bool) -> None:
    """Show what comes until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the conductor, which ends us
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        if plain:
            _lines(connection)
        else:
            _screen(connection)


def _lines(connection: Connection) -> None:
    before = Moment()
    while True:
        view = connection.recv()
        for line in lines(view, before):
            print(line, flush=True)
        before = moment(view)


def _screen(connection: Connection) -> None:
    view: View | None = None
    with (
        keyboard() as keys,
        Live(console=Console(), screen=True, auto_refresh=False) as live,
    ):
        while True:
            ready = wait([connection, *keys.readable], keys.patience)
            if connection in ready:
                view = connection.recv()
                values = dict(view.state.controls)
                controls = table((str(values["style"]), str(values["style_b"])))
                live.update(picture(view, controls), refresh=True)
            key = keys.read() if keys.patience or len(ready) > (connection in ready) else ""
            command = _command(key, view) if view else None
            if command:
                connection.send(command)


def _command(key: str, view: View) -> tuple[str, float] | None:
    """What a key asks for: a control and its value, or ("quit", 1.0)."""
    command = KEYS.get(key)
    if command == "space":
        return ("play" if view.state.transport in ("stopped", "gone") else "stop"), 1.0
    if command == "loop":  # a switch: what it is not now
        return command, 1.0 - float(dict(view.state.controls)[command])
    return (command, 1.0) if command else None
