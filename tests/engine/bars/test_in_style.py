"""Which hallmarks a bar is held to: by its share, by strength, and as the knobs loosen them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from engine.bars.in_style import hallmarks_for
from engine.score.hallmarks import KINDS, Hallmark
from engine.score.notes import Voice
from engine.score.style import Style

RULES = tuple(Hallmark(kind, kind, (Voice.KICK,), (), 1, 4) for kind in KINDS)
STYLE = Style("rock", "Rock", "genre", "", (80, 120, 160), hallmarks=RULES)


def held(
    style: Style = STYLE,
    strength: float = 0.5,
    density: float = 0.5,
    complexity: float = 0.5,
    seed: int = 0,
) -> list[str]:
    rules = hallmarks_for(style, strength, density, complexity, Random(seed))
    return [rule.name for rule in rules]


def often(style: Style, strength: float) -> float:
    return sum(len(held(style, strength, seed=seed)) for seed in range(400)) / 400


def test_usually_and_at_full_strength_all_hold_and_at_none_nothing() -> None:
    for strength, names in ((0.5, KINDS), (1.0, KINDS), (0.0, ())):
        assert all(held(strength=strength, seed=seed) == list(names) for seed in range(50))


@pytest.mark.parametrize(("strength", "share"), [(0.25, 0.4), (0.5, 0.8), (0.75, 0.9), (1.0, 1.0)])
def test_a_rule_of_a_small_share_leaves_bars_free_until_strength_is_one(
    strength: float, share: float
) -> None:
    some = replace(STYLE, hallmarks=(replace(RULES[0], share=0.4),))
    assert often(some, strength) == pytest.approx(share, abs=0.06)


def test_fewer_notes_loosen_what_asks_for_notes_and_more_what_forbids_them() -> None:
    assert held(density=0.2) == ["kick", "backbeat", "never"]
    assert held(density=0.9) == held(complexity=0.9) == ["kick", "backbeat", "timekeeper"]
