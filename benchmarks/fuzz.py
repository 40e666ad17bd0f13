"""Bytes that mean nothing, by the million: nothing but errors of ours may come of them.

    python benchmarks/fuzz.py stage|files [--bytes 10000000] [--seed 1]

- stage: what enters at MIDI ports, and OSC datagrams, half and half, goes the way of real ones in
  invented time (tests/stage_fuzz.py); nothing may be raised at all. Each thousand handfuls have a
  performance of their own.
- files: damaged .mid files are read, humanized, written, read again and played as a primer
  (tests/midi_fuzz.py).

All are made of good ones by a seeded fuzzer. The first that raises anything else ends it, and its
seed is told; a file that does stays.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory, mkdtemp
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from tests import midi_fuzz, stage_fuzz

BATCH = 1000  # handfuls or files of a seed


def stage(seed: int) -> Iterator[int]:
    """Bytes of each handful."""
    yield from stage_fuzz.rounds(seed, BATCH)


def files(seed: int) -> Iterator[int]:
    """Bytes of each file; one that breaks something is kept, and it is said where."""
    with TemporaryDirectory() as folder:
        try:
            for size, _ in midi_fuzz.rounds(Path(folder), seed, BATCH):
                yield size
        except Exception:
            kept = copy(Path(folder) / "fuzz.mid", mkdtemp())
            print(f"what did not go through is in {kept}", file=sys.stderr)
            raise


KINDS = {"stage": stage, "files": files}


def main() -> int:
    """Feeds bytes until all are through; raises what the first that breaks something does."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--bytes", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first thousand")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # python-osc's, of each datagram that it cannot read
    began, seed, size, count = perf_counter(), options.seed, 0, 0
    while size < options.bytes:
        try:
            for one in KINDS[options.kind](seed):
                size, count = size + one, count + 1
        except BaseException:
            print(f"{size} bytes went through; what did not is of --seed {seed}", file=sys.stderr)
            raise
        seed += 1
    print(f"{size} bytes in {count} pieces went through in {perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
