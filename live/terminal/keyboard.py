"""Single keys from the terminal, without Enter and without echo.

The screen's process has no standard input of its own, so the terminal is opened by name. A
console of Windows cannot be waited for beside a pipe; there it is looked at every `patience`.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keyboard:
    """`readable` is what to wait for; `read` gives the key pressed, "" when there is none."""

    read: Callable[[], str]
    readable: tuple[int, ...] = ()
    patience: float | None = None  # seconds; None: `readable` tells


if sys.platform == "win32":
    import msvcrt

    @contextlib.contextmanager
    def keyboard() -> Iterator[Keyboard]:
        """The console; it needs no putting back."""
        yield Keyboard(lambda: msvcrt.getwch() if msvcrt.kbhit() else "", patience=0.05)

else:
    import termios
    import tty

    @contextlib.contextmanager
    def keyboard() -> Iterator[Keyboard]:
        """The terminal in single-key mode; put back as it was at the end."""
        try:
            terminal = os.open("/dev/tty", os.O_RDONLY)
        except OSError:
            yield Keyboard(lambda: "")
            return
        before = termios.tcgetattr(terminal)
        tty.setcbreak(terminal)
        try:
            yield Keyboard(
                lambda: os.read(terminal, 32).decode("utf-8", "replace")[:1], (terminal,)
            )
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
            os.close(terminal)
