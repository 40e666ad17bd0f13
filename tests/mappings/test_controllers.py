"""A surface turns the controls its map gives it, and nothing it sends raises."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls import Kind, table
from engine.errors import MappingError
from mappings.controllers import Map, load_controller

TABLE = table(("boom_bap", "funk", "jazz"))
TAKEN_ELSEWHERE = {0, 6, 7, 10, 32, 38, 64, *range(96, 102), *range(120, 128)}


def default() -> Map:
    return load_controller("default", TABLE)


def cc(number: int, value: int, channel: int = 1) -> bytes:
    return bytes((0xB0 + channel - 1, number, value))


def number_of(control: str) -> int:
    return next(n for n, row in default().controls.items() if row.name == control)


def test_every_control_has_exactly_one_cc_and_no_cc_has_two() -> None:
    names = [control.name for control in default().controls.values()]
    assert sorted(names) == sorted(TABLE)


def test_no_cc_is_one_that_other_devices_listen_to() -> None:
    assert not set(default().controls) & TAKEN_ELSEWHERE


@given(st.sampled_from(sorted(TABLE)), st.integers(0, 127), st.integers(1, 16))
def test_every_value_from_any_channel_is_one_its_control_takes(
    name: str, value: int, channel: int
) -> None:
    turned = default().turn(cc(number_of(name), value, channel))
    if turned is not None:
        assert turned == (name, TABLE[name].check(turned[1]))


@given(st.binary(max_size=5))
def test_no_message_raises(message: bytes) -> None:
    default().turn(message)


def test_a_knob_spans_the_range_of_its_control() -> None:
    surface = default()
    swing = number_of("swing")
    assert surface.turn(cc(swing, 0)) == ("swing", 50)
    assert surface.turn(cc(swing, 127)) == ("swing", 75)
    assert surface.turn(cc(number_of("style"), 127)) == ("style", "jazz")


def test_a_button_is_on_from_64() -> None:
    surface = default()
    mute = number_of("mute_kick")
    assert surface.turn(cc(mute, 63)) == ("mute_kick", 0)
    assert surface.turn(cc(mute, 64)) == ("mute_kick", 1)


def test_a_trigger_fires_once_when_its_button_goes_down() -> None:
    surface = default()
    fill = number_of("fill")
    turns = [surface.turn(cc(fill, value)) for value in (127, 127, 64, 63, 0, 64, 127)]
    assert turns == [("fill", 1.0), None, None, None, None, ("fill", 1.0), None]


def test_the_button_of_another_channel_is_another_button() -> None:
    surface = default()
    fill = number_of("fill")
    assert surface.turn(cc(fill, 127, channel=1)) == ("fill", 1.0)
    assert surface.turn(cc(fill, 127, channel=2)) == ("fill", 1.0)


@given(st.lists(st.integers(0, 127), max_size=30))
def test_a_trigger_fires_as_often_as_its_value_rises_past_64(values: list[int]) -> None:
    surface = default()
    panic = number_of("panic")
    fired = [surface.turn(cc(panic, value)) for value in values].count(("panic", 1.0))
    edges = zip([0, *values], values, strict=False)
    assert fired == sum(before < 64 <= value for before, value in edges)


@pytest.mark.parametrize(
    "message",
    [b"", b"\xb0", bytes((0xB0, 14)), bytes((0x90, 14, 100)), cc(3, 100), b"\xb0\x14\x80"],
)
def test_what_is_not_a_known_controller_is_passed_over(message: bytes) -> None:
    assert default().turn(message) is None


def test_triggers_stay_up_at_release() -> None:
    surface = default()
    for name, control in TABLE.items():
        if control.kind is Kind.TRIGGER:
            assert surface.turn(cc(number_of(name), 0)) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\ncc: {120: swing}\n", "cc: 120 is not a whole number from 0 to 119"),
        ("name: x\ncc: {a: swing}\n", "cc: 'a' is not a whole number from 0 to 119"),
        ("name: x\ncc: {1: swign}\n", r"cc\.1: 'swign' is not one of style, style_b"),
        ("name: x\ncc: {1: [swing]}\n", r"cc\.1: \['swing'\] is not one of style"),
        ("name: x\ncc: [swing]\n", r"cc: \['swing'\] is not a mapping of CC numbers"),
        ("name: x\n", "cc: is missing; it must be a mapping of CC numbers"),
        ("name: x\ncc: {1: swing, 1: push}\n", "'1' stands twice"),
        ("name: x\nchannel: 1\ncc: {1: swing}\n", "channel: 1 is not known"),
    ],
)
def test_a_mistake_names_file_key_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match=said) as caught:
        load_controller(path, TABLE)
    assert str(caught.value).startswith(f"{path}: ")
