"""A master's clock through stalls: of the master, of a port, of ourselves.

Clock messages that come in a heap are those that were missed: they fell where the line says, so the
line stays and each of them counts. If none or not all of them come, they were lost, and the rest is
counted by the last tempo: after a long gap always, after a short one if the next stands where the
line has one, for a master that paused would come in anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy

from engine.timing.midi_clock import Clock

SILENCE = 0.5  # seconds without a clock; less may be a busy master
# A message so close to the one before, while the clock is so far behind its line, was held back.
# Both in intervals of the clock.
QUICK, BEHIND = 0.6, 0.2
LOST = 1.2  # intervals behind the line after a heap: some were lost
GRID, NEAR = 0.1, 0.0015  # intervals and seconds off the line's places that are on them
GAP = 0.25  # intervals that the gap may differ from what was lost
KNOWN = 24  # messages from which on the line knows its places
SLOWER = 8  # messages in which a slower tempo is found
BURST = 0.004  # seconds between messages that no tempo explains: 400 BPM has 6.25 ms


class HeldBack:
    """The clock that is followed, and what is not known yet of a gap in it."""

    def __init__(self) -> None:
        self.clock = Clock()
        # Clock and position before it was picked up, and the message that did it.
        self._before: tuple[Clock, int, float] | None = None
        self._skipped = False  # and that was after a short gap
        self._slower = 0  # messages in which a new tempo is looked for
        self._catches_up = False  # messages that were held back are coming in
        self._fresh = False  # the line has just begun at a message

    @property
    def unsure(self) -> bool:
        """Whether the next message may be one that was held back."""
        return self._catches_up or self._before is not None

    def follow(
        self, at: float, since: float, clocks: int, by_line: Callable[[float], int] | None
    ) -> int:
        """Take in a message that came `since` seconds after the one before.

        `clocks` is the song position of that one; the answer is where it stands with what was
        missed, of which the next message's is the next. `by_line(at)` counts a message by the last
        tempo; None where what was missed does not count.
        """
        quick = since < QUICK * self.clock.interval
        if self._before is not None:
            clocks = self._reconsider(quick, at, clocks)
        clock = self.clock
        behind = (at - clock.at(clock.ticks)) / clock.interval
        silent = SILENCE <= since < math.inf
        if quick and behind > BEHIND and not self._fresh:
            clock.hold()
            self._catches_up = True
        elif self._fresh and since < BURST:
            clock.resume(at, clock.ticks)
        elif by_line is not None and (silent or (self._catches_up and behind > LOST)):
            clocks = self._pick_up(at, clocks, by_line(at) - clocks - 1)
        elif by_line is not None and (missed := self._missed(behind, since)):
            clocks = self._skip(at, clocks, missed)
        else:
            self._fresh, self._catches_up = since >= SILENCE, False
            if silent:
                clock.forget()
            clock.receive(at)
        return clocks

    def _reconsider(self, quick: bool, at: float, clocks: int) -> int:
        """Whether the message before this one really followed on some that were lost."""
        assert self._before is not None
        before, position, first = self._before
        self._before = None
        if quick:  # it was the first of those held back
            self.clock = before
            before.hold()
            return position + 1
        if self._skipped and at - self.clock.at(self.clock.ticks) > 0.5 * self.clock.interval:
            self.clock = before  # the clock is slower now, nothing was lost
            before.receive(first)
            self._slower = SLOWER
            return position + 1
        return clocks

    def _missed(self, behind: float, since: float) -> int:
        """How many messages a short gap swallowed: if this one stands where the line has one."""
        if self._slower:
            self._slower -= 1
            return 0
        known = self.clock.ticks >= KNOWN
        missed, interval = round(behind), self.clock.interval
        on_line = abs(behind - missed) * interval < max(NEAR, GRID * interval)
        on_line = on_line and abs(since / interval - missed - 1) < GAP  # it did not come bit by bit
        return missed if known and missed > 0 and on_line else 0

    def _skip(self, at: float, clocks: int, missed: int) -> int:
        """Count what was lost; the line stays."""
        self._before, self._skipped = (deepcopy(self.clock), clocks, at), True
        for _ in range(missed):
            self.clock.hold()
        self.clock.receive(at)
        return clocks + missed

    def _pick_up(self, at: float, clocks: int, missed: int) -> int:
        """The clock is back: what was missed is counted by the last tempo, until more is known."""
        self._before, self._skipped = (deepcopy(self.clock), clocks, at), False
        self.clock.resume(at, self.clock.ticks + missed)
        self._catches_up = False
        return clocks + missed
