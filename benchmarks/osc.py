"""What OSC costs the notes, and how soon a note hears it.

    python benchmarks/osc.py [--write] [--seconds N]

The conductor and the drummer's process as `drumigen live` has them, a performance each: in peace;
with 1,000 messages a second; with 20,000. A foreign process sends them to ten controls,
performed and composed, so that the drummer composes without pause, and is subscribed. In between,
500 times a second, it turns `intensity`; a note that leaves after such a message was sent and
before the engine had it is one that did not hear it. The last message for each control must stand.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import json
import math
import random
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from benchmarks import report
from engine.playing.events import Event, Turned
from engine.playing.performer import Performer
from engine.playing.state import State
from live.conductor.inputs_outputs import Inputs, Outputs
from live.conductor.lateness import LatenessLog
from live.conductor.loop import Conductor, settle
from live.config import Config
from live.drummer.spec import DrummerSpec
from live.drummer.supervisor import DrummerSupervisor
from live.faults import Faults
from live.loaded_config import open_config
from live.midi.surfaces import Surfaces
from live.osc.encode import message
from live.osc.port import open_osc
from live.osc.server import OscServer
from live.system.inbox import Inbox
from live.system.priority import raise_priority

BPM = 174
PORT = 9018
RATES = (0, 1_000, 20_000)  # messages a second
TURN_EVERY = 0.002  # seconds
NAMES = (
    "density", "complexity", "variation", "temperature", "fill_complexity",
    "swing", "swing_grid", "phrase", "fill_amount", "time",
)  # fmt: skip
WARM = 2.0  # seconds of playing before the first message
STEPS = 128  # intensities that follow each other, so that each turn is known by its value
LAST = 0.75  # what every one of them is set to in the end


def rage(rate: int, seconds: float) -> None:
    """Send for some seconds; then print when intensity was thrown where."""
    dice = random.Random(1)
    turns: list[float] = []
    datagrams = [message(f"/drumigen/{n}", dice.random()) for n in NAMES for _ in range(20)]
    dice.shuffle(datagrams)
    stream = itertools.cycle(datagrams)
    time.sleep(WARM)
    begun, sent = time.perf_counter(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as osc:
        osc.connect(("127.0.0.1", PORT))
        osc.send(message("/drumigen/subscribe"))
        while (now := time.perf_counter()) < begun + seconds:
            for datagram in itertools.islice(stream, int((now - begun) * rate) - sent):
                osc.send(datagram)
                sent += 1
            turned = message("/drumigen/intensity", (len(turns) % STEPS) / STEPS)
            turns.append(time.perf_counter())
            osc.send(turned)
            time.sleep(TURN_EVERY)
        for name in NAMES:
            osc.send(message(f"/drumigen/{name}", LAST))
    print(json.dumps(turns))


def play(rate: int, seconds: float, weights: str | None) -> list[str]:
    """A row of the table."""
    config = Config(
        style="house", bpm=BPM, clock="internal", osc_port=PORT,
        controls={"dynamics": 0.0, "humanize": 0.0, "intensity": 0.0},
    )  # fmt: skip
    loaded = open_config(config)
    inbox, faults, lateness = Inbox(), Faults(), LatenessLog(keep_all=True)
    drummer = DrummerSupervisor(
        DrummerSpec(weights), lambda composed: inbox.put(time.perf_counter(), composed)
    )
    performer = Performer(loaded.setup)
    port, words = open_osc(config)
    assert port is not None, words
    sends: list[float] = []
    notes: list[float] = []
    heard: list[tuple[float, float]] = []  # when the engine had which intensity
    receive = performer.receive

    def listen(event: Event, at: float) -> None:
        if isinstance(event, Turned) and event.control == "intensity":
            heard.append((time.perf_counter(), float(event.value)))
        receive(event, at)

    performer.receive = listen  # type: ignore[method-assign, assignment]

    def send(data: bytes) -> None:
        sends.append(time.perf_counter())
        if data[0] & 0xF0 == 0x90:
            notes.append(sends[-1])

    def show(_state: State) -> None:
        pass

    conductor = Conductor(
        performer,
        Inputs(inbox, Surfaces(loaded.maps, performer.desk), OscServer(port, performer, faults)),
        Outputs(send, lambda out: drummer.ask(out.request), show),
        faults,
        lateness,
    )
    drummer.open()
    while drummer.status.state == "starting":
        time.sleep(0.1)
    raise_priority()
    settle()
    inbox.put(time.perf_counter(), Turned("play", 1.0))
    command = [sys.executable, __file__, "--rage", str(rate), "--seconds", str(seconds)]
    before = report.megabytes()
    rager = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    told: list[float] = []

    def end() -> None:
        told.extend(json.loads(rager.communicate()[0]))
        time.sleep(0.5)
        conductor.stop()

    threading.Thread(target=end, daemon=True).start()
    conductor.run()
    after = report.megabytes()
    drummer.close()
    port.close()
    values = performer.desk.values
    table = performer.desk.table
    right = [name for name in NAMES if values[name] == table[name].from_unit(LAST)]
    late = lateness.milliseconds()[bisect.bisect(sends, told[0]) :]
    unheard = missed(notes, told, heard)
    return [
        f"{rate:,} a second",
        str(len(late)),
        *(f"{report.percentile(late, share):.3f}" for share in (0.5, 0.99)),
        f"{max(late):.3f}",
        *(f"{report.percentile(unheard, share):.2f}" for share in (0.99, 1.0)),
        f"{len(right)} of {len(NAMES)}",
        f"{after - before:+.1f}",
        str(sum(fault.count for _, fault in faults.kinds())),
    ]


def missed(notes: list[float], turns: list[float], heard: list[tuple[float, float]]) -> list[float]:
    """For each note the age (ms) of the oldest turn that it should have heard and did not."""
    ages, had = [], 0
    waiting = iter([*heard, (math.inf, 0.0)])
    at, value = next(waiting)
    for note in notes:
        while at <= note:  # turns come in order; of some only the newest is heard
            had += (round(value * STEPS) - had) % STEPS + 1
            at, value = next(waiting)
        late = bisect.bisect_left(turns, note)
        if turns[0] <= note <= turns[-1]:
            ages.append((note - turns[had]) * 1000.0 if had < late else 0.0)
    return ages


def main() -> None:
    parser = report.options(__doc__, seconds=10.0)
    parser.add_argument("--rage", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.rage is not None:
        rage(given.rage, given.seconds)
        return
    rows = [play(rate, given.seconds, given.weights) for rate in RATES]
    headings = (
        "messages", "sends", "late p50", "p99", "worst",
        "unheard p99", "worst", "last values right", "MB", "refused",
    )  # fmt: skip
    some, storm = rows[1], rows[2]
    lines = (
        "# What OSC costs the notes, and how soon a note hears it\n",
        "By `python benchmarks/osc.py --write`; its docstring says what is run.",
        f"{given.seconds:g} s each at {BPM} BPM. Late: milliseconds after its moment that a note",
        "left. Unheard: milliseconds before a note that a message came which it did not heed.\n",
        report.table(headings, rows) + "\n",
        report.verdict(f"unheard, 1,000 a second, p99 ≤ 5 ms: {some[5]}", float(some[5]) <= 5.0),
        report.verdict(f"late, 20,000 a second, p99 ≤ 1 ms: {storm[3]}", float(storm[3]) <= 1.0),
        report.verdict("the last values are right", storm[7] == f"{len(NAMES)} of {len(NAMES)}"),
        f"\n{report.machine()}",
    )
    report.publish("osc", "\n".join(lines), write=given.write)


if __name__ == "__main__":
    main()
