"""What every surface calls things: by whom a bar is, how many there are of something, a tempo."""

from __future__ import annotations

from collections.abc import Mapping

# Who made a bar, by its `source`: the words after "by" or in its place.
BY = {
    "model": "by the trained drummer",
    "template": "from the style's patterns",
    "fallback": "improvised in time",
    "played": "as given",  # by the file, the take or the clip that is gone on from
}


def by(source: str) -> str:
    """Who made a bar, in words; of sources from outside, their own."""
    return BY.get(source, f"by {source}")


def played(bars: Mapping[str, int]) -> str:
    """By whom bars are, from their numbers by source: "3 by the trained drummer, 1 improvised"."""
    ours = [*BY, *(source for source in bars if source not in BY)]
    made = [(bars[source], by(source)) for source in ours if bars.get(source)]
    return ", ".join(f"{number} {words}" for number, words in made) or "none"


def counted(number: int, one: str) -> str:
    """ "1 bar", "2 bars", "no bars"; `one` is the thing's name."""
    return f"{number or 'no'} {one}{'' if number == 1 else 's'}"


def tempo(bpm: float) -> str:
    """A tempo to a tenth: "120 BPM", "86.5 BPM"."""
    return f"{round(bpm, 1):g} BPM"
