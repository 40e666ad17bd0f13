"""The process that has the ports: it may die, and so may we; bad events are nobody's end."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rtmidi

from live.midi.ports import Ports
from tests import rig

pytestmark = [pytest.mark.jack, pytest.mark.stage]

IN, OUT = "MidiDrumiGen In:MidiDrumiGen In", "MidiDrumiGen Out:MidiDrumiGen Out"
NOTE_ON, NOTE_OFF = b"\x99\x24\x64", b"\x89\x24\x40"
CLOCK, START = b"\xf8", b"\xfa"
BY_RTMIDI = rtmidi.API_UNIX_JACK
Heard = list[tuple[float, bytes, str]]
Begin = Callable[..., tuple[Ports, Heard]]


@pytest.fixture
def server() -> Iterator[rig.JackServer]:
    rig.require()
    with rig.JackServer(synchronous=False) as running:
        yield running


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Opens ports that are closed at the end; they come with what they hear."""
    opened: list[Ports] = []

    def start(**options: object) -> tuple[Ports, Heard]:
        heard: Heard = []
        ports = Ports(lambda *said: heard.append(said), **options)  # type: ignore[arg-type]
        opened.append(ports)
        ports.open()
        return ports, heard

    yield start
    for ports in opened:
        ports.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_it_dies_and_all_is_as_it_was(
    server: rig.JackServer, begin: Begin, how: signal.Signals
) -> None:
    ports, heard = begin(inputs=("witness:mouth",))
    with rig.Witness(server, drums=OUT) as witness:
        server.connect("witness:mouth", IN)
        rig.wait_until(lambda: not ports.status().missing, "the input")
        time.sleep(1.0)  # who is connected is looked at twice a second
        ports.send(NOTE_ON)
        witness.wait_for("drums", NOTE_ON)
        assert ports.pid is not None
        os.kill(ports.pid, how)
        rig.wait_until(lambda: ports.status().faults == 1, "the death being noticed")
        assert f"ended ({-how})" in ports.status().last_fault
        witness.wait_for("drums", NOTE_OFF)  # what sounded is let go of
        ports.send(NOTE_ON)
        witness.wait_for("drums", NOTE_ON, count=2)
        rig.wait_until(lambda: not ports.status().missing, "the input again")
        heard.clear()
        witness.say(CLOCK)
        rig.wait_until(lambda: len(heard) == 2, "a clock at both ports")
    assert {port for _, _, port in heard} == {"MidiDrumiGen In", "witness:mouth"}


PLAYER = """
import sys, time
from live.midi.ports import Ports
if __name__ == "__main__":
    api = int(sys.argv[1]) if len(sys.argv) > 1 else None
    ports = Ports(lambda *_: None, api=api)
    ports.open()
    sys.stdin.readline()
    for note in (36, 42):
        ports.send(bytes((0x99, note, 100)))
    time.sleep(60)
"""


@pytest.mark.parametrize("api", [None, BY_RTMIDI])
def test_who_plays_is_killed_and_no_note_hangs(
    server: rig.JackServer, tmp_path: Path, api: int | None
) -> None:
    program = tmp_path / "player.py"
    program.write_text(PLAYER, encoding="utf-8")
    root = str(Path(__file__).parents[3])
    env = server.env | {"PYTHONPATH": root}
    command = (sys.executable, str(program), *([] if api is None else [str(api)]))
    player = subprocess.Popen(command, env=env, stdin=subprocess.PIPE)
    assert player.stdin is not None
    try:
        name = server.wait_for_port("MidiDrumiGen Out", timeout=20.0)
        with rig.Witness(server, drums=name) as witness:
            player.stdin.write(b"\n")
            player.stdin.flush()
            witness.wait_for("drums", b"\x99", count=2)
            player.kill()
            witness.wait_for("drums", b"\x89", count=2)
            assert {one.data[1] for one in witness.heard("drums")[2:]} == {36, 42}
            rig.wait_until(lambda: name not in server.ports(), "its ports being closed", 10.0)
    finally:
        player.stdin.close()
        player.kill()
        player.wait()


def test_a_sysex_that_is_cut_off_makes_nobody_deaf(server: rig.JackServer, begin: Begin) -> None:
    _, heard = begin()
    with rig.Witness(server) as witness:
        server.connect("witness:mouth", IN)
        witness.say(b"\xf0\x01\x02\x03")
        for message in (CLOCK, START, CLOCK, NOTE_ON):
            witness.say(message)
        rig.wait_until(lambda: len(heard) == 4, lambda: f"four messages, not {heard}")
    assert [message for _, message, _ in heard] == [CLOCK, START, CLOCK, NOTE_ON]


def test_what_is_no_midi_is_counted(server: rig.JackServer, begin: Begin) -> None:
    ports, heard = begin()
    with rig.Witness(server) as witness:
        server.connect("witness:mouth", IN)
        for data in (b"\x24\x40", b"\xf4", CLOCK):
            witness.say(data)
        rig.wait_until(lambda: len(heard) == 1, "the clock")
        rig.wait_until(lambda: ports.status().faults > 0, "a fault")
    assert "no MIDI message" in ports.status().last_fault


OVERRUNNER = """
import time
import jack
client = jack.Client("overrunner", no_start_server=True)
mouth = client.midi_outports.register("mouth")

def process(frames):
    mouth.clear_buffer()
    for number in range(200):
        mouth.write_midi_event(min(number, frames - 1), b"\\xfe")
    time.sleep(0.009)

client.set_process_callback(process)
client.activate()
print("ready", flush=True)
time.sleep(60)
"""


def test_a_sender_that_overruns_its_period_ends_nothing(
    server: rig.JackServer, begin: Begin, tmp_path: Path
) -> None:
    ports, _ = begin()
    program = tmp_path / "overrunner.py"
    program.write_text(OVERRUNNER, encoding="utf-8")
    command = (sys.executable, str(program))
    rude = subprocess.Popen(command, env=server.env, stdout=subprocess.PIPE)
    try:
        assert rude.stdout is not None and rude.stdout.readline() == b"ready\n"
        server.connect("overrunner:mouth", IN)
        before = ports.pid
        time.sleep(5.0)
        assert ports.pid == before
    finally:
        rude.kill()
        rude.communicate()
    with rig.Witness(server, drums=OUT) as witness:
        ports.send(NOTE_ON)
        witness.wait_for("drums", NOTE_ON)
    assert ports.status().system == "JACK"


def test_notes_are_heard_at_the_frame_they_are_meant_for(begin: Begin) -> None:
    rig.require()
    with rig.JackServer() as server:
        left: list[tuple[float, float]] = []
        ports, _ = begin(left=lambda wanted, at: left.append((wanted, at)))
        with rig.Witness(server, drums=OUT) as witness:
            first = time.perf_counter() + 0.5
            meant = [first + 0.0107 * number for number in range(100)]  # no multiple of a period
            for number, at in enumerate(meant):
                time.sleep(max(0.0, ports.hand_over(at) - time.perf_counter()))
                ports.send(bytes((0x99, number, 100)), at)
            witness.wait_for("drums", b"\x99", count=100)
            frames = witness.frames("drums", b"\x99")
        rig.wait_until(lambda: len(left) == 100, "what is told of when they left")
    # From one to the next, as the server's time lags behind the clock on a busy machine.
    steps = [(after - before) / server.rate for before, after in itertools.pairwise(frames)]
    near = [abs(step - 0.0107) < 0.0002 for step in steps]
    assert sum(near) > 70, steps  # then a few may be late, too
    assert [wanted for wanted, _ in left] == meant


def test_what_is_handed_over_never_overtakes(server: rig.JackServer, begin: Begin) -> None:
    """A note-off of a stop follows the note-on that was handed over for a later moment."""
    ports, _ = begin()
    with rig.Witness(server, drums=OUT) as witness:
        ports.send(NOTE_ON, time.perf_counter() + 0.05)
        ports.send(NOTE_OFF)
        witness.wait_for("drums", NOTE_OFF)
        assert [one.data for one in witness.heard("drums")] == [NOTE_ON, NOTE_OFF]


def test_ports_by_rtmidi(server: rig.JackServer, begin: Begin) -> None:
    """Where there is no JACK; here its ports are JACK's, for want of another system."""
    ports, heard = begin(
        api=BY_RTMIDI,
        inputs=("witness:mouth",),
        outputs=("witness:pads", "no such port"),
        controllers=(("nano",), ("nano",)),
    )
    assert ports.status().system == "JACK by rtmidi"
    with (
        rig.Witness(server, pads=None) as witness,
        rig.Witness(server, "nanoKEY", lights=None) as keys,
    ):
        rig.wait_until(lambda: ports.status().missing == ("no such port",), "both ports")
        rig.wait_until(lambda: ports.surfaces() == ("nanoKEY:lights",), "the controller")
        assert ports.status().inputs == ("MidiDrumiGen In", "witness:mouth")
        assert ports.status().outputs == ("MidiDrumiGen Out", "witness:pads")
        assert ports.status().surfaces == ("nanoKEY:mouth", "nanoKEY:lights")
        ports.send(NOTE_ON, time.perf_counter() + 0.02)
        ports.tell("nanoKEY:lights", NOTE_OFF)
        witness.wait_for("pads", NOTE_ON)
        assert keys.wait_for("lights", b"").data == NOTE_OFF
        witness.say(CLOCK)
        keys.say(START)
        rig.wait_until(lambda: len(heard) == 2, "both messages")
    assert {said[1:] for said in heard} == {(CLOCK, "witness:mouth"), (START, "nanoKEY:mouth")}
    rig.wait_until(lambda: len(ports.status().missing) == 3, "the absence")
    assert ports.status().surfaces == ()
