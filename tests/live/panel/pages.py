"""Pages of the panel in a real browser, for tests: Debian's chromium, which downloads nothing."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import SOCK_STREAM
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.live.drumigen import Drumigen
from tests.rig import free_port, require

PATIENCE = 30_000  # ms
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
FLAGS = ("--no-sandbox", "--disable-background-networking", "--mute-audio")

# Runs in the page: true as soon as a condition holds, looked at whenever a frame is drawn. The
# page's policy forbids Playwright's wait_for_function, which makes code of a string.
UNTIL = """async () => {
  const wanted = () => (CONDITION), end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    if (wanted()) return true;
    await new Promise(requestAnimationFrame);
  }
  return false;
}""".replace("PATIENCE", str(PATIENCE))


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; it asks nobody for anything."""
    require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS), timeout=60_000
        )
        yield browser
        browser.close()


@contextmanager
def paged(folder: Path, **config: object) -> Iterator[Drumigen]:
    """A drummer by its own clock, without any MIDI system, whose panel is open."""
    wanted = {"clock": "internal", "bpm": 200, "panel": {"port": free_port(SOCK_STREAM)}} | config
    with Drumigen(folder, None, (), **wanted) as drummer:
        drummer.page()
        yield drummer


class Visits:
    """Opens the page at an address; none may say an error or ask another machine for anything."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self._own = (url.partition("?")[0], url.partition("?")[0].replace("http", "ws"), "blob:")
        self._contexts: list[Any] = []
        self.wrong: list[str] = []

    def __call__(self, size: dict[str, int] = DESK, **options: Any) -> Page:
        context = self._browser.new_context(viewport=size, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda one: self._look(one.url))
        page.goto(self._url)
        page.wait_for_selector("#knobs .knob", state="attached")
        return page

    def _look(self, asked: str) -> None:
        if not asked.startswith(self._own):
            self.wrong.append(asked)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()
        if kind is None:
            assert not self.wrong


def until(page: Page, condition: str) -> None:
    """Wait for a condition in the page's own words."""
    assert page.evaluate(UNTIL.replace("CONDITION", condition)), f"waited in vain for {condition}"


def play(page: Page) -> None:
    """Press Play, unless it plays."""
    expect(page.locator("#play")).to_be_visible()
    if page.locator("#play").get_attribute("aria-pressed") != "true":
        page.click("#play")
    until(page, "panel.now.transport === 'playing'")


# For so many ms, of each stroke that begins to sound: how far the playhead then stands from it, in
# ms, in the frame that is seen next; and how old the frame is that is seen until then. What sounds
# now is what the browser says of its loudspeaker, not what the page reckons from it.
PLAYHEAD = """async (ms) => {
  const found = [], done = new Set(), until = performance.now() + ms;
  let before = null;
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame);
    const { number, tick, seen } = panel.drawn, { pos, meter } = panel.now;
    const stamp = panel.sound.context.getOutputTimestamp();
    const sounds = stamp.contextTime + (seen - stamp.performanceTime) / 1000;
    for (const [key, one] of panel.sound.handed) {
      if (done.has(key) || one.sounds > sounds) continue;
      done.add(key);
      if (before === null || one.sounds <= before) continue;
      const head = (number * meter[2] + tick - one.tick) * 60000 / (pos[2] * 480);
      found.push([head - (sounds - one.sounds) * 1000, (one.sounds - before) * 1000]);
    }
    before = sounds;
  }
  return found;
}"""
