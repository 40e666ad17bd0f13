"""A button, pedal or pad: when it goes down, and when it is pressed anew.

Many pedals send 127 at each press and nothing when they are let go. Whether one does is learned:
the same value again is a press as long as nobody has seen the button let go.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mappings.bindings import PRESSED, Sends

JITTER = 12  # values a pedal must move by to have changed its mind: they shiver, also about 64
AGAIN = 0.05  # seconds between two presses; a message may come twice, over two cables


@dataclass(slots=True)
class Button:
    """What is known of one button, by what it sent: values 0..127."""

    down: bool = False
    value: int = 0
    at: float = -math.inf  # seconds, when it sent that
    end: int = 0  # the lowest value since it went up, the highest since it went down
    releases: bool = False  # it was seen to be let go
    one_way: bool = False  # it was seen to be pressed twice without that

    def hear(self, value: int, now: float, *, note: bool, sends: Sends | None = None) -> bool:
        """Whether a value is a press; `down` says whether it is held from then on."""
        was, again = self.down, self._comes_again(value, now, sends)
        self.down = value > 0 if note else self._is_down(value)
        self.value, self.at = value, now
        if was and not self.down:
            self.releases, self.one_way = True, False
        self.one_way = self.one_way or again
        if sends is Sends.CHANGES:
            return was != self.down
        return self.down and (note or again or not was)

    def _is_down(self, value: int) -> bool:
        """From 64 on, but not for a shiver."""
        self.end = max(self.end, value) if self.down else min(self.end, value)
        turned = abs(value - self.end) >= JITTER and (value >= PRESSED) != self.down
        if turned:
            self.end = value
        return self.down != turned

    def _comes_again(self, value: int, now: float, sends: Sends | None) -> bool:
        if value < PRESSED or now - self.at < AGAIN:
            return False
        return sends is Sends.PRESSES or (value == self.value and not self.releases)
