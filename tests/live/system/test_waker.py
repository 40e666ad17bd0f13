"""Whoever wakes is heard, in whatever moment of a clear he does it."""

import select
import socket
from collections.abc import Callable

import pytest

from live.system.waker import Waker


class Meddled:
    """A socket at which something happens just before it is read, and just after."""

    def __init__(
        self, inner: socket.socket, before: Callable[[], None], after: Callable[[], None]
    ) -> None:
        self._socket, self._before, self._after = inner, before, after

    def recv(self, size: int) -> bytes:
        self._before()
        try:
            return self._socket.recv(size)
        finally:
            self._after()

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()


def nothing() -> None:
    """Nobody wakes in this moment."""


def heard(waker: Waker) -> bool:
    return bool(select.select([waker.readable], (), (), 0.0)[0])


@pytest.mark.parametrize("woken", [False, True])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_waker_that_was_woken_within_a_clear_can_be_woken_again(woken: bool, moment: str) -> None:
    waker = Waker()
    if woken:
        waker.wake()
    moments = {"before": nothing, "after": nothing} | {moment: waker.wake}
    waker.readable = Meddled(waker.readable, **moments)  # type: ignore[assignment]
    waker.clear()
    waker.readable._before = waker.readable._after = nothing  # type: ignore[attr-defined]
    waker.wake()
    assert heard(waker)
    waker.clear()
    assert not heard(waker)
    waker.close()


def test_a_byte_that_comes_after_the_flag_was_taken_down_is_cleared_too() -> None:
    waker = Waker()
    send = waker._writable.send

    class Late:
        """Sends only when somebody has cleared in between."""

        def send(self, data: bytes) -> int:
            waker.clear()
            return send(data)

    writable, waker._writable = waker._writable, Late()  # type: ignore[assignment]
    waker.wake()
    assert heard(waker)
    waker.clear()
    assert not heard(waker)
    waker._writable = writable
    waker.close()
