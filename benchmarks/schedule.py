"""How late notes leave while a drummer composes without pause: ours beside two peers and a floor.

    python benchmarks/schedule.py [--write] [--seconds N]

Seven runs of `--seconds`, each in a fresh process, one after the other, each begun 2 s after its
drummer was ready:

- ours: the conductor and the drummer's process as `drumigen live` has them, the plain screen too;
  messages are handed over ahead, and late is what JACK put behind the frame it was meant for;
- moment: the same, but each message is sent at its moment, as where there is no JACK;
- thread: the same conductor and screen, the drummer in a thread of the conductor's process, and
  nothing done about it: ordinary priority, Python's own switch interval of 5 ms, torch with a
  thread for each core, as each of them is if nobody asks;
- tuned: the same thread with what our conductor asks of the system, of Python
  (live.conductor.loop.SWITCH) and of torch (one thread): how much of the difference is the process,
  how much these three;
- isobar: isobar's Timeline and Clock play the notes that ours had just played, at their ticks
  rounded to its grid of 480 a beat, notes on one tick as a chord, each held 139 ticks (0.1 s);
  a drummer's process composes beside it, as beside ours. Nothing of isobar is changed. What
  the rounding moves (up to 0.36 ms at 174 BPM) is not counted as lateness;
- floor: what the machine allows: a bare loop with the same priority wakes 42 times a second,
  asleep until 1 ms before and then spinning, and sends nothing; a drummer's process beside it;
- asleep: ours again, with the processors left to sleep. Beside all others each has an endless
  loop of idle priority, which gives way to everything (benchmarks/awake.py): the host of a
  virtual machine takes away a processor that is idle and may bring it back milliseconds late.

A witness at JACK (benchmarks/witness.py) hears all of these but isobar and the floor: what is sent
at its moment it hears at the start of a later period.

Then, as results/heard.md, five times in turn for half a minute: a floor (a bare loop that hands
over a note-on or note-off every 23.7 ms, a drummer's process beside it) and ours, as the witness
hears them. A turn in which the floor misses does not count.

Then, as results/pages.md, ours for a minute and ours with the panel open in three pages of a
browser, one of them loaded anew every second (benchmarks/pages.py), three times in turn.

In all but the plain thread the sender asks for raised priority. In all that send at the moment the
message goes through live.midi.ports before the moment is taken. In all of them the drummer is asked
again the moment it answers: for what the performer wants, else for a bar that nobody plays. Every
note-on and note-off counts. Ours and the thread know when they wanted it; for isobar that is
start + beat × 60 / BPM, by the start that makes its median lateness 0, the most favourable one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

import live.conductor.loop
from benchmarks import pages, report, witness
from benchmarks.awake import kept_awake
from engine.bars.request import Compose, Composed, Request
from engine.playing.events import Turned
from engine.playing.performer import Performer
from engine.score.grid import TICKS_PER_BEAT
from engine.takes.take import Take
from live.conductor.inputs_outputs import Inputs, Outputs
from live.conductor.lateness import LatenessLog
from live.conductor.loop import SPIN, Conductor
from live.config import Config
from live.drummer.spec import DrummerSpec, DrummerStatus
from live.drummer.supervisor import DrummerSupervisor
from live.faults import Faults
from live.loaded_config import open_config
from live.midi.ports import Ports
from live.midi.surfaces import Surfaces
from live.status_reporter import StatusReporter
from live.system.inbox import Inbox
from live.system.priority import raise_priority
from live.terminal.spec import TerminalSpec
from live.terminal.supervisor import TerminalSupervisor

BPM = 174
STYLE = "drum_and_bass"
GATE = 139  # ticks; 0.1 s, as ours holds a note
SETTLED = 0.2  # seconds until the last messages have been heard
NOBODY_LOOKS = contextlib.nullcontext()
NOBODY = -1  # number and generation of a bar that nobody plays
FLOOR_EVERY = 0.0237  # seconds; no multiple of a kernel tick
PREPARE = 2.0  # seconds from the drummer's being ready to "play"
READY = 90.0  # seconds a drummer may take to get ready
ROUNDS, ROUND = 3, 60.0  # of ours beside ours with pages, and seconds of each
PARTS = {
    "ours": "ours: model in a process of its own",
    "moment": "the same, sent at the moment",
    "thread": "the same loop, model in a thread of its process",
    "tuned": "the same in a thread, tuned as ours is",
    "isobar": "isobar, model in a process of its own",
    "floor": "floor: a bare loop, model in a process of its own",
    "asleep": "ours, the processors left to sleep",
}
WORK = ("bars composed (share of the time)", "played by the model")
HEADINGS = ("", "sends", "p50", "p99", "p99.9", "worst", "heard: sd", "worst", *WORK)
TURNS, TURN = 5, 30.0  # of a floor beside ours as they are heard, and seconds of each
SPREAD, WORST = 0.2, 1.0  # ms, targets of what is heard
HANDED = {"handed": "floor: a bare loop", "ours": "ours"}
PAGES = {"ours": "ours", "pages": "ours, three pages open, one reloading"}
THREADS = ("thread", "tuned")  # parts whose drummer is no process
AT_THE_MOMENT = ("moment", *THREADS)  # parts that hand nothing over ahead


@dataclass(slots=True)
class Outcome:
    """What a part tells: milliseconds late of each send; the notes as (tick, note, velocity)."""

    late: list[float]
    priority: str
    system: str
    composed: int  # bars finished while it played
    busy: float  # share of the time spent on these
    played: str  # bars by model and by fallback
    notes: list[tuple[int, int, int]]
    apart: list[float] = field(default_factory=list)  # ms, of each message as a witness heard it
    gaps: int = 0  # how often JACK lost frames


class Noting:
    """Ports that note what is sent through them, and for when."""

    def __init__(self, ports: Ports) -> None:
        self.meant: list[witness.Heard] = []
        self.reach, self.hand_over = ports.reach, ports.hand_over
        self._ports = ports

    def send(self, message: bytes, at: float | None = None) -> None:
        self._ports.send(message, at)
        self.meant.append((at or 0.0, message.hex()))

    def at(self, moments: Sequence[float]) -> None:
        """When each message was meant for, known afterwards."""
        pairs = zip(moments, self.meant, strict=True)
        self.meant = [(at, data) for at, (_, data) in pairs]


class Wanted(LatenessLog):
    """Keeps when each message was wanted too."""

    def __init__(self) -> None:
        super().__init__(keep_all=True)
        self.wanted: list[float] = []

    def add(self, wanted: float, actual: float) -> None:
        super().add(wanted, actual)
        self.wanted.append(wanted)


class AnyWorker(Protocol):
    status: DrummerStatus

    def open(self) -> None: ...
    def ask(self, request: Request) -> None: ...
    def close(self) -> None: ...


class ThreadWorker:
    """The drummer in a thread of this process, behind the face of DrummerSupervisor."""

    def __init__(self, spec: DrummerSpec, answer: Callable[[Composed], None]) -> None:
        self.status = DrummerStatus()
        self._spec, self._answer = spec, answer
        self._newest: Request | None = None
        self._asked = threading.Event()
        self._open = True
        self._thread = threading.Thread(target=self._run, daemon=True)

    def open(self) -> None:
        self._thread.start()

    def ask(self, request: Request) -> None:
        self._newest = request
        self._asked.set()

    def close(self) -> None:
        self._open = False
        self._asked.set()
        self._thread.join()  # torch in a thread that is cut off aborts the process

    def _run(self) -> None:
        from model.composer.drummer import Drummer  # noqa: PLC0415 - torch for this part only

        weights = Path(self._spec.weights) if self._spec.weights else None
        drummer = Drummer.load(weights, self._spec.device, self._spec.threads)
        warm = drummer.warm()
        self.status = DrummerStatus("ready", drummer.device, warm)
        while self._asked.wait() and self._open:
            self._asked.clear()
            request, begun = self._newest, time.perf_counter()
            assert request is not None
            bar = drummer.compose(request, interrupted=self._asked.is_set)
            if bar is not None:
                spent = (time.perf_counter() - begun) * 1000.0
                self.status = replace(self.status, milliseconds=spent)
                self._answer(Composed(request.number, request.generation, bar))


class Restless:
    """Keeps a drummer composing without pause; what the performer wants goes first."""

    def __init__(self, make: Callable[..., AnyWorker], spec: DrummerSpec, inbox: Inbox) -> None:
        self.drummer = make(spec, self._answered)
        self.composed, self.milliseconds = 0, 0.0
        self._inbox = inbox
        self._like = Request(NOBODY, NOBODY, STYLE, ((STYLE, 1.0),), bpm=BPM)
        self._wanted: Request | None = None

    def count_anew(self) -> None:
        self.composed, self.milliseconds = 0, 0.0

    def wait(self) -> None:
        """Until the drummer is ready."""
        end = time.monotonic() + READY
        while self.drummer.status.state != "ready":
            if self.drummer.status.state == "failed" or time.monotonic() > end:
                raise SystemExit(f"schedule: no drummer: {self.drummer.status}")
            time.sleep(0.05)

    def ask(self, request: Request) -> None:
        """For a bar that the performer wants."""
        self._like = self._wanted = request
        self.drummer.ask(request)

    def idle(self) -> None:
        """For a bar like the last one, that nobody plays."""
        seed = self.composed
        self.drummer.ask(replace(self._like, number=NOBODY, generation=NOBODY, seed=seed))

    def _answered(self, composed: Composed) -> None:
        self.composed += 1
        self.milliseconds += self.drummer.status.milliseconds
        if composed.number != NOBODY:
            if (wanted := self._wanted) and wanted.number == composed.number:
                self._wanted = None  # before the conductor hears it, who then asks for the next
            self._inbox.put(time.perf_counter(), composed)
        if self._wanted is None:
            self.idle()
            # The conductor's thread may have asked meanwhile: that goes first.
            if (wanted := self._wanted) is not None:
                self.drummer.ask(wanted)


def pass_over(*_what: object) -> None:
    """Nobody plays to us, nobody presses a key."""


def play(part: str, given: argparse.Namespace) -> Outcome:
    """Our conductor, put together as live.performance does, with a log that keeps every send."""
    if part == "thread":
        live.conductor.loop.SWITCH = sys.getswitchinterval()
    config = Config(style=STYLE, bpm=BPM, clock="internal", controls={"variation": 1.0})
    loaded = open_config(config)
    inbox, faults, lateness = Inbox(), Faults(), Wanted()
    performer = Performer(loaded.setup)
    take = Take(None)
    spec = DrummerSpec(given.weights, threads=(os.cpu_count() or 1) if part == "thread" else 1)
    restless = Restless(ThreadWorker if part in THREADS else DrummerSupervisor, spec, inbox)
    at_once = part in AT_THE_MOMENT
    ports = Ports(pass_over) if at_once else Ports(pass_over, left=lateness.add)
    noting = Noting(ports)
    terminal = TerminalSupervisor(TerminalSpec(True, ()), pass_over, Faults())
    surfaces = Surfaces(loaded.maps, performer.desk)
    drummer: Any = restless.drummer
    reporter = StatusReporter(
        loaded.setup, ports, drummer, terminal, faults, lateness, "off", surfaces
    )
    restless.drummer.open()
    restless.wait()
    terminal.open()
    ports.open()
    system = ports.status().system or "no ports"
    priority = "Ordinary priority." if part == "thread" else raise_priority().text

    def compose(out: Compose) -> None:
        restless.ask(out.request)

    outputs = Outputs(
        noting.send, compose, reporter.show, keep=take.add, ahead=None if at_once else noting
    )
    conductor = Conductor(performer, Inputs(inbox, surfaces), outputs, faults, lateness)
    state = performer.state(time.perf_counter())
    watched = pages.looked_at(reporter, config, state) if part == "pages" else NOBODY_LOOKS
    with witness.listening() as ears, watched:
        # Bars are prepared while it stands still, as they are before Start in a set.
        threading.Timer(
            PREPARE, lambda: inbox.put(time.perf_counter(), Turned("play", 1.0))
        ).start()
        conductor.run(time.perf_counter() + PREPARE + given.seconds)
        time.sleep(SETTLED)
    if at_once:
        noting.at(lateness.wanted)
    composed, busy = restless.composed, restless.milliseconds / 1000.0 / (PREPARE + given.seconds)
    ports.close()
    restless.drummer.close()
    terminal.close()
    counts = dict(performer.state(time.perf_counter()).counts)
    bars = f"{counts['model']} of {counts['model'] + counts['fallback']}"
    late = lateness.milliseconds()
    apart = witness.apart(noting.meant, ears)
    return Outcome(
        late, priority, system, composed, busy, bars, notes_of(take), apart, len(ears.lost)
    )


def notes_of(take: Take) -> list[tuple[int, int, int]]:
    """Song tick, note and velocity of each."""
    return [
        (round(bar.begun.start + note.tick), note.note, note.velocity)
        for bar in take.bars
        for note in bar.notes
    ]


class Stamping:
    """What an isobar device does here: send through our ports, then take the moment."""

    def __init__(self, ports: Ports) -> None:
        self.sent: dict[tuple[str, int], list[float]] = defaultdict(list)
        self._ports = ports

    def send(self, kind: str, message: bytes) -> None:
        self._ports.send(message)
        self.sent[kind, message[1]].append(time.time())  # the clock isobar itself goes by


def play_isobar(given: argparse.Namespace) -> Outcome:
    """isobar's timeline in the main thread, a drummer's process beside it."""
    import isobar  # noqa: PLC0415 - the extra [bench]

    notes = json.loads(Path(given.notes).read_text())
    ports = Ports(pass_over)
    stamping = Stamping(ports)

    class Device(isobar.OutputDevice):  # type: ignore[misc]
        def note_on(self, note: int = 60, velocity: int = 64, channel: int = 0) -> None:
            stamping.send("on", bytes((0x90 + channel, note, velocity)))

        def note_off(self, note: int = 60, channel: int = 0) -> None:
            stamping.send("off", bytes((0x80 + channel, note, 64)))

    restless = Restless(DrummerSupervisor, DrummerSpec(given.weights), Inbox())
    restless.drummer.open()
    restless.wait()
    restless.idle()
    ports.open()
    time.sleep(PREPARE)
    system = ports.status().system or "no ports"
    timeline = isobar.Timeline(BPM, output_device=Device())
    timeline.schedule(events(isobar, notes), quantize=0)
    priority = raise_priority().text
    restless.count_anew()
    begun = time.perf_counter()
    timeline.run(stop_when_done=True)
    seconds = time.perf_counter() - begun
    ports.close()
    restless.drummer.close()
    late = lateness_of(stamping.sent, notes)
    busy = restless.milliseconds / 1000.0 / seconds
    return Outcome(late, priority, system, restless.composed, busy, "-", [])


def play_handed(given: argparse.Namespace) -> Outcome:
    """A bare loop that hands messages over ahead, and nothing else."""
    restless = Restless(DrummerSupervisor, DrummerSpec(given.weights), Inbox())
    restless.drummer.open()
    restless.wait()
    restless.idle()
    lateness = LatenessLog(keep_all=True)
    ports = Ports(pass_over, left=lateness.add)
    ports.open()
    noting, system = Noting(ports), ports.status().system or "no ports"
    priority = raise_priority().text
    with witness.listening() as ears:
        restless.count_anew()
        wanted = time.perf_counter() + PREPARE
        for number in range(int(given.seconds / FLOOR_EVERY)):
            wanted += FLOOR_EVERY
            while (left := ports.hand_over(wanted) - time.perf_counter()) > 0.0:
                time.sleep(left)
            noting.send(bytes((0x99 - 0x10 * (number % 2), 36 + number // 2 % 20, 64)), wanted)
        time.sleep(SETTLED)
    ports.close()
    restless.drummer.close()
    busy = restless.milliseconds / 1000.0 / given.seconds
    apart = witness.apart(noting.meant, ears)
    late = lateness.milliseconds()
    return Outcome(late, priority, system, restless.composed, busy, "-", [], apart, len(ears.lost))


def play_floor(given: argparse.Namespace) -> Outcome:
    """The lateness of a loop that does nothing but wake on time."""
    restless = Restless(DrummerSupervisor, DrummerSpec(given.weights), Inbox())
    restless.drummer.open()
    restless.wait()
    restless.idle()
    time.sleep(PREPARE)
    priority = raise_priority().text
    restless.count_anew()
    late: list[float] = []
    begun = wanted = time.perf_counter()
    while wanted < begun + given.seconds:
        wanted = max(wanted + FLOOR_EVERY, time.perf_counter() + SPIN)
        time.sleep(max(0.0, wanted - SPIN - time.perf_counter()))
        while time.perf_counter() < wanted:
            pass
        late.append((time.perf_counter() - wanted) * 1000.0)
    restless.drummer.close()
    busy = restless.milliseconds / 1000.0 / given.seconds
    return Outcome(late, priority, "no ports", restless.composed, busy, "-", [])


def events(isobar: Any, notes: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The notes as isobar's patterns: one event a tick, its notes a chord."""
    chords: dict[int, dict[int, int]] = defaultdict(dict)
    for tick, note, velocity in notes:
        chords[tick][note] = velocity
    ticks = sorted(chords)
    lengths = [
        after - tick for tick, after in zip(ticks, [*ticks[1:], ticks[-1] + GATE], strict=True)
    ]
    columns = {
        "note": [tuple(chords[tick]) for tick in ticks],
        "amplitude": [tuple(chords[tick].values()) for tick in ticks],
        "duration": [length / TICKS_PER_BEAT for length in lengths],
        "gate": [GATE / length for length in lengths],
    }
    sequences = {key: isobar.PSequence(column, 1) for key, column in columns.items()}
    return {**sequences, "channel": 9}


def lateness_of(
    sent: dict[tuple[str, int], list[float]], notes: Sequence[Sequence[int]]
) -> list[float]:
    """Milliseconds, against the start that makes the median 0."""
    wanted: dict[tuple[str, int], list[int]] = defaultdict(list)
    for tick, note in sorted({(tick, note) for tick, note, _ in notes}):
        wanted["on", note].append(tick)
        wanted["off", note].append(tick + GATE)
    starts = []
    for key, ticks in wanted.items():
        for tick, at in zip(ticks, sent[key], strict=True):
            starts.append(at - tick * 60.0 / (BPM * TICKS_PER_BEAT))
    start = report.percentile(starts, 0.5)
    return [(one - start) * 1000.0 for one in starts]


def run_part(part: str, given: argparse.Namespace, seconds: float, folder: Path) -> Outcome:
    """A part in a fresh process."""
    out, notes = folder / f"{part}.json", folder / "notes.json"
    command = [sys.executable, __file__, "--part", part, "--seconds", str(seconds)]
    command += ["--out", str(out), "--notes", str(notes)]
    command += ["--weights", given.weights] if given.weights else []
    print(f"schedule: {(PARTS | HANDED | PAGES)[part]}, {seconds:g} s", file=sys.stderr)
    with contextlib.nullcontext() if part == "asleep" else kept_awake():
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    outcome = Outcome(**json.loads(out.read_text()))
    if part == "ours":
        notes.write_text(json.dumps(outcome.notes))
    return outcome


@contextlib.contextmanager
def workplace() -> Iterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory() as folder, report.midi_system() as system:
        yield Path(folder), system


def with_pages(given: argparse.Namespace, folder: Path) -> list[str]:
    """Lines on ours beside ours with three pages open, in turn; the figure is a ratio's median."""
    rows, ratios = [], []
    for turn in range(ROUNDS):
        ends = {part: run_part(part, given, min(ROUND, given.seconds), folder) for part in PAGES}
        rows += [row(f"{turn + 1}: {PAGES[part]}", outcome) for part, outcome in ends.items()]
        p99 = {part: report.percentile(outcome.late, 0.99) for part, outcome in ends.items()}
        ratios.append((p99["pages"] / p99["ours"], p99["pages"]))
    ratio, worst = statistics.median(ratio for ratio, _ in ratios), max(p99 for _, p99 in ratios)
    return [
        "# How late notes leave while three pages are open, one of them loaded anew every second\n",
        "By `python benchmarks/schedule.py --write`; its docstring says what is run and measured.",
        f"{min(ROUND, given.seconds):g} s each at {BPM} BPM, {STYLE}, internal clock; ms late.\n",
        report.table(HEADINGS, rows) + "\n",
        report.verdict(f"p99 ≤ 1 ms with pages, in every turn: {worst:.3f} ms", worst <= 1.0),
        f"- p99 with pages against without: {ratio:.2f} times, the median of {ROUNDS} turns",
    ]


def heard_in_turns(given: argparse.Namespace, folder: Path) -> list[str]:
    """Lines on what a witness hears of ours beside a floor; the figures are medians of turns."""
    rows, good = [], list[tuple[float, float]]()
    for turn in range(TURNS):
        ends = {p: run_part(p, given, min(TURN, given.seconds), folder) for p in HANDED}
        found = {part: witness.figures(outcome.apart) for part, outcome in ends.items()}
        for part, outcome in ends.items():
            spread, worst = (f"{figure:.3f}" for figure in found[part])
            beside = len(outcome.late) - len(outcome.apart)  # lost, or where JACK lost frames
            name = f"{turn + 1}: {HANDED[part]}"
            rows.append([name, len(outcome.apart), beside, spread, worst, outcome.gaps])
        if found["handed"][0] <= SPREAD and found["handed"][1] <= WORST:
            good.append(found["ours"])
    if not good:
        return ["# When notes are heard\n", "In no turn did the floor stay within the targets.\n"]
    spread, worst = (statistics.median(figures) for figures in zip(*good, strict=True))
    return [
        "# When a witness at JACK hears each note, against the moment it was meant for\n",
        "By `python benchmarks/schedule.py --write`; its docstring says what is run and measured.",
        f"{min(TURN, given.seconds):g} s each, period 256 at 48 kHz; milliseconds.\n",
        report.table(("", "heard", "not counted", "sd", "worst", "gaps"), rows) + "\n",
        f"{len(good)} of {TURNS} turns count: in those the floor is within the targets. Medians:\n",
        report.verdict(f"spread (sd) ≤ {SPREAD:g} ms: {spread:.3f} ms", spread <= SPREAD),
        report.verdict(f"worst ≤ {WORST:g} ms: {worst:.3f} ms", worst <= WORST),
        f"\n{report.machine()}",
    ]


def floor_of(outcome: Outcome) -> str:
    p99, worst = report.percentile(outcome.late, 0.99), max(outcome.late)
    text = f"- the bare loop of schedule.md in the same run: p99 {p99:.3f} ms, worst {worst:.3f}"
    return f"{text}\n\n{report.machine()}"


def row(name: str, outcome: Outcome) -> list[str]:
    figures = [report.percentile(outcome.late, share) for share in (0.5, 0.99, 0.999)]
    figures.append(max(outcome.late))
    work = f"{outcome.composed} ({outcome.busy:.0%})"
    figures += witness.figures(outcome.apart) if outcome.apart else ()
    milliseconds = [f"{figure:.3f}" for figure in figures]
    milliseconds += ["-"] * (6 - len(milliseconds))
    return [name, str(len(outcome.late)), *milliseconds, work, outcome.played]


def main() -> None:
    parser = report.options(__doc__, seconds=180.0)
    for name in ("part", "out", "notes"):  # how this script calls itself
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        alone = {"isobar": play_isobar, "floor": play_floor, "handed": play_handed}
        outcome = alone[given.part](given) if given.part in alone else play(given.part, given)
        Path(given.out).write_text(json.dumps(asdict(outcome)))
        return
    with workplace() as (folder, system):
        outcomes = {part: run_part(part, given, given.seconds, folder) for part in PARTS}
        heard = heard_in_turns(given, folder)
        looked_at = with_pages(given, folder)
    p99 = {part: report.percentile(outcome.late, 0.99) for part, outcome in outcomes.items()}
    ours, moment, thread, floor = (p99[part] for part in ("ours", "moment", "thread", "floor"))
    tenth = f"at the moment, p99 ≤ a tenth of the thread's: {moment:.3f} and {thread:.3f} ms"
    tuned = f"- at the moment, p99 against the tuned thread: {moment / p99['tuned']:.1f} times"
    said = dict.fromkeys(
        f"{outcome.system} ({system}). {outcome.priority}" for outcome in outcomes.values()
    )
    lines = (
        "# How late notes leave while the drummer composes without pause\n",
        "By `python benchmarks/schedule.py --write`; its docstring says what is run and measured.",
        f"{given.seconds:g} s each at {BPM} BPM, {STYLE}, internal clock; milliseconds late.\n",
        report.table(HEADINGS, [row(PARTS[part], outcome) for part, outcome in outcomes.items()])
        + "\n",
        report.verdict(f"ours, p99 ≤ 1 ms: {ours:.3f} ms", ours <= 1.0),
        report.verdict(f"at the moment, p99 ≤ 1 ms: {moment:.3f} ms", moment <= 1.0),
        report.verdict(tenth, moment <= thread / 10.0),
        tuned,
        f"- at the moment, p99 against the floor of this machine: {moment / floor:.1f} times",
        f"\nPorts: {' / '.join(said)}",
        report.machine(),
    )
    report.publish("schedule", "\n".join(lines), write=given.write)
    report.publish("heard", "\n".join(heard), write=given.write)
    report.publish("pages", "\n".join([*looked_at, floor_of(outcomes["floor"])]), write=given.write)


if __name__ == "__main__":
    main()
