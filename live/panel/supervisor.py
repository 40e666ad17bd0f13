"""The panel's process seen from the conductor: shown what happens, asked for nothing.

It may drop, and never slows us. A panel that dies is started again on the same port; what a page
wants comes back as a control and its value.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from multiprocessing.connection import Connection

from engine.controls.control import Kind, Value
from engine.controls.table import table
from engine.playing.events import Audition, Turned
from live.faults import Faults
from live.midi.midi_learn import Learn, Unlearn
from live.panel.spec import PanelSpec
from live.panel.strokes import from_text
from live.system.inbox import Inbox
from live.system.viewer import Viewer

_TRIGGERS = {name for name, row in table(("",)).items() if row.kind is Kind.TRIGGER}
AGAIN = 1.0  # seconds before another panel is started where one died


def put_request(name: str, value: float | str, inbox: Inbox, now: float) -> None:
    """Into the inbox with what a page asked for: a control's value, "learn" and a control, "hear"
    and a note, "stroke" and its words, or "unlearn".

    Of a knob that turns faster than it is heard only the newest value is taken.
    """
    if name == "learn":
        inbox.put(now, Learn(str(value)))
    elif name == "unlearn":
        inbox.put(now, Unlearn())
    elif name == "stroke":
        inbox.put(now, from_text(str(value)))
    elif name == "hear":
        inbox.put(now, Audition(int(value)))
    elif name in _TRIGGERS:  # finds the knobs as they stood when it was pressed
        inbox.put(now, Turned(name, value))
    else:
        inbox.put(now, Turned(name, value), ("panel", name))


def _serve(connection: Connection, spec: PanelSpec) -> None:
    # Imported by name in the child only: no web framework must enter the conductor's process.
    importlib.import_module("live.panel.process").serve(connection, spec)


class PanelSupervisor(Viewer):
    """`command` gets, in a thread, a control, "learn", "unlearn" or "hear", and a value."""

    def __init__(
        self,
        spec: PanelSpec,
        command: Callable[[str, float | str], None],
        faults: Faults,
        *,
        serve: Callable[[Connection, PanelSpec], None] = _serve,
    ) -> None:
        super().__init__("panel", serve, spec, self._told)
        self.url = ""  # where the page is, once it is there
        self._command, self._faults = command, faults
        self._turned: Mapping[str, Value] | None = None

    def put(self, status: object) -> None:
        """Show this rather than anything put before, or turned. Never blocks."""
        self._turned = None
        super().put(status)

    def turn(self, values: Mapping[str, Value]) -> None:
        """Show that the controls stand so, whatever else is as it was. Never blocks."""
        self._turned = values
        self._waker.wake()

    # ---- the thread
    def _say(self, pipe: Connection) -> None:
        super()._say(pipe)
        values, self._turned = self._turned, None
        if values is not None:
            pipe.send(values)

    def _run(self) -> None:
        self._live_again(self._died, AGAIN)

    def _died(self, status: int | None) -> None:
        self._faults.add("panel", f"its process died (exit {status}) and is started again")
        # The browser is open already, and its page looks for us where we were.
        self._given = replace(self._given, browser=False)

    def _told(self, kind: str, value: float | str, name: str = "") -> None:
        match kind:
            case "set":
                self._command(name, value)
            case "learn" | "unlearn" | "stroke" | "hear":
                self._command(kind, value)
            case "fault":
                self._faults.add("panel", str(value))
            case "at":
                self.url = str(value)
                self._given = replace(self._given, port=int(name))
