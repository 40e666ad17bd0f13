"""How well the feel humanizes what was played, and how long it takes for a bar.

    python -m benchmarks.feel --data groove/            # prints the tables
    python -m benchmarks.feel --data groove/ --write    # and keeps them in results/feel.md

Each split that there is of validation, test and session is measured; none is learned from.
Names are those of `model.judging.evaluate_feel.feel_figures`; what was aimed at stands in
model/weights/README.md.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from benchmarks.report import machine, options, percentile, publish, table
from engine.score.notes import Bar
from model.feel.humanizer import Dynamics, Humanizer
from model.judging.evaluate_feel import feel_figures
from model.training.groove import Phrase, groove

SPLITS = ("validation", "test", "session")
BARS = 400


def main() -> None:
    """Measures and prints."""
    parser = options(__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the Groove MIDI Dataset")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    feel = Humanizer.load(Path(chosen.weights) if chosen.weights else None)
    phrases = groove(chosen.data)
    head = f"# The feel\n\n`python -m benchmarks.feel --data groove/ --write`\n\n{machine()}"
    text = f"{head}\n\n{speed(feel, phrases)}\n\n{tables(feel, phrases)}"
    publish("feel", text, write=chosen.write)


def speed(feel: Humanizer, phrases: Sequence[Phrase]) -> str:
    """Milliseconds of a bar performed with two before it, as the composer's bars are."""
    times: list[float] = []
    for phrase in phrases:
        for place in range(2, len(phrase.bars)):
            if len(times) < BARS:
                times.append(_timed(feel, phrase, place, phrase.bars[place - 2 : place]))
    middle, late = (percentile(times, share) * 1000 for share in (0.5, 0.99))
    return (
        f"A bar on one core, {len(times)} bars: median {middle:.1f} ms, "
        f"99th percentile {late:.1f} ms."
    )


def _timed(feel: Humanizer, phrase: Phrase, place: int, before: Sequence[Bar]) -> float:
    begun = time.perf_counter()
    feel.perform(
        phrase.bars[place : place + 1],
        ((phrase.style, 1.0),),
        phrase.bpm,
        1,
        place,
        before=before,
        dynamics=Dynamics.KEPT,
    )
    return time.perf_counter() - begun


def tables(feel: Humanizer, phrases: Sequence[Phrase]) -> str:
    """All figures, and the spread by style."""
    learned = [phrase for phrase in phrases if phrase.split == "train"]
    found: dict[str, Mapping[str, float]] = {}
    for split in SPLITS:
        chosen = [phrase for phrase in phrases if phrase.split == split]
        if chosen:
            found[split] = feel_figures(chosen, feel, 1, learned)
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    whole = [name for name in names if not name.startswith(("spread_", "hits_"))]
    rows = [(n, *(_cell(figures, n) for figures in found.values())) for n in whole]
    styles = [name[5:] for name in names if name.startswith("hits_")]
    spread = [(style, *(_spread(figures, style) for figures in found.values())) for style in styles]
    return (
        f"{table(('figure', *found), rows)}\n\n"
        f"Sampled spread over real, and the hits it was measured on:\n\n"
        f"{table(('style', *found), [('all', *(_spread(f, '') for f in found.values())), *spread])}"
    )


def _cell(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:.3g}" if name in figures else ""


def _spread(figures: Mapping[str, float], style: str) -> str:
    name = f"_{style}" if style else ""
    if f"hits{name}" not in figures:
        return ""
    return f"{figures[f'spread{name}_ratio']:.2f} ({figures[f'hits{name}']:.0f})"


if __name__ == "__main__":
    main()
