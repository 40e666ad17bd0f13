"""Which bars of a take are meant, picked as they are read; the others are not held."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from engine.errors import TakeError
from engine.takes.take import Taken
from live.takes.reader import MOST, TakeReader, bars_of, too_long


class Selection:
    """The bars of some numbers, counted from 1 in playing order; None: all, or the `last` ones."""

    def __init__(self, path: Path, numbers: range | None, last: int | None = None) -> None:
        self._path, self._numbers = path, numbers
        self._picked: deque[Taken] = deque(maxlen=last if numbers is None else None)
        self._last = last if numbers is None else None
        self._count = self._notes = 0

    def add(self, bar: Taken) -> None:
        """The next bar of the take; TakeError where more is meant than can be held."""
        self._count += 1
        if self._numbers is None or self._count in self._numbers:
            self._picked.append(bar)
            self._notes += len(bar.notes) + 1
            if self._last is None and self._notes > MOST:
                raise too_long(self._path)

    def bars(self) -> tuple[int, Sequence[Taken]]:
        """The number of the first of them, and they; TakeError where there are no such bars."""
        if not self._count:
            raise TakeError(f"{self._path}: nothing was played in it")
        numbers = self._numbers
        if numbers is None:
            return self._count + 1 - len(self._picked), tuple(self._picked)
        if not 1 <= numbers.start < numbers.stop <= self._count + 1:
            wanted = f"{numbers.start}-{numbers.stop - 1}"
            allowed = f"within its bars, 1-{self._count}"
            raise TakeError(f"{self._path}: --bars: {wanted} is not {allowed}")
        return numbers.start, tuple(self._picked)


def selected(
    reader: TakeReader, numbers: range | None, last: int | None = None
) -> tuple[Taken, ...]:
    """The bars of a take's file that are meant; TakeError where there are none of them."""
    selection = Selection(reader.path, numbers, last)
    for bar in bars_of(reader):
        selection.add(bar)
    return tuple(selection.bars()[1])
