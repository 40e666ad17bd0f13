"""The takes' process seen from the conductor: told everything that is played, never waited for.

A process of its own writes the take and makes the clips, so no disk and no Live is in the
conductor's way. A thread passes the records on a few times a second; one that dies is
started again and goes on with a new file.
"""

from __future__ import annotations

import importlib
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection, wait

from engine.takes.take import Keep, Record
from live.system.child import Child
from live.takes.spec import TakesSpec

EVERY = 0.2  # seconds between looks at what was played: what a killed conductor takes along
MOST = 200_000  # records that wait for a process that cannot take them: some hours of notes
AGAIN = 2.0  # seconds before another is started where one died
GOODBYE = 5.0  # seconds it may take to write what is left and deliver what it can
Say = Callable[[str, str], None]  # a kind ("kept", or of a fault) and words


def _serve(connection: Connection, spec: TakesSpec) -> None:
    # Imported by name in the child only: mido and XML must not enter the conductor's process.
    importlib.import_module("live.takes.process").serve(connection, spec)


class TakesSupervisor(Child):
    """`say` is called from a thread with what became of a clip, or what went wrong.

    At close it writes what is left; closing waits until that is written. What is said of that
    stands in `parting`, for no screen shows it any more.
    """

    def __init__(
        self, spec: TakesSpec, say: Say, *, serve: Callable[[Connection, TakesSpec], None] = _serve
    ) -> None:
        super().__init__("takes", serve, spec)
        self.patience, self.grace, self.daemon = 2.0 * GOODBYE, GOODBYE, False
        self.parting: list[tuple[str, str]] = []
        self._say = say
        self._records: deque[Record] = deque(maxlen=MOST)
        self._dropped = self._told = 0  # records that there was no room for, and of them told

    def keep(self, record: Record) -> None:
        """Add to the take; a Keep is answered at once. Never blocks."""
        self._dropped += len(self._records) == MOST
        self._records.append(record)
        if isinstance(record, Keep):
            self._waker.wake()

    # ---- the thread
    def _run(self) -> None:
        while True:
            closing = not self._open
            died = self._live()
            if closing or (not self._open and not self._records):
                self._part_without(died)
                return
            if self._open:
                self._say("take", f"its process died (exit {died}) and is started again")
                self._rest(AGAIN, lived=False)

    def _converse(self, pipe: Connection) -> None:
        while self._open:
            if pipe in wait([pipe, self._waker.readable], EVERY):
                self._say(*pipe.recv())
            self._waker.clear()
            self._pass_on(pipe)
        self._part(pipe)

    def _part_without(self, died: int | None) -> None:
        """What could not be told any more is lost, and it is said."""
        lost = len(self._records) + self._dropped - self._told
        if lost:
            why = f"the takes' process ended before the performance (exit {died})"
            self.parting.append(("take", f"{why}: {lost} notes or bars are lost"))

    def _pass_on(self, pipe: Connection) -> None:
        dropped = self._dropped
        if dropped > self._told:
            self._told = dropped
            self._say("take", f"{dropped} notes or bars are lost: its process took nothing")
        records = [self._records.popleft() for _ in range(len(self._records))]
        if records:
            pipe.send(records)

    def _part(self, pipe: Connection) -> None:
        """Say goodbye, and hear it out."""
        self._pass_on(pipe)
        pipe.send(None)
        until = time.monotonic() + GOODBYE
        while pipe.poll(max(0.0, until - time.monotonic())):
            kind, text = pipe.recv()
            self.parting.append((kind, text))
            if kind != "ended":  # where the take is: no screen is there for it any more
                self._say(kind, text)
