"""A style as the engine reads it: what it plays, how it feels, and where that is known from.

The figures of a style say what is known: each `Source` marks them measured, literature or
design choice. Loading and checking the files is mappings' work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.score.grid import TICKS_PER_SIXTEENTH, Meter
from engine.score.hallmarks import Hallmark
from engine.score.notes import Bar, Voice

Swing = tuple[float, int]  # percent, 50..75, on a grid of 8 or 16
MARKS = ("measured", "literature", "design choice")


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures come from: `mark` is one of MARKS, `confidence` 0..1."""

    figure: str
    mark: str
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Feel:
    """The microtiming of a style.

    `offsets`: milliseconds per voice, one figure for the whole bar or one per sixteenth of
    it; repeated identically every bar. `drift` is the sd in ms of what all voices share from
    beat to beat, `spread` the sd in ms of each stroke of its own.
    """

    offsets: Mapping[Voice, tuple[float, ...]] = field(default_factory=dict)
    drift: float = 0.0
    spread: float = 0.0

    def offset(self, voice: Voice, tick: int) -> float:
        """The repeated offset in ms of a voice at a score position of the bar."""
        row = self.offsets.get(voice)
        if not row:
            return 0.0
        return row[(tick // TICKS_PER_SIXTEENTH) % len(row)]


@dataclass(frozen=True, slots=True)
class Style:
    """One style of the bank; DESIGN 6.

    `tempo` is (lowest, usual, highest) in BPM; `swing` 50..75 % on `swing_grid` 8 or 16,
    `written` the swing at which its triplets stand in its score already;
    `density` the (fewest, most) notes a bar; `ghosts` the share of snare strokes that are
    ghost notes; `hands` is true where two hands and two feet play it (a machine has more),
    `crashes` where its drummer opens a beat with a crash after a fill;
    `mixture` weights of trained styles, summing to 1; `bars` its own patterns, beats and
    fills, in every meter it can play; `hallmarks` what a listener must hear in its beats;
    `place` where it stands on a knob, 0..127, None: nowhere; `aliases` what else it is called.
    """

    name: str
    title: str
    kind: str
    text: str
    tempo: tuple[int, int, int]
    swing: float = 50.0
    swing_grid: int = 16
    written: Swing | None = None
    feel: Feel = field(default_factory=Feel)
    ghosts: float = 0.0
    density: tuple[int, int] = (6, 30)
    hands: bool = True
    crashes: bool = True
    mixture: Mapping[str, float] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()
    hallmarks: tuple[Hallmark, ...] = ()
    sources: tuple[Source, ...] = ()
    place: int | None = None
    aliases: tuple[str, ...] = ()

    @property
    def triplets(self) -> bool:
        """Are its swung eighths written in triplets?"""
        return self.written is not None and self.written[1] == 8

    def beats(self, meter: Meter, part: str = "") -> tuple[Bar, ...]:
        """Its patterns of a meter that are not fills; of a part of a song those for it alone."""
        beats = (bar for bar in self.bars if bar.meter == meter and not bar.fill)
        return tuple(bar for bar in beats if bar.part == part)

    def fills(self, meter: Meter) -> tuple[Bar, ...]:
        """Its fills of a meter."""
        return tuple(bar for bar in self.bars if bar.meter == meter and bar.fill)
