"""What the bars to come are to be: under which settings, of which idea, with which dice.

A function of this, of a bar's number and of its place in the song is the request for that bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from engine.bars.given import Given
from engine.bars.in_style import hallmarks_for
from engine.bars.request import Request
from engine.controls.composed import ComposedSettings
from engine.controls.follow import Lead
from engine.score.grid import FOUR_FOUR, Meter
from engine.score.hallmarks import Hallmark
from engine.score.notes import Bar, Blend
from engine.score.song_parts import SongParts
from engine.score.style import Style
from engine.score.style_morph import blended

LEADING = 2  # beats of the style that a drummer is shown before he has played any


class Direction:
    """`generation` rises whenever bars asked for before are not what is wanted any more."""

    def __init__(
        self, styles: Mapping[str, Style], settings: ComposedSettings, seed: int, parts: SongParts
    ) -> None:
        self.styles, self.settings, self.parts = styles, settings, parts
        self.generation = 0
        self.idea_from = 0  # generation the idea began with
        self.touch = (0.5, 0.5)  # intensity and ghosts that a bar is asked for with, 0..1
        self.given: Given | None = None
        self.called: set[int] = set()  # numbers of bars that were asked to be fills
        self._seed = seed
        self._idea = 0  # raised by new_idea, part of every seed

    # ---- turned
    def make_under(self, settings: ComposedSettings) -> None:
        """Bars not yet begun are to be made under these."""
        self.generation += settings.asked != self.settings.asked
        self.settings = settings

    def follow(self, lead: Lead | None) -> None:
        """Bars not yet begun are led by what was tapped."""
        self.make_under(replace(self.settings, lead=lead))

    def leave_groove(self) -> None:
        """What was composed or asked for until now is of a groove that has been left."""
        self.generation += 1
        self.idea_from = self.generation

    def new_idea(self) -> None:
        """Other dice from now on; what was given is not gone on from any more."""
        self._idea += 1
        self.given = None

    # ---- read
    @property
    def meter(self) -> Meter:
        """The meter of bars to come."""
        return self.settings.meter

    @property
    def varied(self) -> Given | None:
        """What bars to come are to be variations of, if it is of their meter."""
        given = self.given
        return given if given and given.vary and given.meter == self.meter else None

    @property
    def density(self) -> float:
        """The density that bars are to be made for."""
        lead, knob = self.settings.lead, self.settings.density
        return lead.of_density(knob) if lead else knob

    @property
    def performance(self) -> int:
        """The seed of all dice: the performance's, and the one on the table of controls."""
        return self._seed + (self.settings.seed << 32)

    def dice(self, number: int, what: str) -> Random:
        """The dice for one thing about one bar."""
        return Random(f"{self.performance}/{self._idea}/{what}/{number}")

    def style(self, name: str, blend: Blend) -> Style:
        """A style, on its way to another where the blend says so."""
        return blended(self.styles, name, blend)

    def hands(self, style: str) -> bool:
        """Must two hands be able to play it?"""
        return self.styles[style].hands

    def is_fill(self, number: int, song_bar: int) -> bool:
        """Is the bar to be a fill: called, or due at its place in the song or before a part?"""
        every = self.settings.fill_every
        if self.parts.leads(number, song_bar, self.settings.phrase):
            return True
        return number in self.called or (every > 0 and song_bar % every == every - 1)

    def request(
        self, number: int, song_bar: int, bpm: float, *, fill: bool, before: Sequence[Bar]
    ) -> Request:
        """The request for a bar; `before` are the bars that a drummer is shown, oldest first."""
        settings, lead = self.settings, self.settings.lead
        if self.varied is not None:
            before = self.varied.before(song_bar)
        style = self.style(settings.playing, settings.blend)
        beat = lead.of_complexity(settings.complexity) if lead else settings.complexity
        return Request(
            number=number,
            generation=self.generation,
            performance=self.performance,
            style=style.name,
            mixture=tuple(sorted(style.mixture.items())),
            meter=self.meter,
            bpm=float(round(bpm)),  # the jitter of a clock must not make another bar
            place=song_bar % settings.phrase,
            phrase=settings.phrase,
            fill=fill,
            density=self.density,
            complexity=settings.fill_complexity if fill else beat,
            intensity=lead.of_intensity(self.touch[0]) if lead else self.touch[0],
            ghosts=self.touch[1],
            temperature=settings.temperature,
            history=tuple(before),
            seed=self.dice(number, "bar").getrandbits(48),
            hands=style.hands,
            strength=settings.strength,
            hallmarks=() if fill else self._hallmarks(number, style, beat),
            leading=self._leading(style, before),
            triplets=self.styles[style.name].triplets,
        )

    def _leading(self, style: Style, before: Sequence[Bar]) -> tuple[Bar, ...]:
        """The style's own, where nothing was played yet that a drummer could go on from."""
        known = any(bar.meter == self.meter for bar in before)
        return () if known or not self.settings.strength else style.beats(self.meter)[:LEADING]

    def _hallmarks(self, number: int, style: Style, complexity: float) -> tuple[Hallmark, ...]:
        """What a beat must keep; said of 4/4, and nothing of what somebody gave."""
        if self.meter != FOUR_FOUR or self.varied is not None:
            return ()
        dice = self.dice(number, "hallmarks")
        return hallmarks_for(style, self.settings.strength, self.density, complexity, dice)


def modelled(request: Request) -> bool:
    """Is there a trained drummer for it? Its meter is 4/4, its styles those it has learned."""
    return request.meter == FOUR_FOUR and bool(request.mixture)
