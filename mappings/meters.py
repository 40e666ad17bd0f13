"""Bars of 3/4, 5/4, 6/8, 7/8 and 12/8 made from a style's bars of 4/4.

A bar is cut at its beats (or eighths) and put together anew, so that every piece is one the
style plays itself. The backbeat decides which pieces: it stands on 4, or in half time on 3
("the drop" of reggae as well). The rules:

* 3/4: beat 1, then the two beats that end on the backbeat: 1 3 4, in half time 1 2 3.
* 5/4 is 3+2: 1 2 3, answered by 3 4, so that the snare ends the bar; in half time 1 2 3 | 2 4.
  A fill is one beat of the groove and the whole fill.
* 6/8: two groups of three eighths, kick side and snare side: 1 1& 3& | 2 2& 4&, in half time
  1 1& 2& | 3 3& 4&. A bar of triplets is stretched instead: the triplets of 1 2 become the
  eighths, and of a fill those of 3 4.
* 7/8: the last eighth is dropped; the backbeats stay where they are.
* 12/8: every beat becomes three eighths, the backbeats stay on theirs. Triplets become the
  eighths; of four sixteenths the first three do, as a shuffle has them, and the fourth leads
  into the next beat, except of what keeps time.

Where a cut would go through a triplet, only its first stroke stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.score.grid import FOUR_FOUR, METERS, TICKS_PER_BEAT, TICKS_PER_SIXTEENTH, Meter
from engine.score.notes import Bar, Hit, Voice

EIGHTH = TICKS_PER_BEAT // 2
TRIPLET = TICKS_PER_BEAT // 3
THIRTY_SECOND = TICKS_PER_BEAT // 8
_BACKBEAT = (Voice.SNARE, Voice.CLAP, Voice.SIDE_STICK)
_BACKBEAT_VELOCITY = 75  # under it a stroke on a backbeat's place is an aside, not the backbeat
_KEEPS_TIME = frozenset(
    {Voice.CLOSED_HAT, Voice.PEDAL_HAT, Voice.RIDE, Voice.RIDE_BELL, Voice.PERCUSSION}
)
_CRASHED = {Voice.CRASH: Voice.RIDE}  # a beat played twice crashes once


def in_all_meters(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """The bars, and for every meter without beats or without fills what 4/4 gives.

    Bars that come out alike are kept once. `bars` need beats and fills of 4/4.
    """
    beats = [bar for bar in bars if bar.meter == FOUR_FOUR and not bar.fill]
    fills = [bar for bar in bars if bar.meter == FOUR_FOUR and bar.fill]
    groove = next(bar for bar in beats if not bar.part)
    made = list(bars)
    for meter in METERS.values():
        for fill, material in ((False, beats), (True, fills)):
            if not any((bar.meter, bar.fill, bar.part) == (meter, fill, "") for bar in bars):
                made += [in_meter(bar, meter, groove) for bar in material]
    return tuple(dict.fromkeys(made))


def in_meter(bar: Bar, meter: Meter, groove: Bar) -> Bar:
    """A bar of 4/4 in one of the METERS; `groove` lends a fill of 5/4 its first beat."""
    hits = _CUTS[str(meter)](bar, groove)
    return replace(bar, meter=meter).with_hits(hits)


def _four(bar: Bar, _groove: Bar) -> list[Hit]:
    return list(bar.hits)


def _three(bar: Bar, _groove: Bar) -> list[Hit]:
    beats = (1, 2, 3) if _half_time(bar) and not bar.fill else (1, 3, 4)
    return _beats(bar, beats)


def _five(bar: Bar, groove: Bar) -> list[Hit]:
    if bar.fill:
        rest = [replace(hit, tick=hit.tick + TICKS_PER_BEAT) for hit in bar.hits]
        return _beats(groove, (1,)) + rest
    return _beats(bar, (1, 2, 3, 2, 4) if _half_time(bar) else (1, 2, 3, 3, 4))


def _six(bar: Bar, _groove: Bar) -> list[Hit]:
    if _is_triplets(bar):
        pair = _beats(bar, (3, 4) if bar.fill else (1, 2))
        return [replace(hit, tick=hit.tick * EIGHTH // TRIPLET) for hit in pair]
    if bar.fill:
        return _beats(bar, (1, 3, 4))
    eighths = (1, 2, 4, 5, 6, 8) if _half_time(bar) else (1, 2, 6, 3, 4, 8)
    return _pieces(bar.with_hits(_without_triplets(bar.hits)), eighths, EIGHTH)


def _seven(bar: Bar, _groove: Bar) -> list[Hit]:
    last = 3 * TICKS_PER_BEAT
    whole = [hit for hit in bar.hits if hit.tick < last]
    cut = _without_triplets([hit for hit in bar.hits if hit.tick >= last])
    return whole + [hit for hit in cut if hit.tick < 7 * EIGHTH]


def _twelve(bar: Bar, _groove: Bar) -> list[Hit]:
    if _is_triplets(bar):
        return [replace(hit, tick=hit.tick * EIGHTH // TRIPLET) for hit in bar.hits]
    pickup = 3 * TICKS_PER_SIXTEENTH  # and what is later in its beat
    kept = [
        hit
        for hit in _without_triplets(bar.hits)
        if hit.voice not in _KEEPS_TIME or hit.tick % TICKS_PER_BEAT < pickup
    ]
    return [replace(hit, tick=_in_three(hit.tick)) for hit in kept]


def _in_three(tick: int) -> int:
    """The tick in 12/8 of one in 4/4: a beat's first half is two eighths, its second one."""
    beat, within = divmod(tick, TICKS_PER_BEAT)
    return beat * 3 * EIGHTH + (2 * within if within < EIGHTH else within + EIGHTH)


_CUTS = {
    "4/4": _four, "3/4": _three, "5/4": _five, "6/8": _six, "7/8": _seven, "12/8": _twelve,
}  # fmt: skip


def _beats(bar: Bar, numbers: Iterable[int]) -> list[Hit]:
    return _pieces(bar, numbers, TICKS_PER_BEAT)


def _pieces(bar: Bar, numbers: Iterable[int], length: int) -> list[Hit]:
    """The pieces of a bar, numbered from 1, one after the other; a repeated one crashes once."""
    hits: list[Hit] = []
    used: set[int] = set()
    for place, number in enumerate(numbers):
        start = (number - 1) * length
        for hit in bar.hits:
            if start <= hit.tick < start + length:
                voice = _CRASHED.get(hit.voice, hit.voice) if number in used else hit.voice
                hits.append(replace(hit, voice=voice, tick=hit.tick - start + place * length))
        used.add(number)
    return hits


def _without_triplets(hits: Sequence[Hit]) -> list[Hit]:
    """The hits less those of a beat divided by three; sextuplets divide at the eighth and stay."""
    halved = {
        (hit.voice, hit.tick // TICKS_PER_BEAT)
        for hit in hits
        if hit.tick % TICKS_PER_BEAT == EIGHTH
    }
    return [
        hit
        for hit in hits
        if hit.tick % THIRTY_SECOND == 0 or (hit.voice, hit.tick // TICKS_PER_BEAT) in halved
    ]


def _half_time(bar: Bar) -> bool:
    """Whether the backbeat is on 3 and not on 4."""
    return _strongest(bar, 3) > max(_BACKBEAT_VELOCITY, _strongest(bar, 4))


def _strongest(bar: Bar, beat: int) -> int:
    tick = (beat - 1) * TICKS_PER_BEAT
    strokes = (hit.velocity for hit in bar.hits if hit.tick == tick and hit.voice in _BACKBEAT)
    return max(strokes, default=0)


def _is_triplets(bar: Bar) -> bool:
    """Whether the bar divides its beats by three only."""
    off_beat = [hit.tick % TICKS_PER_BEAT for hit in bar.hits if hit.tick % TICKS_PER_BEAT]
    sixteenths = [tick for tick in off_beat if tick % TICKS_PER_SIXTEENTH == 0]
    return bool(off_beat) and not sixteenths
