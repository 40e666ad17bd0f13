"""Is the song where the master has it after a stall, whoever slept?

    python benchmarks/stall.py [--write]

`drumigen live` follows a master at JACK (dummy driver, period 256) at 120 BPM, in a style whose bar
lines can be told (a crash on each). Each in turn is stopped for 0.05 to 12 s (SIGSTOP): the master,
our ports' process, JACK's server, the conductor, and all of them at once. A witness at JACK
(benchmarks/witness.py) hears the notes.

Two masters, each a process of its own: one that goes by the clock on the wall, and sends all at
once what it missed; and one that goes by JACK's transport, and sends what its frames hold: while
JACK stands its song stands too, and what it missed alone it never sends.

Told are the beats that the crashes stand off the master's bar lines from 2 to 6 s after the stall
(median, within a bar), and the notes in its first 60 ms beside the most that the music has in 60
ms without a stall.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from benchmarks import report, witness
from tests.live.drumigen import IN, OUT, Drumigen, built, pulse
from tests.rig import JackServer, Witness

BPM, CLOCKS = 120.0, 24
STEP = 60.0 / BPM / CLOCKS
STALLS = (0.05, 0.25, 0.5, 1.0, 3.0, 12.0)
WHO = ("master", "ports", "server", "conductor", "all")
KINDS = {"wall": "by the clock on the wall", "transport": "by JACK's transport"}
SETTLE, LISTEN, FIRST = 2.0, 6.0, 0.06  # seconds after a stall
WARM = 6.0  # seconds of playing before the first
CRASH, ON = 49, 0x99
WITHIN = 0.05  # beats off that are none: 25 ms


# ---- the master's own process
def master(kind: str) -> None:
    """Send Start and clock; print where the song stands, as [moment, beat], now and then."""
    import jack  # type: ignore[import-untyped]  # noqa: PLC0415 - Linux, with a server

    gc.disable()
    client = jack.Client("bench-master", no_start_server=True)
    out = client.midi_outports.register("out")
    state: dict[str, Any] = {"connected": False, "sent": -1, "begun": 0.0, "told": (0.0, 0.0)}

    def process(frames: int) -> None:
        out.clear_buffer()
        if not state["connected"] or (
            kind == "transport" and client.transport_state != jack.ROLLING
        ):
            return
        now, rate = time.perf_counter(), client.samplerate
        # Where this period begins, by the master's own time.
        start = now if kind == "wall" else client.transport_query_struct()[1].frame / rate
        if state["sent"] < 0:
            out.write_midi_event(0, b"\xfa")
            state.update(begun=start, sent=0)
        song = start - state["begun"]
        state["told"] = (now, song * BPM / 60.0)
        if kind == "transport":  # what it missed is never sent
            state["sent"] = max(state["sent"], math.ceil(song / STEP - 1e-9))
        while state["sent"] * STEP < song + frames / rate - 1e-9:
            at = max(0, round((state["sent"] * STEP - song) * rate))
            out.write_midi_event(min(at, frames - 1), b"\xf8")
            state["sent"] += 1

    client.set_process_callback(process)
    sys.stdin.readline()
    client.activate()
    client.connect(out, next(port for port in client.get_ports(IN) if port.is_input))
    state["connected"] = True
    if kind == "transport":
        client.transport_locate(0)
        client.transport_start()
    threading.Thread(target=sys.stdin.read, daemon=True).start()
    while True:
        print(json.dumps(state["told"]), flush=True)
        time.sleep(0.1)


class Master:
    """The master's process, and where it says that its song stands."""

    def __init__(self, kind: str, env: dict[str, str]) -> None:
        command = [sys.executable, __file__, "--master", kind]
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._told: list[tuple[float, float]] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._told.append(tuple(json.loads(line)))

    def start(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def beat(self, at: float) -> float:
        """The beat of a moment, by the words nearest to it."""
        moment, beat = min(self._told, key=lambda told: abs(told[0] - at))
        return beat + (at - moment) * BPM / 60.0


# ---- a performance
@contextlib.contextmanager
def hall(kind: str) -> Iterator[tuple[Master, dict[str, list[int]], witness.Ears]]:
    """Master, drummer and witness; who is to be stopped, by name; what was heard, afterwards."""

    def build(stack: ExitStack) -> tuple[JackServer, Drumigen, Master]:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        jack = stack.enter_context(JackServer(synchronous=False))
        config: dict[str, Any] = pulse(folder)
        drummer = Drumigen(folder, jack.env, clock="midi", **config)
        stack.enter_context(drummer)
        jack.wait_for_port(OUT, 20.0)
        jack.wait_for_port(IN, 20.0)
        drummer.wait_for("ready", 60.0)
        leader = Master(kind, jack.env)
        stack.callback(leader.process.kill)
        leader.start()
        with Witness(jack, drums=OUT) as tried:
            tried.wait_for("drums", bytes((ON,)), count=4)
        return jack, drummer, leader

    with ExitStack() as stack:
        jack, drummer, leader = built(stack, build)
        ears = stack.enter_context(witness.listening())
        pids = {
            "master": [leader.process.pid],
            "ports": [drummer.children()["ports"]],
            "server": [jack.pid],
            "conductor": [drummer.pid],
        }
        pids["all"] = [pid for some in pids.values() for pid in some]
        time.sleep(WARM)
        yield leader, pids, ears


def stalled(pids: list[int], seconds: float) -> float:
    """Stop these for a while; when they go on."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    return time.perf_counter()


def off(leader: Master, ears: witness.Ears, end: float) -> float:
    """Beats that the crashes after a stall stand off the bar lines; inf where there are none."""
    crashes = [
        at
        for at, data in ears.heard
        if end + SETTLE <= at < end + LISTEN and data[:4] == f"{ON:02x}{CRASH:02x}"
    ]
    beats = [(leader.beat(at) + 2.0) % 4.0 - 2.0 for at in crashes]
    return statistics.median(beats) if beats else math.inf


def most(notes: list[float]) -> int:
    """The most notes in 60 ms."""
    return max(sum(at <= other < at + FIRST for other in notes) for at in notes)


def play(kind: str, whos: list[str], stalls: list[float]) -> list[list[object]]:
    """All stalls beside one kind of master: who, how long, beats off, first notes, their most."""
    with hall(kind) as (leader, pids, ears):
        ends = []
        for who in whos:
            for seconds in stalls:
                print(f"stall: master {KINDS[kind]}; {who}, {seconds:g} s", file=sys.stderr)
                ends.append((who, seconds, stalled(pids[who], seconds)))
                time.sleep(LISTEN + 1.0)
    notes = [at for at, data in ears.heard if data.startswith(f"{ON:02x}")]
    calm = most([at for at in notes if at < ends[0][2] - ends[0][1]])
    rows: list[list[object]] = []
    for who, seconds, end in ends:
        first = sum(end <= at < end + FIRST for at in notes)
        rows.append([who, seconds, off(leader, ears, end), first, calm])
    return rows


def text(kinds: dict[str, list[list[object]]]) -> str:
    lines, good, heap = [], True, True
    for kind, rows in kinds.items():
        lines.append(f"## A master that goes {KINDS[kind]}\n")
        table = []
        for who, seconds, beats, first, calm in rows:
            assert isinstance(beats, float)
            good &= abs(beats) < WITHIN
            heap &= int(str(first)) <= int(str(calm))
            table.append([who, seconds, f"{beats:+.3f}", first, calm])
        headings = ("stopped", "s", "beats off", "notes in the first 60 ms", "of the music's")
        lines.append(report.table(headings, table) + "\n")
    return "\n".join(
        (
            "# Where the song is after a stall\n",
            "By `python benchmarks/stall.py --write`; its docstring says what is stopped.\n",
            *lines,
            report.verdict("beats off the master afterwards: 0 in every case", good),
            report.verdict("notes in the first 60 ms at most as many as the music has", heap),
            f"\n{report.machine()}",
        )
    )


def main() -> None:
    parser = report.options(__doc__)
    parser.add_argument("--master", choices=KINDS, help="run as a master; for this script itself")
    parser.add_argument("--who", choices=WHO, help="this one alone, to try things; not written")
    parser.add_argument("--longest", type=float, default=STALLS[-1], help="seconds, default 12")
    given = parser.parse_args()
    if given.master:
        master(given.master)
        return
    whos = [given.who] if given.who else list(WHO)
    stalls = [seconds for seconds in STALLS if seconds <= given.longest]
    kinds = {kind: play(kind, whos, stalls) for kind in KINDS}
    report.publish("stall", text(kinds), write=given.write and not given.who)


if __name__ == "__main__":
    main()
