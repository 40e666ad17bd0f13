"""What a screen shows of the song and its bars."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.bars.placed import PlacedBar
from engine.bars.prepared import Prepared
from engine.controls.control import Value
from engine.controls.follow import Lead
from engine.playing.note_plan import EPSILON
from engine.score.grid import FOUR_FOUR, Meter, Place
from engine.score.notes import Bar
from engine.score.song_parts import FREE
from engine.timing.meter_map import MeterMap
from engine.timing.song import Song

TOP = Place(0, 0, 0)


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
    rival_bpm: float | None = None  # of a second master's clock, which is ignored
    controls: tuple[tuple[str, Value], ...] = ()
    bar: Bar | None = None
    next_bar: Bar | None = None
    lead: Lead | None = None  # what the performer tapped: `bar` is played after it
    next_lead: Lead | None = None
    decided: bool = False  # next_bar is the one that will play, with its feel
    part: str = FREE  # of the song
    coming: str = ""  # the part that was called and has not begun
    ready: int = 0  # bars composed ahead
    counts: tuple[tuple[str, int], ...] = ()
    complaint: str = ""  # what was refused last
    at: float = 0.0  # seconds of the performance's clock at which it stood so, and
    tick: float = 0.0  # the song tick of that moment


@dataclass(frozen=True, slots=True)
class Changed:
    """There is something new to show."""

    state: State


def shown(song: Song, meters: MeterMap, now: float) -> State:
    """Transport, place and tempo at this moment; the rest of the state is left open."""
    tick = song.tick(now) if song.sounding else float(song.start_tick)
    return State(
        transport=song.transport.value,
        driver=song.driver,
        peers=song.peers,
        place=meters.place(tick + EPSILON),
        meter=meters.meter_at(tick + EPSILON),
        bpm=song.bpm,
        steadiness=song.steadiness,
        rival_bpm=song.rival_bpm(now),
        at=now,
        tick=tick,
    )


def with_bars(
    state: State, current: PlacedBar | None, following: PlacedBar | None, prepared: Prepared
) -> State:
    """The bar that plays, and the next: decided, or as it stands."""
    return replace(
        state,
        bar=current.bar if current else None,
        lead=current.lead if current else None,
        next_bar=following.bar if following else prepared.peek(),
        next_lead=following.lead if following else prepared.lead,
        decided=following is not None,
        part=prepared.parts.playing,
        coming=prepared.parts.coming,
        ready=prepared.ready() + (following is not None),
    )
