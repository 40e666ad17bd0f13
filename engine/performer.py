"""The drummer on stage: receive, due, deadline.

Events come in with their time, and `due(now)` says what is to be sent, composed and shown.
Nothing here waits, fails or looks at a clock: the same events at the same times give the
same notes, and a bad event is counted, never raised.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from engine.agenda import Agenda, Note
from engine.controls import Kind
from engine.desk import Desk
from engine.errors import ControlError
from engine.events import (
    Changed,
    Compose,
    Composed,
    Event,
    Out,
    Panic,
    Send,
    State,
    Struck,
    Tick,
    Turned,
)
from engine.feel import Knobs, strokes
from engine.grid import TICKS_PER_SIXTEENTH
from engine.phrases import next_beat
from engine.playing import Playing
from engine.prepared import Prepared
from engine.setup import Setup
from engine.song import Landing, Song
from engine.take import Played, Take

__all__ = ["Performer", "Setup"]

ASK_EVERY = 0.15  # seconds between requests while a knob turns: time to finish a bar
REPLAN_EVERY = 0.002  # seconds between replans while a knob turns, unless a note is due
SHOW_EVERY = 0.05  # seconds between states for the screen
EPSILON = 1e-6  # ticks; below a nanosecond, above float error
TWIN = TICKS_PER_SIXTEENTH // 2  # notes of a voice nearer than this across a jump are one
ALL_NOTES_OFF = 123  # the channel mode message


class Performer:
    """One performance. All times are seconds of one monotonic clock.

    Call due() after every receive() and at every deadline().
    """

    def __init__(self, setup: Setup) -> None:
        self.desk = Desk(setup.styles, setup.controls.get("style"))
        self.take = Take()
        self.complaint = ""
        self._setup = setup
        self._song = Song(setup.source, setup.timeout, self.desk.number("tempo"))
        self._agenda = Agenda(setup.channel, setup.gate)
        self._prepared = Prepared(
            setup.styles, self.desk.settings(), setup.meter, setup.seed, setup.lookahead
        )
        self._counts = {"sent": 0, "refused": 0, "struck": 0}
        self._current: Playing | None = None
        self._next: Playing | None = None
        self._floor = 0.0  # song tick where playing began or jumped to
        self._floor_at = -math.inf  # and when
        self._sent: set[tuple[int, int, int]] = set()  # keys of notes of these bars
        self._twins: set[tuple[int, int]] = set()  # sent ahead of a jump: not again after it
        self._planned: set[int] = set()  # numbers of bars the agenda knows
        self._panic = self._fill_now = False
        self._replan_at: float | None = None
        self._planned_at = self._asked_at = self._shown_at = -math.inf
        self._planned_shift = 0.0  # seconds
        self._ask_at: float | None = -math.inf
        self._show_at: float | None = -math.inf
        for name, value in setup.controls.items():
            self._turn(name, value, -math.inf)
        self._prepared.heed(*self.desk.touch())

    @property
    def current(self) -> Playing | None:
        """The bar that is playing; None while stopped."""
        return self._current

    # ---- in
    def receive(self, event: Event, now: float) -> None:
        """Take in what happened at `now`; never raises for anything from outside."""
        match event:
            case Tick():
                self._song.receive(event, now)
                return
            case Turned(name, value):
                self._turn(name, value, now)
            case Composed():
                self._prepared.answer(event)
                self._asked_at = -math.inf
            case Struck():
                self._counts["struck"] += 1
            case Panic():
                self._panic = True
            case _:
                self._song.receive(event, now)
        self._ask_at = max(now, self._asked_at + ASK_EVERY)
        self._show_at = max(now, self._shown_at + SHOW_EVERY)

    def _turn(self, name: str, value: object, now: float) -> None:
        try:
            control, kept = self.desk.check(name, value)
        except ControlError as error:
            self._counts["refused"] += 1
            self.complaint = str(error)
            return
        if control.kind is Kind.TRIGGER:
            if float(kept) >= 0.5 and now > -math.inf:  # a trigger in a setup has no moment
                self._pull(name, now)
            return
        self.desk.values[name] = kept
        if control.kind is Kind.COMPOSED:
            self._prepared.set(self.desk.settings(), self.desk.arrangement())
        if name == "tempo":
            self._song.set_tempo(float(kept), now)
        elif name == "clock_offset":
            self._song.clock_offset = float(kept) / 1000.0
        elif control.kind is Kind.PERFORMED or name == "density":
            self._replan_at = max(now, self._planned_at + REPLAN_EVERY)

    def _pull(self, trigger: str, now: float) -> None:
        match trigger:
            case "fill":
                self._prepared.fill_next()
            case "fill_now":
                self._fill_now = self._song.sounding
            case "new_idea":
                self._prepared.new_idea()
            case "undo":
                self._undo(now)
            case "stop":
                self._song.stop()
            case "panic":
                self._panic = True
            case _:  # play
                if not self._song.run(now):
                    self.complaint = "play: this performance follows MIDI clock; press play there"

    def _undo(self, now: float) -> None:
        settings = self._prepared.undo()
        if settings is None:
            self.complaint = "undo: nothing has changed yet"
        else:
            self.desk.restore(settings)
            self._replan_at = max(now, self._planned_at + REPLAN_EVERY)  # density is heard at once

    # ---- out
    def due(self, now: float) -> list[Out]:
        """Everything wanted by `now`, in the order it is to be done."""
        if self._song.expire(now):
            self._show_at = now
        out: list[Out] = self._silence(now)
        if self._song.sounding:
            self._advance(now)
            if self._fill_now and self._current is not None:
                self._fill(self._current, now)
            self._replan(now)
        if notes := self._notes(now):
            return out + notes  # what else is due has its turn right after them
        if self._ask_at is not None and now >= self._ask_at:
            out += self._ask(now)
        if self._show_at is not None and now >= self._show_at:
            self._shown_at = now
            self._show_at = now + SHOW_EVERY if self._song.sounding else None
            out.append(Changed(self.state(now)))
        return out

    def _silence(self, now: float) -> list[Out]:
        """Let go of everything at a stop or a panic; after a panic the bar goes on."""
        stopped = self._current is not None and not self._song.sounding
        out: list[Out] = []
        if stopped or self._panic:
            out += self._agenda.silence(now)
        if self._panic:
            out.append(Send(bytes((0xB0 + self._setup.channel - 1, ALL_NOTES_OFF, 0)), now))
            self._panic = False
            self._replan_at = now
        if stopped:
            self._current = self._next = None
            self._fill_now = False
            self._twins.clear()
        return out

    def _notes(self, now: float) -> list[Out]:
        out: list[Out] = []
        line = self._song.timeline if self._song.sounding else None
        due = self._agenda.due(now, line, self.desk.shift, self._floor_at, self._song.hold)
        for send, note in due:
            out.append(send)
            if note is not None:
                self._sent.add(note.key)
                self._counts["sent"] += 1
                self.take.add(
                    Played(note.bar, note.tick, note.score, note.note, note.velocity, send.at)
                )
        return out

    def _ask(self, now: float) -> list[Out]:
        """Ask the drummer for the next bar that is missing."""
        self._ask_at = None
        start, line = self._next_start(), self._song.timeline
        request = self._prepared.want(self._setup.meter.bar_of(start), self._song.bpm)
        if request is None:
            return []
        self._asked_at = now
        ahead = (request.number - self._prepared.number) * self._setup.meter.bar_ticks
        sounding = self._song.sounding
        needed = line.seconds(start + ahead) - self._setup.commit if sounding else math.inf
        return [Compose(request, needed)]

    def _next_start(self) -> int:
        """The song tick of the next bar that is still open."""
        last = self._next or self._current
        return self._song.start_tick if last is None else last.end

    def deadline(self) -> float | None:
        """When due() next has something to do, seconds; None: nothing until an event."""
        song, current = self._song, self._current
        line = song.timeline if song.sounding else None
        times = [
            self._agenda.deadline(line, self.desk.shift, song.hold),
            song.deadline(),
            self._ask_at,
            self._show_at,
        ]
        if line is not None:
            if current is None:
                return -math.inf  # playing began, and due() has not been called since
            times += [self._replan_at, line.seconds(current.end)]
            times.append(self._commit_at(current) if self._next is None else None)
        known = [time for time in times if time is not None]
        return min(known) if known else None

    # ---- bars
    def _advance(self, now: float) -> None:
        """Begin, go on to the next bar, and commit the one after it."""
        tick, landing = self._song.tick(now), self._song.landed()
        current = self._current
        if landing is not None:
            current = self._land(landing, now)
        elif current is None or tick >= current.end + current.bar.meter.bar_ticks:
            current = self._land(Landing(tick, now), now)  # asleep for bars: begin here
        elif tick >= current.end - EPSILON:
            current = self._begin(self._next or self._taken(current.end), now)
        if self._next is None and now >= self._commit_at(current):
            self._next = self._taken(current.end)
            self._replan_at = self._ask_at = now

    def _commit_at(self, current: Playing) -> float:
        """When the bar after this one is decided: early enough for its earliest hit."""
        bar_line = self._song.timeline.seconds(current.end)
        return bar_line - self._setup.commit + min(0.0, self.desk.shift)

    def _taken(self, start: int) -> Playing:
        number, called = self._prepared.number, self._prepared.called
        # Once a bar, so that what is asked for does not hang on when the drummer has time.
        self._prepared.heed(*self.desk.touch())
        bar = self._prepared.take(self._setup.meter.bar_of(start), self._song.bpm)
        return Playing(bar, number, start, called)

    def _land(self, landing: Landing, now: float) -> Playing:
        """Begin in the middle of things: at Start, Continue, a jump or after a long sleep."""
        meter = self._setup.meter
        bar = meter.bar_of(landing.tick + EPSILON)
        left = math.inf if landing.left is None else landing.left
        self._twins = {
            (round(score + landing.tick - left), note)
            for _, score, note in self._sent
            if score >= left
        }
        self._floor, self._floor_at = landing.tick, landing.at
        ready, current = self._next, self._current
        if current is not None and abs(current.start - left) < TWIN:
            ready = current  # it has only just begun and jumps along
        fill = ready is not None and ready.bar.fill and not ready.called
        if ready is None or (fill and not self._prepared.fill_due(bar)):
            ready = self._taken(meter.bar_start(bar))
        self._sent.clear()
        self._planned.clear()
        self._agenda.plan(())
        return self._begin(replace(ready, start=meter.bar_start(bar)), now)

    def _begin(self, playing: Playing, now: float) -> Playing:
        self._current, self._next = playing, None
        self._sent = {key for key in self._sent if key[0] >= playing.number}
        known = playing.number in self._planned and playing.bar.style == self.desk.sounding
        self._planned = {number for number in self._planned if number >= playing.number}
        self.desk.adopt(playing.bar.style)
        self._ask_at = self._show_at = now
        if not known:  # a bar committed before and no new swing: its notes are planned
            self._replan_at = now
        return playing

    def _fill(self, current: Playing, now: float) -> None:
        """A fill from the next beat on: of the bar that plays or, after its last beat, the next."""
        line = self._song.timeline
        playhead = self._song.tick(now) - self.desk.shift / line.seconds_per_tick
        tick = next_beat(current.bar.meter, playhead - current.start)
        length, fill_from = current.bar.meter.bar_ticks, self._prepared.fill_from
        if tick < length:
            self._current = fill_from(current, tick, self._song.bpm)
        else:
            following = self._next or self._taken(current.end)
            self._next = fill_from(following, tick - length, self._song.bpm)
        self._fill_now, self._replan_at = False, now

    # ---- the agenda
    def _replan(self, now: float) -> None:
        """Plan the notes of the current and the committed bar anew, if anything moved them."""
        if self._replan_at is None:
            return
        line, shift = self._song.timeline, self.desk.shift
        head = self._agenda.deadline(line, shift, self._song.hold)
        if now < self._replan_at and (head is None or now < head):
            return
        tick = self._song.tick(now)
        playhead = tick - shift / line.seconds_per_tick
        was = tick - self._planned_shift / line.seconds_per_tick
        # A note to come may be moved as far as the playhead; one late already stays as late.
        pending = self._agenda.pending
        coming = {note.key: playhead - max(0.0, was - note.tick) for note in pending}
        # The last hits of the bar before may be late enough to sound in this one.
        first = self._current.number if self._current else 0
        notes: list[Note] = [note for note in pending if note.bar < first]
        knobs = self.desk.knobs()
        for playing in (self._current, self._next):
            if playing is not None:
                notes += self._notes_of(playing, knobs, playhead, coming)
                self._planned.add(playing.number)
        self._agenda.plan(notes)
        self._planned_at, self._replan_at, self._planned_shift = now, None, shift

    def _notes_of(
        self,
        playing: Playing,
        knobs: Knobs,
        playhead: float,
        coming: Mapping[tuple[int, int, int], float],
    ) -> list[Note]:
        """The notes of a bar that are still to come, as the knobs would have them now.

        `coming` is how early each pending note may stand. What is past and was not pending
        (muted, thinned out) stays past; a voice that the kit lacks is left out.
        """
        known, bar = playing.number in self._planned, playing.number
        notes = []
        for stroke in strokes(playing.bar, knobs):
            score, note = playing.start + stroke.score, self._setup.notes.get(stroke.voice)
            if note is None or score < self._floor - EPSILON or self._is_twin(score, note):
                continue
            key = (bar, score, note)
            tick = max(playing.start + stroke.tick, self._floor)
            if known and tick < playhead:
                tick = max(tick, coming.get(key, -math.inf))
            if key in self._sent or (known and tick < playhead and key not in coming):
                continue
            notes.append(Note(tick, score, stroke.voice, note, stroke.velocity, bar))
        return notes

    def _is_twin(self, score: int, note: int) -> bool:
        twins = self._twins  # mostly none
        return bool(twins) and any(note == n and abs(score - at) < TWIN for at, n in twins)

    # ---- showing
    def state(self, now: float) -> State:
        """What a screen shows."""
        song, meter = self._song, self._setup.meter
        tick = song.tick(now) if song.sounding else float(song.start_tick)
        following = self._next.bar if self._next else self._prepared.peek()
        counts = {**self._prepared.counts, **self._counts, "dropped": self._agenda.dropped}
        return State(
            transport=song.transport.value,
            driver=song.driver,
            place=meter.place(tick + EPSILON),
            meter=meter,
            bpm=song.bpm,
            steadiness=song.steadiness,
            controls=tuple(self.desk.values.items()),
            bar=self._current.bar if self._current else None,
            next_bar=following,
            ready=self._prepared.ready() + (self._next is not None),
            counts=tuple(counts.items()),
            complaint=self.complaint,
        )
