"""Ports over a real JACK server: messages, a real clock, and a server that dies."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from live.midi.port_status import PortStatus
from live.midi.ports import Ports
from tests import rig

pytestmark = [pytest.mark.jack, pytest.mark.stage]

IN, OUT = "MidiDrumiGen In:MidiDrumiGen In", "MidiDrumiGen Out:MidiDrumiGen Out"
NOTE_ON, NOTE_OFF = b"\x90\x24\x64", b"\x80\x24\x00"


@dataclass
class Inbox:
    """What arrived through `receive`."""

    messages: list[tuple[float, bytes, str]] = field(default_factory=list)

    def __call__(self, at: float, message: bytes, port: str) -> None:
        self.messages.append((at, message, port))

    def count(self, status: int) -> int:
        return sum(message[0] == status for _, message, _ in list(self.messages))


@pytest.fixture
def server() -> Iterator[rig.JackServer]:
    rig.require()
    with rig.JackServer() as running:
        yield running


@pytest.fixture
def patient() -> Iterator[rig.JackServer]:
    """A server for ports that come and go; its long period loses no message."""
    rig.require()
    with rig.JackServer(period=512, synchronous=False) as running:
        yield running


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def start(inbox: Inbox) -> Iterator[Callable[..., Ports]]:
    """Open ports that are closed at the end."""
    opened: list[Ports] = []

    def begin(**options: object) -> Ports:
        ports = Ports(inbox, **options)  # type: ignore[arg-type]
        opened.append(ports)
        ports.open()
        return ports

    yield begin
    for ports in opened:
        ports.close()


def test_our_virtual_ports_stand_under_their_names(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    ports = start()
    assert {IN, OUT} <= set(server.ports())
    assert ports.status() == PortStatus(
        system="JACK",
        inputs=("MidiDrumiGen In",),
        outputs=("MidiDrumiGen Out",),
        missing=(),
        faults=0,
        last_fault="",
    )


def test_what_is_sent_arrives_whole_and_in_order(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    ports = start()
    sent = [bytes((0x90, 36 + k % 12, 1 + k)) for k in range(100)]
    with rig.Witness(server, drums=OUT) as witness:
        for message in sent:
            ports.send(message)
        witness.wait_for("drums", b"\x90", count=100)
        assert [one.data for one in witness.heard("drums")] == sent


def test_the_last_note_offs_leave_before_the_ports_close(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    ports = start()
    with rig.Witness(server, drums=OUT) as witness:
        for _ in range(50):
            ports.send(NOTE_OFF)
        ports.close()
        witness.wait_for("drums", NOTE_OFF, count=50)
    assert not any("MidiDrumiGen" in port for port in server.ports())


def test_a_real_clock_arrives_with_start_stop_and_song_position(
    server: rig.JackServer, start: Callable[..., Ports], inbox: Inbox
) -> None:
    start()
    with rig.ClockMaster(server, bpm=240.0, resync_seconds=0.25) as master:
        server.connect(rig.CLOCK_PORT, IN)
        master.play()
        rig.wait_until(lambda: inbox.count(0xF8) >= 48, "two beats of ticks")
        master.stop()
        rig.wait_until(lambda: inbox.count(0xFC) == 1, "Stop")
        positions = inbox.count(0xF2)
        master.locate(16.0)
        rig.wait_until(lambda: inbox.count(0xF2) > positions, "Song Position")
        master.play()
        rig.wait_until(lambda: inbox.count(0xFB) == 1, "Continue")

    kinds = [message[0] for _, message, _ in inbox.messages]
    assert kinds[:2] == [0xFA, 0xF8]
    stamps = [at for at, _, _ in inbox.messages]
    assert stamps == sorted(stamps)
    # A quarter second of 240 BPM is four sixteenths: Continue comes where 16 beats + 4 begin.
    assert [m for _, m, _ in inbox.messages if m[0] == 0xF2][-1] == bytes((0xF2, 64 + 4, 0))
    assert {port for _, _, port in inbox.messages} == {"MidiDrumiGen In"}


def test_ports_are_back_after_the_server_was_killed(
    server: rig.JackServer, start: Callable[..., Ports], inbox: Inbox
) -> None:
    ports = start()
    for death in range(1, 4):
        server.kill9()
        ports.send(NOTE_ON)
        rig.wait_until(lambda: ports.status().system is None, "the death being noticed")
        server.restart()
        rig.wait_until(lambda: ports.status().system == "JACK", "the ports", timeout=10.0)
        with rig.Witness(server, drums=OUT) as witness:
            server.connect("witness:mouth", IN)
            ports.send(NOTE_ON)
            witness.wait_for("drums", NOTE_ON)
            witness.say(NOTE_OFF)
            rig.wait_until(lambda n=death: inbox.count(0x80) == n, "a message in")  # type: ignore[misc]
    assert ports.status().faults == 3
    assert ports.status().last_fault == "JACK has gone"


def test_a_server_back_before_anyone_looked_is_noticed_too(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    ports = start()
    server.kill9()
    server.restart()
    assert server.wait_for_port(OUT, timeout=10.0) == OUT
    rig.wait_until(lambda: ports.status().system == "JACK", "the ports", timeout=10.0)


def test_a_flood_into_a_dead_server_is_dropped_and_counted(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    ports = start()
    server.kill9()
    for _ in range(10_000):  # the ring of rtmidi holds 2340 and would wait for ever
        ports.send(NOTE_ON)
    assert ports.status().faults > 0


def test_a_server_that_hangs_at_the_start_is_asked_by_a_thread_that_can_wait(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    """rtmidi would wait with Python's lock held: no test, beat or Ctrl-C would get it again."""
    server.hang()
    ports = start()
    assert ports.status().system is None
    assert ports.status().last_fault == "JACK: its server is there and does not answer"
    server.go_on()
    rig.wait_until(lambda: ports.status().system == "JACK", "the ports")
    assert ports.status().faults == 1
    assert {IN, OUT} <= set(server.ports())


def test_a_server_that_hangs_while_we_play_stops_nobody_and_goes_on(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    ports = start()
    server.hang()
    for _ in range(10_000):
        ports.send(NOTE_ON)
    assert ports.status().last_fault == "JACK does not take messages"
    rig.wait_until(lambda: "hangs" in ports.status().last_fault, "the pulse standing still")
    server.go_on()
    with rig.Witness(server, drums=OUT) as witness:
        rig.wait_until(lambda: ports.send(NOTE_OFF) or witness.heard("drums"), "notes again")
    assert ports.status().system == "JACK"


def test_ports_of_a_server_that_hangs_can_be_closed(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    ports = start()
    server.hang()
    ports.close()
    assert ports.status().system is None
    assert not any(thread.name == "ports" for thread in threading.enumerate())


def test_ports_wanted_by_name_come_and_go(
    patient: rig.JackServer, start: Callable[..., Ports], inbox: Inbox
) -> None:
    ports = start(inputs=("WITNESS:mouth",), outputs=("witness:Pads", "no such port"))
    assert ports.status().missing == ("WITNESS:mouth", "witness:Pads", "no such port")
    for visit in (1, 2):
        with rig.Witness(patient, pads=None) as witness:
            rig.wait_until(lambda: ports.status().missing == ("no such port",), "both ports")
            assert ports.status().inputs == ("MidiDrumiGen In", "witness:mouth")
            assert ports.status().outputs == ("MidiDrumiGen Out", "witness:pads")
            ports.send(NOTE_ON)
            witness.wait_for("pads", NOTE_ON)
            witness.say(NOTE_OFF)
            rig.wait_until(lambda n=visit: inbox.count(0x80) == n, "a message in")  # type: ignore[misc]
        rig.wait_until(lambda: len(ports.status().missing) == 3, "the absence")
    assert inbox.messages[-1][2] == "witness:mouth"


def test_controllers_are_opened_when_they_come_and_again_when_they_come_back(
    patient: rig.JackServer, start: Callable[..., Ports], inbox: Inbox
) -> None:
    ports = start(controllers=(("launch control", "nano"), ("launch control",)))
    before = ports.surfaces()
    assert ports.status().missing == () and before == ()
    for visit in (1, 2):
        with rig.Witness(patient, "Launch Control XL", lights=None) as surface:
            rig.wait_until(lambda: bool(ports.surfaces()), "the controller")
            assert ports.surfaces() == ("Launch Control XL:lights",)
            assert ports.surfaces() is ports.surfaces()
            assert ports.status().surfaces == (
                "Launch Control XL:mouth",
                "Launch Control XL:lights",
            )
            assert ports.status().inputs == ("MidiDrumiGen In",)
            ports.send(NOTE_ON)  # notes are for the drums
            ports.tell("Launch Control XL:lights", NOTE_OFF)
            assert surface.wait_for("lights", b"").data == NOTE_OFF
            surface.say(NOTE_OFF)
            rig.wait_until(lambda n=visit: inbox.count(0x80) == n, "a message in")  # type: ignore[misc]
            assert inbox.messages[-1][2] == "Launch Control XL:mouth"
        rig.wait_until(lambda: not ports.surfaces(), "the absence")
    assert ports.status().outputs == ("MidiDrumiGen Out",)


def test_two_controllers_are_two_ports(
    patient: rig.JackServer, start: Callable[..., Ports], inbox: Inbox
) -> None:
    ports = start(controllers=(("nano",), ()))
    with rig.Witness(patient, "nano one") as one, rig.Witness(patient, "nano two") as two:
        rig.wait_until(lambda: len(ports.status().surfaces) == 2, "both")
        one.say(NOTE_ON)
        two.say(NOTE_OFF)
        rig.wait_until(lambda: len(inbox.messages) == 2, "both messages")
    assert {(message, port) for _, message, port in inbox.messages} == {
        (NOTE_ON, "nano one:mouth"),
        (NOTE_OFF, "nano two:mouth"),
    }


def test_our_own_ports_are_never_taken_as_wanted_ones(
    server: rig.JackServer, start: Callable[..., Ports]
) -> None:
    assert server.ports()
    ports = start(inputs=("drumi",), outputs=("midi",))
    assert ports.status().missing == ("drumi", "midi")


def test_ports_can_be_closed_under_traffic(
    server: rig.JackServer, start: Callable[..., Ports], inbox: Inbox
) -> None:
    with rig.Witness(server) as witness:
        for _ in range(3):
            ports = start()
            inbox.messages.clear()
            server.connect("witness:mouth", IN)
            done = threading.Event()

            def talk(until: threading.Event = done) -> None:
                while not until.wait(0.001):
                    witness.say(NOTE_ON)

            talker = threading.Thread(target=talk)
            talker.start()
            rig.wait_until(lambda: inbox.count(0x90) > 20, "traffic")
            ports.close()
            done.set()
            talker.join()


def test_a_receiver_that_raises_is_counted_and_the_next_message_comes(
    server: rig.JackServer,
) -> None:
    arrived: queue.Queue[bytes] = queue.Queue()

    def receive(_at: float, message: bytes, _port: str) -> None:
        arrived.put(message)
        raise KeyError("a bug")

    ports = Ports(receive)
    ports.open()
    try:
        with rig.Witness(server) as witness:
            server.connect("witness:mouth", IN)
            for message in (NOTE_ON, NOTE_OFF):
                witness.say(message)
                assert arrived.get(timeout=5.0) == message
        rig.wait_until(lambda: ports.status().faults == 2, "both faults")
        assert "a bug" in ports.status().last_fault
    finally:
        ports.close()


def test_without_a_midi_system_everything_is_quiet(
    monkeypatch: pytest.MonkeyPatch,
    start: Callable[..., Ports],
    inbox: Inbox,
    capfd: pytest.CaptureFixture[str],
) -> None:
    if not _bare():
        pytest.skip("this machine has ALSA")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "no-such-server")
    ports = start(inputs=("launch control",))
    ports.send(NOTE_ON)
    assert ports.status() == PortStatus(None, (), (), ("launch control",), 0, "")
    ports.close()
    ports.close()
    assert inbox.messages == []
    assert capfd.readouterr() == ("", "")


def test_a_server_started_later_is_found(start: Callable[..., Ports]) -> None:
    if not _bare():
        pytest.skip("this machine has ALSA")
    rig.require()
    with rig.JackServer() as server:
        server.stop()
        ports = start()
        assert ports.status().system is None
        server.start()
        rig.wait_until(lambda: ports.status().system == "JACK", "the server")
        assert OUT in server.ports()
        ports.close()


def test_the_constructor_opens_nothing() -> None:
    before = threading.active_count()
    ports = Ports(lambda _at, _message, _port: None)
    ports.send(NOTE_ON)
    ports.close()
    assert threading.active_count() == before
    assert ports.status().system is None


def _bare() -> bool:
    return not Path("/dev/snd/seq").exists()
