"""A performance into a .mid file: the same engine, with invented time and no port.

The drummer is asked and answers at once, so what is rendered is what would be played when
every bar comes in time; the same arguments write the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.clip import clip_of
from engine.events import Compose, Composed, Request, Turned
from engine.grid import TICKS_PER_BEAT
from engine.notes import Bar
from engine.performer import Performer, Setup
from engine.take import Begun, Left, Played, Take, Taken
from model.midifile import write


@dataclass(frozen=True, slots=True)
class Rendering:
    """The bars played, the file's bytes, and what was sent of each bar."""

    bars: tuple[Bar, ...]
    data: bytes
    bpm: float
    taken: tuple[Taken, ...]


def render(setup: Setup, bars: int, compose: Callable[[Request], Bar | None]) -> Rendering:
    """Play `bars` bars by the internal clock at once; `compose` None answers are improvised."""
    performer = Performer(replace(setup, source="internal"))
    take = Take(None)
    bpm = performer.desk.number("tempo")
    end = bars * setup.meter.bar_ticks * 60.0 / (bpm * TICKS_PER_BEAT)
    _perform(performer, take, 0.0, compose)  # bars are prepared before the first downbeat
    performer.receive(Turned("play", 1.0), 0.0)
    played: dict[int, Bar] = {}
    now = 0.0
    while now < end - 1e-9:
        _perform(performer, take, now, compose)
        if performer.current is not None:
            played[performer.current.number] = performer.current.bar
        deadline = performer.deadline()
        now = end if deadline is None else min(end, max(now, deadline))
    data = write(clip_of(take.bars[:bars]))
    return Rendering(tuple(played.values()), data, bpm, take.bars[:bars])


def _perform(
    performer: Performer, take: Take, now: float, compose: Callable[[Request], Bar | None]
) -> None:
    """Do what is due, answering every request at the same moment."""
    asked = _due(performer, take, now)
    while asked:
        request = asked.pop()
        bar = compose(request)
        if bar is not None:
            performer.receive(Composed(request.number, request.generation, bar), now)
            asked = _due(performer, take, now)


def _due(performer: Performer, take: Take, now: float) -> list[Request]:
    """What is to be composed; what was played goes into the take."""
    due = performer.due(now)
    for out in due:
        if isinstance(out, Begun | Played | Left):
            take.add(out)
    return [out.request for out in due if isinstance(out, Compose)]
