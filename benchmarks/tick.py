"""What a clock tick and a turned knob cost the conductor.

    python benchmarks/tick.py [--write] [--ticks N]

Time is invented: nothing waits, so only the work is measured. A tick is from_midi of the byte,
Performer.receive, due and deadline, while it plays funk at 174 BPM. Notes fall due between
ticks too, as they do live; those calls are made, but not counted as ticks. Bars are answered
outside of the measured calls by the style's own patterns, under the drummer's name.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter_ns

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from benchmarks import report
from engine.bars.fallback import improvise
from engine.bars.request import Compose, Composed
from engine.playing.events import Out, Send, Turned
from engine.playing.performer import Performer
from engine.timing.messages import Start
from live.config import Config
from live.loaded_config import LoadedConfig, open_config
from live.midi.decode import from_midi
from live.midi.surfaces import Surfaces

BPM = 174
TICK = 60 / BPM / 24  # seconds
TARGET = 50.0  # µs, median
KNOB_EVERY = 5  # ticks


@dataclass(slots=True)
class Costs:
    """Microseconds of each call."""

    quiet: list[float]  # ticks at which nothing was sent
    all: list[float]  # ticks
    turned: list[float]  # knob turned, plan made anew
    notes: list[float]  # due and deadline at a note between ticks


class Rehearsal:
    """A performer on invented time, and the stopwatch."""

    def __init__(self, setting: LoadedConfig) -> None:
        self.setup = setting.setup
        self.performer = Performer(setting.setup)
        self.surfaces = Surfaces(setting.maps, self.performer.desk)
        self.costs = Costs([], [], [], [])
        self.turns = 0

    def start(self, now: float) -> None:
        self.answer(self.performer.due(now), now)
        self.performer.receive(Start(), now)

    def answer(self, outs: list[Out], now: float) -> bool:
        """Compose at once what is asked for, unmeasured; was a note sent?"""
        waiting, sent = outs, False
        while waiting:
            sent = sent or any(isinstance(out, Send) for out in waiting)
            asked = [out.request for out in waiting if isinstance(out, Compose)]
            waiting = []
            for request in asked:
                bar = replace(improvise(self.setup.styles[request.style], request), source="model")
                self.performer.receive(Composed(request.number, request.generation, bar), now)
                waiting += self.performer.due(now)
        return sent

    def tick(self, at: float) -> None:
        performer = self.performer
        begun = perf_counter_ns()
        event = from_midi(b"\xf8", "", at, self.surfaces)
        assert event is not None
        performer.receive(event, at)
        outs = performer.due(at)
        performer.deadline()
        cost = (perf_counter_ns() - begun) / 1000
        self.costs.all.append(cost)
        if not self.answer(outs, at):
            self.costs.quiet.append(cost)

    def between(self, until: float) -> None:
        """Do what falls due before the next tick."""
        while (at := self.performer.deadline()) is not None and at < until:
            begun = perf_counter_ns()
            outs = self.performer.due(at)
            self.performer.deadline()
            cost = (perf_counter_ns() - begun) / 1000
            if self.answer(outs, at):
                self.costs.notes.append(cost)

    def turn(self, at: float) -> None:
        """Turn the swing knob; the last turn was long enough ago to be followed at once."""
        self.turns += 1
        knob = Turned("swing", 50.0 + self.turns % 25)
        begun = perf_counter_ns()
        self.performer.receive(knob, at)
        outs = self.performer.due(at)
        self.performer.deadline()
        self.costs.turned.append((perf_counter_ns() - begun) / 1000)
        self.answer(outs, at)


def measure(ticks: int, *, knob: bool) -> Costs:
    """Play so many ticks, with or without a hand on a knob."""
    rehearsal = Rehearsal(open_config(Config(clock="midi", controls={"variation": 1.0})))
    rehearsal.start(0.0)
    for number in range(ticks):
        at = 1.0 + number * TICK
        rehearsal.tick(at)
        if knob and number % KNOB_EVERY == 0:
            rehearsal.between(at + TICK / 2)
            rehearsal.turn(at + TICK / 2)
        rehearsal.between(at + TICK)
    return rehearsal.costs


def main() -> None:
    parser = report.options(__doc__)
    parser.add_argument("--ticks", type=int, default=20_000, help="default 20000")
    given = parser.parse_args()
    still, turning = measure(given.ticks, knob=False), measure(given.ticks, knob=True)
    named = (
        ("a tick at which nothing is sent", still.quiet),
        ("any tick", still.all),
        ("a note between ticks (due and deadline)", still.notes),
        ("a tick while a knob turns", turning.all),
        (f"a knob turned, the plan made anew (every {KNOB_EVERY} ticks)", turning.turned),
    )
    rows = [
        (name, len(costs), *(f"{report.percentile(costs, share):.0f}" for share in (0.5, 0.99)))
        for name, costs in named
    ]
    median = report.percentile(still.all, 0.5)
    lines = (
        "# What a clock tick costs the conductor\n",
        "By `python benchmarks/tick.py --write`; its docstring says what is measured.",
        f"{BPM} BPM, {given.ticks} ticks; microseconds.\n",
        report.table(("", "calls", "median", "p99"), rows) + "\n",
        report.verdict(f"any tick, median ≤ {TARGET:g} µs: {median:.0f} µs", median <= TARGET),
        f"\n{report.machine()}",
    )
    report.publish("tick", "\n".join(lines), write=given.write)


if __name__ == "__main__":
    main()
