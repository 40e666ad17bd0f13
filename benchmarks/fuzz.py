"""Bytes at MIDI ports and OSC datagrams, by the million: nothing may be raised by any of them.

    python benchmarks/fuzz.py [--bytes 10000000] [--seed 1]

They go the way of real ones, in invented time (tests/stage_fuzz.py): half of them MIDI, half OSC,
made of good ones by a seeded fuzzer. Each thousand has a performance of its own. The first that
raises anything ends it, and its seed is told. Files are fuzzed by benchmarks/fuzz_files.py.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from tests.stage_fuzz import rounds

BATCH = 1000  # handfuls of a seed


def main() -> int:
    """Feeds bytes until all are through; raises what the first that breaks something does."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bytes", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first thousand handfuls")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # python-osc's, of each datagram that it cannot read
    began, seed, size = perf_counter(), options.seed, 0
    while size < options.bytes:
        try:
            for one in rounds(seed, BATCH):
                size += one
        except BaseException:
            print(f"{size} bytes went through; what did not is of --seed {seed}", file=sys.stderr)
            raise
        seed += 2
    print(f"{size} bytes went through in {perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
