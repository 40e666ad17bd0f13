"""What the panel costs, how soon what is turned is everywhere, and how far sound and playhead are.

    python benchmarks/panel.py [--write] [--seconds N]

In Debian's chromium, headless. First a panel's process alone: a page turns a knob 60 times a
second, and the conductor's side says when it has each value; the page's clock is laid on ours as
the page does for its playhead. Then `drumigen live` plays at 200 BPM with one page, and with three
of which one is loaded anew every second. At last two pages: one turns a knob and is closed, then
OSC turns another; the second says when it begins the frame that draws it, a client without a
browser when it is told of it, and the second, of every stroke that it sounds, how far the playhead
stands from it. (A headless browser plays to nobody in buffers of 10 ms; where it misses some, what
was handed over sounds so much later.) What pages cost the notes: benchmarks/schedule.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from playwright.sync_api import Browser, Page
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks import report
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from live.conductor.status import PerformanceStatus
from live.config import Config
from live.drummer.spec import DrummerStatus
from live.faults import Faults
from live.osc.encode import message
from live.panel.spec import panel_spec
from live.panel.supervisor import PanelSupervisor
from mappings.kits import load_kit
from mappings.styles import load_styles
from tests.live.drumigen import Drumigen
from tests.live.panel.pages import PLAYHEAD, Visits, chromium

BPM = 200
PORT = 8790
TURNS = 600
ECHOES = 300
STATIC = Path(__file__).parent.parent / "live" / "panel" / "static"
TURN = """async (turns) => {
  const told = [];
  for (let i = 0; i < turns; i += 1) {
    await new Promise(requestAnimationFrame);
    told.push(panel.clock(performance.now()));
    panel.set("push", i / turns * 40);
  }
  return told;
}"""

# Turns a knob at odd moments, and says when it turned which value.
TURN_NOW_AND_THEN = """async (turns) => {
  const told = [];
  for (let i = 1; i <= turns; i += 1) {
    await new Promise((done) => setTimeout(done, 23 + (i * 17) % 41));
    told.push(panel.clock(performance.now()));
    panel.set("intensity", i / turns);
  }
  return told;
}"""
# Says when the frame began that draws each new value of two controls.
LOOK = """() => {
  globalThis.seen = { intensity: [], dynamics: [] };
  const look = () => {
    for (const [name, found] of Object.entries(seen)) {
      const value = panel.now[`c:${name}`];
      if (found.at(-1)?.[0] !== value) found.push([value, panel.clock(performance.now())]);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def latencies(browser: Browser) -> list[float]:
    """Milliseconds from the hand's event on the page to the conductor's side."""
    setup = Setup(styles=load_styles(), notes=load_kit("gm").notes)
    heard: dict[int, float] = {}

    def command(_name: str, value: float | str) -> None:
        heard[round(float(value) / 40 * TURNS)] = time.perf_counter()

    panel_process = PanelSupervisor(panel_spec(Config(), setup), command, Faults())
    panel_process.open()
    panel_process.put(
        PerformanceStatus(Performer(setup).state(time.perf_counter()), DrummerStatus("ready"))
    )
    while not panel_process.url:
        time.sleep(0.05)
    with Visits(browser, panel_process.url) as visits:
        page = visits()
        page.wait_for_timeout(4000)
        told = page.evaluate(TURN, TURNS)
        page.wait_for_timeout(500)
    panel_process.close()
    return [(heard[i] - at) * 1000.0 for i, at in enumerate(told) if i in heard]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watched(pages: list[Page], seconds: float, often: Callable[[], object]) -> tuple[float, int]:
    """Frames a second of the first page, and frames that came late, over some seconds."""
    look = "() => [panel.drawn.frames, panel.rate.slow, performance.now()]"
    first = pages[0].evaluate(look)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pages[0].wait_for_timeout(1000)
        often()
    last = pages[0].evaluate(look)
    return (last[0] - first[0]) * 1000.0 / (last[2] - first[2]), last[1] - first[1]


def play(browser: Browser, pages: int, seconds: float, weights: str | None) -> list[str]:
    """A row of the table."""
    config: dict[str, object] = {"clock": "internal", "bpm": BPM, "drummer": {"weights": weights}}
    config["panel"] = {"port": PORT}
    with (
        tempfile.TemporaryDirectory() as folder,
        Drumigen(Path(folder), None, (), **config) as drummer,
    ):
        drummer.wait_for("ready", 60.0)
        with Visits(browser, drummer.page()) as visits:
            some = [visits() for _ in range(pages)]
            some[0].bring_to_front()
            some[0].wait_for_timeout(3000)
            pid = drummer.children()["panel"]
            before, began = cpu_seconds(pid), time.monotonic()
            fps, slow = watched(some, seconds, some[-1].reload if pages > 1 else lambda: None)
            share = (cpu_seconds(pid) - before) / (time.monotonic() - began)
    return [
        f"{pages}, one reloading" if pages > 1 else "1",
        f"{fps:.1f}",
        str(slow),
        f"{share:.1%}",
    ]


@contextlib.contextmanager
def listening(url: str) -> Iterator[dict[str, list[list[float]]]]:
    """A client that draws nothing: when it was told of which value, by control."""
    seen: dict[str, list[list[float]]] = {"intensity": [], "dynamics": []}
    with connect(url.replace("http", "ws") + "ws", origin=Origin(url.rstrip("/"))) as socket:

        def listen() -> None:
            with contextlib.suppress(ConnectionClosed):
                for text in socket:
                    told, at = json.loads(text).get("d", {}), time.perf_counter()
                    for name, values in seen.items():
                        if f"c:{name}" in told:
                            values.append([told[f"c:{name}"], at])

        thread = threading.Thread(target=listen)
        thread.start()
        yield seen
        socket.close()
        thread.join()


def echoes(browser: Browser, weights: str | None) -> tuple[dict[str, list[float]], list[Any]]:
    """Milliseconds from a hand on another page, and from an OSC datagram, to wherever it is shown.

    The second is what tests/live/panel/pages.py's PLAYHEAD finds.
    """
    config: dict[str, object] = {"clock": "internal", "bpm": BPM, "drummer": {"weights": weights}}
    config["panel"] = {"port": PORT}
    with (
        tempfile.TemporaryDirectory() as folder,
        Drumigen(Path(folder), None, (), **config) as drummer,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer,
    ):
        drummer.wait_for("ready", 60.0)
        with Visits(browser, drummer.page()) as visits, listening(drummer.page()) as told:
            one, other = visits(), visits()
            turned, sent, seen = turns(one, other, peer, drummer.osc)
            apart = other.evaluate(PLAYHEAD, 20_000)
    late = {
        "a page to a client": after(turned, told["intensity"], 1.0),
        "an OSC datagram to a client": after(sent, told["dynamics"], 2.0),
        "a page to another page's frame": after(turned, seen["intensity"], 1.0),
        "an OSC datagram to a page's frame": after(sent, seen["dynamics"], 2.0),
    }
    return late, apart


def turns(
    one: Page, other: Page, peer: socket.socket, port: int
) -> tuple[list[float], list[float], dict[str, list[list[float]]]]:
    """When a page and then OSC turned their controls, and what the other page saw of it."""
    other.bring_to_front()
    other.mouse.click(5, 5)  # a browser lets nothing sound before a hand moved
    other.wait_for_timeout(4000)
    other.evaluate(LOOK)
    turned = one.evaluate(TURN_NOW_AND_THEN, ECHOES)
    one.close()
    sent = []
    for i in range(1, ECHOES + 1):
        time.sleep(0.023 + i * 17 % 41 / 1000.0)
        sent.append(time.perf_counter())
        peer.sendto(message("/drumigen/dynamics", i / ECHOES), ("127.0.0.1", port))
    other.wait_for_timeout(500)
    return turned, sent, other.evaluate("seen")


def after(turned: list[float], seen: list[list[float]], top: float) -> list[float]:
    """Milliseconds from each turn to the first look at it, or at a later one if it was passed over.

    Turn i of n, from 1, was to i / n of `top`.
    """
    places = [(round(value / top * len(turned)) - 1, at) for value, at in seen]
    late = []
    for i, at in enumerate(turned):
        late.append(next(when for place, when in places if place >= i and when > at) - at)
    return [1000.0 * one for one in late]


def quantiles(some: list[float]) -> str:
    """The median, the 99th percentile and the worst, ms."""
    p50, p99 = (report.percentile(some, share) for share in (0.5, 0.99))
    return f"{len(some)} times: p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {max(some):.1f} ms"


def frames(what: str, late: list[float]) -> str:
    """Whether it is there within two frames."""
    p99 = report.percentile(late, 0.99)
    return report.verdict(f"{what} p99 < 33 ms: {p99:.1f} ms", p99 < 33.0)


def main() -> None:
    given = report.options(__doc__, seconds=45.0).parse_args()
    with chromium() as browser:
        late = latencies(browser)
        rows = [play(browser, pages, given.seconds, given.weights) for pages in (1, 3)]
        told, apart = echoes(browser, given.weights)
    heads, ages = [abs(head) for head, _ in apart], [age for _, age in apart]
    p99, apart_p99 = report.percentile(late, 0.99), report.percentile(heads, 0.99)
    weight = sum(file.stat().st_size for file in STATIC.iterdir()) / 1000
    headings = ("pages", "frames a second", "frames late", "CPU of the panel")
    lines = (
        "# What the panel costs, and how soon what is turned is everywhere\n",
        "By `python benchmarks/panel.py --write`; its docstring says what is run.",
        f"{given.seconds:g} s each at {BPM} BPM; a late frame took over 25 ms.\n",
        report.table(headings, rows) + "\n",
        f"- from a page to the conductor, {quantiles(late)}",
        *(f"- from {way}, {quantiles(some)}" for way, some in told.items()),
        f"- playhead and sound apart when the frame is seen, {quantiles(heads)}",
        f"- the frame that stands when a stroke sounds is old, {quantiles(ages)}\n",
        report.verdict(f"page to conductor p99 < 30 ms: {p99:.1f} ms", p99 < 30.0),
        *(frames(f"from {way}", some) for way, some in told.items()),
        report.verdict(f"playhead p99 within 20 ms: {apart_p99:.1f} ms", apart_p99 < 20.0),
        report.verdict(f"60 frames a second: {rows[0][1]}", float(rows[0][1]) >= 59.5),
        report.verdict(f"CPU < 15 %: {rows[0][3]}", float(rows[0][3].rstrip("%")) < 15.0),
        report.verdict(f"the page's files < 300 kB: {weight:.0f} kB", weight < 300.0),
        f"\n{report.machine()}",
    )
    report.publish("panel", "\n".join(lines), write=given.write)


if __name__ == "__main__":
    main()
