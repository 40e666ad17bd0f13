"""What surfaces say moves the controls they are mapped to, and nothing they send raises."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls.control import Control, Kind, Value
from engine.controls.table import table
from engine.playing.events import Struck, Turned
from live.midi.surfaces import Surfaces
from mappings.bindings import Message
from mappings.controller_map import Map, Maps
from mappings.controllers import load_controller
from mappings.takeover import Takeover

TABLE = table(("boom_bap", "funk", "jazz"))
IN, NANO = "MidiDrumiGen In", "nano"
GENERIC = load_controller("generic", TABLE)
NUMBERS = {
    one.control.name: one.source.number for one in GENERIC.bindings if one.source.kind is Message.CC
}


@dataclass
class Desk:
    """Values that stand for the engine's."""

    table: dict[str, Control]
    values: dict[str, Value]


class Room:
    """Surfaces over a desk that takes what they say."""

    def __init__(self, own: Map = GENERIC, **chosen: Map) -> None:
        self.desk = Desk(TABLE, {name: row.default for name, row in TABLE.items()})
        self.surfaces = Surfaces(Maps(own, tuple(chosen.values())), self.desk, inputs=["clocked"])

    def say(self, *message: int, port: str = IN, now: float = 0.0) -> object:
        event = self.surfaces.hear(bytes(message), port, now)
        if isinstance(event, Turned) and TABLE[event.control].kind is not Kind.TRIGGER:
            self.desk.values[event.control] = TABLE[event.control].check(event.value)
        return event


def mapped(folder: Path, text: str) -> Map:
    path = folder / "mine.yaml"
    path.write_text(f"name: mine\nports: [{NANO}]\n{text}", encoding="utf-8")
    return load_controller(path, TABLE)


@given(st.sampled_from(sorted(NUMBERS)), st.integers(0, 127), st.integers(0, 15))
def test_every_value_from_any_channel_is_one_its_control_takes(
    name: str, value: int, channel: int
) -> None:
    event = Room().say(0xB0 + channel, NUMBERS[name], value)
    if event is not None:
        assert isinstance(event, Turned)
        assert event == Turned(name, TABLE[name].check(event.value))


@given(st.binary(min_size=1, max_size=5).filter(lambda message: message[0] < 0xF0))
def test_no_message_raises(message: bytes) -> None:
    Room().surfaces.hear(message, IN, 0.0)


def test_a_knob_spans_the_range_of_its_control() -> None:
    room = Room()
    assert room.say(0xB0, NUMBERS["swing"], 127) == Turned("swing", 75)
    assert room.say(0xB0, NUMBERS["swing"], 0) == Turned("swing", 50)
    assert room.say(0xB0, NUMBERS["swing"], 0) is None  # it is there already
    assert room.say(0xB0, NUMBERS["style"], 127) == Turned("style", "jazz")


def test_a_button_is_on_from_64() -> None:
    room, mute = Room(), NUMBERS["mute_kick"]
    assert [room.say(0xB0, mute, value) for value in (63, 64, 127, 63)] == [
        None,
        Turned("mute_kick", 1.0),
        None,
        Turned("mute_kick", 0.0),
    ]


def test_a_trigger_fires_once_when_its_button_goes_down() -> None:
    room, fill, fired = Room(), NUMBERS["fill"], Turned("fill", 1.0)
    turns = [room.say(0xB0, fill, value) for value in (127, 127, 64, 63, 0, 64, 127)]
    assert turns == [fired, None, None, None, None, fired, None]


def test_the_button_of_another_channel_is_another_button() -> None:
    room, fill = Room(), NUMBERS["fill"]
    assert room.say(0xB0, fill, 127) == room.say(0xB1, fill, 127) == Turned("fill", 1.0)


@given(st.lists(st.sampled_from([*range(52), *range(76, 128)]), max_size=30))
def test_a_trigger_fires_as_often_as_its_value_rises_past_64(values: list[int]) -> None:
    room = Room()
    fired = [room.say(0xB0, NUMBERS["panic"], value) for value in values]
    edges = zip([0, *values], values, strict=False)
    assert fired.count(Turned("panic", 1.0)) == sum(b < 64 <= value for b, value in edges)


def test_program_changes_choose_styles() -> None:
    room = Room()
    assert room.say(0xC3, 2) == Turned("style", "jazz")
    assert room.say(0xC3, 3) is None


def test_pads_trigger_toggle_and_step(tmp_path: Path) -> None:
    room = Room(
        mapped(tmp_path, "buttons: toggle\npads: [{first: 36, controls: [fill, loop, time]}]")
    )
    assert room.say(0x90, 36, 1) == Turned("fill", 1.0)
    assert room.say(0x80, 36, 64) is None
    assert [room.say(0x99, 37, 9), room.say(0x99, 37, 0), room.say(0x99, 37, 9)] == [
        Turned("loop", 1.0),
        None,
        Turned("loop", 0.0),
    ]
    assert [room.say(0x90, 38, 100) for _ in range(3)] == [
        Turned("time", "double"),
        Turned("time", "half"),
        Turned("time", "normal"),
    ]


def test_a_momentary_pad_is_on_while_it_is_held(tmp_path: Path) -> None:
    room = Room(mapped(tmp_path, "notes: {36: mute_kick}"))
    assert [room.say(0x90, 36, 5), room.say(0x80, 36, 5)] == [
        Turned("mute_kick", 1.0),
        Turned("mute_kick", 0.0),
    ]


def test_a_pad_sets_its_value(tmp_path: Path) -> None:
    room = Room(mapped(tmp_path, "notes: {36: {control: style, value: jazz}}"))
    assert [room.say(0x90, 36, 5), room.say(0x90, 36, 0)] == [Turned("style", "jazz"), None]


def test_a_note_that_no_pad_sends_is_struck() -> None:
    room = Room()
    assert room.say(0x99, 38, 100) == Struck(38, 100)
    assert room.say(0x99, 38, 0) is None
    assert room.say(0x89, 38, 64) is None


def test_fourteen_bits_are_as_fine_as_they_say(tmp_path: Path) -> None:
    room = Room(mapped(tmp_path, "cc14: {1: density}"))
    assert room.say(0xB0, 1, 127) == Turned("density", 1.0)  # who knows whether more will come
    assert room.say(0xB0, 33, 126) == Turned("density", pytest.approx(16382 / 16383))
    assert room.say(0xB0, 1, 0) is None  # now its other half is waited for
    assert room.say(0xB0, 33, 1) == Turned("density", pytest.approx(1 / 16383))


def test_an_endless_knob_moves_from_where_the_control_stands(tmp_path: Path) -> None:
    room = Room(mapped(tmp_path, "cc: {1: {control: density, mode: binary_offset}}"))
    room.desk.values["density"] = 0.25
    assert room.say(0xB0, 1, 65) == Turned("density", pytest.approx(0.25 + 1 / 127))
    room.desk.values["density"] = 0.75
    assert room.say(0xB0, 1, 62) == Turned("density", pytest.approx(0.75 - 2 / 127))


def test_two_surfaces_with_pickup_hand_a_control_over_without_a_jump(tmp_path: Path) -> None:
    one = mapped(tmp_path, "takeover: pickup\ncc: {1: density}")
    room = Room(nano=one)
    for value in range(60, 80):
        room.say(0xB0, 1, value, port="nano 1")
    assert room.desk.values["density"] == pytest.approx(79 / 127)
    assert room.say(0xB0, 1, 10, port="nano 2") is None
    assert room.say(0xB0, 1, 90, port="nano 2") == Turned("density", pytest.approx(90 / 127))
    assert room.say(0xB0, 1, 78, port="nano 1") is None


def test_the_takeover_of_the_config_goes_before_that_of_the_map(tmp_path: Path) -> None:
    one = mapped(tmp_path, "cc: {1: density}")
    desk = Desk(TABLE, {name: row.default for name, row in TABLE.items()})
    surfaces = Surfaces(Maps(one), desk, takeover=Takeover.PICKUP)
    assert surfaces.hear(bytes((0xB0, 1, 3)), IN, 0.0) is None


def test_the_clock_of_a_mere_controller_does_not_count() -> None:
    room = Room(nano=Map("nano", GENERIC.bindings, (NANO,)))
    assert room.surfaces.clocked(IN)
    assert not room.surfaces.clocked("nanoKONTROL2")
    assert room.surfaces.clocked("clocked nano")  # asked for under midi.inputs


@pytest.mark.parametrize(
    ("message", "newest"),
    [
        ((0xB0, NUMBERS["density"], 1), True),
        ((0xB3, NUMBERS["mute_kick"], 127), True),  # on while it is held
        ((0xB0, NUMBERS["fill"], 127), False),
        ((0xB0, 96, 1), False),  # moves nothing
        ((0x90, NUMBERS["density"], 1), False),
        ((0xB0, NUMBERS["density"]), False),
        ((0xB0, NUMBERS["density"], 200), False),
        ((0xB0,), False),
        ((0xF8,), False),
    ],
)
def test_of_knobs_and_held_buttons_the_newest_value_says_all(
    message: tuple[int, ...], newest: bool
) -> None:
    room = Room()
    assert room.surfaces.knob(bytes(message), IN) is None  # not heard of yet
    room.say(0xB0, 1, 1)
    assert (room.surfaces.knob(bytes(message), IN) is not None) == newest
    room.surfaces.learner.arm("density")  # it must see how the knob moves
    assert room.surfaces.knob(bytes(message), IN) is None


def test_of_a_knob_that_picks_its_control_up_every_value_counts(tmp_path: Path) -> None:
    room = Room(nano=mapped(tmp_path, "takeover: pickup\ncc: {1: density}"))
    room.say(0xB0, 9, 9, port=NANO)
    assert room.surfaces.knob(bytes((0xB0, 1, 1)), NANO) is None


def test_of_endless_knobs_toggles_pairs_and_values_every_message_counts(tmp_path: Path) -> None:
    text = "cc: {1: {control: style, mode: twos_complement}, 2: {control: time, value: half},"
    one = mapped(tmp_path, text + " 3: {control: mute_kick, mode: toggle}}\ncc14: {4: push}")
    room = Room(nano=one)
    room.say(0xB0, 9, 9, port=NANO)
    assert not [n for n in (1, 2, 3, 4, 36) if room.surfaces.knob(bytes((0xB0, n, 1)), NANO)]
