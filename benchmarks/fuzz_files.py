"""Bytes of damaged .mid files, by the million: nothing but errors of ours may come of them.

    python benchmarks/fuzz_files.py [--bytes 10000000] [--seed 1]

Each file is made of a good one, read, humanized, written, read again, and played as a primer. The
first that raises anything else ends it; what it was made of stands in the file that is named.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from tests.midi_fuzz import rounds

BATCH = 1000  # files of a seed


def main() -> int:
    """Feeds files until the bytes are through; 1 where one of them broke something."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bytes", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first thousand files")
    options = parser.parse_args()
    began, seed, sizes, read = perf_counter(), options.seed, 0, 0
    files = 0
    with TemporaryDirectory() as folder:
        while sizes < options.bytes:
            try:
                for size, whole in rounds(Path(folder), seed, BATCH):
                    sizes, files, read = sizes + size, files + 1, read + whole
            except Exception:
                kept = Path(mkdtemp()) / "fuzzed.mid"
                kept.write_bytes((Path(folder) / "fuzz.mid").read_bytes())
                print(f"{sizes} bytes went through; what did not is in {kept}", file=sys.stderr)
                raise
            seed += 1
    seconds = perf_counter() - began
    print(
        f"{sizes} bytes in {files} files, {read} of them read, the others refused: {seconds:.0f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
