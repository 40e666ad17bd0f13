"""How soon a control is heard while 1,000 control messages a second come in.

    python benchmarks/surfaces.py [--write] [--seconds N]

The conductor, the drummer's process and the plain screen as `drumigen live` has them, twice for N
seconds. The surfaces are a process of its own: 500 control changes a second into our virtual port
and 500 OSC messages into our socket turn swing, humanize and push, each a new plan of the bars,
and between them stand the probes.

- Performed: the same two bars over and over, a voice always as hard, while the drummer composes
  bars that nobody plays, without pause. Every 0.3 to 0.5 s intensity goes to its other end, by CC
  and by OSC in turn. A CC arrives when the port's callback has it, a datagram when it is sent. The
  next note is the first that is wanted at that moment or later; the delay is from the moment it
  was wanted to the moment the first note left that was struck in the new way.
- Composed: before every second bar line density or style goes to another value, by CC and by OSC
  in turn, 250 ms ahead (a CC sent 6 ms before that, for two periods of JACK). It was heard if the
  bar on that line was made for the new value, by whomever, or if less density thins it out as it
  sounds, as that knob does; the drummer composes what is wanted.
"""

from __future__ import annotations

import argparse
import math
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

import rtmidi
from pythonosc.osc_message_builder import OscMessageBuilder

from benchmarks import report
from benchmarks.schedule import Restless
from engine.bars.request import Compose
from engine.controls.control import Value
from engine.controls.table import table
from engine.playing.events import Out, Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.score.notes import Bar
from live.conductor.inputs_outputs import Inputs, MidiIn, Outputs
from live.conductor.lateness import LatenessLog
from live.conductor.loop import Conductor, settle
from live.config import Config
from live.drummer.spec import DrummerSpec
from live.drummer.supervisor import DrummerSupervisor
from live.faults import Faults
from live.loaded_config import open_config
from live.midi.ports import Ports
from live.midi.surfaces import Surfaces
from live.osc.port import open_osc
from live.osc.server import OscServer
from live.status_reporter import StatusReporter
from live.system.inbox import Inbox
from live.system.priority import raise_priority
from live.terminal.spec import TerminalSpec
from live.terminal.supervisor import TerminalSupervisor
from mappings.styles import load_styles

BPM = 174.0
BAR = 4 * 60.0 / BPM  # seconds
STYLES = ("drum_and_bass", "house")
OSC_PORT = 9019
PAIRS = 500  # a second, of a CC and a datagram
PREPARE = 2.0  # seconds from the drummer's being ready to "play"
SETTLE = 4  # bars before the first probe
AHEAD = 0.25  # seconds from a probe to its bar line
ARRIVES = 0.1  # seconds within which a CC comes through JACK, or it was lost there
ON_THE_WAY = 0.006  # seconds a CC is sent earlier, for JACK's periods
TARGET = 5.0  # ms
NOISE = {"swing": (0.0, 0.3), "humanize": (0.0, 0.5), "push": (0.48, 0.52)}  # shares of the range
DENSITIES = (0.2, 0.8)
HOW = ("CC", "OSC")


# ---- the surfaces' process
Plan = list[tuple[float, str, str, float | str]]  # moment, "CC" or "OSC", control, value


class Fingers:
    """A controller on our port and a client of our socket."""

    def __init__(self) -> None:
        self._table = table(load_styles())
        self._numbers = report.cc_numbers()
        self._midi = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="surfaces")
        ports = self._midi.get_ports()
        self._midi.open_port(next(i for i, name in enumerate(ports) if "MidiDrumiGen In" in name))
        self._osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def turn(self, how: str, control: str, value: float | str) -> None:
        """Send a share 0..1 of the control's range, or a style's name."""
        if how == "OSC":
            builder = OscMessageBuilder(f"/drumigen/{control}")
            builder.add_arg(value)
            self._osc.sendto(builder.build().dgram, ("127.0.0.1", OSC_PORT))
            return
        share = self._table[control].to_unit(value) if isinstance(value, str) else value
        self._midi.send_message((0xB0, self._numbers[control], round(share * 127)))


def turn_all(part: str, origin: float, seconds: float) -> None:
    """The noise and the probes, each probe a line: how, control, value, moment."""
    fingers, dice = Fingers(), random.Random(1)
    probes = PLANS[part](origin, seconds)
    begun, pairs = time.perf_counter(), 0
    for at, how, control, value in [*probes, (origin + seconds, "", "", 0.0)]:
        while (now := time.perf_counter()) < at:
            due = begun + pairs / PAIRS
            if due > now:
                time.sleep(min(due, at) - now)
                continue
            for kind in ("CC", "OSC"):
                name = dice.choice(tuple(NOISE))
                fingers.turn(kind, name, dice.uniform(*NOISE[name]))
            pairs += 1
        if how:
            sent = time.perf_counter()
            fingers.turn(how, control, value)
            print(how, control, value, sent)
    print("noise", 2 * pairs / (time.perf_counter() - begun))


def performed(origin: float, seconds: float) -> Plan:
    """Intensity to its other end: up and down by CC, up and down by OSC."""
    dice, plan, at = random.Random(2), Plan(), origin + SETTLE * BAR
    while at < origin + seconds - 1.0:
        number = len(plan)
        plan.append((at, HOW[number // 2 % 2], "intensity", float(number % 2 == 0)))
        at += dice.uniform(0.3, 0.5)
    return plan


def composed(origin: float, seconds: float) -> Plan:
    """Density, style, density, style, each to its other value, twice by CC, twice by OSC."""
    plan: Plan = []
    for number, bar in enumerate(range(SETTLE, int(seconds / BAR) - 1, 2)):
        turn = number // 2
        how, control = HOW[turn // 2 % 2], ("density", "style")[number % 2]
        value = DENSITIES[turn % 2] if control == "density" else STYLES[(turn + 1) % 2]
        lead = AHEAD + (ON_THE_WAY if how == "CC" else 0.0)
        plan.append((origin + bar * BAR - lead, how, control, value))
    return plan


PLANS = {"performed": performed, "composed": composed}


# ---- the conductor's process
@dataclass(frozen=True, slots=True)
class Struck:
    """A note that left: seconds."""

    wanted: float
    left: float
    note: int
    velocity: int


class Notes(LatenessLog):
    """Sends through the ports and keeps every note-on."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(keep_all=True)
        self.struck: list[Struck] = []
        self._ports, self._message = ports, b""

    def send(self, message: bytes) -> None:
        self._ports.send(message)
        self._message = message

    def add(self, wanted: float, actual: float) -> None:
        super().add(wanted, actual)
        status, note, velocity = self._message
        if status & 0xF0 == 0x90:
            self.struck.append(Struck(wanted, actual, note, velocity))


class Watched(Performer):
    """Keeps the bars that began, by their number in the song."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.bars: dict[int, Bar] = {}

    def due(self, now: float) -> list[Out]:
        out = super().due(now)
        if (playing := self.current) is not None:
            self.bars.setdefault(round(playing.start / playing.bar.meter.bar_ticks), playing.bar)
        return out


class Willing(Restless):
    """A drummer who composes what is wanted, and no more."""

    def idle(self) -> None:
        """Rest."""


@dataclass
class Outcome:
    """What a part tells."""

    origin: float = 0.0  # the moment of the first bar line
    struck: list[Struck] = field(default_factory=list)
    bars: dict[int, Bar] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)  # ms
    arrived: dict[int, list[float]] = field(default_factory=dict)  # by CC number
    lines: list[list[str]] = field(default_factory=list)  # the surfaces'
    composed: int = 0
    lost: int = 0  # probes by CC that never came out of JACK
    words: str = ""


def play(part: str, given: argparse.Namespace) -> Outcome:
    """One performance with surfaces that turn."""
    still: dict[str, Value] = {"variation": 0.0, "dynamics": 0.0}
    controls = {"fill_every": "off", **(still if part == "performed" else {"variation": 1.0})}
    config = Config(
        style=STYLES[0], bpm=BPM, clock="internal", osc_port=OSC_PORT, controls=controls
    )
    loaded, found = open_config(config), Outcome()
    inbox, faults = Inbox(), Faults()

    def receive(at: float, message: bytes, port: str) -> None:
        if message[0] & 0xF0 == 0xB0:
            found.arrived.setdefault(message[1], []).append(at)
        inbox.put(at, MidiIn(message, port), hands_on.knob(message, port))

    ports, terminal = (
        Ports(receive),
        TerminalSupervisor(TerminalSpec(True, ()), lambda _key, _value: None, Faults()),
    )
    kind = Restless if part == "performed" else Willing
    restless, notes = kind(DrummerSupervisor, DrummerSpec(given.weights), inbox), Notes(ports)
    drummer: DrummerSupervisor = restless.drummer  # type: ignore[assignment]
    port, words = open_osc(config)
    if port is None:
        raise SystemExit(f"surfaces: {words}")
    performer = Watched(loaded.setup)
    osc = OscServer(port, performer, faults)
    hands_on = Surfaces(loaded.maps, performer.desk)
    reporter = StatusReporter(
        loaded.setup, ports, drummer, terminal, faults, notes, words, hands_on
    )

    def compose(out: Compose) -> None:
        restless.ask(out.request)

    outputs = Outputs(notes.send, compose, reporter.show)
    conductor = Conductor(performer, Inputs(inbox, hands_on, osc), outputs, faults, notes)
    drummer.open()
    restless.wait()
    terminal.open()
    ports.open()
    found.words = f"{ports.status().system or 'no ports'}. {raise_priority().text}"
    settle()
    if part == "performed":
        restless.idle()
    conductor.run(time.perf_counter() + PREPARE)
    found.origin = time.perf_counter()
    inbox.put(found.origin, Turned("play", 1.0))
    command = [sys.executable, __file__, "--turn", part, "--seconds", str(given.seconds)]
    surfaces = subprocess.Popen(
        [*command, "--origin", str(found.origin)], stdout=subprocess.PIPE, text=True
    )
    conductor.run(found.origin + given.seconds)
    found.lines = [line.split() for line in surfaces.communicate()[0].splitlines()]
    ports.close()
    drummer.close()
    terminal.close()
    port.close()
    found.struck, found.bars = notes.struck, performer.bars
    found.late, found.composed = notes.milliseconds(), restless.composed
    return found


# ---- what was heard
@dataclass(frozen=True, slots=True)
class Probe:
    """A control turned at a moment (of arrival)."""

    how: str
    control: str
    value: str
    at: float


def probes_of(found: Outcome) -> list[Probe]:
    numbers = report.cc_numbers()
    probes = []
    for how, control, value, sent in (line for line in found.lines if line[0] in HOW):
        at = float(sent)
        if how == "CC":
            came = next((t for t in found.arrived.get(numbers[control], ()) if t >= at), math.inf)
            if came > at + ARRIVES:
                found.lost += 1
                continue
            at = came
        probes.append(Probe(how, control, value, at))
    return probes


def hard(struck: Sequence[Struck]) -> Callable[[Struck], bool]:
    """Tells the notes struck with full intensity from those with none, by their velocity."""
    by_note: dict[int, list[int]] = {}
    for one in struck:
        by_note.setdefault(one.note, []).append(one.velocity)
    middle = {note: (min(vs) + max(vs)) / 2 for note, vs in by_note.items()}
    return lambda one: one.velocity > middle[one.note]


@dataclass(slots=True)
class Heard:
    """Of the probes of one kind: delays in ms, and how many the very next note obeyed."""

    delays: list[float] = field(default_factory=list)
    at_once: int = 0


def heard(found: Outcome) -> dict[str, Heard]:
    first = found.origin + (SETTLE - 2) * BAR
    struck = [one for one in found.struck if one.wanted > first]
    is_hard, kinds = hard(struck), {how: Heard() for how in HOW}
    for probe in probes_of(found):
        wanted = probe.value == "1.0"
        after = [one for one in struck if one.left >= probe.at]
        upcoming = next((one for one in after if one.wanted >= probe.at), None)
        obeyed = next((one for one in after if is_hard(one) == wanted), None)
        if upcoming is None or obeyed is None:
            continue
        kind = kinds[probe.how]
        kind.delays.append(max(0.0, obeyed.left - upcoming.wanted) * 1000.0)
        kind.at_once += obeyed.wanted <= upcoming.wanted
    return kinds


@dataclass(slots=True)
class OnTheBar:
    """Of the probes of one kind: on their bar line, made by the model, the shortest lead."""

    probes: int = 0
    heard: int = 0
    model: int = 0
    lead: float = math.inf  # ms


def on_the_bar(found: Outcome) -> dict[tuple[str, str], OnTheBar]:
    kinds: dict[tuple[str, str], OnTheBar] = {}
    for probe in probes_of(found):
        number = round((probe.at + AHEAD - found.origin) / BAR)
        bar = found.bars.get(number)
        kind = kinds.setdefault((probe.control, probe.how), OnTheBar())
        kind.probes += 1
        kind.lead = min(kind.lead, (found.origin + number * BAR - probe.at) * 1000.0)
        if bar is None:
            continue
        if probe.control == "style":
            new = made = bar.style == probe.value
        else:  # a CC has 128 steps
            made = abs(bar.density - float(probe.value)) < 0.02
            new = made or bar.density > float(probe.value)
        kind.heard += new
        kind.model += made and bar.source == "model"
    return kinds


def noise_of(found: Outcome) -> float:
    """Messages a second."""
    return next((float(line[1]) for line in found.lines if line[0] == "noise"), 0.0)


def main() -> None:
    parser = report.options(__doc__, seconds=120.0)
    parser.add_argument("--turn", help=argparse.SUPPRESS)
    parser.add_argument("--origin", type=float, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.turn:
        turn_all(given.turn, given.origin, given.seconds)
        return
    with report.midi_system() as system:
        notes, bars = play("performed", given), play("composed", given)
    report.publish("surfaces", text(notes, bars, system, given.seconds), write=given.write)


def text(notes: Outcome, bars: Outcome, system: str, seconds: float) -> str:
    kinds, lines = heard(notes), on_the_bar(bars)
    performed_rows = [
        [f"intensity by {how}", len(kind.delays), f"{kind.at_once} of {len(kind.delays)}", *figures]
        for how, kind in kinds.items()
        for figures in [milliseconds(kind.delays)]
    ]
    composed_rows = [
        [f"{control} by {how}", kind.probes, kind.heard, kind.model, f"{kind.lead:.1f}"]
        for (control, how), kind in sorted(lines.items())
    ]
    delays = [delay for kind in kinds.values() for delay in kind.delays]
    p99 = report.percentile(delays, 0.99)
    on_time, all_of = (
        sum(getattr(k, name) for k in lines.values()) for name in ("heard", "probes")
    )
    late = report.percentile(notes.late, 0.99)
    return "\n".join(
        (
            "# How soon a control is heard\n",
            "By `python benchmarks/surfaces.py --write`; its docstring says what is measured.",
            f"{seconds:g} s each at {BPM:g} BPM; {noise_of(notes):.0f} and {noise_of(bars):.0f}"
            " other control messages a second.\n",
            f"Performed controls, {notes.composed} bars composed meanwhile; added delay in ms:\n",
            report.table(("", "probes", "the next note", "p50", "p99", "worst"), performed_rows)
            + "\n",
            f"Composed controls, {bars.composed} bars composed meanwhile; shortest lead in ms:\n",
            report.table(("", "probes", "heard", "by the model", "lead"), composed_rows) + "\n",
            report.verdict(f"performed, p99 < {TARGET:g} ms: {p99:.2f} ms", p99 < TARGET),
            report.verdict(
                f"composed, heard on the next bar: {on_time} of {all_of}", on_time == all_of
            ),
            f"- notes meanwhile: p99 {late:.3f} ms late",
            f"- probes lost in JACK, whose dummy driver drops some: {notes.lost + bars.lost}",
            f"\nPorts: {notes.words} ({system})",
            report.machine(),
        )
    )


def milliseconds(delays: Sequence[float]) -> list[str]:
    figures = [report.percentile(delays, share) for share in (0.5, 0.99)]
    return [f"{figure:.3f}" for figure in (*figures, max(delays, default=0.0))]


if __name__ == "__main__":
    main()
