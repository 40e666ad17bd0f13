"""How many bars a second the drummer writes when it writes several at once.

    python -m benchmarks.batch [--write] [--device cuda]

Batches of 1, 16 and 64 candidates of one bar, each with four bars of history, without the
guidance that would double the rows. The limit is that of memory: every step reads the weights
of all layers and heads once, and the keys and values of every row.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

import torch

from benchmarks import report
from benchmarks.compose import bytes_a_step, read_bandwidth, timings
from model.composer.drummer import Drummer, available

BATCHES = (1, 16, 64)
PHRASES = 3  # of eight bars


def main() -> None:
    """Measures and prints."""
    parser = report.options(__doc__)
    parser.add_argument("--device", choices=available(), default=available()[-1])
    chosen = parser.parse_args()
    trained = Drummer.load(Path(chosen.weights) if chosen.weights else None, "cpu").trained
    bandwidth = read_bandwidth(chosen.device)
    rows = []
    for batch in BATCHES:
        drummer = Drummer(trained, (chosen.device,), candidates=batch, guidance=1.0)
        rows.append([batch, *figures(drummer, bandwidth)])
    headings = ("bars at once", "ms", "bars a second", "strokes a second", "share of the limit")
    where = f"On {name(chosen.device)}, which reads {bandwidth / 1e9:.0f} GB/s."
    head = "# Bars at once\n\n`python -m benchmarks.batch --write`"
    text = f"{head}\n\n{report.table(headings, rows)}\n\n{where} {report.machine()}"
    report.publish("batch", text, write=chosen.write)


def figures(drummer: Drummer, bandwidth: float) -> list[str]:
    """Median ms of a batch, bars and strokes a second, share of the bandwidth."""
    drummer.warm()
    found = timings(drummer, PHRASES)
    once = median(timing.seconds for timing in found)
    steps = sum(t.strokes + 1 for t in found) / sum(t.seconds for t in found)
    read = steps * (bytes_a_step(drummer.trained.transformer) + cache_bytes(drummer))
    return [
        f"{once * 1000:.0f}",
        f"{drummer.candidates / once:.0f}",
        f"{steps * drummer.candidates:.0f}",
        f"{read / bandwidth:.0%}",
    ]


def cache_bytes(drummer: Drummer) -> float:
    """Keys and values that a step reads, all rows, with about a hundred strokes before it."""
    config = drummer.trained.transformer.config
    return 4.0 * 2 * config.layers * config.width * 100 * drummer.candidates


def name(device: str) -> str:
    """What the device is called."""
    return torch.cuda.get_device_name(0) if device == "cuda" else device


if __name__ == "__main__":
    main()
