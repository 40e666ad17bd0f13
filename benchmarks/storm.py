"""How late notes leave while 100,000 random messages come in by MIDI and by OSC each.

    python benchmarks/storm.py [--write] [--seconds N]

The conductor, the drummer's process and the plain screen as `drumigen live` has them play
for N seconds in peace and N seconds in the storm, in one process and one performance each. The
storm is a process of its own: whole random MIDI messages of all kinds but control and program
changes (those would really mute and stop things) into our virtual port, and random datagrams
to our OSC socket, half of them with a true address. Every note-on and note-off counts.
"""

from __future__ import annotations

import argparse
import random
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

import rtmidi

from benchmarks import report
from engine.events import Turned
from engine.performer import Performer
from live.config import Config
from live.faults import Faults
from live.feed import Feed
from live.inbox import Inbox
from live.lateness import LatenessLog
from live.loop import Conductor, Ears, Hands, MidiIn, settle
from live.osc import Osc
from live.ports import Ports
from live.priority import raise_priority
from live.setting import open_setting
from live.stage import Stage, open_osc
from live.surfaces import Surfaces
from live.worker import Spec, Worker

BPM = 174
MESSAGES = 100_000  # of each kind
BATCH = 100
OSC_PORT = 9017
KINDS = {0x80: 2, 0x90: 2, 0xA0: 2, 0xD0: 1, 0xE0: 2, 0xF2: 2, 0xF3: 1, 0xF8: 0, 0xFA: 0}


def rage(seconds: float) -> None:
    """Send the storm, spread over the seconds."""
    dice = random.Random(1)
    midi = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="storm")
    target = next(i for i, name in enumerate(midi.get_ports()) if "MidiDrumiGen In" in name)
    midi.open_port(target)
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


def play(seconds: float, weights: str | None, *, storm: bool) -> tuple[list[float], int, str]:
    """Milliseconds late of each send, messages taken in, and the ports in words."""
    config = Config(style="drum_and_bass", bpm=BPM, clock="internal", osc_port=OSC_PORT)
    setting = open_setting(config)
    inbox, faults, lateness, heard = Inbox(), Faults(), LatenessLog(keep_all=True), [0]

    def receive(at: float, message: bytes, port: str) -> None:
        heard[0] += 1
        inbox.put(at, MidiIn(message, port))

    ports, feed = Ports(receive), Feed(True, lambda _key, _value: None)
    worker = Worker(Spec(weights), lambda composed: inbox.put(time.perf_counter(), composed))
    port, words = open_osc(config)
    performer = Performer(setting.setup)
    osc = Osc(port, performer, faults) if port else None
    surfaces = Surfaces(setting.maps, performer.desk)
    stage = Stage(setting.setup, ports, worker, feed, faults, lateness, words, surfaces)
    hands = Hands(ports.send, stage.compose, stage.show)
    ears = Ears(inbox, surfaces, osc)
    conductor = Conductor(performer, ears, hands, faults, lateness)
    worker.open()
    feed.open()
    ports.open()
    while worker.status.state == "starting":
        time.sleep(0.1)
    raise_priority()
    settle()
    inbox.put(time.perf_counter(), Turned("play", 1.0))
    command = [sys.executable, __file__, "--rage", "--seconds", str(seconds)]
    rager = subprocess.Popen(command) if storm else None
    conductor.run(time.perf_counter() + seconds)
    if rager:
        rager.wait()
    system = ports.status().system or "no ports"
    ports.close()
    worker.close()
    feed.close()
    if port:
        port.close()
    bad = sum(fault.count for kind, fault in faults.kinds() if kind == "osc")
    return lateness.milliseconds(), heard[0] + bad, system


def main() -> None:
    parser = report.options(__doc__, seconds=60.0)
    parser.add_argument("--rage", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.rage:
        rage(given.seconds)
        return
    rows, worst = [], {}
    with report.midi_system() as system:
        for name in ("peace", "storm"):
            late, taken, ports = play(given.seconds, given.weights, storm=name == "storm")
            figures = [report.percentile(late, share) for share in (0.5, 0.99, 0.999)]
            worst[name] = figures[1]
            cells = [f"{figure:.3f}" for figure in (*figures, max(late))]
            rows.append([name, str(len(late)), *cells, str(taken)])
    peace, storm = worst["peace"], worst["storm"]
    headings = ("", "sends", "p50", "p99", "p99.9", "worst", "MIDI messages + bad datagrams taken")
    lines = (
        "# How late notes leave in a storm of random messages\n",
        "By `python benchmarks/storm.py --write`; its docstring says what is run.",
        f"{given.seconds:g} s each at {BPM} BPM; {MESSAGES} MIDI messages and as many datagrams",
        "in the storm; milliseconds late.\n",
        report.table(headings, rows) + "\n",
        report.verdict(f"storm, p99 ≤ 1 ms: {storm:.3f} ms", storm <= 1.0),
        f"- p99 in the storm against that in peace: {storm / peace:.1f} times",
        f"\nPorts: {ports} ({system}).",
        report.machine(),
    )
    report.publish("storm", "\n".join(lines), write=given.write)


if __name__ == "__main__":
    main()
