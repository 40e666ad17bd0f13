"""Bars in, bars with feel out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import fmean, pstdev

import numpy as np
import pytest

from engine.errors import WeightsError
from engine.score.notes import Bar, Hit, Voice
from model.feel.checkpoint import load, save
from model.feel.humanizer import OFFSET_EDGES, Dynamics, Humanizer, quantiles, shares_of, with_feel
from model.feel.noise import Shares
from tests.model.small import BEAT, FEEL_STYLES, even_feel, request, small_feel, wide_feel

FUNK = (("funk", 1.0),)
SCORE = [(hit.tick, hit.voice) for hit in BEAT.hits]


def test_the_score_stays_and_the_bar_is_felt() -> None:
    (bar,) = small_feel().perform([BEAT], FUNK, 100.0, 1, 0)
    assert [(hit.tick, hit.voice) for hit in bar.hits] == SCORE
    assert bar.felt and not BEAT.felt
    assert len({hit.offset for hit in bar.hits}) > 4
    assert all(1 <= hit.velocity <= 127 for hit in bar.hits)


def test_the_same_arguments_give_the_same_bars_and_another_seed_does_not() -> None:
    feel = small_feel(timing=Shares(close=0.5, drift=0.4, rho=0.5))
    first = feel.perform([BEAT] * 3, FUNK, 100.0, 1, 5)
    feel.perform([BEAT], FUNK, 90.0, 2, 0)
    assert feel.perform([BEAT] * 3, FUNK, 100.0, 1, 5) == first
    assert feel.perform([BEAT] * 3, FUNK, 100.0, 2, 5) != first
    assert feel.perform([BEAT] * 3, FUNK, 100.0, 1, 6) != first
    assert feel.perform([BEAT] * 3, (("jazz", 1.0),), 100.0, 1, 5) != first


def test_a_performance_stays_one_however_it_is_cut() -> None:
    feel = wide_feel(Shares(close=0.6, hand_alone=0.1, drift=0.5, rho=0.5, habit=0.2))
    whole = feel.perform([BEAT] * 7, FUNK, 100.0, 1, 0)
    parts = [
        feel.perform([BEAT], FUNK, 100.0, 1, number, before=[BEAT] * number)[0]
        for number in range(7)
    ]
    assert list(whole) == parts


@pytest.mark.long
def test_offsets_are_spread_as_the_distribution_says() -> None:
    found = [
        hit.offset
        for seed in range(100)
        for bar in wide_feel(
            Shares(close=0.5, hand_alone=0.2, foot_alone=0.1, drift=0.8, rho=0.5)
        ).perform([BEAT], FUNK, 100.0, seed, 0)
        for hit in bar.hits
    ]
    assert fmean(found) == pytest.approx(0.0, abs=8.0)
    assert pstdev(found) == pytest.approx(160 / 12**0.5, rel=0.1)  # evenly from -80 to 80


def test_a_sure_feel_strikes_where_and_as_hard_as_it_is_sure() -> None:
    bars = even_feel(40, 20).perform([BEAT] * 3, FUNK, 100.0, 1, 0)  # 20..22.5 ticks, 80..83
    assert all(20 <= hit.offset <= 23 and 80 <= hit.velocity <= 84 for b in bars for hit in b.hits)


def test_the_median_is_the_median() -> None:
    curves = even_feel(40, 20).read([BEAT], FUNK, 100.0)[0]
    assert quantiles(curves.offsets, OFFSET_EDGES, [0.5] * 12) == pytest.approx([21.25] * 12)
    rows = np.array([[0.0, 0.2, 0.2, 1.0]])
    edges = np.array([0.0, 1.0, 2.0, 3.0])
    assert quantiles(rows, edges, [0.1]) == pytest.approx([0.5])
    assert quantiles(rows, edges, [0.6]) == pytest.approx([2.5])
    assert shares_of([0.0, 1.96]) == pytest.approx([0.5, 0.975], abs=1e-3)


def test_velocities_are_kept_or_new_as_asked() -> None:
    feel = small_feel()
    kept = feel.perform([BEAT], FUNK, 100.0, 1, 0, dynamics=Dynamics.KEPT)[0]
    assert [hit.velocity for hit in kept.hits] == [hit.velocity for hit in BEAT.hits]
    quiet = BEAT.with_hits(replace(hit, velocity=40) for hit in BEAT.hits)
    new, marked = Dynamics.NEW, Dynamics.MARKED
    for dynamics, same in ((new, True), (marked, False)):
        loud, soft = (
            feel.perform([bar], FUNK, 100.0, 1, 0, dynamics=dynamics)[0].hits
            for bar in (BEAT, quiet)
        )
        assert (loud == soft) is same


def test_empty_bars_stay_empty() -> None:
    bars = small_feel().perform([Bar(), BEAT, Bar()], FUNK, 100.0, 1, 0)
    assert [len(bar.hits) for bar in bars] == [0, len(BEAT.hits), 0]
    assert small_feel().perform([Bar()], FUNK, 100.0, 1, 0)[0].hits == ()
    assert small_feel().perform([], FUNK, 100.0, 1, 0) == ()


def test_a_mixture_of_known_and_unknown_styles_is_what_is_known_of_it() -> None:
    feel = small_feel()
    mixed = feel.perform([BEAT], (("polka", 0.7), ("funk", 0.3)), 100.0, 1, 0)
    assert mixed == feel.perform([BEAT], FUNK, 100.0, 1, 0)
    assert feel.knows((("polka", 0.5), ("jazz", 0.5)))
    assert not feel.knows((("polka", 1.0), ("funk", 0.0)))
    assert feel.perform([BEAT], (), 100.0, 1, 0) != mixed


def test_a_composed_bar_gets_offsets_and_keeps_its_velocities() -> None:
    feel = small_feel(timing=Shares(close=0.5, drift=0.5, rho=0.5))
    asked = request(mixture=FUNK, number=4, performance=9, history=(BEAT, BEAT))
    bar = with_feel(BEAT, asked, feel)
    assert bar.felt
    assert [hit.velocity for hit in bar.hits] == [hit.velocity for hit in BEAT.hits]
    assert any(hit.offset for hit in bar.hits)
    assert with_feel(BEAT, replace(asked, performance=8), feel) != bar
    assert with_feel(BEAT, replace(asked, seed=1), feel) == bar  # drift is the performance's


def test_styles_that_nobody_played_and_felt_bars_are_left_to_the_engine() -> None:
    feel = small_feel()
    assert with_feel(BEAT, request(mixture=(("j_dilla", 1.0),)), feel) is BEAT
    done = replace(BEAT, felt=True)
    assert with_feel(done, request(mixture=FUNK), feel) is done


def test_a_hit_strays_no_farther_than_the_classes_reach() -> None:
    bars = wide_feel().perform([Bar.of([Hit(0, Voice.KICK, 90)])] * 60, FUNK, 100.0, 3, 0)
    assert max(abs(hit.offset) for bar in bars for hit in bar.hits) <= 80


def test_what_is_saved_is_loaded_and_what_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "f.safetensors"
    was = small_feel(timing=Shares(close=0.25, rho=0.5), force=Shares(habit=0.5)).trained
    save(was, path)
    found = load(path)
    assert (found.styles, found.timing, found.force, found.figures) == (
        FEEL_STYLES, was.timing, was.force, was.figures,
    )  # fmt: skip
    assert Humanizer.load(path).perform([BEAT], FUNK, 100.0, 1, 0)
    assert Humanizer.load(path).styles == FEEL_STYLES
    with pytest.raises(WeightsError, match=r"none\.safetensors.*drumigen train"):
        Humanizer.load(tmp_path / "none.safetensors")


def test_a_file_whose_figures_do_not_fit_is_named(tmp_path: Path) -> None:
    path = tmp_path / "f.safetensors"
    trained = small_feel().trained
    save(replace(trained, styles=("funk",)), path)
    assert load(path).styles == ("funk",)  # names are only names
    trained.network.offset = trained.network.velocity
    save(trained, path)
    with pytest.raises(WeightsError, match=r"f\.safetensors: does not fit"):
        load(path)
