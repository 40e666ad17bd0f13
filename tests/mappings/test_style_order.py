"""A style keeps its place: whatever is added, no knob, no automation chooses another one."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls.control import PLACES
from engine.controls.table import table
from engine.errors import MappingError
from engine.score.style import Style
from mappings.style_order import ORDER, OWN, SLOTS, place_of, placed
from tests.styles import BANK, CONTROLS

FROZEN = 55  # the styles of the first order, by their names
STYLE = CONTROLS["style"]


def style(name: str, slot: int | None = None) -> Style:
    return replace(BANK["funk"], name=name, place=place_of(name, slot))


def bank_of(*styles: Style) -> dict[str, Style]:
    return placed({f"{one.name}.yaml": one for one in styles})


def test_the_first_55_places_are_frozen() -> None:
    assert (ORDER[0], ORDER[19], ORDER[54]) == ("afrobeat", "funk", "zigaboo_modeliste")
    assert list(ORDER[:FROZEN]) == sorted(ORDER[:FROZEN])


def test_every_style_of_ours_has_one_line_of_the_order() -> None:
    assert list(BANK) == list(ORDER)
    assert len(set(ORDER)) == len(ORDER) <= OWN


def test_a_cc_value_a_program_and_a_unit_of_127_are_the_place() -> None:
    for place, name in enumerate(ORDER):
        assert STYLE.from_unit(place / (PLACES - 1)) == name
        assert round(STYLE.to_unit(name) * (PLACES - 1)) == place


def test_a_place_without_a_style_chooses_the_next_one_below() -> None:
    own = table(bank_of(style("rock"), style("soul"), style("mine")))["style"]
    rock, soul = ORDER.index("rock"), ORDER.index("soul")
    asked = (0, rock, soul - 1, soul, OWN - 1, OWN, PLACES - 1)
    chosen = [own.from_unit(place / 127) for place in asked]
    assert chosen == ["rock", "rock", "rock", "soul", "soul", "mine", "mine"]


@given(st.lists(st.sampled_from(["a", "b", "c", "mine", "zz"]), unique=True), st.floats(0, 1))
def test_appended_and_own_styles_move_no_place_of_the_others(more: list[str], unit: float) -> None:
    with_more = table(bank_of(*BANK.values(), *(style(name) for name in more)))["style"]
    if unit * (PLACES - 1) < len(ORDER) - 0.5:
        assert with_more.from_unit(unit) == STYLE.from_unit(unit)
    for name in STYLE.choices:
        assert with_more.to_unit(name) == STYLE.to_unit(name)


def test_own_styles_take_the_free_slots_by_their_names_and_one_with_a_slot_keeps_it() -> None:
    bank = bank_of(style("zz"), style("mine", slot=1), style("aa"), style("funk"))
    assert {name: one.place for name, one in bank.items()} == {
        "funk": 19, "mine": OWN, "aa": OWN + 1, "zz": OWN + 2,
    }  # fmt: skip


def test_own_styles_beyond_the_slots_are_reached_by_name() -> None:
    names = [f"own{number:02}" for number in range(SLOTS + 2)]
    row = table(bank_of(*(style(name) for name in names)))["style"]
    assert row.choices == tuple(names)
    assert row.check("own33") == "own33"
    assert row.from_unit(row.to_unit("own33")) == "own31"


def test_two_styles_in_one_slot_are_refused() -> None:
    with pytest.raises(MappingError, match=r"b\.yaml: slot: 7 is not free; a\.yaml has it"):
        bank_of(style("a", slot=7), style("b", slot=7))


def test_the_documented_slots_are_those_of_the_program() -> None:
    text = (Path(__file__).parents[2] / "docs" / "styles.md").read_text()
    assert f"`slot`: 1 to {SLOTS}" in text
