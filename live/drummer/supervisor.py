"""The drummer's process seen from the conductor: asked, answered, watched, restarted.

One thread owns the process and its pipe. It works on the newest request only, kills a
drummer that dies or stalls, starts another and asks again. The conductor never waits for it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from engine.bars.request import Composed, Request
from live.drummer.spec import DrummerSpec, DrummerStatus
from live.system.priority import HELPER, raise_priority
from live.system.waker import Waker

STALL = 2.0  # seconds without a word of it while it owes one; it tells of a bar that takes longer
ASLEEP = 0.5  # seconds that a look comes late: we were stopped ourselves, and so was the drummer
LOOK = 0.25  # seconds between looks, so that a sleep of ours is noticed
START = 60.0  # seconds a start may take; torch alone needs several on a slow disk
BACKOFF = (0.0, 0.5, 1.0, 2.0, 5.0)  # seconds before the n-th useless start in a row
NICE = 5  # of the process, where the system gives the conductor no priority of its own
UNHEARD = 8  # requests sent without a word back; more could fill the pipe and block


def _serve(connection: Connection, spec: DrummerSpec) -> None:
    """The child's whole life; whatever ends it is reported, not printed over the screen."""
    try:
        # Imported by name in the child only: torch must not enter the conductor's process.
        importlib.import_module("live.drummer.process").serve(connection, spec)
    except Exception as error:  # noqa: BLE001 - a bug there must reach the screen here
        connection.send(("crashed", f"{type(error).__name__}: {error}", 0.0))


class DrummerSupervisor:
    """`answer` is called from a thread with each Composed."""

    def __init__(
        self,
        spec: DrummerSpec,
        answer: Callable[[Composed], None],
        *,
        serve: Callable[[Connection, DrummerSpec], None] = _serve,
        stall: float = STALL,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.status = DrummerStatus()
        self._spec, self._answer, self._serve = spec, answer, serve
        self._stall, self._now = stall, now
        self._asked: deque[Request] = deque()  # from the conductor to the thread
        self._open = True
        self._waker = Waker()
        self._thread = threading.Thread(target=self._run, name="drummer", daemon=True)
        self._process: BaseProcess | None = None
        # The thread's own:
        self._newest: Request | None = None  # not answered yet
        self._sent = False  # is the newest in the pipe?
        self._unheard = 0  # requests sent since the drummer last spoke
        self._since = 0.0  # when the first of them was sent, or the process started

    def open(self) -> None:
        """Start the thread, and it the process."""
        self._thread.start()

    def ask(self, request: Request) -> None:
        """Please compose this, rather than anything asked before. Never blocks."""
        self._asked.append(request)
        self._waker.wake()

    def close(self) -> None:
        """End the process and the thread."""
        self._open = False
        self._waker.wake()
        self._thread.join(timeout=2.0)
        self._waker.close()

    @property
    def pid(self) -> int | None:
        """The drummer's process."""
        return self._process.pid if self._process else None

    # ---- the thread
    def _run(self) -> None:
        if not raise_priority(HELPER).granted:  # the conductor is not above it by itself then
            self._spec = replace(self._spec, nice=NICE)
        useless = 0
        while self._open:
            if delay := BACKOFF[min(useless, len(BACKOFF) - 1)]:
                self._pause(delay)
            useful = self._live()
            useless = 0 if useful else useless + 1
            if self.status.state == "failed":
                return
            if self._open:
                self._say(state="restarting", restarts=self.status.restarts + 1)
        self._say(state="closed")

    def _pause(self, seconds: float) -> None:
        end = self._now() + seconds
        while self._open and self._now() < end:
            self._collect()
            wait([self._waker.readable], max(0.0, end - self._now()))

    def _live(self) -> bool:
        """The life of one process; was it of use?"""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=self._serve, args=(theirs, self._spec), daemon=True)
        process.start()
        theirs.close()
        self._process, self._sent, self._unheard = process, False, 0
        self._since = self._now()
        try:
            return self._converse(ours)
        except (EOFError, OSError):
            self._blame("the drummer's process ended")
            return self.status.state == "ready"
        finally:
            process.kill()  # a stopped process too
            process.join()
            ours.close()

    def _converse(self, pipe: Connection) -> bool:
        ready = useful = False
        while self._open:
            self._collect()
            if ready:
                self._send(pipe)
            timeout = self._patience(ready)
            before = self._now()
            heard = wait([pipe, self._waker.readable], LOOK if timeout is None else timeout)
            slept = self._now() - before - (LOOK if timeout is None else timeout)
            if slept > ASLEEP:
                self._since += slept
            elif pipe in heard:
                kind = self._hear(pipe.recv())
                if kind in ("failed", "crashed"):
                    return False
                ready, useful = True, useful or kind == "composed"
            elif not heard and timeout == 0.0:
                self._blame(f"the drummer did not answer for {self._now() - self._since:.0f} s")
                return useful
        return useful

    def _patience(self, ready: bool) -> float | None:
        """Seconds left until the silence is a stall; None while nothing is owed."""
        if ready and not self._unheard:
            return None
        limit = self._since + (self._stall if ready else START)
        return min(LOOK, max(0.0, limit - self._now()))

    def _collect(self) -> None:
        self._waker.clear()
        while self._asked:
            self._newest, self._sent = self._asked.popleft(), False

    def _send(self, pipe: Connection) -> None:
        if self._newest is None or self._sent or self._unheard >= UNHEARD:
            return
        if not self._unheard:
            self._since = self._now()
        pipe.send(self._newest)
        self._sent, self._unheard = True, self._unheard + 1

    def _hear(self, message: tuple[str, object, float]) -> str:
        """One message of the drummer: ready, progress, composed, crashed, or failed for good."""
        kind, what, milliseconds = message
        if kind == "progress":
            self._since = self._now()
            return kind
        self._unheard = 0
        if kind in ("failed", "crashed"):
            self._blame(str(what))
        if kind == "failed":
            self._say(state="failed")
        elif kind == "crashed":
            self._say(state="restarting")
        elif kind == "ready":
            self._say(state="ready", device=str(what), milliseconds=milliseconds)
        else:
            assert isinstance(what, Composed)
            self._settle(what)
            self._say(milliseconds=milliseconds)
            self._answer(what)
        return kind

    def _settle(self, composed: Composed) -> None:
        newest = self._newest
        if newest and (newest.number, newest.generation) == (composed.number, composed.generation):
            self._newest = None
        elif self._sent:
            self._unheard, self._since = 1, self._now()  # the newest is still owed

    def _blame(self, text: str) -> None:
        if self._open:
            self._say(fault=text)

    def _say(self, **changed: object) -> None:
        self.status = replace(self.status, **changed)  # type: ignore[arg-type]
