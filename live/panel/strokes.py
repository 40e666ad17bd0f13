"""A stroke that a page changes, on its way through the pipe to the conductor."""

from __future__ import annotations

from engine.bars.stroke_edit import StrokeEdit, stroke_of


def to_text(edit: StrokeEdit) -> str:
    """What goes through the pipe."""
    return f"{edit.song_bar} {edit.voice.value} {edit.tick} {edit.velocity}"


def from_text(text: str) -> StrokeEdit:
    """What came through it."""
    bar, voice, tick, velocity = text.split()
    return stroke_of(int(bar), voice, int(tick), int(velocity))
