"""The bars to come: what to ask the drummer for, what it answered, which one plays.

Bars are numbered in playing order, not by song position, so that a loop in the song still
brings new bars. A bar asked for under old controls is kept as a spare until a better one is
there; what is missing at its bar line is improvised. Nothing here waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from engine.events import Composed, Request
from engine.fallback import improvise
from engine.feel import felt
from engine.grid import FOUR_FOUR, Meter
from engine.notes import Bar
from engine.style import Style
from engine.validate import repaired

PHRASE = 8  # bars; the model knows the place in four and in eight
HISTORY = 4  # bars a drummer is shown
_REPEAT_FROM = (2, 4, 1, 8)  # bars back, in this order, where a bar to repeat is looked for


@dataclass(frozen=True, slots=True)
class Settings:
    """The composed controls a bar is made under; ranges as in the table of controls."""

    style: str
    density: float = 0.5
    complexity: float = 0.5
    variation: float = 0.5
    temperature: float = 1.0
    fill_every: int = 8  # bars; 0: never


@dataclass(frozen=True, slots=True)
class Slot:
    """A bar that is ready, and what it was made under; settings None: those of long ago."""

    bar: Bar
    generation: int
    settings: Settings | None


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
        self._played: deque[Slot] = deque(maxlen=max(_REPEAT_FROM))

    # ---- steering
    def set(self, settings: Settings) -> None:
        """Bars not yet begun are to be made under these settings."""
        if settings != self._settings:
            self._settings = settings
            self._generation += 1

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
        self._generation += 1
        self._idea_from = self._generation
        self._played.clear()
        self._slots.clear()

    # ---- asking
    def want(self, index: int, bpm: float) -> Request | None:
        """The next request, if one is due, `index` being the song bar of the next bar.

        What needs no drummer (a bar repeated, a meter of templates) is made here at once.
        """
        for number in range(self.number, self.number + self._lookahead):
            song_bar = index + number - self.number
            if self._fresh(number, song_bar) or (number, self._generation) in self._failed:
                continue
            request = self._request(number, song_bar, bpm)
            bar = self._without_drummer(request)
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

    def _request(self, number: int, song_bar: int, bpm: float) -> Request:
        settings = self._settings
        before = [slot.bar for slot in self._before(number)][-HISTORY:]
        return Request(
            number=number,
            generation=self._generation,
            performance=self._seed,
            style=settings.style,
            mixture=tuple(sorted(self._styles[settings.style].mixture.items())),
            meter=self._meter,
            bpm=bpm,
            place=song_bar % PHRASE,
            phrase=PHRASE,
            fill=self._is_fill(number, song_bar),
            density=settings.density,
            complexity=settings.complexity,
            temperature=settings.temperature,
            history=tuple(before),
            seed=self._dice(number, "bar").getrandbits(48),
            hands=self._styles[settings.style].hands,
        )

    def _before(self, number: int) -> list[Slot]:
        """What stands before a bar, oldest first: bars played, then bars ready."""
        ready = [self._slots[n] for n in range(self.number, number) if n in self._slots]
        return [*self._played, *ready]

    def _dice(self, number: int, what: str) -> Random:
        return Random(f"{self._seed}/{self._idea}/{what}/{number}")

    def _without_drummer(self, request: Request) -> Bar | None:
        """A bar repeated, as variation has it, or a template where no model could help."""
        if not request.fill and (repeat := self._repeat(request.number)):
            return repeat
        return None if _modelled(request) else self._improvised(request)

    def _repeat(self, number: int, stopgaps: bool = False) -> Bar | None:
        if self._dice(number, "repeat").random() >= self._settings.variation:
            before = self._before(number)
            for back in _REPEAT_FROM:
                slot = before[-back] if back <= len(before) else None
                if slot and self._worth_repeating(slot, stopgaps):
                    return slot.bar
        return None

    def _worth_repeating(self, slot: Slot, stopgaps: bool) -> bool:
        """A beat made under these settings; while a drummer plays, a stopgap makes no theme."""
        if slot.settings is None or slot.bar.fill:
            return False
        now = self._settings
        same = replace(slot.settings, variation=now.variation, fill_every=now.fill_every) == now
        return same and (stopgaps or slot.bar.source != "fallback")

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
        slot = self._slots.get(self.number)
        return slot.bar if slot else None

    # ---- playing
    def take(self, song_bar: int, bpm: float) -> Bar:
        """The bar to play now, with its feel: the fresh one, a spare, or one improvised."""
        slot = self._slots.get(self.number)
        if slot is None or not self._plays(slot, song_bar):
            request = self._request(self.number, song_bar, bpm)
            bar = None if request.fill else self._repeat(self.number, stopgaps=True)
            slot = Slot(bar or self._improvised(request), self._generation, self._settings)
        style = self._styles[slot.bar.style]
        bar = felt(slot.bar, style, bpm, self._seed, self.number)
        self.counts[bar.source] = self.counts.get(bar.source, 0) + 1
        self._played.append(replace(slot, bar=bar))
        self._forget()
        return bar

    def _plays(self, slot: Slot, song_bar: int) -> bool:
        fits = slot.bar.fill == self._is_fill(self.number, song_bar)
        return fits and slot.bar.style == self._settings.style

    def _improvised(self, request: Request) -> Bar:
        """A bar without a drummer; where no model could help, that is what is wanted."""
        style = self._styles[request.style]
        bar = repaired(improvise(style, request), style.hands)
        return bar if _modelled(request) else replace(bar, source="template")

    def _forget(self) -> None:
        self._slots.pop(self.number, None)
        self._fills.discard(self.number)
        self._failed = {key for key in self._failed if key[0] > self.number}
        self.number += 1
