"""Single keys from the terminal, without Enter and without echo.

The screen's process has no standard input of its own, so the terminal is opened by name. A
console of Windows cannot be waited for beside a pipe; there it is looked at every `patience`.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

ARROWS = {"A": "up", "B": "down", "C": "right", "D": "left"}
_KEY = re.compile(r"\x1b[\[O]([0-9;]*)([A-Za-z~])|[\s\S]")


@dataclass(frozen=True, slots=True)
class Keyboard:
    """`readable` is what to wait for; `read` gives the keys pressed, OSError when it is gone.

    A key is its character, or one of ARROWS' words. `missing` says why there is none.
    """

    read: Callable[[], list[str]]
    readable: tuple[int, ...] = ()
    patience: float | None = None  # seconds; None: `readable` tells
    missing: str = ""


def no_keyboard(why: object) -> Keyboard:
    """Where no key can be read; the music can be steered all the same."""
    return Keyboard(
        list, missing=f"no keys can be read here ({why}); the page, MIDI and OSC go on, Ctrl-C ends"
    )


def keys_of(typed: str) -> list[str]:
    """Keys of what a terminal sent; other keys that send a sequence are none."""
    found = [
        (ARROWS.get(one[2], "") if not one[1] else "") if one[2] else one[0]
        for one in _KEY.finditer(typed)
    ]
    return [key for key in found if key]


if sys.platform == "win32":
    import msvcrt

    CODES = {"H": "up", "P": "down", "M": "right", "K": "left"}  # after a first "\0" or "\xe0"

    @contextlib.contextmanager
    def keyboard() -> Iterator[Keyboard]:
        """The console; it needs no putting back."""
        yield Keyboard(_pressed, patience=0.05)

    def _pressed() -> list[str]:
        if not msvcrt.kbhit():
            return []
        key = msvcrt.getwch()
        key = CODES.get(msvcrt.getwch(), "") if key in "\0\xe0" else key
        return [key] if key else []

    def modes() -> Any:
        """How the terminal stands, for put_back()."""
        return None

    def put_back(before: Any) -> None:
        """Have the terminal as it was."""

else:
    import termios
    import tty

    TERMINAL = "/dev/tty"

    @contextlib.contextmanager
    def keyboard() -> Iterator[Keyboard]:
        """The terminal in single-key mode; put back as it was at the end."""
        with contextlib.ExitStack() as opened:
            try:
                terminal = os.open(TERMINAL, os.O_RDONLY)
                opened.callback(os.close, terminal)
                before = termios.tcgetattr(terminal)
                tty.setcbreak(terminal)
            except (OSError, termios.error) as error:
                yield no_keyboard(error)
                return
            opened.callback(_set, terminal, before)
            yield Keyboard(lambda: _pressed(terminal), (terminal,))

    def _pressed(terminal: int) -> list[str]:
        typed = os.read(terminal, 32)
        if not typed:
            raise OSError("the terminal is closed")
        return keys_of(typed.decode("utf-8", "replace"))

    def _set(terminal: int, before: Any) -> None:
        with contextlib.suppress(termios.error):  # it is gone, and nothing is to be put back
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    def modes() -> Any:
        """How the terminal stands, for put_back(); None where there is none."""
        with contextlib.suppress(OSError, termios.error):
            terminal = os.open(TERMINAL, os.O_RDONLY)
            with contextlib.closing(os.fdopen(terminal, "rb", buffering=0)):
                return termios.tcgetattr(terminal)
        return None

    def put_back(before: Any) -> None:
        """Have the terminal as it was, where there is one."""
        with contextlib.suppress(OSError):
            terminal = os.open(TERMINAL, os.O_RDONLY)
            with contextlib.closing(os.fdopen(terminal, "rb", buffering=0)):
                _set(terminal, before)
