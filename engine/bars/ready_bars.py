"""The bars that are there for numbers to come, and what was asked of the drummer.

Too late for its own number a bar may serve for the next; one made under old settings is kept as a
spare until a better one is there.
"""

from __future__ import annotations

from dataclasses import replace

from engine.bars.request import Composed, Request
from engine.bars.themes import MadeBar
from engine.controls.composed import ComposedSettings
from engine.score.notes import Bar


class ReadyBars:
    """Slots by the number of their bar in playing order."""

    def __init__(self) -> None:
        self.late = 0
        self._slots: dict[int, MadeBar] = {}
        self._asked: Request | None = None
        self._failed: set[tuple[int, int]] = set()  # answers that could not be played

    def get(self, number: int) -> MadeBar | None:
        return self._slots.get(number)

    def among(self, numbers: range) -> list[MadeBar]:
        """Those that are there, in order."""
        return [self._slots[number] for number in numbers if number in self._slots]

    def put(self, number: int, slot: MadeBar) -> None:
        self._slots[number] = slot

    def fresh(self, number: int, generation: int, *, fill: bool) -> bool:
        """Is there what is wanted now?"""
        slot = self._slots.get(number)
        return slot is not None and slot.generation == generation and slot.bar.fill == fill

    # ---- asking
    def ask(self, request: Request) -> Request | None:
        """The request, unless the drummer works on it already."""
        known = self._asked
        if known and _key(known) == _key(request):
            return None
        self._asked = request
        return request

    def heard(self, composed: Composed) -> None:
        """The drummer answered: it may be asked again."""
        key = (composed.number, composed.generation, composed.bar.fill)
        if self._asked and _key(self._asked) == key:
            self._asked = None

    def fail(self, number: int, generation: int) -> None:
        """What came for this number cannot be played: it is not asked for again."""
        self._failed.add((number, generation))

    def failed(self, number: int, generation: int) -> bool:
        return (number, generation) in self._failed

    def keep(
        self, composed: Composed, bar: Bar, settings: ComposedSettings | None, following: int
    ) -> None:
        """Keep an answer for its number, or for the `following` one if it is late."""
        number, generation = composed.number, composed.generation
        if number < following:
            self.late += 1
            number, generation = following, -1
        known = self._slots.get(number)
        if known is None or known.generation <= generation:
            self._slots[number] = MadeBar(bar, generation, settings)

    def exchange(self, old: Bar, new: Bar) -> None:
        """A bar that was changed by hand stands in the place of the old one."""
        for number, slot in self._slots.items():
            if slot.bar == old:
                self._slots[number] = replace(slot, bar=new)

    # ---- forgetting
    def clear(self) -> None:
        """All of them are of a groove that was left."""
        self._slots.clear()

    def begun(self, number: int) -> None:
        """A bar begins: nothing is kept for it any more."""
        self._slots.pop(number, None)
        self._failed = {key for key in self._failed if key[0] > number}


def _key(request: Request) -> tuple[int, int, bool]:
    return request.number, request.generation, request.fill
