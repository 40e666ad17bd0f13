"""Bars, beats and steps of a meter, in ticks.

A beat is a quarter note of 480 ticks whatever the meter, because MIDI clock counts
quarter notes: 24 clock messages each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

TICKS_PER_BEAT = 480
CLOCKS_PER_BEAT = 24
TICKS_PER_CLOCK = TICKS_PER_BEAT // CLOCKS_PER_BEAT
TICKS_PER_SIXTEENTH = TICKS_PER_BEAT // 4
CLOCKS_PER_SIXTEENTH = 6  # the unit of Song Position


class Place(NamedTuple):
    """A place in the song: bar and beat from 0, ticks into the beat."""

    bar: int
    beat: int
    tick: int


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature; `denominator` is 4 or 8."""

    numerator: int = 4
    denominator: int = 4

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks: 1920 in 4/4, 1680 in 7/8."""
        return self.numerator * self.pulse_ticks

    @property
    def pulse_ticks(self) -> int:
        """Length of what the numerator counts: 480 for quarters, 240 for eighths."""
        return TICKS_PER_BEAT * 4 // self.denominator

    @property
    def paired_ticks(self) -> int:
        """The part of a bar, from its line, whose eighths come in pairs, which may swing.

        The last eighth of 7/8 has no partner; in 6/8 three make a beat.
        """
        eighths = self.bar_ticks * 2 // TICKS_PER_BEAT
        compound = self.denominator == 8 and self.numerator % 3 == 0
        return 0 if compound else eighths // 2 * TICKS_PER_BEAT

    @property
    def steps(self) -> int:
        """Sixteenths in a bar."""
        return self.bar_ticks // TICKS_PER_SIXTEENTH

    def bar_of(self, tick: float) -> int:
        """The bar that holds a tick of the song; negative before the song."""
        return int(tick // self.bar_ticks)

    def bar_start(self, bar: int) -> int:
        """The first tick of a bar."""
        return bar * self.bar_ticks

    def place(self, tick: float) -> Place:
        """Bar, beat (as the numerator counts) and the ticks into it."""
        bar, within = divmod(int(tick), self.bar_ticks)
        beat, rest = divmod(within, self.pulse_ticks)
        return Place(bar, beat, rest)

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


FOUR_FOUR = Meter(4, 4)
METERS = {
    str(m): m for m in (Meter(3, 4), FOUR_FOUR, Meter(5, 4), Meter(6, 8), Meter(7, 8), Meter(12, 8))
}
