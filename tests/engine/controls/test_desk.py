from dataclasses import replace

import pytest

from engine.controls.composed import Arrangement, ComposedSettings
from engine.controls.desk import Desk
from engine.errors import ControlError
from engine.score.notes import GROUPS, Bar, Voice
from tests.engine.stage import STYLES, style


def test_a_style_brings_its_tempo_and_swing() -> None:
    desk = Desk(STYLES, {"style": "Jazz"})
    assert desk.number("tempo") == 120.0
    assert (desk.swing, desk.knobs().swing, desk.knobs().swing_grid) == ((66.0, 8), 66.0, 8)
    assert desk.settings() == ComposedSettings("jazz", style_b="jazz")


def test_swing_comes_along_when_a_bar_of_another_style_begins() -> None:
    desk = Desk(STYLES, {"style": "jazz"})
    desk.values["swing"] = 55.0
    assert not desk.adopt(Bar(style="jazz"))
    assert desk.swing == (55.0, 8)
    assert desk.adopt(Bar(style="funk"))
    assert desk.swing == (50.0, 16)
    desk.values["swing"] = 55.0
    assert desk.adopt(Bar(style="shuffle"))  # as straight as funk, and a preset all the same
    assert desk.swing == (50.0, 16)


def test_a_morph_brings_its_swing_along_where_that_is_another() -> None:
    desk = Desk(STYLES, {"style": "jazz", "style_b": "funk", "morph": 0.25})
    assert desk.swing == (62.0, 8)
    desk.values["swing"] = 55.0
    assert not desk.adopt(Bar(style="jazz", blend=(("jazz", 0.75), ("funk", 0.25))))
    assert desk.adopt(Bar(style="jazz", blend=(("jazz", 0.5), ("funk", 0.5))))
    assert desk.swing == (58.0, 8)
    straight = Desk(STYLES, {"style": "funk", "style_b": "shuffle"})
    straight.values["swing"] = 55.0
    assert not straight.adopt(Bar(style="funk", blend=(("funk", 0.9), ("shuffle", 0.1))))


def test_a_recalled_swing_stays_when_its_style_begins() -> None:
    desk = Desk(STYLES)
    desk.recall({"style": "jazz", "swing": 58.0})
    assert desk.swing[0] == 58.0
    assert not desk.adopt(Bar(style="funk"))  # a bar that was committed before
    assert not desk.adopt(Bar(style="jazz"))
    assert desk.swing[0] == 58.0
    assert desk.adopt(Bar(style="funk"))
    assert desk.adopt(Bar(style="jazz"))
    assert desk.swing == (66.0, 8)


def test_a_recalled_style_without_a_swing_brings_its_own() -> None:
    desk = Desk(STYLES)
    desk.recall({"style": "jazz"})
    assert desk.adopt(Bar(style="jazz"))
    assert desk.swing == (66.0, 8)


def test_another_style_turned_after_a_recall_brings_its_swing() -> None:
    desk = Desk(STYLES)
    desk.recall({"style": "house", "swing": 58.0})
    assert desk.adopt(Bar(style="jazz"))
    assert desk.swing == (66.0, 8)


def test_what_the_controls_mean() -> None:
    desk = Desk(STYLES)
    desk.values |= {"push": -10.0, "note_offset": 30.0, "fill_every": "off", "mute_cymbals": 1.0}
    desk.values |= {"density_hats": -0.5, "level_toms": 0.8}
    assert desk.shift == pytest.approx(0.02)
    assert desk.settings().fill_every == 0
    knobs = desk.knobs()
    assert knobs.muted == frozenset({Voice.CRASH, Voice.RIDE, Voice.RIDE_BELL})
    assert knobs.densities == {"hats": -0.5}
    assert knobs.levels == dict.fromkeys(GROUPS["toms"], 0.8)


def test_on_solo_a_group_is_heard_alone_or_with_others_on_solo_and_a_mute_stands() -> None:
    desk = Desk(STYLES)
    assert desk.knobs().muted == frozenset()
    desk.values |= {"solo_kick": 1.0}
    assert desk.knobs().muted == frozenset(Voice) - set(GROUPS["kick"])
    desk.values |= {"solo_hats": 1.0, "mute_hats": 1.0}
    assert desk.knobs().muted == frozenset(Voice) - set(GROUPS["kick"])
    desk.values |= {"mute_hats": 0.0}
    assert desk.knobs().muted == frozenset(Voice) - set(GROUPS["kick"]) - set(GROUPS["hats"])


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
    desk.values |= {"style_b": "house", "morph": 0.3, "strength": 0.9, "seed": 5.0}
    desk.restore(before)
    assert desk.settings() == replace(before, variation=0.1)
    assert desk.values["seed"] == 0.0


def test_an_unknown_control_is_refused() -> None:
    with pytest.raises(ControlError, match="loudness: no such control; `drumigen controls` lists"):
        Desk(STYLES).check("loudness", 1.0)


def test_an_unknown_style_at_the_start_is_refused_with_the_styles() -> None:
    with pytest.raises(ControlError, match="style: 'polka' is not one of funk, house, jazz"):
        Desk(STYLES, {"style": "polka"})


def test_the_knobs_know_the_swing_that_the_sounding_style_is_written_in() -> None:
    written = (66.7, 8)
    styles = STYLES | {"blues": style("blues", swing=66.7, swing_grid=8, written=written)}
    desk = Desk(styles, {"style": "blues"})
    assert desk.knobs().written == written
    desk.recall({"style": "funk", "swing": 58.0})
    assert desk.knobs().written == written  # until a bar of funk begins
    desk.adopt(Bar(style="funk"))
    assert (desk.knobs().written, desk.swing[0]) == (None, 58.0)


def test_while_nothing_sounds_a_style_brings_its_swing_at_once() -> None:
    desk = Desk(STYLES)
    desk.values["style"] = "jazz"
    desk.foresee()
    assert desk.swing == (66.0, 8)
    desk.values["swing"] = 60.0
    desk.foresee()
    assert not desk.adopt(Bar(style="jazz"))
    assert desk.swing == (60.0, 8)


def test_a_group_stands_apart_from_the_knob_for_all_and_inside_its_range() -> None:
    desk = Desk(STYLES, {"style": "jazz"})
    assert not (desk.knobs().swings or desk.knobs().humanizes or desk.knobs().dynamics_of)
    desk.values |= {"swing_hats": -6.0, "swing_kick": 25.0, "humanize_snare": -2.0}
    desk.values |= {"dynamics": 0.5, "dynamics_cymbals": 0.75}
    knobs = desk.knobs()
    assert knobs.swings == dict.fromkeys(GROUPS["hats"], 60.0) | {Voice.KICK: 75.0}
    assert knobs.humanizes == dict.fromkeys(GROUPS["snare"], 0.0)
    assert knobs.dynamics_of == dict.fromkeys(GROUPS["cymbals"], 1.25)


def test_a_style_brings_its_swing_and_the_difference_of_a_group_stays() -> None:
    desk = Desk(STYLES)
    desk.values["swing_hats"] = 4.0
    assert desk.knobs().swings[Voice.CLOSED_HAT] == 54.0
    desk.adopt(Bar(style="jazz"))
    assert (desk.knobs().swing, desk.knobs().swings[Voice.CLOSED_HAT]) == (66.0, 70.0)
