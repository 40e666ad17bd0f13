"""The bars to come: what to ask the drummer for, what it answered, which one plays.

Bars are numbered in playing order, not by song position, so that a loop in the song still
brings new bars. A bar asked for under old controls is kept as a spare until a better one is
there; what is missing at its bar line is improvised. Nothing here waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.bars.arranger import Arranger
from engine.bars.bar_choice import BarChoice
from engine.bars.direction import Direction, modelled
from engine.bars.given import Given
from engine.bars.placed import PlacedBar
from engine.bars.ready_bars import ReadyBars
from engine.bars.request import Composed, Request
from engine.bars.stroke_edit import StrokeEdit, edited
from engine.bars.themes import HISTORY, MadeBar, Themes
from engine.controls.composed import Arrangement, ComposedSettings
from engine.controls.follow import Lead
from engine.feel.strokes import PerformedKnobs
from engine.score.notes import Bar
from engine.score.playable import repaired
from engine.score.song_parts import SongParts
from engine.score.style import Style


class Prepared:
    """Keeps `lookahead` bars ready for the bar numbered `number`, the next to begin."""

    def __init__(
        self,
        styles: Mapping[str, Style],
        settings: ComposedSettings,
        seed: int = 0,
        lookahead: int = 2,
        parts: SongParts | None = None,
    ) -> None:
        self._counts = {"model": 0, "template": 0, "fallback": 0, "late": 0, "rejected": 0}
        self._lookahead = lookahead
        self._direction = Direction(styles, settings, seed, parts or SongParts())
        self._ready = ReadyBars()
        self._themes = Themes()
        self._arranger = Arranger()
        self._choice = BarChoice(self._direction, self._ready, self._themes, self._arranger)
        self._stand_in = self._choice.stand_in

    def begin(self, knobs: PerformedKnobs, given: Given | None) -> None:
        """With knobs that stand so; `given` bars are made for them, as for the settings."""
        self.set_touch(knobs.intensity, knobs.ghost / 2.0)
        if given is None:
            return
        settings = self._direction.settings
        self._direction.given = given = given.under(settings, knobs)
        last = () if given.vary else given.bars[-HISTORY:]
        for number, bar in enumerate(last, -len(last)):
            self._themes.add(MadeBar(bar, 0, settings), number)
            self._arranger.add(bar)

    @property
    def counts(self) -> dict[str, int]:
        """Bars played by source, and answers that came late or could not be played."""
        return self._counts | {"late": self._ready.late}

    @property
    def number(self) -> int:
        """The bar that begins next, counted in playing order."""
        return self._choice.number

    # ---- steering
    def set(self, settings: ComposedSettings, arrangement: Arrangement | None = None) -> None:
        """Bars not yet begun are to be made under these settings and played in this way."""
        now = self._direction.settings
        if settings.material != now.material:
            self._themes.leave(now)
        self._direction.make_under(replace(settings, lead=now.lead))
        if arrangement is not None:
            self._arranger.set(arrangement)
            self._direction.parts.called = arrangement.part

    def follow(self, lead: Lead | None) -> None:
        """Bars not yet begun are led by what was tapped; it makes no groove to go back to."""
        self._direction.follow(lead)

    @property
    def lead(self) -> Lead | None:
        """What bars are led by now."""
        return self._direction.settings.lead

    def set_touch(self, intensity: float, ghosts: float) -> None:
        """Bars asked for from now on are made for these, 0..1; none is asked for anew."""
        self._direction.touch = (intensity, ghosts)

    def fill_next(self) -> None:
        """The next bar to begin is a fill."""
        self._direction.called.add(self.number)

    @property
    def called(self) -> bool:
        """Is the next bar to begin a fill because somebody asked for one?"""
        return self.number in self._direction.called

    @property
    def parts(self) -> SongParts:
        """The part of the song that plays, and the one to come."""
        return self._direction.parts

    def leads(self, song_bar: int) -> bool:
        """Does the bar before the next, this one of the song, lead into another part?"""
        return self.parts.leads(self.number - 1, song_bar, self._direction.settings.phrase)

    def fill_due(self, song_bar: int) -> bool:
        """Is a fill due in this bar of the song?"""
        return self._direction.is_fill(-1, song_bar)

    def new_idea(self) -> None:
        """Forget the groove; the next bars start another."""
        self._direction.new_idea()
        self._themes.leave(self._direction.settings)
        self._themes.forget()
        self._leave_groove()

    def undo(self) -> ComposedSettings | None:
        """The groove before the last change comes back with the next bar; undone again, it goes.

        The settings it was made under; None where nothing has changed yet.
        """
        settings = self._themes.undo(self._direction.settings, self.number)
        if settings is not None:
            self._direction.settings = settings
            self._leave_groove()
        return settings

    def edit(self, edit: StrokeEdit) -> bool:
        """Change a stroke of a bar that was played lately or comes next, and comes back so.

        False where there is no such bar, it does not come back (a fill, a variation of what was
        given), or nothing would change.
        """
        given, settings = self._direction.given, self._direction.settings
        ahead, _ = self._stand_in.place
        coming = self._ready.get(self.number) if edit.song_bar == self.number + ahead else None
        slot = coming or self._themes.placed(edit.song_bar)
        if slot is None or slot.bar.fill or (given is not None and given.vary):
            return False
        bar = edited(slot.bar, edit)
        if bar is None:
            return False
        self._themes.change(slot, bar, edit.song_bar, settings)
        self._ready.exchange(slot.bar, bar)
        return True

    def _leave_groove(self) -> None:
        self._direction.leave_groove()
        self._ready.clear()

    # ---- asking
    def want(self, index: int, bpm: float) -> Request | None:
        """The next request, if one is due, `index` being the song bar of the next bar.

        What needs no drummer (a bar repeated, a meter of templates) is made here at once.
        """
        self._stand_in.place = (index - self.number, bpm)
        generation = self._direction.generation
        for number in self._coming():
            song_bar = index + number - self.number
            fill = self._direction.is_fill(number, song_bar)
            fresh = self._ready.fresh(number, generation, fill=fill)
            if fresh or self._ready.failed(number, generation):
                continue
            request = self._stand_in.request(number, song_bar, bpm, fill=fill)
            bar = self._without_drummer(request, song_bar)
            if bar is None:
                return self._ready.ask(request)
            self._ready.put(number, MadeBar(bar, generation, self._direction.settings))
        return None

    def _coming(self) -> range:
        """The numbers that bars are kept ready for."""
        return range(self.number, self.number + self._lookahead)

    def _without_drummer(self, request: Request, song_bar: int) -> Bar | None:
        """A bar repeated, as variation has it, or a template where no model could help."""
        if not request.fill and (repeat := self._choice.repeat(request.number, song_bar)):
            return repeat
        return None if modelled(request) else self._stand_in.improvised(request)

    # ---- answers
    def answer(self, composed: Composed) -> None:
        """Keep what the drummer made; too late for its own bar it may serve for the next.

        An answer to what was never asked, or about a groove left since, is not kept.
        """
        number, generation = composed.number, composed.generation
        now = self._direction.generation
        self._ready.heard(composed)
        foreign = number >= self._coming().stop or generation > now
        bar = self._playable(composed.bar)
        if bar is None or foreign or generation < self._direction.idea_from:
            self._counts["rejected"] += 1
            if not foreign:
                self._ready.fail(number, generation)
            return
        settings = self._direction.settings if generation == now else None
        self._ready.keep(composed, self._stand_in.varied(bar, number), settings, self.number)

    def _playable(self, bar: Bar) -> Bar | None:
        """The bar as it can be played here; None if it cannot."""
        style = self._direction.styles.get(bar.style)
        if style is None or bar.meter != self._direction.meter:
            return None
        mended = repaired(bar, style.hands)
        return mended if mended.hits else None

    def ready(self) -> int:
        """How many of the next bars are there, whatever controls they were made under."""
        return len(self._ready.among(self._coming()))

    def peek(self) -> Bar | None:
        """The next bar as it stands."""
        held = self._arranger.held()
        if held and not self.called:
            return held
        slot = self._ready.get(self.number)
        return slot.bar if slot else None

    # ---- playing
    def take(self, song_bar: int, bpm: float) -> Bar:
        """The bar to play now: of the loop, or else the one made for this place."""
        self._stand_in.place = (song_bar - self.number, bpm)
        self.parts.begin(self.number, song_bar, self._direction.settings.phrase)
        held = None if self.called else self._arranger.held()
        bar = held or self._choice.made(song_bar, bpm)
        self._counts[bar.source] = self._counts.get(bar.source, 0) + 1
        self._arranger.add(bar)
        self._ready.begun(self.number)
        self._direction.called.discard(self.number)
        self._choice.number += 1
        return bar

    def fill_from(self, playing: PlacedBar, song_bar: int, tick: int, bpm: float) -> PlacedBar:
        """A bar that plays already, this one of the song, with a fill from `tick` of it on.

        Made at once of the style's patterns: the drummer could not be asked in time.
        """
        bar, number = playing.bar, playing.number
        fill = self._stand_in.fill(bar, number, song_bar, bpm)
        hands, back = self._direction.hands(bar.style), self.number - number
        bar = self._arranger.filled(bar, fill, tick, back, hands)
        return replace(playing, bar=bar, called=True)
