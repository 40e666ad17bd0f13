#!/usr/bin/env python3
"""Prints a digest of what `drumigen` writes and lists: the same before and after walls are moved.

    scripts/digests.py > before.txt        # 40 renders, takes, layouts and lists; some minutes
    scripts/digests.py | diff before.txt -

Each line is a SHA-256 and the command it is of. The weights' sums may differ between machines,
so two files are compared on one. Another program: scripts/digests.py --drumigen PATH.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What a list measures is another at each call.
MEASURED = re.compile(rb"\d+(\.\d+)? ms a bar|UDP \S+ cannot be opened \([^)]*\)")
IDS = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STYLES = ("funk", "jazz", "trap", "house", "j_dilla", "john_bonham", "reggae", "drum_and_bass")
METERS = ("4/4", "3/4", "5/4", "6/8", "7/8")
KNOBS = (
    "variation=0", "variation=1", "density=1", "density=0.1", "complexity=0.9", "swing=66.7",
    "morph=0.4", "time=half", "fill_every=2", "ghost=2", "humanize=0", "strength=1",
)  # fmt: skip
LISTS = (
    ["styles"], ["controls"], ["ports"], ["doctor"], ["takes"], ["takes", "--all"],
    ["takes", "show"], ["takes", "show", "--bars", "2-3"],
)  # fmt: skip


def main() -> None:
    """Runs everything in a folder of its own, prints a line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    beside = Path(sys.executable).parent / "drumigen"
    usual = beside if beside.exists() else ROOT / ".venv" / "bin" / "drumigen"
    parser.add_argument("--drumigen", type=Path, default=usual, help="the program")
    program = parser.parse_args().drumigen.absolute()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "takes").mkdir()
        (here / "takes" / "2026-01-01 12.00.00.jsonl").write_text("\n".join(take()) + "\n")
        for command in commands():
            before = set(here.iterdir())
            said = run(program, here, command)
            written = sorted(set(here.iterdir()) - before)
            what = said + b"".join(map(content, written))
            print(hashlib.sha256(what).hexdigest(), " ".join(command), flush=True)


def commands() -> Iterator[list[str]]:
    """In an order in which each finds what it is to go on from."""
    yield from LISTS
    yield from renders()
    yield from reuses()
    for size in ("phone", "tablet"):
        yield ["touchosc", "--size", size, "-o", f"{size}.tosc"]
    yield ["takes", "export", "-o", "export.mid"]
    yield ["takes", "export", "--bars", "2-4", "--straight", "-o", "straight.mid"]
    yield ["takes", "export", "--voices", "-o", "voices.mid"]
    yield ["replay", "--bars", "1-2", "-o", "replay.mid"]


def renders() -> Iterator[list[str]]:
    """40 performances: styles, meters, seeds and knobs."""
    for style in STYLES:
        yield render(f"{style}.mid", "--style", style, "--bars", "8", "--tab")
    for number, meter in enumerate(METERS * 2):
        style = STYLES[number % len(STYLES)]
        yield render(f"meter{number}.mid", "--style", style, "--meter", meter, "--bars", "6")
    for seed in range(10):
        style = STYLES[-1 - seed % len(STYLES)]
        yield render(f"seed{seed}.mid", "--style", style, "--seed", str(seed), "--bars", "4")
    for number, knob in enumerate(KNOBS):
        style = STYLES[number % len(STYLES)]
        yield render(f"knob{number}.mid", "--style", style, "--set", knob, "--bars", "8")


def reuses() -> Iterator[list[str]]:
    """What goes on from a file or a take, varies it, or is played as somebody would."""
    taken = "takes/2026-01-01 12.00.00.jsonl"
    for number, source in enumerate(("funk.mid", "jazz.mid", taken)):
        yield render(f"on{number}.mid", "--continue", source, "--style", "funk", "--bars", "8")
        yield render(f"varied{number}.mid", "--vary", source, "--style", "soul", "--bars", "8")
    yield render("from.mid", "--from", "2026-01-01", "--bars", "4")
    for style in ("funk", "house", "j_dilla"):
        yield ["humanize", "trap.mid", "--style", style, "-o", f"human_{style}.mid"]
    yield ["humanize", "jazz.mid", "--style", "jazz", "--amount", "2", "-o", "human_2.mid"]
    yield ["humanize", taken, "--style", "rock", "-o", "human_take.mid"]


def render(name: str, *words: str) -> list[str]:
    return ["render", "-o", name, *words]


def run(program: Path, here: Path, command: list[str]) -> bytes:
    """What a command says; it must end well, and sees only what lies in the folder."""
    (here / "config.yaml").write_text("takes: {folder: takes}\nsnapshot_file: off\n")
    homes = {name: str(here / "home") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    done = subprocess.run(
        [program, *command],
        cwd=here,
        env={**os.environ, **homes, "COLUMNS": "120", "JACK_DEFAULT_SERVER": "nobody"},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"drumigen {' '.join(command)}: {done.stderr.decode()}")
    return MEASURED.sub(b"", done.stdout + done.stderr)


def content(path: Path) -> bytes:
    """A file's bytes; of a TouchOSC layout what it means: its ids are other ones each time."""
    if path.suffix != ".tosc":
        return path.read_bytes()
    layout = zlib.decompress(path.read_bytes())
    ids = {name: number for number, name in enumerate(dict.fromkeys(IDS.findall(layout)))}
    return IDS.sub(lambda found: b"%d" % ids[found[0]], layout)


def take() -> Iterator[str]:
    """A take of five bars, the last of them cut off, written by hand."""
    kit = {
        "kick": 36, "snare": 38, "side_stick": 37, "clap": 39, "closed_hat": 42, "pedal_hat": 44,
        "open_hat": 46, "low_tom": 43, "mid_tom": 47, "high_tom": 50, "crash": 49, "ride": 51,
        "ride_bell": 53, "percussion": 54,
    }  # fmt: skip
    head = {"take": 1, "began": "2026-01-01T12:00:00+00:00", "seed": 5, "channel": 10, "kit": kit}
    yield json.dumps(head)
    seconds = 4 * 60 / 96
    for number in range(5):
        bar = {"b": number, "at": round(number * seconds, 3), "bpm": 96.0, "style": "hiphop"}
        controls = {"style": "hiphop", "density": 0.6, "swing": 56.0, "seed": 5.0}
        yield json.dumps(bar | {"by": "model"} | ({} if number else {"set": controls}))
        notes: list[float] = [number]
        for step in range(0, 16, 2):
            notes += [step * 120, 3.5 if step % 4 else -1, 42, 60 + 5 * (step + number) % 40]
        for step, note, velocity in ((0, 36, 100), (4, 38, 110), (6 + number, 36, 80)):
            notes += [step * 120, 2, note, velocity]
        yield json.dumps({"n": notes})
    yield json.dumps({"left": 4, "tick": 960.0, "at": round(4.5 * seconds, 3)})


if __name__ == "__main__":
    main()
