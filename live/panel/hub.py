"""What the pages are shown, and what they ask for.

The conductor's views become one flat picture; each page is sent what of it has changed since it
was last sent something, so a slow one misses pictures and never sees a wrong one.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bars.stroke_edit import stroke_of
from engine.controls.control import Control, Value
from engine.errors import ControlError
from engine.names import hint
from engine.score.style import Style
from live.conductor.status import PerformanceStatus
from live.panel.payload import Payload, hello
from live.panel.strokes import to_text

FASTEST = 1000.0  # commands a second that a page may send; a hand on a knob sends 120
SAMPLE = 1.0  # seconds between points of the plots
MINUTES = 5  # of points that are kept
HELD = 0.15  # seconds in which what a page has set is on its way to the picture and back
COMPLAIN = 1.0  # seconds between words to the conductor about what pages sent wrong
Say = Callable[..., None]


@dataclass(slots=True, eq=False)
class OpenPage:
    """One open page: what it was sent, and how many commands it may send now."""

    sent: dict[str, Any] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)  # what it set, until when it stands so
    news: asyncio.Event = field(default_factory=asyncio.Event)
    answers: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=64))
    allowance: float = FASTEST
    heard: float = 0.0  # seconds

    def spend(self, now: float) -> None:
        """One more command; ControlError where that is too fast."""
        self.allowance = min(FASTEST, self.allowance + (now - self.heard) * FASTEST)
        self.heard = now
        if self.allowance < 1.0:
            raise ControlError(f"more than {FASTEST:g} commands a second")
        self.allowance -= 1.0


class Hub:
    """Between the pipe and the pages; all but see() belongs to the web's thread."""

    def __init__(
        self,
        styles: Mapping[str, Style],
        say: Say,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._say, self._now = say, now
        self._drawing = Payload(styles)
        self.table: dict[str, Control] = self._drawing.table
        self._hello = hello(styles, self.table)
        self._picture: dict[str, Any] = {}
        self._past: deque[list[float]] = deque(maxlen=int(60 * MINUTES / SAMPLE))
        self._sampled = self._complained = -math.inf
        self._wrong = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self.pages: set[OpenPage] = set()
        self.begun = asyncio.Event()  # there is something to show

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """The web's loop runs."""
        self._loop = loop

    # ---- from the conductor
    def see(self, news: PerformanceStatus | Mapping[str, Value]) -> None:
        """A new status, or how the controls stand since the last; from any thread."""
        if self._loop is None:
            return
        if isinstance(news, PerformanceStatus):
            self._loop.call_soon_threadsafe(self.show, news)
        else:
            self._loop.call_soon_threadsafe(self.turn, news)

    def turn(self, values: Mapping[str, Value]) -> None:
        """Show pages the controls; what comes of them is shown with the next status."""
        if not self._picture:
            return
        self._picture |= {f"c:{name}": value for name, value in values.items()}
        for page in self.pages:
            page.news.set()

    def show(self, status: PerformanceStatus) -> None:
        """Make it the picture that pages are sent."""
        self._picture = self._drawing.of(status)
        self.begun.set()
        now = self._now()
        if now - self._sampled >= SAMPLE:
            self._sampled = now
            late = status.lateness
            self._past.append([round(now, 1), late.p50, late.p99, late.worst, status.state.ready])
            self._picture["sample"] = self._past[-1]
        for page in self.pages:
            page.news.set()

    # ---- to a page
    def greet(self, page: OpenPage) -> str:
        """The first message: what never changes, all that is, and what was."""
        self.pages.add(page)
        page.sent = dict(self._picture)
        now = {"at": self._now(), "past": list(self._past), "now": page.sent}
        return _text({"t": "hello", **self._hello, **now})

    async def next(self, page: OpenPage) -> str:
        """The next message to a page; waits until there is one."""
        while True:
            if page.answers:
                return _text(page.answers.popleft())
            changed = self._changed(page)
            if changed:
                page.sent |= changed
                return _text({"t": "now", "d": changed})
            page.news.clear()
            await page.news.wait()

    def _changed(self, page: OpenPage) -> dict[str, Any]:
        """What of the picture a page does not show, but for what it has set just now."""
        now = self._now()
        page.held = {name: until for name, until in page.held.items() if until > now}
        return {
            name: value
            for name, value in self._picture.items()
            if page.sent.get(name) != value and name not in page.held
        }

    def leave(self, page: OpenPage) -> None:
        """A page is gone."""
        self.pages.discard(page)

    # ---- from a page
    def hear(self, page: OpenPage, text: str | bytes | None) -> None:
        """A message of a page; whatever it is, nothing is raised."""
        now = self._now()
        try:
            answer = self._do(_read(text), page, now)
        except ControlError as error:
            answer = self._refuse(str(error), now)
        if answer is not None:
            page.answers.append(answer)
            page.news.set()

    def _do(self, message: dict[str, Any], page: OpenPage, now: float) -> dict[str, Any] | None:
        match message:
            case {"t": "ping", "p": float() | int() as sent} if math.isfinite(sent):
                return {"t": "pong", "p": sent, "at": now}
            case {"t": "set", "c": str(name), "v": str() | float() | int() as value}:
                page.spend(now)
                self._say("set", self._checked(name, value), name)
                # It shows that at once. Whatever comes of it is said, even if that is as before.
                page.sent[f"c:{name}"] = value
                page.held[f"c:{name}"] = now + HELD
            case {"t": "learn", "c": str(name)} if not name or name in self.table:
                page.spend(now)
                self._say("learn", name)
            case {"t": "hear", "n": int() as note} if 0 <= note <= 127:
                page.spend(now)
                self._say("hear", note)
            case {"t": "stroke", "s": [int() as bar, str(voice), int() as tick, int() as v]}:
                page.spend(now)
                self._say("stroke", to_text(stroke_of(bar, voice, tick, v)))
            case {"t": "unlearn"}:
                page.spend(now)
                self._say("unlearn", "")
            case _:
                raise ControlError("not a message of the panel's page")
        return None

    def _checked(self, name: str, value: float | str) -> Value:
        if name not in self.table:
            raise ControlError(f"{name[:40]!r}: no such control{hint(name, self.table)}")
        if isinstance(value, str) and len(value) > 100:
            raise ControlError(f"{name}: a value of {len(value)} letters")
        try:
            return self.table[name].check(value)
        except ControlError as error:
            raise ControlError(f"{error}{self.table[name].near(value)}") from error

    def _refuse(self, why: str, now: float) -> dict[str, Any]:
        self._wrong += 1
        if now - self._complained >= COMPLAIN:
            self._complained = now
            self._say("fault", f"{self._wrong} messages of pages were refused, the last: {why}")
        return {"t": "error", "text": why, "count": self._wrong}


def _read(text: str | bytes | None) -> dict[str, Any]:
    try:
        message = json.loads(text if text is not None else "")
    except (ValueError, RecursionError) as error:
        raise ControlError("not JSON") from error
    if not isinstance(message, dict):
        raise ControlError("not a message of the panel's page")
    return message


def _text(message: dict[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)
