"""Link's process: looks at the session a hundred times a second, and says only what is news.

So the conductor hears of a tempo within 10 ms and is otherwise left alone.
"""

from __future__ import annotations

import importlib
import signal
import time
from multiprocessing.connection import Connection

from live.link.session import LinkSession, Look, is_news
from live.link.spec import LIBRARY, LinkSpec
from live.system.priority import HELPER, raise_priority

EVERY = 0.01  # seconds between looks


def serve(connection: Connection, spec: LinkSpec) -> None:
    """Be in the session until the pipe closes; each number that comes is a tempo to set."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the conductor, which ends us
    raise_priority(HELPER)
    link = importlib.import_module(LIBRARY).Link(spec.bpm)
    session = LinkSession(link, spec.terms, time.perf_counter)
    told: Look | None = None
    if spec.told is not None:
        session.go_on(*spec.told)
    session.open()
    try:
        while True:
            if connection.poll(EVERY):
                session.put_forward(connection.recv())
            at, linked = session.look()
            if is_news(told, at, linked):
                told = at, linked
                connection.send(("stands", (at, linked)))
    except (EOFError, OSError):  # the conductor closes, or has died
        session.close()
