"""What a pair of hands and feet can play, and mending what they cannot.

A drummer has two hands and a foot for kick and hi-hat each; a machine plays any voices
together but strikes no voice twice at once. Bars come from a network, a file or a person:
whatever comes in, what goes out can be played.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.score.grid import TICKS_PER_BEAT, Meter
from engine.score.importance import importance
from engine.score.notes import Bar, Hit, Voice, in_order

FEET = frozenset({Voice.KICK, Voice.PEDAL_HAT})
HANDS = 2
MACHINE_VOICES = 6  # at once; more is a wall, not a groove
CLOSEST = TICKS_PER_BEAT // 12  # 40 ticks: between a 32nd (60) and a 64th (30)
# Two hands strike one drum closer: 20 ticks, a flam's 21 ms at 120 BPM.
GRACE = TICKS_PER_BEAT // 24
GRACED = frozenset({Voice.SNARE, Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM})
MOST_A_BEAT = 16  # hits; the 99th percentile of Groove is 38 a bar of four beats
FARTHEST = TICKS_PER_BEAT // 4  # microtiming beyond a sixteenth is another position


def faults(bar: Bar, hands: bool = True) -> list[str]:
    """What is wrong with a bar, in words; an empty list for one that can be played."""
    mended = repaired(bar, hands)
    if not mended.hits:
        return ["nothing to play"]
    lost = len(bar.hits) - len(mended.hits)
    found = [f"{lost} hits that cannot be played"] if lost else []
    if not lost and mended.hits != bar.hits:
        found.append("hits out of order or out of range")
    return found


def repaired(bar: Bar, hands: bool = True) -> Bar:
    """The bar with everything brought into range and what cannot be played left out."""
    inside = in_order(_in_range(hit) for hit in bar.hits if 0 <= hit.tick < bar.meter.bar_ticks)
    spaced = _spaced(inside, bar.meter)
    together = _together(spaced, bar.meter, hands)
    return replace(
        bar,
        hits=in_order(_loudest(together, bar.meter)),
        density=_share(bar.density),
        intensity=_share(bar.intensity),
        ghosts=_share(bar.ghosts),
    )


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _in_range(hit: Hit) -> Hit:
    return Hit(
        hit.tick,
        hit.voice,
        min(127, max(1, hit.velocity)),
        min(FARTHEST, max(-FARTHEST, hit.offset)),
    )


def _spaced(hits: Iterable[Hit], meter: Meter) -> list[Hit]:
    """No voice struck again before a stick could be there; the accent stays."""
    taken: dict[Voice, list[int]] = {}
    stays = []
    for hit in sorted(hits, key=lambda hit: -importance(hit, meter)):
        ticks = taken.setdefault(hit.voice, [])
        closest = GRACE if hit.voice in GRACED else CLOSEST
        if all(abs(hit.tick - tick) >= closest for tick in ticks):
            stays.append(hit)
            ticks.append(hit.tick)
    return stays


def _together(hits: list[Hit], meter: Meter, hands: bool) -> list[Hit]:
    """At one moment no more strokes than there are limbs (or voices of a machine)."""
    stays: list[Hit] = []
    for tick in sorted({hit.tick for hit in hits}):
        chord = sorted(
            (hit for hit in hits if hit.tick == tick),
            key=lambda hit: -importance(hit, meter),
        )
        if hands:
            stays += [hit for hit in chord if hit.voice in FEET]
            stays += [hit for hit in chord if hit.voice not in FEET][:HANDS]
        else:
            stays += chord[:MACHINE_VOICES]
    return stays


def _loudest(hits: list[Hit], meter: Meter) -> list[Hit]:
    most = MOST_A_BEAT * meter.bar_ticks // TICKS_PER_BEAT
    return sorted(hits, key=lambda hit: -importance(hit, meter))[:most]
