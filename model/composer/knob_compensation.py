"""What a composed bar has done already of what a performed knob asks for.

Intensity and ghosts act on every note at once, and the bars to come are composed for them. So
a bar says how far it is there by itself, and the engine does the rest: the knob sounds the same
before and after the drummer has heard of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from model.composer.measures import Scales

_SAME = 0.1  # of snare strokes: a style with as few ghosts as ever does not play more of them


def intensity(scales: Scales, style: Mapping[str, float], fill: bool, asked: float) -> float:
    """Where on the knob, 0..1, a style's loudness stands when `asked` is asked for.

    The engine raises velocities of 0..1 to the power of 2^(1 − 2 knob); this is its inverse,
    from the usual loudness to that of the rank.
    """
    usual, wanted = (scales.figure("intensity", style, fill, at) / 127 for at in (0.5, asked))
    if not (0.0 < usual < 1.0 and 0.0 < wanted < 1.0):
        return 0.5
    power = math.log(wanted) / math.log(usual)
    return min(1.0, max(0.0, (1.0 - math.log2(power)) / 2))


def ghosts(scales: Scales, style: Mapping[str, float], fill: bool, asked: float) -> float:
    """As asked, 0..1; one half where the style has as many ghosts as usual there."""
    usual, wanted = (scales.figure("ghosts", style, fill, at) for at in (0.5, asked))
    return asked if abs(wanted - usual) > _SAME else 0.5
