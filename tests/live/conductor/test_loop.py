"""The conductor's loop, alone: real sockets and a real clock, no process and no port."""

import select
import socket
import threading
import time
from collections.abc import Callable, Mapping

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from engine.bars.request import Compose, Composed
from engine.controls.control import Value
from engine.playing.events import Turned
from engine.playing.performer import Performer
from engine.playing.state import State
from engine.score.notes import Bar, Hit, Voice
from live.conductor.inputs_outputs import Inputs, MidiIn, Outputs
from live.conductor.lateness import LatenessLog
from live.conductor.loop import QUIET, Conductor
from live.config import Config
from live.faults import Faults
from live.loaded_config import open_config
from live.midi.midi_learn import Learn, Unlearn
from live.midi.surfaces import Surfaces
from live.osc.encode import message as osc_message
from live.osc.server import OscServer
from live.system.inbox import Inbox
from tests.live.osc.test_decode import bundle as osc_bundle
from tests.rig import wait_until

pytestmark = pytest.mark.stage


class Room:
    """A conductor whose hands only write down."""

    def __init__(
        self,
        turned: Callable[[Mapping[str, Value]], None] = lambda _values: None,
        ahead: "Ahead | None" = None,
        **named: object,
    ) -> None:
        setting = open_config(Config(**named))  # type: ignore[arg-type]
        self.sent: list[bytes] = []
        self.told: list[tuple[str, bytes]] = []
        self.asked: list[Compose] = []
        self.states: list[State] = []
        self.inbox, self.faults, self.late = Inbox(), Faults(), LatenessLog()
        self.osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.osc.bind(("127.0.0.1", 0))
        self.osc.setblocking(False)
        self.performer = Performer(setting.setup)
        self.surfaces = Surfaces(setting.maps, self.performer.desk)
        self.lamps: tuple[str, ...] = ()
        self.conductor = Conductor(
            self.performer,
            Inputs(self.inbox, self.surfaces, OscServer(self.osc, self.performer, self.faults)),
            Outputs(
                self.sent.append,
                self.asked.append,
                self.states.append,
                tell=lambda port, message: self.told.append((port, message)),
                surfaces=lambda: self.lamps,
                turned=turned,
                ahead=ahead,
            ),
            self.faults,
            self.late,
        )
        self.thread = threading.Thread(target=self.conductor.run, daemon=True)

    def __enter__(self) -> "Room":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.conductor.stop()
        self.thread.join(5.0)
        assert not self.thread.is_alive()
        self.inbox.close()
        self.osc.close()

    def put(self, what: object) -> None:
        self.inbox.put(time.perf_counter(), what)

    def say(self, address: str, *arguments: object) -> None:
        builder = OscMessageBuilder(address)
        for argument in arguments:
            builder.add_arg(argument)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.sendto(builder.build().dgram, self.osc.getsockname())

    def ons(self) -> list[bytes]:
        return [message for message in self.sent if message[0] == 0x99]

    def value(self, name: str) -> object:
        return dict(self.states[-1].controls)[name] if self.states else None


def test_it_plays_what_is_told_to_and_lets_go_of_every_note_at_the_end() -> None:
    with Room(clock="internal", bpm=200.0) as room:
        room.put(Turned("play", 1.0))
        wait_until(lambda: len(room.ons()) > 20, "notes")
    held: set[int] = set()
    for message in room.sent:
        if message[0] == 0x99:
            assert message[1] not in held
            held.add(message[1])
        elif message[0] == 0x89:
            held.remove(message[1])
    assert not held
    assert room.sent[-1] == bytes((0xB9, 123, 0))


def test_midi_clock_from_the_inbox_starts_it_on_the_first_tick() -> None:
    with Room(clock="midi") as room:
        wait_until(lambda: bool(room.asked), "the first request")
        room.put(MidiIn(b"\xfa", "in"))
        time.sleep(0.05)
        assert not room.ons()
        room.put(MidiIn(b"\xf8", "in"))
        wait_until(lambda: bool(room.ons()), "the first note")


def test_osc_turns_a_control_and_what_is_wrong_is_counted() -> None:
    with Room() as room:
        room.say("/drumigen/density", 0.25)
        wait_until(lambda: room.value("density") == 0.25, "density")
        room.say("/drumigen/nothing", 0.25)
        wait_until(lambda: bool(room.faults.kinds()), "a fault")
        kind, fault = room.faults.kinds()[0]
        assert (kind, fault.count) == ("osc", 1)
        assert "'/drumigen/nothing': no such address" in fault.text


def test_a_subscriber_is_told_on_time_while_nothing_else_happens() -> None:
    with Room() as room, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        peer.settimeout(10.0)
        room.say("/drumigen/subscribe", peer.getsockname()[1])
        wait_until(lambda: b"/drumigen/lock_percussion/text" in peer.recv(65535), "everything")
        room.say("/drumigen/density", 0.25)
        wait_until(lambda: b"/drumigen/density" in peer.recv(65535), "the change")


def test_a_dated_bundle_is_heard_in_its_time_and_does_not_hold_up_what_comes_after() -> None:
    with Room() as room, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        when = round((time.time() + 0.3 + 2_208_988_800) * 2**32)
        dated = osc_bundle(when, osc_message("/drumigen/density", 0.75))
        peer.sendto(dated, room.osc.getsockname())
        room.say("/drumigen/density", 0.25)
        wait_until(lambda: room.value("density") == 0.25, "what came after")
        wait_until(lambda: room.value("density") == 0.75, "what was dated")


def test_a_surface_that_is_plugged_in_is_shown_how_things_are_and_every_change() -> None:
    with Room(clock="internal") as room:
        room.put(Turned("play", 1.0))
        room.lamps = ("Launch Control XL",)
        dark, lit = bytes((0x98, 41, 12)), bytes((0x98, 41, 60))
        wait_until(lambda: ("Launch Control XL", dark) in room.told, "a dark button")
        room.put(Turned("mute_kick", 1.0))
        wait_until(lambda: room.told[-1:] == [("Launch Control XL", lit)], "a light")


def test_a_surface_is_shown_the_newest_value_in_a_storm_of_turns() -> None:
    with Room(clock="internal") as room:
        room.put(Turned("play", 1.0))
        room.lamps = ("Launch Control XL",)
        wait_until(lambda: len(room.told) > 10, "how things are")
        for i in range(5000):
            room.put(MidiIn(bytes((0xB0, 15 + i % 8, i % 128)), "MidiDrumiGen In"))
            if i == 2500:
                room.put(Turned("mute_kick", 1.0))
        lit = ("Launch Control XL", bytes((0x98, 41, 60)))
        wait_until(lambda: lit in room.told, "a light")
        wait_until(lambda: room.value("density") == 4992 % 128 / 127, "the last density")


def test_a_knob_is_learned_while_it_plays() -> None:
    with Room() as room:
        room.put(Learn("density"))
        room.put(MidiIn(b"\xb0\x03\x10", "MidiDrumiGen In"))
        wait_until(lambda: "CC 3 on channel 1" in room.surfaces.learner.said, "the knob")
        room.put(MidiIn(b"\xb0\x03\x7f", "MidiDrumiGen In"))
        wait_until(lambda: room.value("density") == 1.0, "density")
        room.put(Unlearn())
        wait_until(lambda: room.surfaces.lessons == 0, "the lesson to be taken back")
        room.put(MidiIn(b"\xb0\x03\x00", "MidiDrumiGen In"))
        room.put(Learn("swign"))
        wait_until(lambda: bool(room.faults.kinds()), "a fault")
        kind, fault = room.faults.kinds()[0]
        assert kind == "learn" and "did you mean swing?" in fault.text
        assert room.value("density") == 1.0


def test_the_answer_of_the_drummer_plays() -> None:
    kick = (Hit(0, Voice.KICK, 101),)
    with Room(clock="internal", controls={"dynamics": 1, "variation": 1}) as room:
        wait_until(lambda: bool(room.asked), "a request")
        asked = room.asked[-1].request
        bar = Bar(kick, source="model", style="funk", felt=True)
        room.put(Composed(asked.number, asked.generation, bar))
        wait_until(lambda: len(room.asked) > 1, "the next request")
        room.put(Turned("play", 1.0))
        wait_until(lambda: bool(room.ons()), "the kick")
        assert room.ons()[0] == bytes((0x99, 36, 101))


def test_a_state_is_shown_even_while_nothing_happens() -> None:
    with Room() as room:
        wait_until(lambda: len(room.states) >= 3, "three states")


@pytest.mark.parametrize("late", [[], [0.001], [0.0, 0.001, 0.002, 0.1]])
def test_lateness_is_told_in_milliseconds(late: list[float]) -> None:
    log = LatenessLog()
    for seconds in late:
        log.add(10.0, 10.0 + seconds)
    assert log.figures().worst == pytest.approx(max(late, default=0.0) * 1000.0)
    assert log.figures().p50 <= log.figures().p99 <= log.figures().worst


def test_of_a_knob_in_the_inbox_the_newest_is_taken_and_nothing_passes_a_button() -> None:
    inbox = Inbox()
    for what in ("a1", "b1", "a2", "press", "a3", "b2", "a4"):
        inbox.put(1.0, what, None if what == "press" else what[0])
    heard = iter(inbox.take, None)
    assert [what for _, what in heard] == ["b1", "a2", "press", "b2", "a4"]
    inbox.put(2.0, "a5", "a")
    assert inbox.take() == (2.0, "a5")
    inbox.close()


def test_the_inbox_rings_until_its_reader_silences_it() -> None:
    inbox = Inbox()

    def rings() -> bool:
        return bool(select.select([inbox.waker.readable], (), (), 0.0)[0])

    assert not rings()
    for _ in range(2):  # silenced, it rings for what comes after
        inbox.put(1.0, "a")
        inbox.put(2.0, "b")
        assert rings()
        inbox.waker.clear()
        assert not rings()
        take: Callable[[], object] = inbox.take
        assert [take(), take(), take()] == [(1.0, "a"), (2.0, "b"), None]
    inbox.close()
    inbox.put(3.0, "late")  # a callback may still come: nothing is raised


def test_a_state_that_is_kept_back_before_a_note_is_shown_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Room(clock="midi") as room:
        pass  # its thread is done; the conductor is turned by hand
    room.states.clear()
    monkeypatch.setattr(room.performer, "due", lambda _now: [])
    monkeypatch.setattr(room.performer, "deadline", lambda: time.perf_counter() + QUIET / 2)
    room.conductor._shown = time.perf_counter() + 60.0  # long until one is shown whatever comes
    room.conductor._show(room.performer.state(1.0))
    room.conductor._perform()
    assert not room.states
    monkeypatch.setattr(room.performer, "deadline", lambda: None)
    before = time.perf_counter()
    room.conductor._perform()
    room.conductor._perform()
    assert [state.at >= before for state in room.states] == [True]


class Ahead:
    """Ports that want everything so many seconds before its moment."""

    LEAD = 0.05

    def __init__(self) -> None:
        self.handed: list[tuple[bytes, float, float]] = []  # with when it is for, and when it came

    def send(self, message: bytes, at: float | None = None) -> None:
        assert at is not None
        self.handed.append((message, at, time.perf_counter()))

    def reach(self, now: float) -> float:
        return now + self.LEAD

    def hand_over(self, at: float) -> float:
        return at - self.LEAD


def test_messages_are_handed_over_ahead_and_the_first_beat_is_not_late() -> None:
    ahead = Ahead()
    with Room(ahead=ahead, clock="internal", bpm=200.0) as room:
        room.put(Turned("play", 1.0))
        wait_until(lambda: len(ahead.handed) > 40, "notes")
    ons = [(at, came) for message, at, came in ahead.handed if message[0] == 0x99]
    assert not room.sent and not room.late.milliseconds()
    assert sum(came < at for at, came in ons) > 0.9 * len(ons)  # on a busy machine a few are late
    assert max(at - came for at, came in ons) <= Ahead.LEAD


def test_what_is_turned_is_heard_by_the_next_note_that_is_not_handed_over() -> None:
    ahead = Ahead()
    with Room(ahead=ahead, clock="internal", bpm=300.0, style="funk") as room:
        room.put(Turned("play", 1.0))
        wait_until(lambda: len(ahead.handed) > 40, "notes")
        for group in ("kick", "snare", "hats", "toms", "cymbals", "percussion"):
            room.put(Turned(f"mute_{group}", 1.0))
        turned = time.perf_counter()
        time.sleep(1.0)
    last = max(at for message, at, _ in ahead.handed if message[0] == 0x99)
    assert last < turned + Ahead.LEAD + 0.1  # handed over before, or while it was heard
