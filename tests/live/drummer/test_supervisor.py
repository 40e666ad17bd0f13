"""The drummer's process is asked, answered, watched and restarted."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import pytest

from engine.bars.request import Composed, Request
from engine.score.notes import Bar
from live.drummer import supervisor
from live.drummer.spec import DrummerSpec
from live.drummer.supervisor import DrummerSupervisor
from live.system.priority import Priority
from tests.rig import wait_until

pytestmark = pytest.mark.stage

REQUEST = Request(number=1, generation=1, style="funk", mixture=(("funk", 1.0),))


def answers(connection: Connection, _spec: DrummerSpec) -> None:
    """A drummer that answers everything with an empty bar."""
    connection.send(("ready", "cpu", 1.0))
    while True:
        request = connection.recv()
        bar = Bar(style=request.style)
        connection.send(("composed", Composed(request.number, request.generation, bar), 2.0))


def sleeps(connection: Connection, _spec: DrummerSpec) -> None:
    """A drummer that never answers."""
    connection.send(("ready", "cpu", 1.0))
    time.sleep(60.0)


def plods(connection: Connection, _spec: DrummerSpec) -> None:
    """A drummer on a busy machine: a bar takes it long, and it says that it goes on."""
    connection.send(("ready", "cpu", 1.0))
    while True:
        request = connection.recv()
        for _ in range(20):
            time.sleep(0.05)
            connection.send(("progress", None, 0.0))
        bar = Bar(style=request.style)
        connection.send(("composed", Composed(request.number, request.generation, bar), 2.0))


def hangs_at_last(connection: Connection, _spec: DrummerSpec) -> None:
    """A drummer that goes on for a while, and then does not."""
    connection.send(("ready", "cpu", 1.0))
    for _ in range(5):
        connection.send(("progress", None, 0.0))
        time.sleep(0.05)
    time.sleep(60.0)


def fails(connection: Connection, _spec: DrummerSpec) -> None:
    """A drummer without weights."""
    connection.send(("failed", "weights: no such file", 0.0))


def crashes(connection: Connection, _spec: DrummerSpec) -> None:
    """A drummer with a bug."""
    connection.send(("crashed", "ValueError: a bug", 0.0))


def dies(_connection: Connection, _spec: DrummerSpec) -> None:
    """A drummer that is gone before it says a word."""


def tells_how_nice(connection: Connection, spec: DrummerSpec) -> None:
    """A drummer that says how far it steps back."""
    connection.send(("ready", str(spec.nice), 0.0))
    connection.poll(None)


@contextmanager
def supervised(
    serve: Callable[[Connection, DrummerSpec], None], stall: float = 5.0
) -> Iterator[tuple[DrummerSupervisor, list[Composed]]]:
    heard: list[Composed] = []
    made = DrummerSupervisor(DrummerSpec(), heard.append, serve=serve, stall=stall)
    made.open()
    try:
        yield made, heard
    finally:
        made.close()


def test_a_request_made_before_it_is_ready_is_answered() -> None:
    with supervised(answers) as (made, heard):
        made.ask(REQUEST)
        wait_until(lambda: bool(heard), "an answer", 20.0)
        assert heard == [Composed(1, 1, Bar(style="funk"))]
        assert (made.status.state, made.status.device) == ("ready", "cpu")


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM"])  # by name: Windows has but one
def test_a_killed_drummer_is_replaced_and_asked_again(how: str) -> None:
    with supervised(answers) as (made, heard):
        made.ask(REQUEST)
        wait_until(lambda: len(heard) == 1, "the first answer", 20.0)
        first = made.pid
        assert first is not None
        os.kill(first, getattr(signal, how))
        made.ask(REQUEST)
        wait_until(lambda: len(heard) >= 2, "the second answer", 20.0)
        assert made.pid != first
        assert made.status.restarts == 1
        assert made.status.fault == "the drummer's process ended"


@pytest.mark.parametrize("granted", [True, False])
def test_it_steps_back_only_where_the_conductor_has_no_priority_of_its_own(
    granted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late bar is replaced, a late note is heard; but with others it shares as they do."""
    monkeypatch.setattr(supervisor, "raise_priority", lambda _level: Priority(granted, ""))
    with supervised(tells_how_nice) as (made, _):
        wait_until(lambda: made.status.state == "ready", "its word", 20.0)
        assert made.status.device == ("0" if granted else str(supervisor.NICE))


def test_a_slow_drummer_is_left_alone_while_it_goes_on() -> None:
    with supervised(plods, stall=0.4) as (made, heard):
        made.ask(REQUEST)
        wait_until(lambda: bool(heard), "an answer", 30.0)
        assert (made.status.restarts, made.status.fault) == (0, "")


def test_one_that_goes_on_no_more_is_killed() -> None:
    with supervised(hangs_at_last, stall=0.4) as (made, _):
        made.ask(REQUEST)
        wait_until(lambda: made.status.restarts > 0, "the restart", 30.0)
        assert "did not answer" in made.status.fault


def test_a_drummer_that_slept_with_us_is_not_killed_on_waking() -> None:
    """Somebody stopped all of us: the time that it owes an answer for did not pass for it."""
    moment = [0.0]

    def now() -> float:
        return time.perf_counter() + moment[0]

    heard: list[Composed] = []
    made = DrummerSupervisor(DrummerSpec(), heard.append, serve=plods, stall=3.0, now=now)
    made.open()
    try:
        made.ask(REQUEST)
        wait_until(lambda: made.status.state == "ready", "the drummer", 20.0)
        time.sleep(0.3)
        moment[0] += 12.0  # for the supervisor twelve seconds pass in one look
        wait_until(lambda: bool(heard), "an answer", 20.0)
        assert made.status.restarts == 0
    finally:
        made.close()


def test_a_drummer_that_stalls_is_killed_and_replaced() -> None:
    with supervised(sleeps, stall=0.3) as (made, _):
        wait_until(lambda: made.status.state == "ready", "the start", 20.0)
        first = made.pid
        made.ask(REQUEST)
        wait_until(lambda: made.pid != first, "another one", 20.0)
        assert "did not answer" in made.status.fault


def test_a_drummer_stopped_by_a_signal_is_replaced() -> None:
    with supervised(answers, stall=0.3) as (made, heard):
        wait_until(lambda: made.status.state == "ready", "the start", 20.0)
        first = made.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        made.ask(REQUEST)
        wait_until(lambda: bool(heard), "the answer of another one", 20.0)
        assert made.pid != first


def test_missing_weights_end_it_for_good_and_are_said() -> None:
    with supervised(fails) as (made, _):
        wait_until(lambda: made.status.state == "failed", "the end", 20.0)
        assert made.status.fault == "weights: no such file"
        made.ask(REQUEST)  # nobody there: no harm
        assert made.status.restarts == 0


@pytest.mark.parametrize(
    ("serve", "reason"), [(crashes, "ValueError: a bug"), (dies, "the drummer's process ended")]
)
def test_a_crash_is_said_and_another_one_started(
    serve: Callable[[Connection, DrummerSpec], None], reason: str
) -> None:
    with supervised(serve) as (made, _):
        wait_until(lambda: made.status.restarts >= 1, "a restart", 20.0)
        assert made.status.fault == reason


def test_asking_never_blocks_however_often() -> None:
    with supervised(sleeps, stall=30.0) as (made, _):
        wait_until(lambda: made.status.state == "ready", "the start", 20.0)
        for number in range(20_000):
            made.ask(Request(number, 1, "funk", ()))
