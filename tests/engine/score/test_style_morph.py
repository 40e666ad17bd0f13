from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score.style import Feel, Style
from engine.score.style_morph import blend_of, blended, nearer
from tests.engine.stage import HAT, KICK, SNARE, STYLES, style

JAZZ = style("jazz", swing=66.0, swing_grid=8, feel=Feel({SNARE: (12.0,), HAT: (2.0,)}, 5.0, 3.0))
DILLA = style("dilla", swing=54.0, feel=Feel({SNARE: (-20.0, 0.0), KICK: (4.0,)}), hands=False)
FUNK = style("funk")
BANK = {one.name: one for one in (JAZZ, DILLA, FUNK)}


def between(one: str, two: str, morph: float) -> Style:
    return blended(BANK, nearer(one, two, morph), blend_of(one, two, morph))


def test_at_the_ends_and_between_equals_a_style_is_itself() -> None:
    assert between("jazz", "dilla", 0.0) is JAZZ
    assert between("jazz", "dilla", 1.0) is DILLA
    assert between("jazz", "jazz", 0.3) is JAZZ


def test_patterns_hands_and_name_switch_at_one_half() -> None:
    before, after = between("jazz", "dilla", 0.49), between("jazz", "dilla", 0.5)
    assert (before.name, before.hands, before.bars) == ("jazz", True, JAZZ.bars)
    assert (after.name, after.hands, after.bars) == ("dilla", False, DILLA.bars)


def test_microtiming_glides_voice_by_voice_and_slot_by_slot() -> None:
    feel = between("jazz", "dilla", 0.25).feel
    assert feel.offsets == {SNARE: (4.0, 9.0), HAT: (1.5,), KICK: (1.0,)}
    assert (feel.drift, feel.spread) == (3.75, 2.25)


def test_swing_glides_on_the_grid_of_whoever_swings() -> None:
    assert [
        (s.swing, s.swing_grid) for s in (between("jazz", "funk", m) for m in (0.25, 0.75))
    ] == [
        (62.0, 8),
        (54.0, 8),
    ]
    half = between("funk", "jazz", 0.5)
    assert (half.swing, half.swing_grid) == (58.0, 8)


@pytest.mark.parametrize(
    ("morph", "swing"), [(0.25, (58.0, 8)), (0.5, (50.0, 16)), (0.75, (52.0, 16))]
)
def test_swings_of_two_grids_go_through_straight(morph: float, swing: tuple[float, int]) -> None:
    style = between("jazz", "dilla", morph)
    assert (style.swing, style.swing_grid) == swing


def test_a_morph_knows_the_swing_that_either_style_is_written_in() -> None:
    blues, ballad = (66.7, 8), (60.0, 8)
    bank = BANK | {
        "blues": style("blues", swing=66.7, swing_grid=8, written=blues),
        "ballad": style("ballad", swing=60.0, swing_grid=8, written=ballad),
    }

    def written(one: str, two: str, morph: float) -> object:
        return blended(bank, nearer(one, two, morph), blend_of(one, two, morph)).written

    assert [written("funk", "blues", m) for m in (0.0, 0.1, 0.9, 1.0)] == [None, *[blues] * 3]
    assert [written("blues", "funk", m) for m in (0.0, 0.1, 0.9, 1.0)] == [*[blues] * 3, None]
    assert [written("blues", "ballad", m) for m in (0.4, 0.6)] == [blues, ballad]


@given(st.sampled_from([*BANK]), st.sampled_from([*BANK]), st.floats(0, 1), st.floats(0, 0.01))
def test_a_little_more_morph_is_a_little_more_swing(
    one: str, two: str, morph: float, more: float
) -> None:
    """Whatever the grid: what is heard is how far from straight."""
    here, there = between(one, two, morph), between(one, two, min(1.0, morph + more))
    same = here.swing_grid == there.swing_grid
    far = abs(here.swing - there.swing) if same else here.swing + there.swing - 100.0
    assert far <= 32 * more + 1e-9


def test_the_drummer_is_asked_for_both_mixtures() -> None:
    bank = BANK | {"dilla": replace(DILLA, mixture={"jazz": 0.5, "hiphop": 0.5})}
    mixture = blended(bank, "jazz", blend_of("jazz", "dilla", 0.4)).mixture
    assert mixture == pytest.approx({"jazz": 0.8, "hiphop": 0.2})
    assert sum(mixture.values()) == pytest.approx(1.0)


def test_a_style_of_which_nothing_was_learned_is_played_by_nobody_else() -> None:
    bank = BANK | {"dilla": replace(DILLA, mixture={})}
    assert blended(bank, "jazz", blend_of("jazz", "dilla", 0.4)).mixture == {"jazz": 1.0}
    assert blended(bank, "dilla", blend_of("jazz", "dilla", 0.6)).mixture == {}


def test_every_pair_of_styles_has_a_middle() -> None:
    for one in STYLES:
        for two in STYLES:
            style = blended(STYLES, one, blend_of(one, two, 0.3))
            assert style.name == one
            assert 50.0 <= style.swing <= 75.0
