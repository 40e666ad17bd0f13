"""What a drummer plays: voices, hits and bars, in ticks, immutable.

The score position of a hit and its microtiming are kept apart from the moment a bar is
made until it is sent, so that humanize can scale the one and swing can move the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from engine.score.grid import FOUR_FOUR, TICKS_PER_BEAT, TICKS_PER_SIXTEENTH, Meter


class Voice(Enum):
    """An instrument of the kit; a kit file maps each to a note."""

    KICK = "kick"
    SNARE = "snare"
    SIDE_STICK = "side_stick"
    CLAP = "clap"
    CLOSED_HAT = "closed_hat"
    PEDAL_HAT = "pedal_hat"
    OPEN_HAT = "open_hat"
    LOW_TOM = "low_tom"
    MID_TOM = "mid_tom"
    HIGH_TOM = "high_tom"
    CRASH = "crash"
    RIDE = "ride"
    RIDE_BELL = "ride_bell"
    PERCUSSION = "percussion"

    # Enum hashes the name in Python at every look-up; members are single objects.
    __hash__ = object.__hash__


ORDER = {voice: number for number, voice in enumerate(Voice)}
# The parts of a kit that a performer thinks of as one, and has a fader for.
GROUPS: Mapping[str, tuple[Voice, ...]] = {
    "kick": (Voice.KICK,),
    "snare": (Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP),
    "hats": (Voice.CLOSED_HAT, Voice.PEDAL_HAT, Voice.OPEN_HAT),
    "toms": (Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM),
    "cymbals": (Voice.CRASH, Voice.RIDE, Voice.RIDE_BELL),
    "percussion": (Voice.PERCUSSION,),
}
Outline = tuple[tuple[int, int], ...]  # sixteenths of the bar and voices, as in ORDER
Blend = tuple[tuple[str, float], ...]  # two styles and their weights, of sum 1; or nothing
GHOST_VELOCITY = 50  # a snare stroke under it is a ghost note: a third to half of them in Groove


@dataclass(frozen=True, slots=True)
class Hit:
    """One stroke.

    `tick` from the bar line on the score grid, `velocity` 1..127, `offset` microtiming in
    ticks of 480 a beat (negative: early).
    """

    tick: int
    voice: Voice
    velocity: int
    offset: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Hits of a bar stand in the order of this: position, then voice."""
        return (self.tick, ORDER[self.voice])


@dataclass(frozen=True, slots=True)
class Bar:
    """The hits of one bar in order, and where they come from.

    `source` is "model", "template" (a style's own pattern) or "fallback" (made from earlier
    bars). `density`, `intensity` and `ghosts` are what it was made for (0..1, .5 usual), so
    that these knobs, turned while it plays, do only what the bar does not do already. `felt`
    says that the offsets are its own; a bar without feel gets its style's. `blend` names the
    styles it stands between; `style` is the nearer of them.
    """

    hits: tuple[Hit, ...] = ()
    meter: Meter = FOUR_FOUR
    source: str = "template"
    style: str = ""
    fill: bool = False
    density: float = 0.5
    intensity: float = 0.5
    ghosts: float = 0.5
    felt: bool = False
    blend: Blend = ()
    part: str = ""  # a pattern that a style plays in this part of a song only

    @classmethod
    def of(
        cls,
        hits: Iterable[Hit],
        meter: Meter = FOUR_FOUR,
        source: str = "template",
        style: str = "",
        fill: bool = False,
    ) -> Bar:
        """A bar from hits in any order; of two of one voice on one tick the louder stays."""
        return cls(in_order(hits), meter, source, style, fill)

    @property
    def outline(self) -> Outline:
        """What is struck on which sixteenth: bars with one outline are heard as the same."""
        half = TICKS_PER_SIXTEENTH // 2
        struck = {((hit.tick + half) // TICKS_PER_SIXTEENTH, ORDER[hit.voice]) for hit in self.hits}
        return tuple(sorted(struck))

    def with_hits(self, hits: Iterable[Hit]) -> Bar:
        """The same bar with other hits (any order)."""
        return replace(self, hits=in_order(hits))


def in_order(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Hits sorted by position and voice; of two of one voice on one tick the louder stays."""
    best: dict[tuple[int, int], Hit] = {}
    for hit in hits:
        known = best.get(hit.key)
        if known is None or hit.velocity > known.velocity:
            best[hit.key] = hit
    return tuple(best[key] for key in sorted(best))


def on_triplets(hits: Iterable[Hit]) -> bool:
    """Do more hits off the beat stand on eighth triplets than on sixteenths?"""
    within = [hit.tick % TICKS_PER_BEAT for hit in hits]
    triplets = sum(tick > 0 and tick % (TICKS_PER_BEAT // 3) == 0 for tick in within)
    sixteenths = sum(tick > 0 and tick % TICKS_PER_SIXTEENTH == 0 for tick in within)
    return triplets > sixteenths
