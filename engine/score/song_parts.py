"""Which part of the song a bar is of: planned, or called on stage and coming at a bar line."""

from __future__ import annotations

from typing import NamedTuple

FREE = "free"  # no part: bars are played as they were composed
PARTS = ("intro", "verse", "chorus", "bridge", "breakdown", "build_up", "drop", "outro")
PART_ON = ("phrase", "bar")  # where a part that is called begins
Plan = tuple[tuple[str, int], ...]  # parts in order, and their bars


class PartPlace(NamedTuple):
    """A place in a part: bar `at` from 0 of `bars`; `ends`: they are all there are."""

    part: str = FREE
    at: int = 0
    bars: int = 1
    ends: bool = False

    @property
    def progress(self) -> float:
        """How far along the part is: 0 in its first bar, 1 in its last, over and over."""
        return self.at % self.bars / max(1, self.bars - 1)

    @property
    def is_last(self) -> bool:
        """Is it the last bar of a part whose end is known?"""
        return self.ends and self.at == self.bars - 1


class SongParts:
    """The part that plays and the one that was called; a `plan` says all of them beforehand."""

    def __init__(self, on: str = "phrase", plan: Plan = ()) -> None:
        self.playing = self.called = FREE
        self._on, self._since = on, 0
        self._planned = [
            PartPlace(part, at, bars, ends=True) for part, bars in plan for at in range(bars)
        ]

    @property
    def coming(self) -> str:
        """The part that was called and has not begun; "" for none."""
        return self.called if self.called != self.playing else ""

    def begin(self, number: int, song_bar: int, phrase: int) -> None:
        """Bar `number` in playing order begins, a bar of the song in phrases of so many."""
        if self.coming and (number == 0 or self._is_turn(song_bar, phrase)):
            self.playing, self._since = self.called, number

    def leads(self, number: int, song_bar: int, phrase: int) -> bool:
        """Does a bar lead into another part?"""
        if self._planned:
            following = self._planned[number + 1 : number + 2]
            return any(place.at == 0 for place in following)
        return bool(self.coming) and self._is_turn(song_bar + 1, phrase)

    def place(self, number: int, phrase: int) -> PartPlace:
        """Where in its part a bar is; on stage its phrases are what is known of its length."""
        if self._planned:
            return self._planned[min(number, len(self._planned) - 1)]
        return PartPlace(self.playing, number - self._since, phrase)

    def _is_turn(self, song_bar: int, phrase: int) -> bool:
        return self._on == "bar" or song_bar % phrase == 0
