"""A knob that was shown where its control stands goes on from there; a plain one is picked up."""

from pathlib import Path

import pytest

from engine.controls.table import table
from live.midi.feedback import ECHO, MOTION, TOUCH
from live.midi.surfaces import Surfaces
from mappings.controller_map import Map, Maps
from mappings.controllers import load_controller
from mappings.takeover import Takeover
from tests.live.midi.test_feedback import Stand, one

TABLE = table(("boom_bap", "funk", "jazz"))
TAKEOVERS = ("none", "pickup", "scale")


def stage(surface: Map, takeover: Takeover | None = None) -> Stand:
    """A stand with one surface, at a port A or of the map's own name, told how things are."""
    stand = Stand(surface, ports=(surface.ports[0],))
    if takeover is not None:
        stand.surfaces = Surfaces(Maps(surface, (surface,)), stand.desk, takeover=takeover)
        stand.surfaces.outputs((surface.ports[0],))
    for now in range(-20, -10):
        stand.tell(float(now))
    return stand


def knob(folder: Path, takeover: str, text: str = "cc: {1: density}") -> Stand:
    return stage(one(folder, "A", f"takeover: {takeover}\nfeedback: all\n{text}"))


def turn(stand: Stand, now: float, *values: int, number: int = 1, port: str = "A") -> list[float]:
    """Where density stood after each value, which came every hundredth of a second."""
    stood = []
    for i, value in enumerate(values):
        stand.hear(bytes((0xB0, number, value)), port, now + i / 100)
        stand.tell(now + i / 100)
        stood.append(float(stand.desk.values["density"]))
    return stood


def recall(stand: Stand, value: float, now: float) -> list[tuple[str, bytes]]:
    stand.desk.values["density"] = value
    return stand.tell(now)


def places(*values: int) -> list[float]:
    return [pytest.approx(value / 127) for value in values]


def test_a_ring_of_the_apc40_goes_on_from_where_a_snapshot_put_it() -> None:
    stand = stage(load_controller("apc40", TABLE))
    stand.hear(b"\xb0\x30\x1e", "APC40", 0.0)
    assert ("APC40", b"\xb0\x30\x7f") in recall(stand, 1.0, 1.0)
    values = range(124, 79, -3)
    assert turn(stand, 2.0, *values, number=48, port="APC40") == places(*values)


@pytest.mark.parametrize("takeover", TAKEOVERS)
@pytest.mark.parametrize("after", [ECHO / 2, MOTION / 2, 60.0])
def test_a_ring_goes_on_from_its_told_place(tmp_path: Path, takeover: str, after: float) -> None:
    stand = knob(tmp_path, takeover)
    turn(stand, 0.0, 30)
    recall(stand, 1.0, 5.0)
    assert turn(stand, 5.0 + after, 124, 121, 118) == places(124, 121, 118)


@pytest.mark.parametrize("takeover", ["pickup", "scale"])
def test_a_ring_that_was_never_moved_goes_on_from_what_it_was_told_at_the_start(
    tmp_path: Path, takeover: str
) -> None:
    stand = knob(tmp_path, takeover)
    assert turn(stand, 0.0, 66, 68, 71) == places(66, 68, 71)


def test_a_plain_knob_that_was_never_moved_waits(tmp_path: Path) -> None:
    stand = knob(tmp_path, "pickup")
    assert turn(stand, 0.0, 20, 30, 50) == [0.5] * 3
    assert turn(stand, 1.0, 70, 80) == places(70, 80)


def test_a_plain_knob_that_ignores_what_it_is_told_is_picked_up(tmp_path: Path) -> None:
    stand = knob(tmp_path, "pickup")
    turn(stand, 0.0, 60, 64, 40)
    recall(stand, 1.0, 5.0)
    assert turn(stand, 6.0, 43, 50, 80, 120) == [1.0] * 4
    recall(stand, 0.75, 20.0)  # told again, and ignored again
    assert turn(stand, 21.0, 118, 108) == [0.75] * 2
    assert turn(stand, 22.0, 94, 90) == places(94, 90)


def test_a_knob_that_is_never_told_is_picked_up_as_ever(tmp_path: Path) -> None:
    stand = stage(one(tmp_path, "A", "takeover: pickup\ncc: {1: density}"))
    turn(stand, 0.0, 60, 64, 30)
    recall(stand, 1.0, 5.0)
    assert turn(stand, 6.0, 124, 121) == [1.0] * 2


def test_a_ring_told_of_two_recalls_goes_on_from_the_second(tmp_path: Path) -> None:
    stand = knob(tmp_path, "pickup")
    turn(stand, 0.0, 30)
    recall(stand, 1.0, 5.0)
    recall(stand, 0.1, 6.0)
    assert turn(stand, 7.0, 15, 18) == places(15, 18)


def test_a_knob_told_of_an_older_value_does_not_drag_the_control_along(tmp_path: Path) -> None:
    stand = knob(tmp_path, "pickup")
    recall(stand, 1.0, 5.0)
    stand.desk.values["density"] = 0.2  # not told yet
    stand.hear(b"\xb0\x01\x7c", "A", 5.1)
    assert stand.desk.values["density"] == 0.2


@pytest.mark.parametrize("takeover", TAKEOVERS)
def test_the_echo_of_a_told_place_leaves_the_control_finer_than_a_knob_can_say(
    tmp_path: Path, takeover: str
) -> None:
    stand = knob(tmp_path, takeover)
    assert recall(stand, 0.7, 5.0) == [("A", b"\xb0\x01\x59")]
    assert turn(stand, 5.01, 89) == [0.7]
    assert turn(stand, 8.0, 89) == [0.7]
    assert turn(stand, 9.0, 90) == places(90)


def test_a_surface_that_repeats_all_it_is_told_does_not_hold_the_control_back(
    tmp_path: Path,
) -> None:
    stand = knob(tmp_path, "none")
    turn(stand, 0.0, 10)
    for step in range(20):
        now = 5.0 + step * 0.02
        told = recall(stand, 0.2 + step * 0.04, now)
        assert len(told) == 1  # and it is not taken for a hand, which would be left alone
        stand.hear(told[0][1], "A", now + 0.03)
    assert stand.desk.values["density"] == 0.2 + 19 * 0.04


def test_two_surfaces_of_one_cc_that_repeat_all_leave_the_control_as_it_is(
    tmp_path: Path,
) -> None:
    a, b = (one(tmp_path, name, "feedback: all\ncc: {1: density}") for name in "AB")
    stand = Stand(a, b)
    for port, message in recall(stand, 0.7, 0.0):
        stand.hear(message, port, 0.01)
    assert stand.tell(1.0) == [] and stand.desk.values["density"] == 0.7


@pytest.mark.parametrize("takeover", TAKEOVERS)
@pytest.mark.parametrize("way", [(100, 30), (10, 95)])
def test_the_way_of_a_motor_fader_moves_nothing(
    tmp_path: Path, takeover: str, way: tuple[int, int]
) -> None:
    start, goal = way
    stand = knob(tmp_path, takeover)
    turn(stand, 0.0, 64, start, start)
    value = goal / 127 + 0.001
    recall(stand, value, 5.0)
    path = range(start, goal, 7 if goal > start else -7)
    assert turn(stand, 5.02, *path, goal) == [value] * (len(path) + 1)
    stand.hear(bytes((0xB0, 1, goal + 2)), "A", 9.0)
    assert stand.desk.values["density"] == pytest.approx((goal + 2) / 127)


def test_a_motor_fader_that_is_held_on_its_way_is_in_a_hand(tmp_path: Path) -> None:
    stand = knob(tmp_path, "none")
    turn(stand, 0.0, 10)
    recall(stand, 1.0, 5.0)
    assert turn(stand, 5.02, 20, 30) == [1.0] * 2
    assert turn(stand, 5.1, 28) == places(28)  # against the motor
    recall(stand, 1.0, 8.0)
    assert turn(stand, 8.0 + MOTION + 0.1, 40) == places(40)  # long after it


def test_a_fader_of_fourteen_bits_goes_on_from_its_told_place(tmp_path: Path) -> None:
    stand = knob(tmp_path, "pickup", "cc14: {1: density}")
    for number, value in ((1, 10), (33, 0), (1, 9), (33, 5)):
        stand.hear(bytes((0xB0, number, value)), "A", 0.0)
    told = recall(stand, 0.9, 5.0)
    whole = round(0.9 * 16383)
    assert told == [("A", bytes((0xB0, 1, whole >> 7))), ("A", bytes((0xB0, 33, whole & 127)))]
    hand = whole - 40
    stand.hear(bytes((0xB0, 1, hand >> 7)), "A", 6.0)
    stand.hear(bytes((0xB0, 33, hand & 127)), "A", 6.0)
    assert stand.desk.values["density"] == pytest.approx(hand / 16383)
    assert stand.tell(6.0 + TOUCH + 0.1) == []  # it stands where it was put


def test_a_fader_stands_right_anywhere_in_the_range_of_a_choice(tmp_path: Path) -> None:
    stand = knob(tmp_path, "none", "cc: {1: style}")
    stand.hear(b"\xb0\x01\x70", "A", 0.0)
    assert stand.desk.values["style"] == "jazz"
    assert stand.tell(TOUCH + 0.1) == []  # not pulled to the middle of that range
    stand.desk.values["style"] = "boom_bap"
    assert stand.tell(2.0) == [("A", b"\xb0\x01\x15")]


def test_a_finger_that_rests_on_a_fader_that_feels_it_is_left_alone(tmp_path: Path) -> None:
    stand = knob(tmp_path, "pickup", "cc: {1: {control: density, touch: 104}}")
    stand.hear(b"\x90\x68\x7f", "A", 0.0)
    turn(stand, 0.1, 64, 70)
    assert recall(stand, 1.0, 9.0) == []
    stand.hear(b"\x90\x68\x00", "A", 10.0)
    assert stand.tell(10.0) == [("A", b"\xb0\x01\x7f")]


def test_of_twins_the_one_that_was_not_moved_is_told(tmp_path: Path) -> None:
    stand = Stand(one(tmp_path, "A", "feedback: all\ncc: {1: density}"), ports=("A 1", "A 2"))
    stand.tell(-10.0)
    stand.hear(b"\xb0\x01\x50", "A 1", 0.0)
    assert ("A 2", b"\xb0\x01\x50") in stand.tell(TOUCH + 0.1)
