"""What a drummer's process is started with, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrummerSpec:
    """What a drummer's process is started with; `weights` None: those that came along.

    `nice` is how far it steps back behind other programs, 0 (not at all) .. 19.
    """

    weights: str | None = None
    device: str = "auto"
    threads: int = 1
    nice: int = 0


@dataclass(frozen=True, slots=True)
class DrummerStatus:
    """`state`: starting, ready, restarting, failed or closed. Milliseconds of the last bar."""

    state: str = "starting"
    device: str = ""
    milliseconds: float = 0.0
    restarts: int = 0
    fault: str = ""
