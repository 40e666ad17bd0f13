"""A second master's clock among the messages of the one that leads: found, counted, left out.

Two clocks that come in at one port are one row of messages. While the leader's come when its line
says, whatever stands between them is the other's. A leader that plays faster all at once stands
between its own, too: then none comes when the line said, or all stand evenly between. While another
is here, the leader's is the one that comes nearest to its line: two of nearly one tempo pass each
other now and then.
"""

from __future__ import annotations

from collections import deque

from engine.timing.midi_clock import STRAYS

NEAR = 0.0015  # seconds from the line's moment at most, for the leader's own message;
SIGMAS = 4.0  # or so many standard deviations of its jitter, up to
WIDEST = 0.15  # of an interval: a clock more ragged than that is not looked at
# Suspects that part an interval evenly, so many intervals in a row from the first one on: the
# leader plays a multiple of its tempo now. How far off their places they may be, in intervals.
ROWS, EVENLY = 4, 0.02
SURELY = 3.0  # or so many standard deviations of the leader's jitter
# The line has another tempo all at once: as if two messages that were held back had been the
# first of a slower one. Until it is known, what comes early is not another's.
ANOTHER = 0.02
UNTIL_KNOWN = 4 * STRAYS  # messages
REMEMBERED = 2.0  # seconds in which messages are counted for its tempo


class RivalClock:
    """Asked about each message while the leader's line is known."""

    def __init__(self) -> None:
        self.ignored = 0  # messages, so far
        self._interval = 0.0  # seconds, of the leader's, as it was last
        self._jitter = 0.0  # seconds, sd of the leader's, as it was alone
        self._suspects: list[float] = []
        self._timely: list[float] = []  # came when the leader's should: who comes nearest?
        self._ignored_at: deque[float] = deque(maxlen=128)
        self._rows = 0  # intervals in a row that were parted evenly
        self._trusts = 0  # messages that are not judged: a new tempo is being found
        self.owed = 0  # messages that were left out and were the leader's own: to be counted

    def bpm(self, now: float) -> float | None:
        """The other's tempo, roughly; None where there is no other."""
        recent = [at for at in self._ignored_at if at > now - REMEMBERED]
        if len(recent) < 12:
            return None
        return 60.0 / 24.0 * (len(recent) - 1) / (recent[-1] - recent[0])

    def _is_here(self, now: float) -> bool:
        """Whether another was heard lately."""
        return bool(self._ignored_at) and self._ignored_at[-1] > now - REMEMBERED

    def clear(self) -> list[float]:
        """Those that are suspected still were the leader's own."""
        suspects, self._suspects, self._rows = [*self._timely, *self._suspects], [], 0
        self._timely = []
        return suspects

    def settle(self, expected: float) -> list[float]:
        """Of those that came when the leader's was expected the one that was its own, if any."""
        timely, self._timely = self._timely, []
        if not timely:
            return []
        own = min(timely, key=lambda at: abs(at - expected))
        self._ignore([at for at in timely if at != own])
        return [own]

    def judge(self, at: float, expected: float, interval: float, jitter: float) -> list[float]:
        """The leader's own messages among this one and those that are suspected still.

        All in seconds: when it came, when the leader's is expected, its interval, and the standard
        deviation of its arrivals.
        """
        if self.bpm(at) is None:  # else the other is heard in it
            self._jitter = jitter
            if abs(interval - self._interval) > ANOTHER * interval:
                self._trusts = UNTIL_KNOWN
        self._interval = interval
        near = max(NEAR, SIGMAS * self._jitter)
        if self._trusts or near > WIDEST * interval:
            self._trusts = max(0, self._trusts - 1)
            return [*self.clear(), at]
        own: list[float] = []
        if self._timely:
            if abs(at - expected) <= near:
                self._timely.append(at)
                return []
            own, expected = self.settle(expected), expected + interval
        if expected - at > near:
            self._suspects.append(at)
            return own
        if at - expected > near:
            return [*own, *self.clear(), at]
        own += self._leave_out(at, expected, interval)
        if self._is_here(at):
            self._timely = [at]
            return own
        return [*own, at]

    def _leave_out(self, at: float, expected: float, interval: float) -> list[float]:
        """The leader came on time: what is suspected is the other's, unless it parts evenly."""
        suspects, self._suspects = self._suspects, []
        if not suspects:
            self._rows = 0
            return []
        parts = len(suspects) + 1
        off = max(EVENLY, SURELY * self._jitter / interval)
        evenly = all(
            abs(1.0 - (expected - one) / interval - number / parts) < off
            for number, one in enumerate(suspects, 1)
        )
        self._rows = self._rows + 1 if evenly and (self._rows or not self._is_here(at)) else 0
        if self._rows == ROWS:
            self.owed, self._rows, self._trusts = (ROWS - 1) * len(suspects), 0, UNTIL_KNOWN
            self.ignored -= self.owed
            self._ignored_at.clear()
            return suspects
        self._ignore(suspects)
        return []

    def _ignore(self, others: list[float]) -> None:
        self.ignored += len(others)
        self._ignored_at.extend(others)
