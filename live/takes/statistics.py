"""By whom the bars of a take are, and how each voice is played in them; no bar is held."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Voice
from engine.takes.take import Taken
from mappings.plain_words import played


@dataclass(slots=True)
class Spread:
    """Of strokes: how many, their mean velocity, mean and deviation of their lateness in ms.

    By the sums of Welford (Technometrics 4, 1962), which stay exact over millions.
    """

    count: int = 0
    velocity: float = 0.0
    late: float = 0.0
    _squares: float = 0.0

    def add(self, late: float, velocity: int) -> None:
        """Count a stroke."""
        self.count += 1
        self.velocity += (velocity - self.velocity) / self.count
        off = late - self.late
        self.late += off / self.count
        self._squares += off * (late - self.late)

    @property
    def deviation(self) -> float:
        """Of the lateness, in ms."""
        return math.sqrt(self._squares / self.count)


class Statistics:
    """Told bar by bar; `voices` says which voice a MIDI note is."""

    def __init__(self, voices: Mapping[int, Voice]) -> None:
        self._names = {note: voice.value for note, voice in voices.items()}
        self._by: Counter[str] = Counter()
        self._fills = self._cut = 0
        self._voices: dict[str, Spread] = defaultdict(Spread)

    def add(self, bar: Taken) -> None:
        """Count a bar."""
        self._by[bar.begun.source] += 1
        self._fills += bar.begun.fill
        self._cut += not bar.whole
        per_tick = 60_000.0 / (bar.begun.bpm * TICKS_PER_BEAT)
        for note in bar.notes:
            voice = self._names.get(note.note, f"note {note.note}")
            self._voices[voice].add((note.tick - note.score) * per_tick, note.velocity)

    def lines(self) -> Iterator[str]:
        """In words, the voice that plays most first."""
        yield f"bars: {played(self._by)}"
        yield f"fills: {self._fills}; cut by a start, stop or jump: {self._cut}"
        yield f"{'voice':14}{'notes':>7}{'velocity':>10}{'late ms':>9}{'spread':>8}"
        for voice, of in sorted(self._voices.items(), key=lambda item: -item[1].count):
            figures = f"{of.velocity:10.0f}{of.late:9.1f}{of.deviation:8.1f}"
            yield f"{voice:14}{of.count:7d}{figures}"
