"""A clip: whole bars of a take as a loop, notes inside it, feel and all.

What is early for the first downbeat and late for the last bar line is kept inside, as Live
plays nothing before a clip's start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median
from typing import NamedTuple

from engine.score.grid import FOUR_FOUR, TICKS_PER_BEAT, Meter
from engine.takes.take import Taken

GATE = 60  # ticks: a 32nd; drums ignore it, clips look tidy
EDGES = ("start", "wrap")  # what becomes of a hit outside: at the edge, or at the other end
UNTITLED: Mapping[str, str] = {}
TEMPO_STEP = 0.5  # BPM from the last change that make another one; a followed clock wavers less


class ClipNote(NamedTuple):
    """A note of a clip: ticks from its start (whole or not), MIDI note, velocity, ticks long."""

    tick: float
    note: int
    velocity: int
    length: float = GATE

    @property
    def beat(self) -> float:
        """Where it stands, in beats."""
        return self.tick / TICKS_PER_BEAT


@dataclass(frozen=True, slots=True)
class Clip:
    """Notes in order, 0 <= tick < `ticks`; `tempos` are (tick, BPM), the first at 0.

    `style` is the one that most bars are of, `name` for people; `straight` says that it is the
    score, without feel. It begins in `meter`; `changes` are (bar from 1, its meter) of others,
    `markers` (tick, words).
    """

    name: str
    style: str
    bars: int
    tempos: tuple[tuple[int, float], ...]
    notes: tuple[ClipNote, ...]
    meter: Meter = FOUR_FOUR
    straight: bool = False
    changes: tuple[tuple[int, Meter], ...] = ()
    markers: tuple[tuple[int, str], ...] = ()

    @property
    def meters(self) -> tuple[tuple[int, Meter], ...]:
        """Its meters and the ticks they begin at, the first at 0."""
        found, bar = [(0, self.meter)], 0
        for number, meter in self.changes:
            tick, last = found[-1]
            found.append((tick + (number - bar) * last.bar_ticks, meter))
            bar = number
        return tuple(found)

    @property
    def ticks(self) -> int:
        """How long it is."""
        tick, meter = self.meters[-1]
        return tick + (self.bars - (self.changes[-1][0] if self.changes else 0)) * meter.bar_ticks

    @property
    def beats(self) -> float:
        """How long it is, in quarter notes."""
        return self.ticks / TICKS_PER_BEAT

    @property
    def bpm(self) -> float:
        """The tempo it begins with."""
        return self.tempos[0][1]


def clip_of(
    bars: Sequence[Taken],
    *,
    straight: bool = False,
    edge: str = "start",
    titles: Mapping[str, str] = UNTITLED,
) -> Clip:
    """The clip of bars in playing order, one after the other; ValueError without any.

    `straight`: the score, without feel and swing. `edge` is one of EDGES: an early first
    downbeat goes to the clip's start, or wraps to its end, where the loop has it in time.
    `titles` of styles are for its name.
    """
    if not bars:
        raise ValueError("a clip needs a bar")
    meters = [bar.begun.meter for bar in bars]
    styles = [bar.begun.style for bar in bars]
    style = max(dict.fromkeys(styles), key=styles.count)
    *starts, length = accumulate((meter.bar_ticks for meter in meters), initial=0)
    found: dict[tuple[float, int], ClipNote] = {}
    for start, bar in zip(starts, bars, strict=True):
        for note in bar.notes:
            tick = _inside(start + (note.score if straight else note.tick), length, edge)
            known = found.get((tick, note.note))
            if known is None or note.velocity > known.velocity:  # one key, one moment
                found[tick, note.note] = ClipNote(tick, note.note, note.velocity)
    tempos = tuple(_tempos(bars, starts))
    many = "s" if len(bars) > 1 else ""
    name = f"{titles.get(style, style)} {len(bars)} bar{many} {round(tempos[0][1], 1):g} BPM"
    name += " straight" if straight else ""
    notes = _apart([found[key] for key in sorted(found)], length)
    changes = tuple(
        (number, meter)
        for number, (before, meter) in enumerate(pairwise(meters), 1)
        if meter != before
    )
    return Clip(name, style, len(bars), tempos, notes, meters[0], straight, changes)


def _inside(tick: float, length: int, edge: str) -> float:
    if 0 <= tick < length:
        return tick
    if edge == "wrap":
        wrapped = tick % length
        return wrapped if wrapped < length else 0.0  # a float's -1e-17 % length is length
    return 0.0 if tick < 0 else float(length - 1)


def _apart(notes: Sequence[ClipNote], length: int) -> tuple[ClipNote, ...]:
    """Each ends before its key is struck again, and by the end of the clip."""
    ends: dict[int, float] = {}
    out = []
    for note in reversed(notes):
        end = min(note.tick + note.length, ends.get(note.note, float(length)))
        ends[note.note] = note.tick
        out.append(note._replace(length=end - note.tick))
    return tuple(reversed(out))


def _tempos(bars: Sequence[Taken], starts: Sequence[int]) -> Iterator[tuple[int, float]]:
    """Where the tempo changes, each the median until the next: a followed clock wavers."""
    at, heard = 0, [bars[0].begun.bpm]
    for start, bar in zip(starts, bars, strict=True):
        points = [(0, bar.begun.bpm), *((note.score, note.bpm) for note in bar.notes)]
        for score, bpm in points:
            tick = start + min(max(score, 0), bar.begun.meter.bar_ticks - 1)
            if tick > at and abs(bpm - heard[0]) >= TEMPO_STEP:
                yield at, round(median(heard), 2)
                at, heard = tick, []
            heard.append(bpm)
    yield at, round(median(heard), 2)
