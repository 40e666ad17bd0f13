"""How well followers of MIDI clock predict its next tick: ours beside three peers.

    python -m benchmarks.clock [--write]

One rule: every follower hears the same arrivals, with one set of constants in every row. The
clocks are simulated. The truth is the grid of ideal ticks; a message arrives at its tick plus a
jitter drawn for it alone (Gaussian unless a row says otherwise), but never before the one before
it. After each message the follower says when the next tick falls; its distance from the true next
tick is the error. Runs have the seeds 0 to 19 unless a row says otherwise, and begin with nothing
known. The constants of ours were chosen on seeds below 1000; those from 3000 on are the check.
"""

import argparse
import math
import platform
import random
import statistics
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Protocol

from engine.timing.midi_clock import Clock

BAR = 96  # ticks
SEEDS = range(20)
MORE_SEEDS = range(3000, 3200)
MS = 1e-3
RESULT = Path(__file__).parent / "results" / "clock.md"


class Follower(Protocol):
    def receive(self, at: float) -> None: ...
    def at(self, number: float) -> float: ...


class LastTick:
    """The last tick, plus the mean of the last 24 intervals: what most MIDI libraries do."""

    def __init__(self) -> None:
        self.arrivals: deque[float] = deque(maxlen=25)
        self.number = -1
        self.interval = 1 / 48

    def receive(self, at: float) -> None:
        self.number += 1
        self.arrivals.append(at)
        if self.number:
            self.interval = (at - self.arrivals[0]) / (len(self.arrivals) - 1)

    def at(self, number: float) -> float:
        return self.arrivals[-1] + (number - self.number) * self.interval


class SmoothedTempo:
    """The last tick, plus a tick of a tempo smoothed by 0.95.

    Modelled on ideoforms/isobar, `isobar/io/midi/input.py` at 807952f: the tempo is 0.95 of the
    tempo + 0.05 of the last interval's; the timeline moves on at every message.
    """

    def __init__(self) -> None:
        self.last = 0.0
        self.number = -1
        self.tempo = 0.0

    def receive(self, at: float) -> None:
        self.number += 1
        if self.number:
            tempo = 2.5 / max(at - self.last, 1e-6)
            self.tempo = 0.95 * self.tempo + 0.05 * tempo if self.tempo else tempo
        self.last = at

    def at(self, number: float) -> float:
        return self.last + (number - self.number) * 2.5 / (self.tempo or 120)


class Loop:
    """A second-order delay-locked loop of 0.5 Hz, started from the first interval.

    F. Adriaensen, "Using a DLL to filter time", Linux Audio Conference 2005.
    """

    def __init__(self) -> None:
        self.number = -1
        self.last = self.next = 0.0
        self.interval = 1 / 48
        self.first_order = self.second_order = 0.0

    def receive(self, at: float) -> None:
        self.number += 1
        if self.number < 2:
            self.interval = max(at - self.last, MS) if self.number else self.interval
            omega = 2 * math.pi * 0.5 * self.interval
            self.first_order, self.second_order = math.sqrt(2) * omega, omega * omega
            self.last, self.next = at, at + self.interval
            return
        error = at - self.next
        self.next += self.first_order * error + self.interval
        self.interval += self.second_order * error

    def at(self, number: float) -> float:
        return self.next + (number - self.number - 1) * self.interval


FOLLOWERS: dict[str, Callable[[], Follower]] = {
    "ours": Clock,
    "last tick + mean of 24": LastTick,
    "smoothed tempo + last tick": SmoothedTempo,
    "loop 0.5 Hz": Loop,
}


def gauss(milliseconds: float) -> Callable[[random.Random, float], float]:
    return lambda rng, _: rng.gauss(0, milliseconds * MS)


def uniform(milliseconds: float) -> Callable[[random.Random, float], float]:
    return lambda rng, _: rng.uniform(-milliseconds, milliseconds) * MS


def only_late(milliseconds: float) -> Callable[[random.Random, float], float]:
    return lambda rng, _: rng.expovariate(1 / (milliseconds * MS))


def often_late(rng: random.Random, _: float) -> float:
    """1 ms of jitter; 1 % of the messages are 15 ms later still."""
    return rng.gauss(0, MS) + (15 * MS if rng.random() < 0.01 else 0.0)


def in_periods(rng: random.Random, at: float) -> float:
    """0.1 ms of jitter, then held back to the end of a period of 256 samples at 48 kHz."""
    period = 256 / 48000
    return math.ceil((at + rng.gauss(0, 0.1 * MS)) / period) * period - at


def rougher(rng: random.Random, at: float) -> float:
    return rng.gauss(0, (0.1 if at < 20 else 5) * MS)


@dataclass(frozen=True)
class Scene:
    """A clock: the tempo of every tick, and its jitter (seconds) drawn for a tick at a moment."""

    tempos: Sequence[float]
    jitter: Callable[[random.Random, float], float] = field(default_factory=lambda: gauss(1))

    def truth(self, first: float) -> list[float]:
        grid = [first]
        for bpm in self.tempos:
            grid.append(grid[-1] + 2.5 / bpm)
        return grid

    def errors(self, make: Callable[[], Follower], seed: int, ahead: int = 1) -> list[float]:
        """Milliseconds; number n is of the prediction made on hearing tick n."""
        rng = random.Random(seed)
        grid = self.truth(10 + rng.random())
        follower = make()
        errors, arrived = [], 0.0
        for number, at in enumerate(grid[:-ahead]):
            arrived = max(arrived, at + self.jitter(rng, at))
            follower.receive(arrived)
            errors.append((follower.at(number + ahead) - grid[number + ahead]) / MS)
        return errors


def steady(bpm: float, bars: int = 36) -> list[float]:
    return [bpm] * (bars * BAR)


def step(before: float, after: float) -> list[float]:
    return [before] * (4 * BAR) + [after] * (4 * BAR)


def glide(before: float, after: float, bars: int) -> list[float]:
    ticks = bars * BAR
    between = [before + (after - before) * (tick + 0.5) / ticks for tick in range(ticks)]
    return [before] * (4 * BAR) + between + [after] * (4 * BAR)


def sway(bpm: float, by: float, bars: int) -> list[float]:
    """A tempo that swings about `bpm`, one round in `bars`, two rounds."""
    turn = 2 * math.pi / (bars * BAR)
    return [bpm + by * math.sin(turn * tick) for tick in range(2 * bars * BAR)]


Make = Callable[[], Follower]
Measure = Callable[[Make], str | float]


def rms(scene: Scene, ahead: int = 1) -> Measure:
    """Of all errors after the first four bars."""

    def measure(make: Make) -> float:
        errors = [e for seed in SEEDS for e in scene.errors(make, seed, ahead)[4 * BAR :]]
        return math.sqrt(statistics.fmean(e * e for e in errors))

    return measure


def spread(scene: Scene) -> Measure:
    """Rms about the mean of all errors after the first four bars; and that mean."""

    def measure(make: Make) -> str:
        errors = [e for seed in SEEDS for e in scene.errors(make, seed)[4 * BAR :]]
        mean = statistics.fmean(errors)
        return f"{statistics.pstdev(errors, mean):.2f} ({mean:+.2f})"

    return measure


def worst(scene: Scene, first: int, of: Callable[[list[float]], float] = max) -> Measure:
    """Of the errors from tick `first` on: the worst of a run, and `of` the runs."""

    def measure(make: Make) -> float:
        return of([max(map(abs, scene.errors(make, seed)[first:])) for seed in SEEDS])

    return measure


def share(scene: Scene, first: int) -> Measure:
    """Runs off by more than 2 ms from tick `first` on, in 200 others; and the worst of them."""

    def measure(make: Make) -> str:
        runs = [max(map(abs, scene.errors(make, seed)[first:])) for seed in MORE_SEEDS]
        return f"{sum(run > 2 for run in runs) / len(runs):.1%} ({max(runs):.1f})"

    return measure


def settling(scene: Scene, limit: float, of: Callable[[list[float]], float]) -> Measure:
    """Seconds from the step in bar 5 to the first tick since which all are predicted right."""

    def measure(make: Make) -> str | float:
        times = []
        for seed in SEEDS:
            errors, grid = scene.errors(make, seed), scene.truth(0.0)
            wrong = [n for n in range(4 * BAR, len(errors)) if abs(errors[n]) > limit]
            if wrong and wrong[-1] == len(errors) - 1:
                return "not in 4 bars"
            good = max(wrong, default=4 * BAR - 1) + 2  # the tick after the last one missed
            times.append(grid[min(good, len(grid) - 1)] - grid[4 * BAR])
        late = [time for time in times if time > 15 * BAR / 4 * 2.5 / scene.tempos[-1]]
        return "not in 4 bars" if late else of(times)

    return measure


@dataclass(frozen=True)
class Row:
    name: str
    measure: Measure
    target: float | None = None


MEAN = statistics.fmean
NOT = "(not a target) "
LATE = Scene(steady(120), often_late)
ACCELERANDO = Scene(glide(120, 130, 4))
STEP = Scene(step(120, 140))
ROUGHER = Scene(steady(120, 12), rougher)
LOST = Scene([*steady(120, 4), 60.0, *steady(120, 4)])  # one interval of twice the length


def first_bars() -> list[Row]:
    rows = []
    for bpm in (90, 120, 140):
        scene = Scene(steady(bpm, 1))
        name = f"{bpm} BPM, first bar from its 8th tick on, 1 ms jitter: worst"
        rows.append(Row(f"{name}, mean of runs, ms", worst(scene, 7, MEAN), 2))
        rows.append(Row(f"{name}, all runs, ms", worst(scene, 7), 2))
    return rows


ROWS = [
    Row("90 BPM, 1 ms jitter: rms, ms", rms(Scene(steady(90))), 0.30),
    Row("140 BPM, 3 ms jitter: rms, ms", rms(Scene(steady(140), gauss(3))), 0.75),
    *first_bars(),
    Row("1 % of messages 15 ms late: worst, mean of runs, ms", worst(LATE, 4 * BAR, MEAN), 2),
    Row("1 % of messages 15 ms late: worst, all runs, ms", worst(LATE, 4 * BAR), 2),
    Row("step 120→140: under 2 ms for good after, mean, s", settling(STEP, 2, MEAN), 0.12),
    Row("accelerando 120→130 in 4 bars: worst, mean of runs, ms", worst(ACCELERANDO, 384, MEAN), 2),
    Row("accelerando 120→130 in 4 bars: worst, all runs, ms", worst(ACCELERANDO, 384), 2),
    Row(NOT + "first bar, 200 other seeds: runs past 2 ms", share(Scene(steady(120, 1)), 7)),
    Row(NOT + "late messages, 8 bars, the same", share(Scene(steady(120, 12), often_late), 384)),
    Row(NOT + "accelerando, the same", share(ACCELERANDO, 384)),
    Row(NOT + "step 120→140: under 2 ms after, longest, s", settling(STEP, 2, max)),
    Row(NOT + "step 120→140: worst on the way, mean of runs, ms", worst(STEP, 384, MEAN)),
    Row(
        NOT + "step 120→140, 3 ms jitter: under 6 ms after, mean, s",
        settling(Scene(step(120, 140), gauss(3)), 6, MEAN),
    ),
    *(
        Row(f"{NOT}step {a}→{b}: under 2 ms after, mean, s", settling(Scene(step(a, b)), 2, MEAN))
        for a, b in ((120, 122), (120, 126), (120, 60), (60, 180))
    ),
    Row(NOT + "120 BPM, a message lost: under 2 ms after, mean, s", settling(LOST, 2, MEAN)),
    Row(
        NOT + "step 120→126: worst on the way, mean of runs, ms",
        worst(Scene(step(120, 126)), 384, MEAN),
    ),
    Row(NOT + "90 BPM, 1 ms jitter: a beat ahead, rms, ms", rms(Scene(steady(90)), 24)),
    Row(NOT + "120 BPM, 5 ms jitter: rms, ms", rms(Scene(steady(120), gauss(5)))),
    Row(
        NOT + "120 BPM, 5 ms jitter, first bar from its 8th tick on: worst, mean of runs, ms",
        worst(Scene(steady(120, 1), gauss(5)), 7, MEAN),
    ),
    Row(NOT + "jitter grows from 0.1 to 5 ms: worst, mean of runs, ms", worst(ROUGHER, 384, MEAN)),
    Row(NOT + "20 BPM: rms, ms", rms(Scene(steady(20)))),
    Row(NOT + "300 BPM: rms, ms", rms(Scene(steady(300)))),
    Row(NOT + "120 ± 3 BPM, a round in 50 bars: rms, ms", rms(Scene(sway(120, 3, 50)))),
    Row(NOT + "the same: worst, ms", worst(Scene(sway(120, 3, 50)), 384)),
    Row(NOT + "120 BPM, uniform ± 3 ms: rms, ms", rms(Scene(steady(120), uniform(3)))),
    *(
        Row(
            f"{NOT}120 BPM, late by 0 to ∞, mean {late} ms: rms about the mean (mean), ms",
            spread(Scene(steady(120), only_late(late))),
        )
        for late in (1, 3)
    ),
    *(
        Row(
            f"{NOT}{bpm} BPM, in periods of 5.33 ms: rms about the mean (mean), ms",
            spread(Scene(steady(bpm), in_periods)),
        )
        for bpm in (117, 120, 140)
    ),
]


def cost(make: Make) -> float:
    """Median of nine rounds of 4000 messages at 120 BPM, 1 ms jitter, processor µs a message."""
    rng = random.Random(0)
    arrivals = [number / 48 + rng.gauss(0, MS) for number in range(4000)]
    rounds = []
    for _ in range(9):
        follower = make()
        start = process_time()
        for at in arrivals:
            follower.receive(at)
        rounds.append((process_time() - start) / len(arrivals) * 1e6)
    return statistics.median(rounds)


def line(row: Row) -> str:
    values = [row.measure(make) for make in FOLLOWERS.values()]
    cells = [value if isinstance(value, str) else f"{value:.2f}" for value in values]
    target = ""
    if row.target is not None:
        ours = values[0]
        met = isinstance(ours, float) and ours <= row.target
        target = f"≤ {row.target:.2f}, {'met' if met else 'MISSED'}"
    return f"| {row.name} | {' | '.join(cells)} | {target} |"


def processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.split(":")[1].strip() for line in text.splitlines() if "model name" in line]
    return f"{names[0]}, {len(names)} cores" if names else platform.machine()


def report() -> str:
    costs = " | ".join(f"{cost(make):.1f}" for make in FOLLOWERS.values())
    return "\n".join(
        [
            "# Following MIDI clock",
            "",
            "By `python -m benchmarks.clock --write`; its docstring says what is simulated and",
            "measured. Errors are of the predicted next tick, from bar 5 on where nothing is said.",
            "Jitter is Gaussian of 1 ms where nothing is said. A settling time ends at the first",
            "tick since which every tick is predicted within the limit, itself included.",
            "",
            f"| | {' | '.join(FOLLOWERS)} | target |",
            "| --- |" + " ---: |" * len(FOLLOWERS) + " --- |",
            *(line(row) for row in ROWS),
            f"| cost of `receive`, processor time, median, µs | {costs} | |",
            "",
            f"{processor()}; {platform.system()}, Python {platform.python_version()}.",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help=f"also write results/{RESULT.name}")
    arguments = parser.parse_args()
    text = report()
    if arguments.write:
        RESULT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
