"""What was played, out of the checked lines of a take's file, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.score.grid import METERS, TICKS_PER_BEAT
from engine.takes.take import Begun, Left, Played
from engine.timing.timeline import Timeline

AHEAD = 64  # bars that a note may be ahead of: one is usual
LOST = "lost"  # where a bar is from whose own line cannot be read


@dataclass(frozen=True, slots=True)
class Strokes:
    """Notes of bar `number`, four figures each, at a tempo; `line` has the seconds of its ticks."""

    number: int
    figures: tuple[float, ...]
    line: Timeline
    bpm: float

    def __len__(self) -> int:
        return len(self.figures) // 4

    def played(self) -> Iterator[Played]:
        """Each note by itself."""
        for score, late, note, velocity in zip(*[iter(self.figures)] * 4, strict=True):
            at = self.line.seconds(score + late)
            yield Played(
                self.number, score + late, int(score), int(note), int(velocity), at, self.bpm
            )

    @property
    def reach(self) -> float:
        """The tick of the last of them in the bar."""
        return max(map(sum, zip(self.figures[::4], self.figures[1::4], strict=True)))


Entry = Begun | Strokes | Left


class Entries:
    """Checked lines to entries; it knows the bars that notes belong to.

    Numbers rise: one that goes back begins another stretch, as where somebody put two takes into
    one file.
    """

    def __init__(self) -> None:
        self._shift = 0  # from numbers in the file to ours
        self._bars: dict[int, Begun] = {}  # the newest two
        self._newest: Begun | None = None
        self._reach: dict[int, float] = {}  # the last tick sent of the newest bar, and of later
        self._bpm = 120.0
        self._line = Timeline(0.0, 0.0, self._bpm)  # of the newest bar's ticks
        self._last = 0.0  # tick of the last note in it
        self._ended = self._left = False

    def of(self, line: Mapping[str, Any]) -> list[Entry]:
        """The entries of a line; ValueError where it fits nothing before it."""
        if "b" in line:
            return self._bar(line)
        if "n" in line:
            return self._strokes(line["n"])
        if "left" in line:
            return [self._leave(line)]
        if "bpm" in line:  # from the last note on
            self._bpm = float(line["bpm"])
            self._line = Timeline(self._last, self._line.seconds(self._last), self._bpm)
        else:
            self._ended = bool(line["end"])
        return []

    def rest(self) -> list[Entry]:
        """What closes the last bar, where the drummer was killed in it."""
        lost: list[Entry] = [*self._lost_bars(None)]
        last = self._newest
        if last is None or self._ended or self._left:
            return lost
        return [*lost, Left(last.number, max(0.0, self._reach.get(last.number, 0.0)), last.at)]

    # ---- bars
    def _bar(self, line: Mapping[str, Any]) -> list[Entry]:
        number, newest = line["b"] + self._shift, self._newest
        again = newest is not None and number == newest.number and "start" not in line
        if newest is not None and (number < newest.number or again):
            self._shift += newest.number + 1 - number
            number = newest.number + 1
        lost = [] if "jumped" in line else [*self._lost_bars(number)]
        before = self._newest
        follows = before.start + before.meter.bar_ticks if before else 0
        begun = Begun(
            number,
            line.get("start", follows),
            float(line["at"]),
            float(line["bpm"]),
            line["style"],
            line["by"],
            bool(line.get("fill")),
            float(line.get("entered", 0.0)),
            METERS[line.get("meter", "4/4")],
            tuple(line.get("set", {}).items()),
            float(line["jumped"]) if "jumped" in line else None,
        )
        self._begin(begun)
        return [*lost, begun]

    def _begin(self, begun: Begun) -> None:
        newest = self._newest
        kept = {} if newest is None or newest.number == begun.number else {newest.number: newest}
        self._bars = {**kept, begun.number: begun}
        self._reach = {n: tick for n, tick in self._reach.items() if n >= begun.number}
        self._newest, self._bpm = begun, begun.bpm
        self._line, self._last = Timeline(0.0, begun.at, begun.bpm), 0.0
        self._ended = self._left = False

    def _lost_bars(self, until: int | None) -> Iterator[Begun]:
        """Bars before `until` whose own lines cannot be read: their notes say that they began."""
        while self._newest is not None:
            before, number = self._newest, self._newest.number + 1
            if number == until or self._reach.get(number, 0.0) < TICKS_PER_BEAT:
                return
            ticks = before.meter.bar_ticks
            at = before.at + ticks * 60.0 / (TICKS_PER_BEAT * before.bpm)
            start = before.start + ticks
            begun = Begun(number, start, at, self._bpm, before.style, LOST, meter=before.meter)
            self._begin(begun)
            yield begun

    # ---- what was sent
    def _strokes(self, figures: list[float]) -> list[Entry]:
        number = int(figures[0]) + self._shift
        lost: list[Entry] = [*self._lost_bars(number)] if number - 1 in self._reach else []
        newest = self._newest
        of = self._bars.get(number, newest)
        if newest is None or of is None or not self._is_near(number, newest):
            raise ValueError("notes without a bar")
        if number != newest.number:  # a late one, or early for the next
            ticks = 0 if number == of.number else of.meter.bar_ticks
            line = Timeline(0.0, of.at + ticks * 60.0 / (TICKS_PER_BEAT * of.bpm), self._bpm)
        else:
            line = self._line
            self._last = figures[-4] + figures[-3]
        strokes = Strokes(number, tuple(figures[1:]), line, self._bpm)
        if number >= newest.number:
            self._reach[number] = max(strokes.reach, self._reach.get(number, strokes.reach))
        return [*lost, strokes]

    def _is_near(self, number: int, newest: Begun) -> bool:
        return number in self._bars or newest.number < number <= newest.number + AHEAD

    def _leave(self, line: Mapping[str, Any]) -> Left:
        number, newest = line["left"] + self._shift, self._newest
        if newest is not None and number == newest.number:
            self._left = True
        return Left(number, float(line["tick"]), float(line["at"]))
