"""What a screen shows of the song."""

from __future__ import annotations

from engine.events import State
from engine.grid import Meter
from engine.plan import EPSILON
from engine.song import Song


def shown(song: Song, meter: Meter, now: float) -> State:
    """Transport, place and tempo at this moment; the rest of the state is left open."""
    tick = song.tick(now) if song.sounding else float(song.start_tick)
    return State(
        transport=song.transport.value,
        driver=song.driver,
        peers=song.peers,
        place=meter.place(tick + EPSILON),
        meter=meter,
        bpm=song.bpm,
        steadiness=song.steadiness,
        at=now,
        tick=tick,
    )
