"""The conductor: the only place that waits.

Wakes for whatever comes first (a message, a datagram, an answer, the next note), hands it
to the Performer and does what it says. No decision about music is made here.
"""

from __future__ import annotations

import gc
import math
import select
import sys
import time
from collections import deque
from collections.abc import Callable

from engine.bars.request import Compose, Composed
from engine.errors import ControlError
from engine.playing.events import Event, Panic, Send, Turned
from engine.playing.performer import Performer
from engine.playing.state import Changed, State
from engine.takes.take import Begun, Keep, Left, Played
from engine.timing.messages import Propose
from live.conductor.control_updates import ControlUpdates
from live.conductor.inputs_outputs import Inputs, MidiIn, Outputs
from live.conductor.lateness import LatenessLog
from live.faults import Faults
from live.midi.decode import from_midi
from live.midi.midi_learn import Learn, Unlearn

SPIN = 0.001  # seconds: sleep until so long before a note, then spin (benchmarks/schedule.py)
GUARD = 0.002  # seconds before a note in which nothing else is begun
SLICE = 0.002  # seconds for OSC before MIDI is looked at again
QUIET = 0.005  # seconds without a note that a state needs to be shown; else it waits for them
SWITCH = 0.0001  # seconds another thread may keep Python's lock while we wait for it
SLEPT = 0.05  # seconds late in which we must have been stopped
IDLE = 0.5  # seconds to wait when nothing is due, and between states shown while stopped
REFLECT = 0.02  # seconds between looks at what the surfaces have to be shown
LAG = 0.1  # seconds they may show an old value at most, however dense the notes and turns
TIDY_EVERY = 30.0  # seconds between collections of young garbage, in a gap between notes


def settle() -> None:
    """Call once all is set up: what is there now is never looked through again for garbage."""
    gc.collect()
    gc.freeze()


class Conductor:
    """Owns the Performer; everything else reaches it through the inbox."""

    def __init__(
        self,
        performer: Performer,
        inputs: Inputs,
        outputs: Outputs,
        faults: Faults,
        lateness: LatenessLog,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._performer, self._outputs, self._now = performer, outputs, now
        self._inbox, self._surfaces, self._osc = inputs.inbox, inputs.surfaces, inputs.osc
        self._connections, self._faults, self._lateness = inputs.connections, faults, lateness
        self._updates = ControlUpdates(performer.desk.values, outputs.turned)
        self._readable = [inputs.inbox.waker.readable]
        self._readable += [inputs.osc.port] if inputs.osc else []
        self._answers: deque[Composed] = deque()  # to be heard when no note is near
        self._running, self._unshown = True, False
        self._spins = SPIN if outputs.ahead is None else 0.0  # who is ahead need not be exact
        self._tidied = self._shown = self._reflected = self._reflect_at = now()

    def stop(self) -> None:
        """End run() soon; from a signal handler or another thread."""
        self._running = False
        self._inbox.put(self._now(), None)

    def run(self, until: float | None = None) -> None:
        """Play until stop(), or until a moment of the clock; then let go of every note."""
        gc.disable()  # a full collection takes longer than a note may be late
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)
        try:
            while self._running and (until is None or self._now() < until):
                self._turn(until)
        finally:
            gc.enable()
            sys.setswitchinterval(before)
            self._end()

    def _turn(self, until: float | None) -> None:
        deadline = self._deadline()
        now = self._now()
        limit = now + IDLE if deadline is None else min(deadline, now + IDLE)
        limit = limit if until is None else min(limit, until)
        reflect = max(self._surfaces.deadline(), self._reflect_at)
        self._wait(min(limit, reflect, self._updates.deadline()))
        self._read(limit)
        self._perform()
        self._updates.look(self._now(), self._near)
        self._reflect()

    def _deadline(self) -> float | None:
        """When the performer has something to do; for what is handed over ahead, as much before."""
        deadline, ahead = self._performer.deadline(), self._outputs.ahead
        return deadline if ahead is None or deadline is None else ahead.hand_over(deadline)

    # ---- waiting
    def _wait(self, limit: float) -> None:
        """Until `limit` or until there is something to do before it."""
        self._inbox.waker.clear()
        behind = self._answers or (self._osc is not None and self._osc.behind)
        if behind and self._now() < limit - GUARD:
            return
        wake = math.inf if self._osc is None else self._osc.deadline()
        while not self._inbox:
            left = limit - self._now() - self._spins
            if left <= 0.0:
                self._spin(limit)
                return
            self._tidy(left)
            now, until = self._now(), limit - self._spins
            if wake <= now < limit - GUARD:
                return
            if now < wake:
                until = min(until, wake)
            if select.select(self._readable, (), (), max(0.0, until - now))[0]:
                return

    def _spin(self, limit: float) -> None:
        # sleep(0) gives the interpreter lock away, so that a clock message arriving in this
        # millisecond still gets its time stamped by the MIDI thread.
        while self._now() < limit and not self._inbox:
            if self._osc is not None and self._osc.glance():
                return
            time.sleep(0)

    def _tidy(self, left: float) -> None:
        if left > 0.05 and self._now() - self._tidied > TIDY_EVERY:
            gc.collect(1)
            self._tidied = self._now()

    # ---- in
    def _read(self, limit: float) -> None:
        """Take what came in; near a note one message a turn, and nothing that takes longer.

        After a sleep all of it: what to play depends on it.
        """
        slept = self._now() > limit + SLEPT
        while (item := self._inbox.take()) is not None:
            self._hear(*item)
            if not slept and self._now() > limit - GUARD:
                return
        while self._answers and self._now() < limit - GUARD:
            self._performer.receive(self._answers.popleft(), self._now())
        if self._osc is not None:
            end = min(limit - GUARD, self._now() + SLICE)
            self._osc.hear(lambda: self._now() < end)
            if self._now() >= limit - GUARD:
                self._osc.glance()

    def _hear(self, at: float, what: object) -> None:
        if isinstance(what, MidiIn):
            self._connections.hear(at, what.message, what.port)
            event = from_midi(what.message, what.port, at, self._surfaces)
            if event is not None:
                self._receive(event, at)
        elif isinstance(what, Learn):
            self._learn(what.control, at)
        elif isinstance(what, Unlearn):
            self._surfaces.unlearn()
        elif isinstance(what, Composed):
            self._answers.append(what)
        elif what is not None:
            self._receive(what, at)  # type: ignore[arg-type]

    def _receive(self, event: Event, at: float) -> None:
        """What is turned counts from the first moment that has not been handed over yet."""
        if isinstance(event, Turned) and self._outputs.ahead is not None:
            at = max(at, self._outputs.ahead.reach(self._now()))
        self._performer.receive(event, at)

    def _learn(self, control: str, at: float) -> None:
        try:
            self._surfaces.learner.arm(control, at)
        except ControlError as error:
            self._faults.add("learn", str(error))

    # ---- out
    def _perform(self) -> None:
        now, ahead, state = self._now(), self._outputs.ahead, None
        for out in self._performer.due(now if ahead is None else ahead.reach(now)):
            match out:
                case Send(message, at):
                    self._send(message, at)
                case Compose():
                    self._outputs.compose(out)
                case Changed(newest):
                    state = newest
                    self._surfaces.feedback.look()
                case Propose(bpm):
                    self._outputs.propose(bpm)
                case Begun() | Played() | Left() | Keep():
                    self._outputs.keep(out)
        if state is None and now - self._shown >= IDLE:
            state = self._performer.state(now)
        if state is not None or self._unshown:
            self._show(state)

    def _send(self, message: bytes, at: float) -> None:
        if self._outputs.ahead is not None:
            self._outputs.ahead.send(message, at)
        else:
            self._outputs.send(message)
            self._lateness.add(at, self._now())
        if message[0] & 0x10:  # no note-off, which says little
            self._connections.sent = (at, message)

    def _show(self, state: State | None) -> None:
        """Not just before a note: the screens' threads needs Python's lock to pass it on.

        What was kept back is shown when there is time, as it stands then.
        """
        now, deadline = self._now(), self._deadline()
        quiet = deadline is None or deadline > now + QUIET or now - self._shown >= IDLE
        self._unshown = not quiet
        if quiet:
            self._shown = now
            self._outputs.show(state or self._performer.state(now))

    def _reflect(self) -> None:
        """Show the surfaces how the controls stand; not just before a note, unless it lags."""
        self._surfaces.outputs(self._outputs.surfaces())
        now = self._now()
        if now < max(self._surfaces.deadline(), self._reflect_at):
            return
        near = self._near(now)
        self._reflect_at = now + (GUARD if near else REFLECT)
        if near and now - self._reflected < LAG:
            return
        self._reflected = now
        for event in self._surfaces.late(now):
            self._performer.receive(event, now)
        for port, message in self._surfaces.tell(now):
            self._outputs.tell(port, message)

    def _near(self, now: float) -> bool:
        """Whether there is something to do in a moment, which may be a note."""
        deadline = self._deadline()
        return deadline is not None and deadline < now + GUARD

    def _end(self) -> None:
        now = self._now()
        self._performer.receive(Turned("stop", 1.0), now)
        self._performer.receive(Panic(), now)
        self._perform()
