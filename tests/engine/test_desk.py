from dataclasses import replace

import pytest

from engine.desk import Desk
from engine.errors import ControlError
from engine.feel import Knobs
from engine.notes import Voice
from engine.phrases import Arrangement
from engine.themes import Settings
from tests.engine.stage import STYLES


def test_a_style_brings_its_tempo_and_swing() -> None:
    desk = Desk(STYLES, "Jazz")
    assert (desk.sounding, desk.number("tempo")) == ("jazz", 120.0)
    assert desk.knobs() == Knobs(swing=66.0, swing_grid=8)
    assert desk.settings() == Settings("jazz")


def test_swing_comes_along_when_a_bar_of_another_style_begins() -> None:
    desk = Desk(STYLES, "jazz")
    desk.values["swing"] = 55.0
    desk.adopt("jazz")
    assert desk.knobs().swing == 55.0
    desk.adopt("funk")
    assert (desk.knobs().swing, desk.knobs().swing_grid) == (50.0, 16)


def test_what_the_controls_mean() -> None:
    desk = Desk(STYLES)
    desk.values |= {"push": -10.0, "note_offset": 30.0, "fill_every": "off", "mute_crash": 1.0}
    assert desk.shift == pytest.approx(0.02)
    assert desk.settings().fill_every == 0
    assert desk.knobs().muted == frozenset({Voice.CRASH})


def test_how_bars_are_played_is_apart_from_what_they_are_made_under() -> None:
    desk = Desk(STYLES)
    assert desk.arrangement() == Arrangement()
    before = desk.settings()
    desk.values |= {"time": "half", "fill_amount": 0.5, "lock_kick": 1.0, "loop": 1.0}
    assert desk.arrangement() == Arrangement("half", 0.5, frozenset({Voice.KICK}), True)
    assert desk.settings() == before
    desk.values |= {"phrase": "16", "fill_complexity": 0.9}
    assert (desk.settings().phrase, desk.settings().fill_complexity) == (16, 0.9)


def test_what_makes_the_material_can_be_put_back() -> None:
    desk = Desk(STYLES)
    before = desk.settings()
    desk.values |= {"style": "jazz", "density": 0.9, "temperature": 1.5, "variation": 0.1}
    desk.restore(before)
    assert desk.settings() == replace(before, variation=0.1)


def test_an_unknown_control_is_refused() -> None:
    with pytest.raises(ControlError, match="loudness: no such control; `drumigen controls` lists"):
        Desk(STYLES).check("loudness", 1.0)


def test_an_unknown_style_at_the_start_is_refused_with_the_styles() -> None:
    with pytest.raises(ControlError, match="style: 'polka' is not one of funk, house, jazz"):
        Desk(STYLES, "polka")
