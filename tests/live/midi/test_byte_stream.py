"""Bytes of a MIDI port to messages: whatever comes between, realtime messages pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.midi.byte_stream import ByteStream

ON, OFF, CC = b"\x90\x24\x40", b"\x80\x24\x40", b"\xb0\x07\x64"
CLOCK, START, STOP = b"\xf8", b"\xfa", b"\xfc"
POSITION = b"\xf2\x10\x00"


def read(*pieces: bytes) -> tuple[list[bytes], int]:
    """The messages of pieces that come one after the other, and how many were bad."""
    stream = ByteStream()
    return [message for piece in pieces for message in stream.feed(piece)], stream.bad


@pytest.mark.parametrize(
    ("pieces", "messages", "bad"),
    [
        ((ON, OFF, CC, POSITION, CLOCK), [ON, OFF, CC, POSITION, CLOCK], 0),
        ((b"\xc0\x05", b"\xd0\x7f", b"\xe0\x00\x40"), [b"\xc0\x05", b"\xd0\x7f", b"\xe0\0\x40"], 0),
        # A SysEx that is cut off holds up nothing.
        ((b"\xf0\x01\x02\x03", CLOCK, START, ON), [CLOCK, START, ON], 0),
        ((b"\xf0\x01\x02", CLOCK, b"\x03\x04", CLOCK, b"\x05\xf7", ON), [CLOCK, CLOCK, ON], 0),
        ((b"\xf0\x01\xf8\x02\xfa\xf7",), [CLOCK, START], 0),
        ((b"\xf0\x01\x02", b"\xf0\x03\xf7", ON), [ON], 0),
        ((b"\xf0\x01\x02" + ON,), [ON], 0),
        ((b"\xf0\xf7", b"\xf0", b"\xf7", CLOCK), [CLOCK], 0),
        # What means nothing is counted, and what follows is heard.
        ((b"\x24\x40", ON), [ON], 1),
        ((b"\x90\x24", ON), [ON], 1),
        ((b"\x90", CLOCK, b"\x24\x40"), [CLOCK, ON], 0),
        ((b"\xf7", ON), [ON], 1),
        ((b"\xf4", b"\xf5", b"\xf9", b"\xfd", ON), [ON], 4),
        ((b"\xfe", b"\xfe", CLOCK), [CLOCK], 0),
        ((b"\xff",), [b"\xff"], 0),
        ((b"\xf6", b"\xf3\x02", b"\xf1\x31"), [b"\xf6", b"\xf3\x02", b"\xf1\x31"], 0),
        ((ON + OFF + CLOCK,), [ON, OFF, CLOCK], 0),
        ((b"",), [], 0),
        ((ON + b"\x26\x40", ON), [ON, ON], 1),
    ],
)
def test_messages(pieces: tuple[bytes, ...], messages: list[bytes], bad: int) -> None:
    assert read(*pieces) == (messages, bad)


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_every_realtime_message_passes_in_order_whatever_is_around_it(pieces: list[bytes]) -> None:
    passed = [byte for byte in b"".join(pieces) if byte >= 0xF8 and byte not in (0xF9, 0xFD, 0xFE)]
    messages, _ = read(*pieces)
    assert [message[0] for message in messages if message[0] >= 0xF8] == passed


@given(st.binary(max_size=60), st.data())
def test_it_does_not_matter_where_the_bytes_are_cut(data: bytes, dice: st.DataObject) -> None:
    cut = dice.draw(st.integers(0, len(data)))
    assert read(data) == read(data[:cut], data[cut:])


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_what_comes_out_is_one_message_each(pieces: list[bytes]) -> None:
    for message in read(*pieces)[0]:
        assert message[0] >= 0x80
        assert all(byte < 0x80 for byte in message[1:])
        assert read(message) == ([message], 0)
