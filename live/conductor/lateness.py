"""Desired against actual moment of every send: lateness is data."""

from __future__ import annotations

from collections import deque

from live.conductor.status import Lateness

_KEPT = 1000  # sends; about half a minute of playing


class LatenessLog:
    """The last sends, and all of them when `keep_all` (for a benchmark)."""

    def __init__(self, keep_all: bool = False) -> None:
        self._late: deque[float] = deque(maxlen=None if keep_all else _KEPT)

    def add(self, wanted: float, actual: float) -> None:
        """One send, seconds."""
        self._late.append(actual - wanted)

    def milliseconds(self) -> list[float]:
        return [late * 1000.0 for late in self._late]

    def figures(self) -> Lateness:
        late = sorted(self._late)
        if not late:
            return Lateness()
        return Lateness(_at(late, 0.50), _at(late, 0.99), late[-1] * 1000.0)


def _at(ordered: list[float], share: float) -> float:
    """A percentile in ms, nearest rank."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000.0
