"""A process of ours and the thread that talks with it; the beat waits for neither."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from live.system.priority import HELPER, raise_priority
from live.system.waker import Waker

LIVED = 5.0  # seconds after which a process did not fail at its start: the next may follow at once


class Child:
    """`serve(connection, given)` is the process's whole life, in it alone.

    The thread's is `_run`, which calls `_live` for each process. At close the thread has
    `patience` seconds, and a process that is not wanted any more `grace` until it is killed. A
    `daemon` ends with us whatever happens; another goes on until its pipe breaks.
    """

    def __init__(self, name: str, serve: Callable[[Connection, Any], None], given: Any) -> None:
        self.pid: int | None = None
        self.patience, self.grace, self.daemon = 2.0, 1.0, True
        self._name, self._serve, self._given = name, serve, given
        self._waker = Waker()
        self._open = True
        self._thread = threading.Thread(target=self._begin, name=name, daemon=True)

    def open(self) -> None:
        """Start the thread, and it the process."""
        self._thread.start()

    def close(self) -> None:
        """End the process and the thread."""
        self._open = False
        self._waker.wake()
        if self._thread.ident is not None:
            self._thread.join(timeout=self.patience)
        self._waker.close()

    # ---- the thread
    def _begin(self) -> None:
        raise_priority(HELPER)
        self._run()

    def _run(self) -> None:
        self._live()

    def _live_again(self, died: Callable[[int | None], None], pause: float) -> None:
        """Start another where one has died, after `died` was told its exit status and a pause.

        `pause` is in seconds. Something to say to the next one ends it, if this one has lived: one
        that fails at its start would else be started again by each word. A close always ends it.
        """
        while self._open:
            began = time.monotonic()
            status = self._live()
            if self._open:
                died(status)
                self._rest(pause, lived=time.monotonic() - began >= LIVED)

    def _rest(self, pause: float, *, lived: bool) -> None:
        """Wait so long, or until a close; after a life also until there is something to say."""
        until = time.monotonic() + pause
        while self._open and (left := until - time.monotonic()) > 0.0:
            woken = wait([self._waker.readable], left)
            self._waker.clear()
            if woken and lived:
                return

    def _live(self) -> int | None:
        """One process's life; its exit status."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=self._serve, args=(theirs, self._given), name=self._name, daemon=self.daemon
        )
        process.start()
        self.pid = process.pid
        theirs.close()
        with contextlib.suppress(EOFError, OSError):  # it is gone: the beat goes on
            self._converse(ours)
        ours.close()
        process.join(timeout=self.grace)
        process.kill()
        process.join()
        return process.exitcode

    def _converse(self, pipe: Connection) -> None:
        """Until it is closed, or the pipe breaks (EOFError, OSError)."""
        raise NotImplementedError
