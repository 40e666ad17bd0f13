"""Link: what is told of a session and what is asked of it, and a second peer from end to end."""

from __future__ import annotations

import importlib.util
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import live.conductor.ableton_link
from engine.errors import ConfigError
from engine.timing.messages import Linked
from live.conductor.ableton_link import LinkSession, Terms, find_library, is_news, link_of
from live.config import Config
from tests.link_rig import Network, Peer
from tests.live.drumigen import Drumigen
from tests.rig import require, wait_until

installed = pytest.mark.skipif(
    importlib.util.find_spec("link") is None, reason="LinkPython-extern is not installed"
)


def unheard(_at: float, _linked: Linked) -> None:
    """Nobody listens."""


def session(**terms: Any) -> LinkSession:
    """A session on no network: Link is not enabled."""
    library = find_library()
    assert library is not None
    return LinkSession(library.Link(100.0), Terms(**terms), unheard, time.perf_counter)


# ---- without it
def test_without_the_library_link_says_how_to_get_it_and_auto_goes_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live.conductor.ableton_link, "find_library", lambda: None)
    with pytest.raises(ConfigError, match="pip install LinkPython-extern"):
        link_of(Config(clock="link"), 120.0, unheard, time.perf_counter)
    assert link_of(Config(clock="auto"), 120.0, unheard, time.perf_counter) is None


def test_another_package_of_that_name_is_not_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.import_module", lambda _name: object())
    assert find_library() is None


@pytest.mark.parametrize(
    "config", [Config(clock="midi"), Config(clock="internal"), Config(clock="auto", link=False)]
)
def test_who_does_not_want_a_session_has_none(config: Config) -> None:
    assert link_of(config, 120.0, unheard, time.perf_counter) is None


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
    made = link_of(config, 133.0, unheard, time.perf_counter)
    assert made is not None
    assert made.terms.quantum == quantum
    assert made.look()[1].bpm == pytest.approx(133.0)


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


class InCompany:
    """A link that has met somebody."""

    def __init__(self, link: Any) -> None:
        self._link = link

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)

    def numPeers(self) -> int:  # noqa: N802 - as the library has it
        return 1


@installed
@pytest.mark.parametrize(
    ("allowed", "alone", "proposed"),
    [(True, False, True), (False, False, False), (False, True, True)],
)
def test_a_tempo_is_proposed_where_that_is_allowed_or_nobody_else_is_there(
    allowed: bool, alone: bool, proposed: bool
) -> None:
    library = find_library()
    assert library is not None
    link = library.Link(100.0)
    link = link if alone else InCompany(link)
    made = LinkSession(link, Terms(propose_tempo=allowed), unheard, time.perf_counter)
    assert made.propose(140.0) == proposed
    if proposed:
        made.put_forward()
    assert made.look()[1].bpm == pytest.approx(140.0 if proposed else 100.0)


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


@pytest.mark.foreign
@pytest.mark.stage
@installed
def test_the_drummer_locks_to_a_peer_and_follows_its_start_tempo_and_stop(
    network: Network, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        peer = stack.enter_context(Peer(network, 131.0))
        drummer = stack.enter_context(
            Drumigen(tmp_path, prefix=network.prefix, clock="link", bpm=90, link={})
        )
        drummer.wait_for("1 peer, 131.0 BPM", 30.0)
        turn_tempo(network, drummer)
        drummer.wait_for("tempo: the session leads")
        peer.play()
        drummer.wait_for("playing (link clock, 131.0 BPM)")
        drummer.wait_for("Funk", count=2)
        peer.tempo(152.0)
        drummer.wait_for("Funk", count=3)
        peer.stop()
        drummer.wait_for("stopped (link clock, 152.0 BPM)")
        assert drummer.terminate() == 0
        wait_until(lambda: peer.peers() == 0, "the drummer to leave the session")


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
