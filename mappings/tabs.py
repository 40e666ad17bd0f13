"""Drum tabs: the lines of strokes in which the style files write their bars.

One line a voice, one sign a stroke: X accent, x full, o medium, - soft, g ghost, 1..9 a finer
scale for ramps, "." a rest. In 4/4, 3/4 and 5/4 a line has one group a beat, parted by spaces,
and the signs of a group share the beat evenly: "x.x." is sixteenths, "x.x" triplets,
"123456" a roll of sextuplets, eight signs are thirty-seconds. In 6/8, 7/8 and 12/8 spaces only help
the eye and the signs share the bar evenly: one, two or four an eighth.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.score.grid import TICKS_PER_BEAT, Meter
from engine.score.notes import Hit, Voice

LEGEND = {"X": 118, "x": 98, "o": 78, "-": 58, "g": 34} | {str(n): 14 * n for n in range(1, 10)}
REST = "."
GROUPS = (1, 2, 3, 4, 6, 8)  # signs in a beat; eight are thirty-seconds, the closest a voice goes
PER_EIGHTH = (1, 2, 4)  # signs in an eighth of 6/8 and 7/8


def read_line(line: str, voice: Voice, meter: Meter) -> list[Hit]:
    """The hits of one line; ValueError says what of it is wrong and what is allowed."""
    signs = _strokes_of_beats(line, meter) if meter.denominator == 4 else _even(line, meter)
    hits = []
    for tick, sign in signs:
        if sign == REST:
            continue
        if sign not in LEGEND:
            raise ValueError(f"{sign!r} is not one of {''.join(LEGEND)} or {REST} for a rest")
        hits.append(Hit(tick, voice, LEGEND[sign]))
    return hits


def _strokes_of_beats(line: str, meter: Meter) -> list[tuple[int, str]]:
    groups = line.split()
    if len(groups) != meter.numerator:
        raise ValueError(f"has {len(groups)} beats; {meter} takes {meter.numerator}")
    signs = []
    for beat, group in enumerate(groups):
        if len(group) not in GROUPS:
            allowed = ", ".join(map(str, GROUPS))
            raise ValueError(f"beat {beat + 1}, {group!r}, has {len(group)} signs, not {allowed}")
        step = TICKS_PER_BEAT // len(group)
        signs += [(beat * TICKS_PER_BEAT + i * step, sign) for i, sign in enumerate(group)]
    return signs


def _even(line: str, meter: Meter) -> list[tuple[int, str]]:
    signs = "".join(line.split())
    lengths = [meter.numerator * n for n in PER_EIGHTH]
    if len(signs) not in lengths:
        allowed = ", ".join(map(str, lengths))
        raise ValueError(f"has {len(signs)} signs; {meter} takes {allowed}")
    step = meter.bar_ticks // len(signs)
    return [(i * step, sign) for i, sign in enumerate(signs)]


def read_tab(lines: Mapping[Voice, str], meter: Meter) -> list[Hit]:
    """The hits of several lines; ValueError as read_line."""
    return [hit for voice, line in lines.items() for hit in read_line(line, voice, meter)]
