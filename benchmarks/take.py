"""What keeping a take costs: disk, memory, time, and what is lost when somebody is killed.

    python benchmarks/take.py [--write] [--hours N] [--kills N]

- Hours of drum and bass at 174 BPM in invented time, its bars answered by the style's own patterns
  under the drummer's name, a knob turned every bar: the conductor's side and the takes' work in
  one process, without couriers. Memory is that of the process, looked at after every tenth: it
  grows until the takes' process holds the 4096 bars that it may make clips of.
- A capture of the last 16 bars, fifty times, with the takes' process as `drumigen live` has it:
  from the record's leaving the conductor to the words that the .mid is there.
- The conductor, the takes' process or both killed at random moments while a note is played
  every two milliseconds: seconds of playing that no take has.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter_ns

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from benchmarks import report
from engine.bars.fallback import improvise
from engine.bars.request import Compose, Composed
from engine.playing.events import Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.takes.take import Begun, Keep, Left, Played, Record
from live.config import Clips, Config
from live.loaded_config import open_config
from live.takes.folder import found
from live.takes.header import TakeHeader
from live.takes.process import TakeKeeper
from live.takes.spec import TakesSpec
from live.takes.supervisor import EVERY, TakesSupervisor
from tests.live.killing import killed

BPM = 174.0
HOURS = 4.0
KILLS = 99
CAPTURES = 50
START = 2.0  # seconds the takes' process has to start; sixteen bars last longer
MEGABYTES, ANSWER, LOST = 1.0, 100.0, 1.0  # targets: an hour, ms, seconds
HEADER = TakeHeader("2026-11-21T20:15:00+01:00", 3)
TENTHS = 10


def performance(setup: Setup, seconds: float) -> Iterator[tuple[float, list[Record]]]:
    """What a performance says, and its invented time."""
    performer, now, turns = Performer(replace(setup, source="internal")), 0.0, 0
    _answered(performer, setup, now)
    performer.receive(Turned("play", 1.0), now)
    while now < seconds:
        records = _answered(performer, setup, now)
        if any(isinstance(record, Begun) for record in records):
            turns += 1
            performer.receive(Turned("density", 0.3 + turns % 5 / 10), now)
        if records:
            yield now, records
        now = max(now, performer.deadline() or now + 0.1)


def batches(said: Iterator[tuple[float, list[Record]]]) -> Iterator[tuple[float, list[Record]]]:
    """As the conductor's thread passes it on."""
    batch: list[Record] = []
    since = 0.0
    for now, records in said:
        batch += records
        if now - since >= EVERY:
            yield now, batch
            batch, since = [], now
    yield since, batch


def _answered(performer: Performer, setup: Setup, now: float) -> list[Record]:
    records: list[Record] = []
    waiting = performer.due(now)
    while waiting:
        records += [out for out in waiting if isinstance(out, Begun | Played | Left | Keep)]
        asked = [out.request for out in waiting if isinstance(out, Compose)]
        waiting = []
        for request in asked:
            bar = replace(improvise(setup.styles[request.style], request), source="model")
            performer.receive(Composed(request.number, request.generation, bar), now)
            waiting += performer.due(now)
    return records


def hours(setup: Setup, count: float, folder: Path) -> tuple[list[list[str]], float, float]:
    """Rows, MB an hour, and MB that memory grew by in the second half."""
    keeping = TakeKeeper(TakesSpec(HEADER, str(folder)), (), lambda _kind, _text: None)
    seconds, tenth, grown, notes, cost = count * 3600.0, 1, [], 0, 0
    for now, records in batches(performance(setup, seconds)):
        begun = perf_counter_ns()
        keeping.hear(records)
        cost += perf_counter_ns() - begun
        notes += sum(isinstance(record, Played) for record in records)
        if now >= tenth * seconds / TENTHS:
            tenth += 1
            gc.collect()
            grown.append(report.megabytes())
    keeping.close(ended=True)
    size = sum(path.stat().st_size for path in found(folder)) / 1e6
    half = grown[len(grown) // 2 - 1]
    rows = [
        ["notes", f"{notes:,}"],
        ["MB an hour", f"{size / count:.2f}"],
        ["bytes a note", f"{size * 1e6 / notes:.1f}"],
        ["the takes' work, µs a note", f"{cost / notes / 1000:.0f}"],
        ["memory after half of it, MB", f"{half:.0f}"],
        ["and at the end, MB", f"{grown[-1]:.0f}"],
    ]
    return rows, size / count, grown[-1] - half


def captures(setup: Setup, folder: Path) -> list[float]:
    """Milliseconds from a Keep to the news of the file, of each capture."""
    told, words = threading.Event(), []

    def say(kind: str, text: str) -> None:
        words.append((kind, text))
        told.set()

    clips = Clips(folder=str(folder / "clips"), live=False)
    takes = TakesSupervisor(TakesSpec(HEADER, str(folder / "takes"), clips=clips), say)
    takes.open()
    time.sleep(START)
    waits: list[float] = []
    last = 0
    for _, records in performance(setup, (20 + CAPTURES) * 4 * 60.0 / BPM):
        for record in records:
            takes.keep(record)
            if isinstance(record, Begun):
                last = record.number
        if isinstance(records[0], Begun) and last >= 17 and len(waits) < CAPTURES:
            time.sleep(0.3)  # as far as the process would be, bars being seconds apart
            told.clear()
            begun = time.perf_counter()
            takes.keep(Keep(16, last - 1))
            told.wait(5.0)
            waits.append((time.perf_counter() - begun) * 1000.0)
    takes.close()
    assert all(kind == "kept" for kind, _ in words), words
    return waits


def main() -> None:
    """Measures and prints."""
    parser = report.options(__doc__)
    parser.add_argument("--hours", type=float, default=HOURS, help=f"default {HOURS:g}")
    parser.add_argument("--kills", type=int, default=KILLS, help=f"default {KILLS}")
    given = parser.parse_args()
    setup = open_config(Config(style="drum_and_bass", bpm=BPM)).setup
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows, size, grown = hours(setup, given.hours, folder / "hours")
        waits = captures(setup, folder)
        outcomes = []
        for seed in range(given.kills):
            outcomes.append(killed(folder / f"kill-{seed}", seed))
    lost = [outcome.lost for outcome in outcomes]
    torn = sum(outcome.unreadable for outcome in outcomes)
    p99 = report.percentile(waits, 0.99)
    rows += [
        ["capture of 16 bars answered, median ms", f"{report.percentile(waits, 0.5):.0f}"],
        ["worst of fifty", f"{max(waits):.0f}"],
        [f"{given.kills} times killed: lost, median s", f"{report.percentile(lost, 0.5):.2f}"],
        ["most", f"{max(lost, default=0.0):.2f}"],
        ["takes or lines that could not be read", str(torn)],
    ]
    page = (
        "# What keeping a take costs\n",
        "By `python benchmarks/take.py --write`; its docstring says what is measured.",
        f"{given.hours:g} h at {BPM:g} BPM in invented time.\n",
        report.table(("", ""), rows) + "\n",
        report.verdict(f"takes, MB an hour ≤ {MEGABYTES:g}: {size:.2f}", size <= MEGABYTES),
        report.verdict(f"memory flat, growth ≤ 5 MB: {grown:.1f} MB", grown <= 5.0),
        report.verdict(f"capture, p99 ≤ {ANSWER:g} ms: {p99:.0f} ms", p99 <= ANSWER),
        report.verdict(f"killed, lost ≤ {LOST:g} s: {max(lost, default=0.0):.2f} s",
                       max(lost, default=0.0) <= LOST),
        report.verdict(f"killed, nothing unreadable: {torn}", torn == 0),
        f"\n{report.machine()}",
    )  # fmt: skip
    report.publish("take", "\n".join(page), write=given.write)


if __name__ == "__main__":
    main()
