"""Bars that were given to the drummer, to go on from or to vary.

A variation takes pieces of another bar into the given one. A piece is what one part of the kit
plays in one beat: drummers vary a bar by what they do with a beat, not stroke by stroke.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from engine.bars.fallback import timekeeper
from engine.controls.composed import ComposedSettings
from engine.feel.strokes import PerformedKnobs, swinging
from engine.score.grid import TICKS_PER_BEAT, Meter
from engine.score.notes import GHOST_VELOCITY, GROUPS, Bar, Hit, Voice, in_order
from engine.score.playable import repaired

_TIME = "time"  # hats and rides: what keeps time
_GHOSTS = "ghosts"
_PARTS = ("kick", "snare", _GHOSTS, _TIME, "toms", "crash", "percussion")
_PART: Mapping[Voice, str] = {
    **{voice: group for group, voices in GROUPS.items() for voice in voices},
    **dict.fromkeys((*GROUPS["hats"], Voice.RIDE, Voice.RIDE_BELL), _TIME),
    Voice.CRASH: "crash",
}
_BACKBONE = frozenset({"kick", "snare"})
_FIRM = 0.4  # of the way that a variation goes without touching these parts; design choice


@dataclass(frozen=True, slots=True)
class Given:
    """`bars` of one meter that follow one another, of whatever style.

    They were played before the first bar or, with `vary`, every bar of the song is a variation
    of the one in its place, the first following the last. A bar that is not `felt` stands on the
    grid; with `grid` variations do, too.
    """

    bars: tuple[Bar, ...]
    vary: bool = False
    grid: bool = False

    @property
    def meter(self) -> Meter:
        return self.bars[0].meter

    def under(self, settings: ComposedSettings, knobs: PerformedKnobs) -> Given:
        """The same as bars made under knobs that stand so: these change nothing in them.

        The swing of the knobs the offsets of the bars have in them already.
        """
        bars = tuple(
            replace(
                bar,
                hits=_unswung(bar, knobs),
                style=settings.playing,
                density=settings.density,
                intensity=knobs.intensity,
                ghosts=knobs.ghost / 2.0,
                felt=bar.felt or self.vary,
                fill=bar.fill and not self.vary,
            )
            for bar in self.bars
        )
        return Given(bars, self.vary, not any(bar.felt for bar in self.bars))

    def at(self, song_bar: int) -> Bar:
        """The bar in the place of a bar of the song; to go on from, one that is no fill."""
        bars = [bar for bar in self.bars if not bar.fill] or self.bars
        return bars[song_bar % len(bars)]

    def before(self, song_bar: int) -> tuple[Bar, ...]:
        """What a drummer is shown who is to vary a bar: it, and the one before it."""
        return (self.at(song_bar - 1), self.at(song_bar))

    def varied(self, song_bar: int, other: Bar, amount: float, dice: Random, hands: bool) -> Bar:
        """A variation of the bar in its place; `other` has its feel, unless this has none."""
        bar = self.at(song_bar)
        if self.grid:
            other = replace(other, hits=tuple(replace(hit, offset=0) for hit in other.hits))
        return varied(bar, other, amount, dice, hands)


def _unswung(bar: Bar, knobs: PerformedKnobs) -> tuple[Hit, ...]:
    falls = swinging(bar, knobs)
    return tuple(replace(hit, offset=hit.offset - round(falls(hit) - hit.tick)) for hit in bar.hits)


def varied(bar: Bar, other: Bar, amount: float, dice: Random, hands: bool = True) -> Bar:
    """The bar with pieces of the other instead of its own, all of them at an amount of 1.

    What is taken at an amount is taken at every larger one. The backbone, strong strokes of
    kick and snare on the beats, is the bar's own at all of them, and the rest of kick and snare
    goes last. Time is kept all along, and on one instrument: a beat without any is not taken, and
    where the two keep it on others, all is taken or none. `other` lends the names of its style
    and source.
    """
    taken = _taken(bar, other, amount, dice)
    if not taken:
        return replace(bar, source=other.source, style=other.style)
    stays = [h for h in bar.hits if _is_backbone(h, bar.meter) or _piece(h) not in taken]
    new = [h for h in other.hits if not _is_backbone(h, bar.meter) and _piece(h) in taken]
    mixed = replace(bar, hits=in_order([*stays, *new]), source=other.source, style=other.style)
    return repaired(mixed, hands)


def _taken(bar: Bar, other: Bar, amount: float, dice: Random) -> set[tuple[str, int]]:
    """The pieces that are the other's: part and number of the beat."""
    one = timekeeper(bar) is timekeeper(other)
    timed = {_piece(hit) for hit in other.hits}
    beats = range(-(-bar.meter.bar_ticks // TICKS_PER_BEAT))
    taken = set()
    for part in _PARTS:
        firm = _FIRM if part in _BACKBONE else 0.0
        shares = [firm + (1.0 - firm) * dice.random() for _ in beats]
        if part == _TIME and not one:
            shares = shares[:1] * len(beats)
        taken |= {(part, beat) for beat, share in zip(beats, shares, strict=True) if share < amount}
    return {piece for piece in taken if piece[0] != _TIME or piece in timed}


def _piece(hit: Hit) -> tuple[str, int]:
    ghost = hit.voice is Voice.SNARE and hit.velocity < GHOST_VELOCITY
    return (_GHOSTS if ghost else _PART[hit.voice], hit.tick // TICKS_PER_BEAT)


def _is_backbone(hit: Hit, meter: Meter) -> bool:
    strong = hit.velocity >= GHOST_VELOCITY and hit.tick % meter.pulse_ticks == 0
    return strong and _PART[hit.voice] in _BACKBONE
