"""What the screen is told, twenty times a second."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.playing.state import State
from live.conductor.connections import Endpoint
from live.drummer.spec import DrummerStatus
from live.faults import Fault


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late the last notes left, in ms: median, 99th percentile, worst."""

    p50: float = 0.0
    p99: float = 0.0
    worst: float = 0.0


@dataclass(frozen=True, slots=True)
class PerformanceStatus:
    """One look at the performance."""

    state: State
    drummer: DrummerStatus
    title: str = ""  # of the style
    midi: str = ""  # the ports in words
    osc: str = ""
    priority: str = ""
    lateness: Lateness = field(default_factory=Lateness)
    faults: tuple[tuple[str, Fault], ...] = ()
    learn: str = ""  # what to do to bind a knob, or what was bound
    lessons: int = 0  # bindings that were learned and can be taken back
    kept: str = ""  # the clip that was made last, and where it is
    panel: str = ""  # the address of the page
    outputs: tuple[str, ...] = ()  # MIDI ports that are played into
    stored: tuple[str, ...] = ()  # letters of the snapshots there are
    endpoints: tuple[Endpoint, ...] = ()  # ports and clients, and what they said last
