"""A knob of 14 bits: two CCs, which come one after the other, either first, or alone.

MIDI has the high half first. Some send the low one first, some only the half that has changed,
and some stop to send low ones. A half waits for the other no longer than WAIT.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

WAIT = 0.02  # seconds; a cable brings the other half within one or two milliseconds
TOP = 16383


@dataclass(slots=True)
class Pair:
    """What came of the two halves, 0..127; times in seconds."""

    high: int | None = None
    low: int | None = None
    high_at: float = -math.inf
    low_at: float = -math.inf
    until: float = math.inf  # when the half that waits has waited long enough
    _to_low: float = math.inf  # the shortest time from a high half to a low one
    _to_high: float = math.inf  # and from a low one to a high one

    def hear(self, value: int, now: float, *, low: bool) -> int | None:
        """Where the knob stands, 0..16383, once that is known; None: wait() for it."""
        if low:
            self._to_low = min(self._to_low, now - self.high_at)
            known = self.high is not None and not self._low_first
            self.low, self.low_at = value, now
        else:
            if self.until < math.inf and self.high_at >= self.low_at:
                self.low = None  # two high halves in a row: low ones come no longer
            self._to_high = min(self._to_high, now - self.low_at)
            known = self.low is None or (self._low_first and now - self.low_at <= WAIT)
            self.high, self.high_at = value, now
        self.until = math.inf if known else min(self.until, now + WAIT)
        return self._whole() if known else None

    def late(self, now: float) -> int | None:
        """Where it stands, the other half not having come; None: nothing has waited for it."""
        if now < self.until:
            return None
        self.until = math.inf
        return self._whole()

    @property
    def _low_first(self) -> bool:
        return self._to_high < self._to_low

    def _whole(self) -> int | None:
        """A high half alone is taken for a place in its range so that 127 is still the end."""
        if self.high is None:
            return None
        alone = self.low is None or self.low_at < self.high_at - WAIT
        return self.high << 7 | (self.high if alone or self.low is None else self.low)
