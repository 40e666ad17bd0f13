"""Stopped, armed, playing, lost, gone: a table of transitions.

What is not in the table is a bug of ours and raises; what a master may send in any state is
all in it, redundant messages too.
"""

from __future__ import annotations

from enum import Enum

from engine.errors import TransitionError


class TransportState(Enum):
    """Where the performance stands."""

    STOPPED = "stopped"  # bars are prepared, nothing sounds
    ARMED = "armed"  # Start or Continue came; the next clock is the position
    PLAYING = "playing"
    LOST = "lost"  # the clock fell silent; playing on at the last tempo
    GONE = "gone"  # silent too long: stopped, but would pick up in phase


class Cue(Enum):
    """What moves the transport."""

    GO = "go"  # Start or Continue of a master
    CLOCK = "clock"  # a clock message
    RUN = "run"  # the internal clock starts
    STOP = "stop"
    SILENCE = "silence"  # no clock for half a second
    TIMEOUT = "timeout"  # no clock for the set time


_S = TransportState
TABLE: dict[tuple[TransportState, Cue], TransportState] = {
    (_S.STOPPED, Cue.GO): _S.ARMED,
    (_S.STOPPED, Cue.CLOCK): _S.STOPPED,
    (_S.STOPPED, Cue.RUN): _S.PLAYING,
    (_S.STOPPED, Cue.STOP): _S.STOPPED,
    (_S.ARMED, Cue.GO): _S.ARMED,
    (_S.ARMED, Cue.CLOCK): _S.PLAYING,
    (_S.ARMED, Cue.RUN): _S.PLAYING,
    (_S.ARMED, Cue.STOP): _S.STOPPED,
    (_S.PLAYING, Cue.GO): _S.ARMED,
    (_S.PLAYING, Cue.CLOCK): _S.PLAYING,
    (_S.PLAYING, Cue.RUN): _S.PLAYING,
    (_S.PLAYING, Cue.STOP): _S.STOPPED,
    (_S.PLAYING, Cue.SILENCE): _S.LOST,
    (_S.LOST, Cue.GO): _S.ARMED,
    (_S.LOST, Cue.CLOCK): _S.PLAYING,
    (_S.LOST, Cue.RUN): _S.PLAYING,
    (_S.LOST, Cue.STOP): _S.STOPPED,
    (_S.LOST, Cue.TIMEOUT): _S.GONE,
    (_S.GONE, Cue.GO): _S.ARMED,
    (_S.GONE, Cue.CLOCK): _S.PLAYING,
    (_S.GONE, Cue.RUN): _S.PLAYING,
    (_S.GONE, Cue.STOP): _S.STOPPED,
    (_S.GONE, Cue.TIMEOUT): _S.STOPPED,
}
SOUNDING = frozenset({_S.PLAYING, _S.LOST})


def moved(state: TransportState, cue: Cue) -> TransportState:
    """The next state; TransitionError where the table has no row."""
    try:
        return TABLE[state, cue]
    except KeyError:
        raise TransitionError(f"no transition from {state.value} by {cue.value}") from None
