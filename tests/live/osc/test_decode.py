"""Datagrams come apart into messages, whatever is in them."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.osc.decode import MAX_DEPTH, MAX_MESSAGE, MAX_MESSAGES, TaggedMessage, opened, unpacked
from live.osc.encode import message, packed
from mappings.osc_addresses import UnreadableError

NOON = 1_800_000_000.0  # Unix time
ONE, TWO = message("/drumigen/density", 0.25), message("/drumigen/push", 0.5)


def tag(unix: float) -> int:
    return round((unix + 2_208_988_800) * 2**32)


def bundle(time_tag: int, *elements: bytes) -> bytes:
    """A bundle by the letter of the OSC 1.0 specification."""
    sized = (struct.pack(">i", len(element)) + element for element in elements)
    return b"#bundle\0" + struct.pack(">Q", time_tag) + b"".join(sized)


def test_a_message_is_one_piece_to_be_heard_at_once() -> None:
    assert unpacked(ONE) == [TaggedMessage(ONE)]
    assert opened(ONE) == ("/drumigen/density", [0.25])


@pytest.mark.parametrize("immediately", [0, 1])
def test_a_bundle_is_opened_however_deep(immediately: int) -> None:
    nested = bundle(immediately, ONE, bundle(immediately, TWO), ONE)
    assert unpacked(nested) == [TaggedMessage(ONE), TaggedMessage(TWO), TaggedMessage(ONE)]


def test_a_time_tag_is_unix_time_and_an_inner_one_never_before_the_outer() -> None:
    late, early = bundle(tag(NOON + 2), TWO), bundle(tag(NOON - 2), TWO)
    found = unpacked(bundle(tag(NOON), ONE, late, early, bundle(1, ONE)))
    assert found == [
        TaggedMessage(ONE, NOON),
        TaggedMessage(TWO, NOON + 2),
        TaggedMessage(TWO, NOON),
        TaggedMessage(ONE, NOON),
    ]


def test_what_is_packed_is_unpacked_to_the_same() -> None:
    assert packed([ONE]) == ONE
    assert [piece.data for piece in unpacked(packed([ONE, TWO, ONE]))] == [ONE, TWO, ONE]


def deep(depth: int) -> bytes:
    inner = ONE
    for _ in range(depth):
        inner = bundle(1, inner)
    return inner


@pytest.mark.parametrize(
    ("datagram", "reason"),
    [
        (b"#bundle\0", "cut short"),
        (bundle(1, ONE)[:-4], "24 bytes in a bundle with 20 left".replace("24", str(len(ONE)))),
        (bundle(1, ONE) + b"\0", "cut short"),
        (bundle(1) + struct.pack(">i", 0), "0 bytes in a bundle"),
        (bundle(1) + struct.pack(">i", -4), "-4 bytes in a bundle"),
        (bundle(1) + struct.pack(">i", 2**30), "bytes in a bundle with 0 left"),
        (bundle(1, *[ONE] * (MAX_MESSAGES + 1)), f"more than {MAX_MESSAGES} messages"),
        (deep(MAX_DEPTH + 1), f"more than {MAX_DEPTH} deep"),
    ],
)
def test_a_bundle_that_is_not_whole_or_too_large_says_why(datagram: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError) as error:
        unpacked(datagram)
    assert reason.replace("20 left", f"{len(ONE) - 4} left") in str(error.value)


def test_bundles_up_to_the_limits_are_taken() -> None:
    assert len(unpacked(bundle(1, *[ONE] * MAX_MESSAGES))) == MAX_MESSAGES
    assert unpacked(deep(MAX_DEPTH)) == [TaggedMessage(ONE)]


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"\0" * 8])
def test_what_is_not_a_message_says_so(rubbish: bytes) -> None:
    with pytest.raises(UnreadableError, match="not OSC"):
        opened(rubbish)


def test_a_message_too_long_is_not_even_read() -> None:
    with pytest.raises(UnreadableError, match=f"at most {MAX_MESSAGE}"):
        opened(message("/drumigen/style", "x" * MAX_MESSAGE))


@given(
    st.binary(max_size=80),
    st.sampled_from([b"", b"#bundle\0", bundle(1), b"/drumigen/swing\0\0\0\0,f\0\0", b"/a\0\0,"]),
)
def test_no_datagram_raises_anything_but_unreadable(rubbish: bytes, start: bytes) -> None:
    try:
        for piece in unpacked(start + rubbish):
            address, arguments = opened(piece.data)
            assert isinstance(address, str) and isinstance(arguments, list)
    except UnreadableError as error:
        assert str(error)
