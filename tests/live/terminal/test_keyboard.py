"""Keys come from a real terminal, and its absence is said."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from live.terminal import keyboard
from live.terminal.keyboard import keys_of

if sys.platform == "win32":
    pytest.skip("a terminal of Unix", allow_module_level=True)
else:
    import termios


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Whoever types, and the terminal that is opened by name."""
    types, screen = os.openpty()
    monkeypatch.setattr(keyboard, "TERMINAL", os.ttyname(screen))
    yield types, screen
    os.close(types)
    os.close(screen)


def test_what_a_terminal_sends_is_taken_apart_into_keys() -> None:
    assert keys_of("f\x1b[A\x1bOB\x1b[C\x1b[D+") == ["f", "up", "down", "right", "left", "+"]
    assert keys_of("\x1b") == ["\x1b"]
    assert keys_of("\x1b[15~\x1b[1;5A\x1bOPq") == ["q"]  # F5, Ctrl-Up and F1 are no keys of ours


def test_keys_are_read_at_once_and_the_terminal_is_put_back(terminal: tuple[int, int]) -> None:
    types, screen = terminal
    before = termios.tcgetattr(screen)
    with keyboard.keyboard() as keys:
        assert not termios.tcgetattr(screen)[3] & (termios.ICANON | termios.ECHO)
        os.write(types, b"n\x1b[A")
        assert keys.read() == ["n", "up"]
    assert termios.tcgetattr(screen) == before


def test_a_terminal_left_in_disorder_is_put_back_from_outside(terminal: tuple[int, int]) -> None:
    _, screen = terminal
    before = keyboard.modes()
    with keyboard.keyboard():
        keyboard.put_back(before)
        assert termios.tcgetattr(screen)[3] & termios.ECHO


@pytest.mark.parametrize("where", ["nowhere", "a file"])
def test_without_a_terminal_there_are_no_keys_and_it_is_said(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setattr(keyboard, "TERMINAL", str(tmp_path / where))
    with keyboard.keyboard() as keys:
        assert keys.missing.startswith("no keys can be read here (")
        assert keys.read() == [] and keys.readable == ()
    assert keyboard.modes() is None
