"""The notes of the bars that play, on their way out: planned, planned anew, sent, let go."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.bars.placed import PlacedBar
from engine.playing.agenda import Agenda
from engine.playing.events import Out, Send
from engine.playing.note_plan import EPSILON, NotePlan
from engine.playing.pacing import REPLAN_EVERY
from engine.playing.parts import Parts
from engine.score.grid import Meter
from engine.timing.playhead import Landing
from engine.timing.timeline import Timeline

CLEAR = 0.001  # seconds before a note in which a plan not much older than that is good enough
ALL_NOTES_OFF = 123  # the channel mode message


class OutgoingNotes:
    """Every note-on that leaves is told the recorder, and gets its note-off."""

    def __init__(self, parts: Parts) -> None:
        setup = parts.setup
        self.sent = 0
        self._song, self._desk, self._recorder = parts.song, parts.desk, parts.recorder
        self._pacing = parts.pacing
        self._agenda = Agenda(setup.channel, setup.gate, setup.meter, choked=setup.choked)
        self._plan = NotePlan(setup.notes, setup.articulations)
        self._mode_change = 0xB0 + setup.channel - 1
        self._floor_at = -math.inf  # when playing began or jumped
        self._shift = 0.0  # seconds; what the planned notes are sent by

    @property
    def dropped(self) -> int:
        """Notes that came too late to be sent."""
        return self._agenda.dropped

    # ---- the bars change
    def begin(self, number: int, meter: Meter) -> bool:
        """A bar of a meter begins; True where its notes are planned already."""
        self._agenda.meter = meter
        return self._plan.begin(number)

    def land(self, landing: Landing) -> None:
        """Playing begins in the middle of things: what was planned is of no use any more."""
        self._floor_at = landing.at
        self._plan.land(landing)
        self._agenda.plan(())

    def stop(self) -> None:
        """Playing stopped."""
        self._plan.stop()

    # ---- planning
    def replan(self, now: float, bars: Sequence[PlacedBar]) -> None:
        """Plan the notes of the current and the committed bar anew, if anything moved them."""
        pacing = self._pacing
        if pacing.replan_at is None or now < pacing.replan_at:
            return
        line, shift = self._song.timeline, self._desk.shift
        head = self._agenda.deadline(line, self._shift, self._floor_at, self._song.hold)
        fresh = now < pacing.planned_at + 2.0 * REPLAN_EVERY
        if head is not None and head < now + CLEAR and fresh:
            pacing.replan_at = max(head, now) + EPSILON  # the note is not to wait for it
            return
        tick = self._song.tick(now)
        playhead = tick - shift / line.seconds_per_tick
        was = tick - self._shift / line.seconds_per_tick
        pending = self._agenda.pending
        self._agenda.plan(self._plan.notes(bars, self._desk.knobs(), playhead, was, pending))
        self._shift = shift
        pacing.planned(now)

    def audition(self, note: int) -> None:
        """A note is heard with the next due(), beside what plays, and in no take."""
        self._agenda.audition(note)

    # ---- out
    def deadline(self) -> float | None:
        """When due() next has something, seconds."""
        line, hold = self._line(), self._song.hold
        return self._agenda.deadline(line, self._shift, self._floor_at, hold)

    def due(self, now: float) -> list[Out]:
        """The messages wanted by `now`, in order."""
        out: list[Out] = []
        line, hold = self._line(), self._song.hold
        for send, note in self._agenda.due(now, line, self._shift, self._floor_at, hold):
            out.append(send)
            if note is not None:
                self._plan.send(note)
                self.sent += 1
                offset = self._desk.number("note_offset") / 1000.0
                self._recorder.play(note, send.at, self._song.timeline, offset)
        return out

    def silence(self, now: float, *, everything: bool) -> list[Out]:
        """Let go of what sounds and forget what is planned; or of whatever sounds there."""
        out: list[Out] = [*self._agenda.silence(now)]
        if everything:
            out.append(Send(bytes((self._mode_change, ALL_NOTES_OFF, 0)), now))
        return out

    def _line(self) -> Timeline | None:
        return self._song.timeline if self._song.sounding else None
