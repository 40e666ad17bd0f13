"""The OSC port alone: real datagrams, a real Performer, invented time."""

import select
import socket
import struct
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bars.stroke_edit import StrokeEdit
from engine.controls.control import Kind
from engine.playing.events import Turned
from engine.playing.performer import Performer
from engine.playing.state import State
from engine.score.notes import Voice
from live.config import Config
from live.faults import Faults
from live.loaded_config import open_config
from live.osc.address_book import AddressBook
from live.osc.decode import MAX_DATAGRAM, opened, unpacked
from live.osc.encode import message, packed
from live.osc.incoming import WAITING, AllowList
from live.osc.server import AHEAD, DATED, ERRORS, OscServer
from live.osc.subscribers import CLIENTS, EVERY, SILENT, TOUCH, UNREACHABLE, Address
from mappings.osc_addresses import PREFIX
from tests.live.osc.test_decode import bundle, tag

NOON = 1_800_000_000.0  # Unix time of the performance's second 0
SETUP = open_config(Config(clock="internal", style="house")).setup


def bound() -> socket.socket:
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    port.bind(("127.0.0.1", 0))
    port.setblocking(False)
    return port


class Peer:
    """A foreign program: sends from one socket, and listens there."""

    def __init__(self, room: "Room") -> None:
        self.socket, self._room = bound(), room
        room.peers.append(self)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def send(self, datagram: bytes) -> None:
        self.socket.sendto(datagram, self._room.address)

    def say(self, name: str, *arguments: float | int | str) -> None:
        """Send one message, and let it be heard."""
        self.send(message(PREFIX + name, *arguments))
        self._room.hear()

    def datagrams(self) -> list[bytes]:
        """All that has come since."""
        found = []
        while True:
            try:
                found.append(self.socket.recv(MAX_DATAGRAM))
            except BlockingIOError:
                return found

    def heard(self) -> list[tuple[str, object]]:
        """All that has come since as addresses and arguments."""
        pieces = [piece for datagram in self.datagrams() for piece in unpacked(datagram)]
        return [
            (address.removeprefix(PREFIX), arguments[0])
            for address, arguments in (opened(piece.data) for piece in pieces)
        ]

    def errors(self) -> list[str]:
        return [str(argument) for address, argument in self.heard() if address == "error"]


class Room:
    """An OSC port whose time is told by the test."""

    def __init__(self, **named: object) -> None:
        self.time = 0.0
        self.socket, self.faults = bound(), Faults()
        self.performer = Performer(SETUP)
        self.osc = OscServer(
            self.socket, self.performer, self.faults,
            now=lambda: self.time, wall=lambda: NOON + self.time, **named,  # type: ignore[arg-type]
        )  # fmt: skip
        self.address: Address = self.socket.getsockname()
        self.peers: list[Peer] = []

    def hear(self, *, free: bool = True) -> None:
        self.osc.hear(lambda: free)

    def wait(self, seconds: float) -> None:
        """Let time go by, as the loop does: awake at each deadline."""
        end = self.time + seconds
        while (at := max(self.time, self.osc.deadline())) <= end:
            self.time = at + 1e-9
            self.performer.due(self.time)
            self.hear()
        self.time = end

    def value(self, name: str) -> object:
        return self.performer.desk.values[name]

    def faulty(self) -> int:
        return sum(fault.count for _, fault in self.faults.kinds())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for peer in self.peers:
            peer.socket.close()
        self.socket.close()


@pytest.fixture
def room() -> Iterator[Room]:
    with Room() as opened_room:
        yield opened_room


def subscribed(room: Room) -> Peer:
    """A peer that is told, and has been told everything."""
    peer = Peer(room)
    peer.say("subscribe")
    room.wait(2.0)
    peer.datagrams()
    return peer


# ---- in
def test_no_control_has_the_name_of_another_address(room: Room) -> None:
    words = {"subscribe", "unsubscribe", "sync", "unlearn", "stroke", "subscribed", "kept", "error"}
    told = {address.split("/")[2] for address in AddressBook({}).look(State())} | {"grid"}
    assert not (words | told) & room.performer.desk.table.keys()


def test_every_control_can_be_set_and_read_at_three_addresses(room: Room) -> None:
    peer = Peer(room)
    for name, row in room.performer.desk.table.items():
        if row.kind is Kind.TRIGGER:
            continue
        peer.say(name, 1.0)
        assert room.value(name) == row.from_unit(1.0)
        for aspect in ("", "/value", "/text"):
            peer.say(name + aspect)
            ((address, argument),) = peer.heard()
            assert address == name + aspect
        assert isinstance(argument, str)
    assert room.faulty() == 0


def test_an_answer_comes_to_the_address_it_was_asked_from(room: Room) -> None:
    asker, other = Peer(room), Peer(room)
    asker.say("tempo/value", 124)
    asker.say("tempo/value")
    asker.say("transport")
    assert asker.heard() == [("tempo/value", 124.0), ("transport", "stopped")]
    assert other.heard() == []


def test_a_program_that_listens_on_another_port_is_answered_there_too(room: Room) -> None:
    """As TouchOSC does, and oscsend beside oscdump."""
    sender, listener = Peer(room), Peer(room)
    sender.say("subscribe", listener.port)
    room.wait(2.0)
    listener.datagrams()
    sender.say("density")
    sender.say("nothing", 0.5)
    for peer in (sender, listener):
        assert [address for address, _ in peer.heard()] == ["density", "error"]


def test_what_is_wrong_is_said_to_the_sender_and_counted(room: Room) -> None:
    peer = Peer(room)
    peer.say("density", "much")
    assert peer.errors() == ["/drumigen/density: 'much' is not a float from 0 to 1"]
    ((kind, fault),) = room.faults.kinds()
    assert (kind, fault.count) == ("osc", 1)
    assert f"'much' is not a float from 0 to 1 (from 127.0.0.1:{peer.port})" in fault.text


def test_errors_are_answered_ten_times_a_second_and_all_counted(room: Room) -> None:
    peer = Peer(room)
    for _ in range(100):
        peer.say("density", float("nan"))
    assert len(peer.errors()) == ERRORS
    assert room.faulty() == 100
    room.time += 1.1
    peer.say("density", float("nan"))
    assert len(peer.errors()) == 1


def test_an_error_is_never_answered(room: Room) -> None:
    peer = Peer(room)
    peer.say("error", "you are wrong")
    assert peer.heard() == []
    assert room.faulty() == 1


def test_a_datagram_from_elsewhere_is_counted_and_not_answered() -> None:
    door = AllowList([IPv4Network("192.168.1.0/24"), IPv4Network("10.0.0.7")])
    assert door.admits("127.0.0.1") and door.admits("192.168.1.99") and door.admits("10.0.0.7")
    assert not door.admits("10.0.0.8") and not door.admits("192.168.2.1")


def test_a_stranger_turns_nothing_and_hears_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AllowList, "admits", lambda _self, _host: False)
    peer = Peer(room)
    peer.say("density", 0.1)
    peer.say("subscribe")
    room.wait(1.0)
    assert room.value("density") == 0.5
    assert peer.datagrams() == []
    assert [(kind, fault.count) for kind, fault in room.faults.kinds()] == [("osc", 2)]


def test_nothing_is_heard_or_told_while_a_note_is_near(room: Room) -> None:
    peer = Peer(room)
    peer.send(message(PREFIX + "density", 0.25))
    peer.send(message(PREFIX + "density"))
    room.hear(free=False)
    assert room.value("density") == 0.5
    assert peer.heard() == []
    room.hear()
    assert peer.heard() == [("density", 0.25)]


# ---- time tags
def test_just_before_a_note_one_fader_is_heard_and_nothing_that_takes_longer(room: Room) -> None:
    assert not room.osc.glance()
    peer = Peer(room)
    peer.send(message("/drumigen/intensity", 0.25))
    peer.send(message("/drumigen/push", 1.0))
    assert room.osc.glance()
    assert (room.value("intensity"), room.value("push")) == (0.25, 0.0)
    assert room.osc.glance()
    assert room.value("push") == 40.0
    peer.send(bundle(1, *(message("/drumigen/intensity", 1.0) for _ in range(8))))
    assert not room.osc.glance()
    peer.send(message("/drumigen/fill"))
    room.hear()
    assert room.value("intensity") == 1.0
    peer.send(message("/drumigen/loop", 1))
    assert room.osc.glance()  # taken, and heard when there is time
    assert not room.osc.glance()
    room.hear()
    assert room.value("loop") == 1.0


def test_a_stroke_is_changed_and_what_is_none_is_refused() -> None:
    edits: list[StrokeEdit] = []
    with Room() as room:
        room.osc.edit = edits.append
        peer = Peer(room)
        peer.say("stroke", 5, "snare", 480, 110)
        assert edits == [StrokeEdit(4, Voice.SNARE, 480, 110)]
        for wrong in ((5, "snar", 480, 110), (5, "snare", 480), (5, "snare", 480, 128), ("a",)):
            peer.say("stroke", *wrong)
        assert "did you mean snare?" in peer.errors()[0] and len(edits) == 1


def test_a_control_to_be_learned_is_named_and_another_word_is_refused() -> None:
    learned: list[str] = []
    with Room() as room:
        room.osc.learn = learned.append
        peer = Peer(room)
        peer.say("learn", "density")
        peer.say("learn")
        assert learned == ["density", ""]
        room.osc.unlearn = lambda: learned.append("taken back")
        peer.say("unlearn")
        assert learned.pop() == "taken back"
        peer.say("learn", "loudness")
        assert peer.errors() == ["/drumigen/learn: 'loudness' is not the name of a control"]
        assert learned == ["density", ""]


def test_a_bundle_is_done_when_its_time_tag_says(room: Room) -> None:
    peer = Peer(room)
    late, soon = message(PREFIX + "density", 0.75), message(PREFIX + "density", 0.25)
    peer.send(bundle(tag(NOON + 2.0), late))
    peer.send(bundle(tag(NOON + 1.0), soon))
    room.hear()
    assert room.value("density") == 0.5
    assert room.osc.deadline() == pytest.approx(1.0, abs=1e-6)
    room.wait(0.999)
    assert room.value("density") == 0.5
    room.wait(0.002)
    assert room.value("density") == 0.25
    room.wait(1.0)
    assert room.value("density") == 0.75


def test_messages_of_one_moment_keep_their_order(room: Room) -> None:
    peer = Peer(room)
    values = [message(PREFIX + "density", number / 50) for number in range(50)]
    peer.send(bundle(tag(NOON + 0.5), *values))
    room.hear()
    room.wait(1.0)
    assert room.value("density") == pytest.approx(49 / 50)


def test_what_is_dated_for_now_is_heard_though_a_note_is_near(room: Room) -> None:
    peer = Peer(room)
    peer.send(bundle(tag(NOON + 0.5), message(PREFIX + "mute_kick", 1)))
    room.hear()
    room.time = 0.51
    room.hear(free=False)
    assert room.value("mute_kick") == 1.0


def test_a_mistake_in_a_dated_bundle_is_said_when_it_comes(room: Room) -> None:
    peer = Peer(room)
    peer.send(bundle(tag(NOON + 5), message(PREFIX + "density", float("nan"))))
    room.hear()
    assert len(peer.errors()) == 1


@pytest.mark.parametrize(
    ("when", "words", "done"),
    [
        (NOON - 0.5, None, True),
        (NOON - 5.0, "dated 5 s ago; done at once", True),
        (NOON + AHEAD + 5, f"dated {AHEAD + 5:.0f} s ahead; at most {AHEAD:.0f}", False),
        (NOON + 10**8, "dated 100000000 s ahead", False),
    ],
)
def test_a_bundle_of_long_ago_is_done_and_one_of_far_ahead_is_not(
    room: Room, when: float, words: str | None, done: bool
) -> None:
    peer = Peer(room)
    peer.send(bundle(tag(when), message(PREFIX + "density", 0.25)))
    room.hear()
    assert (room.value("density") == 0.25) is done
    errors = peer.errors()
    assert errors == [] if words is None else words in errors[0]


def test_only_so_many_messages_may_wait_for_their_time(room: Room) -> None:
    peer = Peer(room)
    half = [message(PREFIX + "density", 0.25)] * (DATED // 2)
    for _ in range(3):
        peer.send(bundle(tag(NOON + 5), *half))
        room.hear()
    assert room.faulty() == DATED // 2
    assert f"more than {DATED} messages dated ahead" in peer.errors()[0]


# ---- storms
def test_of_a_storm_the_last_value_of_every_control_stands(room: Room) -> None:
    peer = Peer(room)
    rows = [row for row in room.performer.desk.table.values() if row.kind is not Kind.TRIGGER]
    for number in range(200):
        for row in rows[:20]:
            peer.send(message(PREFIX + row.name, (number % 10) / 10))
        if number % 2:
            room.hear()
    while room.osc.port in select.select([room.osc.port], (), (), 0.0)[0]:
        room.hear()
    for row in rows[:20]:
        assert room.value(row.name) == row.from_unit(struct.unpack(">f", struct.pack(">f", 0.9))[0])
    assert room.faulty() == 0


def test_a_bad_value_takes_no_good_ones_place_and_a_trigger_loses_no_press(room: Room) -> None:
    peer, turned = Peer(room), []
    receive = room.performer.receive

    def listen(event: object, now: float) -> None:
        turned.append(event)
        receive(event, now)  # type: ignore[arg-type]

    room.performer.receive = listen  # type: ignore[assignment]
    for name, value in (
        ("density", 0.25), ("density", float("nan")), ("fill", 1.0), ("fill", 0.0),
        ("density", 0.5), ("fill", 1.0), ("density", 0.125), ("density", 0.75), ("fill", 0.0),
    ):  # fmt: skip
        peer.send(message(PREFIX + name, value))
    room.hear()
    assert turned == [
        Turned("density", 0.25),
        Turned("fill", 1.0),
        Turned("density", 0.5),
        Turned("fill", 1.0),
        Turned("density", 0.75),
    ]
    assert room.faulty() == 1


def test_more_than_can_be_heard_is_dropped_oldest_first_and_counted(room: Room) -> None:
    peer = Peer(room)
    many = packed([message(PREFIX + "swing/value", 50 + number % 25) for number in range(512)])
    with_last = packed([message(PREFIX + "swing/value", 61.0)] * 8)
    for _ in range(WAITING // 512):
        peer.send(many)
    peer.send(with_last)
    room.hear()
    assert room.faulty() == 8
    assert room.value("swing") == 61.0


# ---- out
def test_a_subscriber_is_told_everything_then_only_what_changed(room: Room) -> None:
    peer = Peer(room)
    peer.say("subscribe")
    room.wait(2.0)
    first, *told = peer.heard()
    assert first == ("subscribed", 1.0)
    rows = [row for row in room.performer.desk.table.values() if row.kind is not Kind.TRIGGER]
    wanted = {row.name + aspect for row in rows for aspect in ("", "/value", "/text")}
    assert wanted <= {address for address, _ in told}
    assert {"transport", "playing", "beat", "beat/1", "bar", "bpm", "grid/kick"} <= {
        address for address, _ in told
    }
    assert len(told) == len({address for address, _ in told})
    room.wait(1.0)
    assert peer.heard() == []
    Peer(room).say("tempo/value", 160)
    room.wait(0.1)
    assert dict(peer.heard()) == {
        "tempo": pytest.approx(0.5),
        "tempo/value": 160.0,
        "tempo/text": "160 BPM",
        "bpm": 160.0,
        "bpm/text": "160.0 BPM",
    }


def test_a_clip_that_was_kept_is_told_to_all_and_to_who_comes_later(room: Room) -> None:
    peer = Peer(room)
    peer.say("subscribe")
    room.wait(2.0)
    peer.heard()
    room.osc.kept = "Funk 4 bars 102 BPM in track Drums, slot 3"
    room.wait(0.1)
    assert peer.heard() == [("kept", "Funk 4 bars 102 BPM in track Drums, slot 3")]
    room.wait(0.1)
    assert peer.heard() == []
    later = Peer(room)
    later.say("subscribe")
    room.wait(2.0)
    assert dict(later.heard())["kept"].endswith("slot 3")


def test_nobody_is_told_more_than_thirty_times_a_second_nor_too_much_at_once(room: Room) -> None:
    peer, other = Peer(room), Peer(room)
    peer.say("subscribe")
    room.performer.receive(Turned("play", 1.0), room.time)
    start, count = room.time, 0
    for number in range(2000):
        other.say("density", number / 2000)
        room.wait(0.001)
    datagrams = peer.datagrams()
    count = len(datagrams) - 1  # without the word that it is subscribed
    assert 20 < count <= (room.time - start) * 30 + 1
    assert max(len(datagram) for datagram in datagrams) <= 1400


def test_a_client_is_not_told_what_it_said_itself_but_what_became_of_it(room: Room) -> None:
    peer = subscribed(room)
    peer.say("density", 0.25)
    room.wait(0.1)
    assert dict(peer.heard()) == {"density/value": 0.25, "density/text": "0.25"}
    peer.say("loop", 0.2)  # a switch has no such place: it stays off, and the fader must show it
    room.wait(0.1)
    assert peer.heard() == [("loop", 0.0)]


def test_a_finger_on_a_fader_is_told_nothing_until_it_has_come_to_rest(room: Room) -> None:
    peer = subscribed(room)
    for step in range(10):  # over the choices of style, each of which stands at its middle
        peer.say("style", 0.3 + step / 1000)
        room.wait(0.1)
        assert "style" not in dict(peer.heard())
    room.wait(TOUCH)
    style = room.performer.desk.table["style"]
    place = style.to_unit(room.performer.desk.values["style"])
    assert dict(peer.heard())["style"] == pytest.approx(place)


@pytest.mark.parametrize("address", ["density", "density/value"])
def test_what_others_do_to_a_touched_fader_is_told_afterwards(room: Room, address: str) -> None:
    peer, other = subscribed(room), Peer(room)
    peer.say(address, 0.25)
    room.wait(0.1)
    other.say("density", 0.75)
    room.wait(TOUCH - 0.11)
    told = dict(peer.heard())
    assert address not in told and told["density/text"] == "0.75"
    room.wait(0.1)
    assert dict(peer.heard())[address] == 0.75
    room.wait(1.0)
    assert peer.heard() == []


def test_a_fader_of_values_is_not_told_what_it_said(room: Room) -> None:
    peer = subscribed(room)
    peer.say("density/value", 0.25)
    room.wait(1.0)
    assert dict(peer.heard()) == {"density": 0.25, "density/text": "0.25"}


def test_a_word_is_answered_at_once(room: Room) -> None:
    peer = subscribed(room)
    peer.say("style", "jazz")
    room.wait(0.1)
    assert {"style", "style/value"} <= dict(peer.heard()).keys()


def test_the_light_of_a_choice_is_put_right_when_its_button_is_let_go(room: Room) -> None:
    peer = subscribed(room)
    peer.say("time/half", 1.0)
    room.wait(0.1)
    assert "time/half" not in dict(peer.heard())
    peer.say("time/half", 0.0)
    room.wait(0.1)
    assert dict(peer.heard()) == {"time/half": 1.0}
    peer.say("fill", 0.0)
    room.wait(0.1)
    assert peer.heard() == []


def test_a_peer_of_the_configuration_that_sends_from_another_port_keeps_its_finger() -> None:
    listener = bound()
    with Room(peers=(listener.getsockname(),)) as room:
        room.wait(2.0)
        phone, told = Peer(room), Peer(room)
        told.socket.close()
        told.socket = listener
        told.datagrams()
        phone.say("density", 0.25)
        room.wait(0.1)
        assert set(dict(told.heard())) == {"density/value", "density/text"}
        room.wait(TOUCH)
        assert dict(told.heard()) == {"density": 0.25}


def test_two_clients_hear_of_each_other(room: Room) -> None:
    one, two = subscribed(room), subscribed(room)
    room.wait(1.0)
    one.datagrams()
    one.say("density", 0.25)
    room.wait(0.1)
    assert "density" not in dict(one.heard())
    assert dict(two.heard())["density"] == 0.25


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["density", "swing", "style"]), st.floats(0, 1))))
@pytest.mark.long
def test_two_surfaces_that_send_back_all_they_hear_come_to_rest_at_one_value(
    moves: list[tuple[str, float]],
) -> None:
    with Room() as room:
        surfaces = [subscribed(room), subscribed(room)]
        for number, (name, unit) in enumerate(moves):
            surfaces[number % 2].say(name, unit)
        for _ in range(20):
            room.wait(EVERY)
            echoes = [(surface, surface.heard()) for surface in surfaces]
            if not any(heard for _, heard in echoes):
                break
            for surface, heard in echoes:
                for name, unit in heard:
                    if name in ("density", "swing", "style"):
                        surface.say(name, unit)  # type: ignore[arg-type]
        else:
            pytest.fail("they never came to rest")
        assert room.faulty() == 0


def test_a_surface_that_is_told_our_addresses_back_makes_no_endless_talk(room: Room) -> None:
    peer = subscribed(room)
    peer.say("density/value", 0.9)
    rounds = 0
    while True:
        room.wait(0.2)
        if not (datagrams := peer.datagrams()):
            break
        rounds += 1
        for datagram in datagrams:
            peer.send(datagram)
        room.hear()
    assert rounds <= 3


def test_beat_bar_and_grid_are_told_while_it_plays(room: Room) -> None:
    peer = subscribed(room)
    room.performer.receive(Turned("play", 1.0), room.time)
    room.performer.due(room.time)
    room.wait(0.4)
    told = dict(peer.heard())
    assert (told["transport"], told["playing"], told["beat"]) == ("playing", 1.0, 1)
    assert told["beat/1"] == 1.0
    assert len(str(told["grid/kick"])) == 16 and "X" in str(told["grid/kick"])
    beats = []
    for _ in range(30):
        room.wait(0.1)
        beats += [argument for address, argument in peer.heard() if address == "beat"]
    assert beats[:5] == [2, 3, 4, 1, 2]
    room.performer.receive(Turned("stop", 1.0), room.time)
    room.wait(0.1)
    told = dict(peer.heard())
    assert (told["transport"], told["playing"], told["beat"]) == ("stopped", 0.0, 0)


def test_sync_answers_everything_once_to_somebody_who_is_not_subscribed(room: Room) -> None:
    peer = Peer(room)
    peer.say("sync")
    room.wait(2.0)
    assert len(peer.heard()) > 100
    room.performer.receive(Turned("density", 0.1), room.time)
    room.wait(1.0)
    assert peer.heard() == []
    assert room.osc.deadline() == float("inf")


def test_who_subscribes_again_is_told_all_that_may_have_been_lost_but_not_what_it_said(
    room: Room,
) -> None:
    peer = subscribed(room)
    peer.say("density", 0.25)
    room.wait(1.0)
    peer.datagrams()
    peer.say("subscribe")
    room.wait(2.0)
    told = dict(peer.heard())
    assert {"subscribed", "transport", "swing", "density/text"} <= told.keys()
    assert "density" not in told


def test_sync_tells_a_subscriber_everything_again(room: Room) -> None:
    peer = subscribed(room)
    peer.say("sync")
    room.wait(2.0)
    assert {"density", "transport", "grid/ride"} <= dict(peer.heard()).keys()


def test_who_unsubscribes_is_told_no_longer(room: Room) -> None:
    peer = subscribed(room)
    peer.say("unsubscribe")
    assert peer.heard() == [("subscribed", 0.0)]
    Peer(room).say("density", 0.1)
    room.wait(1.0)
    assert peer.heard() == []
    peer.say("unsubscribe")  # again: nothing
    assert peer.heard() == [] and room.faulty() == 0


def test_a_refusal_of_the_engine_is_said_to_all_subscribers(room: Room) -> None:
    peer = subscribed(room)
    room.performer.receive(Turned("undo", 1.0), room.time)
    room.wait(0.1)
    assert peer.errors() == ["undo: nothing has changed yet"]
    room.wait(0.1)
    assert peer.errors() == []


def test_a_client_silent_for_long_is_dropped_and_one_that_speaks_is_not(room: Room) -> None:
    peer = subscribed(room)
    room.time += SILENT / 2
    peer.say("density")
    room.time += SILENT * 0.75
    room.wait(0.1)
    peer.datagrams()
    Peer(room)  # from the same host, but it says nothing
    room.time += SILENT
    room.wait(0.1)
    assert ("subscribed", 0.0) in peer.heard()
    assert room.osc.deadline() == float("inf")


def test_a_client_that_cannot_be_reached_is_dropped_and_a_configured_one_kept() -> None:
    nowhere = ("255.255.255.255", 9)  # broadcasting is not allowed to us: every sending fails
    with Room(peers=(nowhere,)) as room:
        room.osc._clients.subscribe(nowhere, ("255.255.255.255", 10), room.time)
        assert len(room.osc._clients) == 2
        for _ in range(40):
            room.performer.receive(Turned("density", room.time / 100), room.time)
            room.wait(UNREACHABLE / 20)
        assert len(room.osc._clients) == 1
        assert "255.255.255.255:9 cannot be told" in room.faults.kinds()[0][1].text


def test_configured_peers_are_told_without_asking() -> None:
    listener = bound()
    with Room(peers=(listener.getsockname(),)) as room:
        room.performer.receive(Turned("density", 0.25), room.time)
        room.wait(0.2)
        assert opened(unpacked(listener.recv(MAX_DATAGRAM))[0].data)[0].startswith(PREFIX)
        room.time += SILENT * 2
        room.wait(0.1)
        assert len(room.osc._clients) == 1
    listener.close()


def test_too_many_clients_are_refused_and_so_is_our_own_port(room: Room) -> None:
    peer = Peer(room)
    for port in range(20001, 20001 + CLIENTS):
        peer.say("subscribe", port)
    assert room.faulty() == 0
    peer.say("subscribe", 30000)
    peer.say("subscribe", room.address[1])
    errors = peer.errors()
    assert f"{CLIENTS} programs are told already" in errors[0]
    assert f"{room.address[1]} is our own port" in errors[1]


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=120),
    st.sampled_from([b"", b"#bundle\0", bundle(1), message("/drumigen/swing", 0.5)[:-4]]),
)
@pytest.mark.long
def test_no_datagram_raises_through_the_port(rubbish: bytes, start: bytes) -> None:
    with Room() as room:
        Peer(room).send(start + rubbish)
        room.hear()
        assert not room.osc.behind
