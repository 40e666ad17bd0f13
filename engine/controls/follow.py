"""What the performer taps, and what the drummer takes from it.

Strokes that arrive are kept by the sixteenth they fall on, of this bar and the last. Once a
bar they are measured: how many sixteenths are struck, how far off the beat, how hard, and
where the accents are. Bars to come are led from their knobs towards that; with nothing tapped
in both bars, or `follow` at 0, nothing leads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.feel.strokes import PerformedKnobs
from engine.feel.swing import unswung, written_beats
from engine.score.grid import TICKS_PER_BEAT, TICKS_PER_SIXTEENTH, Meter
from engine.score.importance import metric_weight
from engine.score.notes import Bar, Hit
from engine.score.style import Swing

_BARS = 2  # kept
_FEWEST = 2  # strokes; one is a slip, or the end of what was tapped, and no groove
_WEAKEST = 0.75  # how far from strong the odd sixteenths stand: the most syncopated bar
_GRAIN = 20  # steps of a measure: the same bar tapped again must ask for no other bars
_SOFTEST, _HARDEST = 0.5, 1.5  # accents against the mean; a slip must not make a hole


@dataclass(frozen=True, slots=True)
class Lead:
    """A tapped bar and how closely it is followed; all 0..1, comparable with the knobs.

    `accents` are velocities against the mean of the bar, by sixteenth. How hard it was tapped
    and its accents are played by the hands: they ask for no other bar.
    """

    follow: float
    density: float
    complexity: float
    intensity: float = field(compare=False)
    accents: Mapping[int, float] = field(compare=False, default_factory=dict)

    def of_density(self, knob: float) -> float:
        """The density to play at, the knob standing there."""
        return self._led(knob, self.density)

    def of_complexity(self, knob: float) -> float:
        """The complexity to compose for."""
        return self._led(knob, self.complexity)

    def of_intensity(self, knob: float) -> float:
        """The intensity to play at."""
        return self._led(knob, self.intensity)

    def _led(self, knob: float, tapped: float) -> float:
        return knob + (tapped - knob) * self.follow

    def knobs(self, knobs: PerformedKnobs) -> PerformedKnobs:
        """The performed knobs as a bar that was led is played through them."""
        return replace(
            knobs,
            density=self.of_density(knobs.density),
            intensity=self.of_intensity(knobs.intensity),
        )

    def accented(self, bar: Bar, written: Swing | None = None) -> Bar:
        """The bar with its strokes harder or softer where the performer's were.

        Of a bar `written` in a swing, strokes count at the sixteenths that they are straight.
        """
        beats = written_beats(bar, written)
        backs = (written if hit.tick // TICKS_PER_BEAT in beats else None for hit in bar.hits)
        hits = zip(bar.hits, backs, strict=True)
        return replace(bar, hits=tuple(self._accented(hit, bar.meter, back) for hit, back in hits))

    def _accented(self, hit: Hit, meter: Meter, written: Swing | None) -> Hit:
        tick = unswung(hit.tick, *written) if written else hit.tick
        slot = round(tick / TICKS_PER_SIXTEENTH) % meter.steps
        force = 1.0 + (self.accents.get(slot, 1.0) - 1.0) * self.follow
        return replace(hit, velocity=min(127, max(1, round(hit.velocity * force))))


@dataclass(slots=True)
class Tapped:
    """The strokes of the last two bars by sixteenth, counted on from bar to bar."""

    meter: Meter
    _velocities: dict[int, int] = field(default_factory=dict)

    def strike(self, bar: int, tick: float, velocity: int, swing: Swing) -> None:
        """A stroke at a tick from the line of a bar, counted in playing order.

        It is kept at the sixteenth it is meant for, which in `swing` (percent, grid) fall
        unevenly; of two on one the harder.
        """
        paired = swing[1] != 8 or tick < self.meter.paired_ticks
        slot = round((unswung(tick, *swing) if paired else tick) / TICKS_PER_SIXTEENTH)
        at = bar * self.meter.steps + slot
        first = at - _BARS * self.meter.steps
        self._velocities = {n: v for n, v in self._velocities.items() if n > first}
        self._velocities[at] = max(min(127, velocity), self._velocities.get(at, 1))

    def clear(self) -> None:
        """Nothing was tapped."""
        self._velocities.clear()

    def lead(self, follow: float, bar: int, tick: float) -> Lead | None:
        """What a bar was tapped like up to a tick of it, its rest as in the bar before.

        Where hardly anything was struck it is the bar before; None where nothing was in that
        either, and for a `follow` of 0.
        """
        steps = self.meter.steps
        line = bar * steps
        over = line + int(tick // TICKS_PER_SIXTEENTH)  # the first sixteenth still to come
        now, before = self._struck(line, over), self._struck(line - steps, line)
        if not follow or max(len(now), len(before)) < _FEWEST:
            return None
        if len(now) < _FEWEST:
            return _measured(follow, before, self.meter, steps)
        if len(before) < _FEWEST:
            return _measured(follow, now, self.meter, over - line)
        return _measured(follow, self._struck(over - steps, line) | now, self.meter, steps)

    def _struck(self, first: int, end: int) -> dict[int, int]:
        """Velocities by sixteenth of the bar, of what was struck between two sixteenths."""
        steps = self.meter.steps
        return {n % steps: v for n, v in self._velocities.items() if first <= n < end}


def _measured(follow: float, struck: Mapping[int, int], meter: Meter, steps: int) -> Lead:
    """What was struck in so many sixteenths."""
    mean = sum(struck.values()) / len(struck)
    return Lead(
        follow,
        density=_grained(len(struck) / steps),
        complexity=_grained(off_beat(struck, meter) / _WEAKEST),
        intensity=_grained(mean / 127.0),
        accents={n: min(_HARDEST, max(_SOFTEST, v / mean)) for n, v in struck.items()},
    )


def off_beat(struck: Mapping[int, int], meter: Meter) -> float:
    """How far the strokes (velocities by sixteenth) stand from strong places, 0..0.75.

    Weighted by velocity: an accent off the beat counts for more than a touch.
    """
    weak = (
        velocity * (1.0 - metric_weight(slot * TICKS_PER_SIXTEENTH, meter))
        for slot, velocity in struck.items()
    )
    return sum(weak) / sum(struck.values())


def _grained(value: float) -> float:
    return round(value * _GRAIN) / _GRAIN
