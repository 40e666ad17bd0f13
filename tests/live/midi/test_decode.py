"""MIDI bytes become events, and rubbish becomes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.playing.events import Struck, Turned
from engine.timing.messages import Continue, Position, Start, Stop, Tick
from live.midi.decode import from_midi
from mappings.controller_map import Map
from tests.live.midi.test_surfaces import NUMBERS, Room


@pytest.mark.parametrize(
    ("message", "event"),
    [
        (b"\xf8", Tick()),
        (b"\xfa", Start()),
        (b"\xfb", Continue()),
        (b"\xfc", Stop()),
        (b"\xf2\x10\x01", Position(144)),
        (b"\x99\x24\x40", Struck(36, 64)),
        (b"\x99\x24\x00", None),
        (b"\x89\x24\x40", None),
        (b"\xfe", None),
        (b"", None),
        (b"\xf2\x10", None),
    ],
)
def test_a_midi_message_means_one_event(message: bytes, event: object) -> None:
    assert from_midi(message, "in", 0.0, Room().surfaces) == event


def test_a_controller_on_the_generic_map_turns_density() -> None:
    message = bytes((0xB3, NUMBERS["density"], 127))
    assert from_midi(message, "in", 0.0, Room().surfaces) == Turned("density", 1.0)


@pytest.mark.parametrize("message", [b"\xf8", b"\xfa", b"\xfc", b"\xf2\x10\x01"])
def test_a_controller_that_is_plugged_in_keeps_no_time(message: bytes) -> None:
    surfaces = Room(nano=Map("nano", (), ("nano",))).surfaces
    assert from_midi(message, "nanoKONTROL2", 0.0, surfaces) is None


@given(st.binary(max_size=4))
def test_no_midi_message_raises(message: bytes) -> None:
    from_midi(message, "in", 0.0, Room().surfaces)
