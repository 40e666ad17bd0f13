"""The figures of a feel, on phrases where they can be worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine.score.notes import Bar, Hit, Voice
from model.feel.noise import Shares
from model.judging.evaluate_feel import drift_autocorrelation, feel_figures, snare_hat_spread
from model.training.groove import Phrase
from tests.model.small import BEAT, even_feel, wide_feel


def phrase(offset: int, velocity: int = 82, style: str = "funk", bars: int = 3) -> Phrase:
    hits = (replace(hit, offset=offset, velocity=velocity) for hit in BEAT.hits)
    return Phrase((BEAT.with_hits(hits),) * bars, style, 125.0, "test", "d")  # a tick is 1 ms


def test_the_model_is_compared_with_the_grid_on_both_scores() -> None:
    figures = feel_figures([phrase(20), phrase(24, style="jazz")], even_feel(40, 20), 1)
    for grid in ("score", "sixteenths"):
        assert figures[f"{grid}_grid_ms"] == pytest.approx(22.0)
        assert figures[f"{grid}_timing_ms"] == pytest.approx(2.0)  # its median is 21.25
        assert figures[f"{grid}_timing_ratio"] == pytest.approx(2.0 / 22.0)
        assert figures[f"{grid}_habit_ms"] == pytest.approx(0.0)
        assert f"{grid}_table_ms" not in figures
    assert figures["velocity_mae"] == pytest.approx(0.5)  # the class is 79.5 to 83.5


def test_triplets_count_as_offsets_on_plain_sixteenths_only() -> None:
    bar = Bar.of([Hit(320, Voice.RIDE, 80), Hit(0, Voice.RIDE, 80)])
    figures = feel_figures([Phrase((bar,), "jazz", 125.0, "test", "d")], wide_feel(), 1)
    assert figures["score_grid_ms"] == 0.0
    assert figures["sixteenths_grid_ms"] == pytest.approx(20.0)


def test_the_floor_of_a_table_is_learned_from_other_phrases() -> None:
    figures = feel_figures([phrase(20, 60)], wide_feel(), 1, [phrase(15, 70, bars=6)])
    assert figures["score_table_ms"] == pytest.approx(5.0)
    assert figures["velocity_table_mae"] == pytest.approx(10.0)
    assert figures["velocity_one_for_all_mae"] == pytest.approx(0.0)
    strange = feel_figures([phrase(20, style="jazz")], wide_feel(), 1, [phrase(15, bars=6)])
    assert strange["score_table_ms"] == pytest.approx(20.0)


@pytest.mark.long
def test_a_sampled_performance_is_as_spread_as_the_one_it_was_sampled_from() -> None:
    feel = wide_feel(Shares(close=0.5, drift=0.8, rho=0.6))
    phrases = [
        Phrase(feel.perform((BEAT,) * 16, (), 125.0, seed, 0), style, 125.0, "test", "d")
        for seed, style in enumerate(["funk", "jazz"] * 6)
    ]
    figures = feel_figures(phrases, feel, 99)
    for name in ("spread_ratio", "spread_funk_ratio", "spread_jazz_ratio", "snare_hat_ratio"):
        assert figures[name] == pytest.approx(1.0, abs=0.15), name
    assert figures["hits"] == 12 * 16 * len(BEAT.hits)
    assert figures["hits_funk"] == figures["hits"] / 2
    assert figures["drift_autocorrelation_sampled"] == pytest.approx(
        figures["drift_autocorrelation_real"], abs=0.15
    )


def test_figures_come_from_the_seed() -> None:
    assert feel_figures([phrase(20)], wide_feel(), 1) == pytest.approx(
        feel_figures([phrase(20)], wide_feel(), 1), nan_ok=True
    )
    one, other = (feel_figures([phrase(20)], wide_feel(), seed) for seed in (1, 2))
    assert one["snare_hat_sampled_ms"] != other["snare_hat_sampled_ms"]


def offsets(*late: int) -> tuple[Bar, ...]:
    """A bar for each four offsets, one kick a beat."""
    return tuple(
        Bar.of(Hit(beat * 480, Voice.KICK, 90, late[n + beat]) for beat in range(4))
        for n in range(0, len(late), 4)
    )


def test_drift_from_beat_to_beat() -> None:
    assert drift_autocorrelation([offsets(9, -9, 9, -9, 9, -9, 9, -9)]) == pytest.approx(-1.0)
    assert drift_autocorrelation([offsets(*[9] * 50 + [-9] * 50)]) == pytest.approx(1.0, abs=0.05)
    assert drift_autocorrelation([offsets(5, 5, 5, 5)]) == 0.0  # a constant is no drift
    assert drift_autocorrelation([]) == 0.0


def test_the_snare_is_measured_from_the_hat_on_the_beat() -> None:
    bars = [
        Bar.of(
            [
                Hit(480, Voice.SNARE, 90, late),
                Hit(480, Voice.CLOSED_HAT, 90, 5),
                Hit(600, Voice.SNARE, 90, 500),
                Hit(600, Voice.CLOSED_HAT, 90, -500),
                Hit(960, Voice.SNARE, 90),
            ]
        )
        for late in (0, 10)
    ]
    whole, middle = snare_hat_spread([phrase(0)], [bars])
    assert whole == pytest.approx(5.0)
    assert middle == pytest.approx(5.0 / 1.349)
    assert all(math.isnan(found) for found in snare_hat_spread([phrase(0)], [[Bar()]]))
