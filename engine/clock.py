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

TICKS_A_BEAT = 24
DEFAULT_INTERVAL = 60 / TICKS_A_BEAT / 120  # before anything is known: 120 BPM
SHORTEST = 60 / TICKS_A_BEAT / 400  # a tick at 400 BPM
LONGEST = 60 / TICKS_A_BEAT / 15  # a tick at 15 BPM

# The figures below were chosen by benchmarks/clock.py: they trade steadiness against quickness.
WINDOW = 96  # arrivals in the longest fit: a bar of 4/4
SPANS = ((48, 1.7), (24, 2.0), (12, 2.5))  # of the shorter fits: arrivals, and the number of
# standard deviations from which on they are believed; the shorter, the oftener it errs
CURVED = 32  # arrivals from which on a curve is looked for
BENT = 1.75  # standard deviations from which on the curve is believed
CUT = 5.0  # standard deviations from which on what is older than the shorter fit is dropped
GATE = 4.0  # standard deviations from which on an arrival is a stray
STRAYS = 4  # so many in a row on one side restart the line
BENDS = 2  # so many do when a bend explains them
SETTLED = 12  # arrivals in a line that so few may restart
EXPLAINED = 2.0  # variances an arrival that a bend may leave to explain them
KNEES = 6  # the bend is looked for so many ticks back from the first stray

# Weights are in arrivals: a weight of w has the variance of the jitter divided by w.
WIDE = 1e-3  # of a guessed interval: its sd is 32 times the jitter
KEPT = 400.0  # greatest of a kept interval: its sd is a twentieth of the jitter
FIRM = 16.0  # greatest of the moment where the line bent
FADE = 0.9  # what a tick leaves of these weights
FAINT = 1e-6  # what always stays of the interval's, so that one arrival is a line already

FIRST_JITTER = 2e-3  # seconds, sd assumed of a clock not heard yet
LEAST_JITTER = 2e-4  # seconds: finer thresholds would be finer than timers
FIRST_HEARD = 4  # arrivals that the assumed jitter counts for
MEMORY = 64  # arrivals the jitter is averaged over

NANO = 1e-9
RING = 128  # arrivals held: above WINDOW


def _spread(count: int) -> float:
    """Variance of the next tick by a line through `count` arrivals, in variances of one."""
    return 2 * (2 * count + 1) / (count * (count - 1))


def _trust(square: float, doubt: float) -> float:
    """Share 0..1 of a deviation to believe; `square`: its square in variances (garrote)."""
    return 1 - doubt * doubt / square if square > doubt * doubt else 0.0


class _Span:
    """Sums over the newest `length` arrivals, and what a line through them needs."""

    __slots__ = ("ages", "doubt", "length", "middle", "spread", "squares", "total")

    def __init__(self, length: int, doubt: float) -> None:
        self.length = length
        self.doubt = doubt
        self.middle = (length - 1) / 2  # mean age
        self.squares = length * (length * length - 1) / 12  # of the ages about their mean
        self.spread = _spread(length)
        self.total = 0  # sum of the offsets, nanoseconds
        self.ages = 0  # sum of age × offset


class _Line:
    """A line through the newest arrivals.

    Arrivals are held as whole nanoseconds off a reference line, the last known one: sums of whole
    numbers stay exact however long it plays. The age of an arrival is 0 for the newest.
    """

    __slots__ = (
        "_ages",
        "_base",
        "_interval",
        "_last",
        "_moment_weight",
        "_pushed",
        "_ring",
        "_spans",
        "_squares",
        "_start",
        "_tempo_weight",
        "_total",
        "count",
        "grip",
        "interval",
        "next_at",
        "spread",
    )

    def __init__(self, interval: float) -> None:
        self.restart(0, 0.0, interval, 0.0, WIDE)

    def restart(
        self, number: int, at: float, interval: float, moment_weight: float, tempo_weight: float
    ) -> None:
        """Hold no arrival, only the weighted belief in tick `number` at `at` and in `interval`."""
        self._start, self._base, self._interval = number, at, interval  # the reference line
        self._moment_weight, self._tempo_weight = moment_weight, tempo_weight
        self._spans = tuple(_Span(length, doubt) for length, doubt in SPANS)
        self._ring = [0] * RING  # offsets, nanoseconds
        self.count = self._pushed = 0  # arrivals in the longest fit; pushed since the restart
        self._total = self._ages = self._squares = 0  # sums of offset, age × , age² × offset
        self._last = number  # the newest tick
        self.next_at = at  # seconds: when the tick after the newest falls
        self.interval = interval  # seconds a tick
        self.spread = 1.0  # variance of next_at, in variances of an arrival
        self.grip = tempo_weight  # weight of the interval

    def push(self, number: int, at: float) -> None:
        """Take in the next tick. The line stays as it is until `fit`."""
        offset = round((at - self._base - (number - self._start) * self._interval) / NANO)
        ring = self._ring
        self._squares += 2 * self._ages + self._total  # everybody ages by one tick
        self._ages += self._total
        self._total += offset
        if self.count == WINDOW:
            oldest = ring[(number - WINDOW) % RING]
            self._total -= oldest
            self._ages -= WINDOW * oldest
            self._squares -= WINDOW * WINDOW * oldest
        else:
            self.count += 1
        pushed = self._pushed
        for span in self._spans:
            span.ages += span.total
            span.total += offset
            length = span.length
            if pushed >= length:
                oldest = ring[(number - length) % RING]
                span.total -= oldest
                span.ages -= length * oldest
        ring[number % RING] = offset
        self._pushed = pushed + 1
        self._last = number

    def arrivals(self, first: int, end: int) -> list[float]:
        """Seconds of the ticks held, of those from `first` to before `end`."""
        numbers = range(max(first, self._last - self.count + 1), end)
        steps = ((n - self._start, self._ring[n % RING]) for n in numbers)
        return [self._base + step * self._interval + offset * NANO for step, offset in steps]

    def fit(self, variance: float) -> None:
        """Draw the line anew; `variance`: of the jitter, square seconds."""
        count, weight = self.count, self._moment_weight
        age = self._last - self._start
        sum0 = count + weight
        sum1 = count * (count - 1) / 2 + weight * age
        sum2 = (count - 1) * count * (2 * count - 1) / 6 + weight * age * age + self._tempo_weight
        determinant = sum0 * sum2 - sum1 * sum1
        total, ages = self._total * NANO, self._ages * NANO
        slope = (sum0 * ages - sum1 * total) / determinant  # seconds a tick of age
        offset = (sum2 * total - sum1 * ages) / determinant - slope  # of the next tick, age -1
        spread = (sum2 + 2 * sum1 + sum0) / determinant
        self.grip = determinant / sum0
        self._moment_weight = weight * FADE
        self._tempo_weight = max(self._tempo_weight * FADE, FAINT)
        if count >= CURVED:
            offset, slope, spread = self._curve(variance, offset, slope, spread)
        offset, slope, self.spread = self._doubt(variance, offset, slope, spread)
        self.interval = min(max(self._interval - slope, SHORTEST), LONGEST)
        self.next_at = self._base + (age + 1) * self._interval + offset

    def _curve(
        self, variance: float, offset: float, slope: float, spread: float
    ) -> tuple[float, float, float]:
        """Bend the long line as far as its arrivals show a curve: a clock that glides.

        The curve is the quadratic that is orthogonal to every line through these arrivals.
        """
        count = self.count
        middle, mean = (count - 1) / 2, (count * count - 1) / 12
        norm = count * mean * (count * count - 4) / 15
        ages, total = self._ages, self._total
        bend = (self._squares - 2 * middle * ages + (middle * middle - mean) * total) * NANO
        trust = _trust(bend * bend / (norm * variance), BENT)
        bend *= trust / norm
        reach = (middle + 1) * (middle + 1) - mean  # the quadratic at the next tick
        return (
            offset + bend * reach,
            slope - 2 * bend * (middle + 1),
            spread + trust * trust * reach * reach / norm,
        )

    def _doubt(
        self, variance: float, offset: float, slope: float, spread: float
    ) -> tuple[float, float, float]:
        """Let every shorter fit pull the line as far as it contradicts the longer ones.

        Of a line through all arrivals and one through the newest, the difference has the
        difference of their variances: the long one is the best of all lines if nothing changed.
        """
        for span in self._spans:
            if span.length >= self.count or span.spread <= spread:
                continue
            total = span.total * NANO
            its_slope = (span.ages * NANO - span.middle * total) / span.squares
            apart = total / span.length - its_slope * (span.middle + 1) - offset
            square = apart * apart / (variance * (span.spread - spread))
            trust = _trust(square, span.doubt)
            offset += trust * apart
            slope += trust * (its_slope - slope)
            spread += trust * trust * (span.spread - spread)
            if square > CUT * CUT:
                self._cut(span)
        return offset, slope, spread

    def _cut(self, span: _Span) -> None:
        """Drop what is older than the span."""
        self.count, self._total, self._ages = span.length, span.total, span.ages
        ring, last = self._ring, self._last
        self._squares = sum(age * age * ring[(last - age) % RING] for age in range(span.length))
        self._moment_weight = 0.0


class Clock:
    """Follows MIDI clock; all times are finite seconds of one monotonic clock.

    `ticks` is the number of clock messages since `forget`: the last one was tick `ticks - 1`.
    No arrival raises: late, early, equal and backward ones are strays until a few agree.
    """

    __slots__ = ("_calm", "_heard", "_line", "_strays", "_variance", "ticks")

    def __init__(self) -> None:
        self._line = _Line(DEFAULT_INTERVAL)
        self.forget()

    def forget(self) -> None:
        """Drop everything but the last tempo."""
        self._line = _Line(self.interval)
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
