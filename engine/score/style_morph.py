"""A style on its way to another: what has a middle glides, what has none switches at one half.

Swing, microtiming, drift, spread and the trained mixture glide; where one of the two is written
in its swing, triplets are moved from that, so that they glide, too. The patterns, whether hands
play it and the name a bar carries are those of the nearer style: half a pattern is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.score.notes import Blend, Voice
from engine.score.style import Feel, Style

_STRAIGHT = 50.0


def nearer(style: str, other: str, morph: float) -> str:
    """The style whose patterns play at a morph of 0..1; at one half the other's."""
    return style if morph < 0.5 else other


def blend_of(style: str, other: str, morph: float) -> Blend:
    """Both styles with their weights; empty where only one is heard."""
    return () if morph in (0.0, 1.0) or style == other else ((style, 1.0 - morph), (other, morph))


def blended(styles: Mapping[str, Style], name: str, blend: Blend) -> Style:
    """The style called `name`, on its way as the blend says; an empty one leaves it as it is."""
    if not blend:
        return styles[name]
    (first, _), (second, morph) = blend
    one, two = styles[first], styles[second]
    swing, grid = _swing(one, two, morph)
    near = styles[name]
    return replace(
        near,
        swing=swing,
        swing_grid=grid,
        written=near.written or one.written or two.written,
        feel=_feel(one.feel, two.feel, morph),
        mixture=_mixture(one, two, morph, near),
    )


def _between(one: float, two: float, morph: float) -> float:
    return one + (two - one) * morph


def _swing(one: Style, two: Style, morph: float) -> tuple[float, int]:
    """Percent and grid; two that swing on other grids go through straight, so nothing jumps."""
    if one.swing_grid == two.swing_grid or _STRAIGHT in (one.swing, two.swing):
        grid = two.swing_grid if one.swing == _STRAIGHT else one.swing_grid
        return _between(one.swing, two.swing, morph), grid
    if morph < 0.5:
        return _between(one.swing, _STRAIGHT, 2.0 * morph), one.swing_grid
    return _between(_STRAIGHT, two.swing, 2.0 * morph - 1.0), two.swing_grid


def _feel(one: Feel, two: Feel, morph: float) -> Feel:
    offsets: dict[Voice, tuple[float, ...]] = {}
    for voice in {**one.offsets, **two.offsets}:
        rows = [feel.offsets.get(voice) or (0.0,) for feel in (one, two)]
        slots = range(max(len(row) for row in rows))
        pairs = (tuple(row[slot % len(row)] for row in rows) for slot in slots)
        offsets[voice] = tuple(_between(a, b, morph) for a, b in pairs)
    return Feel(
        offsets,
        _between(one.drift, two.drift, morph),
        _between(one.spread, two.spread, morph),
    )


def _mixture(one: Style, two: Style, morph: float, near: Style) -> Mapping[str, float]:
    """Both mixtures by their weights; where one was never learned, the nearer's own alone."""
    if not (one.mixture and two.mixture):
        return near.mixture
    weights = {name: weight * (1.0 - morph) for name, weight in one.mixture.items()}
    for name, weight in two.mixture.items():
        weights[name] = weights.get(name, 0.0) + weight * morph
    return weights
