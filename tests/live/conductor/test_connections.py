"""What ports and clients said last: kept as it comes, in words for the page."""

import random
import time

import pytest

from live.conductor.connections import LONGEST as LONGEST_SHOWN
from live.conductor.connections import TICK, TICKING, WRITERS, Connections, Endpoint
from live.conductor.inputs_outputs import MidiIn
from live.osc.encode import message
from live.panel.words import LONGEST, endpoint, midi, osc
from tests.live.conductor.test_loop import Room
from tests.live.osc.test_decode import bundle
from tests.live.osc.test_server import Peer
from tests.live.osc.test_server import Room as OscRoom
from tests.rig import wait_until

pytestmark = pytest.mark.stage


def test_the_newest_message_of_a_port_stands_beside_it() -> None:
    traffic = Connections()
    traffic.hear(1.0, b"\xb0\x4a\x10", "Korg")
    traffic.hear(2.0, b"\xb0\x4a\x5d", "Korg")
    traffic.hear(3.0, b"\x90\x24\x01", "gone since")
    traffic.sent = (2.5, b"\x99\x24\x64")
    assert traffic.ports(["In"], ["Out"], ["Korg", "Korg"], 4.0) == [
        Endpoint("in", "In"),
        Endpoint("controller", "Korg", 2.0, b"\xb0\x4a\x5d", 3),
        Endpoint("out", "Out", 2.5, b"\x99\x24\x64", 3),
    ]


def test_ticks_of_a_clock_hide_no_other_message() -> None:
    traffic = Connections()
    traffic.hear(1.0, b"\xfa", "In")
    traffic.hear(1.1, TICK, "In")
    assert traffic.ports(["In"], [], [], 1.2) == [Endpoint("in", "In", 1.0, b"\xfa", 1, clock=True)]
    assert not traffic.ports(["In"], [], [], 1.1 + TICKING)[0].clock


def test_clients_are_those_who_are_told_and_those_who_wrote_last() -> None:
    traffic = Connections()
    phone, listens, other = ("192.0.2.7", 5000), ("192.0.2.7", 9001), ("192.0.2.8", 9000)
    told = {listens: phone}
    assert traffic.clients({}, told, 1.0) == [Endpoint("osc", "192.0.2.7:9001", told=True)]
    traffic.clients({phone: b"one", other: b"two"}, told, 2.0)
    assert traffic.clients({phone: b"three"}, told, 3.0) == [
        Endpoint("osc", "192.0.2.7:9001", 3.0, b"three", 5, told=True),
        Endpoint("osc", "192.0.2.8:9000", 2.0, b"two", 3),
    ]
    many = {("192.0.2.9", port): b"x" for port in range(100)}
    shown = traffic.clients(many, {}, 4.0)
    assert [one.name for one in shown] == [f"192.0.2.9:{port}" for port in range(99, 91, -1)]
    assert len(shown) == WRITERS


def test_of_a_long_message_only_the_size_is_shown() -> None:
    traffic = Connections()
    traffic.sent = (1.0, bytes(LONGEST_SHOWN + 1))
    (one,) = traffic.ports([], ["Out"], [], 2.0)
    assert endpoint(one) == ["out", "Out", f"{LONGEST_SHOWN + 1} bytes", 1.0, False, False]
    assert endpoint(Endpoint("in", "In")) == ["in", "In", "", None, False, False]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("b0 4a 5d", "CC 74 ch 1 = 93"),
        ("99 24 64", "note 36 ch 10 = 100"),
        ("99 24 00", "note 36 ch 10 off"),
        ("89 24 40", "note 36 ch 10 off"),
        ("c3 05", "program 5 ch 4"),
        ("df 07", "pressure ch 16 = 7"),
        ("a0 24 07", "pressure 36 ch 1 = 7"),
        ("e0 00 40", "pitch bend ch 1 = +0"),
        ("e0 7f 7f", "pitch bend ch 1 = +8191"),
        ("fa", "start"),
        ("f2 04 01", "song position 132"),
        ("b0 4a", "b0 4a"),
        ("f1 20", "f1 20"),
    ],
)
def test_midi_in_words(message: str, words: str) -> None:
    assert midi(bytes.fromhex(message)) == words


def test_osc_in_words() -> None:
    density = message("/drumigen/density", 0.4)
    assert osc(density) == "/drumigen/density 0.4"
    assert osc(message("/drumigen/style", "J Dilla")) == "/drumigen/style J Dilla"
    assert osc(bundle(1, message("/a", 1), density)) == "/drumigen/density 0.4 (the last of 2)"
    assert osc(b"#bundle\0" + bytes(8)) == "an empty bundle"
    assert osc(b"rubbish").startswith("not OSC")


def test_whatever_bytes_come_there_are_words_for_them() -> None:
    dice = random.Random(11)
    for _ in range(5000):
        data = dice.randbytes(dice.randrange(1, 40))
        for kind in ("in", "osc"):
            words = endpoint(Endpoint(kind, "one", 1.0, data, len(data)))[2]
            assert words and len(words) <= LONGEST


def test_the_conductor_keeps_what_it_hears_and_sends() -> None:
    with Room(clock="midi") as room:
        traffic = room.conductor._connections
        for data in (b"\xb0\x0f\x20", b"\xfa", TICK):
            room.inbox.put(time.perf_counter(), MidiIn(data, "in"))
        wait_until(lambda: traffic.sent is not None, "a note")
    now = time.perf_counter()
    (heard, out) = traffic.ports(["in"], ["out"], [], now)
    assert heard.data == b"\xfa" and heard.clock
    assert heard.at is not None and heard.at < now
    assert out.data == next(reversed([one for one in room.sent if one[0] & 0x10]))


def test_an_osc_port_knows_who_wrote_and_who_is_told() -> None:
    with OscRoom() as room:
        one, other = Peer(room), Peer(room)
        one.say("subscribe", 9001)
        other.say("density", 0.25)
        other.say("density", 0.5)
        here = "127.0.0.1"
        assert room.osc.told() == {(here, 9001): (here, one.port)}
        written = room.osc.written()
        assert written[here, other.port] == message("/drumigen/density", 0.5)
        assert list(written) == [(here, one.port), (here, other.port)]
        assert room.osc.written() == {}
