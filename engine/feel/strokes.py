"""Bar in, timed strokes out: microtiming when a bar is made, the performed knobs when it plays.

`felt` writes a style's microtiming into a bar once; `strokes` plays a bar through the knobs
as they stand now and is done again whenever one turns. Both are functions of their
arguments: the same bar and knobs give the same strokes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import NamedTuple

from engine.feel.swing import swung, written_beats
from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH
from engine.score.importance import metric_weight, most_important, thin
from engine.score.notes import GHOST_VELOCITY, Bar, Hit, Voice, on_triplets
from engine.score.style import Swing

_EVERY_VOICE = frozenset(Voice)
_SNARES = (Voice.SNARE, Voice.SIDE_STICK)
_MOST_GHOSTS = 4  # added to a usual bar at ghost = 2; design choice
_GHOST_VELOCITY = 34


@dataclass(frozen=True, slots=True)
class PerformedKnobs:
    """The performed controls that shape strokes; ranges as in the table of controls.

    `written` is the swing that triplets stand at in the score. `densities` are by voice group,
    the others in the plural by voice; what is not named goes as all do.
    """

    swing: float = 50.0
    swing_grid: int = 16
    written: Swing | None = None
    humanize: float = 1.0
    intensity: float = 0.5
    dynamics: float = 1.0
    ghost: float = 1.0
    density: float = 0.5
    muted: frozenset[Voice] = frozenset()
    densities: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[Voice, float] = field(default_factory=dict)
    swings: Mapping[Voice, float] = field(default_factory=dict)
    humanizes: Mapping[Voice, float] = field(default_factory=dict)
    dynamics_of: Mapping[Voice, float] = field(default_factory=dict)


class Stroke(NamedTuple):
    """A hit as performed: `tick` from the bar line, microtiming and swing inside.

    A tuple, not a dataclass: dozens are made at every turn of a knob, at a third of the cost.
    """

    tick: float
    voice: Voice
    velocity: int
    score: int


def strokes(
    bar: Bar, knobs: PerformedKnobs, kit: frozenset[Voice] = _EVERY_VOICE
) -> tuple[Stroke, ...]:
    """The bar as the knobs would have it now on the voices of a kit, in the order it sounds."""
    played = _performed(bar, _left_over(bar, knobs, kit), knobs)
    return tuple(sorted(played, key=attrgetter("tick")))


def swinging(bar: Bar, knobs: PerformedKnobs) -> Callable[[Hit], float]:
    """From a hit of the bar to the tick where it falls in swing; its offset comes on top.

    Eighths that have no partner in the meter do not swing.
    """
    swing, grid, swings, written = knobs.swing, knobs.swing_grid, knobs.swings, knobs.written
    beats, paired = written_beats(bar, written), bar.meter.paired_ticks

    def falls(hit: Hit) -> float:
        percent = swings.get(hit.voice, swing)
        if hit.tick < paired:
            whole = hit.tick // TICKS_PER_BEAT in beats
            return swung(hit.tick, percent, grid, written, whole)
        return float(hit.tick) if grid == 8 else swung(hit.tick, percent, grid)

    return falls


def _left_over(bar: Bar, knobs: PerformedKnobs, kit: frozenset[Voice]) -> list[Hit]:
    """The hits that the knobs leave: one at least of a bar that nobody muted."""
    hits = _ghosts(bar, thin(bar, knobs.density, knobs.densities), knobs.ghost)
    heard = [hit for hit in hits if _is_heard(hit, knobs, kit)]
    if not heard and (others := [hit for hit in bar.hits if _is_heard(hit, knobs, kit)]):
        heard = [most_important(bar, others)]
    return heard


def _is_heard(hit: Hit, knobs: PerformedKnobs, kit: frozenset[Voice]) -> bool:
    here = hit.voice in kit and hit.voice not in knobs.muted
    return here and knobs.levels.get(hit.voice, 1.0) > 0.0


def _performed(bar: Bar, hits: Iterable[Hit], knobs: PerformedKnobs) -> list[Stroke]:
    means, velocities, falls = _means(bar), _velocities(knobs, bar.intensity), swinging(bar, knobs)
    humanize, humanizes = knobs.humanize, knobs.humanizes
    played = [
        Stroke(
            falls(hit) + hit.offset * humanizes.get(hit.voice, humanize),
            hit.voice,
            velocities(hit.velocity, means[hit.voice], hit.voice),
            hit.tick,
        )
        for hit in hits
    ]
    return _levelled(played, knobs.levels) if knobs.levels else played


def _levelled(played: Iterable[Stroke], levels: Mapping[Voice, float]) -> list[Stroke]:
    """Every stroke at the level of its voice; those too soft for a velocity of 1 are left out."""
    forces = [(stroke, stroke.velocity * levels.get(stroke.voice, 1.0)) for stroke in played]
    heard = [
        stroke._replace(velocity=min(127, round(force))) for stroke, force in forces if force > 0.5
    ]
    if not heard and forces:  # all too soft: the loudest of them as soft as can be
        stroke, _ = max(forces, key=itemgetter(1))
        heard = [stroke._replace(velocity=1)]
    return heard


def _velocities(knobs: PerformedKnobs, made: float) -> Callable[[int, float, Voice], int]:
    """From a velocity and the mean of its voice to the one that is played.

    Dynamics widen or narrow a voice about its mean, intensity moves the whole kit from what
    the bar was `made` for.
    """
    dynamics, dynamics_of = knobs.dynamics, knobs.dynamics_of
    # A power curve keeps ghosts below accents at every intensity.
    exponent = math.pow(2.0, 2.0 * (made - knobs.intensity))

    def velocity(made: int, mean: float, voice: Voice) -> int:
        spread = (made - mean) * dynamics_of.get(voice, dynamics)
        wanted = min(127.0, max(1.0, mean + spread))
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
