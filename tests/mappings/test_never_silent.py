"""Whatever knobs stand at their ends, a bar of any style sounds, unless all of it is muted.

Every pattern of the bank, in every time. Of groups that may be locked or muted all but one are
the hardest case: what sounds then sounds with fewer of them, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

import pytest

from engine.bars.arranger import Arranger
from engine.controls.composed import Arrangement
from engine.feel.strokes import PerformedKnobs, strokes
from engine.score.importance import thin
from engine.score.notes import GROUPS, Bar, Voice
from engine.score.style import Style
from tests.styles import BANK

TIMES = (("normal", False), ("half", False), ("half", True), ("double", False))
# Density, ghost, densities of all groups.
ENDS = ((0.0, 0.0, -1.0), (0.0, 0.0, 0.0), (0.0, 2.0, -1.0), (1.0, 0.0, -1.0), (0.0, 0.0, 1.0))


def voices(groups: Iterable[str]) -> frozenset[Voice]:
    return frozenset(voice for group in groups for voice in GROUPS[group])


def groups_of(bar: Bar) -> list[str]:
    return [name for name in GROUPS if any(hit.voice in GROUPS[name] for hit in bar.hits)]


def materials(style: Style) -> Iterator[Bar]:
    """Its patterns as they are, and as thin as a drummer is asked for."""
    for bar in style.bars:
        yield bar
        yield replace(bar, hits=thin(bar, 0.0), density=0.0)


def played(style: Style, material: Bar) -> Iterator[Bar]:
    """The bar in every time, free or with all its groups locked on a bar that has none of them."""
    for (time, odd), locks in product(TIMES, ((), groups_of(material))):
        for fill_amount in (0.0, 1.0) if material.fill else (1.0,):
            made = Arranger()
            made.add(replace(material, hits=(), fill=False))
            made.set(Arrangement(time, fill_amount, voices(locks)))
            yield made.arranged(material, lambda: material, style.hands, odd)


@pytest.mark.long
@pytest.mark.parametrize("style", BANK.values(), ids=lambda style: style.name)
def test_no_bar_is_silent_unless_all_of_it_is_muted(style: Style) -> None:
    bars = {bar.hits: bar for material in materials(style) for bar in played(style, material)}
    assert all(bars)
    for bar, (density, ghost, more) in product(bars.values(), ENDS):
        there = groups_of(bar)
        knobs = PerformedKnobs(
            density=density, ghost=ghost, densities=dict.fromkeys(there, more) if more else {}
        )
        for heard in there:
            muted = voices(group for group in there if group != heard)
            assert strokes(bar, replace(knobs, muted=muted)), (bar, knobs, heard)
        assert not strokes(bar, replace(knobs, muted=voices(GROUPS)))
