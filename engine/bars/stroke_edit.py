"""One stroke of a bar, struck harder or softer, put in or taken out by a hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.errors import ControlError
from engine.score.notes import Bar, Hit, Voice

VOICES = {voice.value: voice for voice in Voice}
FURTHEST = 1 << 24  # bars and ticks


@dataclass(frozen=True, slots=True)
class StrokeEdit:
    """A stroke of the bar `song_bar` of the song, at a `tick` of its score.

    `velocity` 1..127 is how hard it is from now on, put in where it was not; 0 takes it out.
    """

    song_bar: int
    voice: Voice
    tick: int
    velocity: int


def stroke_of(song_bar: int, voice: str, tick: int, velocity: int) -> StrokeEdit:
    """A stroke of a bar counted from 0, from anybody; ControlError for what is none."""
    if voice not in VOICES:
        raise ControlError(f"stroke: {voice[:40]!r} is not one of {', '.join(VOICES)}")
    if not (abs(song_bar) < FURTHEST and 0 <= tick < FURTHEST and 0 <= velocity <= 127):
        raise ControlError("stroke: takes a bar, a voice, a tick from 0 and a velocity of 0..127")
    return StrokeEdit(song_bar, VOICES[voice], tick, velocity)


def edited(bar: Bar, edit: StrokeEdit) -> Bar | None:
    """The bar with that done to it; None where that changes nothing, or leaves it silent."""
    if not 0 <= edit.tick < bar.meter.bar_ticks:
        return None
    place = (edit.voice, edit.tick)
    there = [hit for hit in bar.hits if (hit.voice, hit.tick) == place]
    others = [hit for hit in bar.hits if (hit.voice, hit.tick) != place]
    if edit.velocity:
        stroke = there[0] if there else Hit(edit.tick, edit.voice, edit.velocity)
        others.append(replace(stroke, velocity=edit.velocity))
    changed = bar.with_hits(others)
    return changed if changed.hits and changed != bar else None
