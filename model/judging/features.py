"""What can be counted in bars: single figures, and rows of numbers for a classifier to learn.

Pure functions of bars. The single figures are those that sets of music are usually compared
by (after Yang & Lerch, On the evaluation of generative models in music, 2020); a drum kit is
seen as the nine classes of GrooVAE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH
from engine.score.importance import metric_weight, syncopation
from engine.score.notes import Bar, Hit, Voice

Row = NDArray[np.float64]

SLOTS = 16  # sixteenths of a bar of 4/4
CLASSES = {
    Voice.KICK: 0,
    Voice.SNARE: 1,
    Voice.SIDE_STICK: 1,
    Voice.CLAP: 1,
    Voice.CLOSED_HAT: 2,
    Voice.PEDAL_HAT: 2,
    Voice.PERCUSSION: 2,
    Voice.OPEN_HAT: 3,
    Voice.LOW_TOM: 4,
    Voice.MID_TOM: 5,
    Voice.HIGH_TOM: 6,
    Voice.CRASH: 7,
    Voice.RIDE: 8,
    Voice.RIDE_BELL: 8,
}
VOICES = {voice: number for number, voice in enumerate(Voice)}  # every voice a class of its own
_TRIPLETS = (TICKS_PER_BEAT // 3, 2 * TICKS_PER_BEAT // 3)
# Where the second of a pair of eighths may fall, in shares of a beat: hard shuffles (.70) and
# nothing of a sixteenth (.25, .75).
_SECOND = (0.45, 0.72)


def slot(hit: Hit) -> int:
    """The sixteenth of the bar a stroke is written nearest to, 0..15."""
    return min(SLOTS - 1, (hit.tick + TICKS_PER_SIXTEENTH // 2) // TICKS_PER_SIXTEENTH)


def outline(bar: Bar) -> frozenset[tuple[int, int]]:
    """What is struck when, as (sixteenth, class): what a bar is on a drum machine's screen."""
    return frozenset((slot(hit), CLASSES[hit.voice]) for hit in bar.hits)


def scored(bar: Bar) -> Bar:
    """The bar as written: without the microtiming."""
    return bar.with_hits(Hit(hit.tick, hit.voice, hit.velocity) for hit in bar.hits)


# ---- single figures
def _strokes(*classes: int) -> Callable[[Bar], float]:
    return lambda bar: float(sum(CLASSES[hit.voice] in classes for hit in bar.hits))


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures) if figures else 0.0


def _spread(figures: Sequence[float]) -> float:
    return float(np.std(figures)) if len(figures) else 0.0


def weak_to_strong(bar: Bar) -> float:
    """Strokes off the eighths for each on them; those of a bar without any on them count whole."""
    weak = sum(metric_weight(hit.tick, bar.meter) < 0.5 for hit in bar.hits)
    return weak / max(1, len(bar.hits) - weak)


def polyphony(bar: Bar) -> float:
    """Strokes at a moment at which there are any; 0 for an empty bar."""
    return len(bar.hits) / max(1, len({hit.tick for hit in bar.hits}))


def swing(bar: Bar) -> float:
    """Where the second eighths of the beats fall, in % of a beat: 50 straight, 66.7 a triplet.

    50 where there are none.
    """
    places = [(hit.tick + hit.offset) % TICKS_PER_BEAT / TICKS_PER_BEAT for hit in bar.hits]
    seconds = [place for place in places if _SECOND[0] <= place <= _SECOND[1]]
    return 100.0 * _mean(seconds) if seconds else 50.0


def autocorrelation(bar: Bar, sixteenths: int) -> float:
    """How alike the loudness of the bar is to itself so much later, round the bar, -1..1.

    0 where it is the same all through.
    """
    loudness = grid(bar, CLASSES).sum(axis=0)
    loudness = loudness - loudness.mean()
    power = float(loudness @ loudness)
    return float(loudness @ np.roll(loudness, sixteenths)) / power if power > 1e-12 else 0.0


FEATURES: dict[str, Callable[[Bar], float]] = {
    "instruments": lambda bar: float(len({CLASSES[hit.voice] for hit in bar.hits})),
    "strokes": lambda bar: float(len(bar.hits)),
    "moments": lambda bar: float(len({hit.tick for hit in bar.hits})),
    "kick strokes": _strokes(0),
    "snare strokes": _strokes(1),
    "hat strokes": _strokes(2, 3),
    "tom strokes": _strokes(4, 5, 6),
    "cymbal strokes": _strokes(7, 8),
    "velocity mean": lambda bar: _mean([float(hit.velocity) for hit in bar.hits]),
    "velocity sd": lambda bar: _spread([float(hit.velocity) for hit in bar.hits]),
    "syncopation": syncopation,
    "weak to strong": weak_to_strong,
    "polyphony": polyphony,
    "swing": swing,
    "autocorrelation, a beat": lambda bar: autocorrelation(bar, 4),
    "autocorrelation, half a bar": lambda bar: autocorrelation(bar, 8),
}
# Only of bars that have a timing of their own.
TIMING: dict[str, Callable[[Bar], float]] = {
    "offset mean": lambda bar: _mean([float(hit.offset) for hit in bar.hits]),
    "offset sd": lambda bar: _spread([float(hit.offset) for hit in bar.hits]),
}


# ---- rows for a classifier
def grid(bar: Bar, classes: dict[Voice, int]) -> Row:
    """The loudest velocity of a class in a sixteenth, 0..1: classes × 16."""
    out = np.zeros((max(classes.values()) + 1, SLOTS))
    for hit in bar.hits:
        row, column = classes[hit.voice], slot(hit)
        out[row, column] = max(out[row, column], hit.velocity / 127)
    return out


def sums(bars: Sequence[Bar], classes: dict[Voice, int]) -> Row:
    """For each class strokes a bar and mean velocity; shares on triplets and on no sixteenth."""
    rows = max(classes.values()) + 1
    counts, loud = np.zeros(rows), np.zeros(rows)
    for hit in (hit for bar in bars for hit in bar.hits):
        counts[classes[hit.voice]] += 1
        loud[classes[hit.voice]] += hit.velocity / 127
    ticks = [hit.tick for bar in bars for hit in bar.hits]
    triplets = _mean([float(tick % TICKS_PER_BEAT in _TRIPLETS) for tick in ticks])
    odd = _mean([float(tick % TICKS_PER_SIXTEENTH != 0) for tick in ticks])
    return np.concatenate([counts / len(bars), loud / np.maximum(counts, 1), [triplets, odd]])


def window(bars: Sequence[Bar]) -> Row:
    """Bars as a classifier sees them: every sixteenth of the nine classes, and their sums."""
    return np.concatenate([*(grid(bar, CLASSES).ravel() for bar in bars), sums(bars, CLASSES)])


def manner(bars: Sequence[Bar]) -> Row:
    """How bars are played on the whole: mean and spread of each sixteenth, sums and timing.

    Every voice is a class of its own. Timing is the mean offset (ticks) of each voice, and of
    all strokes on the even and on the odd sixteenths, which is swing.
    """
    grids = np.stack([grid(bar, VOICES) for bar in bars])
    hits = [hit for bar in bars for hit in bar.hits]
    late = [_mean([float(hit.offset) for hit in hits if hit.voice is voice]) for voice in VOICES]
    odd = [_mean([float(hit.offset) for hit in hits if slot(hit) % 2 == n]) for n in (0, 1)]
    spread = _spread([float(hit.offset) for hit in hits])
    timing = np.array([*late, *odd, spread])
    parts = [grids.mean(axis=0).ravel(), grids.std(axis=0).ravel(), sums(bars, VOICES), timing]
    return np.concatenate(parts)
