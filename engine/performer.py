"""The drummer on stage: receive, due, deadline.

Events come in with their time, and `due(now)` says what is to be sent, composed and shown.
Nothing here waits, fails or looks at a clock: the same events at the same times give the
same notes, and a bad event is counted, never raised.
"""

from __future__ import annotations

import math
from dataclasses import replace

from engine.agenda import Agenda
from engine.controls import Kind, Value
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
from engine.follow import Tapped
from engine.phrases import next_beat
from engine.plan import EPSILON, TWIN, Plan
from engine.playing import Playing
from engine.prepared import Prepared
from engine.recorder import Recorder
from engine.setup import Setup
from engine.showing import shown, with_bars
from engine.snapshots import Snapshots
from engine.song import Landing, Song

__all__ = ["Performer", "Setup"]

ASK_EVERY = 0.15  # seconds between requests while a knob turns: time to finish a bar
LOOK = 0.4  # seconds before the next bar is decided: time to compose it as was tapped
REPLAN_EVERY = 0.002  # seconds between replans while a knob turns
CLEAR = 0.001  # seconds before a note in which a plan not much older than that is good enough
SHOW_EVERY = 0.05  # seconds between states for the screen
ALL_NOTES_OFF = 123  # the channel mode message


class Performer:
    """One performance. All times are seconds of one monotonic clock.

    Call due() after every receive() and at every deadline().
    """

    def __init__(self, setup: Setup) -> None:
        self.desk = Desk(setup.styles, setup.controls)
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
        self._plan = Plan(setup.notes)
        self._recorder = Recorder()
        self._floor_at = -math.inf  # when playing began or jumped
        self._tapped = Tapped(setup.meter)
        self._looked = -1  # number of the bar in which what is tapped was measured last
        self._snapshots = Snapshots(self.desk.table, setup.snapshots)
        self._panic = self._fill_now = False
        self._replan_at: float | None = None
        self._planned_at = self._asked_at = self._shown_at = -math.inf
        self._planned_shift = 0.0  # seconds; what the agenda's notes are sent by
        self._ask_at: float | None = -math.inf
        self._show_at: float | None = -math.inf
        for name, value in setup.controls.items():
            self._turn(name, value, -math.inf)
        self._prepared.begin(self.desk.touch(), self.desk.swing, setup.given)

    @property
    def current(self) -> Playing | None:
        """The bar that is playing; None while stopped."""
        return self._current

    def snapshots(self) -> dict[str, dict[str, Value]]:
        """What is stored, by letter "a".."h": to keep it, and to start with it again."""
        return self._snapshots.everything()

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
            case Struck(_, velocity):
                self._counts["struck"] += 1
                self._strike(velocity, now)
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
        if name == "follow":
            self._look(now)
        elif name == "record":
            self._recorder.record(bool(kept), self._current, self._song.tick(now))
        elif name == "tempo":
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
            case "capture":
                bars, tick = int(self.desk.number("capture_bars")), self._song.tick(now)
                if not self._recorder.capture(bars, self._current, tick):
                    self.complaint = "capture: no whole bar has been played yet"
            case "play":
                if not self._song.run(now):
                    self.complaint = "play: this performance follows MIDI clock; press play there"
            case _:
                self._snapshot(trigger, now)

    def _snapshot(self, trigger: str, now: float) -> None:
        """Store one, or recall it as if each of its controls were turned now."""
        what, _, letter = trigger.partition("_")
        if what == "store":
            self._snapshots.store(letter, self.desk.values)
            return
        snapshot = self._snapshots.recall(letter)
        if snapshot is None:
            self.complaint = f"recall_{letter}: snapshot {letter.upper()} is empty; store_{letter}"
            return
        self.desk.recall(snapshot)
        self._prepared.set(self.desk.settings(), self.desk.arrangement())
        self._look(now)
        self._replan_at = max(now, self._planned_at + REPLAN_EVERY)

    def _undo(self, now: float) -> None:
        settings = self._prepared.undo()
        if settings is None:
            self.complaint = "undo: nothing has changed yet"
        else:
            self.desk.restore(settings)
            self._replan_at = max(now, self._planned_at + REPLAN_EVERY)  # density is heard at once

    # ---- what is tapped
    def _strike(self, velocity: int, now: float) -> None:
        """Keep a note that came in at the sixteenth it is meant for."""
        if self._current is not None and self._song.sounding:
            tick = self._song.timeline.ticks(now) - self._current.start
            self._tapped.strike(self._current.number, tick, velocity, self.desk.swing)

    def _look(self, now: float) -> None:
        """Let bars to come be led by what was tapped until now."""
        current = self._current
        if current is None or not self._song.sounding:
            return
        tick = self._song.timeline.ticks(now) - current.start + EPSILON
        follow = self.desk.number("follow")
        self._prepared.follow(self._tapped.lead(follow, current.number, tick))
        self._ask_at = max(now, self._asked_at + ASK_EVERY)

    def _look_at(self, current: Playing) -> float | None:
        """Once a bar: late enough to know it, early enough to compose the next."""
        if self._looked == current.number or not self.desk.number("follow"):
            return None
        return self._commit_at(current) - LOOK

    # ---- out
    def due(self, now: float) -> list[Out]:
        """Everything wanted by `now`, in the order it is to be done."""
        if self._song.expire(now):
            self._show_at = now
        out: list[Out] = self._silence(now)
        out += self._song.proposals()
        if self._song.sounding:
            self._advance(now)
            if self._fill_now and self._current is not None:
                self._fill(self._current, now)
            self._replan(now)
        if notes := self._notes(now):
            return out + notes + self._recorder.news()  # what else is due has its turn after them
        if self._ask_at is not None and now >= self._ask_at:
            out += self._ask(now)
        if self._show_at is not None and now >= self._show_at:
            self._shown_at = now
            self._show_at = now + SHOW_EVERY if self._song.sounding else None
            out.append(Changed(self.state(now)))
        return out + self._recorder.news()

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
        if stopped and self._current is not None:
            if self._recorder.stop(self._current, self._song.tick(now), now):
                self.desk.values["record"] = 0.0
            self._current = self._next = None
            self._fill_now = False
            self._plan.stop()
            self._tapped.clear()
            self._prepared.follow(None)
        return out

    def _notes(self, now: float) -> list[Out]:
        out: list[Out] = []
        line = self._song.timeline if self._song.sounding else None
        due = self._agenda.due(now, line, self._planned_shift, self._floor_at, self._song.hold)
        for send, note in due:
            out.append(send)
            if note is not None:
                self._plan.send(note)
                self._counts["sent"] += 1
                offset = self.desk.number("note_offset") / 1000.0
                self._recorder.play(send, note, self._song.timeline, offset)
        return out

    def _ask(self, now: float) -> list[Out]:
        """Ask the drummer for the next bar that is missing."""
        self._ask_at = None
        last, line = self._next or self._current, self._song.timeline
        start = self._song.start_tick if last is None else last.end  # of the next bar still open
        request = self._prepared.want(self._setup.meter.bar_of(start), self._song.bpm)
        if request is None:
            return []
        self._asked_at = now
        ahead = (request.number - self._prepared.number) * self._setup.meter.bar_ticks
        sounding = self._song.sounding
        needed = line.seconds(start + ahead) - self._setup.commit if sounding else math.inf
        return [Compose(request, needed)]

    def deadline(self) -> float | None:
        """When due() next has something to do, seconds; None: nothing until an event."""
        song, current = self._song, self._current
        line = song.timeline if song.sounding else None
        times = [
            self._agenda.deadline(line, self._planned_shift, song.hold),
            song.deadline(),
            self._ask_at,
            self._show_at,
        ]
        if line is not None:
            if current is None:
                return -math.inf  # playing began, and due() has not been called since
            times += [self._replan_at, line.seconds(current.end), self._look_at(current)]
            times.append(self._commit_at(current) if self._next is None else None)
        return min((time for time in times if time is not None), default=None)

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
        look_at = self._look_at(current)
        if look_at is not None and now >= look_at:
            self._looked = current.number
            self._look(now)
        if self._next is None and now >= self._commit_at(current):
            self._next = self._taken(current.end)
            self._replan_at = self._ask_at = self._show_at = now

    def _commit_at(self, current: Playing) -> float:
        """When the bar after this one is decided: early enough for its earliest hit."""
        bar_line = self._song.timeline.seconds(current.end)
        return bar_line - self._setup.commit + min(0.0, self.desk.shift)

    def _taken(self, start: int) -> Playing:
        number, called = self._prepared.number, self._prepared.called
        # Once a bar, so that what is asked for does not hang on when the drummer has time.
        self._prepared.heed(*self.desk.touch())
        bar = self._prepared.take(self._setup.meter.bar_of(start), self._song.bpm)
        return Playing(bar, number, start, called, self._prepared.lead)

    def _land(self, landing: Landing, now: float) -> Playing:
        """Begin in the middle of things: at Start, Continue, a jump or after a long sleep."""
        meter = self._setup.meter
        bar = meter.bar_of(landing.tick + EPSILON)
        left = math.inf if landing.left is None else landing.left
        self._floor_at = landing.at
        ready, current = self._next, self._current
        if current is not None and abs(current.start - left) < TWIN:
            ready = current  # it has only just begun and jumps along
        elif current is not None:
            gone = current.start if landing.left is None else landing.left  # asleep: it was missed
            self._recorder.leave(current, gone, landing.at)
        fill = ready is not None and ready.bar.fill and not ready.called
        if ready is None or (fill and not self._prepared.fill_due(bar)):
            ready = self._taken(meter.bar_start(bar))
        self._plan.land(landing)
        self._agenda.plan(())
        return self._begin(replace(ready, start=meter.bar_start(bar)), now, landing.tick)

    def _begin(self, playing: Playing, now: float, entered: float = -math.inf) -> Playing:
        self._current, self._next = playing, None
        known = self._plan.begin(playing.number)
        self._ask_at = self._show_at = now
        if self.desk.adopt(playing.bar) or not known:  # else its notes are planned
            self._replan_at = now
        entered -= playing.start
        self._recorder.begin(playing, self._song.timeline, entered, self.desk.values)
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
        if self._replan_at is None or now < self._replan_at:
            return
        line, shift = self._song.timeline, self.desk.shift
        head = self._agenda.deadline(line, self._planned_shift, self._song.hold)
        if head is not None and head < now + CLEAR and now < self._planned_at + 2.0 * REPLAN_EVERY:
            self._replan_at = max(head, now) + EPSILON  # the note is not to wait for it
            return
        tick = self._song.tick(now)
        playhead = tick - shift / line.seconds_per_tick
        was = tick - self._planned_shift / line.seconds_per_tick
        bars = [playing for playing in (self._current, self._next) if playing is not None]
        pending = self._agenda.pending
        self._agenda.plan(self._plan.notes(bars, self.desk.knobs(), playhead, was, pending))
        self._planned_at, self._replan_at, self._planned_shift = now, None, shift

    # ---- showing
    def state(self, now: float) -> State:
        """What a screen shows."""
        counts = {**self._prepared.counts, **self._counts, "dropped": self._agenda.dropped}
        state = shown(self._song, self._setup.meter, now)
        return replace(
            with_bars(state, self._current, self._next, self._prepared),
            controls=tuple(self.desk.values.items()),
            counts=tuple(counts.items()),
            complaint=self.complaint,
        )
