"""The bar that plays and the one after it: when each is decided, begins and is left."""

from __future__ import annotations

import math
from dataclasses import replace

from engine.bars.bar_changes import next_beat
from engine.bars.placed import PlacedBar
from engine.playing.note_plan import EPSILON, TWIN
from engine.playing.outgoing_notes import OutgoingNotes
from engine.playing.parts import Parts
from engine.timing.playhead import Landing


class BarSequence:
    """Takes bars from those that are prepared, in the order in which the song comes to them."""

    def __init__(self, parts: Parts, notes: OutgoingNotes) -> None:
        self.current: PlacedBar | None = None  # None while stopped
        self.following: PlacedBar | None = None  # decided, from a moment before its bar line on
        self._meters, self._commit = parts.meters, parts.setup.commit
        self._song, self._desk, self._prepared = parts.song, parts.desk, parts.prepared
        self._notes, self._recorder, self._pacing = notes, parts.recorder, parts.pacing
        self._fill_now = False

    @property
    def playing(self) -> list[PlacedBar]:
        """The bars whose notes are on their way."""
        return [bar for bar in (self.current, self.following) if bar is not None]

    @property
    def open_tick(self) -> int:
        """The song tick of the first bar that is not decided."""
        last = self.following or self.current
        return self._song.start_tick if last is None else last.end

    def commit_at(self, current: PlacedBar) -> float:
        """When the bar after this one is decided: early enough for its earliest hit."""
        bar_line = self._song.timeline.seconds(current.end)
        return bar_line - self._commit + min(0.0, self._desk.shift)

    # ---- going on
    def advance(self, now: float) -> PlacedBar:
        """Begin, or go on to the next bar where its line has come; the bar that plays."""
        tick, landing, current = self._song.tick(now), self._song.landed(), self.current
        if landing is not None:
            return self._land(landing, now)
        if current is None or tick >= current.end + current.bar.meter.bar_ticks:
            return self._land(Landing(tick, now), now)  # asleep for bars: begin here
        if tick >= current.end - EPSILON:
            return self._begin(self.following or self._taken(current.end), now)
        return current

    def commit(self, current: PlacedBar, now: float) -> None:
        """Decide the next bar, if it is time."""
        if self.following is None and now >= self.commit_at(current):
            self.following = self._taken(current.end)
            self._pacing.replan_at = now
            self._pacing.tell_now(now)

    def stop(self, current: PlacedBar, now: float) -> None:
        """Playing stopped, in the middle of a bar; a recording ends with it."""
        if self._recorder.stop(current, self._song.tick(now), now):
            self._desk.values["record"] = 0.0
        self.current = self.following = None
        self._fill_now = False

    def _taken(self, start: int) -> PlacedBar:
        number, called = self._prepared.number, self._prepared.called
        # Once a bar, so that what is asked for does not hang on when the drummer has time.
        self._prepared.set_touch(*self._desk.touch())
        bar = self._prepared.take(self._meters.bar_of(start), self._song.bpm)
        self._meters.begin(start, bar.meter)
        return PlacedBar(bar, number, start, called, self._prepared.lead)

    def _land(self, landing: Landing, now: float) -> PlacedBar:
        """Begin in the middle of things: at Start, Continue, a jump or after a long sleep."""
        meters, tick = self._meters, landing.tick + EPSILON
        bar, start = meters.bar_of(tick), meters.bar_start(tick)
        left = math.inf if landing.left is None else landing.left
        ready, current = self.following, self.current
        if current is not None and abs(current.start - left) < TWIN:
            ready = current  # it has only just begun and jumps along
        elif current is not None:
            gone = current.start if landing.left is None else landing.left  # asleep: it was missed
            self._recorder.leave(current, gone, landing.at)
        fill = ready is not None and ready.bar.fill and not ready.called
        if ready is None or (fill and not self._prepared.fill_due(bar)):
            ready = self._taken(start)
        self._notes.land(landing)
        return self._begin(replace(ready, start=start), now, landing)

    def _begin(self, bar: PlacedBar, now: float, landing: Landing | None = None) -> PlacedBar:
        self.current, self.following = bar, None
        self._meters.begin(bar.start, bar.bar.meter)
        known = self._notes.begin(bar.number, bar.bar.meter)
        self._pacing.tell_now(now)
        if self._desk.adopt(bar.bar) or not known:  # else its notes are planned
            self._pacing.replan_at = now
        self._recorder.begin(bar, self._song.timeline, landing, self._desk.values)
        return bar

    # ---- a fill at once
    def call_fill(self) -> None:
        """A fill from the next beat on, if it plays."""
        self._fill_now = self._song.sounding

    def call_part(self) -> None:
        """A part was called: where it comes with the next bar, this one ends in a fill."""
        current = self.current
        if current is None or self.following is not None or current.bar.fill:
            return
        if self._prepared.leads(self._meters.bar_of(current.start)):
            self.call_fill()

    def fill(self, current: PlacedBar, now: float) -> None:
        """The fill that was called: of the bar that plays or, after its last beat, the next."""
        if not self._fill_now:
            return
        line = self._song.timeline
        playhead = self._song.tick(now) - self._desk.shift / line.seconds_per_tick
        tick = next_beat(current.bar.meter, playhead - current.start)
        length = current.bar.meter.bar_ticks
        if tick < length:
            self.current = self._filled(current, tick)
        else:
            following = self.following or self._taken(current.end)
            self.following = self._filled(following, tick - length)
        self._fill_now, self._pacing.replan_at = False, now

    def _filled(self, bar: PlacedBar, tick: int) -> PlacedBar:
        """A bar with a fill from a tick of it on."""
        return self._prepared.fill_from(bar, self._meters.bar_of(bar.start), tick, self._song.bpm)
