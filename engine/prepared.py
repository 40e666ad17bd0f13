"""The bars to come: what to ask the drummer for, what it answered, which one plays.

Bars are numbered in playing order, not by song position, so that a loop in the song still
brings new bars. A bar asked for under old controls is kept as a spare until a better one is
there; what is missing at its bar line is improvised. Nothing here waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from engine.arranger import Arranger
from engine.events import Composed, Request
from engine.fallback import sketch, thickened
from engine.feel import felt
from engine.follow import Lead
from engine.given import Given
from engine.grid import FOUR_FOUR, Meter
from engine.morph import blended
from engine.notes import Bar
from engine.phrases import Arrangement
from engine.playing import Playing
from engine.style import Style
from engine.themes import HISTORY, Settings, Slot, Themes
from engine.validate import repaired


def _modelled(request: Request) -> bool:
    """Is there a trained drummer for it? Its meter is 4/4, its styles those it has learned."""
    return request.meter == FOUR_FOUR and bool(request.mixture)


class Prepared:
    """Keeps `lookahead` bars ready for the bar numbered `number`, the next to begin."""

    def __init__(
        self,
        styles: Mapping[str, Style],
        settings: Settings,
        meter: Meter = FOUR_FOUR,
        seed: int = 0,
        lookahead: int = 2,
    ) -> None:
        self.number = 0
        self.counts = {"model": 0, "template": 0, "fallback": 0, "late": 0, "rejected": 0}
        self._styles, self._settings, self._meter = styles, settings, meter
        self._seed, self._lookahead = seed, lookahead
        self._generation = 0
        self._idea = 0  # raised by new_idea, part of every seed
        self._idea_from = 0  # generation the idea began with
        self._slots: dict[int, Slot] = {}
        self._fills: set[int] = set()  # numbers of bars that were asked to be fills
        self._asked: Request | None = None
        self._failed: set[tuple[int, int]] = set()  # answers that could not be played
        self._touch = (0.5, 0.5)  # intensity and ghosts that a bar is asked for with, 0..1
        self._themes = Themes()
        self._arranger = Arranger()
        self._given: Given | None = None
        self._song = (0, 120.0)  # as last heard: bars of the song ahead of numbers, BPM

    def begin(
        self, touch: tuple[float, float], swing: tuple[float, int], given: Given | None
    ) -> None:
        """With knobs that stand so; `given` bars are made for them, as for the settings."""
        self.heed(*touch)
        if given is None:
            return
        self._given = given = given.under(self._settings, touch, swing)
        last = () if given.vary else given.bars[-HISTORY:]
        for number, bar in enumerate(last, -len(last)):
            self._themes.add(Slot(bar, 0, self._settings), number)
            self._arranger.add(bar)

    # ---- steering
    def set(self, settings: Settings, arrangement: Arrangement | None = None) -> None:
        """Bars not yet begun are to be made under these settings and played in this way."""
        if settings.material != self._settings.material:
            self._themes.leave(self._settings)
        self._make_under(replace(settings, lead=self._settings.lead))
        if arrangement is not None:
            self._arranger.set(arrangement)

    def follow(self, lead: Lead | None) -> None:
        """Bars not yet begun are led by what was tapped; it makes no groove to go back to."""
        self._make_under(replace(self._settings, lead=lead))

    @property
    def lead(self) -> Lead | None:
        """What bars are led by now."""
        return self._settings.lead

    def _make_under(self, settings: Settings) -> None:
        self._generation += settings.asked != self._settings.asked
        self._settings = settings

    def heed(self, intensity: float, ghosts: float) -> None:
        """Bars asked for from now on are made for these, 0..1; none is asked for anew."""
        self._touch = (intensity, ghosts)

    def fill_next(self) -> None:
        """The next bar to begin is a fill."""
        self._fills.add(self.number)

    @property
    def called(self) -> bool:
        """Is the next bar to begin a fill because somebody asked for one?"""
        return self.number in self._fills

    def new_idea(self) -> None:
        """Forget the groove; the next bars start another."""
        self._idea += 1
        self._given = None
        self._themes.leave(self._settings)
        self._themes.forget()
        self._forget_ready()

    def undo(self) -> Settings | None:
        """The groove before the last change comes back with the next bar; undone again, it goes.

        The settings it was made under; None where nothing has changed yet.
        """
        settings = self._themes.undo(self._settings, self.number)
        if settings is not None:
            self._settings = settings
            self._forget_ready()
        return settings

    def _forget_ready(self) -> None:
        """What was composed or asked for until now is of a groove that has been left."""
        self._generation += 1
        self._idea_from = self._generation
        self._slots.clear()

    # ---- asking
    def want(self, index: int, bpm: float) -> Request | None:
        """The next request, if one is due, `index` being the song bar of the next bar.

        What needs no drummer (a bar repeated, a meter of templates) is made here at once.
        """
        self._song = (index - self.number, bpm)
        for number in range(self.number, self.number + self._lookahead):
            song_bar = index + number - self.number
            if self._fresh(number, song_bar) or (number, self._generation) in self._failed:
                continue
            request = self._request(number, song_bar, bpm, self._is_fill(number, song_bar))
            bar = self._without_drummer(request, song_bar)
            if bar is None:
                return self._ask(request)
            self._slots[number] = Slot(bar, self._generation, self._settings)
        return None

    def _ask(self, request: Request) -> Request | None:
        known = self._asked
        if known and (known.number, known.generation, known.fill) == (
            request.number,
            request.generation,
            request.fill,
        ):
            return None
        self._asked = request
        return request

    def _fresh(self, number: int, song_bar: int) -> bool:
        slot = self._slots.get(number)
        return (
            slot is not None
            and slot.generation == self._generation
            and slot.bar.fill == self._is_fill(number, song_bar)
        )

    def fill_due(self, song_bar: int) -> bool:
        """Is a fill due in this bar of the song?"""
        return self._is_fill(-1, song_bar)

    def _is_fill(self, number: int, song_bar: int) -> bool:
        every = self._settings.fill_every
        return number in self._fills or (every > 0 and song_bar % every == every - 1)

    def _request(self, number: int, song_bar: int, bpm: float, fill: bool) -> Request:
        settings, lead = self._settings, self._settings.lead
        before = tuple(slot.shown for slot in self._before(number))[-HISTORY:]
        if self._given is not None and self._given.vary:
            before = self._given.before(song_bar)
        style = blended(self._styles, settings.playing, settings.blend)
        beat = lead.of_complexity(settings.complexity) if lead else settings.complexity
        return Request(
            number=number,
            generation=self._generation,
            performance=self._performance,
            style=style.name,
            mixture=tuple(sorted(style.mixture.items())),
            meter=self._meter,
            bpm=float(round(bpm)),  # the jitter of a clock must not make another bar
            place=song_bar % settings.phrase,
            phrase=settings.phrase,
            fill=fill,
            density=self._density,
            complexity=settings.fill_complexity if fill else beat,
            intensity=lead.of_intensity(self._touch[0]) if lead else self._touch[0],
            ghosts=self._touch[1],
            temperature=settings.temperature,
            history=before,
            seed=self._dice(number, "bar").getrandbits(48),
            hands=style.hands,
            strength=settings.strength,
        )

    def _before(self, number: int) -> list[Slot]:
        """What stands before a bar, oldest first: bars played, then bars ready."""
        ready = [self._slots[n] for n in range(self.number, number) if n in self._slots]
        return [*self._themes.played, *ready]

    @property
    def _density(self) -> float:
        """The density that bars are to be made for."""
        lead = self._settings.lead
        return lead.of_density(self._settings.density) if lead else self._settings.density

    @property
    def _performance(self) -> int:
        """The seed of all dice: the performance's, and the one on the table of controls."""
        return self._seed + (self._settings.seed << 32)

    def _dice(self, number: int, what: str) -> Random:
        return Random(f"{self._performance}/{self._idea}/{what}/{number}")

    def _without_drummer(self, request: Request, song_bar: int) -> Bar | None:
        """A bar repeated, as variation has it, or a template where no model could help."""
        if not request.fill and (repeat := self._repeat(request.number, song_bar)):
            return repeat
        return None if _modelled(request) else self._improvised(request)

    def _repeat(self, number: int, song_bar: int, stopgaps: bool = False) -> Bar | None:
        given, variation = self._given, self._settings.variation
        if given is not None and given.vary:
            return (
                replace(given.at(song_bar), style=self._settings.playing) if not variation else None
            )
        dice = self._dice(number, "repeat").random()
        before, at = self._before(number), (number, song_bar)
        return self._themes.repeat(before, at, self._settings, dice, stopgaps)

    # ---- answers
    def answer(self, composed: Composed) -> None:
        """Keep what the drummer made; too late for its own bar it may serve for the next.

        An answer to what was never asked, or about a groove left since, is not kept.
        """
        number, generation = composed.number, composed.generation
        asked = self._asked
        if asked and (asked.number, asked.generation, asked.fill) == (
            number,
            generation,
            composed.bar.fill,
        ):
            self._asked = None
        foreign = number >= self.number + self._lookahead or generation > self._generation
        bar = self._playable(composed.bar)
        if bar is None or foreign or generation < self._idea_from:
            self.counts["rejected"] += 1
            if not foreign:
                self._failed.add((number, generation))
            return
        bar = self._varied(bar, number)
        settings = self._settings if generation == self._generation else None
        if number < self.number:
            self.counts["late"] += 1
            number, generation = self.number, -1
        known = self._slots.get(number)
        if known is None or known.generation <= generation:
            self._slots[number] = Slot(bar, generation, settings)

    def _playable(self, bar: Bar) -> Bar | None:
        """The bar as it can be played here; None if it cannot."""
        style = self._styles.get(bar.style)
        if style is None or bar.meter != self._meter:
            return None
        mended = repaired(bar, style.hands)
        return mended if mended.hits else None

    def ready(self) -> int:
        """How many of the next bars are there, whatever controls they were made under."""
        return sum(n in self._slots for n in range(self.number, self.number + self._lookahead))

    def peek(self) -> Bar | None:
        """The next bar as it stands."""
        held = self._arranger.held()
        if held and not self.called:
            return held
        slot = self._slots.get(self.number)
        return slot.bar if slot else None

    # ---- playing
    def take(self, song_bar: int, bpm: float) -> Bar:
        """The bar to play now: of the loop, or else the one made for this place."""
        self._song = (song_bar - self.number, bpm)
        held = None if self.called else self._arranger.held()
        bar = held or self._made(song_bar, bpm)
        self.counts[bar.source] = self.counts.get(bar.source, 0) + 1
        self._arranger.add(bar)
        self._forget()
        return bar

    def _made(self, song_bar: int, bpm: float) -> Bar:
        """A bar with its feel, played as the arrangement has it; its material is the theme's."""
        slot, arranger = self._chosen(song_bar, bpm), self._arranger
        material = replace(slot.bar, blend=self._settings.blend)
        material = self._felt(material, bpm, self.number)
        style = self._styles[material.style]
        bar = arranger.arranged(
            self._accented(material),
            lambda: self._accented(self._groove(style, song_bar, bpm)),
            style.hands,
            odd=song_bar % 2 == 1,
        )
        heard = bar if arranger.arrangement.time == "normal" else None  # else it would slow twice
        self._themes.add(replace(slot, bar=material, heard=heard), song_bar)
        return bar

    def _chosen(self, song_bar: int, bpm: float) -> Slot:
        """A beat that comes back, the fresh bar, a spare, or one improvised."""
        number, slot = self.number, self._slots.get(self.number)
        fill = self._is_fill(number, song_bar)
        bar = None if fill else self._repeat(number, song_bar)
        if bar is None and slot is not None and self._plays(slot, song_bar):
            return self._filled_up(slot)
        if bar is None and not fill:
            bar = self._repeat(number, song_bar, stopgaps=True)
        bar = bar or self._improvised(self._request(number, song_bar, bpm, fill))
        return Slot(bar, self._generation, self._settings)

    def _filled_up(self, slot: Slot) -> Slot:
        """A spare beat of fewer hits than are wanted now gets more; too many are left out later."""
        enough = slot.generation == self._generation or slot.bar.density >= self._density
        if enough or slot.bar.fill:
            return slot
        bar = thickened(slot.bar, self._density, self._dice(self.number, "more"))
        bar = repaired(bar, self._styles[bar.style].hands)
        return replace(slot, bar=bar, settings=None)

    def _felt(self, bar: Bar, bpm: float, number: int) -> Bar:
        style = blended(self._styles, bar.style, bar.blend)
        return felt(bar, style, bpm, self._performance, number)

    def _accented(self, bar: Bar) -> Bar:
        """As hard as was tapped; what comes back as a theme has none of it."""
        return self._settings.lead.accented(bar) if self._settings.lead else bar

    def _groove(self, style: Style, song_bar: int, bpm: float) -> Bar:
        """The beat that a fill breaks off."""
        bar = self._themes.groove(song_bar, style.name)
        if bar is None:
            request = self._request(self.number, song_bar, bpm, fill=False)
            bar = self._improvised(replace(request, style=style.name))
        return self._felt(replace(bar, blend=self._settings.blend), bpm, self.number)

    def fill_from(self, playing: Playing, tick: int, bpm: float) -> Playing:
        """A bar that plays already, with a fill from `tick` of it on.

        Made at once of the style's patterns: the drummer could not be asked in time.
        """
        bar, number = playing.bar, playing.number
        request = self._request(number, self._meter.bar_of(playing.start), bpm, fill=True)
        request = replace(request, style=bar.style, density=bar.density)
        fill = replace(self._improvised(request), blend=bar.blend)
        fill = self._felt(fill, bpm, number)
        hands, back = self._styles[bar.style].hands, self.number - number
        bar = self._arranger.filled(bar, fill, tick, back, hands)
        return replace(playing, bar=bar, called=True)

    def _plays(self, slot: Slot, song_bar: int) -> bool:
        fits = slot.bar.fill == self._is_fill(self.number, song_bar)
        return fits and slot.bar.style == self._settings.playing

    def _improvised(self, request: Request) -> Bar:
        """A bar without a drummer; where no model could help, that is what is wanted."""
        style = self._styles[request.style]
        bar = repaired(sketch(style, request), style.hands)
        bar = bar if _modelled(request) else replace(bar, source="template")
        return self._varied(bar, request.number)

    def _varied(self, bar: Bar, number: int) -> Bar:
        """A variation of what was given, if that is wished or no drummer goes on from it."""
        given, (ahead, bpm) = self._given, self._song
        if given is None or bar.fill:
            return bar
        if not given.vary and (bar.source == "model" or bar.style != given.bars[0].style):
            return bar
        dice, hands = self._dice(number, "vary"), self._styles[bar.style].hands
        other = self._felt(bar, bpm, number)
        return given.varied(number + ahead, other, self._settings.variation, dice, hands)

    def _forget(self) -> None:
        self._slots.pop(self.number, None)
        self._fills.discard(self.number)
        self._failed = {key for key in self._failed if key[0] > self.number}
        self.number += 1
