"""The page's drums as samples: rendered in a real browser, offline, without ears or time.

`Stage` serves the static folder of the panel on a free port of loopback and holds a browser
that has imported sound.js from there.
"""

import base64
import threading
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tests.live.panel.pages import chromium

STATIC = Path(__file__).parents[3] / "live/panel/static"
RATE = 44_100
Samples = NDArray[np.float32]

RENDER = """async ([kit, seconds, rate, calls]) => {
  const { Drums } = await import("/sound.js");
  const context = new OfflineAudioContext(2, Math.ceil(seconds * rate), rate);
  const drums = new Drums(context, kit);
  const make = ([, name, ...words]) => drums[name](...words);
  calls.filter(([at]) => at === null).forEach(make);
  for (const moment of new Set(calls.map(([at]) => at).filter((at) => at !== null))) {
    context.suspend(moment).then(() => {
      calls.filter(([at]) => at === moment).forEach(make);
      context.resume();
    });
  }
  const before = drums.counts;
  const sound = await context.startRendering();
  const bytes = (channel) => {
    const whole = new Uint8Array(sound.getChannelData(channel).buffer);
    let text = "";
    for (let i = 0; i < whole.length; i += 32768) {
      text += String.fromCharCode(...whole.subarray(i, i + 32768));
    }
    return btoa(text);
  };
  return { channels: [bytes(0), bytes(1)], before, after: drums.counts };
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the tests' output is theirs."""


class Stage:
    """A browser with the page's drums; enter it, then render."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=STATIC))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._stack = ExitStack()
        self.page = self._stack.enter_context(chromium()).new_page()
        self.page.goto(f"http://127.0.0.1:{self._server.server_port}/sound.js")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        self._server.shutdown()
        self._server.server_close()

    def render(self, kit: str, seconds: float, *calls: tuple[Any, ...]) -> Samples:
        """Samples (2, seconds × RATE) of a kit on which `calls` were made before it began."""
        return self.rendered(kit, seconds, [(None, *call) for call in calls])[0]

    def rendered(
        self, kit: str, seconds: float, calls: list[tuple[Any, ...]]
    ) -> tuple[Samples, dict[str, int], dict[str, int]]:
        """The same of calls (at, name, words...), and the counts before and after it played.

        `at` is the second of the music at which the call is made, None before it begins.
        """
        answer = self.page.evaluate(RENDER, [kit, seconds, RATE, calls])
        channels = [np.frombuffer(base64.b64decode(one), np.float32) for one in answer["channels"]]
        return np.stack(channels), answer["before"], answer["after"]
