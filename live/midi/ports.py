"""MIDI ports that come back: virtual ones of our own, and existing ones by name."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Sequence

from live.midi.jack_server import hush
from live.midi.port_table import PortStatus, PortTable
from live.midi.port_watcher import PortWatcher, Receive


class Ports:
    """Every port of the program; open until `close`, whatever happens to the MIDI system."""

    def __init__(
        self,
        receive: Receive,
        *,
        inputs: Sequence[str] = (),
        outputs: Sequence[str] = (),
        controllers: tuple[Sequence[str], Sequence[str]] = ((), ()),
        virtual: bool = True,
        name: str = "MidiDrumiGen",
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`receive(at, message, port)` is called in the MIDI system's thread: it must be short.

        `inputs` and `outputs` are parts of names of existing ports, in any case; the first
        port that has it is taken. `controllers` are such parts of inputs and of outputs: every
        port that has one is taken as soon as it is there; those outputs hear tell() alone.
        `virtual` adds "<name> In" and "<name> Out" where the system can (not on Windows).
        `now` gives `at`, in seconds.
        """
        self._table = PortTable((tuple(inputs), tuple(outputs)))
        self._watcher = PortWatcher(
            self._table, receive, controllers, name, virtual=virtual, now=now
        )
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._closing = threading.Event()

    def open(self) -> None:
        """Open what is there now; what is not is looked for from now on. Never raises."""
        if self._thread is not None:
            return
        os.environ.setdefault("JACK_NO_START_SERVER", "1")  # libjack would start one itself
        hush()
        self._ready.clear()
        self._closing.clear()
        self._thread = threading.Thread(
            target=self._watcher.run, args=(self._ready, self._closing), name="ports", daemon=True
        )
        self._thread.start()
        self._ready.wait(5.0)
        atexit.register(self.close)

    def send(self, message: bytes) -> None:
        """Send to every open output; what fails is counted and dropped."""
        self._table.send(message)

    def tell(self, name: str, message: bytes) -> None:
        """Send to one controller, by the name of its port; what fails is counted and dropped."""
        self._table.tell(name, message)

    def status(self) -> PortStatus:
        """The present state, from any thread."""
        return self._table.status()

    def surfaces(self) -> tuple[str, ...]:
        """The ports that tell() reaches now; the same object until they change."""
        return self._table.lit

    def close(self) -> None:
        """Let the last messages leave, then close all; at most about a second."""
        if self._thread is None:
            return
        self._closing.set()
        self._thread.join(5.0)
        self._thread = None
        atexit.unregister(self.close)
