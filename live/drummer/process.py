"""The drummer's process: takes requests from a pipe, composes, answers.

It works on the newest request; one that comes in while it composes ends the older one. On a
GPU, which is done early, it composes ahead for the likely next turns. It ends with the
conductor: a closed pipe is its end.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

from engine.bars.request import Composed, Request
from engine.errors import WeightsError
from live.drummer.prefetch import Prefetch
from live.drummer.spec import DrummerSpec
from model.composer.drummer import Drummer

TOLD_EVERY = 0.25  # seconds between two words of a bar that takes long


def serve(connection: Connection, spec: DrummerSpec) -> None:
    """Run until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the conductor, which ends us
    if hasattr(os, "nice"):
        os.nice(spec.nice)
    try:
        weights = Path(spec.weights) if spec.weights else None
        drummer = Drummer.load(weights, spec.device, spec.threads)
    except WeightsError as error:
        connection.send(("failed", str(error), 0.0))
        return
    milliseconds = drummer.warm()  # which may choose another device
    connection.send(("ready", drummer.device, milliseconds))
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        prefetch = Prefetch(drummer.compose)
        while True:
            _answer(connection, prefetch)
            if drummer.device != "cpu":  # which others on the stage need
                prefetch.look(connection.poll)


class Progress:
    """Asked between two strokes, it tells that there is progress: slow is not stalled."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._told_at = connection, time.perf_counter()

    def interrupted(self) -> bool:
        """Whether something newer was asked for."""
        now = time.perf_counter()
        if now - self._told_at >= TOLD_EVERY:
            self._told_at = now
            self._connection.send(("progress", None, 0.0))
        return self._connection.poll()


def _answer(connection: Connection, prefetch: Prefetch) -> None:
    request = connection.recv()
    while connection.poll():
        request = connection.recv()
    assert isinstance(request, Request)
    started = time.perf_counter()
    bar = prefetch.answer(request, Progress(connection).interrupted)
    if bar is not None:
        milliseconds = (time.perf_counter() - started) * 1000.0
        connection.send(
            ("composed", Composed(request.number, request.generation, bar), milliseconds)
        )
