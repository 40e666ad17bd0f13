"""What is done to a bar when its turn comes: half time, the fill's share, the crash, locks.

Each is a function of bars to a bar and needs no drummer, so it is heard at the next bar line.
What was composed stays as it was: a theme that comes back has none of this on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from engine.score.grid import TICKS_PER_SIXTEENTH, Meter
from engine.score.importance import importance
from engine.score.notes import GHOST_VELOCITY, Bar, Hit, Voice, in_order
from engine.score.playable import FEET, HANDS, MACHINE_VOICES

_BACKBEAT = frozenset({Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP})
_BY_STICK = frozenset(
    {Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.RIDE, Voice.RIDE_BELL, Voice.PERCUSSION}
)
_AT_THEIR_RATE = _BY_STICK | {Voice.PEDAL_HAT, Voice.CRASH}
_CRASH_VELOCITY = 108  # design choice


def in_time(bar: Bar, time: str, odd: bool = False) -> Bar:
    """The bar in "half", "normal" or "double" time; hats, rides and cymbals keep their rate."""
    if time == "half":
        return half_time(bar, odd)
    return double_time(bar) if time == "double" else bar


def half_time(bar: Bar, odd: bool = False) -> Bar:
    """Its first half at half the speed: the backbeat of 2 falls on 3.

    A bar whose first half has no backbeat takes two: in `odd` bars its second half follows.
    """
    half = bar.meter.bar_ticks // 2
    kept, moved = _parted(bar)
    start = half if odd and not any(_is_backbeat(hit) for hit in moved if hit.tick < half) else 0
    slow = [replace(h, tick=2 * (h.tick - start)) for h in moved if start <= h.tick < start + half]
    return bar.with_hits([*kept, *slow])


def _is_backbeat(hit: Hit) -> bool:
    return hit.voice in _BACKBEAT and hit.velocity >= GHOST_VELOCITY


def double_time(bar: Bar) -> Bar:
    """The bar twice at double the speed: the backbeats of 2 and 4 fall on every off-beat.

    Of strokes of a voice that come nearer than a sixteenth, the weaker are left out.
    """
    half = bar.meter.bar_ticks // 2
    kept, moved = _parted(bar)
    fast = [replace(hit, tick=hit.tick // 2 + at) for hit in moved for at in (0, half)]
    return bar.with_hits([*kept, *_apart(fast, bar.meter)])


def _parted(bar: Bar) -> tuple[list[Hit], list[Hit]]:
    """The strokes that keep their rate and those that half and double time move."""
    kept = [hit for hit in bar.hits if hit.voice in _AT_THEIR_RATE]
    return kept, [hit for hit in bar.hits if hit.voice not in _AT_THEIR_RATE]


def _apart(hits: Iterable[Hit], meter: Meter) -> list[Hit]:
    stays: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: -importance(hit, meter)):
        near = TICKS_PER_SIXTEENTH
        if all(abs(hit.tick - o.tick) >= near for o in stays if o.voice is hit.voice):
            stays.append(hit)
    return stays


def fill_start(meter: Meter, amount: float) -> int:
    """The tick where a fill of so much of its bar (0..1) begins: on a beat, at the last at most."""
    beats = max(1, int(amount * meter.numerator + 0.5))
    return (meter.numerator - beats) * meter.pulse_ticks


def next_beat(meter: Meter, tick: float) -> int:
    """The first beat (as the numerator counts) after a tick."""
    return (int(tick // meter.pulse_ticks) + 1) * meter.pulse_ticks


def with_fill_from(bar: Bar, fill: Bar, tick: int) -> Bar:
    """The bar up to a tick of its score, the fill from there on; it is a fill by who made that."""
    before = [hit for hit in bar.hits if hit.tick < tick]
    return fill.with_hits([*before, *(hit for hit in fill.hits if hit.tick >= tick)])


def crashed(bar: Bar) -> Bar:
    """A crash on the bar line instead of the timekeeper's stroke; a bar that has one stays."""
    first = [hit for hit in bar.hits if hit.tick == 0]
    if any(hit.voice is Voice.CRASH for hit in first):
        return bar
    offset = next((hit.offset for hit in first if hit.voice in _BY_STICK), 0)
    rest = [hit for hit in bar.hits if hit.tick or hit.voice not in _BY_STICK]
    return bar.with_hits([*rest, Hit(0, Voice.CRASH, _CRASH_VELOCITY, offset)])


def locked(bar: Bar, last: Bar, voices: Collection[Voice], hands: bool = True) -> Bar:
    """The bar with these voices as the last bar played them.

    Where that asks for more than two hands (`hands`) or a machine's voices, the others give way.
    """
    kept = [hit for hit in last.hits if hit.voice in voices]
    others = [hit for hit in bar.hits if hit.voice not in voices]
    stays: list[Hit] = []
    for hit in sorted(others, key=lambda hit: -importance(hit, bar.meter)):
        if _has_room(hit, [*kept, *stays], hands):
            stays.append(hit)
    return replace(bar, hits=in_order([*kept, *stays]))


def _has_room(hit: Hit, others: Iterable[Hit], hands: bool) -> bool:
    """Is there a limb for it beside the others?"""
    chord = [other for other in others if other.tick == hit.tick]
    if not hands:
        return len(chord) < MACHINE_VOICES
    return hit.voice in FEET or sum(other.voice not in FEET for other in chord) < HANDS
