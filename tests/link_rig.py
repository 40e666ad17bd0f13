"""A network of its own with a second Link peer in it, for tests from end to end and benchmarks.

Link finds every session on the network and shares its tempo, so a test beside somebody's music
would play with it. The network is a namespace of the kernel with nothing but a loopback.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.rig import end, require, start

# Of two sessions that meet the older one's tempo holds, but where they are less than 0.5 s apart a
# dice does (SESSION_EPS in Link's Sessions.hpp).
OLDER = 1.0  # seconds
SET_UP = (
    "ip link set lo up && ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo"
    " && echo ready && cat"
)


class Network:
    """Processes started with `prefix` before their command are on it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        # As root no user namespace: in one of those nobody may raise his priority.
        self._user = () if os.geteuid() == 0 else ("-U",)

    def __enter__(self) -> Self:
        require("unshare", "nsenter", "ip")
        mapped = ("-r",) if self._user else ()
        command = ("unshare", *mapped, "-n", "sh", "-c", SET_UP)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self._process = start(*command, env=os.environ, **pipes)
        assert self._process.stdout is not None and self._process.stderr is not None
        if self._process.stdout.readline().strip() != "ready":
            why = self._process.stderr.read().strip()
            self.__exit__(None, None, None)
            pytest.skip(f"no network namespace here: {why}")
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        assert self._process is not None
        end(self._process)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def prefix(self) -> tuple[str, ...]:
        assert self._process is not None
        keep = ("--preserve-credentials",) if self._user else ()
        return ("nsenter", "-t", str(self._process.pid), *self._user, *keep, "-n")


class Peer:
    """A Link peer as a process of its own, of a tempo of its own until it meets a session."""

    def __init__(self, network: Network, bpm: float) -> None:
        part = str(Path(__file__).with_name("link_peer.py"))
        self._command = (*network.prefix, sys.executable, part, str(bpm))
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()

    def __enter__(self) -> Self:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = start(*self._command, env=os.environ, **pipes)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.peers()  # it has answered, so it has joined
        time.sleep(OLDER)  # whoever comes after takes its tempo
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        assert self._process is not None and self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        end(self._process)
        self._listener.join(5.0)

    def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._answers.put(line)

    def _ask(self, line: str) -> float:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return float(self._answers.get(timeout=30.0))

    def tempo(self, bpm: float) -> int:
        """Set the tempo of the session; the moment, in microseconds of Link's clock."""
        return int(self._ask(f"tempo {bpm}"))

    def play(self) -> None:
        """Start the transport of the session now."""
        self._ask("play 1")

    def stop(self) -> None:
        self._ask("play 0")

    def bpm(self) -> float:
        """The tempo of the session."""
        return self._ask("bpm 0")

    def peers(self) -> int:
        return int(self._ask("peers 0"))

    def beat(self, micros: int) -> float:
        """The beat of the session, in bars of 4, at a moment of Link's clock, at this tempo."""
        return self._ask(f"beat {micros}")
