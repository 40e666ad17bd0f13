"""What is left for the performed knobs to do."""

from __future__ import annotations

import pytest

from engine.feel.strokes import PerformedKnobs, strokes
from engine.score.notes import Bar, Hit, Voice
from model.composer.knob_compensation import ghosts, intensity
from model.composer.measures import Scales

ROCK = {"rock": 1.0}


def bars_of(*velocities: int) -> Scales:
    bars = [Bar.of([Hit(0, Voice.SNARE, velocity)]) for velocity in velocities]
    return Scales.of(("rock", bar) for bar in bars)


@pytest.mark.parametrize("asked", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_a_bar_composed_for_an_intensity_is_as_loud_as_the_usual_one_performed_so(
    asked: float,
) -> None:
    scales = bars_of(*range(60, 93))
    usual, loud = (
        Bar.of([Hit(0, Voice.SNARE, round(scales.figure("intensity", ROCK, False, at)))])
        for at in (0.5, asked)
    )
    made = Bar(loud.hits, intensity=intensity(scales, ROCK, False, asked))
    knobs = PerformedKnobs(intensity=asked)
    (by_both,), (by_knob,) = strokes(made, knobs), strokes(usual, knobs)
    assert by_both.velocity == pytest.approx(by_knob.velocity, abs=2)


def test_in_the_middle_nothing_is_done_already() -> None:
    assert intensity(bars_of(60, 80, 100), ROCK, False, 0.5) == 0.5


def test_bars_of_full_or_no_force_say_nothing() -> None:
    assert intensity(bars_of(127), ROCK, False, 0.9) == 0.5
    assert intensity(Scales.of([("rock", Bar())]), ROCK, False, 0.9) == 0.5


def test_a_style_that_has_ghosts_is_composed_for_more_and_one_without_is_not() -> None:
    some = bars_of(20, 20, 90, 90, 90)
    assert ghosts(some, ROCK, False, 1.0) == 1.0
    assert ghosts(some, ROCK, False, 0.0) == 0.5  # the usual bar has none
    assert ghosts(bars_of(90, 91), ROCK, False, 1.0) == 0.5
