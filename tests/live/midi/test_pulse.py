"""How far ahead is handed over, in invented time."""

import math

from hypothesis import given
from hypothesis import strategies as st

from live.midi.pulse import EARLY, LEAD, Pulse

PERIODS = st.sampled_from([32 / 48000, 64 / 48000, 128 / 44100, 256 / 48000, 1024 / 48000, 0.085])
SECONDS = st.floats(0.0, 100.0)


def beating(period: float, start: float = 50.0) -> Pulse:
    pulse = Pulse()
    pulse.beat(start, period)
    return pulse


def begun(period: float, at: float) -> float:
    """When the period of a moment began."""
    return 50.0 + math.floor((at - 50.0) / period) * period


def test_where_there_are_no_periods_it_is_a_moment_ahead() -> None:
    pulse = Pulse()
    pulse.at_the_moment()
    assert pulse.reach(3.0) == 3.0 + LEAD
    assert pulse.hand_over(3.0) == 3.0 - LEAD
    assert not pulse.stands(1e6)


def test_a_period_of_256_frames() -> None:
    period = 256 / 48000
    pulse = beating(period, 50.0)
    # In the first 1.33 ms of a period the next one has not been handed over.
    assert math.isclose(pulse.reach(50.001), 50.0 + period)
    assert math.isclose(pulse.reach(50.0 + period - EARLY + 1e-6), 50.0 + 2 * period)
    assert math.isclose(pulse.hand_over(50.0 + 1.5 * period), 50.0 + period - EARLY)


@given(PERIODS, SECONDS, SECONDS)
def test_what_must_be_handed_over_is_within_reach_and_nothing_else_is(
    period: float, now: float, at: float
) -> None:
    pulse = beating(period)
    if abs(at - pulse.reach(now)) > 1e-9 and abs(now - pulse.hand_over(at)) > 1e-9:
        assert (pulse.hand_over(at) <= now) == (at < pulse.reach(now))


@given(PERIODS, SECONDS)
def test_it_is_handed_over_before_its_period_and_at_most_two_periods_ahead(
    period: float, at: float
) -> None:
    pulse = beating(period)
    early = begun(period, at) - pulse.hand_over(at)
    assert 0.0 < early <= min(EARLY, period) + 1e-9
    assert at - pulse.hand_over(at) <= 2.0 * period + 1e-9


@given(PERIODS, SECONDS)
def test_what_came_in_with_a_period_is_heard_before_the_next_is_handed_over(
    period: float, now: float
) -> None:
    pulse = beating(period)
    start = begun(period, now)
    heard = start + min(0.0009, 0.4 * period)  # seconds after its start at which it has been heard
    assert pulse.reach(heard) <= start + period + 1e-9


def test_it_stands_when_no_period_has_begun_for_long() -> None:
    pulse = beating(256 / 48000, 50.0)
    assert not pulse.stands(50.5)
    assert pulse.stands(50.6)


def test_what_is_never_due_is_never_handed_over() -> None:
    assert beating(0.005).hand_over(-math.inf) == -math.inf
    assert beating(0.005).hand_over(math.inf) == math.inf
