"""How near notes leave to the beat of an Ableton Link session, by a peer in another process.

    python benchmarks/session.py [--write] [--seconds N]

Three processes on a network of their own (a kernel namespace with a loopback, so that nobody's
session is met): the peer, who owns the session; the conductor with the Link session and the ports
that `drumigen live --clock link` has; and this one, who asks. The style is sixteenths with a crash
on the bar line, without feel, so every note belongs on a sixteenth of the session; its bars are its
own patterns, so no drummer composes beside it. The moment a note was handed to the MIDI system is
read from Link's clock, and the peer says which beat of the session it was: what it is off the
nearest sixteenth is the phase difference. For N seconds the tempo is steady, for N more it changes
every second, anywhere from 80 to 170 BPM; the time until a change is followed is from the moment
the peer sets it to the moment the performer's timeline has it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from benchmarks import report
from engine.playing.events import Event
from engine.playing.performer import Performer
from engine.timing.messages import Linked
from live.conductor.inputs_outputs import Inputs, Outputs
from live.conductor.lateness import LatenessLog
from live.conductor.loop import Conductor, settle
from live.config import Config
from live.faults import Faults
from live.link.spec import LIBRARY
from live.link.supervisor import link_of
from live.loaded_config import open_config
from live.midi.ports import Ports
from live.midi.surfaces import Surfaces
from live.system.inbox import Inbox
from live.system.priority import raise_priority
from tests.link_rig import Network, Peer
from tests.rig import start

BPM = 120.0
CRASH = 49
SETTLED = 50_000  # microseconds after a change from which its notes are judged: the target
READY = 30.0  # seconds until the two have met and the first note has come
STYLE = """
name: sixteenths
title: Sixteenths
kind: genre
text: For the benchmark of Link.
tempo: [60, 120, 180]
swing: {percent: 50, grid: 16}
hands: false
ghosts: 0
density: [17, 17]
feel: {drift: 0, spread: 0}
mixture: {}
patterns:
  - {name: a, role: beat, crash: "X... .... .... ....", closed_hat: "xxxx xxxx xxxx xxxx"}
  - {name: b, role: fill, crash: "X... .... .... ....", closed_hat: "xxxx xxxx xxxx xxxx"}
sources:
  - {figure: "tempo, swing, drift, spread", mark: design choice, text: a benchmark, confidence: 1}
"""


# ---- the conductor's process
class Listening(Performer):
    """Says when its timeline has a new tempo."""

    def __init__(self, setup: object, said: Callable[[str], None], micros: Callable[[], int]):
        super().__init__(setup)  # type: ignore[arg-type]
        self._said, self._micros, self._bpm = said, micros, 0.0

    def receive(self, event: Event, now: float) -> None:
        super().receive(event, now)
        if isinstance(event, Linked) and event.bpm != self._bpm:
            self._bpm = event.bpm
            self._said(f"tempo {self._micros()} {event.bpm}")


def conduct(folder: Path) -> None:
    """Play by the session until the pipe of stdin closes; a line for each note and tempo."""
    micros: Callable[[], int] = importlib.import_module(LIBRARY).Link(BPM).clock().micros
    lines: deque[str] = deque()
    config = Config(
        style="sixteenths",
        styles=(str(folder),),
        clock="link",
        bpm=90.0,
        osc_port=0,
        controls={"humanize": 0, "swing": 50, "variation": 0, "fill_every": "off"},
    )
    loaded = open_config(config)
    inbox, faults, lateness = Inbox(), Faults(), LatenessLog()
    performer = Listening(loaded.setup, lines.append, micros)
    ports = Ports(lambda *_: None)
    link = link_of(config, 90.0, inbox.put, faults)
    assert link is not None

    def send(message: bytes) -> None:
        ports.send(message)
        if message[0] & 0xF0 == 0x90:
            lines.append(f"note {micros()} {message[1]}")

    outputs = Outputs(send, lambda _: None, lambda _: None)
    inputs = Inputs(inbox, Surfaces(loaded.maps, performer.desk))
    conductor = Conductor(performer, inputs, outputs, faults, lateness)
    threading.Thread(target=_tell, args=(lines,), daemon=True).start()
    threading.Thread(target=_end, args=(conductor,), daemon=True).start()
    ports.open()
    link.open()
    print(f"ports {ports.status().system or 'none'}. {raise_priority().text}", flush=True)
    settle()
    conductor.run()
    link.close()
    ports.close()


def _tell(lines: deque[str]) -> None:
    while True:
        while lines:
            print(lines.popleft())
        sys.stdout.flush()
        time.sleep(0.02)


def _end(conductor: Conductor) -> None:
    sys.stdin.read()
    conductor.stop()


# ---- who asks
@dataclass
class Findings:
    """Milliseconds; `crashes`: on a bar line of the session, and all."""

    steady: list[float] = field(default_factory=list)
    changing: list[float] = field(default_factory=list)
    followed: list[float] = field(default_factory=list)
    crashes: list[bool] = field(default_factory=list)
    changes: int = 0
    ports: str = ""


class Judge:
    """Hears the conductor's lines and asks the peer about them."""

    def __init__(self, peer: Peer, lines: queue.Queue[str]) -> None:
        self.found = Findings()
        self._peer, self._lines = peer, lines
        self._bpm, self._set = BPM, 0

    def wait(self) -> None:
        """Until the conductor has joined and, once the peer has pressed play, a note has come."""
        self.found.ports = self._line(READY).removeprefix("ports ").strip()
        self._wait_for("tempo", lambda bpm: abs(bpm - BPM) < 0.01)
        self._peer.play()
        self._wait_for("note", lambda _note: True)

    def _wait_for(self, word: str, holds: Callable[[float], bool]) -> None:
        while line := self._line(READY):
            said, _, value = line.split()
            if said == word and holds(float(value)):
                return
        raise SystemExit(f"session: no {word} from the conductor; see what stands above")

    def steady(self, seconds: float) -> None:
        self._hear(seconds, self.found.steady)

    def changing(self, seconds: float) -> None:
        dice = random.Random(1)
        for _ in range(round(seconds)):
            self._bpm = float(dice.randrange(80, 170))
            self._set = self._peer.tempo(self._bpm)
            self.found.changes += 1
            self._hear(1.0, self.found.changing)

    def _line(self, timeout: float) -> str:
        try:
            return self._lines.get(timeout=max(0.0, timeout))
        except queue.Empty:
            return ""

    def _hear(self, seconds: float, off: list[float]) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            word, micros, value = (self._line(end - time.monotonic()) or "none 0 0").split()
            if word == "tempo" and abs(float(value) - self._bpm) < 0.01 and int(micros) > self._set:
                self.found.followed.append((int(micros) - self._set) / 1000.0)
            if word == "note" and int(micros) > self._set + SETTLED:
                beat = self._peer.beat(int(micros))
                off.append((beat - round(beat * 4) / 4) * 60_000.0 / self._bpm)
                if int(value) == CRASH:
                    self.found.crashes.append(round(beat * 4) % 16 == 0)


@contextlib.contextmanager
def conductor_of(network: Network, folder: str) -> Iterator[queue.Queue[str]]:
    """The conductor's process, and its lines as they come."""
    command = (*network.prefix, sys.executable, __file__, "--conduct", folder)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = start(*command, env=os.environ, **pipes)
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdin is not None and process.stdout is not None
    stdout = process.stdout

    def listen() -> None:
        for line in stdout:
            lines.put(line)

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield lines
    finally:
        process.stdin.close()
        process.wait(10.0)


def measure(seconds: float) -> Findings:
    with (
        Network() as network,
        Peer(network, BPM) as peer,
        tempfile.TemporaryDirectory() as folder,
    ):
        Path(folder, "sixteenths.yaml").write_text(STYLE, encoding="utf-8")
        with conductor_of(network, folder) as lines:
            judge = Judge(peer, lines)
            judge.wait()
            judge.steady(seconds)
            judge.changing(seconds)
    return judge.found


def row(name: str, values: list[float]) -> list[str]:
    """Distances; `values` may be signed."""
    sizes = [abs(value) for value in values]
    figures = [report.percentile(sizes, share) for share in (0.5, 0.99)]
    return [name, str(len(sizes)), *(f"{figure:.3f}" for figure in (*figures, max(sizes)))]


def main() -> None:
    parser = report.options(__doc__, seconds=60.0)
    parser.add_argument("--conduct", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.conduct:
        conduct(given.conduct)
        return
    with report.midi_system() as system:
        found = measure(given.seconds)
    rows = [
        row("phase difference at notes, steady tempo", found.steady),
        row("the same, the tempo changing every second", found.changing),
        row("time until a tempo change is followed", found.followed),
    ]
    steady, changing = (
        report.percentile([abs(off) for off in offs], 0.99)
        for offs in (found.steady, found.changing)
    )
    followed = report.percentile(found.followed, 0.99)
    lines = (
        "# How near notes leave to the beat of a Link session\n",
        "By `python benchmarks/session.py --write`; its docstring says what is run and measured.",
        f"{given.seconds:g} s at {BPM:g} BPM and {given.seconds:g} s of changes; milliseconds.\n",
        report.table(("", "count", "p50", "p99", "worst"), rows) + "\n",
        report.verdict(f"phase at steady tempo, p99 ≤ 1 ms: {steady:.3f} ms", steady <= 1.0),
        report.verdict(f"phase through changes, p99 ≤ 1 ms: {changing:.3f} ms", changing <= 1.0),
        report.verdict(f"a change followed, p99 ≤ 50 ms: {followed:.1f} ms", followed <= 50.0),
        report.verdict(
            f"every change followed: {len(found.followed)} of {found.changes}",
            len(found.followed) == found.changes,
        ),
        f"- crashes on a bar line of the session: {sum(found.crashes)} of {len(found.crashes)}",
        f"\nPorts: {found.ports} ({system})",
        report.machine(),
    )
    report.publish("session", "\n".join(lines), write=given.write)


if __name__ == "__main__":
    main()
