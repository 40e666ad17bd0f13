"""How a bar is played when its turn comes, beside the bars that were heard before it.

It keeps bars as they were played, with their crashes and locked voices; what was composed is
kept elsewhere and stays as it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from engine.bars.bar_changes import crashed, fill_start, in_time, locked, with_fill_from
from engine.bars.part_rules import in_part, louder_in_part
from engine.controls.composed import Arrangement
from engine.score.importance import most_important
from engine.score.notes import Bar
from engine.score.playable import repaired
from engine.score.song_parts import PartPlace

_LOOP = 2  # bars
NO_PART = PartPlace()


class Arranger:
    """The arrangement, the last bars as they were heard and, while it holds, the loop."""

    def __init__(self) -> None:
        self.arrangement = Arrangement()
        self._heard: deque[Bar] = deque(maxlen=_LOOP)
        self._beat: Bar | None = None  # the last one heard that was no fill
        self._loop: tuple[Bar, ...] = ()  # the bars to come, the next one first

    def set(self, arrangement: Arrangement) -> None:
        """Bars not yet begun are to be played in this way."""
        self.arrangement = arrangement
        self._hold()

    def _hold(self) -> None:
        """Hold the last bars as long as the loop is on; it waits until there are two.

        In another meter it holds the first two bars of that.
        """
        meter = self.arrangement.meter
        if not self.arrangement.loop or (self._loop and self._loop[0].meter != meter):
            self._loop = ()
        heard = tuple(bar for bar in self._heard if bar.meter == meter)
        if self.arrangement.loop and not self._loop and len(heard) == _LOOP:
            self._loop = heard

    def held(self) -> Bar | None:
        """The next bar of the loop; None while nothing is held."""
        return self._loop[0] if self._loop else None

    def add(self, bar: Bar) -> None:
        """A bar begins, and is heard like this."""
        if self._loop and bar is self._loop[0]:
            self._loop = (*self._loop[1:], self._loop[0])
        self._heard.append(bar)
        self._beat = self._beat if bar.fill else bar
        self._hold()

    def arranged(
        self,
        material: Bar,
        groove: Callable[[], Bar],
        hands: bool,
        odd: bool = False,
        part: PartPlace = NO_PART,
        crashes: bool = True,
    ) -> Bar:
        """The bar as it is played; `groove` gives the beat that stands before a short fill.

        `odd` bars of the song may go on with what half time began in the one before.
        `crashes` says that the beat after a fill opens with a crash, if hands play it.
        """
        start = material.meter.bar_ticks
        if material.fill:
            start = fill_start(material.meter, self.arrangement.fill_amount)
        bar = fill = louder_in_part(material, part) if material.fill else material
        if start:
            beat = in_time(groove() if material.fill else material, self.arrangement.time, odd)
            bar = in_part(beat, part, hands)
            after_fill = hands and bool(self._heard) and self._heard[-1].fill
            bar = crashed(bar) if after_fill and crashes else bar
            bar = with_fill_from(bar, fill, start) if material.fill else bar
        bar = self._with_locks(bar, self._beat, hands)
        if not bar.hits and material.hits:
            bar = material.with_hits([most_important(material)])  # silence is for mutes
        return bar if bar is material else repaired(bar, hands)

    def filled(self, bar: Bar, fill: Bar, tick: int, back: int, hands: bool) -> Bar:
        """A bar that was added `back` bars ago (1: the last), a fill from `tick` of it on."""
        played = self._with_locks(with_fill_from(bar, fill, tick), bar, hands)
        played = repaired(played, hands)
        if back <= len(self._heard):
            self._heard[-back] = played
        return played

    def _with_locks(self, bar: Bar, last: Bar | None, hands: bool) -> Bar:
        """The bar with the locked voices as they were in the last one."""
        voices = self.arrangement.locked
        if last is None or last.meter != bar.meter or not voices:
            return bar
        return locked(bar, last, voices, hands)
