"""What is tapped is measured as a performer would say it: how much, how far off, how hard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls.follow import Lead, Tapped, off_beat
from engine.feel.strokes import PerformedKnobs
from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.notes import Bar, Hit
from tests.engine.stage import HAT, KICK, SNARE

STRAIGHT = (50.0, 16)
QUARTERS, EIGHTHS, ALL = range(0, 16, 4), range(0, 16, 2), range(16)


def tapped(*slots: int, bar: int = 4, velocity: int = 80, meter: Meter = FOUR_FOUR) -> Tapped:
    """Strokes on sixteenths of a bar."""
    made = Tapped(meter)
    for slot in slots:
        made.strike(bar, slot * 120.0, velocity, STRAIGHT)
    return made


def lead(made: Tapped, follow: float = 1.0, bar: int = 5, tick: float = 0.0) -> Lead:
    found = made.lead(follow, bar, tick)
    assert found is not None
    return found


# ---- measures
@pytest.mark.parametrize(
    ("slots", "density"), [(QUARTERS, 0.25), (EIGHTHS, 0.5), (ALL, 1.0), ((0, 8), 0.1)]
)
def test_density_is_the_share_of_the_sixteenths_that_are_struck(
    slots: range, density: float
) -> None:
    assert lead(tapped(*slots)).density == pytest.approx(density, abs=0.026)


@pytest.mark.parametrize(
    ("slots", "complexity"),
    [
        ((0, 8), 0.15),
        (QUARTERS, 0.2),
        (EIGHTHS, 0.45),
        (range(2, 16, 4), 0.65),
        (range(1, 16, 2), 1.0),
    ],
)
def test_complexity_rises_from_the_beats_to_the_sixteenths_between(
    slots: range, complexity: float
) -> None:
    assert lead(tapped(*slots)).complexity == pytest.approx(complexity)


def test_an_accent_off_the_beat_counts_for_more_than_a_touch() -> None:
    assert off_beat({0: 100, 2: 100}, FOUR_FOUR) == 0.25
    assert off_beat({0: 60, 2: 120}, FOUR_FOUR) > 0.25 > off_beat({0: 120, 2: 60}, FOUR_FOUR)


def test_intensity_is_the_mean_velocity() -> None:
    made = tapped(0, 4, velocity=127)
    assert lead(made).intensity == 1.0
    made.strike(4, 960.0, 1, STRAIGHT)
    assert lead(made).intensity == pytest.approx(0.65)


def test_accents_are_against_the_mean_and_within_bounds() -> None:
    made = Tapped(FOUR_FOUR)
    for slot, velocity in ((0, 60), (4, 84), (8, 36), (12, 127), (14, 1)):
        made.strike(4, slot * 120.0, velocity, STRAIGHT)
    mean = (60 + 84 + 36 + 127 + 1) / 5
    assert lead(made).accents == {0: 60 / mean, 4: 84 / mean, 8: 36 / mean, 12: 1.5, 14: 0.5}


@given(st.dictionaries(st.integers(0, 15), st.integers(1, 127), min_size=2))
def test_every_measure_is_a_knobs(struck: dict[int, int]) -> None:
    made = Tapped(FOUR_FOUR)
    for slot, velocity in struck.items():
        made.strike(4, slot * 120.0, velocity, STRAIGHT)
    found = lead(made)
    assert all(0.0 <= x <= 1.0 for x in (found.density, found.complexity, found.intensity))
    assert all(0.5 <= accent <= 1.5 for accent in found.accents.values())


@pytest.mark.parametrize("meter", METERS.values(), ids=str)
def test_a_bar_of_any_meter_struck_full_is_dense(meter: Meter) -> None:
    assert lead(tapped(*range(meter.steps), meter=meter)).density == 1.0


def test_velocities_that_are_none_are_taken_for_the_nearest() -> None:
    made = tapped(0, 4, velocity=0)
    assert (lead(made).intensity, lead(made).accents) == (0.0, {0: 1.0, 4: 1.0})
    assert lead(tapped(0, 4, velocity=300)).intensity == 1.0


# ---- where a stroke falls
def test_a_stroke_belongs_to_the_nearest_sixteenth() -> None:
    made = Tapped(FOUR_FOUR)
    for tick in (-50.0, 70.0, 230.0, 500.0):
        made.strike(4, tick, 80, STRAIGHT)
    assert sorted(lead(made).accents) == [0, 1, 2, 4]


def test_a_stroke_just_before_the_bar_line_is_the_next_bars_first() -> None:
    made = Tapped(FOUR_FOUR)
    made.strike(4, 1900.0, 80, STRAIGHT)
    made.strike(5, 480.0, 80, STRAIGHT)
    assert made.lead(1.0, 5, 0.0) is None
    assert lead(made, tick=960.0).accents == {0: 1.0, 4: 1.0}


@pytest.mark.parametrize("swing", [(66.0, 8), (75.0, 8), (75.0, 16)])
def test_in_swing_the_second_of_a_pair_is_meant_where_it_falls(swing: tuple[float, int]) -> None:
    percent, grid = swing
    pair = 3840 // grid
    made = Tapped(FOUR_FOUR)
    made.strike(4, 0.0, 80, swing)
    made.strike(4, pair * percent / 100.0, 80, swing)
    assert lead(made).accents == {0: 1.0, pair // 240: 1.0}


def test_where_eighths_have_no_partner_a_stroke_is_meant_where_it_falls() -> None:
    for meter, slot in ((Meter(6, 8), 3), (Meter(7, 8), 13)):
        made = Tapped(meter)
        for tick in (0.0, slot * 120.0):
            made.strike(4, tick, 80, (66.7, 8))
        assert lead(made).accents == {0: 1.0, slot: 1.0}


def test_a_swung_eighth_accents_the_eighth_that_is_written_as_a_triplet() -> None:
    made = Tapped(FOUR_FOUR)
    for tick, velocity in ((0.0, 50), (320.0, 100)):
        made.strike(4, tick, velocity, (66.7, 8))
    bar = Bar.of([Hit(0, HAT, 60), Hit(320, HAT, 60), Hit(800, HAT, 60)])
    struck = lead(made).accented(bar, (66.7, 8))
    assert [hit.velocity for hit in struck.hits] == [40, 80, 60]
    assert [hit.velocity for hit in lead(made).accented(bar).hits] == [40, 60, 60]


def test_of_two_strokes_on_a_sixteenth_the_harder_counts() -> None:
    made = tapped(0, 8, velocity=100)
    made.strike(4, 5.0, 20, STRAIGHT)
    assert (lead(made).density, lead(made).intensity) == (0.1, 0.8)


# ---- which bar
def test_what_is_still_to_come_of_a_bar_is_as_in_the_one_before() -> None:
    made = tapped(0, 4, 8, 12)
    for slot in (2, 6):
        made.strike(5, slot * 120.0, 80, STRAIGHT)
    assert sorted(lead(made, bar=5, tick=1440.0).accents) == [2, 6, 12]
    assert sorted(lead(made, bar=5, tick=0.0).accents) == [0, 4, 8, 12]


def test_the_first_bar_is_measured_as_far_as_it_was_tapped() -> None:
    assert lead(tapped(*ALL), bar=4, tick=1440.0).density == 1.0
    assert lead(tapped(*QUARTERS), bar=4, tick=1440.0).density == 0.25
    assert tapped(*QUARTERS).lead(1.0, 4, 0.0) is None


def test_a_silent_bar_goes_on_with_the_one_before_and_two_lead_nowhere() -> None:
    made = tapped(*EIGHTHS)
    assert lead(made, bar=5, tick=1440.0).density == 0.5
    assert made.lead(1.0, 6, 1440.0) is None


def test_a_last_stroke_on_the_next_downbeat_makes_no_sparse_bar() -> None:
    made = tapped(*ALL)
    made.strike(5, 0.0, 80, STRAIGHT)
    assert lead(made, bar=5, tick=1440.0).density == 1.0
    assert made.lead(1.0, 6, 1440.0) is None


def test_old_strokes_are_forgotten() -> None:
    made = tapped(*ALL)
    for bar in range(5, 30):
        made.strike(bar, 0.0, 80, STRAIGHT)
        made.strike(bar, 960.0, 80, STRAIGHT)
    assert lead(made, bar=30).density == 0.1
    made.clear()
    assert made.lead(1.0, 30, 0.0) is None


def test_follow_at_0_leads_nowhere() -> None:
    assert tapped(*ALL).lead(0.0, 5, 0.0) is None


# ---- what it does
def test_follow_goes_from_the_knob_to_what_was_tapped() -> None:
    for follow, density in ((0.0, 0.2), (0.5, 0.6), (1.0, 1.0)):
        assert Lead(follow, 1.0, 0.0, 0.4).of_density(0.2) == pytest.approx(density)
    half = Lead(0.5, 1.0, 0.0, 0.4)
    assert (half.of_complexity(0.5), half.of_intensity(0.6)) == (0.25, 0.5)
    knobs = half.knobs(PerformedKnobs(density=0.5, intensity=0.6, swing=66.0))
    assert knobs == PerformedKnobs(density=0.75, intensity=0.5, swing=66.0)


def test_strokes_are_accented_where_the_performers_are_and_nowhere_else() -> None:
    bar = Bar.of([Hit(0, KICK, 80), Hit(0, HAT, 60), Hit(480, SNARE, 100), Hit(960, KICK, 80)])
    found = Lead(1.0, 0.5, 0.5, 0.5, {0: 1.25, 4: 0.5})
    assert [hit.velocity for hit in found.accented(bar).hits] == [100, 75, 50, 80]
    half = Lead(0.5, 0.5, 0.5, 0.5, {0: 1.25, 4: 1.5})
    assert [hit.velocity for hit in half.accented(bar).hits] == [90, 68, 125, 80]


@given(st.integers(1, 127), st.floats(0, 1), st.floats(0.5, 1.5))
def test_an_accent_stays_a_velocity(velocity: int, follow: float, accent: float) -> None:
    bar = Bar.of([Hit(1910, HAT, velocity)])  # nearest to the next bar line
    found = Lead(follow, 0.5, 0.5, 0.5, {0: accent}).accented(bar)
    assert 1 <= found.hits[0].velocity <= 127


def test_how_hard_it_was_tapped_asks_for_no_other_bar() -> None:
    assert Lead(1.0, 0.5, 0.5, 0.2, {0: 1.5}) == Lead(1.0, 0.5, 0.5, 0.9)
    assert Lead(1.0, 0.5, 0.5, 0.2) != Lead(1.0, 0.55, 0.5, 0.2)
