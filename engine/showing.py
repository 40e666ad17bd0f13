"""What a screen shows of the song and its bars."""

from __future__ import annotations

from dataclasses import replace

from engine.events import State
from engine.grid import Meter
from engine.plan import EPSILON
from engine.playing import Playing
from engine.prepared import Prepared
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


def with_bars(
    state: State, current: Playing | None, following: Playing | None, prepared: Prepared
) -> State:
    """The bar that plays, and the next: decided, or as it stands."""
    return replace(
        state,
        bar=current.bar if current else None,
        lead=current.lead if current else None,
        next_bar=following.bar if following else prepared.peek(),
        next_lead=following.lead if following else prepared.lead,
        decided=following is not None,
        ready=prepared.ready() + (following is not None),
    )
