"""What every surface calls things: by whom a bar is, how many there are of something, a tempo."""

from __future__ import annotations

# Who made a bar, by its `source`: the words after "by" or in its place.
BY = {
    "model": "by the trained drummer",
    "template": "from the style's patterns",
    "fallback": "improvised in time",
}


def by(source: str) -> str:
    """Who made a bar, in words; of sources from outside, their own."""
    return BY.get(source, f"by {source}")


def counted(number: int, one: str) -> str:
    """ "1 bar", "2 bars", "no bars"; `one` is the thing's name."""
    return f"{number or 'no'} {one}{'' if number == 1 else 's'}"


def tempo(bpm: float) -> str:
    """A tempo to a tenth: "120 BPM", "86.5 BPM"."""
    return f"{round(bpm, 1):g} BPM"
