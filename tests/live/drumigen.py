"""`drumigen live` as a process of its own, for tests from end to end."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pytest
import yaml

from tests.rig import end, free_port, needs, require, start, wait_until

OUT, IN = "MidiDrumiGen Out", "MidiDrumiGen In"
ATTEMPTS = 6
Built = TypeVar("Built")


class Drumigen:
    """Started when entered; its plain lines are kept; ended by SIGTERM when left."""

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
        **config: object,
    ) -> None:
        """`prefix` stands before the command; `config` is the file it plays by."""
        self.osc = free_port()
        config.setdefault("osc", {"port": self.osc})
        config.setdefault("link", {"enabled": False})  # nobody else's music is to be met
        config.setdefault("takes", {"folder": str(folder / "takes")})
        config.setdefault("clips", {"folder": str(folder / "clips"), "live": {"enabled": False}})
        config.setdefault("panel", {"enabled": False})
        config.setdefault("snapshot_file", str(folder / "snapshots.yaml"))
        self._prefix = prefix
        self.config = folder / "performance.yaml"
        self.config.write_text(yaml.safe_dump(config), encoding="utf-8")
        self.lines: list[str] = []
        self.errors = folder / "stderr"
        # A JACK server that hangs, left over from elsewhere, would hold up whoever meets it.
        self._env = dict(env or os.environ | {"JACK_DEFAULT_SERVER": "nobody"})
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        needs("stage")
        command = (
            sys.executable,
            "-m",
            "drumigen",
            "live",
            "--config",
            str(self.config),
        )
        with self.errors.open("w") as errors:
            streams = {"stdout": subprocess.PIPE, "stderr": errors}
            self._process = start(*self._prefix, *command, env=self._env, **streams)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        if self._process is not None:
            end(self._process)
            self._listener.join(5.0)

    def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.lines.append(line.rstrip())

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def said(self, words: str) -> list[str]:
        """The lines so far that hold some words."""
        return [line for line in list(self.lines) if words in line]

    def wait_for(self, words: str, timeout: float = 10.0, count: int = 1) -> None:
        """Wait until it has said some words `count` times."""

        def what() -> str:
            errors = self.errors.read_text(encoding="utf-8")[-300:]
            return f"{words!r} {count} times, heard {self.lines[-5:]}, stderr {errors!r}"

        wait_until(lambda: len(self.said(words)) >= count, what, timeout)

    def page(self) -> str:
        """The address of its panel's page, as soon as it is said."""
        self.wait_for("panel    http", 60.0)
        return self.said("panel    http")[0].split()[-1]

    def terminate(self) -> int:
        """End it politely; its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(10.0)

    def children(self) -> dict[str, int]:
        """Process ids of its children by the word that tells them apart."""
        found = {}
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                maps = Path(f"/proc/{child}/maps").read_text()
                marks = {
                    "libtorch": "drummer",
                    "libjack": "ports",
                    "/_link.": "link",
                    "_pydantic_core": "panel",
                    "/_json": "takes",
                }
                told = (name for mark, name in marks.items() if mark in maps)
                found[next(told, "screen")] = int(child)
        return found


def built(stack: ExitStack, build: Callable[[ExitStack], Built]) -> Built:
    """What `build` opens on a stack, tried anew while JACK's graph does not come up.

    Now and then a server of jack2 on a busy machine starts with a client that it never runs
    (jackd says "was not finished" each period): a fault of the set-up, before any test.
    """
    require()
    for attempt in range(ATTEMPTS):
        with ExitStack() as attempted:
            try:
                made = build(attempted)
            except (pytest.fail.Exception, subprocess.TimeoutExpired):
                if attempt == ATTEMPTS - 1:
                    raise
                continue
            stack.push(attempted.pop_all())
            return made
    raise AssertionError("unreachable")


PULSE = """
name: pulse
title: Pulse
kind: genre
text: A crash on the bar line and a kick on the other beats, for tests.
tempo: [60, 120, 180]
swing: {percent: 50, grid: 16}
hands: false
ghosts: 0
density: [4, 4]
feel: {drift: 0, spread: 0}
mixture: {}
patterns:
  - {name: a, role: beat, crash: "X . . .", kick: ". x x x"}
  - {name: b, role: fill, crash: "X . . .", kick: ". x x x"}
sources:
  - {figure: "tempo, swing, drift, spread", mark: design choice, text: a test, confidence: 1}
"""


def pulse(folder: Path) -> dict[str, object]:
    """Config keys for a style whose bar lines can be told: crash (49) on them, kick (36) between.

    complexity 0 and variation 1 leave its one pattern alone but for a kick before the bar line.
    """
    styles = folder / "styles"
    styles.mkdir(exist_ok=True)
    (styles / "pulse.yaml").write_text(PULSE, encoding="utf-8")
    return {"style": "pulse", "styles": [str(styles)], "controls": {"humanize": 0, "swing": 50}}
