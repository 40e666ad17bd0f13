"""Announces the OSC port as `_osc._udp` by zeroconf, so that TouchOSC's browser lists it.

In a process of its own: whoever on the network asks must not wake the conductor's process. What
fails here is said once and shown; everything plays without it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import socket
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from live.config import Config
from live.osc.port import reachable


def announcer_of(config: Config, port: socket.socket | None) -> AnnouncerSupervisor | None:
    """Who tells the network of the port; None where nobody there could reach it."""
    if port is None or not config.osc_announce or not reachable(config.osc_host):
        return None
    return AnnouncerSupervisor(config.osc_host, config.osc_port)


def _serve(connection: Connection, host: str, port: int) -> None:
    importlib.import_module("live.announcer.process").serve(connection, host, port)


class AnnouncerSupervisor:
    """`text` is what has become of it, for the screen; "" while nothing is known."""

    def __init__(self, host: str, port: int) -> None:
        self.text = ""
        self._where = (host, port)
        self._pipe: Connection | None = None
        self._process: BaseProcess | None = None

    def open(self) -> None:
        """Start the process; it needs about a second to be heard."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, *self._where), daemon=True)
        self._process.start()
        theirs.close()

    def look(self) -> str:
        """Take in what the process has said since; never waits."""
        try:
            while self._pipe is not None and self._pipe.poll():
                self.text = str(self._pipe.recv())
        except (EOFError, OSError):
            self._pipe = None
        return self.text

    def close(self) -> None:
        """Take the announcement back."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.join(timeout=2.0)
            self._process.kill()
