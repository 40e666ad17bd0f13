"""The screen's process: what it draws of what comes, which keys it passes on."""

import contextlib
import io
import os
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest
from rich.console import Console
from rich.live import Live

from live.faults import Faults
from live.terminal.keyboard import Keyboard, keys_of, no_keyboard
from live.terminal.process import Screen
from live.terminal.spec import TerminalSpec
from live.terminal.supervisor import TerminalSupervisor
from tests.live.terminal.test_screen import STATUS
from tests.rig import wait_until
from tests.styles import BANK, CONTROLS


@contextlib.contextmanager
def screen(keys: Keyboard) -> Iterator[tuple[Connection, io.StringIO]]:
    """A screen that runs, the pipe to it, and what it has drawn."""
    ours, theirs = Pipe()
    out = io.StringIO()
    live = Live(
        console=Console(file=out, force_terminal=True), auto_refresh=False, redirect_stdout=False
    )

    def run() -> None:
        with contextlib.suppress(EOFError, OSError), live:
            Screen(theirs, live, CONTROLS).run(keys)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield ours, out
    finally:
        ours.close()
        thread.join()
        theirs.close()


def test_keys_pressed_in_one_breath_are_all_heard_and_add_up() -> None:
    readable, writable = os.pipe()
    keys = Keyboard(lambda: keys_of(os.read(readable, 32).decode()), (readable,))
    with screen(keys) as (pipe, out):
        pipe.send(STATUS)
        wait_until(lambda: "Funk" in out.getvalue(), "the screen")
        os.write(writable, b"\x1b[A\x1b[A?f")
        assert [pipe.recv() for _ in range(3)] == [
            ("density", 0.55), ("density", 0.6), ("fill", 1.0),
        ]  # fmt: skip
        wait_until(lambda: "take that back" in out.getvalue(), "all keys")
        os.close(writable)  # the terminal is closed


def test_a_keyboard_that_cannot_be_read_is_said_and_the_screen_goes_on() -> None:
    with screen(no_keyboard("not here")) as (pipe, out):
        kind, text = pipe.recv()
        assert (kind, "not here" in text) == ("fault", True)
        pipe.send(STATUS)
        wait_until(lambda: "Funk" in out.getvalue(), "the screen")


def test_a_keyboard_that_goes_away_is_said_once_and_not_waited_for() -> None:
    readable, writable = os.pipe()

    def gone() -> list[str]:
        raise OSError("hung up")

    with screen(Keyboard(gone, (readable,))) as (pipe, _):
        pipe.send(STATUS)
        os.write(writable, b"x")
        assert pipe.recv()[0] == "fault"
        pipe.send(STATUS)
        assert not pipe.poll(0.05)


def dies(connection: Connection, _spec: TerminalSpec) -> None:
    """A screen that has no keyboard, says so, and dies of the second status."""
    connection.send(("fault", "no keys"))
    connection.recv()
    connection.send(("fill", 1.0))
    connection.recv()
    os._exit(3)


def deaths(faults: Faults) -> int:
    died = dict(faults.kinds()).get("terminal")
    return died.count if died else 0


@pytest.mark.stage
def test_a_screen_that_dies_comes_back_and_says_once_that_it_has_no_keys() -> None:
    faults, heard = Faults(), list[tuple[str, float | str]]()
    terminal = TerminalSupervisor(
        TerminalSpec(True, tuple(BANK)), lambda *words: heard.append(words), faults, serve=dies
    )
    terminal.open()
    try:
        for number in (1, 2):
            terminal.put(STATUS)
            wait_until(lambda: len(heard) == number, "a screen that speaks")  # noqa: B023
            terminal.put(STATUS)
            wait_until(lambda: deaths(faults) == number, "its death")  # noqa: B023
    finally:
        terminal.close()
    assert dict(faults.kinds())["keyboard"].count == 1
    assert "exit 3" in dict(faults.kinds())["terminal"].text
