"""MIDI bytes become events, and rubbish becomes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls import table
from engine.events import Continue, Position, Start, Stop, Struck, Tick, Turned
from live.messages import from_midi
from mappings.controllers import load_controller

TABLE = table(("funk", "j_dilla", "trap"))


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
    assert from_midi(message, load_controller("default", TABLE)) == event


def test_the_default_map_turns_density_from_one_end_to_the_other() -> None:
    controller = load_controller("default", TABLE)
    number = next(cc for cc, control in controller.controls.items() if control.name == "density")
    assert from_midi(bytes((0xB0, number, 0)), controller) == Turned("density", 0.0)
    assert from_midi(bytes((0xB3, number, 127)), controller) == Turned("density", 1.0)


@given(st.binary(max_size=4))
def test_no_midi_message_raises(message: bytes) -> None:
    from_midi(message, load_controller("default", TABLE))
