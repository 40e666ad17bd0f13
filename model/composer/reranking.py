"""Which of several bars to play: the one nearest to what was asked that is no mere copy.

What is still missing to the force that was asked for, the hands can do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import copysign

from engine.score.hallmarks import Hallmark, broken, mended
from engine.score.notes import GHOST_VELOCITY, Bar, Hit, Outline, Voice
from engine.score.playable import repaired
from model.composer.measures import KNOBS, Scales, loudness

# Found by trying on what the scorecard measures; the force that is missing is made up for after.
WEIGHTS = {"density": 1.0, "complexity": 1.5, "intensity": 0.25, "ghosts": 1.5}
COPY = 1.0  # what playing a bar heard lately again costs, in spans of a knob
SLACK = 0.1  # how far from the force that was asked for a bar may stay, in spans of the knob
# What a hallmark of the style that it breaks costs; what is broken still is mended after.
BROKEN = 1.0
UNPLAYABLE = 4.0  # what losing all its strokes to the hands would cost


def best(
    bars: Sequence[Bar],
    asked: Mapping[str, float],
    scales: Scales,
    style: Mapping[str, float],
    heard: Collection[Outline],
    hands: bool = True,
    hallmarks: Sequence[Hallmark] = (),
) -> Bar:
    """The best of the bars, with its hallmarks; `asked` maps knobs to ranks, `style` to weights.

    Each is judged as it would be played, and by what it lacked before it was mended; `heard` are
    the outlines of bars that were played lately.
    """

    def cost(bar: Bar, played: Bar) -> float:
        lost = 1.0 - len(repaired(bar, hands).hits) / len(bar.hits) if bar.hits else 1.0
        copied = COPY if played.outline in heard else 0.0
        unlike = BROKEN * len(broken(bar, hallmarks))
        return misses(played, asked, scales, style) + copied + UNPLAYABLE * lost + unlike

    played = [mended(bar, hallmarks, hands) for bar in bars]
    return min(zip(bars, played, strict=True), key=lambda pair: cost(*pair))[1]


def misses(
    bar: Bar, asked: Mapping[str, float], scales: Scales, style: Mapping[str, float]
) -> float:
    """How far a bar is from what was asked: weighted, in spans of each knob in the style."""
    total = 0.0
    for knob, rank in asked.items():
        wanted = scales.figure(knob, style, bar.fill, rank)
        off = abs(KNOBS[knob](bar) - wanted) / scales.span(knob, style, bar.fill)
        total += WEIGHTS[knob] * off
    return total


def levelled(
    bar: Bar, asked: Mapping[str, float], scales: Scales, style: Mapping[str, float]
) -> Bar:
    """The bar, all of it played harder or softer where it is farther than SLACK from what is asked.

    Ghost notes stay ghost notes, and no other stroke of a snare becomes one.
    """
    off = scales.figure("intensity", style, bar.fill, asked["intensity"]) - loudness(bar)
    slack = SLACK * scales.span("intensity", style, bar.fill)
    step = round(off - copysign(slack, off)) if abs(off) > slack else 0
    return bar.with_hits(_harder(hit, step) for hit in bar.hits) if step else bar


def _harder(hit: Hit, step: int) -> Hit:
    low, high = 1, 127
    if hit.voice is Voice.SNARE:
        ghost = hit.velocity < GHOST_VELOCITY
        low, high = (1, GHOST_VELOCITY - 1) if ghost else (GHOST_VELOCITY, 127)
    return replace(hit, velocity=min(high, max(low, hit.velocity + step)))
