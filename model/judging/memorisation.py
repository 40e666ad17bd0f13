"""Does it repeat what it was shown, or itself? And are its bars bars?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.score.drum_tab import letter
from engine.score.notes import Bar
from engine.score.playable import faults, repaired
from model.judging.features import CLASSES, outline, slot

LONGEST_LOOP = 7  # bars of a period that counts as a loop; from 8 it is a phrase come back
REPEATED = 8  # bars in a row that are those a period before, from where on it is a loop
FEWEST = 2  # strokes; less is silence. Of 16,250 bars of Groove's train split one has less
# Strokes: every sixteenth with three limbs; the fullest bar of Groove's train split has as many.
MOST = 48


def stands_in(bars: Sequence[Bar], known: Collection[frozenset[tuple[int, int]]]) -> float:
    """The share of the bars whose outline (sixteenths, nine classes) is among the known ones."""
    return sum(outline(bar) in known for bar in bars) / len(bars) if bars else 0.0


def looping(bars: Sequence[Bar]) -> float:
    """The share of the bars that a drummer stuck in a loop would have played.

    Of a loop, at least `REPEATED` bars in a row are each the bar a period of 1 to 7 bars
    before: sixteenths, classes and loudness in four steps (X, x, o, g).
    """
    played = [_heard(bar) for bar in bars]
    stuck: set[int] = set()
    for period in range(1, LONGEST_LOOP + 1):
        stuck |= _repeats(played, period)
    return len(stuck) / len(bars) if bars else 0.0


def _heard(bar: Bar) -> frozenset[tuple[int, int, str]]:
    return frozenset((slot(hit), CLASSES[hit.voice], letter(hit.velocity)) for hit in bar.hits)


def _repeats(played: Sequence[frozenset[tuple[int, int, str]]], period: int) -> set[int]:
    """Numbers of the bars in runs that repeat what was a period before."""
    stuck: set[int] = set()
    run = 0
    for number in range(period, len(played)):
        run = run + 1 if played[number] == played[number - period] else 0
        if run >= REPEATED:
            stuck |= set(range(number - run + 1, number + 1))
    return stuck


def silent(bar: Bar) -> bool:
    """Is next to nothing played?"""
    return len(bar.hits) < FEWEST


def wall(bar: Bar) -> bool:
    """Is more played than anybody plays?"""
    return len(bar.hits) > MOST


def valid(bar: Bar, hands: bool) -> bool:
    """Would the engine play it: strokes in order and in range, and something to strike?

    Strokes that no limb is free for are the engine's to leave out; see `playable`.
    """
    return all(
        0 <= hit.tick < bar.meter.bar_ticks and 1 <= hit.velocity <= 127 for hit in bar.hits
    ) and bool(repaired(bar, hands).hits)


def playable(bar: Bar, hands: bool) -> bool:
    """Has the drummer limbs for every stroke, so that none is left out?"""
    return not faults(bar, hands)
