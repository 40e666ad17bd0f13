"""The clock follower, with invented clocks: every bound here is of simulated time, in seconds."""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.timing.clock_line import LONGEST, SHORTEST, WINDOW
from engine.timing.midi_clock import Clock

BAR = 96
MS = 1e-3


def gauss(sd: float) -> Callable[[random.Random], float]:
    return lambda rng: rng.gauss(0, sd)


def exact(_: random.Random) -> float:
    return 0.0


def grid(tempos: list[float], first: float = 100.0) -> list[float]:
    """The true moments of the ticks, one more than tempos."""
    moments = [first]
    for bpm in tempos:
        moments.append(moments[-1] + 2.5 / bpm)
    return moments


def errors(
    tempos: list[float], jitter: Callable[[random.Random], float], seed: int, clock: Clock
) -> Iterator[float]:
    """How far off the next tick is predicted, after every tick."""
    rng = random.Random(seed)
    moments = grid(tempos)
    for at, then in pairwise(moments):
        clock.receive(at + jitter(rng))
        yield clock.at(clock.ticks) - then


def run(
    tempos: list[float], jitter: Callable[[random.Random], float] = exact, seed: int = 0
) -> list[float]:
    return list(errors(tempos, jitter, seed, Clock()))


def worst(values: list[float]) -> float:
    return max(map(abs, values))


def rms(values: list[float]) -> float:
    return sqrt(sum(value * value for value in values) / len(values))


def test_a_clock_not_heard_yet_beats_at_120() -> None:
    clock = Clock()
    assert clock.ticks == 0
    assert clock.bpm == pytest.approx(120)
    assert clock.interval == pytest.approx(1 / 48)
    assert clock.at(0) == 0


def test_the_first_tick_falls_where_it_arrived() -> None:
    clock = Clock()
    clock.receive(7.5)
    assert clock.ticks == 1
    assert clock.at(0) == pytest.approx(7.5, abs=1e-9)
    assert clock.at(1) == pytest.approx(7.5 + 1 / 48, abs=1e-9)


@pytest.mark.parametrize("bpm", [20, 61.3, 90, 120, 174, 300])
def test_two_exact_ticks_tell_the_tempo(bpm: float) -> None:
    clock = Clock()
    clock.receive(3.0)
    clock.receive(3.0 + 2.5 / bpm)
    assert clock.bpm == pytest.approx(bpm, rel=0.01)


@pytest.mark.parametrize("bpm", [20, 90, 300])
def test_an_exact_clock_is_followed_exactly(bpm: float) -> None:
    clock = Clock()
    assert worst(list(errors([bpm] * 4 * BAR, exact, 0, clock))[24:]) < 1e-6
    assert clock.bpm == pytest.approx(bpm, rel=1e-6)
    assert clock.ticks == 4 * BAR
    assert clock.at(0) == pytest.approx(100, abs=1e-4)
    assert clock.at(10.5) == pytest.approx(100 + 10.5 * 2.5 / bpm, abs=1e-4)


def test_a_fraction_of_a_tick_lies_between_its_neighbours() -> None:
    clock = Clock()
    run_of = errors([100.0] * 50, gauss(MS), 1, clock)
    assert len(list(run_of)) == 50
    assert clock.at(50.25) == pytest.approx(0.75 * clock.at(50) + 0.25 * clock.at(51))


def test_a_late_hour_costs_no_precision() -> None:
    clock = Clock()
    for number in range(3 * WINDOW):
        clock.receive(86400 + number / 48)
    assert clock.at(3 * WINDOW) == pytest.approx(86400 + 3 * WINDOW / 48, abs=1e-8)


@pytest.mark.parametrize(("bpm", "jitter", "bound"), [(90, 1, 0.30), (140, 3, 0.75)])
def test_a_steady_clock_is_followed_with_a_quarter_of_its_jitter(
    bpm: float, jitter: float, bound: float
) -> None:
    found = [run([bpm] * 20 * BAR, gauss(jitter * MS), seed)[4 * BAR :] for seed in range(4)]
    assert rms([error for errors in found for error in errors]) <= bound * MS


@pytest.mark.parametrize("bpm", [90, 120, 140])
def test_the_first_bar_is_within_2_ms_from_its_eighth_tick_on(bpm: float) -> None:
    found = [worst(run([bpm] * BAR, gauss(MS), seed)[7:]) for seed in range(8)]
    assert sum(found) / len(found) <= 1.5 * MS
    assert max(found) <= 2 * MS


def test_late_messages_do_not_move_the_beat() -> None:
    def often_late(rng: random.Random) -> float:
        return rng.gauss(0, MS) + (15 * MS if rng.random() < 0.01 else 0)

    for seed in range(4):
        assert worst(run([120.0] * 20 * BAR, often_late, seed)[4 * BAR :]) <= 2 * MS


@pytest.mark.parametrize("late", [0.015, -0.012, 0.5])
def test_a_stray_tick_leaves_the_line_as_it_was(late: float) -> None:
    clock = Clock()
    list(errors([120.0] * 2 * BAR, gauss(MS), 3, clock))
    expected, interval = clock.at(2 * BAR + 1), clock.interval
    clock.receive(clock.at(2 * BAR) + late)
    assert clock.at(2 * BAR + 1) == pytest.approx(expected, abs=0.05 * MS)
    assert clock.interval == pytest.approx(interval, rel=1e-3)


@pytest.mark.parametrize(("before", "after"), [(120, 140), (120, 60), (60, 180)])
def test_a_new_tempo_is_followed_within_nine_ticks(before: float, after: float) -> None:
    tempos = [before] * 4 * BAR + [after] * BAR
    found = [run(tempos, gauss(MS), seed) for seed in range(4)]
    assert all(worst(errors[4 * BAR : 4 * BAR + 2]) > 2 * MS for errors in found)  # unforeseen
    mean = [sum(abs(run[number]) for run in found) / len(found) for number in range(5 * BAR)]
    assert max(mean[4 * BAR + 9 :]) <= 2 * MS


def test_after_a_step_the_clock_is_right_again_in_an_eighth_of_a_second() -> None:
    tempos = [120.0] * 4 * BAR + [140.0] * 2 * BAR
    moments = grid(tempos)
    times = []
    for seed in range(8):
        wrong = [n for n, error in enumerate(run(tempos, gauss(MS), seed)) if abs(error) > 2 * MS]
        times.append(moments[wrong[-1] + 2] - moments[4 * BAR])
    assert sum(times) / len(times) <= 0.12


def test_a_small_step_is_followed_too() -> None:
    for seed in range(4):
        found = run([120.0] * 4 * BAR + [122.0] * 4 * BAR, gauss(MS), seed)
        assert worst(found) <= 5 * MS
        assert worst(found[5 * BAR :]) <= 2 * MS


def test_an_accelerando_is_followed_within_2_ms() -> None:
    rise = [120 + 10 * (tick + 0.5) / (4 * BAR) for tick in range(4 * BAR)]
    tempos = [120.0] * 4 * BAR + rise + [130.0] * 2 * BAR
    for seed in range(4):
        assert worst(run(tempos, gauss(MS), seed)[4 * BAR :]) <= 2 * MS


def test_a_lost_message_moves_the_moment_and_keeps_the_tempo() -> None:
    clock = Clock()
    tempos = [120.0] * 4 * BAR + [60.0] + [120.0] * 8
    found = list(errors(tempos, gauss(MS), 5, clock))
    assert abs(found[4 * BAR]) > 15 * MS
    assert worst(found[-4:]) <= 2.5 * MS
    assert clock.bpm == pytest.approx(120, rel=0.01)


def test_a_glitch_in_a_line_just_begun_does_not_last() -> None:
    for late in (0.1, -0.1):
        clock = Clock()
        for number in range(4):
            clock.receive(10 + number / 48)
        for number in range(4, BAR):
            clock.receive(10 + number / 48 + late)
        assert clock.at(BAR) == pytest.approx(10 + BAR / 48 + late, abs=0.1 * MS)


def test_growing_jitter_does_not_stop_the_following() -> None:
    rng = random.Random(8)
    clock = Clock()
    moments = grid([120.0] * 12 * BAR)
    found = []
    for number, (at, then) in enumerate(pairwise(moments)):
        clock.receive(at + rng.gauss(0, 0.1 * MS if number < 4 * BAR else 5 * MS))
        found.append(clock.at(number + 1) - then)
    assert rms(found[8 * BAR :]) < 2 * MS
    assert clock.steadiness == pytest.approx(5, rel=0.3)


@pytest.mark.parametrize("jitter", [0.5, 1, 3])
def test_steadiness_is_the_jitter_in_milliseconds(jitter: float) -> None:
    clock = Clock()
    found = []
    for _ in errors([120.0] * 20 * BAR, gauss(jitter * MS), 2, clock):
        found.append(clock.steadiness)
    late = found[4 * BAR :]
    assert sum(late) / len(late) == pytest.approx(jitter, rel=0.1)


def test_forget_keeps_the_tempo_and_nothing_else() -> None:
    clock = Clock()
    list(errors([90.0] * BAR, gauss(0.5 * MS), 0, clock))
    clock.forget()
    assert clock.ticks == 0
    assert clock.bpm == pytest.approx(90, rel=0.01)
    assert clock.steadiness == pytest.approx(2)
    clock.receive(500.0)
    assert clock.at(1) == pytest.approx(500 + 2.5 / 90, abs=0.2 * MS)
    for number in range(1, 24):
        clock.receive(500.0 + number * 2.5 / 150)
    assert clock.bpm == pytest.approx(150, rel=1e-3)


def test_resume_keeps_the_tempo_and_begins_at_the_message() -> None:
    clock = Clock()
    list(errors([90.0] * 2 * BAR, gauss(MS), 4, clock))
    clock.resume(300.0, 480)
    assert clock.ticks == 481
    assert clock.at(480) == pytest.approx(300, abs=1e-8)
    assert clock.at(480 + 24) == pytest.approx(300 + 60 / 90, abs=5 * MS)
    rng = random.Random(4)
    for number in range(1, 12):
        clock.receive(300 + number * 2.5 / 90 + rng.gauss(0, MS))
        assert clock.at(481 + number) == pytest.approx(300 + (number + 1) * 2.5 / 90, abs=3 * MS)


def test_resume_before_any_message_holds_no_tempo_fast() -> None:
    clock = Clock()
    clock.resume(50.0, 96)
    for number in range(1, 8):
        clock.receive(50.0 + number * 2.5 / 174)
    assert clock.ticks == 104
    assert clock.bpm == pytest.approx(174, rel=0.01)


def test_the_same_arrivals_give_the_same_line() -> None:
    assert run([120.0] * BAR, gauss(MS), 6) == run([120.0] * BAR, gauss(MS), 6)


gaps = st.lists(
    st.one_of(
        st.floats(-1, 1),
        st.floats(-1e9, 1e9),
        st.sampled_from([0.0, 1e-9, 1 / 48, 1 / 48, 1 / 48, 1 / 40, 0.5, -0.02]),
    ),
    max_size=60,
)


@given(st.floats(-1e9, 1e9), gaps, st.integers(0, 59))
def test_whatever_arrives_the_line_rises_at_a_sane_tempo(
    first: float, gaps: list[float], resumed: int
) -> None:
    clock = Clock()
    at = first
    for count, gap in enumerate(gaps):
        at += gap
        if count == resumed:
            clock.resume(at, clock.ticks + 100)
        else:
            clock.receive(at)
        assert SHORTEST <= clock.interval <= LONGEST
        assert 15 - 1e-9 <= clock.bpm <= 400 + 1e-9
        assert clock.steadiness > 0
        moments = [clock.at(clock.ticks + step / 4) for step in range(-8, 9)]
        assert all(earlier < later for earlier, later in pairwise(moments))


@pytest.mark.long
@given(st.lists(st.floats(-0.2, 0.3), max_size=40), st.floats(20, 300), st.integers(0, 9))
def test_whatever_came_before_four_bars_of_a_steady_clock_are_enough(
    gaps: list[float], bpm: float, seed: int
) -> None:
    clock = Clock()
    at = 1000.0
    for gap in gaps:
        at += gap
        clock.receive(at)
    rng = random.Random(seed)
    start = clock.ticks
    for number in range(1, 4 * BAR):
        clock.receive(at + number * 2.5 / bpm + rng.gauss(0, MS))
    then = at + (clock.ticks - start + 1) * 2.5 / bpm
    assert clock.at(clock.ticks) == pytest.approx(then, abs=3 * MS)
    assert clock.bpm == pytest.approx(bpm, rel=0.01)
