"""MIDI bytes and OSC datagrams become events, and rubbish becomes a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from engine.controls import table
from engine.events import Continue, Position, Start, Stop, Struck, Tick, Turned
from live.messages import UnreadableError, from_midi, from_osc
from mappings.controllers import Map
from tests.live.test_surfaces import NUMBERS, Room

TABLE = table(("funk", "j_dilla", "trap"))


def osc(address: str, *arguments: object) -> bytes:
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return bytes(builder.build().dgram)


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


def test_osc_takes_floats_ints_names_and_nothing() -> None:
    assert from_osc(osc("/drumigen/swing", 0.5), TABLE) == [Turned("swing", 62.5)]
    assert from_osc(osc("/drumigen/density", 1), TABLE) == [Turned("density", 1.0)]
    assert from_osc(osc("/drumigen/style", "J Dilla"), TABLE) == [Turned("style", "j_dilla")]
    assert from_osc(osc("/drumigen/style", 0.99), TABLE) == [Turned("style", "trap")]
    assert from_osc(osc("/drumigen/fill"), TABLE) == [Turned("fill", 1.0)]


def test_a_bundle_is_opened_however_deep() -> None:
    inner, outer = OscBundleBuilder(IMMEDIATELY), OscBundleBuilder(IMMEDIATELY)
    for builder, name, value in ((inner, "push", 0.5), (outer, "density", 0.25)):
        message = OscMessageBuilder(f"/drumigen/{name}")
        message.add_arg(value)
        builder.add_content(message.build())
    outer.add_content(inner.build())
    found = from_osc(bytes(outer.build().dgram), TABLE)
    assert found == [Turned("density", 0.25), Turned("push", 0.0)]


@pytest.mark.parametrize(
    ("datagram", "reason"),
    [
        (osc("/drumigen/loudness", 0.5), "'/drumigen/loudness': no such address"),
        (osc("/density", 0.5), "'/density': no such address"),
        (osc("/drumigen/density", "much"), "/drumigen/density: 'much' is not a float 0..1"),
        (osc("/drumigen/density", float("nan")), "/drumigen/density: nan is not a float 0..1"),
        (osc("/drumigen/style", "polka"), "/drumigen/style: style: 'polka' is not one of funk"),
        (b"rubbish", "not OSC"),
        (b"", "not OSC"),
    ],
)
def test_what_cannot_be_read_says_address_value_and_what_is_allowed(
    datagram: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableError, match=reason.replace("(", r"\(")):
        from_osc(datagram, TABLE)


@given(
    st.binary(max_size=80), st.sampled_from([b"", b"#bundle\0", b"/drumigen/swing\0\0\0\0,f\0\0"])
)
def test_no_datagram_raises_anything_else(rubbish: bytes, start: bytes) -> None:
    try:
        events = from_osc(start + rubbish, TABLE)
    except UnreadableError:
        return
    assert all(isinstance(event, Turned) for event in events)


@given(st.binary(max_size=4))
def test_no_midi_message_raises(message: bytes) -> None:
    from_midi(message, "in", 0.0, Room().surfaces)
