"""When a witness at JACK hears each note, against the moment it was meant for; for schedule.py.

Alone, `python benchmarks/witness.py SECONDS PORT` is the witness's own process: it connects itself
to a port, writes down what it hears, and prints [moment, message] pairs as JSON. A moment is that
of the frame at which the message stands in the witness's period, in seconds of the clock that all
processes share (time.perf_counter is CLOCK_MONOTONIC on Linux, as JACK's own).
"""

from __future__ import annotations

import contextlib
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere


OUT = "MidiDrumiGen Out:MidiDrumiGen Out"
NEAR = 0.05  # seconds between what was meant and what was heard of it, at most
READY = 10.0  # seconds for a port to be there
WRAP = 1 << 32  # JACK counts frames in 32 bits
Heard = tuple[float, str]  # a moment, and the message in hex


@dataclass(slots=True)
class Ears:
    """What the witness heard, and how many periods JACK lost meanwhile."""

    heard: list[Heard] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)  # the first moments after frames JACK lost


@contextlib.contextmanager
def listening(port: str = OUT) -> Iterator[Ears]:
    """A witness in a process of its own; what it heard is there afterwards."""
    ears = Ears()
    command = [sys.executable, __file__, port]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield ears
    finally:
        text, _ = process.communicate("")
        if text:
            told = json.loads(text)
            ears.heard, ears.lost = [(at, data) for at, data in told["heard"]], told["lost"]


def apart(meant: Sequence[Heard], ears: Ears) -> list[float]:
    """Milliseconds from what was meant to what was heard of it.

    What was lost has none, nor what was meant for just before or after frames that JACK lost.
    Messages with the same bytes are matched in order, each to the next that is NEAR.
    """
    found, places = [], dict[str, list[float]]()
    for at, data in ears.heard:
        places.setdefault(data, []).append(at)
    for at, data in meant:
        if any(abs(at - gap) < NEAR for gap in ears.lost):
            continue
        waiting = places.get(data, [])
        while waiting and waiting[0] < at - NEAR:
            waiting.pop(0)
        if waiting and waiting[0] < at + NEAR:
            found.append((waiting.pop(0) - at) * 1000.0)
    return found


def figures(late: Sequence[float]) -> tuple[float, float]:
    """Spread (sd) and the worst, ms; both 0 where nothing was heard."""
    if len(late) < 2:
        return 0.0, 0.0
    return statistics.pstdev(late), max(abs(one) for one in late)


def witness(port: str) -> None:
    """The process: until its standard input closes."""
    import jack  # type: ignore[import-untyped]  # noqa: PLC0415 - Linux, with a server

    gc.disable()  # a collection inside the process callback would miss a period
    client = jack.Client("bench-witness", no_start_server=True)
    ear = client.midi_inports.register("ear")
    rate, heard, lost, due = client.samplerate, list[Heard](), list[float](), [0]

    def process(frames: int) -> None:
        since = client.frames_since_cycle_start
        start = time.perf_counter() - (since - WRAP if since > WRAP // 2 else since) / rate
        frame = client.last_frame_time
        if due[0] and frame != due[0]:
            lost.append(start)
        due[0] = (frame + frames) % WRAP
        heard.extend(
            (start + at / rate, bytes(data).hex()) for at, data in ear.incoming_midi_events()
        )

    client.set_process_callback(process)
    client.activate()
    end = time.monotonic() + READY
    while not client.get_ports(f"^{port}$") and time.monotonic() < end:
        time.sleep(0.05)
    client.connect(port, ear.name)
    print("ready", flush=True)
    sys.stdin.read()
    client.deactivate()
    print(json.dumps({"heard": heard, "lost": lost}))
    client.close()


if __name__ == "__main__":
    witness(sys.argv[1])
