"""Which hallmarks of its style a bar is held to."""

from __future__ import annotations

from random import Random

from engine.score.hallmarks import Hallmark
from engine.score.style import Style

_SURE = 0.8  # a share from which on every bar keeps the rule: few bars are heard
_SPARED = 3.0  # below it a third of those that may break it do
# Turned knobs loosen what they turn against; the backbone stays.
_LEAN, _BUSY = 0.35, 0.75
_LEAN_KINDS = ("kick", "backbeat", "never")
_BUSY_KINDS = ("kick", "backbeat", "timekeeper")


def hallmarks_for(
    style: Style, strength: float, density: float, complexity: float, dice: Random
) -> tuple[Hallmark, ...]:
    """The hallmarks that a beat in 4/4 is held to; the knobs are 0..1.

    At a strength of 1 all of them, always; at the usual .5 those of a large share always and
    the others in a little more than their share of bars; at 0 none.
    """
    kinds = {rule.kind for rule in style.hallmarks}
    if density < _LEAN:
        kinds &= set(_LEAN_KINDS)
    if max(density, complexity) > _BUSY:
        kinds &= set(_BUSY_KINDS)
    thrown = [(rule, dice.random()) for rule in style.hallmarks]  # one each: knobs move no other
    return tuple(
        rule for rule, throw in thrown if rule.kind in kinds and throw < _held(rule.share, strength)
    )


def _held(share: float, strength: float) -> float:
    """How often a rule of a share is held to."""
    usual = 1.0 if share >= _SURE else 1.0 - (1.0 - share) / _SPARED
    if strength <= 0.5:
        return usual * 2.0 * strength
    return usual + (1.0 - usual) * (2.0 * strength - 1.0)
