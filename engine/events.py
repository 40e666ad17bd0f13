"""Everything that may enter or leave the engine.

In: what the MIDI clock, the surfaces and the drummer say. Out: notes to send, bars to
compose, states to show. All immutable; times are passed beside them, never inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.controls import Value
from engine.follow import Lead
from engine.grid import FOUR_FOUR, Meter, Place
from engine.notes import Bar
from engine.take import Record

TOP = Place(0, 0, 0)


# ---- in
@dataclass(frozen=True, slots=True)
class Tick:
    """MIDI clock, 24 a beat."""


@dataclass(frozen=True, slots=True)
class Start:
    """From the top: the next tick is song position 0."""


@dataclass(frozen=True, slots=True)
class Continue:
    """From the song position."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop now."""


@dataclass(frozen=True, slots=True)
class Position:
    """Song position in sixteenths: the next tick is there."""

    sixteenths: int


@dataclass(frozen=True, slots=True)
class Linked:
    """Where an Ableton Link session stands now, in beats as our Link instance counts them.

    The phase is `beat` modulo `quantum` (beats a bar); `bpm` 20..999; `peers` besides us;
    `started`: the beat at which the session's transport starts or started, None while it stands.
    """

    beat: float
    bpm: float
    quantum: float = 4.0
    peers: int = 0
    started: float | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """A control was moved to a value of its table row."""

    control: str
    value: Value


@dataclass(frozen=True, slots=True)
class Composed:
    """The drummer's answer to the request with this number and generation."""

    number: int
    generation: int
    bar: Bar


@dataclass(frozen=True, slots=True)
class Struck:
    """A note came in."""

    note: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Panic:
    """Silence everything."""


Event = Tick | Start | Continue | Stop | Position | Linked | Turned | Composed | Struck | Panic


# ---- out
@dataclass(frozen=True, slots=True)
class Send:
    """A MIDI message, and the moment (seconds) it was wanted at."""

    message: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Request:
    """All a drummer needs to compose a bar.

    `number` counts bars in playing order, `generation` rises whenever a composed control
    turns, `mixture` weighs trained styles, `place` of `phrase` bars, `history` the bars
    before it, oldest first, `seed` makes the bar repeatable. The knobs `density`,
    `complexity`, `intensity` and `ghosts` are 0..1 with .5 for what is usual in the style;
    `strength` 0..1 is how strongly style and knobs are followed, .5 as trained; `hands` says
    that a person must be able to play it.
    """

    number: int
    generation: int
    style: str
    mixture: tuple[tuple[str, float], ...]
    meter: Meter = FOUR_FOUR
    bpm: float = 120.0
    performance: int = 0  # seed of the whole performance, the same in every bar: drift runs on
    place: int = 0
    phrase: int = 4
    fill: bool = False
    density: float = 0.5
    complexity: float = 0.5
    temperature: float = 1.0
    history: tuple[Bar, ...] = ()
    seed: int = 0
    intensity: float = 0.5
    ghosts: float = 0.5
    hands: bool = True
    strength: float = 0.5


@dataclass(frozen=True, slots=True)
class Compose:
    """Please compose; an answer after `needed_by` (seconds) is too late for its bar line.

    A drummer works on the newest request only: a newer one replaces those before it.
    """

    request: Request
    needed_by: float


@dataclass(frozen=True, slots=True)
class State:
    """What a screen shows; `lateness` and `steadiness` in ms."""

    transport: str = "stopped"
    driver: str = "midi"  # "link" or "internal": whose clock it is
    peers: int = 0  # in the Link session, besides us
    place: Place = TOP
    meter: Meter = FOUR_FOUR
    bpm: float = 120.0
    steadiness: float = 0.0
    controls: tuple[tuple[str, Value], ...] = ()
    bar: Bar | None = None
    next_bar: Bar | None = None
    lead: Lead | None = None  # what the performer tapped: `bar` is played after it
    next_lead: Lead | None = None
    decided: bool = False  # next_bar is the one that will play, with its feel
    ready: int = 0  # bars composed ahead
    counts: tuple[tuple[str, int], ...] = ()
    complaint: str = ""  # what was refused last
    at: float = 0.0  # seconds of the performance's clock at which it stood so, and
    tick: float = 0.0  # the song tick of that moment


@dataclass(frozen=True, slots=True)
class Changed:
    """There is something new to show."""

    state: State


@dataclass(frozen=True, slots=True)
class Propose:
    """Please ask the Link session for this tempo; whether we may is the shell's to know."""

    bpm: float


Out = Send | Compose | Changed | Propose | Record
