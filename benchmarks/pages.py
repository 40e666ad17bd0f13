"""Three pages on a panel in Debian's chromium, one of them loaded anew every second.

    python benchmarks/pages.py URL

Says "ready" when they are open and, when its input closes, how often the one was loaded.
benchmarks/schedule.py plays beside it.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from engine.playing.state import State
from live.config import Config
from live.panel.spec import panel_spec
from live.panel.supervisor import PanelSupervisor
from live.status_reporter import StatusReporter
from tests.live.panel.pages import Visits, chromium

PAGES = 3


def stand_open(url: str, until: threading.Event) -> int:
    """Keep the pages open; how often the last of them was loaded anew."""
    loaded = 0
    with chromium() as browser, Visits(browser, url) as visits:
        pages = [visits() for _ in range(PAGES)]
        pages[0].bring_to_front()
        print("ready", flush=True)
        while not until.is_set():
            pages[0].wait_for_timeout(1000)
            pages[-1].reload()
            loaded += 1
    return loaded


@contextlib.contextmanager
def opened(url: str) -> Iterator[list[int]]:
    """The pages in a process of their own; the list holds the reloads when they are closed."""
    command = (sys.executable, __file__, url)
    reloads: list[int] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        if _line(it.stdout) != "ready":
            raise SystemExit("pages: no browser; it needs Debian's chromium and the extra [test]")
        yield reloads
        it.stdin.close()  # type: ignore[union-attr]
        reloads.append(int(_line(it.stdout)))


@contextlib.contextmanager
def looked_at(reporter: StatusReporter, config: Config, state: State) -> Iterator[None]:
    """Within it three pages look at the stage's panel, one of them loaded anew every second."""
    reporter.panel = PanelSupervisor(
        panel_spec(config, reporter.setup), lambda *_: None, reporter.faults
    )
    reporter.panel.open()
    while not reporter.panel.url:
        time.sleep(0.05)
    reporter.show(state)  # before there is something to show a page waits
    with opened(reporter.panel.url) as reloads:
        yield
    reporter.panel.close()
    print(f"a page was loaded anew {reloads[0]} times", file=sys.stderr)


def _line(pipe: IO[str] | None) -> str:
    return pipe.readline().strip() if pipe else ""


def main() -> None:
    until = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        until.set()

    threading.Thread(target=wait, daemon=True).start()
    print(stand_open(sys.argv[1], until), flush=True)


if __name__ == "__main__":
    main()
