"""How much a hit matters, and leaving out those that matter least.

The backbone of a groove (kick and snare on the beats) goes last, sixteenths and quiet
strokes go first; the ranking is fixed by the bar, so that turning density up and down
passes through the same bars.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from engine.score.grid import TICKS_PER_BEAT, Meter
from engine.score.notes import GROUPS, Bar, Hit, Voice

# Design choice: what a listener misses first when a voice is gone.
_VOICE = {
    Voice.KICK: 3.0,
    Voice.SNARE: 3.0,
    Voice.CLAP: 3.0,
    Voice.SIDE_STICK: 2.6,
    Voice.CRASH: 2.4,
    Voice.RIDE: 1.4,
    Voice.CLOSED_HAT: 1.4,
    Voice.OPEN_HAT: 1.6,
}
_OTHER_VOICE = 1.2
_GROUP_SPAN = 0.75  # a group turned down wholly keeps a quarter, as a bar does at density 0


def metric_weight(tick: int, meter: Meter) -> float:
    """Strength of a place in the bar: 1 on the bar line, .8 beat, .5 eighth, .25 sixteenth, else 0.

    A simplified metrical hierarchy after Longuet-Higgins & Lee (1984).
    """
    if tick == 0:
        return 1.0
    if tick % meter.pulse_ticks == 0:
        return 0.8
    if tick % (TICKS_PER_BEAT // 2) == 0:
        return 0.5
    return 0.25 if tick % (TICKS_PER_BEAT // 4) == 0 else 0.0


def importance(hit: Hit, meter: Meter) -> float:
    """A number to rank hits of one bar by; larger stays longer."""
    return (
        2.0 * metric_weight(hit.tick, meter)
        + _VOICE.get(hit.voice, _OTHER_VOICE)
        + 2.0 * hit.velocity / 127
    )


def most_important(bar: Bar, hits: Iterable[Hit] | None = None) -> Hit:
    """The hit of a bar, or of some hits of it, that goes last; IndexError where there is none."""
    return _ranked(bar.hits if hits is None else hits, bar.meter)[0]


def _ranked(hits: Iterable[Hit], meter: Meter) -> list[Hit]:
    """Those first that stay longest."""
    return sorted(hits, key=lambda hit: (-importance(hit, meter), hit.key))


def amount(density: float) -> float:
    """Notes against the bar's usual number at a density of 0..1: a quarter, once, 1.6 times."""
    return 0.25 + 1.5 * density if density <= 0.5 else 1.0 + 1.2 * (density - 0.5)


_NO_GROUPS: Mapping[str, float] = {}


def thin(bar: Bar, density: float, groups: Mapping[str, float] = _NO_GROUPS) -> tuple[Hit, ...]:
    """The bar's hits that stay at a density; a bar made for that density stays whole.

    `groups` are densities of voice groups, -1..1: below 0 a group is thinned out by itself, to
    a quarter; above 0 it is spared, wholly at 1, what the density takes away.
    """
    keep = amount(density) / amount(bar.density)
    if not bar.hits or (keep >= 1.0 and not groups):
        return bar.hits
    number = max(1, math.ceil(len(bar.hits) * min(1.0, keep)))
    ranked = _ranked(bar.hits, bar.meter)
    stays = {hit.key for hit in ranked[:number]}
    for name, more in groups.items():
        own = [hit.key for hit in ranked if hit.voice in GROUPS[name]]
        there = sum(key in stays for key in own)  # the first of them
        if more < 0:
            stays.difference_update(own[math.ceil(there * (1.0 + _GROUP_SPAN * more)) :])
        else:
            stays.update(own[: there + round((len(own) - there) * more)])
    return tuple(hit for hit in bar.hits if hit.key in stays)


def syncopation(bar: Bar) -> float:
    """Mean distance of its hits from the strong places, 0 (all on bar lines) .. 1."""
    if not bar.hits:
        return 0.0
    return sum(1.0 - metric_weight(hit.tick, bar.meter) for hit in bar.hits) / len(bar.hits)
