"""The beats that were played, and which of them come back.

Two of them are the theme: the first good beats of a groove, one for even bars of the song and
one for odd. Without variation they are all that plays; with some they come back where a
phrase begins. What a composed control or a new idea put away can be had back, one step.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.controls.composed import ComposedSettings
from engine.controls.follow import Lead
from engine.score.grid import Meter
from engine.score.notes import Bar, Outline

HISTORY = 4  # bars a drummer is shown
_UNLIKE = 16  # bars, each once: what a minute or two has brought
_OPENING = 2  # bars: as many as the theme has
_PLACED = 16  # bars that a hand may still change
_ROUND = 3  # bars; a song that comes round to the same place within them is a short loop


@dataclass(frozen=True, slots=True)
class MadeBar:
    """A bar that is ready, and what it was made under; settings None: those of long ago.

    `heard` is how it was played, where that differs.
    """

    bar: Bar
    generation: int
    settings: ComposedSettings | None
    heard: Bar | None = None

    @property
    def shown(self) -> Bar:
        """What a drummer is shown of it."""
        return self.heard or self.bar

    def led(self, lead: Lead | None) -> MadeBar:
        """The same bar as one that suits what is tapped now."""
        return replace(self, settings=self.settings and replace(self.settings, lead=lead))

    def suits(self, settings: ComposedSettings, stopgaps: bool) -> bool:
        """A beat of this material; while a drummer plays, a stopgap makes no theme."""
        if self.settings is None or self.bar.fill:
            return False
        same = self.settings.material == settings.material
        same = same and self.settings.lead == settings.lead
        return same and (stopgaps or self.bar.source != "fallback")


@dataclass(frozen=True, slots=True)
class Past:
    """A groove that was left: its settings, its theme and its last bars."""

    settings: ComposedSettings
    theme: dict[int, MadeBar]
    played: tuple[MadeBar, ...]


@dataclass(slots=True)
class Themes:
    """The last bars played, their theme, and the groove before this one."""

    played: deque[MadeBar] = field(default_factory=lambda: deque(maxlen=HISTORY))
    _theme: dict[int, MadeBar] = field(default_factory=dict)  # by even (0) and odd (1) bars
    _lately: deque[int] = field(default_factory=lambda: deque(maxlen=_ROUND))  # song bars
    _placed: deque[tuple[int, MadeBar]] = field(default_factory=lambda: deque(maxlen=_PLACED))
    _unlike: deque[Outline] = field(default_factory=lambda: deque(maxlen=_UNLIKE))
    _before: Past | None = None
    _heard: bool = False  # has a bar of this groove been played?
    _recalled: frozenset[int] = frozenset()  # numbers of bars that must be the theme

    def add(self, slot: MadeBar, song_bar: int) -> None:
        """A bar begins; the first good beats of a groove are its theme."""
        self.played.append(slot)
        self._lately.append(song_bar)
        self._placed.append((song_bar, slot))
        self._heard = True
        self._remember(slot.bar)
        if slot.settings is None or slot.bar.fill:
            return
        known, stopgap = self._theme.get(song_bar % 2), slot.bar.source == "fallback"
        if known is None or not known.suits(slot.settings, stopgap):
            self._theme[song_bar % 2] = slot

    def _remember(self, bar: Bar) -> None:
        if not bar.fill and (outline := bar.outline) not in self._unlike:
            self._unlike.append(outline)

    def heard_lately(self, before: Sequence[Bar]) -> tuple[Outline, ...]:
        """The outlines of the last beats that were unlike each other; `before` may be to come."""
        return (*self._unlike, *(bar.outline for bar in before))

    # ---- changed by hand
    def placed(self, song_bar: int) -> MadeBar | None:
        """The bar that was played last in a place of the song; None where that is long ago."""
        return next((slot for at, slot in reversed(self._placed) if at == song_bar), None)

    def change(self, old: MadeBar, bar: Bar, song_bar: int, settings: ComposedSettings) -> None:
        """A bar in the place of an old one, and the theme of its place; undo has the old one."""
        self.leave(settings)
        if bar.source == "fallback":  # somebody wants it: it is no stopgap any more
            bar = replace(bar, source="template")
        new = replace(old, bar=bar, settings=settings, heard=None)

        def swapped(slot: MadeBar) -> MadeBar:
            return new if slot.bar == old.bar else slot

        self.played = deque(map(swapped, self.played), maxlen=HISTORY)
        self._placed = deque(((at, swapped(one)) for at, one in self._placed), maxlen=_PLACED)
        theme = {place: swapped(slot) for place, slot in self._theme.items()}
        self._theme = theme | {song_bar % 2: new}

    # ---- what comes back
    def repeat(
        self,
        before: Sequence[MadeBar],
        at: tuple[int, int],
        settings: ComposedSettings,
        dice: float,
        stopgaps: bool,
    ) -> Bar | None:
        """The bar to repeat at (number, song bar), or None for a new one.

        `before` are the bars before it, oldest first; `dice` 0..1 is thrown for this number.
        """
        number, song_bar = at
        back = before[-2] if len(before) > 1 else None
        theme = self._theme.get(song_bar % 2)
        if number in self._recalled:
            order, stopgaps = (theme, back), True
        elif self._states_theme(song_bar, settings, dice):
            order = (theme, back)
        elif dice >= settings.variation:
            order = (back, theme)
        else:
            return None
        return next((s.bar for s in order if s and s.suits(settings, stopgaps)), None)

    def _states_theme(self, song_bar: int, settings: ComposedSettings, dice: float) -> bool:
        """Always without variation; where a phrase begins ever more seldom above one half."""
        if settings.variation == 0.0:
            return True
        opens = song_bar % settings.phrase < _OPENING and song_bar not in self._lately
        return opens and dice < 2.0 * (1.0 - settings.variation)

    def groove(self, song_bar: int, style: str, meter: Meter) -> Bar | None:
        """The beat to play up to a fill: the theme, or else the last one; None without any."""
        theme = self._theme.get(song_bar % 2)
        slots = [theme, *reversed(self.played)] if theme else list(reversed(self.played))
        bars = (slot.bar for slot in slots if not slot.bar.fill)
        return next((bar for bar in bars if (bar.style, bar.meter) == (style, meter)), None)

    # ---- leaving a groove and coming back to it
    def leave(self, settings: ComposedSettings) -> None:
        """The material of these settings is left; turns before the next bar are one change."""
        if self._heard:
            self._before = self._now(settings)
            self._heard = False

    def forget(self) -> None:
        """The next bars are another groove."""
        self.played.clear()
        self._theme.clear()
        self._unlike.clear()

    def undo(self, settings: ComposedSettings, number: int) -> ComposedSettings | None:
        """Back to the groove before, from bar `number` on, and this one can be had back.

        The settings it was played under; None where there is nothing to go back to.
        """
        before = self._before
        if before is None:
            return None
        self._before, self._heard = self._now(settings), True
        self._theme = {place: slot.led(settings.lead) for place, slot in before.theme.items()}
        self.played = deque((slot.led(settings.lead) for slot in before.played), maxlen=HISTORY)
        self._recalled = frozenset(range(number, number + _OPENING))
        return settings.with_material_of(before.settings)

    def _now(self, settings: ComposedSettings) -> Past:
        return Past(settings, dict(self._theme), tuple(self.played))
