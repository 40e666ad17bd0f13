"""Which of several bars is played."""

from __future__ import annotations

import pytest

from engine.score.hallmarks import Hallmark
from engine.score.notes import GHOST_VELOCITY, Bar, Hit, Voice
from model.composer.measures import Scales, loudness
from model.composer.reranking import WEIGHTS, best, levelled, misses
from tests.model.small import BEAT, STYLES, small_scales

SCALES, ROCK = small_scales(), {"rock": 1.0}
SPARSE = BEAT.with_hits(BEAT.hits[:3])


def test_the_bar_nearest_to_what_is_asked_is_taken() -> None:
    for density, wanted in ((0.0, SPARSE), (1.0, BEAT)):
        for bars in ([SPARSE, BEAT], [BEAT, SPARSE]):
            assert best(bars, {"density": density}, SCALES, ROCK, []) is wanted


def test_a_miss_is_measured_in_spans_of_the_style() -> None:
    most = len(BEAT.hits)
    assert misses(BEAT, {"density": 1.0}, SCALES, ROCK) == 0.0
    off = misses(SPARSE, {"density": 1.0}, SCALES, ROCK)
    assert off == WEIGHTS["density"] * (most - 3) / SCALES.span("density", ROCK, False)


def test_in_an_unknown_style_what_is_usual_in_all_is_asked_for() -> None:
    polka, all_of_them = {"polka": 1.0}, dict.fromkeys(STYLES, 1 / len(STYLES))
    assert misses(BEAT, {"density": 0.0}, SCALES, polka) == pytest.approx(
        misses(BEAT, {"density": 0.0}, SCALES, all_of_them), rel=0.1
    )


def test_of_two_alike_the_one_that_was_not_just_played_is_taken() -> None:
    late = Bar.of([*BEAT.hits[:-1], Hit(1680, Voice.SNARE, 119)])
    for bars in ([BEAT, late], [late, BEAT]):
        assert best(bars, {"density": 1.0}, SCALES, ROCK, [BEAT.outline]) is late


def test_a_bar_that_two_hands_cannot_play_is_left_to_machines() -> None:
    wall = Bar.of(
        [Hit(tick, voice, 100) for tick in (0, 480, 960) for voice in list(Voice)[1:10] if voice]
    )
    assert best([wall, SPARSE], {}, SCALES, ROCK, []) is SPARSE
    assert best([Bar(), SPARSE], {}, SCALES, ROCK, []) is SPARSE


def test_what_is_missing_to_the_force_asked_for_is_played_harder_or_softer() -> None:
    loud = [Bar.of([Hit(0, Voice.KICK, velocity)]) for velocity in range(40, 121)]
    scales, slack = Scales.of(("rock", bar) for bar in loud), 0.1 * 0.9 * 80
    bar = Bar.of([Hit(0, Voice.KICK, 80), Hit(480, Voice.CRASH, 80)])

    def force(asked: float) -> float:
        return loudness(levelled(bar, {"intensity": asked}, scales, ROCK))

    assert force(1.0) == pytest.approx(120 - slack, abs=0.5)
    assert force(0.0) == pytest.approx(40 + slack, abs=0.5)
    assert levelled(bar, {"intensity": 0.55}, scales, ROCK) is bar  # near enough


def test_ghosts_stay_ghosts_however_hard_it_is_played() -> None:
    scales = Scales.of([("rock", Bar.of([Hit(0, Voice.KICK, v)])) for v in (5, 125)])
    bar = Bar.of([Hit(0, Voice.SNARE, 45), Hit(480, Voice.SNARE, 55)])
    hard, soft = (levelled(bar, {"intensity": at}, scales, ROCK) for at in (1.0, 0.0))
    assert [hit.velocity for hit in hard.hits] == [GHOST_VELOCITY - 1, 119]
    assert [hit.velocity for hit in soft.hits] == [11, GHOST_VELOCITY]


def test_of_bars_alike_the_one_that_keeps_the_hallmarks_is_best() -> None:
    ride = Hallmark("ride", "timekeeper", (Voice.RIDE,), (), 1, 8)
    ridden = BEAT.with_hits([*BEAT.hits, Hit(0, Voice.RIDE, 90)])
    assert best([BEAT, ridden], {}, SCALES, ROCK, [], hallmarks=[ride]) is ridden
    assert best([BEAT, ridden], {}, SCALES, ROCK, []) is BEAT
