"""Messages between the conductor and the ports' process: whole ones, in order, and no waiting."""

import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.midi.sounding import Sounding
from live.midi.wire import HEAD, Unpacker, Wire, packed

MESSAGES = st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 0xFFFF), st.binary(max_size=40)))


@given(MESSAGES, st.integers(1, 50))
@pytest.mark.long
def test_messages_arrive_whole_however_the_bytes_are_cut(
    messages: list[tuple[float, int, bytes]], size: int
) -> None:
    data = b"".join(packed(*message) for message in messages)
    unpacker = Unpacker()
    found = [one for i in range(0, len(data), size) for one in unpacker.feed(data[i : i + size])]
    assert found == messages


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(1.0)
    with ours, theirs:
        yield ours, theirs


def fill(wire: Wire, number: int = 0) -> int:
    """Write numbered messages until one is refused; how many were taken."""
    while wire.write(packed(float(number), 0, bytes(100))):
        number += 1
    return number


def read(end: socket.socket, unpacker: Unpacker, count: int) -> list[float]:
    found: list[float] = []
    while len(found) < count:
        found += [at for at, _, _ in unpacker.feed(end.recv(1 << 16))]
    return found


def test_nobody_reads_and_nobody_waits(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    wire, unpacker = Wire(ours), Unpacker()
    taken = fill(wire)
    assert read(theirs, unpacker, taken) == [float(n) for n in range(taken)]
    assert wire.write(packed(-1.0, 0, b""))
    assert read(theirs, unpacker, 1) == [-1.0]


def test_a_reader_that_sleeps_finds_what_was_kept_in_order(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    room = 5000
    plain, kept = Wire(ours), Wire(ours, room)
    before = fill(plain)
    taken = fill(kept, before)
    assert room - HEAD.size - 100 <= (taken - before) * (HEAD.size + 100) <= room
    unpacker, found = Unpacker(), list[float]()
    while len(found) < taken:
        found += read(theirs, unpacker, 1)
        kept.write(b"")
    assert found == [float(n) for n in range(taken)]


def test_a_reader_that_has_gone_is_no_error(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.close()
    assert not Wire(ours, 100).write(packed(0.0, 0, b"\xf8"))


def test_what_sounds_is_let_go_of_once() -> None:
    sounding = Sounding()
    for message in (b"\x99\x24\x40", b"\x99\x26\x40", b"\x90\x24\x01", b"\x89\x26\x00", b"\xf8"):
        sounding.add(message)
    assert sounding.releases() == [b"\x80\x24\x40", b"\x89\x24\x40"]
    assert sounding.releases() == []


def test_a_note_on_of_no_velocity_lets_go() -> None:
    sounding = Sounding()
    sounding.add(b"\x99\x24\x40")
    sounding.add(b"\x99\x24\x00")
    assert sounding.releases() == []
