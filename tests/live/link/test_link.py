"""Link: what is told of a session and what is asked of it, and a second peer from end to end."""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ConfigError
from engine.timing.messages import Linked
from live.config import Config
from live.faults import Faults
from live.link.session import LinkSession, Terms, is_news
from live.link.spec import LIBRARY, LinkSpec
from live.link.supervisor import LinkSupervisor, link_of
from tests.link_rig import Network, Peer
from tests.live.drumigen import Drumigen
from tests.rig import require, wait_until

installed = pytest.mark.skipif(
    importlib.util.find_spec("link") is None, reason="LinkPython-extern is not installed"
)


def unheard(_at: float, _linked: Linked) -> None:
    """Nobody listens."""


def session(bpm: float = 100.0) -> LinkSession:
    """A session on no network: Link is not enabled."""
    library = importlib.import_module(LIBRARY)
    return LinkSession(library.Link(bpm), Terms(), time.perf_counter)


# ---- without it
def test_without_the_library_link_says_how_to_get_it_and_auto_goes_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("live.link.supervisor.library_version", lambda: None)
    with pytest.raises(ConfigError, match="pip install LinkPython-extern"):
        link_of(Config(clock="link"), 120.0, unheard, Faults())
    assert link_of(Config(clock="auto"), 120.0, unheard, Faults()) is None


@pytest.mark.parametrize(
    "config", [Config(clock="midi"), Config(clock="internal"), Config(clock="auto", link=False)]
)
def test_who_does_not_want_a_session_has_none(config: Config) -> None:
    assert link_of(config, 120.0, unheard, Faults()) is None


# ---- what is told
@installed
@pytest.mark.parametrize(
    ("config", "quantum"),
    [
        (Config(clock="link"), 4.0),
        (Config(clock="auto", meter="7/8"), 3.5),
        (Config(clock="link", meter="3/4", link_quantum=6.0), 6.0),
    ],
)
def test_the_quantum_is_the_meters_unless_told_otherwise(config: Config, quantum: float) -> None:
    made = link_of(config, 133.0, unheard, Faults())
    assert made is not None
    made.close()
    assert made.terms.quantum == quantum


@installed
def test_looks_lie_on_one_line_by_our_clock() -> None:
    made = session()
    looks = [made.look() for _ in range(50)]
    assert not [1 for at, linked in looks if is_news(looks[0], at, linked)]
    (at, linked), (then, before) = looks[-1], looks[0]
    assert linked.beat - before.beat == pytest.approx((at - then) * 100.0 / 60.0, abs=1e-3)
    assert (linked.peers, linked.started, linked.quantum) == (0, None, 4.0)


TOLD = 10.0, Linked(20.0, 120.0, 4.0, 1, None)


@pytest.mark.parametrize(
    ("at", "linked", "news"),
    [
        (10.25, Linked(20.5, 120.0, 4.0, 1, None), False),
        (10.25, Linked(20.50005, 120.0, 4.0, 1, None), False),
        (10.25, Linked(20.5002, 120.0, 4.0, 1, None), True),
        (10.25, Linked(20.4998, 120.0, 4.0, 1, None), True),
        (10.25, Linked(20.5, 120.5, 4.0, 1, None), True),
        (10.25, Linked(20.5, 120.0, 4.0, 2, None), True),
        (10.25, Linked(20.5, 120.0, 4.0, 1, 20.0), True),
        (10.75, Linked(21.5, 120.0, 4.0, 1, None), True),
    ],
)
def test_only_what_does_not_follow_from_the_last_look_is_news(
    at: float, linked: Linked, news: bool
) -> None:
    assert is_news(TOLD, at, linked) == news
    assert is_news(None, at, linked)


@installed
@pytest.mark.parametrize("started", [None, 14.0])
def test_one_that_comes_back_alone_goes_on_where_the_session_stood(started: float | None) -> None:
    made, before = session(), Linked(20.0, 133.0, 4.0, 0, started)
    then = time.perf_counter() - 3.0
    made.go_on(then, before)
    at, linked = made.look()
    assert linked.beat == pytest.approx(20.0 + (at - then) * 133.0 / 60.0, abs=1e-3)
    assert linked.bpm == pytest.approx(133.0)
    assert linked.started == (None if started is None else pytest.approx(started, abs=1e-3))


@installed
def test_a_tempo_that_is_put_forward_is_the_sessions() -> None:
    made = session()
    made.put_forward(140.0)
    assert made.look()[1].bpm == pytest.approx(140.0)


# ---- its process
Served = Callable[[Connection, LinkSpec], None]


@contextmanager
def supervised(
    serve: Served, *, propose: bool = False
) -> Iterator[tuple[LinkSupervisor, Any, Any]]:
    """A supervisor of a process that does this, what it passes on, and what it complains of."""
    heard: list[tuple[float, Linked]] = []
    faults = Faults()
    made = LinkSupervisor(
        LinkSpec(100.0, Terms(propose_tempo=propose)),
        lambda at, linked: heard.append((at, linked)),
        faults,
        serve,
    )
    made.open()
    try:
        yield made, heard, faults
    finally:
        made.close()


def in_company(connection: Connection, _spec: LinkSpec) -> None:
    """A session of two that takes every tempo."""
    bpm = 100.0
    with suppress(EOFError):
        while True:
            connection.send(("stands", (1.0, Linked(4.0, bpm, 4.0, 1))))
            bpm = connection.recv()


def dying(connection: Connection, spec: LinkSpec) -> None:
    """Tells where the last one stood, and dies."""
    beat = 4.0 if spec.told is None else spec.told[1].beat + 1.0
    connection.send(("stands", (1.0, Linked(beat, 100.0, 4.0, 1))))
    os.kill(os.getpid(), signal.SIGSEGV)


def broken(connection: Connection, _spec: LinkSpec) -> None:
    connection.send(("fault", "ImportError: no such symbol"))


@pytest.mark.stage
def test_a_tempo_is_proposed_where_that_is_allowed() -> None:
    with supervised(in_company, propose=True) as (made, heard, _faults):
        wait_until(lambda: len(heard) == 1, "the session")
        assert made.propose(140.0)
        wait_until(lambda: heard[-1][1].bpm == 140.0, "the session to take the tempo")


@pytest.mark.stage
def test_in_company_a_tempo_is_not_proposed_unless_that_is_allowed() -> None:
    with supervised(in_company) as (made, heard, _faults):
        assert made.propose(130.0)  # nobody else is known yet
        wait_until(lambda: len(heard) == 2, "the session")
        assert not made.propose(140.0)


@pytest.mark.stage
def test_one_that_dies_is_said_and_goes_on_where_it_stood() -> None:
    with supervised(dying) as (_made, heard, faults):
        wait_until(lambda: len(heard) > 1, "the second", 20.0)
        assert [linked.beat for _, linked in heard[:2]] == [4.0, 5.0]
        fault = dict(faults.kinds())["link"]
        assert "its process ended (-11) and is started again" in fault.text


@pytest.mark.stage
def test_a_library_that_cannot_be_loaded_is_said() -> None:
    with supervised(broken) as (_made, _heard, faults):
        wait_until(lambda: bool(faults.kinds()), "the fault", 20.0)


# ---- a second peer
def turn_tempo(network: Network, drummer: Drumigen) -> None:
    """To the middle of its range, 160 BPM."""
    require("oscsend")
    oscsend = ("oscsend", "localhost", str(drummer.osc), "/drumigen/tempo", "f", "0.5")
    subprocess.run([*network.prefix, *oscsend], check=True, timeout=15)


@pytest.fixture
def network() -> Iterator[Network]:
    with Network() as made:
        yield made


def met(stack: ExitStack, network: Network, folder: Path) -> tuple[Peer, Drumigen]:
    """A peer at 131 BPM, and the drummer in its session."""
    peer = stack.enter_context(Peer(network, 131.0))
    drummer = Drumigen(folder, prefix=network.prefix, clock="link", bpm=90, link={})
    stack.enter_context(drummer)
    drummer.wait_for("1 peer, 131 BPM", 30.0)
    return peer, drummer


@pytest.mark.foreign
@pytest.mark.stage
@installed
def test_the_drummer_locks_to_a_peer_and_follows_its_start_tempo_and_stop(
    network: Network, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        peer, drummer = met(stack, network, tmp_path)
        turn_tempo(network, drummer)
        drummer.wait_for("tempo: the session leads")
        peer.play()
        drummer.wait_for("playing (link clock, 131 BPM)")
        drummer.wait_for("Funk", count=2)
        peer.tempo(152.0)
        drummer.wait_for("Funk", count=3)
        peer.stop()
        drummer.wait_for("stopped (link clock, 152 BPM)")
        assert drummer.terminate() == 0
        wait_until(lambda: peer.peers() == 0, "the drummer to leave the session")


@pytest.mark.foreign
@pytest.mark.stage
@installed
def test_a_crash_of_links_library_does_not_end_the_beat(network: Network, tmp_path: Path) -> None:
    with ExitStack() as stack:
        peer, drummer = met(stack, network, tmp_path)
        peer.play()
        drummer.wait_for("playing (link clock, 131 BPM)")
        stops = len(drummer.said("stopped ("))
        os.kill(drummer.children()["link"], signal.SIGSEGV)
        drummer.wait_for("link 1x: its process ended (-11)")
        bars = len(drummer.said("Funk"))
        drummer.wait_for("Funk", count=bars + 3)
        wait_until(lambda: peer.peers() == 1, "the drummer to be back")
        assert len(drummer.said("stopped (")) == stops
        peer.tempo(152.0)
        drummer.wait_for("Funk", count=bars + 5)
        peer.stop()
        drummer.wait_for("stopped (link clock, 152 BPM)")


@pytest.mark.foreign
@pytest.mark.stage
@installed
def test_the_tempo_control_changes_the_session_where_that_is_allowed(
    network: Network, tmp_path: Path
) -> None:
    allowed = {"enabled": True, "propose_tempo": True}
    with ExitStack() as stack:
        peer = stack.enter_context(Peer(network, 131.0))
        drummer = stack.enter_context(
            Drumigen(tmp_path, prefix=network.prefix, clock="link", link=allowed)
        )
        drummer.wait_for("1 peer", 30.0)
        turn_tempo(network, drummer)
        wait_until(lambda: abs(peer.bpm() - 160.0) < 0.01, "the session to take the tempo")
