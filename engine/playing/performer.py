"""The drummer on stage: receive, due, deadline.

Events come in with their time, and `due(now)` says what is to be sent, composed and shown.
Nothing here waits, fails or looks at a clock: the same events at the same times give the
same notes, and a bad event is counted, never raised.
"""

from __future__ import annotations

import math
from dataclasses import replace

from engine.bars.placed import PlacedBar
from engine.bars.request import Compose, Composed
from engine.bars.stroke_edit import StrokeEdit
from engine.controls.control import Value
from engine.playing.bar_sequence import BarSequence
from engine.playing.control_effects import ControlEffects
from engine.playing.events import Audition, Event, Out, Panic, Struck, Turned
from engine.playing.groove_in import GrooveIn
from engine.playing.outgoing_notes import OutgoingNotes
from engine.playing.parts import Parts
from engine.playing.setup import Setup
from engine.playing.state import Changed, State, shown, with_bars
from engine.timing.messages import Tick


class Performer:
    """One performance. All times are seconds of one monotonic clock.

    Call due() after every receive() and at every deadline().
    """

    def __init__(self, setup: Setup) -> None:
        parts = Parts(setup)
        self.desk, self._song, self._prepared = parts.desk, parts.song, parts.prepared
        self._meters, self._commit = parts.meters, setup.commit
        self._recorder, self._pacing = parts.recorder, parts.pacing
        self._notes = OutgoingNotes(parts)
        self._bars = BarSequence(parts, self._notes)
        self._groove_in = GrooveIn(parts, self._bars)
        self._effects = ControlEffects(parts, self._bars, self._groove_in)
        self._struck = 0
        for name, value in setup.controls.items():
            self._effects.turn(name, value, -math.inf)
        self._prepared.begin(self.desk.knobs(), setup.given)

    @property
    def current(self) -> PlacedBar | None:
        """The bar that is playing; None while stopped."""
        return self._bars.current

    @property
    def complaint(self) -> str:
        """What was refused last, and why."""
        return self._effects.complaint

    def snapshots(self) -> dict[str, dict[str, Value]]:
        """What is stored, by letter "a".."h": to keep it, and to start with it again."""
        return self._effects.snapshots.everything()

    # ---- in
    def receive(self, event: Event, now: float) -> None:
        """Take in what happened at `now`; never raises for anything from outside."""
        match event:
            case Tick():
                self._song.receive(event, now)
                return
            case Turned(name, value):
                self._effects.turn(name, value, now)
            case Composed():
                self._prepared.answer(event)
                self._pacing.answered()
            case Struck(_, velocity):
                self._struck += 1
                self._groove_in.strike(velocity, now)
            case Audition(note):
                self._notes.audition(note)
                return
            case StrokeEdit():
                self._effects.edit(event)
            case Panic():
                self._effects.panic = True
            case _:
                self._song.receive(event, now)
        self._pacing.ask_soon(now)
        self._pacing.show_soon(now)

    # ---- out
    def due(self, now: float) -> list[Out]:
        """Everything wanted by `now`, in the order it is to be done."""
        pacing = self._pacing
        if self._song.expire(now):
            pacing.show_at = now
        out = self._silence(now)
        out += self._song.proposals()
        if self._song.sounding:
            self._go_on(now)
        if notes := self._notes.due(now):
            return out + notes + self._recorder.news()  # what else is due has its turn after them
        if pacing.ask_at is not None and now >= pacing.ask_at:
            out += self._ask(now)
        if pacing.show_at is not None and now >= pacing.show_at:
            pacing.shown(now, again=self._song.sounding)
            out.append(Changed(self.state(now)))
        return out + self._recorder.news()

    def _silence(self, now: float) -> list[Out]:
        """Let go of everything at a stop or a panic; after a panic the bar goes on."""
        # The bar that was played until now.
        stopped = None if self._song.sounding else self._bars.current
        panic, self._effects.panic = self._effects.panic, False
        out: list[Out] = []
        if stopped or panic:
            out += self._notes.silence(now, everything=panic)
        if panic:
            self._pacing.replan_at = now
        if stopped:
            self._bars.stop(stopped, now)
            self._notes.stop()
            self._groove_in.stop()
        return out

    def _go_on(self, now: float) -> None:
        """Begin, go on to the next bar, decide the one after it, and plan their notes."""
        current = self._bars.advance(now)
        self._groove_in.look_if_due(current, now)
        self._bars.commit(current, now)
        self._bars.fill(current, now)
        self._notes.replan(now, self._bars.playing)

    def _ask(self, now: float) -> list[Out]:
        """Ask the drummer for the next bar that is missing."""
        self._pacing.ask_at = None
        start, line = self._bars.open_tick, self._song.timeline
        request = self._prepared.want(self._meters.bar_of(start), self._song.bpm)
        if request is None:
            return []
        self._pacing.asked(now)
        ahead = (request.number - self._prepared.number) * request.meter.bar_ticks
        sounding = self._song.sounding
        needed = line.seconds(start + ahead) - self._commit if sounding else math.inf
        return [Compose(request, needed)]

    def deadline(self) -> float | None:
        """When due() next has something to do, seconds; None: nothing until an event."""
        song, current, pacing = self._song, self._bars.current, self._pacing
        times = [self._notes.deadline(), song.deadline(), pacing.ask_at, pacing.show_at]
        if song.sounding:
            if current is None:
                return -math.inf  # playing began, and due() has not been called since
            times += [pacing.replan_at, song.timeline.seconds(current.end)]
            times.append(self._groove_in.look_at(current))
            undecided = self._bars.following is None
            times.append(self._bars.commit_at(current) if undecided else None)
        return min((time for time in times if time is not None), default=None)

    # ---- showing
    def state(self, now: float) -> State:
        """What a screen shows."""
        counts = {
            **self._prepared.counts,
            "sent": self._notes.sent,
            "refused": self._effects.refused,
            "struck": self._struck,
            "rival": self._song.ignored,
            "dropped": self._notes.dropped,
        }
        state = shown(self._song, self._meters, now)
        return replace(
            with_bars(state, self._bars.current, self._bars.following, self._prepared),
            controls=tuple(self.desk.values.items()),
            counts=tuple(counts.items()),
            complaint=self.complaint,
        )
