"""What a take is, counted entry by entry and never held: an hour of playing, or a thousand."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from engine.score.grid import TICKS_PER_BEAT
from engine.takes.take import Begun, Left
from live.takes.entries import Entry
from live.takes.header import TakeHeader
from live.takes.reader import TakeReader


@dataclass(slots=True)
class TakeSummary:
    """How many bars and notes a take has, how long they last (pauses left out), how fast, whose.

    `damaged` counts lines that could not be read.
    """

    header: TakeHeader
    damaged: int = 0
    bars: int = 0
    notes: int = 0
    seconds: float = 0.0
    slowest: float = math.inf  # BPM
    fastest: float = 0.0
    styles: Counter[str] = field(default_factory=Counter)
    _bar: Begun | None = None  # the newest, counted when the next one begins
    _left: float | None = None
    _early: Counter[int] = field(default_factory=Counter)  # notes of bars that did not begin yet

    def add(self, entry: Entry) -> None:
        """Count an entry."""
        if isinstance(entry, Begun):
            self._begin(entry)
        elif isinstance(entry, Left):
            if self._bar is not None and entry.number == self._bar.number:
                self._left = entry.tick
        elif self._bar is not None and entry.number <= self._bar.number:
            self.notes += len(entry)
        else:
            self._early[entry.number] += len(entry)

    def end(self, damaged: int) -> None:
        """The take is over; so many lines of it could not be read."""
        self._count()
        self.damaged = damaged

    def _count(self) -> None:
        bar = self._bar
        if bar is None:
            return
        ticks = bar.meter.bar_ticks if self._left is None else max(0.0, self._left)
        self.bars += 1
        self.seconds += ticks * 60.0 / (bar.bpm * TICKS_PER_BEAT)
        self.slowest, self.fastest = min(self.slowest, bar.bpm), max(self.fastest, bar.bpm)
        self.styles[bar.style] += 1
        self._bar = None

    def _begin(self, begun: Begun) -> None:
        jumped = begun.left is not None and self._bar is not None
        if self._bar is not None and begun.number != self._bar.number:
            self._count()
        else:
            jumped = False
        # What the jump overtook is played in the bar jumped to (engine.takes.take).
        own = self._early.total() if jumped else self._early[begun.number]
        self.notes += own
        self._early.clear()
        self._bar, self._left = begun, None

    def words(self) -> tuple[str, ...]:
        """Length, bars, notes, BPM, styles and damage."""
        if not self.bars:
            return "0:00", "0", "0", "", "", damage(self.damaged)
        minutes, seconds = divmod(round(self.seconds), 60)
        low, high = f"{self.slowest:.0f}", f"{self.fastest:.0f}"
        return (
            f"{minutes}:{seconds:02d}",
            str(self.bars),
            str(self.notes),
            low if low == high else f"{low}-{high}",
            ", ".join(name for name, _ in self.styles.most_common(3)),
            damage(self.damaged),
        )


def damage(lines: int) -> str:
    """How many lines could not be read, in words; "" for none."""
    many = "s" if lines != 1 else ""
    return f"{lines} line{many} could not be read" if lines else ""


def summary_of(path: Path) -> TakeSummary:
    """Of a take's file; TakeError naming it where it cannot be read or is none."""
    reader = TakeReader(path)
    summary = TakeSummary(reader.header)
    for entry in reader:
        summary.add(entry)
    summary.end(reader.damaged)
    return summary
