"""Whatever arrives, in whatever order and at whatever moment, the notes stay right.

The invariants: nothing is raised; every note-on has one note-off before the next of its note;
nothing is struck while stopped, and nothing late; the beat runs backwards only where somebody
sent it there; deadline() always leads on; the same events give the same notes.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bars.request import Compose, Composed, Request
from engine.playing.agenda import STALE
from engine.playing.events import Event, Panic, Send, Struck, Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.playing.state import Changed
from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.notes import Bar, Hit, Voice
from engine.timing.messages import Continue, Linked, Position, Start, Stop, Tick
from tests.engine.stage import KIT, OFF, ON, STYLES, absolute

SOUNDING = ("playing", "lost")
SENT_THERE = ("play", "stop")  # triggers after which the beat may stand elsewhere
NUMBERS = st.one_of(
    st.floats(-200, 400), st.sampled_from([0.0, 1.0, math.nan, math.inf, -math.inf, 1e308])
)
OFTEN = (
    *("fill", "fill_now", "new_idea", "undo", "loop", "time", "play", "stop", "tempo"),
    *("morph", "follow", "recall_a", "recall_b"),
) * 2
ASKED = "as asked"  # for the style and meter of a bar
TABLE = Performer(Setup(STYLES, KIT)).desk.table
HITS = st.builds(
    Hit,
    st.one_of(st.integers(0, 1919), st.integers(-5000, 5000)),
    st.sampled_from(Voice),
    st.one_of(st.integers(1, 127), st.integers(-300, 300)),
    st.one_of(st.integers(-120, 120), st.integers(-100_000, 100_000)),
)
BARS = st.builds(
    Bar,
    st.lists(HITS, max_size=12).map(tuple),
    st.sampled_from([FOUR_FOUR, FOUR_FOUR, FOUR_FOUR, *METERS.values(), Meter(0, 4), Meter(4, 0)]),
    st.sampled_from(["model", "template", "fallback", "who knows"]),
    st.sampled_from([ASKED, ASKED, ASKED, "funk", "house", "nobody"]),
    st.booleans(),
    st.one_of(st.floats(0, 1), NUMBERS),
    st.booleans(),
)


@st.composite
def turns(draw: st.DrawFn) -> Turned:
    """A control, and mostly a value it takes."""
    control = TABLE[draw(st.sampled_from([*TABLE, *OFTEN]))]
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return Turned(draw(st.sampled_from([control.name, "no such control"])), draw(NUMBERS))
    if kind == 1:
        return Turned(control.name, draw(st.text(max_size=5)))
    return Turned(control.name, control.from_unit(draw(st.floats(0, 1))))


Answer = tuple[str, int, int, Bar]
Step = tuple[Event | Answer | tuple[str, int, float], float, bool]
ANSWERS = st.tuples(
    st.just("answer"),
    st.one_of(st.just(0), st.integers(-3, 3), st.sampled_from([-(10**9), 10**9])),
    st.one_of(st.just(0), st.integers(-2, 2)),
    BARS,
)
MOMENTS = st.one_of(
    st.sampled_from([0.0, 0.0, 0.02, 0.0208333, 0.1, 0.51, 2.1, 35.0]),
    st.floats(0, 0.06),
    st.floats(0, 5),
)
SESSIONS = st.builds(
    Linked,
    st.one_of(st.floats(-100, 1e6), st.integers(0, 40).map(float)),
    st.one_of(st.floats(20, 999), st.just(120.0)),
    st.sampled_from([4.0, 4.0, 3.0, 3.5, 1.0, 16.0]),
    st.integers(0, 3),
    st.one_of(st.none(), st.floats(-100, 1e6), st.just(4.0)),
)
EVENTS = st.one_of(
    st.sampled_from([Tick(), Start(), Start(), Continue(), Stop(), Panic()]),
    st.builds(Struck, st.integers(0, 127), st.integers(0, 127)),
    st.builds(Position, st.one_of(st.integers(0, 70), st.integers(0, 16383))),
    turns(),
    SESSIONS,
    ANSWERS,
)
LOOKS = st.sampled_from([True, True, True, False])
STEP: st.SearchStrategy[Step] = st.tuples(EVENTS, MOMENTS, LOOKS)
# How a master really goes: so many clock messages at a tempo. Chance alone seldom plays.
RUN = st.tuples(
    st.tuples(
        st.just("run"), st.integers(1, 150), st.sampled_from([20.0, 61.0, 120.0, 174.0, 300.0])
    ),
    st.sampled_from([0.0, 0.0, 0.003, 0.6, 2.5]),
    LOOKS,
)
OPENINGS: list[list[Event]] = [
    [Start()],
    [Position(37), Continue()],
    [Turned("play", 1.0)],
    [Turned("play", 1.0), Start()],
    [Linked(1.5, 120.0, peers=1), Turned("play", 1.0)],
    [Turned("play", 1.0), Linked(1.5, 120.0, peers=1)],
    [Turned("fill_every", "2"), Start()],
    [Turned("fill_amount", 0.3), Turned("fill_every", "2"), Turned("time", "double"), Start()],
    [Turned("lock_kick", 1.0), Turned("variation", 0.0), Turned("phrase", "4"), Start()],
    [Turned("follow", 1.0), Turned("style_b", "jazz"), Turned("morph", 0.4), Start()],
    [Turned("store_a", 1.0), Turned("style", "house"), Turned("store_b", 1.0), Start()],
    [],
]


@st.composite
def scenes(draw: st.DrawFn) -> list[Step]:
    """Mostly something that plays, then a master's runs and whatever else between them."""
    steps: list[Step] = [(event, 0.0, True) for event in draw(st.sampled_from(OPENINGS))]
    for _ in range(draw(st.integers(0, 8))):
        steps.append(draw(RUN))
        steps += draw(st.lists(STEP, max_size=4))
    return steps


STEPS = scenes()
SETUPS = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["auto", "auto", "midi", "link", "internal"]),
        "meter": st.sampled_from([FOUR_FOUR, FOUR_FOUR, *METERS.values()]),
        "lookahead": st.integers(0, 3),
        "commit": st.sampled_from([0.0, 0.1, 0.5]),
        "gate": st.sampled_from([0.001, 0.1, 3.0]),
        "timeout": st.sampled_from([0.0, 2.0]),
    }
)


class Watch:
    """Plays steps to a performer and holds the invariants after every due()."""

    def __init__(self, setup: dict[str, object]) -> None:
        self.performer = Performer(Setup(STYLES, KIT, **setup))  # type: ignore[arg-type]
        self.now = 0.0
        self.sent: list[tuple[float, bytes]] = []
        self._sounding: set[int] = set()
        self._asked: Request | None = None
        self._excuses = 1  # how often the beat may run back: somebody sent it elsewhere
        self._last = ("", -1)

    def play(self, steps: list[Step]) -> None:
        for what, gap, looks in steps:
            if isinstance(what, tuple) and what[0] == "run":
                self._run(int(what[1]), float(what[2]), looks)
            else:
                self._receive(what, looks)  # type: ignore[arg-type]
            self._pass(gap, looks)

    def _run(self, ticks: int, bpm: float, looks: bool) -> None:
        for _ in range(ticks):
            self._receive(Tick(), looks)
            self._pass(2.5 / bpm, looks)

    def _receive(self, what: Event | Answer, looks: bool) -> None:
        event = self._composed(what) if isinstance(what, tuple) else what
        sends = isinstance(event, Turned) and event.control in SENT_THERE
        if sends or isinstance(event, Start | Position | Stop | Continue):
            self._excuses = min(2, self._excuses + 1)  # one may wait for a look, one for a tick
        if isinstance(event, Linked):  # a slip at once, and a bar line of the session later
            self._excuses = 2
        self.performer.receive(event, self.now)
        if looks:
            self.look()

    def _composed(self, answer: Answer) -> Composed:
        _, number, generation, bar = answer
        asked = self._asked
        if asked is None:
            return Composed(number, generation, bar)
        if bar.style == ASKED:
            bar = replace(bar, style=asked.style, meter=asked.meter, fill=asked.fill)
        return Composed(asked.number + number, asked.generation + generation, bar)

    def _pass(self, gap: float, looks: bool) -> None:
        end = self.now + gap
        for _ in range(2000 if looks else 0):
            limit = self.performer.deadline()
            if limit is None or limit > end:
                break
            self.now = max(self.now, limit)
            self.look()
        self.now = end

    def look(self) -> None:
        """due(), until nothing more is due now."""
        for _ in range(10):
            self._take_down()
            limit = self.performer.deadline()
            if limit is None or limit > self.now:
                return
        raise AssertionError(f"deadline() stands still: {limit} at {self.now}")

    def _take_down(self) -> None:
        outs = self.performer.due(self.now)
        state = self.performer.state(self.now)
        for out in outs:
            match out:
                case Send(message, at):
                    self.sent.append((self.now, message))
                    self._sound(message, at, state.transport)
                case Compose(request):
                    self._asked = request
                case Changed():
                    pass
        self._beat(state.transport, absolute(state))

    def _sound(self, message: bytes, at: float, transport: str) -> None:
        status, note, velocity = message
        if status == ON:
            assert transport in SOUNDING, "a note while stopped"
            assert note not in self._sounding, "struck again before its release"
            assert 1 <= velocity <= 127
            assert at <= self.now + 1e-8, "sent before its time"
            assert self.now - at <= STALE + 1e-8, "played late"
            self._sounding.add(note)
        elif status == OFF:
            assert note in self._sounding, "a release too many"
            self._sounding.discard(note)

    def _beat(self, transport: str, tick: int) -> None:
        before, last = self._last
        if transport == before and tick < last:
            assert self._excuses, f"the beat ran back from {last} to {tick}"
            self._excuses -= 1
        self._last = (transport, tick)

    def end(self) -> None:
        """Stop; then nothing sounds and nothing more comes."""
        self.performer.receive(Turned("stop", 1.0), self.now)
        self.look()
        assert not self._sounding, "notes hang"
        count = len(self.sent)
        self._pass(100.0, True)
        assert len(self.sent) == count, "sent after Stop"
        assert self.performer.deadline() is None


@pytest.mark.long
@given(SETUPS, STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_arrives_the_notes_stay_right(setup: dict[str, object], steps: list[Step]) -> None:
    watch = Watch(setup)
    watch.look()
    watch.play(steps)
    watch.end()


@pytest.mark.long
@given(SETUPS, STEPS)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_events_give_the_same_notes(setup: dict[str, object], steps: list[Step]) -> None:
    first, second = Watch(setup), Watch(setup)
    for watch in (first, second):
        watch.play(steps)
        watch.end()
    assert first.sent == second.sent


def test_a_note_pushed_ahead_of_the_bar_line_that_a_session_begins_at_waits_for_it() -> None:
    watch = Watch({"source": "link"})
    session = Linked(3.5, 207.0, 4.0, 0, 0.0)
    opening: list[Step] = [(Start(), 0.0, True), (("run", 1, 120.0), 0.6, True)]
    watch.play([*opening, (session, 0.0, True), (Turned("push", -40.0), 0.0, True)])
    watch.play([(("run", 30, 120.0), 0.0, True)])
    ons = [at for at, message in watch.sent if message[0] == ON]
    assert ons[0] == pytest.approx(0.6 + 1 / 48 + 0.5 * 60 / 207)  # beat 4 of the session
    watch.end()
