"""What hits share when they stray."""

from __future__ import annotations

from itertools import pairwise
from statistics import correlation, fmean, pstdev

import pytest

from engine.score.notes import Voice
from model.feel.noise import Noise, Shares

HATS = [(tick, Voice.CLOSED_HAT) for tick in range(0, 1920, 240)]
ALL = Shares(0.7, 0.1, 0.3, drift=0.8, rho=0.6, level=0.05, hands=0.4, voice=0.2, habit=0.3)


def bars(noise: Noise, count: int) -> list[list[float]]:
    return [noise.bar(number * 1920, HATS) for number in range(count)]


def test_a_seed_gives_the_same_numbers_however_a_performance_is_cut() -> None:
    noise = Noise(3, "offset", ALL)
    assert bars(noise, 4)[2:] == [noise.bar(number * 1920, HATS) for number in (2, 3)]
    assert bars(noise, 4) == bars(Noise(3, "offset", ALL), 4)
    assert bars(noise, 4) != bars(Noise(4, "offset", ALL), 4)
    assert bars(noise, 4) != bars(Noise(3, "velocity", ALL), 4)


@pytest.mark.parametrize("shares", [Shares(), ALL, Shares(close=1.0, drift=1.0, rho=0.5)])
def test_each_hit_alone_is_spread_as_a_standard_normal(shares: Shares) -> None:
    found = [n for seed in range(150) for n in Noise(seed, "x", shares).bar(1920, HATS)]
    assert fmean(found) == pytest.approx(0.0, abs=0.15)
    assert pstdev(found) == pytest.approx(1.0, abs=0.1)


def test_drift_runs_on_over_bar_lines() -> None:
    noise = Noise(1, "x", Shares(close=1.0, drift=1.0, rho=0.5))
    line = [noise.bar(0, [(tick, Voice.KICK)])[0] for tick in range(1680, 2160, 20)]
    assert max(abs(b - a) for a, b in pairwise(line)) < 0.3
    assert noise.bar(0, [(1920, Voice.KICK)]) == noise.bar(1920, [(0, Voice.SNARE)])


@pytest.mark.long
def test_drift_keeps_rho_of_itself_from_beat_to_beat() -> None:
    noise = Noise(7, "x", Shares(close=1.0, drift=1.0, rho=0.6))
    beats = [noise.bar(beat * 480, [(0, Voice.KICK)])[0] for beat in range(1500)]
    assert correlation(beats[:-1], beats[1:]) == pytest.approx(0.6, abs=0.07)
    assert correlation(beats[:-2], beats[2:]) == pytest.approx(0.36, abs=0.09)


def pairs(shares: Shares, first: tuple[int, int, Voice], other: tuple[int, int, Voice]) -> float:
    """Correlation over performances of two hits, each (bar, tick, voice)."""
    found = [
        [Noise(seed, "x", shares).bar(bar * 1920, [(tick, voice)])[0] for seed in range(600)]
        for bar, tick, voice in (first, other)
    ]
    return correlation(*found)


@pytest.mark.parametrize(
    ("kind", "one", "like", "unlike"),
    [
        ("close", (0, 480, Voice.SNARE), (0, 480, Voice.RIDE), (0, 720, Voice.SNARE)),
        ("hands", (0, 480, Voice.SNARE), (0, 480, Voice.RIDE), (0, 480, Voice.KICK)),
        ("level", (0, 480, Voice.SNARE), (5, 0, Voice.KICK), None),
        ("voice", (0, 480, Voice.SNARE), (5, 0, Voice.SNARE), (5, 0, Voice.KICK)),
        ("habit", (0, 480, Voice.SNARE), (5, 480, Voice.SNARE), (5, 0, Voice.SNARE)),
    ],
)
def test_what_is_shared_is_shared_by_those_that_have_it_in_common(
    kind: str,
    one: tuple[int, int, Voice],
    like: tuple[int, int, Voice],
    unlike: tuple[int, int, Voice] | None,
) -> None:
    shares = Shares(**{kind: 0.7} | ({"close": 1.0} if kind == "level" else {}))
    assert pairs(shares, one, like) == pytest.approx(0.7, abs=0.08)
    if unlike:
        assert pairs(shares, one, unlike) == pytest.approx(0.0, abs=0.15)


def test_a_hit_that_goes_by_itself_shares_nothing_with_the_others() -> None:
    shares = Shares(close=0.96, hand_alone=0.25, foot_alone=0.25)
    apart = [
        abs(first - second)
        for seed in range(600)
        for first, second in [Noise(seed, "x", shares).bar(0, [(0, Voice.KICK), (0, Voice.RIDE)])]
    ]
    tight = sum(distance < 0.6 for distance in apart) / len(apart)  # 2 sds of sqrt(2 * .04)
    assert tight == pytest.approx(0.75**2 * 0.966 + (1 - 0.75**2) * 0.33, abs=0.07)
