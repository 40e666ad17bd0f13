"""What is measured in a bar, and where a figure stands among the bars of its style.

A knob of 0..1 asks for a rank: .5 is what is usual in the style, 0 and 1 the least and the
most that its players do. The scales that turn ranks into figures travel with the weights.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from engine.score.importance import metric_weight
from engine.score.notes import GHOST_VELOCITY, Bar, Voice

HATS = (Voice.CLOSED_HAT, Voice.PEDAL_HAT, Voice.OPEN_HAT)
RIDES = (Voice.RIDE, Voice.RIDE_BELL)
_TIMEKEEPERS = (Voice.CLOSED_HAT, Voice.PEDAL_HAT, *RIDES)
_QUANTILES = 32  # steps of a scale; Groove has bars of a style by the hundred at least


def notes_of(bar: Bar) -> float:
    """The measure behind density: strokes in the bar."""
    return float(len(bar.hits))


def off_beat(bar: Bar) -> float:
    """The measure behind complexity: how far its strokes stand from strong places, 0..1.

    Weighted by velocity; hats and rides, which keep time wherever they are, do not count.
    """
    strokes = [hit for hit in bar.hits if hit.voice not in _TIMEKEEPERS]
    loud = sum(hit.velocity for hit in strokes)
    if not loud:
        return 0.0
    weak = sum(hit.velocity * (1.0 - metric_weight(hit.tick, bar.meter)) for hit in strokes)
    return weak / loud


def loudness(bar: Bar) -> float:
    """The measure behind intensity: the mean velocity, 0 for a bar without strokes."""
    return sum(hit.velocity for hit in bar.hits) / len(bar.hits) if bar.hits else 0.0


def ghost_share(bar: Bar) -> float:
    """The share of snare strokes that are ghost notes, 0..1."""
    snares = [hit.velocity for hit in bar.hits if hit.voice is Voice.SNARE]
    return sum(v < GHOST_VELOCITY for v in snares) / len(snares) if snares else 0.0


def open_share(bar: Bar) -> float | None:
    """The share of hi-hat strokes that are open, 0..1; None without a hi-hat."""
    hats = [hit.voice for hit in bar.hits if hit.voice in HATS]
    return hats.count(Voice.OPEN_HAT) / len(hats) if hats else None


def ride_share(bar: Bar) -> float | None:
    """The share of the strokes on hats and rides that are on the ride, 0..1; None without any."""
    kept = [hit.voice in RIDES for hit in bar.hits if hit.voice in (*HATS, *RIDES)]
    return sum(kept) / len(kept) if kept else None


KNOBS = {"density": notes_of, "complexity": off_beat, "intensity": loudness, "ghosts": ghost_share}
_ALL = "*"  # the scale of all styles together


class Scales:
    """For each knob the quantiles of its measure, by "style" and "style fill", and over all."""

    def __init__(self, rows: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
        self.rows = {knob: dict(groups) for knob, groups in rows.items()}

    @classmethod
    def of(cls, bars: Iterable[tuple[str, Bar]]) -> Scales:
        """The scales of bars with the style of each."""
        found: dict[str, dict[str, list[float]]] = {knob: defaultdict(list) for knob in KNOBS}
        for style, bar in bars:
            for knob, measure in KNOBS.items():
                value = measure(bar)
                found[knob][_key(style, bar.fill)].append(value)
                found[knob][_key(_ALL, bar.fill)].append(value)
        return cls(
            {
                knob: {key: _quantiles(sorted(values)) for key, values in groups.items()}
                for knob, groups in found.items()
            }
        )

    def figure(self, knob: str, style: Mapping[str, float], fill: bool, rank: float) -> float:
        """What a rank asks for: the measure at it, styles mixed by their weights.

        Where no style of the mixture is known it is what is usual in all styles together.
        """
        at = min(1.0, max(0.0, rank)) * _QUANTILES
        low = min(int(at), _QUANTILES - 1)
        return sum(
            weight * (row[low] + (row[low + 1] - row[low]) * (at - low))
            for weight, row in self._rows(knob, style, fill)
        )

    def rank(self, knob: str, style: Mapping[str, float], fill: bool, figure: float) -> float:
        """The rank nearest to .5 that asks for a figure, 0 or 1 where none does."""
        ranks = [step / _QUANTILES for step in range(_QUANTILES + 1)]
        figures = [self.figure(knob, style, fill, rank) for rank in ranks]
        low, high = bisect_left(figures, figure), bisect_right(figures, figure)
        if low < high:  # as much as several ranks ask for
            return min(max(0.5, ranks[low]), ranks[high - 1])
        if low in (0, len(ranks)):
            return float(low > 0)
        part = (figure - figures[low - 1]) / (figures[low] - figures[low - 1])
        return ranks[low - 1] + part / _QUANTILES

    def span(self, knob: str, style: Mapping[str, float], fill: bool) -> float:
        """From the 5th to the 95th percentile of the measure, at least a little."""
        low, high = (self.figure(knob, style, fill, rank) for rank in (0.05, 0.95))
        return max(high - low, 1e-3)

    def _rows(
        self, knob: str, style: Mapping[str, float], fill: bool
    ) -> list[tuple[float, Sequence[float]]]:
        groups = self.rows[knob]

        def known(mixture: Mapping[str, float]) -> list[tuple[float, Sequence[float]]]:
            return [
                (weight, row)
                for name, weight in mixture.items()
                if (row := groups.get(_key(name, fill)) or groups.get(_key(name, False)))
            ]

        found = known(style) or known({_ALL: 1.0})
        total = sum(weight for weight, _ in found)
        return [(weight / total, row) for weight, row in found]


def _key(style: str, fill: bool) -> str:
    return f"{style} fill" if fill else style


def _quantiles(values: Sequence[float]) -> list[float]:
    """Of sorted values, at 0, 1/32 .. 1; between two values on the line."""
    last = len(values) - 1
    points = []
    for step in range(_QUANTILES + 1):
        at = step / _QUANTILES * last
        low = min(int(at), max(last - 1, 0))
        high = min(low + 1, last)
        points.append(round(values[low] + (values[high] - values[low]) * (at - low), 4))
    return points
