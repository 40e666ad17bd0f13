"""From launch to playing: how long `drumigen live` takes to its first note and to its drummer.

    python benchmarks/start.py [--write] [--runs N]

Each run launches `drumigen live --clock internal --bpm 120 --set variation=1` with plain output
into a pipe, and MIDI output into a port of ours where there is a JACK server. Moments are taken
when a line has been read, and when the first note-on has arrived; all count from just before
the process is made. The screen's process writes the lines, so a line comes a little after what
it tells. Files are in the system's cache from the second run on; the first is not left out.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from benchmarks import report
from live.midi.ports import Ports
from mappings.plain_words import BY

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = "from drumigen.command_line import main; raise SystemExit(main())"
WORDS = ("live", "--clock", "internal", "--bpm", "120", "--style", "funk", "--set", "variation=1")
ABLE, MODEL = 1.5, 6.0  # targets, seconds
PATIENCE = 120.0  # seconds for a whole run
EAR = "start-ear"  # the port of ours that it plays into
MOMENTS = {
    "note": "first note-on at a MIDI port",
    "fallback": "first bar shown, by the fallback",
    "ready": "drummer ready",
    "model": "first bar by the model shown",
}


@dataclass(slots=True)
class Ear:
    """An input port that keeps the moment of the first note-on."""

    heard: float | None = None

    def receive(self, at: float, message: bytes, _port: str) -> None:
        if self.heard is None and message[0] & 0xF0 == 0x90 and message[2]:
            self.heard = at


@contextlib.contextmanager
def listening(ear: Ear) -> Iterator[bool]:
    """Ports that hear what the program plays; False where there is no MIDI system."""
    ports = Ports(ear.receive, name=EAR)
    ports.open()
    try:
        yield ports.status().system is not None
    finally:
        ports.close()


def launch(weights: str | None, folder: Path) -> subprocess.Popen[str]:
    """The program in an empty folder, so that nobody's config.yaml changes the run."""
    config = folder / "start.yaml"
    config.write_text(f"midi: {{outputs: [{EAR} In]}}\n", encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, *WORDS, "--config", str(config)]
    command += ["--weights", weights] if weights else []
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, bufsize=1
    )


def moment_of(line: str) -> str | None:
    """Which of MOMENTS a plain line of live/terminal/process.py tells."""
    if line.startswith("drummer  ready"):
        return "ready"
    if line.lstrip()[:1].isdigit():
        return next((source for source in ("fallback", "model") if BY[source] in line), None)
    return None


def run(weights: str | None) -> dict[str, float]:
    """Seconds from launch to each moment."""
    ear, moments = Ear(), dict[str, float]()
    with tempfile.TemporaryDirectory() as folder, listening(ear):
        begun = time.perf_counter()
        process = launch(weights, Path(folder))
        alarm = threading.Timer(PATIENCE, process.kill)
        alarm.start()
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            now = time.perf_counter()
            said.append(line)
            if (moment := moment_of(line)) is not None:
                moments.setdefault(moment, now - begun)
            if "model" in moments or line.startswith("drummer  failed"):
                break
        process.terminate()
        process.stdout.read()
        process.wait()
        alarm.cancel()
    if "model" not in moments:
        raise SystemExit("start: the model never played:\n" + "".join(said))
    if ear.heard is not None:
        moments["note"] = ear.heard - begun
    return moments


def main() -> None:
    parser = report.options(__doc__)
    parser.add_argument("--runs", type=int, default=5, help="default 5")
    given = parser.parse_args()
    runs = []
    with report.midi_system() as system:
        for number in range(given.runs):
            print(f"start: run {number + 1} of {given.runs}", file=sys.stderr)
            runs.append(run(given.weights))
    rows, medians = [], {}
    for moment, name in MOMENTS.items():
        times = [one[moment] for one in runs if moment in one]
        if times:
            medians[moment] = report.percentile(times, 0.5)
            rows.append((name, len(times), f"{medians[moment]:.2f}", f"{max(times):.2f}"))
    able, first = medians.get("note", medians.get("fallback", 0.0)), medians["model"]
    lines = (
        "# From launch to playing\n",
        "By `python benchmarks/start.py --write`; its docstring says what is run and measured.",
        "Seconds from launch.\n",
        report.table(("", "runs", "median", "worst"), rows) + "\n",
        report.verdict(f"able to play ≤ {ABLE:g} s, median: {able:.2f} s", able <= ABLE),
        report.verdict(f"first bar by the model ≤ {MODEL:g} s: {first:.2f} s", first <= MODEL),
        f"\nPorts: {system}.",
        report.machine(),
    )
    report.publish("start", "\n".join(lines), write=given.write)


if __name__ == "__main__":
    main()
