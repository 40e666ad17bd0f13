"""Pedals and buttons as they are sold: with 127 alone, shivering, pulled out, half a pair."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.playing.events import Turned
from live.midi.button import AGAIN, JITTER
from live.midi.feedback import HOLD
from live.midi.fourteen_bits import WAIT, Pair
from live.midi.midi_learn import Learned
from mappings.bindings import Binding, Message, MidiSource
from tests.live.midi.test_feedback import fresh, one
from tests.live.midi.test_surfaces import NUMBERS, TABLE, Room, mapped

FILL = Turned("fill", 1.0)
PORT = "nano 1"


def room(folder: Path, text: str) -> Room:
    made = Room(nano=mapped(folder, text))
    made.surfaces.present([PORT])
    return made


def press(one: Room, *values: int, every: float = 0.5, number: int = 1) -> list[object]:
    return [
        one.say(0xB0, number, value, port=PORT, now=i * every) for i, value in enumerate(values)
    ]


def on(value: float) -> Turned:
    return Turned("loop", value)


# ---- 127 alone
def test_a_pedal_that_sends_only_127_fires_at_each_press(tmp_path: Path) -> None:
    assert press(room(tmp_path, "cc: {1: fill}"), 127, 127, 127) == [FILL] * 3


def test_a_button_that_sends_only_127_toggles_and_steps_at_each_press(tmp_path: Path) -> None:
    text = "cc: {1: {control: loop, mode: toggle}, 2: {control: time, mode: toggle}}"
    found = room(tmp_path, text)
    assert press(found, 127, 127, 127) == [on(1.0), on(0.0), on(1.0)]
    assert press(found, 100, 100, number=2) == [Turned("time", "double"), Turned("time", "half")]


def test_a_button_that_sends_only_127_sets_its_value_at_each_press(tmp_path: Path) -> None:
    found = room(tmp_path, "cc: {1: {control: style, value: jazz}}")
    assert press(found, 127) == [Turned("style", "jazz")]
    found.desk.values["style"] = "funk"
    assert found.say(0xB0, 1, 127, port=PORT, now=9.0) == Turned("style", "jazz")


def test_a_button_that_was_let_go_once_is_pressed_anew_only_after_that(tmp_path: Path) -> None:
    found = room(tmp_path, "cc: {1: fill}")
    assert press(found, 127, 0, 127, 127, 127, 0, 127) == [FILL, None, FILL, None, None, None, FILL]


def test_a_message_that_comes_over_two_cables_is_one_press(tmp_path: Path) -> None:
    assert press(room(tmp_path, "cc: {1: fill}"), 127, 127, every=AGAIN / 2) == [FILL, None]


def test_a_held_button_that_says_how_hard_is_one_press(tmp_path: Path) -> None:
    values = (70, 90, 110, 127, 120, 90)
    assert press(room(tmp_path, "cc: {1: fill}"), *values) == [FILL] + [None] * 5


def test_the_map_may_say_that_a_pedal_sends_presses_alone(tmp_path: Path) -> None:
    found = room(tmp_path, "cc: {1: {control: fill, sends: presses}}")
    assert press(found, 127, 0, 127, 100, 90) == [FILL, None, FILL, FILL, FILL]


def test_the_map_may_say_that_a_pedal_latches(tmp_path: Path) -> None:
    text = "cc: {1: {control: fill, sends: changes}}"
    text += "\nnotes: {2: {control: loop, mode: toggle, sends: changes}}"
    found = room(tmp_path, text)
    assert press(found, 127, 0, 127, 0) == [FILL] * 4
    notes = [found.say(0x90, 2, velocity, port=PORT) for velocity in (9, 0, 9)]
    assert notes == [on(1.0), on(0.0), on(1.0)]


def test_a_pad_that_never_sends_a_note_off_fires_each_time(tmp_path: Path) -> None:
    found = room(tmp_path, "notes: {36: fill}")
    assert [found.say(0x90, 36, 100, port=PORT) for _ in range(3)] == [FILL] * 3


def test_the_light_of_a_button_that_is_never_let_go_does_not_wait_for_that(tmp_path: Path) -> None:
    text = "feedback: buttons\ncc: {1: {control: loop, mode: toggle}}"
    stand = fresh(one(tmp_path, "A", text))
    stand.hear(b"\xb0\x01\x7f", "A", 0.0)
    assert stand.tell(1.0) == []  # nobody knows yet
    stand.tell(HOLD + 0.1)
    stand.hear(b"\xb0\x01\x7f", "A", 10.0)
    assert stand.tell(10.1) == [("A", b"\xb0\x01\x00")]


# ---- shivering
def test_a_pedal_that_shivers_about_the_threshold_is_pressed_once(tmp_path: Path) -> None:
    values = (60, 65, 63, 66, 62, 64, 63, 65)
    assert press(room(tmp_path, "cc: {1: fill}"), *values) == [None, FILL] + [None] * 6


def test_a_momentary_one_that_shivers_is_held(tmp_path: Path) -> None:
    found = room(tmp_path, "cc: {1: loop}")
    assert press(found, 70, 63, 64, 62, 40, 63, 64) == [
        on(1.0), None, None, None, on(0.0), None, on(1.0),
    ]  # fmt: skip


@given(st.integers(64, 127), st.lists(st.integers(1 - JITTER, 0), max_size=30))
def test_nothing_under_a_jitters_width_is_let_go_or_pressed_anew(top: int, way: list[int]) -> None:
    found = Room()
    said = [found.say(0xB0, NUMBERS["loop"], top + by, now=i) for i, by in enumerate([0, *way])]
    assert said == [on(1.0)] + [None] * len(way)


@given(st.integers(0, 127), st.integers(0, 127))
def test_any_two_values_a_jitter_apart_on_both_sides_of_64_are_a_button(a: int, b: int) -> None:
    low, high = sorted((a, b))
    found = Room()
    said = [found.say(0xB0, NUMBERS["loop"], value) for value in (high, low, high, low)]
    works = low < 64 <= high and high - low >= JITTER
    if works:
        assert said == [on(1.0), on(0.0)] * 2
    else:
        assert said.count(on(1.0)) <= 1


# ---- the plug
def test_what_is_held_is_let_go_when_the_plug_is_pulled(tmp_path: Path) -> None:
    found = room(tmp_path, "cc: {1: loop, 2: fill}\nnotes: {36: mute_kick, 37: mute_snare}")
    press(found, 127)
    found.say(0x90, 36, 90, port=PORT)
    found.say(0x90, 37, 90, port=PORT)
    found.say(0x80, 37, 0, port=PORT)
    found.surfaces.present([PORT])
    assert found.surfaces.late(1.0) == []
    found.surfaces.present([])
    assert found.surfaces.deadline() < 1.0
    assert found.surfaces.late(1.0) == [on(0.0), Turned("mute_kick", 0.0)]
    assert found.surfaces.late(1.1) == []
    found.desk.values["loop"] = 0.0
    assert found.say(0xB0, 1, 127, port=PORT, now=9.0) == on(1.0)  # plugged in again


def test_what_another_has_let_go_already_stays_so(tmp_path: Path) -> None:
    found = room(tmp_path, "cc: {1: loop}")
    press(found, 127)
    found.desk.values["loop"] = 0.0
    found.surfaces.present([])
    assert found.surfaces.late(1.0) == []


def test_the_plug_of_another_surface_lets_nothing_go(tmp_path: Path) -> None:
    found = room(tmp_path, "cc: {1: loop}")
    found.surfaces.present([PORT, "nano 2"])
    press(found, 127)
    found.surfaces.present([PORT])
    assert found.surfaces.late(1.0) == []


def test_a_knob_that_was_turned_while_it_was_unplugged_does_not_jump(tmp_path: Path) -> None:
    found = room(tmp_path, "takeover: pickup\ncc: {1: density}")
    press(found, 20)
    found.surfaces.present([])
    found.surfaces.present([PORT])
    assert press(found, 100, 101) == [None, None]


def test_what_is_held_by_a_button_that_learns_something_else_is_let_go(tmp_path: Path) -> None:
    found = room(tmp_path, "cc: {1: loop, 2: swing}")
    press(found, 127)
    taught = Binding(MidiSource(Message.CC, 1), TABLE["fill"])
    found.surfaces.rebind(Learned(PORT, taught))
    assert found.surfaces.late(1.0) == [on(0.0)]


# ---- half a pair
PAIR = "cc14: {1: density}"


def whole(value: int) -> Turned:
    return Turned("density", pytest.approx(value / 16383))


def test_a_high_half_alone_counts_after_a_short_while(tmp_path: Path) -> None:
    found = room(tmp_path, PAIR)
    found.say(0xB0, 1, 20, port=PORT)
    found.say(0xB0, 33, 7, port=PORT, now=0.001)
    assert found.say(0xB0, 1, 90, port=PORT, now=1.0) is None
    assert found.surfaces.deadline() == 1.0 + WAIT
    assert found.surfaces.late(1.0 + WAIT / 2) == []
    assert found.surfaces.late(1.0 + WAIT) == [whole(90 << 7 | 90)]
    assert found.surfaces.late(2.0) == []


def test_high_halves_whose_low_ones_come_no_longer_count_at_once(tmp_path: Path) -> None:
    found = room(tmp_path, PAIR)
    found.say(0xB0, 1, 20, port=PORT)
    found.say(0xB0, 33, 7, port=PORT, now=0.001)
    said = [found.say(0xB0, 1, v, port=PORT, now=1 + i / 200) for i, v in enumerate((50, 60, 127))]
    assert said == [None, whole(60 << 7 | 60), whole(16383)]
    assert found.surfaces.deadline() == float("inf")


def test_a_low_half_alone_moves_finely(tmp_path: Path) -> None:
    found = room(tmp_path, PAIR)
    found.say(0xB0, 1, 20, port=PORT)
    assert found.say(0xB0, 33, 7, port=PORT, now=0.001) == whole(20 << 7 | 7)
    assert found.say(0xB0, 33, 9, port=PORT, now=3.0) == whole(20 << 7 | 9)


def test_low_halves_that_come_first_wait_for_their_high_ones(tmp_path: Path) -> None:
    found = room(tmp_path, PAIR)
    said = []
    for i, value in enumerate((1407, 1408, 1290)):  # 10, 127; 11, 0: no step back in between
        said.append(found.say(0xB0, 33, value & 127, port=PORT, now=i / 10))
        said.append(found.say(0xB0, 1, value >> 7, port=PORT, now=i / 10 + 0.001))
    assert said == [None, whole(1407), None, whole(1408), None, whole(1290)]
    found.say(0xB0, 33, 99, port=PORT, now=5.0)
    assert found.surfaces.late(5.0 + WAIT) == [whole((1290 & ~127) + 99)]


@given(
    st.lists(st.integers(0, 16383), min_size=1, max_size=20),
    st.booleans(),
    st.floats(0.0, 0.004),
    st.floats(0.005, 1.0),
)
def test_a_pair_at_rest_says_its_last_value_whichever_half_comes_first(
    values: list[int], low_first: bool, gap: float, every: float
) -> None:
    pair, said, now = Pair(), None, 0.0
    for i, value in enumerate(values):
        now = i * every
        halves = [(value >> 7, False), (value & 127, True)]
        for j, (half, low) in enumerate(reversed(halves) if low_first else halves):
            at = now + j * gap
            said = pair.late(at) or said
            heard = pair.hear(half, at, low=low)
            said = said if heard is None else heard
    late = pair.late(now + 1.0)
    assert (said if late is None else late) == values[-1]


def test_a_fader_of_14_bits_is_not_moved_by_what_its_finger_left_it_at(tmp_path: Path) -> None:
    stand = fresh(one(tmp_path, "A", "feedback: all\n" + PAIR))
    stand.hear(b"\xb0\x01\x50", "A", 0.0)
    stand.hear(b"\xb0\x21\x05", "A", 0.0)
    assert stand.tell(1.0) == []
