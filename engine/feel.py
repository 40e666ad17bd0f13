"""Bar in, timed strokes out: microtiming when a bar is made, the performed knobs when it plays.

`felt` writes a style's microtiming into a bar once; `strokes` plays a bar through the knobs
as they stand now and is done again whenever one turns. Both are functions of their
arguments: the same bar and knobs give the same strokes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import attrgetter
from random import Random
from typing import NamedTuple

from engine.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH, Meter
from engine.importance import metric_weight, thin
from engine.notes import GHOST_VELOCITY, Bar, Hit, Voice, on_triplets
from engine.style import Style

# Shared drift of drummers in the Groove MIDI Dataset: autocorrelation .51 at one beat
# (FACTS 3, measured), hence a first-order autoregression with rho = .5 a beat.
RHO = 0.5
_MEMORY = 8  # beats after which .5 ** 8 is under half a percent
_SNARES = (Voice.SNARE, Voice.SIDE_STICK)
_MOST_GHOSTS = 4  # added to a usual bar at ghost = 2; design choice
_GHOST_VELOCITY = 34


@dataclass(frozen=True, slots=True)
class Knobs:
    """The performed controls that shape strokes; ranges as in the table of controls."""

    swing: float = 50.0
    swing_grid: int = 16
    humanize: float = 1.0
    intensity: float = 0.5
    dynamics: float = 1.0
    ghost: float = 1.0
    density: float = 0.5
    muted: frozenset[Voice] = frozenset()


class Stroke(NamedTuple):
    """A hit as performed: `tick` from the bar line, microtiming and swing inside.

    A tuple, not a dataclass: dozens are made at every turn of a knob, at a third of the cost.
    """

    tick: float
    voice: Voice
    velocity: int
    score: int


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


def strokes(bar: Bar, knobs: Knobs) -> tuple[Stroke, ...]:
    """The bar as the knobs would have it now, in the order it sounds."""
    hits = _ghosts(bar, thin(bar, knobs.density), knobs.ghost)
    means, velocities = _means(bar), _velocities(knobs, bar.intensity)
    played = [
        Stroke(
            swung(hit.tick, knobs.swing, knobs.swing_grid) + hit.offset * knobs.humanize,
            hit.voice,
            velocities(hit.velocity, means[hit.voice]),
            hit.tick,
        )
        for hit in hits
        if hit.voice not in knobs.muted
    ]
    return tuple(sorted(played, key=attrgetter("tick")))


def swung(tick: int, percent: float, grid: int) -> float:
    """Where a score tick falls when pairs of `grid` notes (8 or 16) swing at a percentage.

    The first of a pair takes `percent` of it (50 straight, 66.7 a triplet; Linn's scale,
    FACTS 4). Straight 32nds follow in proportion; what stands on a triplet grid stays, it
    swings already.
    """
    if percent == 50.0:
        return float(tick)
    pair = TICKS_PER_BEAT * 8 // grid
    start, within = tick // pair * pair, tick % pair
    if tick % (TICKS_PER_SIXTEENTH // 2):
        return float(tick)
    half, first = pair / 2, pair * percent / 100.0
    if within <= half:
        return start + within * first / half
    return start + first + (within - half) * (pair - first) / half


def _velocities(knobs: Knobs, made: float) -> Callable[[int, float], int]:
    """From a velocity and the mean of its voice to the one that is played.

    Dynamics widen or narrow a voice about its mean, intensity moves the whole kit from what
    the bar was `made` for.
    """
    dynamics = knobs.dynamics
    # A power curve keeps ghosts below accents at every intensity.
    exponent = math.pow(2.0, 2.0 * (made - knobs.intensity))

    def velocity(made: int, mean: float) -> int:
        wanted = min(127.0, max(1.0, mean + (made - mean) * dynamics))
        return max(1, round(127.0 * math.pow(wanted / 127.0, exponent)))

    return velocity


def _means(bar: Bar) -> dict[Voice, float]:
    totals: dict[Voice, list[int]] = {}
    for hit in bar.hits:
        totals.setdefault(hit.voice, []).append(hit.velocity)
    means = {voice: sum(all_) / len(all_) for voice, all_ in totals.items()}
    means.setdefault(Voice.SNARE, float(_GHOST_VELOCITY))
    return means


def _is_ghost(hit: Hit) -> bool:
    return hit.voice in _SNARES and hit.velocity < GHOST_VELOCITY


def _ghosts(bar: Bar, hits: tuple[Hit, ...], ghost: float) -> list[Hit]:
    """Ghost notes taken away below what the bar was made for (weakest first), added above."""
    made = 2.0 * bar.ghosts
    if ghost < made or ghost == 0.0:
        ranked = sorted((hit for hit in hits if _is_ghost(hit)), key=lambda hit: hit.velocity)
        stay = ghost / made if ghost else 0.0
        gone = {hit.key for hit in ranked[: round(len(ranked) * (1.0 - stay))]}
        return [hit for hit in hits if hit.key not in gone]
    more = round((ghost - made) * _MOST_GHOSTS)
    return [*hits, *_added_ghosts(bar, hits, more)] if more else list(hits)


def _added_ghosts(bar: Bar, hits: tuple[Hit, ...], number: int) -> list[Hit]:
    """Ghosts in the weakest free places, in a fixed order, so that the knob only adds.

    Places are sixteenths, or the eighth triplets of a bar that stands on them.
    """
    step = TICKS_PER_BEAT // 3 if on_triplets(bar.hits) else TICKS_PER_SIXTEENTH
    steps = bar.meter.bar_ticks // step
    taken = [hit.tick for hit in hits if hit.voice in _SNARES]
    slots = [
        tick
        for tick in range(step, bar.meter.bar_ticks, step)
        if metric_weight(tick, bar.meter) < 0.5
        and all(abs(tick - other) >= TICKS_PER_SIXTEENTH // 2 for other in taken)
    ]
    # 7/16 before the middle first, then spread: a drummer's usual places for them.
    slots.sort(key=lambda tick: (tick // step * 7) % steps)
    near = {hit.tick: hit.offset for hit in hits}
    return [Hit(tick, Voice.SNARE, _GHOST_VELOCITY, near.get(tick, 0)) for tick in slots[:number]]
