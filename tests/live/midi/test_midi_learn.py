"""A knob that is moved while a control is touched moves that control from then on."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls.table import table
from engine.errors import ControlError
from engine.playing.events import Turned
from live.midi.midi_learn import PATIENCE, QUIET, Learned, Learner
from live.midi.surfaces import Surfaces
from mappings.bindings import Binding, Message, MidiSource, Mode, Sends
from mappings.controller_map import Map, Maps
from mappings.controllers import load_controller
from mappings.takeover import Takeover
from tests.live.midi.test_surfaces import GENERIC, IN, NUMBERS, Desk, Room, mapped

TABLE = table(("boom_bap", "funk", "jazz"))


def learned(control: str, *messages: tuple[int, int, int]) -> Learned | None:
    """What is learned from some messages, a hundredth of a second apart."""
    learner = Learner(TABLE)
    learner.arm(control)
    now = 0.0
    for message in messages:
        now += 0.01
        learner.hear(bytes(message), "nano", now)
        assert learner.learned(now) is None
    return learner.learned(now + QUIET)


def knob(control: str, *values: int, number: int = 20) -> Mode:
    found = learned(control, *((0xB2, number, value) for value in values))
    assert found is not None
    assert found.binding.source == MidiSource(Message.CC, number, 3)
    return found.binding.mode


def test_a_knob_is_bound_with_its_channel_once_it_has_come_to_rest() -> None:
    found = learned("density", (0xB2, 20, 64), (0xB2, 20, 65), (0xB2, 20, 66))
    binding = Binding(MidiSource(Message.CC, 20, 3), TABLE["density"])
    assert found == Learned("nano", binding)


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        ((1, 2, 3, 4, 5), Mode.ABSOLUTE),
        ((64, 65, 66, 65, 64), Mode.ABSOLUTE),
        ((100,), Mode.ABSOLUTE),
        ((1, 1, 1, 2, 1), Mode.TWOS_COMPLEMENT),
        ((1, 1, 1, 127, 127), Mode.TWOS_COMPLEMENT),
        ((1, 1, 1, 65, 65), Mode.SIGNED_BIT),
        ((65, 65, 66, 65), Mode.BINARY_OFFSET),
        ((65, 65, 63, 63), Mode.BINARY_OFFSET),
        ((65, 65, 1, 1), Mode.SIGNED_BIT_2),
        ((90, 90, 20), Mode.ABSOLUTE),
    ],
)
def test_an_endless_knob_is_told_from_a_fader(values: tuple[int, ...], mode: Mode) -> None:
    assert knob("density", *values) is mode


def test_a_button_that_springs_back_toggles_a_switch_and_one_that_does_not_sets_it() -> None:
    assert knob("loop", 127, 0) is Mode.TOGGLE
    assert knob("loop", 127) is Mode.MOMENTARY
    assert knob("time", 127, 0) is Mode.TOGGLE
    assert knob("fill", 127, 0) is Mode.ABSOLUTE


def test_a_pair_of_14_bits_is_one_knob() -> None:
    pair = [(0xB0, 5, 64), (0xB0, 37, 3), (0xB0, 5, 64), (0xB0, 37, 90)]
    for messages in (pair, pair[1:]):
        found = learned("density", *messages)
        assert found is not None
        assert found.binding == Binding(MidiSource(Message.CC14, 5, 1), TABLE["density"])


def test_a_pad_is_bound_to_what_a_pad_can_do() -> None:
    found = learned("fill", (0x80, 60, 0), (0x99, 36, 80), (0x89, 36, 0))
    pad = MidiSource(Message.NOTE, 36, 10)
    assert found == Learned("nano", Binding(pad, TABLE["fill"], Mode.MOMENTARY))
    found = learned("mute_kick", (0x99, 36, 80))
    assert found is not None and found.binding.mode is Mode.TOGGLE


def test_a_pad_cannot_turn_a_knob_and_the_knob_is_waited_for() -> None:
    learner = Learner(TABLE)
    learner.arm("density")
    learner.hear(b"\x90\x24\x50", "nano", 0.0)
    assert learner.learned(1.0) is None
    assert learner.said == "note 36 on channel 1 cannot move density: move a knob or a fader"
    learner.hear(b"\xb0\x24\x50", "nano", 2.0)
    assert learner.learned(3.0) is not None


def test_of_several_knobs_the_one_that_moved_most_is_meant() -> None:
    found = learned("density", (0xB0, 9, 1), (0xB0, 20, 3), (0xB0, 20, 4), (0xB0, 20, 5))
    assert found is not None and found.binding.source.number == 20


def test_an_unknown_control_is_refused_with_those_there_are() -> None:
    with pytest.raises(ControlError, match=r"learn: 'swign' is not one of .*; did you mean swing"):
        Learner(TABLE).arm("swign")


@given(st.lists(st.binary(min_size=1, max_size=4), max_size=20))
def test_no_message_raises_while_learning(messages: list[bytes]) -> None:
    learner = Learner(TABLE)
    learner.arm("density")
    for message in messages:
        learner.hear(message, "nano", 0.0)
    learner.learned(9.0)


def test_what_is_moved_while_learning_moves_nothing_and_afterwards_moves_its_control() -> None:
    room = Room()
    surfaces, swing = room.surfaces, NUMBERS["swing"]
    surfaces.learner.arm("density")
    assert room.say(0xB0, swing, 100) is None
    assert surfaces.deadline() == QUIET
    assert surfaces.late(QUIET) == []
    assert surfaces.learner.said == (
        f"density: CC {swing} on channel 1 of Generic; CC 15 on any channel no longer moves"
        f" density; CC {swing} on any channel no longer moves swing"
    )
    assert room.say(0xB0, swing, 0) == Turned("density", 0.0)
    assert room.say(0xB0, NUMBERS["density"], 0) is None


def test_a_learned_binding_is_kept_and_belongs_to_every_port_of_its_map() -> None:
    kept: list[tuple[Map, Binding]] = []
    nano = Map("nano", GENERIC.bindings, ("nano",), feedback="all")
    desk = Desk(TABLE, {name: row.default for name, row in TABLE.items()})
    surfaces = Surfaces(
        Maps(GENERIC, (nano,)), desk, save=lambda one, binding: kept.append((one, binding))
    )
    surfaces.outputs(("nano out",))
    for port in ("nano 1", "nano 2", IN):
        surfaces.surface(port)
    surfaces.learner.arm("density")
    surfaces.hear(b"\xb0\x03\x09", "nano 1", 0.0)
    surfaces.late(1.0)
    binding = Binding(MidiSource(Message.CC, 3, 1), TABLE["density"])
    assert kept == [(nano, binding)]
    assert surfaces.hear(b"\xb0\x03\x00", "nano 2", 2.0) == Turned("density", 0.0)
    assert surfaces.hear(b"\xb0\x03\x00", IN, 2.0) is None
    told = [one for now in range(9) for one in surfaces.tell(3.0 + now)]
    assert ("nano out", b"\xb0\x03\x40") in told


def test_learning_can_be_called_off(tmp_path: Path) -> None:
    room = Room(load_controller("generic", TABLE))
    room.surfaces.learner.arm("density")
    room.surfaces.learner.arm("")
    assert room.say(0xB0, NUMBERS["swing"], 127) == Turned("swing", 75.0)
    assert not list(tmp_path.iterdir())


def test_a_forgotten_lesson_ends_by_itself() -> None:
    room = Room()
    learner = room.surfaces.learner
    learner.arm("density", 100.0)
    assert room.surfaces.deadline() == 100.0 + PATIENCE
    room.surfaces.late(100.0 + PATIENCE - 0.001)
    assert learner.control is not None
    room.surfaces.late(100.0 + PATIENCE)
    assert learner.control is None
    assert learner.said == "nothing was moved for density: no longer waiting"
    assert room.surfaces.deadline() == math.inf
    assert room.say(0xB0, NUMBERS["swing"], 127, now=200.0) == Turned("swing", 75.0)


def test_a_lesson_whose_beginning_nobody_told_ends_too() -> None:
    learner = Learner(TABLE)
    learner.arm("density")
    assert learner.deadline() < 5.0
    assert learner.learned(5.0) is None and learner.deadline() == 5.0 + PATIENCE
    assert learner.learned(5.0 + PATIENCE) is None and learner.control is None


def test_others_play_while_one_learns(tmp_path: Path) -> None:
    nano = mapped(tmp_path, "cc: {1: swing, 2: loop}\nnotes: {36: fill}")
    room = Room(nano=nano)
    room.surfaces.learner.arm("density", 0.0)
    assert room.say(0xB0, 1, 10, port="nano 1", now=1.0) is None  # this is the one
    assert room.say(0xB0, 2, 127, port="nano 1", now=1.1) == Turned("loop", 1.0)
    assert room.say(0x90, 36, 99, port="nano 2", now=1.1) == Turned("fill", 1.0)
    assert room.say(0xB0, NUMBERS["push"], 127, now=1.1) == Turned("push", 40.0)
    for value in range(80):  # another player's knob is not the one that moves most
        room.say(0xB0, NUMBERS["push"], value, now=1.2)
    assert room.say(0xB0, 1, 12, port="nano 1", now=1.2) is None
    room.surfaces.late(1.2 + QUIET)
    assert "density: CC 1 on channel 1 of mine" in room.surfaces.learner.said


def test_a_knob_that_was_in_motion_already_is_not_the_one() -> None:
    room = Room()
    push = NUMBERS["push"]
    assert room.say(0xB0, push, 0, now=0.9) == Turned("push", -40.0)
    room.surfaces.learner.arm("density", 1.0)
    for i in range(20):
        assert room.say(0xB0, push, 127 - i, now=1.1 + i / 5) is not None
    assert room.say(0xB0, NUMBERS["swing"], 20, now=5.0) is None
    room.surfaces.late(5.0 + QUIET)
    assert f"density: CC {NUMBERS['swing']} on" in room.surfaces.learner.said


def test_a_mute_that_was_held_can_be_let_go_while_one_learns() -> None:
    room = Room()
    assert room.say(0xB0, NUMBERS["mute_kick"], 127) == Turned("mute_kick", 1.0)
    room.surfaces.learner.arm("density", 1.0)
    assert room.say(0xB0, NUMBERS["mute_kick"], 0, now=2.0) == Turned("mute_kick", 0.0)
    assert room.surfaces.late(9.0) == [] and room.surfaces.learner.control is not None


def test_the_note_of_a_finger_is_not_taken_for_the_fader() -> None:
    found = learned("density", (0x90, 104, 127), (0xB0, 20, 3), (0x90, 104, 0))
    assert found is not None and found.binding.source == MidiSource(Message.CC, 20, 1)


def test_a_learned_knob_does_not_jump_from_where_it_stood_before_it_was_learned() -> None:
    room = Room()
    room.surfaces = Surfaces(Maps(GENERIC), room.desk, takeover=Takeover.PICKUP)
    swing = NUMBERS["swing"]
    for value in (0, 20):
        room.say(0xB0, swing, value)
    room.surfaces.learner.arm("density", 1.0)
    room.say(0xB0, swing, 100, now=1.0)
    room.surfaces.late(2.0)
    assert room.say(0xB0, swing, 101, now=3.0) is None  # density stands at 64


def test_what_was_learned_last_is_taken_back() -> None:
    done: list[str] = []
    desk = Desk(TABLE, {name: row.default for name, row in TABLE.items()})
    surfaces = Surfaces(
        Maps(GENERIC),
        desk,
        save=lambda _map, binding: done.append(binding.control.name),
        take_back=lambda: done.append("back"),
    )
    swing, ghost = NUMBERS["swing"], NUMBERS["ghost"]
    for number, name in ((swing, "density"), (ghost, "push")):
        surfaces.learner.arm(name, 0.0)
        surfaces.hear(bytes((0xB0, number, 9)), IN, 1.0)
        surfaces.late(2.0)
    assert surfaces.lessons == 2
    surfaces.learner.arm("fill", 3.0)
    surfaces.unlearn()
    assert surfaces.learner.control is None
    assert surfaces.learner.said == (
        f"taken back: CC {ghost} on channel 1 of Generic no longer moves push;"
        f" CC {NUMBERS['push']} on any channel moves push again;"
        f" CC {ghost} on any channel moves ghost again"
    )
    surfaces.unlearn()
    surfaces.unlearn()
    assert surfaces.learner.said == "nothing was learned that could be taken back"
    assert done == ["density", "push", "back", "back"]
    assert surfaces.maps.own is GENERIC
    assert surfaces.hear(bytes((0xB0, swing, 127)), IN, 9.0) == Turned("swing", 75.0)


def test_a_ring_that_was_turned_for_a_lesson_nobody_finished_is_told_its_place(
    tmp_path: Path,
) -> None:
    nano = mapped(tmp_path, "takeover: pickup\nfeedback: all\ncc: {1: swing}")
    room = Room(nano=nano)
    room.surfaces.outputs(("nano",))
    told = room.surfaces.tell(0.0)
    room.surfaces.learner.arm("density", 1.0)
    room.say(0xB0, 1, 99, port="nano", now=2.0)
    room.surfaces.learner.arm("", 2.1)
    assert room.surfaces.tell(3.0) == told != []


def test_a_knob_that_is_learned_again_keeps_what_the_map_says_of_it(tmp_path: Path) -> None:
    text = "cc: {1@1: {control: swing, touch: 9}, 2@1: {control: fill, sends: changes}}"
    nano = mapped(tmp_path, text)
    kept: list[Binding] = []
    room = Room(nano=nano)
    room.surfaces = Surfaces(
        Maps(GENERIC, (nano,)), room.desk, save=lambda _map, binding: kept.append(binding)
    )
    for at, (number, name) in enumerate(((1, "swing"), (2, "fill"), (1, "density"))):
        room.surfaces.learner.arm(name, float(at))
        room.say(0xB0, number, 99, port="nano", now=at + 0.1)
        room.surfaces.late(at + 0.9)
    assert [(one.touch is not None, one.sends) for one in kept] == [
        (True, None), (False, Sends.CHANGES), (False, None),
    ]  # fmt: skip


def test_a_pad_that_sends_no_note_off_can_be_learned_however_soft(tmp_path: Path) -> None:
    room = Room(nano=mapped(tmp_path, "notes: {36: undo}"))
    assert room.say(0x90, 36, 9, port="nano") == Turned("undo", 1.0)
    room.surfaces.learner.arm("fill", 1.0)
    assert room.say(0x90, 36, 9, port="nano", now=2.0) is None
    room.surfaces.late(3.0)
    assert room.say(0x90, 36, 9, port="nano", now=4.0) == Turned("fill", 1.0)
