"""How many bars the drummer composes in time, and how early, at tempi from 60 to 200 BPM.

    python benchmarks/ahead.py [--write] [--seconds N] [--load N]

For each style and tempo a performance of the real conductor, the drummer's process and its
weights, on two CPU cores, without ports, screen and OSC. "Play" is pressed at launch; counted
is from the first bar asked for after the drummer was ready, for so many seconds. Variation is
1, so that no bar is a repetition; everything else stands as it does at start, a fill in every
eighth bar among it.

In time is a bar that the drummer made of all bars that played. Early is the answer's arrival
in the conductor against the moment from which the bar is no longer replaced. A bar that was
missed must be one that the performer counted as fallback: none is missed in silence. An answer
that comes late serves for the next bar, so fewer bars may be missed than answers.

With --load as many endless loops of ordinary priority run beside it on the same two cores, and
the result is ahead_loaded.md.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from benchmarks import report
from engine.bars.request import Compose, Composed
from engine.playing.events import Turned
from engine.playing.performer import Performer
from engine.playing.state import State
from live.conductor.inputs_outputs import Inputs, Outputs
from live.conductor.lateness import LatenessLog
from live.conductor.loop import Conductor
from live.config import Config
from live.drummer.spec import DrummerSpec
from live.drummer.supervisor import DrummerSupervisor
from live.faults import Faults
from live.loaded_config import open_config
from live.midi.surfaces import Surfaces
from live.system.inbox import Inbox
from live.system.priority import raise_priority

TEMPI = (60, 90, 120, 150, 174, 200)
STYLES = ("funk", "drum_and_bass")
TARGET, LOADED_TARGET = 0.999, 0.976
CORES = 2
START = 90.0  # seconds a drummer may take to get ready


@dataclass(slots=True)
class Log:
    """What was asked, answered and played, by the numbers of the bars."""

    needed_by: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)
    counts: dict[int, dict[str, int]] = field(default_factory=dict)  # as that bar began
    first: int | None = None  # the first bar asked for after the drummer was ready

    def counted(self) -> list[int]:
        return [] if self.first is None else [n for n in self.sources if n >= self.first]

    def early(self) -> list[float]:
        """Seconds, of bars that were answered."""
        needed = {n: at for n, at in self.needed_by.items() if math.isfinite(at)}
        numbers = [n for n in self.counted() if n in self.answered and n in needed]
        return [needed[n] - self.answered[n] for n in numbers]

    def unanswered(self) -> int:
        """Bars whose own answer was late or never came; a spare may have played instead."""
        late = math.inf
        return sum(self.answered.get(n, late) > self.needed_by[n] for n in self.counted())

    def fallbacks(self) -> int:
        """Bars played by the fallback while we counted, by the performer's own count."""
        numbers = self.counted()
        before = self.counts[numbers[0]]["fallback"] - (self.sources[numbers[0]] == "fallback")
        return self.counts[numbers[-1]]["fallback"] - before


class Performance:
    """One style at one tempo."""

    def __init__(self, style: str, bpm: float, seconds: float, weights: str | None) -> None:
        config = Config(style=style, bpm=bpm, clock="internal", controls={"variation": 1.0})
        loaded = open_config(config)
        self.log = Log()
        # A bar is asked for up to three bars before it begins.
        self._seconds = max(seconds, 6 * 240.0 / bpm)
        self._begun = time.perf_counter()
        self._end = math.inf
        self._inbox = Inbox()
        self._worker = DrummerSupervisor(DrummerSpec(weights), self._answer)
        self._performer = Performer(loaded.setup)
        outputs = Outputs(lambda _: None, self._compose, self._show)
        inputs = Inputs(self._inbox, Surfaces(loaded.maps, self._performer.desk))
        self._conductor = Conductor(self._performer, inputs, outputs, Faults(), LatenessLog())

    def play(self) -> Log:
        self._worker.open()
        priority = raise_priority()
        self._inbox.put(time.perf_counter(), Turned("play", 1.0))
        try:
            self._conductor.run()
        finally:
            priority.restore()
            self._worker.close()
            self._inbox.close()
        if not self.log.counted():
            raise SystemExit(f"ahead: no drummer, or too few seconds: {self._worker.status}")
        return self.log

    def _compose(self, out: Compose) -> None:
        number = out.request.number
        self.log.needed_by[number] = out.needed_by
        if self.log.first is None and self._worker.status.state == "ready":
            self.log.first, self._end = number, time.perf_counter() + self._seconds
        self._worker.ask(out.request)

    def _answer(self, composed: Composed) -> None:
        now = time.perf_counter()
        self.log.answered[composed.number] = now
        self._inbox.put(now, composed)

    def _show(self, state: State) -> None:
        now, playing = time.perf_counter(), self._performer.current
        if playing is not None and playing.number not in self.log.sources:
            self.log.sources[playing.number] = playing.bar.source
            self.log.counts[playing.number] = dict(state.counts)
        if now > self._end or (self.log.first is None and now > self._begun + START):
            self._conductor.stop()


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one performance, or of all."""

    name: str
    bars: int
    model: int
    unanswered: int
    fallbacks: int  # by the performer's count
    gaps: int  # bar numbers that nobody saw playing
    early: list[float]  # seconds
    in_bars: list[float]

    def cells(self) -> list[str]:
        low, half = (f"{report.percentile(self.early, share):.2f}" for share in (0.01, 0.5))
        low_bars, half_bars = (
            f"{report.percentile(self.in_bars, share):.2f}" for share in (0.01, 0.5)
        )
        share = f"{self.model / self.bars:.4f}"
        counts = (self.bars - self.model, self.fallbacks, self.unanswered)
        early = (low, half, low_bars, half_bars)
        return [self.name, str(self.bars), share, *map(str, counts), *early]


def figures(style: str, bpm: int, log: Log) -> Row:
    numbers = log.counted()
    model = sum(log.sources[number] == "model" for number in numbers)
    gaps = numbers[-1] - numbers[0] + 1 - len(numbers)
    early = log.early()
    in_bars = [seconds * bpm / 240.0 for seconds in early]
    counts = (len(numbers), model, log.unanswered(), log.fallbacks(), gaps)
    return Row(f"{style}, {bpm}", *counts, early, in_bars)


def total(rows: list[Row]) -> Row:
    return Row(
        "all",
        sum(row.bars for row in rows),
        sum(row.model for row in rows),
        sum(row.unanswered for row in rows),
        sum(row.fallbacks for row in rows),
        sum(row.gaps for row in rows),
        [early for row in rows for early in row.early],
        [early for row in rows for early in row.in_bars],
    )


def two_cores() -> None:
    """Keep this process and its children to two cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def main() -> None:
    parser = report.options(__doc__, seconds=120.0)
    parser.add_argument("--load", type=int, default=0, help="busy processes beside it; default 0")
    given = parser.parse_args()
    two_cores()
    rows = []
    with ExitStack() as stack:
        for _ in range(given.load):
            busy = subprocess.Popen((sys.executable, "-c", "while True: pass"))
            stack.callback(busy.kill)
        rows = performances(given)
    publish(given, rows)


def performances(given: argparse.Namespace) -> list[Row]:
    """A row for each style and tempo."""
    rows = []
    for style in STYLES:
        for bpm in TEMPI:
            print(f"ahead: {style} at {bpm} BPM, {given.seconds:g} s", file=sys.stderr)
            log = Performance(style, bpm, given.seconds, given.weights).play()
            rows.append(figures(style, bpm, log))
    return rows


def publish(given: argparse.Namespace, rows: list[Row]) -> None:
    everything = total(rows)
    share = everything.model / everything.bars
    missed = everything.bars - everything.model
    loud = missed == everything.fallbacks and not everything.gaps
    target = LOADED_TARGET if given.load else TARGET
    headings = (
        *("style, BPM", "bars", "share in time", "missed", "counted as fallback"),
        "answered late or never",
        *("early, s: p1", "p50", "early, bars: p1", "p50"),
    )
    lines = (
        f"# Bars composed in time{' on a busy machine' if given.load else ''}\n",
        "By `python benchmarks/ahead.py --write`; its docstring says what is run and measured.",
        f"{given.seconds:g} s each, {given.load or 'no'} busy processes beside it.\n",
        report.table(headings, [row.cells() for row in (*rows, everything)]) + "\n",
        report.verdict(f"share in time ≥ {target}: {share:.4f}", share >= target),
        report.verdict("every bar missed is counted as fallback, no bar left out", loud),
        f"\n{report.machine()}",
    )
    report.publish("ahead_loaded" if given.load else "ahead", "\n".join(lines), write=given.write)


if __name__ == "__main__":
    main()
