"""The rows about what must never happen: copies, loops, silence, walls, bars that are none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from engine.score.notes import Bar
from model.composer.measures import KNOBS
from model.judging.evaluation_set import EvaluationSet, spread_over, usual_bpm
from model.judging.features import outline
from model.judging.memorisation import looping, playable, silent, stands_in, valid, wall
from model.judging.player import PHRASE, Assignment, Player
from model.judging.rows import Heard, all_bars, players
from model.judging.scorecard import Row

_VALID = 0.999


def memorised(material: EvaluationSet, heard: Heard) -> Row:
    """Bars of the training set."""
    known = {outline(bar) for bar in all_bars(material.train)}
    model, floor, real = (
        stands_in(bars, known)
        for bars in (all_bars(heard.model), all_bars(heard.floor), material.real_bars)
    )
    note = f"{len(all_bars(heard.model))} bars on sixteenths, nine classes"
    name = "bars that stand in the training set"
    return Row("no parrot", name, model, real, floor, real, at_most=True, note=note)


def loops(material: EvaluationSet) -> Row:
    """A style on and on, every bar asked for anew, no fills: does it get stuck?"""
    sizes = material.sizes
    shares: list[list[float]] = []
    names = spread_over(material.drummer.styles, sizes.loop_styles)
    for player in players(material):
        shares.append([])
        for number, name in enumerate(names):
            bpm = usual_bpm(material, name)
            bars = round(sizes.loop_minutes * bpm / 4)
            part = Assignment(name, bpm, bars, material.seed * 10_000 + 4000 + number)
            shares[-1].append(looping(player.play(part)))
    model, floor = (sum(found) / len(found) for found in shares)
    real = sum(looping(p.bars) * len(p.bars) for p in material.real) / len(material.real_bars)
    note = f"{sizes.loop_minutes:g} minutes of {', '.join(names)}; a loop: under 8 bars"
    return Row("no parrot", "bars in a loop", model, 0.0, floor, real, at_most=True, note=note)


def corners(material: EvaluationSet) -> list[Row]:
    """All knobs wholly up or down: silence? A wall?"""
    names = spread_over(material.drummer.styles, material.sizes.corner_styles)
    model, floor = (
        [bar for name in names for bar in _cornered(material, player, name)]
        for player in players(material)
    )
    each = material.sizes.corner_bars
    note = f"all corners: {len(model)} bars, {each} of each of {len(names)} styles"
    sets = (model, floor, material.real_bars)
    quiet, full = ([sum(map(what, s)) / len(s) for s in sets] for what in (silent, wall))
    return [
        _never("silent bars at the knobs' ends", quiet, note),
        _never("walls of notes at the knobs' ends", full, ""),
    ]


def _never(name: str, shares: Sequence[float], note: str) -> Row:
    model, floor, real = shares
    return Row("sound", name, model, 0.0, floor, real, at_most=True, note=note)


def _cornered(material: EvaluationSet, player: Player, style: str) -> list[Bar]:
    """Bars of a style spread over all corners, every second stretch of them ending in a fill."""
    knobs = tuple(KNOBS)
    found = [dict(zip(knobs, ends, strict=True)) for ends in product((0.0, 1.0), repeat=len(knobs))]
    wanted, played, number = material.sizes.corner_bars, list[Bar](), 0
    each = min(PHRASE, max(1, wanted // len(found)))
    while len(played) < wanted:
        seed = material.seed * 10_000 + 6000 + number
        bars = min(each, wanted - len(played))
        corner = found[(number * 5) % len(found)]  # 5: a few bars still see far corners
        part = Assignment(style, usual_bpm(material, style), bars, seed, corner, number % 2 == 1)
        played += player.play(part)
        number += 1
    return played


def validity(material: EvaluationSet) -> list[Row]:
    """All bars that were composed for the other rows."""
    model, floor = (player.written for player in players(material))
    real = [(bar, True) for bar in material.real_bars]
    fine, limbs = (
        [sum(test(bar, hands) for bar, hands in one) / len(one) for one in (model, floor, real)]
        for test in (valid, playable)
    )
    note = f"{len(model)} bars: all that were composed here"
    return [
        Row("sound", "valid bars", fine[0], _VALID, fine[1], fine[2], note=note),
        Row("sound", "bars with a limb for every stroke", limbs[0], limbs[2], limbs[1], limbs[2]),
    ]
