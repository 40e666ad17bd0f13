"""The line through a clock's newest arrivals: it bends or shortens as they contradict it."""

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
# Weights are in arrivals: a weight of w has the variance of the jitter divided by w.
WIDE = 1e-3  # of a guessed interval: its sd is 32 times the jitter
FADE = 0.9  # what a tick leaves of these weights
FAINT = 1e-6  # what always stays of the interval's, so that one arrival is a line already
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


class ClockLine:
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

    def shift(self, seconds: float) -> None:
        """Move the whole line, and all that it was drawn through."""
        self._base += seconds
        self.next_at += seconds

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
