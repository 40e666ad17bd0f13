"""Bars of a take as the drummer's bars again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.score.notes import Bar, Hit, Voice
from engine.takes.take import Played, Taken


def to_bars(taken: Iterable[Taken], voices: Mapping[int, Voice]) -> tuple[Bar, ...]:
    """Bars as they sounded: swing and push are in the offsets too; notes of no voice are not."""
    return tuple(
        _bar(bar, [_hit(n, voices) for n in bar.notes if n.note in voices and _is_in(n, bar)])
        for bar in taken
    )


def _is_in(note: Played, bar: Taken) -> bool:
    """Of a damaged take a note may stand beyond the end of its bar."""
    return 0 <= note.score < bar.begun.meter.bar_ticks


def _bar(bar: Taken, hits: list[Hit]) -> Bar:
    begun = bar.begun
    return replace(Bar.of(hits, begun.meter, begun.source, begun.style, begun.fill), felt=True)


def _hit(note: Played, voices: Mapping[int, Voice]) -> Hit:
    return Hit(note.score, voices[note.note], note.velocity, round(note.tick) - note.score)
