"""How many bars a second the drummer writes when it writes several at once.

    python -m benchmarks.batch [--write] [--device cuda]

Batches of 1, 16 and 64 candidates of one bar, each with four bars of history, without the
guidance that would double the rows. The limit is that of memory: every step reads the weights
of all layers and heads once, and the keys and values of every row. Copies in the device's own
memory say how much it can read.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import torch

from benchmarks.compose import bytes_a_step
from benchmarks.report import RESULTS, machine, options, table
from engine.events import Request
from engine.notes import Bar
from model.drummer import Drummer, available

BATCHES = (1, 16, 64)
BARS = 24
STYLES = ("funk", "jazz", "house", "j_dilla")
_COPY_BYTES = 256 * 2**20


def main() -> None:
    """Measures and prints."""
    parser = options(__doc__)
    parser.add_argument("--device", choices=available(), default=available()[-1])
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    trained = Drummer.load(Path(chosen.weights) if chosen.weights else None, "cpu").trained
    bandwidth = read_bandwidth(chosen.device)
    rows = []
    for batch in BATCHES:
        drummer = Drummer(trained, candidates=batch, guidance=1.0)
        drummer.move(chosen.device)
        rows.append([batch, *figures(drummer, bandwidth)])
    headings = ("bars at once", "ms", "bars a second", "strokes a second", "share of the limit")
    text = f"{table(headings, rows)}\n\nOn {chosen.device}: {name(chosen.device)}; it copies at "
    text += f"{bandwidth / 2e9:.0f} GB/s. {machine()}\n"
    print(text)
    if chosen.write:
        head = "# Bars at once\n\n`python -m benchmarks.batch --write`\n\n"
        (RESULTS / "batch.md").write_text(head + text, encoding="utf-8")


def figures(drummer: Drummer, bandwidth: float) -> list[str]:
    """Median ms of a batch, bars and strokes a second, share of the bandwidth."""
    phrase(drummer, STYLES[0], 4)
    seconds, strokes = [], []
    for style in STYLES:
        for took, longest in phrase(drummer, style, BARS // len(STYLES)):
            seconds.append(took)
            strokes.append(longest + 1)
    once, steps = median(seconds), sum(strokes) / sum(seconds)
    read = steps * (bytes_a_step(drummer.trained.transformer) + cache_bytes(drummer))
    return [
        f"{once * 1000:.0f}",
        f"{drummer.candidates / once:.0f}",
        f"{steps * drummer.candidates:.0f}",
        f"{read / bandwidth:.0%}",
    ]


def phrase(drummer: Drummer, style: str, bars: int) -> list[tuple[float, int]]:
    """Seconds of each bar of a phrase, and its strokes."""
    history: tuple[Bar, ...] = ()
    found = []
    for place in range(bars):
        request = Request(place, 0, style, ((style, 1.0),), place=place % 8, phrase=8,
                          history=history[-4:], seed=place)  # fmt: skip
        begun = time.perf_counter()
        bar = drummer.compose(request)
        assert bar is not None
        found.append((time.perf_counter() - begun, len(bar.hits)))
        history += (bar,)
    return found


def cache_bytes(drummer: Drummer) -> float:
    """Keys and values that a step reads, all rows, with about a hundred strokes before it."""
    config = drummer.trained.transformer.config
    return 4.0 * 2 * config.layers * config.width * 100 * drummer.candidates


def read_bandwidth(device: str) -> float:
    """Bytes a second read and written while copying; best of five."""
    data, best = torch.ones(_COPY_BYTES // 4, device=device), float("inf")
    other = torch.empty_like(data)
    for _ in range(5):
        wait(device)
        begun = time.perf_counter()
        other.copy_(data)
        wait(device)
        best = min(best, time.perf_counter() - begun)
    return 2 * _COPY_BYTES / best


def wait(device: str) -> None:
    """Until the device has done all that it was told."""
    if device == "cuda":
        torch.cuda.synchronize()
    elif device == "mps":
        torch.mps.synchronize()


def name(device: str) -> str:
    """What the device is called."""
    return torch.cuda.get_device_name(0) if device == "cuda" else device


if __name__ == "__main__":
    main()
