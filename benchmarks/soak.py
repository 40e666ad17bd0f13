"""An hour on stage in which everything happens: nothing is silent, hangs, grows or is left open.

    python benchmarks/soak.py [--minutes 60] [--write]

`drumigen live` follows a clock with up to 3 ms of jitter at 120 BPM, at JACK (dummy driver, period
256). Meanwhile controls are turned at random, ten a second by OSC and ten by MIDI (all but mutes,
levels, offsets and the transport, which may rightly silence a bar or move it); a client of the page
connects and leaves every 20 s; a controller is plugged in for 10 s in every 30; and the drummer's
process is killed every five minutes. A witness at JACK hears the notes.

Told are bars in which no note begins, notes that are not let go of, how often each of these things
happened, and how memory and open files of every process stood after a tenth of the time, at half
time and at the end; those of the drummer's alone are not, it dies too often. Memory is flat where
it grows by less than 5 MB in the second half; the takes' process may grow by 10 kB a bar besides,
up to the 4096 bars that it holds for clips.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks import report, witness
from engine.controls.control import Kind
from engine.controls.table import table
from live.midi.sounding import Sounding
from live.osc.encode import message
from live.takes.process import BARS
from mappings.styles import load_styles
from tests.live.drumigen import IN, OUT, Drumigen, built
from tests.rig import JackServer, Witness, end, free_port, start

BPM, ON = 120.0, 0x99
BAR = 240.0 / BPM  # seconds
EARLY = 0.06  # seconds before a bar line from which a note is of that bar
LEFT_OUT = (
    *(
        "mute_",
        "solo_",
        "level_",
        "store_",
        "recall_",
        "play",
        "stop",
        "panic",
        "tempo",
        "clock_offset",
    ),
    *("note_offset", "capture", "record", "undo", "meter"),
)
GROWN, MORE = 5.0, 4  # MB and files more at the end than at half time that are none
HELD = 0.01  # MB; of each of the last BARS bars the takes' process holds the notes, for clips


# ---- the master's own process
def master(seed: int) -> None:
    """Start, a ragged clock for ever, and a control change where a line of two numbers comes in."""
    import jack  # type: ignore[import-untyped]  # noqa: PLC0415 - Linux, with a server

    client = jack.Client("soak-master", no_start_server=True)
    out, hand = (client.midi_outports.register(name) for name in ("out", "hand"))
    dice, turns = Random(seed), list[bytes]()
    state: dict[str, Any] = {"connected": False, "sent": -1, "begun": 0.0, "late": 0.0}

    def process(frames: int) -> None:
        out.clear_buffer()
        hand.clear_buffer()
        if not state["connected"]:
            return
        while turns:
            hand.write_midi_event(0, turns.pop(0))
        now, rate = time.perf_counter(), client.samplerate
        if state["sent"] < 0:
            out.write_midi_event(0, b"\xfa")
            state.update(sent=0, begun=now)
        while (
            at := state["begun"] + state["sent"] * BAR / 96 + state["late"]
        ) < now + frames / rate:
            out.write_midi_event(min(max(0, round((at - now) * rate)), frames - 1), b"\xf8")
            state.update(sent=state["sent"] + 1, late=dice.uniform(0.0, 0.003))

    client.set_process_callback(process)
    client.activate()
    target = next(port for port in client.get_ports(IN) if port.is_input)
    client.connect(hand, target)
    client.connect(out, target)
    state["connected"] = True
    while not state["begun"]:
        time.sleep(0.01)
    print(state["begun"], flush=True)
    for line in sys.stdin:
        turns.append(bytes((0xB0, *map(int, line.split()))))


# ---- what happens meanwhile
def names() -> list[str]:
    """The controls that are turned."""
    rows = table(load_styles()).values()
    return [
        row.name
        for row in rows
        if row.kind is not Kind.TRIGGER and not row.name.startswith(LEFT_OUT)
    ]


def turn(stop: threading.Event, osc: int, hand: Any) -> int:
    """Ten controls a second by OSC, and ten by CC; how many there were."""
    dice, known, turned = Random(1), names(), 0
    numbers = report.cc_numbers()
    by_hand = [name for name in known if name in numbers]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        while not stop.wait(0.1):
            value = dice.random()
            udp.sendto(message(f"/drumigen/{dice.choice(known)}", value), ("127.0.0.1", osc))
            hand.write(f"{numbers[dice.choice(by_hand)]} {dice.randrange(128)}\n")
            hand.flush()
            turned += 2
    return turned


def look_in(stop: threading.Event, url: str) -> int:
    """Somebody opens the page, hears it for a while, and goes; how often."""
    base, _, asked = url.partition("?")
    base, visits = base.rstrip("/"), 0
    address = f"{base.replace('http', 'ws')}/ws?{asked}"
    while not stop.wait(10.0):
        with connect(address, origin=Origin(base), open_timeout=20.0) as page:
            page.recv(timeout=10.0)
            visits += 1
            stop.wait(10.0)
    return visits


def plug(stop: threading.Event, jack: JackServer) -> int:
    """A controller comes and goes; how often."""
    times = 0
    while not stop.wait(20.0):
        with Witness(jack, "nanoKONTROL2", lights=None):
            times += 1
            stop.wait(10.0)
    return times


def kill(stop: threading.Event, drummer: Drumigen, every: float) -> int:
    """The drummer's process dies now and then; how often."""
    times = 0
    while not stop.wait(every):
        with contextlib.suppress(KeyError, ProcessLookupError):  # it is being started just now
            os.kill(drummer.children()["drummer"], signal.SIGKILL)
            times += 1
    return times


def stands(pid: int) -> tuple[float, int]:
    """Megabytes of a process, and its open files; none where it has died."""
    files = Path(f"/proc/{pid}/fd")
    return report.megabytes(pid), len(list(files.iterdir())) if files.exists() else 0


def put_away(leader: subprocess.Popen[str]) -> None:
    """End the master's process."""
    end(leader)
    for pipe in (leader.stdin, leader.stdout):
        with contextlib.suppress(OSError):  # what it was told last it did not read any more
            if pipe is not None:
                pipe.close()


@contextlib.contextmanager
def stage() -> Iterator[tuple[JackServer, Drumigen, subprocess.Popen[str], float]]:
    """Server, drummer and master, tried out; and when the master began."""

    def build(stack: ExitStack) -> tuple[JackServer, Drumigen, subprocess.Popen[str], float]:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        jack = stack.enter_context(JackServer(synchronous=False))
        panel = {"port": free_port(socket.SOCK_STREAM)}
        config: dict[str, Any] = {"style": "funk", "panel": panel}
        drummer = Drumigen(folder, jack.env, clock="midi", **config)
        stack.enter_context(drummer)
        drummer.wait_for("ready", 60.0)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        leader = start(sys.executable, __file__, "--master", env=jack.env, **pipes)
        stack.callback(put_away, leader)
        assert leader.stdout is not None
        begun = float(leader.stdout.readline())
        with Witness(jack, drums=OUT) as tried:
            tried.wait_for("drums", bytes((ON,)), count=4)
        return jack, drummer, leader, begun

    with ExitStack() as stack:
        yield built(stack, build)


def silent(notes: list[float], begun: float, over: float) -> list[int]:
    """Numbers of the bars, from the first that was heard, in which no note begins."""
    heard = {int((at - begun + EARLY) // BAR) for at in notes}
    return [n for n in range(min(heard) + 1, int((over - begun) // BAR) - 1) if n not in heard]


def hanging(heard: list[witness.Heard]) -> set[int]:
    """Notes that are struck and not let go of."""
    sounding = Sounding()
    for _, data in heard:
        sounding.add(bytes.fromhex(data))
    return {release[1] for release in sounding.releases()}


@dataclass(frozen=True, slots=True)
class Soaked:
    """What came of it."""

    silent: list[int]  # numbers of bars
    bars: int
    hanging: set[int]  # notes
    stood: dict[str, list[tuple[float, int]]]  # each process, three times
    happened: dict[str, int]
    died: list[str]  # processes that were to live as long as the performance


def watch(drummer: Drumigen, seconds: float) -> None:
    """Let it play on; what it complains of is told at once."""
    until, told = time.perf_counter() + seconds, len(drummer.said("fault "))
    while (left := until - time.perf_counter()) > 0.0:
        time.sleep(min(left, 1.0))
        faults = drummer.said("fault ")
        for line in faults[told:]:
            print(f"soak: {line}", file=sys.stderr)
        told = len(faults)


def play(minutes: float) -> Soaked:
    """Soak for so long; raises what somebody beside the stage met."""
    with (
        stage() as (jack, drummer, leader, begun),
        witness.listening() as ears,
        ThreadPoolExecutor() as pool,
    ):
        stop = threading.Event()
        works = {
            "controls turned": pool.submit(turn, stop, drummer.osc, leader.stdin),
            "pages opened": pool.submit(look_in, stop, drummer.page()),
            "controllers plugged in": pool.submit(plug, stop, jack),
            "drummers killed": pool.submit(kill, stop, drummer, min(300.0, minutes * 20.0)),
        }
        pids = {name: pid for name, pid in drummer.children().items() if name != "drummer"}
        pids["conductor"] = drummer.pid
        stood: dict[str, list[tuple[float, int]]] = {name: [] for name in pids}
        try:
            for share in (0.1, 0.4, 0.5):
                watch(drummer, minutes * 60.0 * share)
                for name, pid in pids.items():
                    stood[name].append(stands(pid))
            over = time.perf_counter()
        finally:
            stop.set()
        happened = {name: work.result(30.0) for name, work in works.items()}
        drummer.terminate()
        time.sleep(1.0)
    notes = [at for at, data in ears.heard if data.startswith(f"{ON:02x}")]
    return Soaked(
        silent(notes, begun, over),
        int((over - begun) // BAR),
        hanging(ears.heard),
        stood,
        happened,
        [name for name, (_, _, (_, files)) in stood.items() if not files],
    )


def text(minutes: float) -> tuple[str, bool]:
    soaked = play(minutes)
    rows: list[list[object]] = []
    flat = True
    for name, (first, half, last) in soaked.stood.items():
        rows.append([name, *(f"{one[0]:.1f}" for one in (first, half, last)), half[1], last[1]])
        held = HELD * min(BARS, soaked.bars) / 2.0 if name == "takes" else 0.0
        flat &= last[0] - half[0] < GROWN + held and last[1] - half[1] <= MORE
    gone, hang, died = soaked.silent, soaked.hanging, soaked.died
    times = ("at half time", "at the end")
    headings = ("", "MB at a tenth", *times, "files at half time", "at the end")
    told = "\n".join(
        (
            "# An hour on stage in which everything happens\n",
            "By `python benchmarks/soak.py --write`; its docstring says what happens.",
            f"{minutes:g} minutes, {soaked.bars} bars: "
            + ", ".join(f"{number} {name}" for name, number in soaked.happened.items())
            + ".\n",
            report.table(headings, rows) + "\n",
            report.verdict(f"silent bars: {len(gone)} {gone[:9] or ''}".rstrip(), not gone),
            report.verdict(f"hanging notes: {len(hang)}", not hang),
            report.verdict(f"processes that died: {', '.join(died) or 'none'}", not died),
            report.verdict(
                "memory and open files are flat in the second half (takes: but for bars held)", flat
            ),
            f"\n{report.machine()}",
        )
    )
    return told, flat and not gone and not hang and not died


def main() -> int:
    parser = report.options(__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="default 60")
    parser.add_argument("--master", action="store_true", help="run as the master; for itself")
    given = parser.parse_args()
    if given.master:
        master(1)
        return 0
    words, good = text(given.minutes)
    report.publish("soak", words, write=given.write)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
