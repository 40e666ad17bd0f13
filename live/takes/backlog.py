"""Lines of a take that are not safe on its disk yet, and the bar that they go on from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.score.grid import METERS

WITHIN = 2.0  # ticks; a bar entered so late is no whole one
_BEGUN = b'{"b":'
_BAR = re.compile(rb'^\{"(?:b|n)":\[?(\d+)', re.MULTILINE)  # its number, in lines of our make


class Backlog:
    """Whole lines, of which `written` bytes are in the take's file and `copied` in another one."""

    def __init__(self) -> None:
        self.lines = bytearray()
        self.written = self.copied = 0
        self._bar: dict[str, Any] | None = None  # the newest one before the lines

    def __len__(self) -> int:
        return len(self.lines)

    def add(self, line: Mapping[str, object]) -> None:
        """Another line."""
        self.lines += _line(line)

    @property
    def bars(self) -> set[int]:
        """The numbers of the bars that they are of."""
        return bars_in(self.lines)

    def safe(self) -> None:
        """What was written is on the disk: whole lines of it are let go."""
        self._let_go(self.lines.rfind(b"\n", 0, self.written) + 1)

    def spill(self, most: int) -> bytes:
        """Let go of the oldest lines, where there are more than so many bytes; those in no file."""
        over = len(self.lines) - most
        if over <= 0:
            return b""
        end = self.lines.find(b"\n", over) + 1
        held = self.lines.rfind(b"\n", 0, max(self.written, self.copied)) + 1
        lost = bytes(self.lines[held:end])
        if self.written < end and self.lines[: self.written].rpartition(b"\n")[2]:
            self.lines[end:end] = b"\n"  # the file has half a line: what follows is another one
        self._let_go(end)
        return lost

    def opening(self) -> tuple[bytes, int]:
        """How a file begins that has them alone, and how many of their bytes that stands for.

        It is the line of the bar that they go on from, or of the bar that they begin with, with
        all controls.
        """
        first = bytes(self.lines[: self.lines.find(b"\n") + 1])
        if first.startswith(_BEGUN):
            return _line(_following(self._bar, json.loads(first))), len(first)
        return (b"", 0) if self._bar is None else (_line(self._bar), 0)

    def _let_go(self, end: int) -> None:
        self._pass(bytes(self.lines[:end]))
        del self.lines[:end]
        self.written, self.copied = max(0, self.written - end), max(0, self.copied - end)

    def _pass(self, lines: bytes) -> None:
        """Know the bar that comes before what is left, with all controls, as one cut into."""
        notes = b""
        for line in lines.split(b"\n"):
            if line.startswith(_BEGUN):
                self._bar, notes = _following(self._bar, json.loads(line)), b""
            elif line.startswith(b'{"n":'):
                notes = line
        if notes and self._bar is not None:
            *_, score, late, _, _ = json.loads(notes)["n"]
            length = METERS[self._bar.get("meter", "4/4")].bar_ticks
            self._bar.pop("jumped", None)
            self._bar["entered"] = min(max(WITHIN, score + late), float(length))


def bars_in(lines: bytes | bytearray) -> set[int]:
    """The numbers of the bars that lines are of."""
    return {int(number) for number in _BAR.findall(lines)}


def _line(of: Mapping[str, object]) -> bytes:
    return json.dumps(of, separators=(",", ":")).encode() + b"\n"


def _following(before: dict[str, Any] | None, bar: dict[str, Any]) -> dict[str, Any]:
    """A bar's line that can stand by itself: with its song tick and all controls."""
    if before is None:
        return bar
    start = before["start"] + METERS[before.get("meter", "4/4")].bar_ticks
    controls = {**before.get("set", {}), **bar.get("set", {})}
    return {"start": start, **bar, "set": controls}
