import pytest

from engine.names import FEW, hint, instead, key, nearest, one_of, plain

MANY = [f"name_{number}" for number in range(FEW + 1)]


def test_names_compare_without_case_spaces_hyphens_and_underscores() -> None:
    assert plain("J Dilla") == plain("j_dilla") == plain("J-DILLA") == "jdilla"
    assert plain("Drum & Bass") == plain("drum_and_bass")


def test_numbers_compare_as_numbers() -> None:
    assert key(8.0) == key("8") == key("8.0")
    assert key("1.6") != key("16")
    assert key(10**400) == "1" + "0" * 400
    assert key(None) == "none"


def test_the_nearest_names_come_first() -> None:
    known = ("density", "density_kick", "tempo", "mute_kick", "mute_snare")
    assert nearest("densty", known) == ["density"]
    assert nearest("Tmpo", known) == ["tempo"]
    assert nearest("mute", known) == ["mute_kick", "mute_snare"]
    assert nearest("mu", known) == []


def test_an_alias_leads_to_its_name() -> None:
    aliases = {"dilla": "j_dilla", "jay dee": "j_dilla", "bonham": "john_bonham"}
    assert nearest("dila", ("j_dilla", "john_bonham"), aliases) == ["j_dilla"]
    assert nearest("bonam", (), aliases) == ["john_bonham"]


@pytest.mark.parametrize("word", [7, None, ["gm"], "x" * 10**6, "", "%"])
def test_no_name_is_near_to_what_is_none(word: object) -> None:
    assert nearest(word, ("gm", "td11")) == []
    assert hint(word, ("gm", "td11")) == ""


def test_three_names_at_most_are_asked_for() -> None:
    assert hint("jaz", ["jazz", "rock"]) == "; did you mean jazz?"
    assert hint("styel", ["style", "style_b"]) == "; did you mean style or style_b?"
    assert hint("name_x", MANY) == "; did you mean name_0, name_1 or name_2?"


def test_few_names_are_listed_whole_and_many_by_the_command_that_lists_them() -> None:
    assert one_of(("a", "b"), "drumigen styles") == "one of a, b"
    assert one_of(MANY, "drumigen styles") == "one of the 11 that `drumigen styles` lists"
    assert one_of(MANY) == "one of " + ", ".join(MANY)


def test_what_is_allowed_instead() -> None:
    assert instead("hlaf", ("half", "double")) == "one of half, double; did you mean half?"
    assert instead("polka", MANY) == "one of " + ", ".join(MANY)
    assert instead("name_7x", [*MANY[:10], "x"], other=" or a file") == (
        "one of 11 names or a file; did you mean name_7?"
    )
    assert instead("nam", MANY, "drumigen x", {"naam": "name_3"}, " or a file").startswith(
        "one of the 11 that `drumigen x` lists or a file; did you mean name_"
    )
