"""What was turned is told at once to whoever shows it, not just before a note, and not too often.

A state of the whole performance goes to the screens twenty times a second; that would be too
late for a knob that is turned on a phone and watched on a page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from engine.controls.control import Value

EVERY = 1.0 / 60.0  # seconds between two of them: a frame
WAIT = 0.002  # seconds until a note is looked for again
PATIENCE = 0.01  # seconds it is put off for notes: the thread that passes it on takes 50 us

Values = Mapping[str, Value]


class ControlUpdates:
    """Tells how the controls stand when one of them was turned. Times in seconds of one clock."""

    def __init__(self, values: Values, tell: Callable[[Values], None]) -> None:
        self._values, self._tell = values, tell
        self._told = dict(values)
        self._from = -math.inf  # when it may be told again
        self._since = math.inf  # when it was first seen that there is something to tell
        self._at = math.inf

    def deadline(self) -> float:
        """When look() has something to tell; infinity: nothing was turned."""
        return self._at

    def look(self, now: float, near: Callable[[float], bool]) -> None:
        """Tell what was turned, unless it was told just now or a note is `near`.

        Called at every turn of the loop: where nothing was turned it takes a microsecond.
        """
        if self._values == self._told:
            self._at = self._since = math.inf
            return
        self._since = min(self._since, max(now, self._from))
        if now < self._from:
            self._at = self._from
        elif near(now) and now < self._since + PATIENCE:
            self._at = now + WAIT
        else:
            self._told, self._from = dict(self._values), now + EVERY
            self._at = self._since = math.inf
            self._tell(self._told)
