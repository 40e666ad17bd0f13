"""Bars without the drummer: improvised, varied, filled up, at the moment they are needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.bars.direction import Direction, modelled
from engine.bars.fallback import sketch, thickened
from engine.bars.request import Request
from engine.bars.themes import MadeBar, Themes
from engine.feel.microtiming import felt
from engine.score.hallmarks import mended
from engine.score.notes import Bar
from engine.score.playable import repaired
from engine.score.style import Style


class StandIn:
    """Makes bars as the direction has them; `before` gives what is heard before a number."""

    def __init__(
        self, direction: Direction, themes: Themes, before: Callable[[int], Sequence[Bar]]
    ) -> None:
        self._direction, self._themes, self._before = direction, themes, before
        self.place = (0, 120.0)  # as last heard: bars of the song ahead of numbers, BPM

    def request(self, number: int, song_bar: int, bpm: float, *, fill: bool) -> Request:
        """What the drummer would be asked for."""
        before = self._before(number)
        request = self._direction.request(number, song_bar, bpm, fill=fill, before=before)
        return replace(request, heard=self._themes.heard_lately(request.history))

    def improvised(self, request: Request) -> Bar:
        """A bar for a request; where no model could help, that is what is wanted."""
        style = self._direction.styles[request.style]
        bar = mended(repaired(sketch(style, request), style.hands), request.hallmarks, style.hands)
        bar = bar if modelled(request) else replace(bar, source="template")
        return self.varied(bar, request.number)

    def varied(self, bar: Bar, number: int) -> Bar:
        """A variation of what was given, if that is wished or no drummer goes on from it."""
        given, (ahead, bpm) = self._direction.given, self.place
        if given is None or bar.fill or bar.meter != given.meter:
            return bar
        if not given.vary and (bar.source == "model" or bar.style != given.bars[0].style):
            return bar
        dice, hands = self._direction.dice(number, "vary"), self._direction.hands(bar.style)
        other, amount = self.felt(bar, bpm, number), self._direction.settings.variation
        return given.varied(number + ahead, other, amount, dice, hands)

    def filled_up(self, slot: MadeBar, number: int) -> MadeBar:
        """A spare beat of fewer hits than are wanted now gets more; too many are left out later."""
        direction = self._direction
        enough = slot.generation == direction.generation or slot.bar.density >= direction.density
        if enough or slot.bar.fill:
            return slot
        bar = thickened(slot.bar, direction.density, direction.dice(number, "more"))
        return replace(slot, bar=repaired(bar, direction.hands(bar.style)), settings=None)

    def felt(self, bar: Bar, bpm: float, number: int) -> Bar:
        """The bar with its style's microtiming, if it has none."""
        style = self._direction.style(bar.style, bar.blend)
        return felt(bar, style, bpm, self._direction.performance, number)

    def groove(self, style: Style, number: int, song_bar: int, bpm: float) -> Bar:
        """The beat that a fill breaks off."""
        bar = self._themes.groove(song_bar, style.name, self._direction.meter)
        if bar is None:
            request = self.request(number, song_bar, bpm, fill=False)
            held = request.hallmarks if style.name == request.style else ()
            bar = self.improvised(replace(request, style=style.name, hallmarks=held))
        blend = self._direction.settings.blend
        return self.felt(replace(bar, blend=blend), bpm, number)

    def fill(self, bar: Bar, number: int, song_bar: int, bpm: float) -> Bar:
        """A fill to break off a bar that plays already, made at once of the style's patterns."""
        request = self.request(number, song_bar, bpm, fill=True)
        request = replace(request, style=bar.style, density=bar.density, meter=bar.meter)
        return self.felt(replace(self.improvised(request), blend=bar.blend), bpm, number)
