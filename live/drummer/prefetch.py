"""Bars for the likely next turns, composed before they are asked for.

On a GPU the drummer is done long before a bar is needed. In the time that is left it composes
the same bars under what the controls stood at lately: a performer who goes back and forth
between styles, or undoes a change, finds the other bar ready. What is foreseen is exactly what
would have been composed, so a performance stays repeatable.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from engine.bars.request import Request
from engine.score.notes import Bar

SETTINGS = 3  # other settings of the controls that may come back
BARS = 2  # of the bars asked for last: as many as are kept ready
Compose = Callable[[Request, Callable[[], bool]], Bar | None]
_TURNED = ("style", "mixture", "hands", "density", "complexity", "temperature", "strength")


@dataclass(slots=True)
class Prefetch:
    """Composes by `compose`, and ahead for what was asked for lately."""

    compose: Compose
    _asked: deque[Request] = field(default_factory=lambda: deque(maxlen=BARS))
    _lately: deque[Request] = field(default_factory=lambda: deque(maxlen=SETTINGS + 1))
    _foreseen: dict[Request, Bar] = field(default_factory=dict)

    def answer(self, request: Request, interrupted: Callable[[], bool]) -> Bar | None:
        """The bar that is asked for, foreseen or composed now; None if interrupted."""
        asked = replace(request, generation=0)  # it would come again in a later one
        bar = self._foreseen.get(asked) or self.compose(asked, interrupted)
        if bar is not None:
            self._remember(asked)
        return bar

    def _remember(self, asked: Request) -> None:
        """The newest bar of each number is what another turn would ask for again."""
        self._asked = deque(
            [*(old for old in self._asked if old.number < asked.number), asked], maxlen=BARS
        )
        first = self._asked[0].number
        self._foreseen = {key: bar for key, bar in self._foreseen.items() if key.number >= first}
        same = [old for old in self._lately if _settings(old) == _settings(asked)]
        for old in same:
            self._lately.remove(old)
        self._lately.append(asked)

    def look(self, interrupted: Callable[[], bool]) -> None:
        """Composes what may be asked for next, the latest settings first, until interrupted."""
        for likely in self.likely():
            if likely not in self._foreseen:
                bar = self.compose(likely, interrupted)
                if bar is None:
                    return
                self._foreseen[likely] = bar

    def likely(self) -> list[Request]:
        """The first bar that is still to be had, as other settings of late would ask for it."""
        if not self._asked:
            return []
        bar, now = self._asked[0], _settings(self._asked[-1])
        others = [old for old in reversed(self._lately) if _settings(old) != now]
        return [replace(bar, **_settings(old)) for old in others]  # type: ignore[arg-type]


def _settings(request: Request) -> dict[str, object]:
    return {name: getattr(request, name) for name in _TURNED}
