"""A process of ours and the thread that talks with it; the beat waits for neither."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from live.system.priority import HELPER, raise_priority
from live.system.waker import Waker


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

        `pause` is in seconds; a close, or something to say to the next one, ends it.
        """
        while self._open:
            status = self._live()
            if self._open:
                died(status)
                wait([self._waker.readable], pause)
                self._waker.clear()

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
