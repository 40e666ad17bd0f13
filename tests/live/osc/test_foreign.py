"""The OSC port from end to end: liblo's oscsend and oscdump, and a browser of the network."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from engine.controls.control import Kind
from tests.live.drumigen import Drumigen
from tests.live.osc.test_decode import ONE, bundle, deep
from tests.rig import end, free_port, require, start, wait_until
from tests.styles import CONTROLS

pytestmark = [pytest.mark.foreign, pytest.mark.stage]


class Dump:
    """liblo's oscdump, a listener that knows nothing of us."""

    def __init__(self) -> None:
        require("oscdump", "stdbuf")
        self.port = free_port()
        self.told: list[tuple[str, str]] = []  # address, and the argument as it prints it

    def __enter__(self) -> Self:
        command = ("stdbuf", "-oL", "oscdump", str(self.port))
        self._process = start(*command, env=os.environ, stdout=subprocess.PIPE)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._wait_until_it_listens()
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        end(self._process)
        self._listener.join(5.0)

    def _wait_until_it_listens(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:

            def heard() -> bool:
                probe.sendto(b"/awake\0\0,\0\0\0", ("127.0.0.1", self.port))
                return bool(self.told)

            wait_until(heard, "oscdump")

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                words = line.rstrip("\n").split(" ", 3)
                if len(words) > 1 and words[1].startswith("/"):
                    self.told.append((words[1], words[3] if len(words) > 3 else ""))

    def last(self, name: str) -> str | None:
        """What was told last of an address."""
        found = [argument for at, argument in list(self.told) if at == f"/drumigen/{name}"]
        return found[-1] if found else None

    def was_told(self, name: str, words: str) -> bool:
        """Was an address ever told with these words in its argument?"""
        return any(at == f"/drumigen/{name}" and words in said for at, said in list(self.told))

    def wait_for(self, name: str, argument: str) -> None:
        what = f"{name} {argument}"
        wait_until(lambda: self.last(name) == argument, f"{what}, told {self.told[-4:]}", 15.0)


class Foreign:
    """oscsend and oscdump beside a performance."""

    def __init__(self, drummer: Drumigen, dump: Dump) -> None:
        self.drummer, self.dump = drummer, dump

    def say(self, name: str, *words: str) -> None:
        """What a person would type."""
        command = ("oscsend", "localhost", str(self.drummer.osc), f"/drumigen/{name}", *words)
        subprocess.run(command, check=True)

    def throw(self, *datagrams: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            for datagram in datagrams:
                peer.sendto(datagram, ("127.0.0.1", self.drummer.osc))


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Foreign]:
    require("oscsend")
    with Drumigen(tmp_path, clock="internal", bpm=160) as drummer, Dump() as dump:
        drummer.wait_for("Funk")
        pair = Foreign(drummer, dump)
        pair.say("subscribe", "i", str(dump.port))
        dump.wait_for("subscribed", "1.000000")
        last = next(
            name for name, row in reversed(CONTROLS.items()) if row.kind is not Kind.TRIGGER
        )
        wait_until(lambda: dump.last(f"{last}/text") is not None, "everything", 15.0)
        yield pair


def test_oscsend_drives_every_control_and_oscdump_sees_it(foreign: Foreign) -> None:
    wanted = {}
    for name, row in CONTROLS.items():
        if row.kind is not Kind.TRIGGER and name not in ("swing", "swing_grid"):
            foreign.say(name, "f", "1.0")
            wanted[name] = f"{row.to_unit(row.from_unit(1.0)):f}"
    for name, argument in wanted.items():
        foreign.dump.wait_for(name, argument)
    assert not foreign.drummer.said("fault    osc")


def test_oscsend_types_values_as_a_person_would_and_reads_them_back(foreign: Foreign) -> None:
    for name, words, address, argument in (
        ("tempo/value", ("f", "124.0"), "tempo/text", '"124 BPM"'),
        ("tempo", ("i", "131"), "tempo/value", "131.000000"),
        ("style", ("s", "J Dilla"), "style/value", '"j_dilla"'),
        ("fill_every", ("i", "16"), "fill_every/16", "1.000000"),
        ("time/half", ("f", "1"), "time/value", '"half"'),
        ("mute_kick", ("i", "1"), "mute_kick/text", '"on"'),
        ("mute_kick", ("F",), "mute_kick/text", '"off"'),
    ):
        foreign.say(name, *words)
        foreign.dump.wait_for(address, argument)
    foreign.dump.told.clear()
    foreign.say("tempo/value")
    foreign.dump.wait_for("tempo/value", "131.000000")
    foreign.dump.told.clear()
    foreign.say("sync")
    foreign.dump.wait_for("meter/text", '"4/4"')


def test_transport_beat_bar_and_grid_are_told_to_the_end(foreign: Foreign) -> None:
    for beat in ("1", "2", "3", "4"):
        wait_until(lambda wanted=beat: foreign.dump.last("beat") == wanted, f"beat {beat}")
    assert len(foreign.dump.last("grid/kick") or "") == 16 + 2  # quoted
    foreign.say("stop")
    foreign.dump.wait_for("transport", '"stopped"')
    foreign.say("play", "f", "1")
    foreign.dump.wait_for("transport", '"playing"')
    foreign.say("unsubscribe", "i", str(foreign.dump.port))
    foreign.dump.wait_for("subscribed", "0.000000")


def test_what_is_wrong_is_answered_and_counted_and_the_beat_goes_on(foreign: Foreign) -> None:
    for words, reason in (
        (("density", "s", "much"), "'much' is not a float from 0 to 1"),
        (("density", "f", "nan"), "nan is not a float from 0 to 1"),
        (("density", "f", "7"), "7.0 is not a float from 0 to 1"),
        (("loudness", "f", "1"), "no such address"),
        (("loudness",), "no such address to read"),
        (("style", "s", "polka"), "style: 'polka' is not one of"),
    ):
        foreign.dump.told.clear()
        foreign.say(*words)
        wait_until(lambda said=reason: said in (foreign.dump.last("error") or ""), reason)
    time.sleep(1.0)  # no more than ten errors are answered in a second
    many = bundle(1, *[ONE] * 513)
    foreign.throw(
        b"", b"rubbish", b"#bundle\0", bundle(1, ONE)[:-4], many, deep(9), b"\xff" * 60000
    )
    for reason in ("more than 512 messages", "more than 8 deep", "cut short", "60000 bytes"):
        wait_until(lambda said=reason: foreign.dump.was_told("error", said), reason)
    bars = len(foreign.drummer.said("Funk"))
    foreign.drummer.wait_for("Funk", 20.0, count=bars + 2)
    assert foreign.dump.last("density") is None  # it never moved
    assert foreign.drummer.errors.read_text() == ""


BROWSER = """
import sys, time
from zeroconf import IPVersion, ServiceBrowser, Zeroconf

class Listener:
    def add_service(self, network, kind, name):
        service = network.get_service_info(kind, name)
        if service is not None and service.port == int(sys.argv[1]):
            print("found", name, *service.parsed_addresses(), flush=True)
    def update_service(self, *_): pass
    def remove_service(self, network, kind, name):
        print("gone", name, flush=True)

with Zeroconf(ip_version=IPVersion.V4Only) as network:
    ServiceBrowser(network, "_osc._udp.local.", Listener())
    time.sleep(60.0)
"""


def test_a_second_process_finds_the_port_on_the_network_and_sees_it_go(tmp_path: Path) -> None:
    port, found = free_port(), tmp_path / "found"
    announced = {"host": "0.0.0.0", "port": port, "allow": ["127.0.0.1"]}
    with found.open("w") as out:
        browser = start(sys.executable, "-c", BROWSER, str(port), env=os.environ, stdout=out)
    try:
        with Drumigen(tmp_path, clock="internal", osc=announced) as drummer:
            drummer.wait_for("announced as 'MidiDrumiGen on", 20.0)
            wait_until(lambda: "found MidiDrumiGen on" in found.read_text(), "the service", 20.0)
            assert drummer.terminate() == 0
        wait_until(lambda: "gone MidiDrumiGen on" in found.read_text(), "its end", 20.0)
    finally:
        end(browser)


def test_on_the_loopback_nothing_is_announced(tmp_path: Path) -> None:
    with Drumigen(tmp_path, clock="internal", bpm=160) as drummer:
        drummer.wait_for("Funk", count=2)
        time.sleep(1.0)
        assert not drummer.said("announced")
