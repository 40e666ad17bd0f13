"""A stage with invented time: a performer, a clock master and a drummer, played in order.

Nothing sleeps: time goes from one event or deadline to the next, as a real shell would have
it, and every message that comes out is written down with the moment it came out.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from random import Random
from typing import Any

from engine.bars.request import Compose, Composed, Request
from engine.controls.control import Value
from engine.playing.events import Event, Out, Send, Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.playing.state import Changed, State
from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.notes import Bar, Hit, Voice
from engine.score.style import Feel, Style
from engine.takes.take import Begun, Keep, Left, Played, Record, Take
from engine.timing.messages import Continue, Position, Propose, Start, Stop, Tick
from engine.timing.song import Transporting

KICK, SNARE, HAT, CRASH = Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT, Voice.CRASH
KIT = {
    Voice.KICK: 36,
    Voice.SNARE: 38,
    Voice.SIDE_STICK: 37,
    Voice.CLAP: 39,
    Voice.CLOSED_HAT: 42,
    Voice.PEDAL_HAT: 44,
    Voice.OPEN_HAT: 46,
    Voice.LOW_TOM: 43,
    Voice.MID_TOM: 47,
    Voice.HIGH_TOM: 50,
    Voice.CRASH: 49,
    Voice.RIDE: 51,
    Voice.RIDE_BELL: 53,
    Voice.PERCUSSION: 70,
}
ON, OFF = 0x99, 0x89  # note-on and note-off on channel 10
PULSE_KICK = tuple(Hit(beat * 480, KICK, 100) for beat in range(4))
BACKBEAT = (Hit(480, SNARE, 110), Hit(1440, SNARE, 110))
HATS = tuple(Hit(eighth * 240, HAT, 70) for eighth in range(8))


def rock_bars(style: str, meter: Meter = FOUR_FOUR) -> tuple[Bar, ...]:
    """Two beats and a fill of a meter."""
    end = meter.bar_ticks
    hats = [Hit(tick, HAT, 70) for tick in range(0, end, 240)]
    first = [*hats, Hit(0, KICK, 100), Hit(480, SNARE, 110)]
    second = [*hats, Hit(0, KICK, 100), Hit(360, KICK, 80), Hit(480, SNARE, 110)]
    fill = [Hit(tick, SNARE, 90) for tick in range(0, end, 240)]
    return (
        Bar.of(first, meter, style=style),
        Bar.of(second, meter, style=style),
        Bar.of([*fill, Hit(0, KICK, 100)], meter, style=style, fill=True),
    )


def style(name: str, bars: Iterable[Bar] = (), **more: Any) -> Style:
    """A style without feel, at 120 BPM, in every meter unless `bars` says otherwise."""
    own = tuple(bars) or tuple(bar for meter in METERS.values() for bar in rock_bars(name, meter))
    figures: dict[str, Any] = {"tempo": (60, 120, 200), "mixture": {name: 1.0}, "ghosts": 0.0}
    return Style(name, name.title(), "genre", "", bars=own, **(figures | more))


def of(name: str, hits: Iterable[Hit], meter: Meter = FOUR_FOUR, **more: Any) -> Bar:
    """A bar as a drummer makes it: its offsets are its own."""
    return replace(Bar.of(hits, meter, "model", name), felt=True, **more)


SHUFFLE = tuple(
    Bar.of(
        [
            *(Hit(beat * 480 + at, HAT, 70) for beat in range(4) for at in (0, 320)),
            Hit(0, KICK, 100),
            *BACKBEAT,
            *extra,
        ],
        style="shuffle",
    )
    for extra in ((), (Hit(960, KICK, 90),), (Hit(800, KICK, 80),))
)
STYLES = {
    "funk": style("funk", ghosts=0.4),
    "house": style("house", hands=False),
    "jazz": style("jazz", swing=66.0, swing_grid=8, feel=Feel({SNARE: (12.0,)}, 5.0, 3.0)),
    "shuffle": style("shuffle", SHUFFLE, ghosts=0.4),
}


class Drummer:
    """Answers every request after `delay` seconds with `hits`; a later request replaces it."""

    def __init__(self, delay: float = 0.01, hits: Iterable[Hit] | None = None) -> None:
        self.delay = delay
        self.asked: list[Compose] = []
        self._hits = tuple(hits) if hits is not None else (*PULSE_KICK, *BACKBEAT)

    def answer(self, request: Request) -> Composed:
        """A bar that is known, whatever was asked."""
        bar = of(
            request.style,
            self._hits,
            request.meter,
            fill=request.fill,
            density=request.density,
        )
        return Composed(request.number, request.generation, bar)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, when it came out and when it was wanted."""

    out_at: float
    at: float
    message: bytes


class Stage:
    """Events in order of time; due() at every deadline between them."""

    def __init__(
        self,
        drummer: Drummer | None = None,
        controls: Mapping[str, Value] | None = None,
        styles: Mapping[str, Style] = STYLES,
        **setup: Any,
    ) -> None:
        fixed: dict[str, Value] = {"style": "funk", "fill_every": "off"}
        self.performer = Performer(
            Setup(styles, KIT, controls=fixed | dict(controls or {}), **setup)
        )
        self.drummer = drummer
        self.now = 0.0
        self.sent: list[Sent] = []
        self.asked: list[Compose] = []
        self.states: list[tuple[float, State]] = []
        self.proposed: list[tuple[float, float]] = []
        self.take = Take(None)
        self.records: list[Record] = []
        self.keeps: list[Keep] = []
        self._events: list[tuple[float, int, Event]] = []
        self._order = count()
        self._due()

    # ---- what happens
    def at(self, when: float, *events: Event) -> Stage:
        """Let these events happen at a moment."""
        for event in events:
            heapq.heappush(self._events, (when, next(self._order), event))
        return self

    def play(self, events: Iterable[tuple[float, Event]]) -> Stage:
        for when, event in events:
            self.at(when, event)
        return self

    def turn(self, when: float, **controls: Value) -> Stage:
        """Turn controls at a moment."""
        return self.at(when, *(Turned(name, value) for name, value in controls.items()))

    def until(self, end: float) -> Stage:
        """Let time run to `end`, through every event and deadline on the way."""
        while True:
            event_at = self._events[0][0] if self._events else end
            stop = min(event_at, end)
            self._deadlines(stop)
            self.now = max(self.now, stop)
            if not self._events or event_at > end:
                return self
            self.performer.receive(heapq.heappop(self._events)[2], self.now)
            self._due()

    def _deadlines(self, stop: float) -> None:
        same = 0
        while (limit := self.performer.deadline()) is not None and limit <= stop:
            same = same + 1 if limit <= self.now else 0
            assert same < 20, f"deadline() stands still at {limit}"
            self.now = max(self.now, limit)
            self._due()

    def _due(self) -> None:
        for out in self.performer.due(self.now):
            self._write(out)

    def _write(self, out: Out) -> None:
        match out:
            case Send(message, at):
                self.sent.append(Sent(self.now, at, message))
            case Compose(request):
                self.asked.append(out)
                if self.drummer is not None:
                    answer = self.drummer.answer(request)
                    self.at(self.now + self.drummer.delay, answer)
            case Changed(state):
                self.states.append((self.now, state))
            case Propose(bpm):
                self.proposed.append((self.now, bpm))
            case Keep():
                self.keeps.append(out)
            case Begun() | Played() | Left():
                self.records.append(out)
                self.take.add(out)

    # ---- what was heard
    def ons(self, note: int | None = None, since: float = 0.0) -> list[tuple[float, int, int]]:
        """Note-ons as (moment it came out, note, velocity)."""
        return [
            (round(sent.out_at, 6), sent.message[1], sent.message[2])
            for sent in self.sent
            if sent.message[0] == ON and sent.out_at >= since and note in (None, sent.message[1])
        ]

    def times(self, note: int, since: float = 0.0) -> list[float]:
        """When a note sounded, to the microsecond."""
        return [at for at, _, _ in self.ons(note, since)]

    def messages(self) -> list[tuple[float, str, int]]:
        """Everything sent as (moment, "on" | "off" | "cc", note)."""
        kinds = {ON: "on", OFF: "off", 0xB9: "cc"}
        return [
            (round(sent.out_at, 6), kinds[sent.message[0]], sent.message[1]) for sent in self.sent
        ]

    def hanging(self) -> set[int]:
        """Notes that sound still; a note struck again before its release fails the test."""
        sounding: set[int] = set()
        for at, kind, note in self.messages():
            if kind == "on":
                assert note not in sounding, f"note {note} struck twice by {at}"
                sounding.add(note)
            elif kind == "off":
                assert note in sounding, f"note {note} released twice by {at}"
                sounding.discard(note)
        return sounding

    @property
    def state(self) -> State:
        return self.performer.state(self.now)

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.state.counts)


Messages = Iterator[tuple[float, Transporting]]


def seconds_per_clock(bpm: float) -> float:
    return 60.0 / bpm / 24


@dataclass
class Master:
    """A MIDI master: clock messages at a tempo from a moment on, with jitter if wanted."""

    bpm: float = 120.0
    now: float = 1.0
    jitter: float = 0.0  # seconds, at most, late only
    seed: int = 0

    def __post_init__(self) -> None:
        self._dice = Random(self.seed)

    def ticks(self, number: int, bpm: float | None = None) -> Messages:
        """So many clock messages; `bpm` is the tempo from here on."""
        self.bpm = bpm or self.bpm
        for _ in range(number):
            yield self.now + self._dice.uniform(0.0, self.jitter), Tick()
            self.now += seconds_per_clock(self.bpm)

    def beats(self, number: float, bpm: float | None = None) -> Messages:
        return self.ticks(round(number * 24), bpm)

    def start(self) -> Messages:
        """Start; the next clock message is the top."""
        yield self.now, Start()

    def stop(self) -> Messages:
        yield self.now, Stop()

    def goes_on(self, sixteenths: int | None = None) -> Messages:
        """Continue, from a song position where one is given."""
        if sixteenths is not None:
            yield self.now, Position(sixteenths)
        yield self.now, Continue()

    def silence(self, seconds: float) -> None:
        """Say nothing for a while; a whole number of clocks is missed."""
        self.now += seconds


def absolute(state: State) -> int:
    """The song tick a state shows."""
    meter = state.meter
    return (
        meter.bar_start(state.place.bar) + state.place.beat * meter.pulse_ticks + state.place.tick
    )
