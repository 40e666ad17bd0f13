"""What a request asks of the bars of a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from engine.bars.request import Request
from engine.score.notes import Bar
from model.composer.conditions import Asked, place_in
from model.composer.measures import KNOBS

LIFE = 0.08  # at most, of the way of the density knob; a mean error of .06 is allowed


def knobs_of(request: Request) -> dict[str, float]:
    """The ranks that are asked for, 0..1.

    The drummer counts strokes so well that every bar of a style would have as many. Nobody
    plays like that, so density is asked for a little more or less from bar to bar.
    """
    ranks = {knob: float(getattr(request, knob)) for knob in KNOBS}
    rank = ranks["density"]
    reach = LIFE * 4.0 * rank * (1.0 - rank)  # at the ends of the knob it is exact
    return ranks | {"density": rank + Random(f"{request.seed}/density").uniform(-reach, reach)}


def window_asked(
    request: Request, history: Sequence[Bar], style: Mapping[int, float], knobs: Mapping[str, Any]
) -> list[Asked]:
    """What is asked of the bars of the window, the last of which is to be written.

    `style` and `knobs` (figures of model.composer.measures) are as in Asked. Of the bars before
    only what they are is told, not how they were measured.
    """

    def placed(after: int, fill: bool) -> Asked:
        fours, eights = place_in(request.place + after, request.phrase)
        return Asked(style, bpm=request.bpm, fill=fill, fours=fours, eights=eights)

    bars = [placed(number - len(history), bar.fill) for number, bar in enumerate(history)]
    return [*bars, replace(placed(0, request.fill), **knobs)]
