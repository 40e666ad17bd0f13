"""The process of the terminal: one calm screen, or plain lines where there is no terminal.

It reads views from a pipe and sends keys back. Whatever happens here, the conductor plays on.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait

from rich.console import Console
from rich.live import Live

from engine.controls.table import table
from live.conductor.status import PerformanceStatus
from live.terminal.keyboard import keyboard
from live.terminal.layout import layout
from live.terminal.lines import Moment, lines, moment

KEYS = {
    " ": "space",
    "f": "fill",
    "F": "fill_now",
    "n": "new_idea",
    "u": "undo",
    "l": "loop",
    "c": "capture",
    "r": "record",
    "p": "panic",
    "M": "unlearn",
    "q": "quit",
}
LEARN = "m"


def serve(connection: Connection, plain: bool) -> None:
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
        status = connection.recv()
        for line in lines(status, before):
            print(line, flush=True)
        before = moment(status)


def _screen(connection: Connection) -> None:
    status: PerformanceStatus | None = None
    typing = Typing()
    with (
        keyboard() as keys,
        Live(console=Console(), screen=True, auto_refresh=False) as live,
    ):
        while True:
            ready = wait([connection, *keys.readable], keys.patience)
            if connection in ready:
                status = connection.recv()
                values = dict(status.state.controls)
                controls = table((str(values["style"]), str(values["style_b"])))
                live.update(layout(typing.shown(status), controls), refresh=True)
            key = keys.read() if keys.patience or len(ready) > (connection in ready) else ""
            if key and status:
                names = [name for name, _ in status.state.controls]
                command = typing.press(key, names) if typing.on(key) else _command(key, status)
                if command:
                    connection.send(command)


@dataclass(slots=True)
class Typing:
    """The name of the control to learn, while it is being typed; `m` begins it."""

    text: str | None = None

    def on(self, key: str) -> bool:
        """Whether a key is for the name and not for the drummer."""
        return self.text is not None or key == LEARN

    def press(self, key: str, names: Sequence[str]) -> tuple[str, str] | None:
        """The command to learn a control at Enter; Escape calls it off."""
        if self.text is None or key == "\x1b":
            self.text = "" if self.text is None else None
            return ("learn", "")
        if key in "\r\n":
            found, self.text = self._match(names), None
            return ("learn", found)
        self.text = self.text[:-1] if key in "\x7f\b" else self.text + key
        return None

    def _match(self, names: Sequence[str]) -> str:
        typed = (self.text or "").strip().casefold()
        begun = (name for name in sorted(names, key=len) if name.startswith(typed))
        return next(begun, typed) if typed else ""

    def shown(self, status: PerformanceStatus) -> PerformanceStatus:
        """The status with what has been typed."""
        if self.text is None:
            return status
        name = self._match([name for name, _ in status.state.controls])
        text = f"which control? {self.text}▌  {name}  (Enter, then move a knob; Esc: none)"
        return replace(status, learn=text)


def _command(key: str, status: PerformanceStatus) -> tuple[str, float] | None:
    """What a key asks for: a control and its value, or ("quit", 1.0)."""
    command = KEYS.get(key)
    if command == "space":
        return ("play" if status.state.transport in ("stopped", "gone") else "stop"), 1.0
    if command in ("loop", "record"):  # a switch: what it is not now
        return command, 1.0 - float(dict(status.state.controls)[command])
    return (command, 1.0) if command else None
