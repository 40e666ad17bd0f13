"""The takes' process: writes the take, makes clips of it, brings them where they are to go.

It ends with the conductor. Deliveries have a thread each, so that a Live that does not answer
keeps neither the take nor another delivery waiting.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from engine.errors import AbsentError, DeliveryError
from engine.takes.clip import Clip, clip_of
from engine.takes.take import Begun, Keep, Record, Take, Taken
from live.takes.destinations import Delivery, Destination, destinations
from live.takes.folder import prune
from live.takes.labels import TRASH, TRASH_DAYS
from live.takes.spec import TakesSpec
from live.takes.writer import TakeWriter
from mappings.plain_words import counted

NICE = 5  # below the conductor
SYNC = 0.5  # seconds between moments at which the disk itself has it all
BARS = 4096  # held for clips: an hour and a half at 174 BPM, some megabytes
PATIENCE = 4.0  # seconds for deliveries when the performance is over; the conductor waits 5


class Courier:
    """Delivers one clip after the other in a thread of its own.

    That nobody is there is said as `absent`: a fault, or no more than a "hint".
    """

    def __init__(
        self, delivery: Delivery, say: Callable[[str, str], None], absent: str = "clip"
    ) -> None:
        self._delivery, self._say, self._absent = delivery, say, absent
        self._clips: queue.SimpleQueue[Clip | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def send(self, clip: Clip) -> None:
        """Deliver this after those before it."""
        self._clips.put(clip)

    def close(self, until: float) -> None:
        """Finish, at most until a moment of time.monotonic()."""
        self._clips.put(None)
        self._thread.join(timeout=max(0.0, until - time.monotonic()))
        if self._thread.is_alive():
            self._say("clip", "a clip was still on its way to Live when the performance ended")

    def _run(self) -> None:
        while (clip := self._clips.get()) is not None:
            try:
                self._say("kept", self._delivery.deliver(clip))
            except AbsentError as error:
                self._say(self._absent, str(error))
            except DeliveryError as error:
                self._say("clip", str(error))


class TakeKeeper:
    """What the process does with what it is told; `say` must be safe to call from any thread."""

    def __init__(
        self, spec: TakesSpec, to: Sequence[Destination], say: Callable[[str, str], None]
    ) -> None:
        self._spec, self._say = spec, say
        self._take = Take(BARS)
        absent = "hint" if len(to) > 1 else "clip"  # else the clip is elsewhere, as was wished
        self._couriers = [(Courier(way.delivery, say, absent), way.straight) for way in to]
        self._fault = ""
        self._bars, self._newest = 0, -1  # that began, and the number of the last
        self._journal: TakeWriter | None = None
        if spec.takes is not None:
            name = datetime.now().strftime("%Y-%m-%d %H.%M.%S")
            rescue = [Path(folder) for folder in spec.rescue]
            self._journal = TakeWriter(Path(spec.takes), name, spec.header, rescue=rescue)

    def hear(self, records: Sequence[Record]) -> None:
        """Write them down; make the clips that are asked for among them."""
        if self._journal is not None:
            self._journal.write(records)
        for record in records:
            self._take.add(record)
            if isinstance(record, Begun) and record.number != self._newest:
                self._bars, self._newest = self._bars + 1, record.number
            if isinstance(record, Keep):
                self._clip(record)

    def sync(self) -> None:
        """Have all on the disk, and say it where that fails."""
        journal = self._journal
        if journal is None:
            return
        journal.sync()
        fault = f"{journal.fault}; {_kept(journal)}" if journal.fault else ""
        if fault and fault != self._fault:
            self._say("take", fault)
        elif self._fault and not fault:
            self._say("kept", "the take is written again")
        self._fault = fault

    def close(self, *, ended: bool) -> None:
        """Finish; `ended` False: the conductor is gone without a goodbye."""
        if self._journal is not None:
            self._journal.close(ended=ended)
            if self._journal.parting:
                self._say("take", self._journal.parting)
        until = time.monotonic() + PATIENCE
        for courier, _ in self._couriers:
            courier.close(until)
        journal = self._journal
        if ended and journal is not None and journal.path and not journal.parting:
            self._say("ended", _told(journal.path, self._bars))

    def _clip(self, keep: Keep) -> None:
        bars = self._take.kept(keep)
        if not bars:
            self._say("clip", "nothing to keep: no whole bar was played")
            return
        wanted = {straight for _, straight in self._couriers} or {False}
        clips = {straight: self._made(bars, straight=straight) for straight in wanted}
        if not self._couriers:
            name = clips[False].name
            self._say("clip", f"{name}: clips.files and clips.live.enabled send it nowhere")
        for courier, straight in self._couriers:
            courier.send(clips[straight])

    def _made(self, bars: Sequence[Taken], *, straight: bool) -> Clip:
        edge, titles = self._spec.clips.early, self._spec.titles
        return clip_of(bars, straight=straight, edge=edge, titles=titles)


def _told(path: Path, bars: int) -> str:
    """Where the take is, and how it is heard again."""
    name = f'"{path}"'
    return (
        f"{counted(bars, 'bar')} in {path}\n"
        f"         hear it again: drumigen replay {name}\n"
        f"         a clip of it:  drumigen takes export {name}"
    )


def _kept(journal: TakeWriter) -> str:
    """What becomes of a take that is not written."""
    if journal.lost:
        many = 1 << (journal.lost.bit_length() - 1)  # said again when it is twice as many
        return (
            f"{counted(many, 'bar')} or more are lost, neither a disk nor memory has room for them"
        )
    if journal.copy is not None:
        return f"it goes on in memory and in {journal.copy}"
    return "it is kept in memory until then"


def serve(connection: Connection, spec: TakesSpec) -> None:
    """Run until the conductor says goodbye (None), or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the conductor, which ends us
    if hasattr(os, "nice"):
        os.nice(NICE)
    lock = threading.Lock()

    def say(kind: str, text: str) -> None:
        with lock, contextlib.suppress(OSError):  # the conductor is gone: nobody to say it to
            connection.send((kind, text))

    rescue = [Path(folder) for folder in spec.rescue]
    keeping = TakeKeeper(spec, destinations(spec.clips, spec.header.voices, rescue), say)
    if spec.takes is not None:
        prune(Path(spec.takes), spec.days, spec.megabytes, time.time())
        prune(Path(spec.takes) / TRASH, TRASH_DAYS, spec.megabytes, time.time())
    ended = False
    with contextlib.suppress(EOFError, OSError):  # killed: what it said is written, and we go
        _listen(connection, keeping)
        ended = True
    keeping.close(ended=ended)


def _listen(connection: Connection, keeping: TakeKeeper) -> None:
    """Hear records until goodbye; EOFError or OSError where there is none."""
    synced = time.monotonic()
    while True:
        if connection.poll(SYNC):
            records = connection.recv()
            if records is None:
                return
            keeping.hear(records)
        if time.monotonic() - synced >= SYNC:
            keeping.sync()
            synced = time.monotonic()
