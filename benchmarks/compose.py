"""How long the drummer takes for a bar on one CPU core.

    python -m benchmarks.compose            # prints the table
    python -m benchmarks.compose --write    # and keeps it in results/compose.md

A bar has to be there in a quarter of a bar: 345 ms at 174 BPM. Run it on an idle machine.

The peer is what drum transformers are mostly made of: a GPT-2 of 12 layers and 768 wide
(124 M parameters) on our vocabulary, untrained, since only its speed is asked for. In one run
with ours, on one core too, Hugging Face's `generate` continues the same windows of tokens, with
its cache, by as many tokens as our bar had; ours writes all its candidates meanwhile, each
stroke (up to three tokens) in one step.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import torch

from benchmarks import report
from engine.bars.request import Request
from engine.score.notes import Bar
from model.composer.drummer import Drummer
from model.composer.layers import Dense
from model.composer.transformer import Transformer

QUARTER_BAR_MS = 60_000 / 174
PHRASE = 8
PEER_BARS = 28
_READ_BYTES = 256 * 2**20  # well above any cache


@dataclass(frozen=True, slots=True)
class Timing:
    """One composed bar: seconds it took, its tokens and strokes, and what it went on from."""

    seconds: float
    tokens: int
    strokes: int
    window: tuple[int, ...]


def timings(drummer: Drummer, phrases: int) -> list[Timing]:
    """Bars of phrases in every trained style in turn, each with its history fed back."""
    found = []
    for number in range(phrases):
        style = drummer.styles[number % len(drummer.styles)]
        history: tuple[Bar, ...] = ()
        for place in range(PHRASE):
            request = Request(
                number=place,
                generation=0,
                style=style,
                mixture=((style, 1.0),),
                place=place,
                phrase=PHRASE,
                fill=place == PHRASE - 1,
                history=history[-4:],
                seed=number * PHRASE + place,
            )
            begun = time.perf_counter()
            bar = drummer.compose(request)
            seconds = time.perf_counter() - begun
            assert bar is not None
            words = drummer.trained.words
            window = tuple(token for old in history[-4:] for token in words.encode(old))
            tokens, strokes = len(words.encode(bar)), len(bar.hits)
            found.append(Timing(seconds, tokens, strokes, (*window, words.bar)))
            history += (bar,)
    return found


def peer_seconds(found: Sequence[Timing], vocabulary: int) -> list[float]:
    """Seconds that GPT-2 takes for each of these bars."""
    from transformers import GPT2Config, GPT2LMHeadModel  # noqa: PLC0415 - the extra [bench]

    torch.manual_seed(0)
    peer = GPT2LMHeadModel(
        GPT2Config(vocab_size=vocabulary, bos_token_id=None, eos_token_id=None)
    ).eval()
    seconds = []
    for timing in found:
        ids = torch.tensor([timing.window])
        begun = time.perf_counter()
        peer.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=True,
            min_new_tokens=timing.tokens,
            max_new_tokens=timing.tokens,
            pad_token_id=0,
        )
        seconds.append(time.perf_counter() - begun)
    return seconds


def read_bandwidth(device: str = "cpu") -> float:
    """Bytes a second that a device, on a processor one thread, sums over; best of five.

    Memory, not cache.
    """
    data = torch.ones(_READ_BYTES // 4, device=device)
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        data.sum().item()  # which waits for the device
        best = min(best, time.perf_counter() - begun)
    return _READ_BYTES / best


def bytes_a_step(model: Transformer) -> int:
    """Weights read to write one stroke: all layers and the heads, as they are laid out."""
    layers = [one for one in model.modules() if isinstance(one, Dense) and one is not model.style]
    return sum(one.weight.numel() * (4 if one.packed is None else 2) for one in layers)


def memory() -> float | None:
    """The most megabytes this process has had in memory; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - not on Windows

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def table(
    found: list[Timing],
    drummer: Drummer,
    peer: list[float],
    bandwidth: float,
    megabytes: float | None,
) -> str:
    """The markdown table."""
    model = drummer.trained.transformer
    milliseconds = sorted(t.seconds * 1000 for t in found)
    rate = sum(t.tokens for t in found) / sum(t.seconds for t in found)
    late = sum(ms > QUARTER_BAR_MS for ms in milliseconds)
    steps = sum(t.strokes + 1 for t in found) / sum(t.seconds for t in found)
    share = bytes_a_step(model) * steps / bandwidth
    theirs = median(peer) * 1000
    ours = median(t.seconds for t in found[:: max(1, len(found) // PEER_BARS)]) * 1000
    rows = [
        ("bars composed", f"{len(found)}"),
        ("candidates a bar", f"{drummer.candidates}"),
        ("guidance (above 1 each is read twice)", f"{drummer.guidance:g}"),
        ("parameters", f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M"),
        ("tokens a bar, median", f"{median(t.tokens for t in found):.0f}"),
        ("a bar, median", f"{median(milliseconds):.0f} ms"),
        ("a bar, 99th percentile", f"{milliseconds[int(0.99 * (len(found) - 1))]:.0f} ms"),
        ("a bar, longest", f"{milliseconds[-1]:.0f} ms"),
        (f"bars over {QUARTER_BAR_MS:.0f} ms (quarter bar, 174 BPM)", f"{late}"),
        ("tokens a second, reading the history included", f"{rate:.0f}"),
        ("strokes a second", f"{steps:.0f}"),
        (f"GPT-2 by `generate`, {len(peer)} of the same bars, median", f"{theirs:.0f} ms"),
        ("times ours on these bars (target: at least 10)", f"{theirs / ours:.1f}"),
        ("weights read a stroke", f"{bytes_a_step(model) / 1e6:.1f} MB"),
        ("memory read by one thread", f"{bandwidth / 1e9:.1f} GB/s"),
        ("share of that limit", f"{share:.0%}"),
        ("memory of the drummer, most (target: under 700)", f"{megabytes or 0:.0f} MB"),
    ]
    return report.table(("", ""), rows)


def main() -> None:
    """Prints the table; `--write` keeps it."""
    parser = report.options(__doc__)
    parser.add_argument("--phrases", type=int, default=28, help="phrases of 8 bars")
    chosen = parser.parse_args()
    weights = Path(chosen.weights) if chosen.weights else None
    drummer = Drummer.load(weights, device="cpu", threads=1)
    drummer.warm()
    found = timings(drummer, chosen.phrases)
    megabytes = memory()  # before the peer is there
    some = found[:: max(1, len(found) // PEER_BARS)]
    peer = peer_seconds(some, len(drummer.trained.words))
    text = table(found, drummer, peer, read_bandwidth(), megabytes)
    head = "# Composing a bar on one core\n\n`python -m benchmarks.compose --write`"
    made = f"torch {torch.__version__}; {report.machine()}"
    report.publish("compose", f"{head}\n\n{made}\n\n{text}", write=chosen.write)


if __name__ == "__main__":
    main()
