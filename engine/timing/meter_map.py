"""Where the bar lines of a song are whose meter changes."""

from __future__ import annotations

from typing import NamedTuple

from engine.score.grid import Meter, Place


class _Stretch(NamedTuple):
    """From song tick `tick` on, where bar `bar` begins, bars are of a meter."""

    tick: int
    bar: int
    meter: Meter


class MeterMap:
    """Bar lines by song tick; bars before a change keep their places.

    What was heard after a place that the song jumps back to is forgotten when another meter
    is played from there.
    """

    def __init__(self, meter: Meter) -> None:
        self._stretches = [_Stretch(0, 0, meter)]

    # ---- read
    def meter_at(self, tick: float) -> Meter:
        return self._at(tick).meter

    def bar_of(self, tick: float) -> int:
        """The bar that holds a tick of the song; negative before the song."""
        stretch = self._at(tick)
        return stretch.bar + stretch.meter.bar_of(tick - stretch.tick)

    def bar_start(self, tick: float) -> int:
        """The bar line of the bar that holds a tick."""
        stretch = self._at(tick)
        return stretch.tick + stretch.meter.bar_start(stretch.meter.bar_of(tick - stretch.tick))

    def place(self, tick: float) -> Place:
        """Bar, beat (as the numerator counts) and the ticks into it."""
        stretch = self._at(tick)
        place = stretch.meter.place(tick - stretch.tick)
        return place._replace(bar=place.bar + stretch.bar)

    def _at(self, tick: float) -> _Stretch:
        started = (one for one in reversed(self._stretches) if one.tick <= tick)
        return next(started, self._stretches[0])

    # ---- changed
    def begin(self, tick: int, meter: Meter) -> None:
        """A bar of a meter begins at a bar line; bars before it stay where they are."""
        if self.meter_at(tick) == meter:
            return
        bar = self.bar_of(tick)
        self._stretches = [one for one in self._stretches if one.tick < tick]
        if not self._stretches or self._stretches[-1].meter != meter:
            self._stretches.append(_Stretch(tick, bar, meter))

    def hold(self, meter: Meter) -> None:
        """The whole song is in a meter, unless it is in that one at its end already."""
        if self._stretches[-1].meter != meter:
            self._stretches = [_Stretch(0, 0, meter)]
