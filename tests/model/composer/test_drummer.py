"""The drummer as the engine meets it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.bars.request import Request
from engine.errors import ConfigError, WeightsError
from engine.score.grid import Meter
from engine.score.notes import Bar, Hit, Voice
from engine.score.triplets import in_triplets
from model.composer.checkpoint import save
from model.composer.drummer import Drummer
from model.composer.measures import KNOBS
from model.composer.request_conditions import knobs_of, window_asked
from model.composer.reranking import misses
from model.composer.tokens import miditok_vocabulary
from tests.model.small import BEAT, STYLES, request, small_drummer, small_trained


def test_a_request_is_answered_with_a_bar_that_says_what_it_is() -> None:
    bar = small_drummer().compose(request(fill=True, density=0.7))
    assert bar is not None
    assert (bar.source, bar.style, bar.fill, bar.density) == ("model", "mine", True, 0.7)
    assert not bar.felt
    assert {hit.offset for hit in bar.hits} <= {0}
    assert all(0 <= hit.tick < 1920 for hit in bar.hits)


def test_the_same_request_gives_the_same_bar_whatever_was_played_between() -> None:
    drummer = small_drummer()
    asked = request(seed=3, history=(BEAT, BEAT))
    first = drummer.compose(asked)
    drummer.compose(request(seed=4, history=(BEAT,) * 4))
    assert drummer.compose(asked) == first
    assert drummer.compose(replace(asked, seed=5)) != first


def test_the_history_the_style_and_the_knobs_change_the_bar() -> None:
    drummer = Drummer(small_trained(), candidates=1)
    plain = request(history=(BEAT,))

    def bars(asked: Request) -> list[Bar | None]:
        return [drummer.compose(replace(asked, seed=seed)) for seed in range(4)]

    first = bars(plain)
    for other in (
        replace(plain, history=()),
        replace(plain, mixture=(("jazz", 1.0),)),
        replace(plain, density=1.0),
        replace(plain, complexity=0.0),
        replace(plain, temperature=0.01),
    ):
        assert bars(other) != first, other


@pytest.mark.long
def test_strength_changes_the_bar_and_none_needs_no_second_reading() -> None:
    def bars(guidance: float, strength: float) -> list[Bar | None]:
        drummer = Drummer(small_trained(), candidates=2, guidance=guidance)
        return [drummer.compose(request(seed=seed, strength=strength)) for seed in range(6)]

    assert bars(1.5, 0.0) == bars(1.0, 0.5)
    assert bars(1.5, 0.5) != bars(1.5, 0.0)
    assert bars(1.5, 1.0) == bars(2.0, 0.5)


def test_bars_before_the_context_do_not_matter() -> None:
    drummer = small_drummer()
    old = Bar.of([Hit(0, Voice.CRASH, 127)])
    recent = (BEAT,) * 4
    assert drummer.compose(request(history=(old, *recent))) == drummer.compose(
        request(history=recent)
    )


def test_bars_in_other_meters_and_what_was_before_them_are_ignored() -> None:
    drummer = small_drummer()
    waltz = Bar.of([Hit(0, Voice.KICK, 90)], meter=Meter(3, 4))
    assert drummer.compose(request(history=(BEAT, waltz))) == drummer.compose(request())
    assert drummer.compose(request(history=(BEAT, waltz, BEAT))) == drummer.compose(
        request(history=(BEAT,))
    )


def test_where_triplets_are_asked_for_swung_eighths_stand_on_them() -> None:
    drummer = Drummer(small_trained(), candidates=1)
    asked = [request(seed=seed) for seed in range(8)]
    as_written = [drummer.compose(one) for one in asked]
    triplets = [drummer.compose(replace(one, triplets=True)) for one in asked]
    assert all(bar is not None and in_triplets(bar) == bar for bar in triplets)
    assert not all(bar is not None and in_triplets(bar) == bar for bar in as_written)


def test_it_plays_four_four_only() -> None:
    assert small_drummer().compose(request(meter=Meter(7, 8))) is None


def test_it_can_be_interrupted() -> None:
    assert small_drummer().compose(request(), lambda: True) is None


def test_more_candidates_come_nearer_to_what_is_asked() -> None:
    def off(candidates: int) -> float:
        drummer = Drummer(small_trained(), candidates=candidates)
        bars = [drummer.compose(request(seed=seed, density=0.5)) for seed in range(12)]
        asked = dict.fromkeys(KNOBS, 0.5)
        return sum(misses(bar, asked, drummer.trained.scales, {"rock": 1.0}) for bar in bars if bar)

    assert off(8) < off(1)


def test_a_history_too_full_for_the_context_is_shortened() -> None:
    full = Bar.of(Hit(t, v, 100) for t in range(0, 1920, 60) for v in list(Voice)[:6])
    assert small_drummer().compose(request(history=(full,) * 4)) is not None


def test_unknown_names_of_a_mixture_are_ignored_and_the_rest_weighs_one() -> None:
    drummer = small_drummer()
    mixed = drummer.compose(request(mixture=(("polka", 0.5), ("rock", 0.5))))
    assert mixed == drummer.compose(request(mixture=(("rock", 1.0),)))
    assert drummer.unknown == 0


def test_a_mixture_of_unknown_names_is_counted_and_played_without_style() -> None:
    drummer = small_drummer()
    assert drummer.compose(request(mixture=(("polka", 1.0),))) == drummer.compose(
        request(mixture=())
    )
    assert drummer.unknown == 2


def test_a_fill_its_place_and_what_the_knobs_ask_for_are_told_to_the_model() -> None:
    drummer = small_drummer()
    request_ = request(fill=True, place=7, phrase=8, density=1.0, bpm=160.0, history=(BEAT,))
    scales, style = drummer.trained.scales, {2: 1.0}
    knobs = {knob: scales.figure(knob, drummer._names(style), True, 1.0) for knob in KNOBS}
    asked = window_asked(request_, [BEAT], style, knobs)
    assert [one.fill for one in asked] == [False, True]
    assert [one.density for one in asked] == [None, len(BEAT.hits)]
    assert [one.intensity is None for one in asked] == [True, False]
    told = drummer._conditions(asked)
    assert told.given[0].tolist()[:2] == [[0, 0, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 0, 0]]
    assert told.given[1].tolist()[:2] == [[0, 0, 1, 1, 0, 0, 0, 0]] * 2  # as if unasked
    assert told.style[1].sum() == 0
    assert told.places[0].tolist()[:2] == [[2, 6], [3, 7]]


def test_density_is_asked_for_a_little_more_or_less_and_the_same_by_the_same_seed() -> None:
    asked = [knobs_of(request(seed=seed))["density"] for seed in range(200)]
    assert 0.42 <= min(asked) < 0.44
    assert 0.56 < max(asked) <= 0.58
    assert asked[7] == knobs_of(request(seed=7))["density"]
    for end in (0.0, 1.0):
        assert {knobs_of(request(seed=n, density=end))["density"] for n in range(20)} == {end}


def test_warming_up_measures_and_stays_on_a_device() -> None:
    drummer = Drummer(small_trained(), devices=("cpu",))
    assert drummer.warm() > 0
    assert drummer.device == "cpu"


def test_it_is_loaded_from_a_file_or_says_why_not(tmp_path: Path) -> None:
    save(small_trained(), (), tmp_path / "w.safetensors")
    drummer = Drummer.load(tmp_path / "w.safetensors", device="cpu")
    assert drummer.styles == STYLES
    assert drummer.trained.words.names == miditok_vocabulary().names
    with pytest.raises(WeightsError):
        Drummer.load(tmp_path / "none.safetensors")


def test_a_device_that_is_not_there_is_named(tmp_path: Path) -> None:
    save(small_trained(), (), tmp_path / "w.safetensors")
    with pytest.raises(ConfigError, match=r"device: abacus .* auto, cpu"):
        Drummer.load(tmp_path / "w.safetensors", device="abacus")


def test_it_describes_itself() -> None:
    assert small_drummer().describe() == "3 trained styles, 0.0 M parameters, on cpu"


def test_knobs_stand_where_bars_would_ask_for_their_like() -> None:
    drummer = small_drummer()
    knobs = drummer.knobs_like(
        [BEAT, replace(BEAT, hits=BEAT.hits[:1], fill=True)], (("rock", 1.0),)
    )
    assert knobs == {
        knob: drummer.trained.scales.rank(knob, {"rock": 1.0}, False, KNOBS[knob](BEAT))
        for knob in KNOBS
    }
    assert drummer.knobs_like([BEAT], ()) == drummer.knobs_like([BEAT], (("polka", 1.0),)) == {}
    assert drummer.knobs_like([replace(BEAT, fill=True)], (("rock", 1.0),)) == knobs
