"""How well a feel network humanizes bars that were played: figures, and the floors below them.

Timing is counted in milliseconds from the score position, each file's constant offset taken
away (model.training.groove does). A figure that only a good guess can lower stands beside what
predicting the grid, a table, and the player's own other bars reach.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Bar, Hit, Voice
from model.feel.humanizer import FORCE_EDGES, OFFSET_EDGES, Humanizer, quantiles
from model.feel.inputs import on_plain_sixteenths
from model.training.groove import Phrase

_MIDDLE = 1.349  # sds between the quartiles of a normal distribution
FEWEST = 5  # hits from which a table has a figure of its own
Place = tuple[str, Voice, int]
Table = Mapping[Place, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Guess:
    """A hit as played, and as a feel network expects it; offsets in ms."""

    file: int
    style: str
    bar: int
    tick: int
    voice: Voice
    offset: float
    velocity: int
    median_offset: float
    median_velocity: float


def feel_figures(
    phrases: Sequence[Phrase], feel: Humanizer, seed: int, learned: Sequence[Phrase] = ()
) -> dict[str, float]:
    """All figures of a feel network on phrases it did not learn from.

    `learned` are those it did, for the floor of a table by style, voice and slot; without
    them that floor is left out. Names end in what they count: ms, mae (velocity of 127),
    ratio; a ratio to nothing is not a number.
    """
    figures: dict[str, float] = {}
    for grid, plain in (("score", False), ("sixteenths", True)):
        guesses = list(guessed(phrases, feel, plain))
        table = table_of(learned, plain) if learned else {}
        figures |= {f"{grid}_{name}": n for name, n in timing_figures(guesses, table).items()}
        if not plain:
            figures |= velocity_figures(guesses, table)
    played = [phrase.bars for phrase in phrases]
    sampled = [
        feel.perform(phrase.bars, ((phrase.style, 1.0),), phrase.bpm, seed + number, 0)
        for number, phrase in enumerate(phrases)
    ]
    figures |= spread_figures(phrases, played, sampled)
    for name, bars in (("real", played), ("sampled", sampled)):
        figures[f"drift_autocorrelation_{name}"] = drift_autocorrelation(bars)
        whole, middle = snare_hat_spread(phrases, bars)
        figures |= {f"snare_hat_{name}_ms": whole, f"snare_hat_middle_{name}_ms": middle}
    for kind in ("snare_hat", "snare_hat_middle"):
        real, made = (figures[f"{kind}_{name}_ms"] for name in ("real", "sampled"))
        figures[f"{kind}_ratio"] = _ratio(made, real)
    return figures


def guessed(phrases: Sequence[Phrase], feel: Humanizer, plain: bool) -> Iterator[Guess]:
    """Every hit with the medians expected of it; `plain`: quantized to plain sixteenths."""
    for file, phrase in enumerate(phrases):
        bars = on_plain_sixteenths(phrase.bars) if plain else phrase.bars
        read = feel.read(bars, ((phrase.style, 1.0),), phrase.bpm, plain=plain)
        ms = ms_a_tick(phrase)
        for number, (bar, curves) in enumerate(zip(bars, read, strict=True)):
            halves = [0.5] * len(bar.hits)
            late = quantiles(curves.offsets, OFFSET_EDGES, halves)
            hard = quantiles(curves.velocities, FORCE_EDGES, halves)
            for hit, offset, velocity in zip(bar.hits, late, hard, strict=True):
                place = (file, phrase.style, number, hit.tick, hit.voice)
                yield Guess(*place, hit.offset * ms, hit.velocity, offset * ms, velocity)


def ms_a_tick(phrase: Phrase) -> float:
    """Milliseconds of a tick at the phrase's tempo."""
    return 60_000 / (phrase.bpm * TICKS_PER_BEAT)


def table_of(phrases: Sequence[Phrase], plain: bool) -> Table:
    """Median offset (ms) and velocity by style, voice and tick in the bar."""
    found: dict[Place, list[tuple[float, int]]] = defaultdict(list)
    for phrase in phrases:
        ms = ms_a_tick(phrase)
        for bar in on_plain_sixteenths(phrase.bars) if plain else phrase.bars:
            for hit in bar.hits:
                place = (phrase.style, hit.voice, hit.tick)
                found[place].append((hit.offset * ms, hit.velocity))
    return {
        place: (median(late for late, _ in hits), median(hard for _, hard in hits))
        for place, hits in found.items()
        if len(hits) >= FEWEST
    }


def timing_figures(guesses: Sequence[Guess], table: Table) -> dict[str, float]:
    """Mean distances in ms of what was played from the medians, and from the floors.

    `habit_ms`: from the mean of the same player's other hits of the voice on that place of
    the bar, which nobody who only reads the score can know.
    """
    grid = _mean(abs(guess.offset) for guess in guesses)
    found = _mean(abs(guess.offset - guess.median_offset) for guess in guesses)
    figures = {"timing_ms": found, "grid_ms": grid, "timing_ratio": _ratio(found, grid)}
    if table:
        known = [table.get((g.style, g.voice, g.tick), (0.0, 0.0))[0] for g in guesses]
        figures["table_ms"] = _mean(
            abs(g.offset - offset) for g, offset in zip(guesses, known, strict=True)
        )
    figures["habit_ms"] = _mean(_distances_from_others(guesses))
    return figures


def _distances_from_others(guesses: Sequence[Guess]) -> Iterator[float]:
    groups: dict[Hashable, list[float]] = defaultdict(list)
    for guess in guesses:
        groups[guess.file, guess.voice, guess.tick].append(guess.offset)
    for offsets in groups.values():
        for offset in offsets:
            others = len(offsets) - 1
            yield abs(offset - (sum(offsets) - offset) / others) if others else abs(offset)


def velocity_figures(guesses: Sequence[Guess], table: Table) -> dict[str, float]:
    """Mean distances of velocities from the medians, and from the floors."""
    usual = median(guess.velocity for guess in guesses)
    figures = {
        "velocity_mae": _mean(abs(g.velocity - g.median_velocity) for g in guesses),
        "velocity_one_for_all_mae": _mean(abs(g.velocity - usual) for g in guesses),
    }
    if table:
        known = [table.get((g.style, g.voice, g.tick), (0.0, usual))[1] for g in guesses]
        figures["velocity_table_mae"] = _mean(
            abs(g.velocity - velocity) for g, velocity in zip(guesses, known, strict=True)
        )
    return figures


def spread_figures(
    phrases: Sequence[Phrase],
    played: Sequence[Sequence[Bar]],
    sampled: Sequence[Sequence[Bar]],
) -> dict[str, float]:
    """Sd in ms of sampled offsets over that of real ones, of all and by style."""
    figures = {}
    for style in ("", *sorted({phrase.style for phrase in phrases})):
        chosen = [n for n, phrase in enumerate(phrases) if style in ("", phrase.style)]
        real, made = (
            [h.offset * ms_a_tick(phrases[n]) for n in chosen for b in bars[n] for h in b.hits]
            for bars in (played, sampled)
        )
        name = f"_{style}" if style else ""
        figures[f"spread{name}_ratio"] = _ratio(float(np.std(made)), float(np.std(real)))
        figures[f"hits{name}"] = float(len(real))
    return figures


def drift_autocorrelation(performances: Sequence[Sequence[Bar]]) -> float:
    """Of what all voices share on the beats, from a beat to the next; a file's mean is removed."""
    pairs: list[tuple[float, float]] = []
    squares: list[float] = []
    for bars in performances:
        beats = _means_on_beats(bars)
        usual = _mean(beats.values())
        left = {beat: mean - usual for beat, mean in beats.items()}
        squares += [mean**2 for mean in left.values()]
        pairs += [(mean, left[beat + 1]) for beat, mean in left.items() if beat + 1 in left]
    return _mean(a * b for a, b in pairs) / max(_mean(squares), 1e-9)


def _means_on_beats(bars: Sequence[Bar]) -> dict[int, float]:
    found: dict[int, list[int]] = defaultdict(list)
    for number, bar in enumerate(bars):
        for hit in bar.hits:
            beat, rest = divmod(number * bar.meter.bar_ticks + hit.tick, TICKS_PER_BEAT)
            if rest == 0:
                found[beat].append(hit.offset)
    return {beat: _mean(offsets) for beat, offsets in found.items()}


def snare_hat_spread(
    phrases: Sequence[Phrase], performances: Sequence[Sequence[Bar]]
) -> tuple[float, float]:
    """Sd in ms of how far the snare is from a closed hat struck with it on a beat.

    Of all pairs; and of the middle half, as if all were spread like it, because a few that
    were not meant to be struck at once outweigh the rest in the first.
    """
    apart = [
        (hits[Voice.SNARE].offset - hits[Voice.CLOSED_HAT].offset) * ms_a_tick(phrase)
        for phrase, bars in zip(phrases, performances, strict=True)
        for bar in bars
        for tick, hits in _struck_at_once(bar).items()
        if tick % TICKS_PER_BEAT == 0 and Voice.SNARE in hits and Voice.CLOSED_HAT in hits
    ]
    if not apart:
        return math.nan, math.nan
    low, high = np.quantile(apart, [0.25, 0.75])
    return float(np.std(apart)), float(high - low) / _MIDDLE


def _struck_at_once(bar: Bar) -> dict[int, dict[Voice, Hit]]:
    found: dict[int, dict[Voice, Hit]] = defaultdict(dict)
    for hit in bar.hits:
        found[hit.tick][hit.voice] = hit
    return found


def _ratio(found: float, of: float) -> float:
    return found / of if of else math.nan


def _mean(numbers: Iterable[float]) -> float:
    found = list(numbers)
    return sum(found) / len(found) if found else 0.0
