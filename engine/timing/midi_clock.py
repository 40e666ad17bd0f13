"""Follows MIDI clock: 24 ticks a beat in, one smooth line (tick number to seconds) out.

The line is as long as the clock stays straight: a fit through up to 96 arrivals, bent or given up
for a shorter one only as far as the arrivals contradict it by more than the jitter heard so far
explains. Every threshold is a multiple of that jitter; none is a number of milliseconds.

Three things happen to a clock, and each has its own answer:

- it glides or drifts: the curve of the long fit and the shorter fits pull the line after them;
- a message is late: it is a stray, and the line does not see it;
- it leaves the line: strays in a row on one side restart the line, two if they show where it bent
  (a new tempo: the moment is kept), four if it jumped (lost messages, a loop: the tempo is kept).

How well it follows, beside other followers: benchmarks/clock.py, benchmarks/results/clock.md.
"""

from math import sqrt

from engine.timing.clock_line import DEFAULT_INTERVAL, TICKS_A_BEAT, WIDE, ClockLine

GATE = 4.0  # standard deviations from which on an arrival is a stray
STRAYS = 4  # so many in a row on one side restart the line
BENDS = 2  # so many do when a bend explains them
SETTLED = 12  # arrivals in a line that so few may restart
EXPLAINED = 2.0  # variances an arrival that a bend may leave to explain them
KNEES = 6  # the bend is looked for so many ticks back from the first stray

KEPT = 400.0  # greatest of a kept interval: its sd is a twentieth of the jitter
FIRM = 16.0  # greatest of the moment where the line bent

FIRST_JITTER = 2e-3  # seconds, sd assumed of a clock not heard yet
LEAST_JITTER = 2e-4  # seconds: finer thresholds would be finer than timers
FIRST_HEARD = 4  # arrivals that the assumed jitter counts for
MEMORY = 64  # arrivals the jitter is averaged over


class Clock:
    """Follows MIDI clock; all times are finite seconds of one monotonic clock.

    `ticks` is the number of clock messages since `forget`: the last one was tick `ticks - 1`.
    No arrival raises: late, early, equal and backward ones are strays until a few agree.
    """

    __slots__ = ("_calm", "_heard", "_line", "_strays", "_variance", "ticks")

    def __init__(self) -> None:
        self._line = ClockLine(DEFAULT_INTERVAL)
        self.forget()

    def forget(self) -> None:
        """Drop everything but the last tempo."""
        self._line = ClockLine(self.interval)
        self._strays: list[tuple[int, float]] = []  # numbers and arrivals
        self._variance = self._calm = FIRST_JITTER**2  # of the jitter; the same before the strays
        self._heard = FIRST_HEARD
        self.ticks = 0

    @property
    def interval(self) -> float:
        """Seconds a tick, 1/160 (400 BPM) to 1/6 (15 BPM); 120 BPM before anything is known."""
        return self._line.interval

    @property
    def bpm(self) -> float:
        return 60 / TICKS_A_BEAT / self.interval

    @property
    def steadiness(self) -> float:
        """Rms distance of the arrivals from the line drawn before them, milliseconds.

        It is averaged over about 64 arrivals, is never below 0.2, and is 2 before anything is
        heard. A stray counts as four times the value it meets.
        """
        return sqrt(self._variance) * 1e3

    def at(self, number: float) -> float:
        """When tick `number` falls, seconds; a fraction lies between ticks. 0 before any tick."""
        return self._line.next_at + (number - self.ticks) * self.interval

    def resume(self, at: float, number: int) -> None:
        """Take this message as tick `number`, at `at` exactly; the tempo is kept."""
        self._strays = []
        self._line.restart(number, at, self.interval, 0.0, min(self._line.grip, KEPT))
        self._line.push(number, at)
        self._line.fit(self._variance)
        self.ticks = number + 1

    def hold(self) -> None:
        """A clock message arrived that had been held back: it fell where the line says."""
        self._strays = []
        self._line.push(self.ticks, self._line.next_at)
        self._line.fit(self._variance)
        self.ticks += 1

    def shift(self, seconds: float) -> None:
        """The clock stood still for so long: what is known of it holds so much later."""
        self._strays = []
        self._line.shift(seconds)

    def receive(self, at: float) -> None:
        """A clock message arrived at `at`."""
        number, line = self.ticks, self._line
        if number == 0:
            self.resume(at, 0)
            return
        off = at - line.next_at
        scale = 1 + line.spread
        limit = GATE * GATE * self._variance
        if off * off > limit * scale:
            self._suspect(number, at)
            self._hear(limit)
            if not self._leave():
                line.push(number, line.next_at)
        else:
            self._strays = []
            self._hear(off * off / scale)
            line.push(number, at)
        line.fit(self._variance)
        self.ticks = number + 1

    def _hear(self, square: float) -> None:
        """Average the jitter."""
        self._heard = min(self._heard + 1, MEMORY)
        variance = self._variance + (square - self._variance) / self._heard
        self._variance = max(variance, LEAST_JITTER * LEAST_JITTER)

    def _suspect(self, number: int, at: float) -> None:
        """Note a stray; one on the other side begins a new row, and the jitter is heard anew."""
        expected = self._line.next_at
        if self._strays:
            stray, arrived = self._strays[-1]
            before = expected - (number - stray) * self.interval
            if (arrived > before) != (at > expected):
                self._strays = []
                self._heard = FIRST_HEARD
        if not self._strays:
            self._calm = self._variance
        self._strays.append((number, at))

    def _leave(self) -> bool:
        """Restart the line if the strays say that the clock bent or jumped, and say if so."""
        count = len(self._strays)
        if count < (BENDS if self._line.count >= SETTLED else STRAYS):
            return False
        line, interval = self._line, self.interval
        first, last = self._strays[0][0], self._strays[-1][0]
        before = line.arrivals(first - KNEES, first)
        arrived = before + [at for _, at in self._strays]
        origin = line.next_at - last * interval
        offs = [at - origin - n * interval for n, at in enumerate(arrived, first - len(before))]
        squares = sum(off * off for off in offs)
        jump = sum(offs[-count:]) / count
        explained, back = _bend(offs, count)
        bent = squares - explained
        limit = EXPLAINED * self._calm * len(offs)
        if explained > count * jump * jump and (count == STRAYS or bent < limit):
            moment = origin + (last - back) * interval
            line.restart(last - back, moment, interval, min(1 / line.spread, FIRM), WIDE)
        elif count == STRAYS:
            back = count
            moment = origin + (last - back) * interval + jump
            line.restart(last - back, moment, interval, 0.0, min(line.grip, KEPT))
        else:
            return False
        for number, at in enumerate(arrived[-back:], last - back + 1):
            line.push(number, at)
        self._variance = self._calm
        self._strays = []
        return True


def _bend(offs: list[float], strays: int) -> tuple[float, int]:
    """The bend before the last `strays` of the offsets that explains them best.

    Returns how much less the squares sum up to with it, and its knee, in ticks before the last.
    """
    best = (0.0, strays)
    total = turned = 0.0  # sums over what is newer than the knee: of offset, steps × offset
    for back, off in enumerate(reversed(offs)):
        turned += total
        total += off
        if back >= strays:
            best = max(best, (turned * turned * 6 / (back * (back + 1) * (2 * back + 1)), back))
    return best
