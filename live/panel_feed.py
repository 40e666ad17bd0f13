"""The panel's process seen from the conductor: shown what happens, asked for nothing.

Like live/feed.py it may drop, and never slows us. A panel that dies is started again on the same
port; what a page wants comes back as a control and its value.
"""

from __future__ import annotations

import importlib
import ipaddress
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait

from engine.controls import Kind, Value, table
from engine.events import Turned
from engine.setup import Setup
from engine.style import Style
from live.config import Config, Panel
from live.faults import Faults
from live.feed import Shown
from live.inbox import Inbox
from live.learn import Learn
from live.takes import take_folder

_TRIGGERS = {name for name, row in table(("",)).items() if row.kind is Kind.TRIGGER}
AGAIN = 1.0  # seconds before another panel is started where one died


@dataclass(frozen=True, slots=True)
class Spec:
    """What a panel is started with; `takes` None: there are none to show.

    `port` is tried first, then those after it. With a `token`, only who knows it may speak.
    """

    styles: Mapping[str, Style] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 8765
    token: str = ""
    browser: bool = False  # open one
    takes: str | None = None
    early: str = "start"  # what becomes of an early first downbeat in a take's .mid


def spec_of(config: Config, setup: Setup) -> Spec:
    """A panel for this performance; on a network a token is made where none is given."""
    panel: Panel = config.panel
    token = panel.token or ""
    if not token and not ipaddress.ip_address(panel.host).is_loopback:
        token = secrets.token_urlsafe(12)
    takes = str(take_folder(config.takes)) if config.takes.enabled else None
    return Spec(
        dict(setup.styles), panel.host, panel.port, token, panel.browser, takes, config.clips.early
    )


def wanted(name: str, value: float | str, inbox: Inbox, now: float) -> None:
    """Into the inbox with what a page asked for: a control's value, or "learn" and a control.

    Of a knob that turns faster than it is heard only the newest value is taken.
    """
    if name == "learn":
        inbox.put(now, Learn(str(value)))
    elif name in _TRIGGERS:  # finds the knobs as they stood when it was pressed
        inbox.put(now, Turned(name, value))
    else:
        inbox.put(now, Turned(name, value), ("panel", name))


def _serve(connection: Connection, spec: Spec) -> None:
    # Imported by name in the child only: no web framework must enter the conductor's process.
    importlib.import_module("live.panel.server").serve(connection, spec)


class PanelFeed(Shown):
    """`command` is called from a thread with a control, or "learn", and a value."""

    def __init__(
        self,
        spec: Spec,
        command: Callable[[str, float | str], None],
        faults: Faults,
        *,
        serve: Callable[[Connection, Spec], None] = _serve,
    ) -> None:
        super().__init__("panel", serve, spec, self._told)
        self.url = ""  # where the page is, once it is there
        self._command, self._faults = command, faults
        self._turned: Mapping[str, Value] | None = None

    def put(self, view: object) -> None:
        """Show this rather than anything put before, or turned. Never blocks."""
        self._turned = None
        super().put(view)

    def turn(self, values: Mapping[str, Value]) -> None:
        """Show that the controls stand so, whatever else is as it was. Never blocks."""
        self._turned = values
        self._bell.ring()

    # ---- the thread
    def _say(self, pipe: Connection) -> None:
        super()._say(pipe)
        values, self._turned = self._turned, None
        if values is not None:
            pipe.send(values)

    def _run(self) -> None:
        while self._open:
            died = self._live()
            if self._open:
                self._faults.add("panel", f"its process died (exit {died}) and is started again")
                # The browser is open already, and its page looks for us where we were.
                self._given = replace(self._given, browser=False)
                wait([self._bell.ear], AGAIN)
                self._bell.silence()

    def _told(self, kind: str, value: float | str, name: str = "") -> None:
        match kind:
            case "set":
                self._command(name, value)
            case "learn":
                self._command("learn", value)
            case "fault":
                self._faults.add("panel", str(value))
            case "at":
                self.url = str(value)
                self._given = replace(self._given, port=int(name))
