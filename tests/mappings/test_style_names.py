"""Styles are found by what people type, and nothing they type leads to two of them."""

from dataclasses import replace

import pytest

from engine.controls.desk import Desk
from engine.errors import MappingError
from engine.names import plain
from engine.score.style import Style
from mappings.style_names import with_own_names
from tests.styles import BANK, CONTROLS

TYPED = {
    "dilla": "j_dilla", "jay dee": "j_dilla", "bonham": "john_bonham", "Bonzo": "john_bonham",
    "purdie": "bernard_purdie", "dnb": "drum_and_bass", "Drum & Bass": "drum_and_bass",
    "d&b": "drum_and_bass", "drum'n'bass": "drum_and_bass", "garage": "uk_garage",
    "UKG": "uk_garage", "2-step": "uk_garage", "Hip Hop": "hiphop", "R&B": "soul",
    "RnB": "soul", "second line": "neworleans", "Lo-Fi": "lofi", "Afro-Cuban": "afrocuban",
    "Middle Eastern": "middleeastern", "Pharrell": "the_neptunes", "stubblefield":
    "clyde_stubblefield", "Mr. Fingers": "larry_heard", "dembow": "reggaeton",
}  # fmt: skip
NEARLY = {"dila": "j_dilla", "bonam": "john_bonham", "purdy": "bernard_purdie", "fnuk": "funk"}


def style(name: str, *aliases: str) -> Style:
    return replace(BANK["funk"], name=name, aliases=aliases)


@pytest.mark.parametrize(("typed", "name"), TYPED.items())
def test_what_people_type_chooses_a_style(typed: str, name: str) -> None:
    assert CONTROLS["style"].check(typed) == CONTROLS["style_b"].check(typed) == name


@pytest.mark.parametrize(("typed", "name"), NEARLY.items())
def test_what_is_typed_wrongly_is_answered_with_the_nearest_style(typed: str, name: str) -> None:
    assert CONTROLS["style"].near(typed).startswith(f"; did you mean {name}")


def test_every_style_of_ours_has_an_alias_and_its_title_chooses_it() -> None:
    assert not [name for name, one in BANK.items() if not one.aliases]
    for name, one in BANK.items():
        assert CONTROLS["style"].check(one.title.partition(" (")[0]) == name


def test_what_is_kept_is_the_name_of_the_style() -> None:
    desk = Desk(BANK, {"style": "Dilla", "style_b": "garage"})
    assert (desk.values["style"], desk.settings().style_b) == ("j_dilla", "uk_garage")


@pytest.mark.parametrize("alias", ["rock", "Rock", "mine too"])
def test_an_alias_of_two_styles_names_both_files(alias: str) -> None:
    folder = {"a.yaml": style("mine", alias), "b.yaml": style("rock", "mine-too")}
    with pytest.raises(MappingError, match=r"b\.yaml: aliases: .* is not free; a\.yaml has it"):
        with_own_names([folder])


def test_an_alias_that_is_a_name_of_ours_names_both_files() -> None:
    ours, own = {"rock.yaml": style("rock")}, {"mine.yaml": style("mine", "Rock")}
    with pytest.raises(MappingError, match=r"mine\.yaml: aliases: 'rock' .*; rock\.yaml has it"):
        with_own_names([ours, own])


def test_an_own_style_takes_the_alias_of_one_of_ours() -> None:
    ours = {"uk_garage.yaml": style("uk_garage", "garage", "ukg", "2 step")}
    own = {"garage.yaml": style("garage"), "mine.yaml": style("mine", "UKG")}
    found = {one.name: one.aliases for one in with_own_names([ours, own]).values()}
    assert found == {"uk_garage": ("2 step",), "garage": (), "mine": ("UKG",)}


def test_an_alias_may_repeat_the_styles_own_name() -> None:
    folder = {"a.yaml": style("dnb", "d n b", "DNB")}
    assert {plain(alias) for alias in with_own_names([folder])["a.yaml"].aliases} == {"dnb"}
