"""How late notes leave while 100,000 random messages, or 40,000 control messages a second, come in.

    python benchmarks/storm.py [--write] [--seconds N]

The conductor, the drummer's and the ports' process and the plain screen as `drumigen live` has
them; for each part a performance and a JACK server of its own. Late is what JACK put behind the
frame it was meant for. Every note-on and note-off counts. The processors
are kept awake (benchmarks/awake.py), as in benchmarks/schedule.py.

- Peace, N seconds.
- Storm, N seconds: a process of its own sends 100,000 whole random MIDI messages of all kinds but
  control and program changes into our virtual port and as many random datagrams to our OSC
  socket, half of them with a true address.
- Controls, 10 seconds after 5 of peace: a process of its own turns all controls but tempo and
  clock_offset (which say when a note is wanted), at random, by 20,000 control changes and 20,000
  OSC messages a second: every second control by CC, the others by OSC, for which of the two
  comes first where both turn the same is up to JACK. The last message for each control comes with
  the storm's last. Its value must stand 1 s later, but for swing and its grid, which a style
  brings along. Memory is that of the process just before the storm, and 1 s after it. JACK and
  the kernel may lose messages where their buffers are full; how many came is told.
"""

from __future__ import annotations

import argparse
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

import rtmidi

from benchmarks import report
from benchmarks.awake import kept_awake
from engine.controls.control import Control, Kind, Value
from engine.controls.table import table
from engine.playing.events import Turned
from engine.playing.performer import Performer
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
from live.osc.encode import message
from live.osc.port import open_osc
from live.osc.server import OscServer
from live.status_reporter import StatusReporter
from live.system.inbox import Inbox
from live.system.priority import raise_priority
from live.terminal.spec import TerminalSpec
from live.terminal.supervisor import TerminalSupervisor
from mappings.styles import load_styles
from mappings.takeover import Takeover

BPM = 174
MESSAGES = 100_000  # of each kind
BATCH = 100
OSC_PORT = 9017
KINDS = {0x80: 2, 0x90: 2, 0xA0: 2, 0xD0: 1, 0xE0: 2, 0xF2: 2, 0xF3: 1, 0xF8: 0, 0xFA: 0}
RATE = 20_000  # control changes a second, and OSC messages
STORM = 10.0  # seconds of them
WARM = 5.0  # seconds of peace before
TICK = 0.005  # seconds between handfuls of them
PATIENCE = 90.0  # seconds for the drummer and the ports to be there
REST = 1.0  # seconds until values and memory are looked at
LAST = 96  # of 127: what each control is set to in the end
LEFT_OUT = ("tempo", "clock_offset")
BROUGHT = ("swing", "swing_grid")  # by a style
PARTS = ("peace", "storm", "controls")


# ---- the storms' process
def opened() -> rtmidi.MidiOut:
    midi = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="storm")
    target = next(i for i, name in enumerate(midi.get_ports()) if "MidiDrumiGen In" in name)
    midi.open_port(target)
    return midi


def rage(seconds: float) -> None:
    """Send the storm, spread over the seconds."""
    dice, midi = random.Random(1), opened()
    begun = time.perf_counter()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as osc:
        for batch in range(MESSAGES // BATCH):
            for _ in range(BATCH):
                midi.send_message(_midi(dice))
                osc.sendto(_datagram(dice), ("127.0.0.1", OSC_PORT))
            ahead = begun + (batch + 1) * seconds * BATCH / MESSAGES - time.perf_counter()
            time.sleep(max(0.0, ahead))


def _midi(dice: random.Random) -> bytes:
    kind = dice.choice(tuple(KINDS))
    status = kind | dice.randrange(16) if kind < 0xF0 else kind
    return bytes((status, *(dice.randrange(128) for _ in range(KINDS[kind]))))


def _datagram(dice: random.Random) -> bytes:
    start = dice.choice((b"", b"/drumigen/humanize\0\0,f\0\0"))
    return start + dice.randbytes(4 if start else dice.randrange(60))


def turned() -> list[Control]:
    """The controls that the storm turns."""
    rows = table(load_styles()).values()
    return [row for row in rows if row.kind is not Kind.TRIGGER and row.name not in LEFT_OUT]


def turn() -> None:
    """Turn all controls; tell when it begins, when it has ended and what was sent."""
    dice, midi, rows = random.Random(1), opened(), turned()
    numbers = report.cc_numbers()
    by_hand = [row for row in rows if row.name in numbers][::2]
    by_osc = [row for row in rows if row not in by_hand]
    changes = [(0xB0, numbers[row.name], n) for row in by_hand for n in range(128)]
    datagrams = [message(f"/drumigen/{row.name}", n / 127) for row in by_osc for n in range(128)]
    dice.shuffle(changes)
    dice.shuffle(datagrams)
    time.sleep(WARM)
    print("begun", flush=True)
    begun, sent = time.perf_counter(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as osc:
        osc.connect(("127.0.0.1", OSC_PORT))
        while (now := time.perf_counter()) < begun + STORM:
            while sent < (now - begun) * RATE and time.perf_counter() < begun + STORM:
                midi.send_message(changes[sent % len(changes)])
                osc.send(datagrams[sent % len(datagrams)])
                sent += 1
            time.sleep(max(0.0, TICK - (time.perf_counter() - now)))
        for row in by_hand:
            midi.send_message((0xB0, numbers[row.name], LAST))
        for row in by_osc:
            osc.send(message(f"/drumigen/{row.name}", LAST / 127))
        lasted = time.perf_counter() - begun
    print("ended", sent, lasted, flush=True)
    time.sleep(REST)  # what was sent leaves with JACK's next periods
    midi.close_port()


# ---- the conductor's process
@dataclass(slots=True)
class Outcome:
    """What a part tells."""

    late: list[float] = field(default_factory=list)  # ms, of each send
    taken: int = 0  # MIDI messages
    refused: int = 0  # datagrams, by us
    system: str = ""
    sent: int = 0  # of each kind, by the storm of controls
    lasted: float = 0.0  # seconds
    dropped: int = 0  # datagrams, by the kernel
    before: float = 0.0  # MB
    after: float = 0.0
    values: dict[str, Value] = field(default_factory=dict)


def dropped(port: int) -> int:
    """Datagrams for a UDP port of ours that the kernel had no room for; 0 where it does not say."""
    try:
        lines = Path("/proc/net/udp").read_text(encoding="utf-8").splitlines()[1:]
    except OSError:  # not Linux
        return 0
    fields = (line.split() for line in lines)
    return sum(int(one[-1]) for one in fields if one[1].endswith(f":{port:04X}"))


def watch(
    storm: subprocess.Popen[str],
    found: Outcome,
    performer: Performer,
    late: LatenessLog,
    stop: Callable[[], None],
) -> None:
    """Look at memory and values when the storm of controls says that it begins and ends."""
    assert storm.stdout is not None
    for line in storm.stdout:
        word, *figures = line.split()
        if word == "begun":
            found.before, peace = report.megabytes(), len(late.milliseconds())
        else:
            found.sent, found.lasted = int(figures[0]), float(figures[1])
            found.late = late.milliseconds()[peace:]
            time.sleep(REST)
            found.values = dict(performer.desk.values)
            found.after = report.megabytes()
            found.dropped = dropped(OSC_PORT)
    stop()


def play(part: str, seconds: float, weights: str | None) -> Outcome:
    """One performance."""
    config = Config(style="drum_and_bass", bpm=BPM, clock="internal", osc_port=OSC_PORT)
    loaded, found = open_config(config), Outcome()
    inbox, faults, lateness = Inbox(), Faults(), LatenessLog(keep_all=True)

    def receive(at: float, message: bytes, port: str) -> None:
        found.taken += 1
        inbox.put(at, MidiIn(message, port), surfaces.knob(message, port))

    ports = Ports(receive, left=lateness.add)
    terminal = TerminalSupervisor(TerminalSpec(True, ()), lambda _key, _value: None, Faults())
    drummer = DrummerSupervisor(
        DrummerSpec(weights), lambda composed: inbox.put(time.perf_counter(), composed)
    )
    port, words = open_osc(config)
    if port is None:
        raise SystemExit(f"storm: {words}")
    performer = Performer(loaded.setup)
    osc = OscServer(port, performer, faults)
    surfaces = Surfaces(loaded.maps, performer.desk, takeover=Takeover.NONE)
    reporter = StatusReporter(
        loaded.setup, ports, drummer, terminal, faults, lateness, words, surfaces
    )
    outputs = Outputs(ports.send, lambda out: drummer.ask(out.request), reporter.show, ahead=ports)
    conductor = Conductor(performer, Inputs(inbox, surfaces, osc), outputs, faults, lateness)
    drummer.open()
    terminal.open()
    ports.open()
    patience = time.monotonic() + PATIENCE
    while drummer.status.state == "starting" or ports.status().system is None:
        if time.monotonic() > patience:
            raise SystemExit(f"storm: {drummer.status.state} drummer, {ports.status()}")
        time.sleep(0.1)
    raise_priority()
    settle()
    inbox.put(time.perf_counter(), Turned("play", 1.0))
    command = [
        sys.executable,
        __file__,
        "--rage",
        part,
        "--seconds",
        str(seconds),
    ]
    storm = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if part == "controls":
        told = (storm, found, performer, lateness, conductor.stop)
        threading.Thread(target=watch, args=told, daemon=True).start()
    conductor.run(time.perf_counter() + (60.0 if part == "controls" else seconds))
    storm.wait()
    found.late = found.late or lateness.milliseconds()
    found.system = ports.status().system or "no ports"
    found.refused = sum(fault.count for kind, fault in faults.kinds() if kind == "osc")
    for one in (ports, drummer, terminal, port):
        one.close()
    return found


# ---- words
def row(part: str, found: Outcome) -> list[object]:
    figures = [report.percentile(found.late, share) for share in (0.5, 0.99, 0.999)]
    cells = [f"{figure:.3f}" for figure in (*figures, max(found.late))]
    return [part, len(found.late), *cells, found.taken, found.refused]


def wrong(values: dict[str, Value]) -> list[str]:
    """The controls whose last value does not stand, and what stands."""
    rows = [one for one in turned() if one.name not in BROUGHT]
    return [
        f"{one.name} {values[one.name]}"
        for one in rows
        if values[one.name] != one.from_unit(LAST / 127)
        and abs(one.to_unit(values[one.name]) - LAST / 127) > 1e-6  # OSC has floats of 32 bits
    ]


def text(parts: dict[str, Outcome], seconds: float, system: str) -> str:
    peace, storm = (report.percentile(parts[name].late, 0.99) for name in PARTS[:2])
    turns = parts["controls"]
    p99, lost = report.percentile(turns.late, 0.99), wrong(turns.values)
    count, grown = len(turned()) - len(BROUGHT), turns.after - turns.before
    right = f"{count - len(lost)} of {count}"
    rate = turns.sent / turns.lasted
    headings = ("", "sends", "p50", "p99", "p99.9", "worst", "MIDI taken", "datagrams refused")
    return "\n".join(
        (
            "# How late notes leave in storms of messages\n",
            "By `python benchmarks/storm.py --write`; its docstring says what is run.",
            f"Peace and storm {seconds:g} s each, controls {STORM:g} s, at {BPM} BPM; milliseconds",
            f"late. In the storm {MESSAGES} MIDI messages and as many datagrams.\n",
            report.table(headings, [row(part, found) for part, found in parts.items()]) + "\n",
            report.verdict(f"storm, p99 ≤ 1 ms: {storm:.3f} ms", storm <= 1.0),
            f"- p99 in the storm against that in peace: {storm / peace:.1f} times",
            report.verdict(f"controls, p99 ≤ 1 ms: {p99:.3f} ms", p99 <= 1.0),
            report.verdict(f"last value of each control: {right} right", not lost),
            *([f"  ({', '.join(lost)})"] if lost else []),
            report.verdict(
                f"memory from {turns.before:.1f} to {turns.after:.1f} MB, < 2 more", grown < 2.0
            ),
            f"- sent {rate:,.0f} control changes a second and as many datagrams for"
            f" {turns.lasted:.1f} s, {turns.sent:,} each;",
            f"  {turns.taken:,} control changes came through JACK, the kernel dropped"
            f" {turns.dropped:,} datagrams",
            f"\nPorts: {parts['peace'].system} ({system}).",
            report.machine(),
        )
    )


def main() -> None:
    parser = report.options(__doc__, seconds=60.0)
    parser.add_argument("--rage", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=PARTS[1:], help="one storm, to try things; not written")
    given = parser.parse_args()
    if given.rage:
        {"peace": lambda: None, "storm": lambda: rage(given.seconds), "controls": turn}[
            given.rage
        ]()
        return
    parts = {}
    for part in (given.only,) if given.only else PARTS:
        with report.midi_system() as system, kept_awake():
            parts[part] = play(part, given.seconds, given.weights)
    if given.only:
        print(row(given.only, parts[given.only]), parts[given.only])
        return
    report.publish("storm", text(parts, given.seconds, system), write=given.write)


if __name__ == "__main__":
    main()
