import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls.control import Control, Kind
from engine.controls.table import table
from engine.errors import ControlError
from engine.score.notes import GROUPS, Voice

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


def test_choices_with_places_are_reached_by_them() -> None:
    control = Control(
        "style", Kind.COMPOSED, "", default="a", choices=("a", "b", "c"), places=(3, 9)
    )
    units = (0.0, 3 / 127, 8.4 / 127, 8.6 / 127, 1.0, math.nan)
    assert [control.from_unit(unit) for unit in units] == ["a", "a", "a", "b", "b", "a"]
    assert [control.to_unit(choice) for choice in "abc"] == [3 / 127, 9 / 127, 9 / 127]


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


def test_the_nearest_choices_are_said_where_they_are_asked_for() -> None:
    assert "half" in TABLE["time"].near("haf")
    assert not TABLE["time"].near("zzzz")


def test_every_voice_is_of_one_group_and_every_group_has_its_controls() -> None:
    assert sorted(v.value for voices in GROUPS.values() for v in voices) == sorted(
        v.value for v in Voice
    )
    for group in GROUPS:
        for name in ("density", "level", "swing", "humanize", "dynamics", "mute"):
            assert TABLE[f"{name}_{group}"].kind is Kind.PERFORMED
        assert TABLE[f"lock_{group}"].kind is Kind.COMPOSED
    names = {name.rpartition("_")[2] for name in TABLE if name.startswith("mute_")}
    assert names == set(GROUPS)


def test_the_table_says_who_plays_and_who_stands_at_the_other_end() -> None:
    named = table(("funk", "house", "jazz"))
    assert (named["style"].default, named["style_b"].default) == ("funk", "jazz")
    others = table(("house", "trap"))
    assert (others["style"].default, others["style_b"].default) == ("house", "house")


def test_every_snapshot_has_two_triggers() -> None:
    pulled = [name for name, row in TABLE.items() if row.kind is Kind.TRIGGER]
    for verb in ("store", "recall"):
        letters = [name[-1] for name in pulled if name.startswith(f"{verb}_")]
        assert letters == list("abcdefgh")


def test_offsets_are_fine_about_the_middle_and_reach_as_far() -> None:
    offset = TABLE["note_offset"]
    values = [offset.from_unit(unit) for unit in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert values == [-100.0, -25.0, 0.0, 25.0, 100.0]
    # The middle of a knob of 128 steps, which has none.
    assert abs(float(offset.from_unit(64 / 127))) < 0.01
    assert abs(float(TABLE["level_kick"].from_unit(64 / 127)) - 1.0) < 1e-4


@given(st.sampled_from([row for row in TABLE.values() if not row.choices]), st.floats(0, 1))
def test_a_value_shown_on_a_surface_is_read_back_as_it_was(row: Control, unit: float) -> None:
    value = row.from_unit(unit)
    assert row.from_unit(row.to_unit(value)) == pytest.approx(value, abs=1e-9)


@given(st.sampled_from(list(TABLE.values())), st.floats(0, 1), st.floats(0, 1))
def test_a_surface_that_goes_up_never_takes_a_value_down(
    row: Control, one: float, two: float
) -> None:
    low, high = row.from_unit(min(one, two)), row.from_unit(max(one, two))
    assert row.to_unit(low) <= row.to_unit(high)


def test_every_row_can_be_shown() -> None:
    for name, row in TABLE.items():
        assert isinstance(row, Control)
        assert row.name == name
        assert row.help
        assert row.check(row.default) == row.default
