"""A performance into a .mid file: the same engine, with invented time and no port.

The drummer is asked and answers at once, so what is rendered is what would be played when
every bar comes in time; the same arguments write the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.events import Compose, Composed, Request, Turned
from engine.grid import TICKS_PER_BEAT
from engine.notes import Bar
from engine.performer import Performer, Setup
from engine.take import Played, Take
from model.midifile import Note, write

GATE_TICKS = 60  # a 32nd; drums ignore it, clips look tidy


@dataclass(frozen=True, slots=True)
class Rendering:
    """The bars played, the file's bytes, and every note that was sent."""

    bars: tuple[Bar, ...]
    data: bytes
    bpm: float
    played: tuple[Played, ...]


def render(setup: Setup, bars: int, compose: Callable[[Request], Bar | None]) -> Rendering:
    """Play `bars` bars by the internal clock at once; `compose` None answers are improvised."""
    performer = Performer(replace(setup, source="internal"))
    performer.take = Take(bars + 1)
    bpm = performer.desk.number("tempo")
    total = bars * setup.meter.bar_ticks
    end = total * 60.0 / (bpm * TICKS_PER_BEAT)
    _perform(performer, 0.0, compose)  # bars are prepared before the first downbeat
    performer.receive(Turned("play", 1.0), 0.0)
    played: dict[int, Bar] = {}
    now = 0.0
    while now < end - 1e-9:
        _perform(performer, now, compose)
        if performer.current is not None:
            played[performer.current.number] = performer.current.bar
        deadline = performer.deadline()
        now = end if deadline is None else min(end, max(now, deadline))
    sent = performer.take.last(bars + 1)
    notes = [_note(note, bpm, total) for note in sent]
    title = f"{performer.desk.values['style']} {bars} bars {bpm:g} BPM"
    data = write(notes, bpm, setup.meter, title, total)
    return Rendering(tuple(played.values()), data, bpm, sent)


def _perform(performer: Performer, now: float, compose: Callable[[Request], Bar | None]) -> None:
    """Do what is due, answering every request at the same moment."""
    asked = [out.request for out in performer.due(now) if isinstance(out, Compose)]
    while asked:
        request = asked.pop()
        bar = compose(request)
        if bar is not None:
            performer.receive(Composed(request.number, request.generation, bar), now)
            asked = [out.request for out in performer.due(now) if isinstance(out, Compose)]


def _note(played: Played, bpm: float, total: int) -> Note:
    tick = round(played.at * bpm * TICKS_PER_BEAT / 60.0)
    return Note(min(total - 1, max(0, tick)), played.note, played.velocity, GATE_TICKS)
