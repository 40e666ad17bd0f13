"""Lines of a take's file, each checked: a disk may have damaged them, or a hand.

What comes out of here can be counted, drawn and sent as MIDI whatever the file's bytes are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.score.grid import METERS

LONGEST = 1 << 20  # bytes of a line; one of ours has some hundred, with all controls 2,000
# Slower and faster than any clock that is followed (15 .. 999 BPM), and a .mid has room for it.
BPM = (5.0, 1000.0)
TICKS = 20_000.0  # that a note may be off its place, or a bar be left at: ten bars
SONG = 1e12  # ticks and seconds, far beyond any song
BAR = max(meter.bar_ticks for meter in METERS.values())
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SOUND = 4  # figures a note


def decoded(line: bytes) -> dict[str, Any]:
    """The JSON object of a line; ValueError for anything else."""
    if len(line) > LONGEST:
        raise ValueError("a line without end")
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("brackets without end") from error
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def checked(line: bytes) -> dict[str, Any]:
    """What a line after the header says; ValueError for what none can say."""
    value = decoded(line)
    for key, fits in _LINES.items():
        if key in value:
            if not fits(value):
                raise ValueError(key)
            return value
    raise ValueError("nothing known")


def is_whole(value: object, low: int, high: int) -> bool:
    """A whole number in a closed range; true and 1.0 are none."""
    return type(value) is int and low <= value <= high


def is_number(value: object, low: float, high: float) -> bool:
    """A number in a closed range; NaN is in none."""
    return type(value) in (int, float) and low <= value <= high  # type: ignore[operator]


def is_words(value: object) -> bool:
    """A text that a terminal and a page can show."""
    return isinstance(value, str) and len(value) <= 200 and not _UNPRINTABLE.search(value)


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no number")


# ---- the kinds of lines, by the key that tells them
def _bar(line: Mapping[str, Any]) -> bool:
    return (
        is_whole(line["b"], 0, 2**31)
        and is_number(line.get("at"), -SONG, SONG)
        and is_number(line.get("bpm"), *BPM)
        and is_words(line.get("style"))
        and is_words(line.get("by"))
        and is_whole(line.get("start", 0), -int(SONG), int(SONG))
        and line.get("fill", 0) in (0, 1)
        and is_number(line.get("entered", 0), 0, BAR)
        and is_number(line.get("jumped", 0), -SONG, SONG)
        and isinstance(meter := line.get("meter", "4/4"), str)
        and meter in METERS
        and _controls(line.get("set", {}))
    )


def _controls(values: object) -> bool:
    return isinstance(values, dict) and all(
        is_words(name) and (is_words(value) or is_number(value, -SONG, SONG))
        for name, value in values.items()
    )


def _notes(line: Mapping[str, Any]) -> bool:
    figures = line["n"]
    if not isinstance(figures, list) or len(figures) <= 1 or len(figures) % _SOUND != 1:
        return False
    notes = zip(*[iter(figures[1:])] * _SOUND, strict=True)
    return is_whole(figures[0], 0, 2**31) and all(
        type(score) is int
        and -BAR <= score <= 2 * BAR
        and type(late) in (int, float)
        and -TICKS <= late <= TICKS
        and type(note) is int
        and 0 <= note <= 127
        and type(velocity) is int
        and 1 <= velocity <= 127
        for score, late, note, velocity in notes
    )


def _left(line: Mapping[str, Any]) -> bool:
    return (
        is_whole(line["left"], 0, 2**31)
        and is_number(line.get("tick"), -TICKS, TICKS)
        and is_number(line.get("at"), -SONG, SONG)
    )


def _tempo(line: Mapping[str, Any]) -> bool:
    return is_number(line["bpm"], *BPM)


def _end(line: Mapping[str, Any]) -> bool:
    return is_whole(line["end"], 0, 1)


_LINES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "b": _bar,
    "n": _notes,
    "left": _left,
    "bpm": _tempo,
    "end": _end,
}
