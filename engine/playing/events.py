"""Everything that may enter or leave the engine.

In: what the MIDI clock, the surfaces and the drummer say. Out: notes to send, bars to
compose, states to show. All immutable; times are passed beside them, never inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.bars.request import Compose, Composed
from engine.bars.stroke_edit import StrokeEdit
from engine.controls.control import Value
from engine.playing.state import Changed
from engine.takes.take import Record
from engine.timing.messages import Continue, Linked, Position, Propose, Start, Stood, Stop, Tick

# ---- in


@dataclass(frozen=True, slots=True)
class Turned:
    """A control was moved to a value of its table row."""

    control: str
    value: Value


@dataclass(frozen=True, slots=True)
class Struck:
    """A note came in."""

    note: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Audition:
    """A note is to be heard at once, whatever plays: what is that pad?"""

    note: int


@dataclass(frozen=True, slots=True)
class Panic:
    """Silence everything."""


Event = (
    Tick | Start | Continue | Stop | Position | Stood | Linked | Turned | Composed | Struck
    | StrokeEdit | Audition | Panic
)  # fmt: skip


# ---- out
@dataclass(frozen=True, slots=True)
class Send:
    """A MIDI message, and the moment (seconds) it was wanted at."""

    message: bytes
    at: float


Out = Send | Compose | Changed | Propose | Record
