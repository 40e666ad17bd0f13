"""Hallmarks: what a listener must hear in a style, as rules over voices and places of a bar.

They are asked of beats in 4/4, as composed: of no fill and of no other meter, and before half
time, double time and parts change a bar. A bar on its way to another style has those of the
nearer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.score.grid import Meter
from engine.score.importance import importance
from engine.score.notes import Bar, Hit, Voice
from engine.score.playable import CLOSEST, FEET, HANDS, repaired

KINDS = ("kick", "backbeat", "timekeeper", "never", "feel")
NEAR = 30  # ticks, half a thirty-second: what stands nearer to a place stands on it
_ROUNDS = 3  # what mends one rule may break another, or be more than two hands can play
_LOUDEST = 127


@dataclass(frozen=True, slots=True)
class Hallmark:
    """A rule that `share` 0..1 of a style's bars keep.

    Strokes of `voices` with a velocity of `softest`..`loudest` on `places` (ticks from the bar
    line; none: anywhere) are counted, those at one moment once; `fewest`..`most` keep the rule.
    `strokes` are those of the style's own pattern that keeps it: a bar is mended from them.
    `kind` is one of KINDS, `text` tells a listener, `mark` and `source` say where it is from.
    """

    name: str
    kind: str
    voices: tuple[Voice, ...]
    places: tuple[int, ...]
    fewest: int
    most: int
    softest: int = 1
    loudest: int = _LOUDEST
    share: float = 1.0
    strokes: tuple[Hit, ...] = ()
    text: str = ""
    mark: str = ""
    source: str = ""

    def keeps(self, bar: Bar) -> bool:
        """Does the bar keep the rule?"""
        return self.fewest <= len(self._moments(bar.hits)) <= self.most

    def counts(self, hit: Hit) -> bool:
        """Is it one of the strokes that are counted?"""
        if hit.voice not in self.voices or not self.softest <= hit.velocity <= self.loudest:
            return False
        return not self.places or any(abs(place - hit.tick) < NEAR for place in self.places)

    def mended(self, bar: Bar, hands: bool) -> Bar:
        """The bar with the strokes that it lacks, or without those that are too many.

        Where two `hands` are busy the stroke that matters less gives way.
        """
        moments = self._moments(bar.hits)
        if len(moments) < self.fewest:
            return bar.with_hits(self._more(bar, moments, hands))
        if len(moments) > self.most:
            return bar.with_hits(self._fewer(bar, moments))
        return bar

    def _moment(self, hit: Hit) -> int:
        """The place a stroke stands on; anywhere: its own."""
        return min(self.places, key=lambda place: abs(place - hit.tick), default=hit.tick)

    def _moments(self, hits: Iterable[Hit]) -> set[int]:
        return {self._moment(hit) for hit in hits if self.counts(hit)}

    def _more(self, bar: Bar, moments: set[int], hands: bool) -> list[Hit]:
        """The pattern's strokes at moments not struck yet, in place of its voices' weaker ones."""
        hits = list(bar.hits)
        lacking = [hit for hit in self.strokes if self._moment(hit) not in moments]
        lacking.sort(key=lambda hit: -importance(hit, bar.meter))
        for stroke in lacking:
            if len(moments) == self.fewest:
                break
            moments = moments | {self._moment(stroke)}
            hits = [hit for hit in hits if not _same(hit, stroke)]
            hits = [*(_with_a_hand_free(hits, stroke, bar.meter) if hands else hits), stroke]
        return hits

    def _fewer(self, bar: Bar, moments: set[int]) -> list[Hit]:
        """The moments that matter least are left out, or softened where soft ones are allowed."""
        weight = dict.fromkeys(moments, 0.0)
        for hit in filter(self.counts, bar.hits):
            weight[self._moment(hit)] += importance(hit, bar.meter)
        go = sorted(moments, key=lambda moment: (weight[moment], moment))[: -self.most or None]
        soft = self.softest - 1 if self.loudest == _LOUDEST else 0
        hits = []
        for hit in bar.hits:
            if not self.counts(hit) or self._moment(hit) not in go:
                hits.append(hit)
            elif soft:
                hits.append(replace(hit, velocity=soft))
        return hits


def _same(hit: Hit, stroke: Hit) -> bool:
    """Would the two be one stroke?"""
    return hit.voice is stroke.voice and abs(hit.tick - stroke.tick) < CLOSEST


def _with_a_hand_free(hits: list[Hit], stroke: Hit, meter: Meter) -> list[Hit]:
    """Without what matters least of two strokes that both hands are at when another comes."""
    busy = [hit for hit in hits if hit.tick == stroke.tick and hit.voice not in FEET]
    if stroke.voice in FEET or len(busy) < HANDS:
        return hits
    least = min(busy, key=lambda hit: importance(hit, meter))
    return [hit for hit in hits if hit is not least]


def broken(bar: Bar, hallmarks: Sequence[Hallmark]) -> list[Hallmark]:
    """The hallmarks that a bar does not keep."""
    return [rule for rule in hallmarks if not rule.keeps(bar)]


def mended(bar: Bar, hallmarks: Sequence[Hallmark], hands: bool) -> Bar:
    """The bar with its hallmarks, as two hands (or a machine) can play it.

    Rules that cannot be kept together are kept as far as three rounds go.
    """
    for _ in range(_ROUNDS):
        wrong = broken(bar, hallmarks)
        if not wrong:
            break
        for rule in wrong:
            bar = rule.mended(bar, hands)
        bar = repaired(bar, hands)
    return bar
