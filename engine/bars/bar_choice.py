"""Which bar plays when its turn comes: one repeated, the fresh one, a spare, or one improvised."""

from __future__ import annotations

from dataclasses import replace

from engine.bars.arranger import NO_PART, Arranger
from engine.bars.direction import Direction
from engine.bars.ready_bars import ReadyBars
from engine.bars.stand_in import StandIn
from engine.bars.themes import HISTORY, MadeBar, Themes
from engine.score.notes import Bar


class BarChoice:
    """Chooses for the bar numbered `number`, the next to begin."""

    def __init__(
        self, direction: Direction, ready: ReadyBars, themes: Themes, arranger: Arranger
    ) -> None:
        self.number = 0
        self.stand_in = StandIn(direction, themes, self._shown_before)
        self._direction, self._ready = direction, ready
        self._themes, self._arranger = themes, arranger

    def made(self, song_bar: int, bpm: float) -> Bar:
        """A bar with its feel, played as the arrangement has it; its material is the theme's."""
        slot, arranger, number = self._chosen(song_bar, bpm), self._arranger, self.number
        material = replace(slot.bar, blend=self._direction.settings.blend)
        material = self.stand_in.felt(material, bpm, number)
        style = self._direction.styles[material.style]
        part = self._direction.parts.place(number, self._direction.settings.phrase)
        beat = material
        if not material.fill and (own := style.beats(material.meter, part.part)):
            written = replace(own[part.at % len(own)], blend=material.blend, part="")
            beat, part = self.stand_in.felt(written, bpm, number), NO_PART
        bar = arranger.arranged(
            self._accented(beat),
            lambda: self._accented(self.stand_in.groove(style, number, song_bar, bpm)),
            style.hands,
            odd=song_bar % 2 == 1,
            part=part,
            crashes=style.crashes,
        )
        heard = bar if arranger.arrangement.time == "normal" else None  # else it would slow twice
        self._themes.add(replace(slot, bar=material, heard=heard), song_bar)
        return bar

    def repeat(self, number: int, song_bar: int, stopgaps: bool = False) -> Bar | None:
        """A bar that comes back here, as `variation` has it; None for a new one."""
        given, settings = self._direction.varied, self._direction.settings
        if given is not None:
            same = replace(given.at(song_bar), style=settings.playing)
            return None if settings.variation else same
        dice = self._direction.dice(number, "repeat").random()
        before, at = self._before(number), (number, song_bar)
        return self._themes.repeat(before, at, settings, dice, stopgaps)

    def _chosen(self, song_bar: int, bpm: float) -> MadeBar:
        """A beat that comes back, the fresh bar, a spare, or one improvised."""
        number, slot = self.number, self._ready.get(self.number)
        fill = self._direction.is_fill(number, song_bar)
        bar = None if fill else self.repeat(number, song_bar)
        if bar is None and slot is not None and self._plays(slot, fill):
            return self.stand_in.filled_up(slot, number)
        if bar is None and not fill:
            bar = self.repeat(number, song_bar, stopgaps=True)
        if bar is None:
            request = self.stand_in.request(number, song_bar, bpm, fill=fill)
            bar = self.stand_in.improvised(request)
        return MadeBar(bar, self._direction.generation, self._direction.settings)

    def _plays(self, slot: MadeBar, fill: bool) -> bool:
        bar, settings = slot.bar, self._direction.settings
        return (bar.fill, bar.style, bar.meter) == (fill, settings.playing, settings.meter)

    def _accented(self, bar: Bar) -> Bar:
        """As hard as was tapped; what comes back as a theme has none of it."""
        lead = self._direction.settings.lead
        if lead is None:
            return bar
        return lead.accented(bar, self._direction.style(bar.style, bar.blend).written)

    def _before(self, number: int) -> list[MadeBar]:
        """What stands before a bar, oldest first: bars played, then bars ready."""
        return [*self._themes.played, *self._ready.among(range(self.number, number))]

    def _shown_before(self, number: int) -> list[Bar]:
        """What of it a drummer is shown."""
        return [slot.shown for slot in self._before(number)][-HISTORY:]
