"""A child that dies is followed by another, and not too soon."""

import threading
import time
from multiprocessing.connection import Connection

import pytest

from live.system import child
from live.system.child import Child

PAUSE = 0.05


class Dying(Child):
    """A child whose lives are over at once; words that come meanwhile wake its thread."""

    def __init__(self) -> None:
        super().__init__("dying", lambda _connection, _given: None, None)
        self.began: list[float] = []
        self.enough = 3

    def _live(self) -> int | None:
        self.began.append(time.monotonic())
        return 1

    def _converse(self, pipe: Connection) -> None:
        raise NotImplementedError

    def _died(self, _status: int | None) -> None:
        self._waker.wake()  # there is something to say already
        if len(self.began) == self.enough:
            self._open = False

    def again(self, pause: float) -> list[float]:
        """The times between its lives."""
        self._live_again(self._died, pause)
        self._waker.close()
        return [b - a for a, b in zip(self.began, self.began[1:], strict=False)]


def test_words_do_not_end_the_pause_after_a_child_that_died_at_its_start() -> None:
    assert min(Dying().again(PAUSE)) >= PAUSE


def test_words_end_the_pause_after_a_child_that_has_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "LIVED", 0.0)
    assert len(Dying().again(3600.0)) == 2  # it comes to an end


def test_a_close_ends_the_pause() -> None:
    dying = Dying()
    dying.enough = 99
    dying._died = lambda _status: dying._waker.clear()  # type: ignore[method-assign]
    thread = threading.Thread(target=dying.again, args=(3600.0,))
    thread.start()
    dying._open = False
    dying._waker.wake()
    thread.join()
    assert len(dying.began) == 1
