"""Which strokes of a key are struck where they come nearer together than a drummer strikes.

Bars, voices, swing and knobs know nothing of each other's strokes, so it is decided where they
leave: of two strokes that would be heard as one that is doubled, one is left out. Flams and
drags stay, their first strokes are much softer. It is milliseconds that count, not steps of a
grid: hands are no faster at a fast tempo, so that of a roll every other stroke is left there.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

# Seconds. The fastest single-stroke rolls have 20 strokes a second, 50 ms apart, and the hands of a
# flam 10 to 30: nearer strokes of one key that are no flam are one that is doubled. Design choice.
DOUBLED = 0.035
FLAM = 0.01  # seconds between a grace stroke and what follows, at least
GRACE = 0.6  # velocity of a grace stroke against that of its stroke, at most; design choice
_PLACE = 0.5  # what a stroke on the bar line weighs more than one between the beats; design choice


class Near(NamedTuple):
    """A stroke near others of its key: wanted `at` (seconds), `place` its metric weight, 0..1."""

    at: float
    velocity: int
    place: float

    @property
    def weight(self) -> float:
        """The heavier stays: the louder or, of much the same force, the one on the beat."""
        return self.velocity * (1.0 + _PLACE * self.place)


class Role(Enum):
    """What a stroke is to those after it."""

    STROKE = "stroke"
    FLAM = "flam"  # the grace stroke just before a stroke
    DRAG = "drag"  # the one before that


_OWN = {Role.FLAM: 1, Role.DRAG: 2}  # how many strokes later the one comes that it leads to


class LastStroke(NamedTuple):
    """How a key was struck last."""

    at: float
    velocity: int
    role: Role = Role.STROKE


def struck(row: Sequence[Near], last: LastStroke | None) -> LastStroke | None:
    """The first stroke of a row of one key, if it is to be struck; None: it is left out.

    Each of the row is nearer than DOUBLED to the one before it; `last` was struck before them.
    """
    first = row[0]
    if len(row) == 1:  # mostly, and a note is due
        return LastStroke(first.at, first.velocity) if _free(first, last) else None
    roles = _roles(row)
    stays = _stays(row, roles, last)
    role = roles[0]
    if role is Role.STROKE:
        stay = 0 in stays
    elif _OWN[role] in stays:
        drag = last is not None and last.role is Role.DRAG and _two(last, first)
        stay = drag or _free(first, last)
    else:  # what it leads to gives way to another
        role = Role.STROKE
        stay = _free(first, last) and all(_free(row[n], first) for n in stays)
    return LastStroke(first.at, first.velocity, role) if stay else None


def _free(stroke: Near, before: Near | LastStroke | None) -> bool:
    """May it be struck after the one before?"""
    return before is None or _apart(stroke, before) or _leads(before, stroke)


def _apart(one: Near | LastStroke, other: Near | LastStroke) -> bool:
    return abs(one.at - other.at) >= DOUBLED


def _two(first: Near | LastStroke, second: Near) -> bool:
    """Are they far enough from each other to be two strokes of a drag?"""
    return second.at - first.at >= FLAM


def _leads(first: Near | LastStroke, stroke: Near) -> bool:
    """Is it soft and early enough to be a grace stroke of the other?"""
    return _two(first, stroke) and first.velocity <= GRACE * stroke.velocity


def _roles(row: Sequence[Near]) -> list[Role]:
    roles = [Role.STROKE] * len(row)
    for n in range(len(row) - 2, -1, -1):
        if roles[n + 1] is Role.STROKE and _leads(row[n], row[n + 1]):
            roles[n] = Role.FLAM
        elif roles[n + 1] is Role.FLAM and _leads(row[n], row[n + 2]) and _two(row[n], row[n + 1]):
            roles[n] = Role.DRAG
    return roles


def _stays(row: Sequence[Near], roles: Sequence[Role], last: LastStroke | None) -> set[int]:
    """Which of the row stay that are no grace strokes: the heaviest first, none near another."""
    stays: set[int] = set()
    for n in sorted(range(len(row)), key=lambda n: -row[n].weight):
        free = roles[n] is Role.STROKE and _free(row[n], last)
        if free and all(_apart(row[n], row[m]) for m in stays):
            stays.add(n)
    return stays
