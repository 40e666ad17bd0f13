import math

import pytest

from engine.controls import Control, Kind, table
from engine.errors import ControlError
from engine.notes import Voice

TABLE = table(("house", "j_dilla", "funk"))


def test_surfaces_spread_a_control_over_its_range() -> None:
    swing = TABLE["swing"]
    assert [swing.from_unit(unit) for unit in (0.0, 0.5, 1.0)] == [50.0, 62.5, 75.0]
    assert [swing.from_unit(unit) for unit in (-1.0, 2.0, math.nan)] == [50.0, 75.0, 50.0]
    assert [swing.to_unit(value) for value in (50, 62.5, 75)] == [0.0, 0.5, 1.0]


def test_surfaces_spread_choices_evenly() -> None:
    every = TABLE["fill_every"]
    units = (0.0, 0.19, 0.2, 0.59, 0.6, 1.0)
    assert [every.from_unit(unit) for unit in units] == ["off", "off", "2", "4", "8", "16"]
    assert [every.to_unit(choice) for choice in every.choices] == [0.1, 0.3, 0.5, 0.7, 0.9]


def test_every_control_comes_back_from_the_surface_it_was_shown_on() -> None:
    for control in TABLE.values():
        shown = control.to_unit(control.default)
        assert 0.0 <= shown <= 1.0
        assert control.from_unit(shown) == pytest.approx(control.default)


def test_switches_are_whole() -> None:
    mute = TABLE["mute_kick"]
    assert [mute.from_unit(unit) for unit in (0.0, 0.4, 64 / 127, 1.0)] == [0.0, 0.0, 1.0, 1.0]
    assert [mute.check(value) for value in (0, 0.3, 0.7, True)] == [0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(("value", "kept"), [(60, 60.0), ("66.7", 66.7), (50, 50.0), (75, 75.0)])
def test_a_number_in_range_is_kept(value: object, kept: float) -> None:
    assert TABLE["swing"].check(value) == kept


@pytest.mark.parametrize(
    "value", [49.9, 76, "much", None, [60], math.nan, math.inf, 10**400, b"60x", ""]
)
def test_a_bad_number_is_refused_with_what_is_allowed(value: object) -> None:
    with pytest.raises(ControlError, match=r"swing: .* is not a number from 50 to 75 %"):
        TABLE["swing"].check(value)


def test_a_switch_says_that_it_is_off_or_on() -> None:
    with pytest.raises(ControlError, match="mute_kick: 2 is not 0 or 1"):
        TABLE["mute_kick"].check(2)


def test_a_control_of_steps_says_that_it_wants_a_whole_number() -> None:
    control = Control("bars", Kind.PERFORMED, "how many", "bars", 0, 8, step=1.0)
    assert control.check(2.6) == 3.0
    with pytest.raises(ControlError, match="bars: 9 is not a whole number from 0 to 8 bars"):
        control.check(9)


@pytest.mark.parametrize("name", ["j_dilla", "J Dilla", "J-DILLA", "jdilla"])
def test_names_compare_by_their_letters(name: str) -> None:
    assert TABLE["style"].check(name) == "j_dilla"


@pytest.mark.parametrize("value", [8, 8.0, "8", "8.0", " 8 "])
def test_a_choice_of_numbers_takes_numbers(value: object) -> None:
    assert TABLE["fill_every"].check(value) == "8"


@pytest.mark.parametrize("value", [1.6, -8, "1.6", "-8", 3, "often", None, 10**400])
def test_a_bad_choice_is_refused_with_the_choices(value: object) -> None:
    with pytest.raises(ControlError, match=r"fill_every: .* is not one of off, 2, 4, 8, 16"):
        TABLE["fill_every"].check(value)


def test_the_table_has_a_mute_and_a_lock_for_every_voice_and_says_who_plays() -> None:
    assert all(TABLE[f"mute_{voice.value}"].kind is Kind.PERFORMED for voice in Voice)
    assert all(TABLE[f"lock_{voice.value}"].kind is Kind.COMPOSED for voice in Voice)
    assert TABLE["style"].default == "funk"
    assert table(("house", "trap"))["style"].default == "house"


def test_every_row_can_be_shown() -> None:
    for name, row in TABLE.items():
        assert isinstance(row, Control)
        assert row.name == name
        assert row.help
        assert row.check(row.default) == row.default
