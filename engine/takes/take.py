"""What was really played: bars in playing order, and in them every note that was sent.

A place in a bar is counted from the bar line that the note belongs to, so that a jump of the
song moves nothing: an early downbeat stands before 0, a late last hit after the bar's end.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.controls.control import Value
from engine.score.grid import FOUR_FOUR, Meter

AT_ONCE = 1.0  # tick; a bar entered or left so near its line was played from or to it


# ---- what the performer says
@dataclass(frozen=True, slots=True)
class Begun:
    """Bar `number` in playing order begins, or jumps along when the song jumps.

    `start`: song tick of its bar line; `at`: seconds of that line; `entered`: tick of the bar
    at which playing came in, 0 on its line; `controls`: those that moved since the bar before,
    all of them at the first; `left`: song tick that was jumped from, None where it was no jump.
    """

    number: int
    start: int
    at: float
    bpm: float
    style: str = ""
    source: str = ""
    fill: bool = False
    entered: float = 0.0
    meter: Meter = FOUR_FOUR
    controls: tuple[tuple[str, Value], ...] = ()
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """A note that was sent for bar `number`: `tick` where it was to be heard, `score` on the grid.

    `tick` has swing, microtiming and push in it, `note_offset` not: that only makes up for the
    way to the ear. `at`: seconds at which it was wanted; `bpm`: the tempo there.
    """

    number: int
    tick: float
    score: int
    note: int
    velocity: int
    at: float
    bpm: float


@dataclass(frozen=True, slots=True)
class Left:
    """Bar `number` was left at `tick` of it, by a stop or a jump; never at its own end."""

    number: int
    tick: float
    at: float


@dataclass(frozen=True, slots=True)
class Keep:
    """Please make a clip of the last `bars` whole bars among numbers `first` .. `last`."""

    bars: int
    last: int
    first: int = 0


Record = Begun | Played | Left | Keep


# ---- what is kept
@dataclass(slots=True)
class Taken:
    """A bar of a take with its notes in the order they were sent; `left` None: played to its end.

    `controls` are all of them as they stood when it began.
    """

    begun: Begun
    controls: dict[str, Value] = field(default_factory=dict)
    notes: list[Played] = field(default_factory=list)
    left: float | None = None

    @property
    def whole(self) -> bool:
        """Was it played from its bar line on to the next?"""
        return self.begun.entered <= AT_ONCE and self.left is None


class Take:
    """The last `bars` bars that were played; None: all."""

    def __init__(self, bars: int | None = 64) -> None:
        self._most = bars
        self._controls: dict[str, Value] = {}
        self._bars: dict[int, Taken] = {}  # by number, in order
        self._early: list[Played] = []  # of the bar that is to begin

    @property
    def bars(self) -> tuple[Taken, ...]:
        """Every bar there is, in playing order."""
        return tuple(self._bars.values())

    def add(self, record: Record) -> None:
        """Keep what the performer says; bars too long ago are let go."""
        match record:
            case Begun():
                self._begin(record)
            case Played(number):
                bar = self._bars.get(number)
                (self._early if bar is None else bar.notes).append(record)
            case Left():
                self._leave(record)

    def _leave(self, left: Left) -> None:
        if left.number in self._bars:
            self._bars[left.number].left = left.tick

    def _begin(self, begun: Begun) -> None:
        if begun.controls:  # else the bars share them: hours of bars are held
            self._controls = self._controls | dict(begun.controls)
        known = self._bars.get(begun.number)
        notes = known.notes if known else []
        notes += [note for note in self._early if note.number == begun.number]
        notes += self._sent_ahead(begun)
        self._early = []
        self._bars[begun.number] = Taken(begun, self._controls, notes)
        while self._most is not None and len(self._bars) > self._most:
            del self._bars[next(iter(self._bars))]

    def _sent_ahead(self, begun: Begun) -> list[Played]:
        """Notes that the jump to this bar overtook: it does not play them again, so they are its.

        They are taken out of the bar that they were sent for.
        """
        last = next(reversed(self._bars.values()), None)
        if begun.left is None or last is None or last.begun.number == begun.number:
            return []
        overtaken = begun.left - last.begun.start  # tick of the bar that was left
        length, shift = last.begun.meter.bar_ticks, begun.entered - overtaken
        ahead = [note for note in last.notes if note.score >= overtaken]
        last.notes = [note for note in last.notes if note.score < overtaken]
        early = [note for note in self._early if note.number != begun.number]
        return [_of(begun, note, shift) for note in ahead] + [
            _of(begun, note, shift + length) for note in early
        ]

    def kept(self, keep: Keep) -> tuple[Taken, ...]:
        """The whole bars that a Keep means; fewer where there are fewer, or none."""
        wanted = range(keep.first, keep.last + 1)
        whole = [bar for number, bar in self._bars.items() if number in wanted and bar.whole]
        return tuple(whole[-keep.bars :])


def _of(begun: Begun, note: Played, ticks: float) -> Played:
    """A note as one of this bar, so many ticks later in it than in the bar it was sent for."""
    score = round(note.score + ticks)
    return replace(note, number=begun.number, tick=note.tick + ticks, score=score)
