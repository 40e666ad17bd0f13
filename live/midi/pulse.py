"""How far ahead of its moment a message must be handed over, told through shared memory.

JACK takes a period's messages at the period's start. So what is to be heard within a period is
handed over EARLY seconds before that, all of it together: at most two periods before it is heard,
and after whatever came in with the period before, so that a knob turned then still has its say.
A system that sends at the moment is given LEAD seconds to wait for it.
"""

from __future__ import annotations

import math
import multiprocessing
from typing import Any

EARLY = 0.004  # seconds before a period at most; less where periods are shorter
HEARING = 0.001  # seconds after a period's start for what came in with it to be heard
LEAD = 0.0015  # seconds, where there are no periods
STILL = 0.5  # seconds without a beat after which the system is said to hang


class Pulse:
    """Written by the process that has the ports, read by the conductor."""

    def __init__(self) -> None:
        # The last period's start, seconds; a period's length; nothing else is shared.
        self._shared: Any = multiprocessing.get_context("spawn").RawArray("d", 2)

    def beat(self, start: float, period: float) -> None:
        """A period of so many seconds has begun."""
        self._shared[1] = period
        self._shared[0] = start

    def at_the_moment(self) -> None:
        """There are no periods: messages are sent when they are due."""
        self.beat(0.0, 0.0)

    def stands(self, now: float) -> bool:
        """Whether there are periods, and none has begun for long."""
        start, period = self._shared
        return bool(period) and now - start > STILL + 2.0 * period

    def reach(self, now: float) -> float:
        """Up to which moment all must be handed over now."""
        start, period = self._shared
        if not period:
            return now + LEAD
        begun = math.floor((now + _early(period) - start) / period)
        return float(start + (begun + 1) * period)

    def hand_over(self, at: float) -> float:
        """When a message for a moment must be handed over."""
        start, period = self._shared
        if not period:
            return at - LEAD
        if not math.isfinite(at):
            return at
        return float(start + math.floor((at - start) / period) * period - _early(period))


def _early(period: float) -> float:
    return min(EARLY, max(0.5 * period, period - HEARING))
