"""Processors that do not sleep, so that what is measured is not how soon a host wakes them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

LOOP = """import os
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
while True: pass"""


@contextlib.contextmanager
def kept_awake() -> Iterator[None]:
    """An endless loop for each processor, which gives way to all else; on Linux only."""
    count = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 0
    loops = [subprocess.Popen((sys.executable, "-c", LOOP)) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
