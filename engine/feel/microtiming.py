"""A style's microtiming, written into a bar once, when it is made: what it repeats, drift, spread.

A function of its arguments: the same bar, tempo, seed and number give the same offsets.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH, Meter
from engine.score.notes import Bar
from engine.score.style import Style

# Shared drift of drummers in the Groove MIDI Dataset: autocorrelation .51 at one beat
# (measured in its training files), hence a first-order autoregression with rho = .5 a beat.
RHO = 0.5
_MEMORY = 8  # beats after which .5 ** 8 is under half a percent


def felt(bar: Bar, style: Style, bpm: float, seed: int, number: int) -> Bar:
    """The bar with its style's microtiming, `number` counting bars so that drift runs on.

    What the style repeats is the same in every bar; drift and spread come from the seed.
    """
    if bar.felt:
        return bar
    ticks_per_ms = bpm * TICKS_PER_BEAT / 60_000
    drift = _drift(seed, number, bar.meter)
    dice = Random(f"{seed}/spread/{number}")
    hits = []
    for hit in bar.hits:
        ms = style.feel.offset(hit.voice, hit.tick)
        ms += style.feel.drift * drift(hit.tick) + style.feel.spread * dice.gauss(0.0, 1.0)
        hits.append(replace(hit, offset=_clamped(hit.offset + ms * ticks_per_ms)))
    return replace(bar, hits=tuple(hits), felt=True)


def _clamped(offset: float) -> int:
    """A sixteenth is the farthest a hit may stand from its score position."""
    return round(min(TICKS_PER_SIXTEENTH, max(-TICKS_PER_SIXTEENTH, offset)))


def _drift(seed: int, number: int, meter: Meter) -> Callable[[int], float]:
    """The shared drift of a bar, unit sd, as a function of the tick; a line between beats."""
    start = number * meter.bar_ticks
    first, last = start // TICKS_PER_BEAT, (start + meter.bar_ticks - 1) // TICKS_PER_BEAT
    noise = {
        beat: Random(f"{seed}/drift/{beat}").gauss(0.0, math.sqrt(1.0 - RHO**2))
        for beat in range(first - _MEMORY, last + 2)
    }
    points = {
        beat: sum(RHO**back * noise[beat - back] for back in range(_MEMORY + 1))
        for beat in range(first, last + 2)
    }

    def at(tick: int) -> float:
        beat, rest = divmod(start + tick, TICKS_PER_BEAT)
        part = rest / TICKS_PER_BEAT
        return points[beat] * (1.0 - part) + points[beat + 1] * part

    return at
