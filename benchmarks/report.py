"""What the benchmarks share: the machine in words, percentiles, tables, a MIDI system.

A result says how it was made and on what; results/ is written only when asked for.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from drumigen.lists import control_rows

RESULTS = Path(__file__).parent / "results"


def options(text: str | None, seconds: float | None = None) -> argparse.ArgumentParser:
    """A parser with --write and --weights and, where a default is given, --seconds."""
    parser = argparse.ArgumentParser(description=(text or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="also write results/NAME.md")
    parser.add_argument("--weights", help="another .safetensors file than the one that came along")
    if seconds is not None:
        parser.add_argument("--seconds", type=float, default=seconds, help=f"default {seconds:g}")
    return parser


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` 0..1 of the values lie, nearest rank; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A markdown table; all columns but the first are set to the right."""
    lines = [
        f"| {' | '.join(headings)} |",
        "| --- |" + " ---: |" * (len(headings) - 1),
        *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows),
    ]
    return "\n".join(lines)


def verdict(text: str, met: bool) -> str:
    """A target as a line of a list."""
    return f"- {text}: {'met' if met else 'MISSED'}"


def machine() -> str:
    """Processor, cores we may use, load a minute ago, system and Python."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = (
        f", load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    )
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{_processor()}, {cores} cores{load}; {system}."


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.split(":")[1].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


def cc_numbers() -> dict[str, int]:
    """The CC of each control."""
    return {row[0].strip("`"): int(row[1]) for row in control_rows() if row[1].isdigit()}


def megabytes(pid: int | str = "self") -> float:
    """Memory of a process that lies in the machine's; 0 where that cannot be read."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    except OSError:  # not Linux, or it has died
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextlib.contextmanager
def midi_system() -> Iterator[str]:
    """A JACK server of our own for real ports where jackd is installed, else what is there."""
    if shutil.which("jackd") is None:
        yield "no jackd here: whatever MIDI system there is"
        return
    from tests.rig import JackServer  # noqa: PLC0415 - needs pytest, and Linux

    with JackServer(realtime=True) as jack:
        way = "in realtime" if jack.realtime else "not in realtime"
        yield f"jackd {way}, dummy driver, period 256"


def publish(name: str, text: str, *, write: bool) -> None:
    """Print a result and, if asked to, keep it."""
    print(text)
    if write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.md").write_text(text + "\n", encoding="utf-8")
