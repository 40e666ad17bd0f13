import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score.grid import FOUR_FOUR, Meter
from engine.score.importance import amount, importance, metric_weight, thin
from engine.score.notes import GROUPS, Bar, Hit, Voice
from tests.engine.stage import BACKBEAT, HAT, HATS, KICK, PULSE_KICK, SNARE

HITS = st.lists(
    st.builds(Hit, st.integers(0, 1919), st.sampled_from(Voice), st.integers(1, 127)),
    min_size=1,
    max_size=40,
)
DENSITIES = st.floats(0, 1)


def test_the_bar_line_weighs_most_then_beats_eighths_sixteenths() -> None:
    ticks = (0, 480, 240, 120, 160, 60)
    assert [metric_weight(tick, FOUR_FOUR) for tick in ticks] == [1.0, 0.8, 0.5, 0.25, 0.0, 0.0]
    assert metric_weight(240, Meter(6, 8)) == 0.8


def test_the_backbone_goes_last() -> None:
    kicks = [Hit(0, KICK, 100), Hit(960, KICK, 100)]
    bar = Bar.of([*HATS, *kicks, *BACKBEAT, Hit(840, SNARE, 30)])
    assert thin(bar, 0.0) == (
        Hit(0, KICK, 100),
        Hit(480, SNARE, 110),
        Hit(960, KICK, 100),
        Hit(1440, SNARE, 110),
    )
    assert importance(Hit(0, KICK, 100), FOUR_FOUR) > importance(Hit(840, SNARE, 30), FOUR_FOUR)


def test_amount_is_a_quarter_once_and_1_6_times() -> None:
    assert [amount(density) for density in (0.0, 0.5, 1.0)] == pytest.approx([0.25, 1.0, 1.6])


def test_a_silent_bar_stays_silent() -> None:
    assert thin(Bar(), 0.0) == ()


@given(HITS, DENSITIES, DENSITIES, DENSITIES)
def test_turning_density_down_only_takes_away(
    hits: list[Hit], made: float, one: float, two: float
) -> None:
    bar = Bar(Bar.of(hits).hits, density=made)
    less, more = thin(bar, min(one, two)), thin(bar, max(one, two))
    assert less
    assert set(less) <= set(more) <= set(bar.hits)
    assert list(less) == [hit for hit in bar.hits if hit in set(less)]


@given(HITS, DENSITIES)
def test_a_bar_made_for_a_density_is_whole_at_it(hits: list[Hit], density: float) -> None:
    bar = Bar(Bar.of(hits).hits, density=density)
    assert thin(bar, density) == bar.hits


def test_hats_are_the_first_to_go() -> None:
    bar = Bar.of([*HATS, *PULSE_KICK, *BACKBEAT])
    gone = set(bar.hits) - set(thin(bar, 0.3))
    assert {hit.voice for hit in gone} == {HAT}


# ---- groups
GROUP = st.sampled_from([*GROUPS])
TURNS = st.floats(-1, 1)


def test_a_group_turned_down_keeps_a_quarter_of_itself_and_leaves_the_others_alone() -> None:
    bar = Bar.of([*HATS, *PULSE_KICK, *BACKBEAT])
    left = thin(bar, 0.5, {"hats": -1.0})
    assert [hit.tick for hit in left if hit.voice is HAT] == [0, 480]
    assert set(bar.hits) - set(left) <= set(HATS)


def test_a_group_turned_up_is_spared_what_the_density_takes() -> None:
    bar = Bar.of([*HATS, *PULSE_KICK, *BACKBEAT])
    kept = [
        len([h for h in thin(bar, 0.0, {"hats": more}) if h.voice is HAT]) for more in (0, 0.5, 1)
    ]
    assert kept == [0, 4, 8]


@given(HITS, DENSITIES, GROUP, TURNS, TURNS)
def test_turning_a_group_down_only_takes_away_of_it(
    hits: list[Hit], density: float, group: str, one: float, two: float
) -> None:
    bar = Bar.of(hits)
    less, more = (thin(bar, density, {group: turn}) for turn in sorted((one, two)))
    assert set(less) <= set(more)
    assert {hit.voice for hit in set(more) - set(less)} <= set(GROUPS[group])


@given(HITS, DENSITIES, GROUP, st.floats(0, 1))
def test_a_group_turned_up_adds_nothing_that_the_bar_lacks(
    hits: list[Hit], density: float, group: str, more: float
) -> None:
    bar = Bar.of(hits)
    assert set(thin(bar, density)) <= set(thin(bar, density, {group: more})) <= set(bar.hits)
    assert thin(bar, 0.5, {group: more}) == bar.hits


@given(HITS, GROUP, st.floats(-1, 0))
def test_a_group_that_plays_is_never_silenced_by_its_density(
    hits: list[Hit], group: str, less: float
) -> None:
    bar = Bar.of(hits)
    voices = {hit.voice for hit in bar.hits} & set(GROUPS[group])
    left = {hit.voice for hit in thin(bar, 0.5, {group: less})} & set(GROUPS[group])
    assert bool(voices) == bool(left)
