"""What is counted in bars, on bars whose figures can be told by eye."""

from __future__ import annotations

import numpy as np
import pytest

from engine.score.notes import Bar, Hit, Voice
from model.judging.features import (
    CLASSES,
    FEATURES,
    TIMING,
    VOICES,
    autocorrelation,
    grid,
    manner,
    outline,
    scored,
    slot,
    sums,
    swing,
    window,
)
from tests.model.small import BEAT  # eighths on the hat 87, kick 1 and 3 at 103, snare 119

EMPTY = Bar()


@pytest.mark.parametrize(
    ("feature", "figure"),
    [
        ("instruments", 3.0),
        ("strokes", 12.0),
        ("moments", 8.0),
        ("kick strokes", 2.0),
        ("snare strokes", 2.0),
        ("hat strokes", 8.0),
        ("tom strokes", 0.0),
        ("cymbal strokes", 0.0),
        ("velocity mean", (8 * 87 + 2 * 103 + 2 * 119) / 12),
        ("velocity sd", float(np.std([87.0] * 8 + [103.0] * 2 + [119.0] * 2))),
        ("syncopation", (2 * 0.0 + 6 * 0.2 + 4 * 0.5) / 12),
        ("weak to strong", 0.0),
        ("polyphony", 1.5),
        ("swing", 50.0),
        ("autocorrelation, half a bar", 1.0),  # the second half is the first again
    ],
)
def test_a_plain_beat_has_figures_that_can_be_counted(feature: str, figure: float) -> None:
    assert FEATURES[feature](BEAT) == pytest.approx(figure)


@pytest.mark.parametrize("feature", [*FEATURES, *TIMING])
def test_every_feature_takes_an_empty_bar(feature: str) -> None:
    figure = (FEATURES | TIMING)[feature](EMPTY)
    assert figure == (50.0 if feature == "swing" else 0.0)


def test_there_are_ten_features_at_least_without_timing() -> None:
    assert len(FEATURES) >= 10


def test_strokes_off_the_eighths_are_weak() -> None:
    bar = Bar.of([Hit(0, Voice.KICK, 90), Hit(120, Voice.KICK, 90), Hit(360, Voice.KICK, 90)])
    assert FEATURES["weak to strong"](bar) == 2.0


def test_swing_is_where_the_second_eighth_falls_as_it_sounds() -> None:
    straight, shuffle = (
        Bar.of(Hit(beat * 480 + second, Voice.RIDE, 90) for beat in range(4))
        for second in (240, 320)
    )
    assert swing(straight) == 50.0
    assert swing(shuffle) == pytest.approx(66.667, abs=0.01)
    assert swing(Bar.of([Hit(240, Voice.RIDE, 90, 48)])) == pytest.approx(60.0)
    assert swing(Bar.of([Hit(120, Voice.RIDE, 90), Hit(360, Voice.RIDE, 90)])) == 50.0


def test_a_pulse_repeats_after_a_beat_and_not_after_an_eighth() -> None:
    pulse = Bar.of(Hit(beat * 480, Voice.KICK, 100) for beat in range(4))
    assert autocorrelation(pulse, 4) == pytest.approx(1.0)
    assert autocorrelation(pulse, 2) == pytest.approx(-1 / 3)


def test_offsets_are_counted_in_ticks_and_can_be_left_out() -> None:
    bar = Bar.of([Hit(0, Voice.KICK, 90, -10), Hit(480, Voice.SNARE, 90, 30)])
    assert TIMING["offset mean"](bar) == 10.0
    assert TIMING["offset sd"](bar) == 20.0
    assert TIMING["offset sd"](scored(bar)) == 0.0


def test_a_stroke_belongs_to_the_nearest_sixteenth_of_its_bar() -> None:
    assert [slot(Hit(tick, Voice.KICK, 90)) for tick in (0, 59, 60, 160, 1919)] == [0, 0, 1, 1, 15]


def test_an_outline_knows_neither_loudness_nor_kinds_of_snare() -> None:
    one = Bar.of([Hit(0, Voice.SNARE, 30), Hit(480, Voice.RIDE_BELL, 90)])
    other = Bar.of([Hit(10, Voice.SIDE_STICK, 120), Hit(480, Voice.RIDE, 40)])
    assert outline(one) == outline(other) == {(0, 1), (4, 8)}


def test_a_grid_holds_the_loudest_stroke_of_each_place() -> None:
    rows = grid(Bar.of([Hit(0, Voice.SNARE, 127), Hit(20, Voice.CLAP, 30)]), CLASSES)
    assert rows.shape == (9, 16)
    assert rows[1, 0] == 1.0
    assert rows.sum() == 1.0


def test_sums_are_strokes_a_bar_loudness_and_shares_of_odd_places() -> None:
    bar = Bar.of([Hit(0, Voice.KICK, 127), Hit(160, Voice.KICK, 127), Hit(60, Voice.SNARE, 127)])
    found = sums([bar, EMPTY], CLASSES)
    assert found.tolist() == pytest.approx(
        [1.0, 0.5, *[0.0] * 7, 1.0, 1.0, *[0.0] * 7, 1 / 3, 2 / 3]
    )


def test_rows_for_a_classifier_have_a_place_for_everything() -> None:
    assert window([BEAT, BEAT]).shape == (2 * 9 * 16 + 2 * 9 + 2,)
    voices = len(VOICES)
    assert manner([BEAT] * 8).shape == (2 * voices * 16 + 2 * voices + 2 + voices + 3,)


def test_a_manner_hears_swing_as_late_odd_sixteenths() -> None:
    late = Bar.of(Hit(n * 120, Voice.CLOSED_HAT, 90, 24 * (n % 2)) for n in range(16))
    even, odd, spread = manner([late])[-3:]
    assert (even, odd, spread) == (0.0, 24.0, 12.0)
