"""What was given to the drummer: gone on from, or varied."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bars.given import Given, varied
from engine.controls.composed import ComposedSettings
from engine.feel.strokes import PerformedKnobs, swinging
from engine.score.grid import FOUR_FOUR, METERS
from engine.score.notes import Bar, Hit, Voice
from tests.engine.stage import BACKBEAT, CRASH, HAT, KICK, SNARE, of

FUNK = ComposedSettings("funk", density=0.3)
KNOBS = PerformedKnobs(intensity=0.2, ghost=1.6)
HATS = tuple(Hit(tick, HAT, 70) for tick in range(0, 1920, 240))
GROOVE = of("", [*BACKBEAT, *HATS, Hit(0, KICK, 100), Hit(1200, KICK, 90), Hit(840, SNARE, 30)])
RIDES = tuple(Hit(tick, Voice.RIDE, 80, 5) for tick in range(0, 1920, 480))
OTHER = replace(
    of("jazz", [*RIDES, Hit(480, KICK, 100), Hit(720, KICK, 90), Hit(360, SNARE, 35)]),
    source="model",
)


class Steady(Random):
    """Dice that always fall alike."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def random(self) -> float:
        return self.share


def bars(count: int, fills: tuple[int, ...] = ()) -> tuple[Bar, ...]:
    """Bars with a kick on another sixteenth each."""
    return tuple(
        Bar((Hit(n * 120, KICK, 100),), fill=n in fills, felt=True, source="played")
        for n in range(count)
    )


# ---- in its place
def test_bars_come_round_in_their_places_and_fills_are_nothing_to_go_on_from() -> None:
    three = Given(bars(3))
    assert [three.at(n).hits[0].tick // 120 for n in (-1, 0, 1, 2, 3)] == [2, 0, 1, 2, 0]
    assert three.before(3) == (three.bars[2], three.bars[0])
    assert [Given(bars(3, (1,))).at(n).hits[0].tick for n in range(3)] == [0, 240, 0]
    assert Given(bars(1, (0,))).at(7).fill


# ---- made for the knobs as they stand
@given(
    st.lists(st.builds(Hit, st.integers(0, 1919), st.just(HAT), st.just(90), st.integers(-60, 60))),
    st.floats(50, 75),
    st.sampled_from([8, 16]),
    st.sampled_from([None, (66.7, 8), (66.7, 16)]),
    st.dictionaries(st.just(HAT), st.floats(50, 75)),
)
@settings(deadline=None)
@pytest.mark.long
def test_a_bar_with_swing_in_it_is_played_where_it_was(
    hits: list[Hit],
    swing: float,
    grid: int,
    written: tuple[float, int] | None,
    apart: dict[Voice, float],
) -> None:
    """To half a tick: the knob's swing and what is left of the offset are the offset it had."""
    bar = Bar.of(hits)
    knobs = replace(KNOBS, swing=swing, swing_grid=grid, written=written, swings=apart)
    (made,) = Given((bar,)).under(FUNK, knobs).bars
    for was, now in zip(bar.hits, made.hits, strict=True):
        heard = swinging(made, knobs)(now) + now.offset
        assert abs(heard - (was.tick + was.offset)) <= 0.5 + 1e-9


def test_knobs_that_stand_as_it_was_made_change_nothing_in_it() -> None:
    given = Given((replace(GROOVE, felt=False),)).under(FUNK, KNOBS)
    (bar,) = given.bars
    assert (bar.style, bar.density, bar.intensity, bar.ghosts) == ("funk", 0.3, 0.2, 0.8)
    assert (bar.felt, given.grid) == (False, True)


def test_what_is_to_be_varied_keeps_its_own_time_and_its_fills_are_bars_like_others() -> None:
    off = Given((replace(GROOVE, felt=False, fill=True),), vary=True).under(FUNK, KNOBS)
    assert (off.vary, off.grid, off.bars[0].felt, off.bars[0].fill) == (True, True, True, False)
    felt = Given(bars(1), vary=True).under(FUNK, KNOBS)
    assert not felt.grid


# ---- variations
def test_nothing_is_taken_at_0_and_the_one_who_was_asked_is_named() -> None:
    bar = varied(GROOVE, OTHER, 0.0, Random(1))
    assert bar == replace(GROOVE, source="model", style="jazz")


def test_everything_but_the_backbone_is_taken_at_1() -> None:
    bar = varied(GROOVE, OTHER, 1.0, Random(1))
    assert set(bar.hits) == {*BACKBEAT, *RIDES, *OTHER.hits[-1:], Hit(0, KICK, 100)} | {
        hit for hit in OTHER.hits if hit.tick in (720, 360)
    }


def test_kick_and_snare_go_last() -> None:
    bar = varied(GROOVE, OTHER, 0.39, Steady(0.0))
    assert Hit(1200, KICK, 90) in bar.hits
    assert not any(hit.voice is HAT for hit in bar.hits)  # other hands keep time elsewhere
    assert Hit(1200, KICK, 90) not in varied(GROOVE, OTHER, 0.41, Steady(0.0)).hits


def test_time_is_kept_on_one_instrument_and_never_stops() -> None:
    for seed in range(20):
        voices = {hit.voice for hit in varied(GROOVE, OTHER, 0.5, Random(seed)).hits}
        assert not {HAT, Voice.RIDE} <= voices
    crashes = of("funk", [Hit(0, CRASH, 110), Hit(480, HAT, 60), Hit(960, CRASH, 90)])
    bar = varied(GROOVE, crashes, 1.0, Random(1))
    assert [hit.tick for hit in bar.hits if hit.voice is HAT] == [
        0,
        240,
        480,
        960,
        1200,
        1440,
        1680,
    ]


def test_on_the_grid_it_stays_there() -> None:
    still = Given((GROOVE,), grid=True).varied(0, OTHER, 1.0, Random(1), hands=True)
    moved = Given((GROOVE,)).varied(0, OTHER, 1.0, Random(1), hands=True)
    assert {hit.offset for hit in still.hits} == {0}
    assert 5 in {hit.offset for hit in moved.hits}


HITS = st.lists(
    st.builds(
        Hit,
        st.integers(0, 13).map(lambda step: step * 120),
        st.sampled_from(Voice),
        st.integers(1, 127),
    ),
    max_size=25,
)


@given(HITS, HITS, st.floats(0, 1), st.floats(0, 1), st.integers(), st.sampled_from(["7/8", "4/4"]))
@settings(deadline=None)
@pytest.mark.long
def test_what_is_taken_at_an_amount_is_taken_at_every_larger_one(
    own: list[Hit], others: list[Hit], one: float, two: float, seed: int, name: str
) -> None:
    """And every stroke is one of the two bars', with their strokes of one moment apart."""
    meter, (low, high) = METERS[name], sorted((one, two))
    bar, other = Bar.of(own, meter), Bar.of(others, meter)
    less, more = (varied(bar, other, amount, Random(seed), hands=False) for amount in (low, high))
    assert {*less.hits, *more.hits} <= {*bar.hits, *other.hits}
    machine = max(len([h for h in (*own, *others) if h.tick == t]) for t in range(0, 1680, 120))
    if machine <= 6:  # as many as may sound together: nothing gives way
        new = set(other.hits) - set(bar.hits)
        assert len(new & set(less.hits)) <= len(new & set(more.hits))


@pytest.mark.parametrize("voice", [KICK, SNARE, Voice.CLAP, Voice.SIDE_STICK])
def test_the_backbone_is_never_another_bars(voice: Voice) -> None:
    other = Bar.of([Hit(beat * 480, voice, 100) for beat in range(4)])
    assert varied(Bar.of(HATS), other, 1.0, Random(1)).hits == HATS
    bar = Bar.of([Hit(960, voice, 100), *HATS])
    assert Hit(960, voice, 100) in varied(bar, Bar((), FOUR_FOUR), 1.0, Random(1)).hits
