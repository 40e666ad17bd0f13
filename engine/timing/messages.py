"""What moves the song from outside, a MIDI master or a Link session, and what it asks of them.

All immutable; times are passed beside them, never inside.
"""

from __future__ import annotations

from dataclasses import dataclass


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
class Stood:
    """The MIDI system, and with it the master, stood still for so long and goes on."""

    seconds: float


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
class Propose:
    """Please ask the Link session for this tempo; whether we may is the shell's to know."""

    bpm: float
