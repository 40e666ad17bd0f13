"""How much of what a feel network leaves open is shared, measured from what was played.

Each stroke's rank in its distribution becomes a standard normal number; products of pairs of
them, averaged by what the pair has in common, are the variances shared (method of moments).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import ORDER, Voice
from engine.score.playable import FEET
from model.feel.humanizer import FORCE_EDGES, OFFSET_EDGES, Figures, Humanizer
from model.feel.noise import Shares
from model.training.groove import Phrase

BARS = 32  # at most of a phrase at once; pairs grow with the square
FAR = 8 * TICKS_PER_BEAT  # ticks from which drift is forgotten
LAGS = (480, 960, 1440)  # ticks at which drift is measured, from beat to beat
_NOTHING = 0.03  # mean product below which hits struck at once have nothing in common
_TIGHTEST = 0.05  # sd of a hit that goes with others; less is no drummer's
_TIMEKEEPERS = [ORDER[voice] for voice in (Voice.CLOSED_HAT, Voice.RIDE)]
_FEET = [ORDER[voice] for voice in FEET]
_EDGE = 0.002  # of a distribution, so that a stroke beyond it is not endlessly far


def measured_shares(phrases: Sequence[Phrase], feel: Humanizer) -> tuple[Shares, Shares]:
    """Of offsets, and of velocities."""
    sums = Moments(), Moments()
    for phrase in phrases:
        numbers = normal_numbers(phrase, feel)
        for start in range(0, len(phrase.bars), BARS):
            places = _places(phrase, start)
            rows = places[:, 0].astype(int)
            for moments, of in zip(sums, numbers, strict=True):
                moments.add(of[rows], places)
    return sums[0].shares(), sums[1].shares()


def normal_numbers(phrase: Phrase, feel: Humanizer) -> tuple[Figures, Figures]:
    """Where each hit of a phrase fell in its distribution, of offsets and of velocities."""
    found: tuple[list[float], list[float]] = ([], [])
    read = feel.read(phrase.bars, ((phrase.style, 1.0),), phrase.bpm)
    for bar, curves in zip(phrase.bars, read, strict=True):
        for row, hit in enumerate(bar.hits):
            found[0].append(float(np.interp(hit.offset, OFFSET_EDGES, curves.offsets[row])))
            found[1].append(float(np.interp(hit.velocity, FORCE_EDGES, curves.velocities[row])))
    late, hard = (
        torch.special.ndtri(torch.tensor(ranks).clamp(_EDGE, 1.0 - _EDGE)).double().numpy()
        for ranks in found
    )
    return late, hard


def _places(phrase: Phrase, start: int) -> Figures:
    """Of each hit of some bars its number in the phrase, tick, voice and tick in the bar."""
    count, rows = 0, []
    for number, bar in enumerate(phrase.bars):
        for hit in bar.hits:
            if start <= number < start + BARS:
                tick = number * bar.meter.bar_ticks + hit.tick
                rows.append((count, tick, ORDER[hit.voice], hit.tick))
            count += 1
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


class Moments:
    """Mean products of pairs, by what they have in common."""

    def __init__(self) -> None:
        self._sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def add(self, numbers: Figures, places: Figures) -> None:
        """Adds every pair of hits of one phrase."""
        products = np.outer(numbers, numbers)
        _, tick, voice, slot = places.T
        apart = np.abs(tick[:, None] - tick[None, :])
        voices = voice[:, None] == voice[None, :]
        slots = slot[:, None] == slot[None, :]
        hand = ~np.isin(voice, _FEET)
        hands, limbs = hand[:, None] & hand[None, :], hand[:, None] != hand[None, :]
        far, on_beat = (apart >= FAR) & hands, slot % TICKS_PER_BEAT == 0
        beats = on_beat[:, None] & on_beat[None, :] & ~voices
        self._count("square", products, np.eye(len(numbers), dtype=bool))
        self._count("level", products, far & ~voices)
        self._count("voice", products, far & voices & ~slots)
        self._count("habit", products, far & voices & slots)
        snare, hat = voice == ORDER[Voice.SNARE], np.isin(voice, _TIMEKEEPERS)
        distances = np.abs(numbers[:, None] - numbers[None, :])
        for kind, chosen in (("hands", snare[:, None] & hat[None, :]), ("limbs", limbs)):
            at_once = beats & (apart == 0) & chosen
            self._count(kind, products, at_once)
            self._count(f"{kind} apart", distances, at_once)
        for lag in LAGS:
            self._count(f"lag {lag}", products, beats & (apart == lag) & limbs)

    def _count(self, kind: str, figures: Figures, chosen: npt.NDArray[np.bool_]) -> None:
        self._sums[kind][0] += float(figures[chosen].sum())
        self._sums[kind][1] += float(chosen.sum())

    def mean(self, kind: str) -> float:
        """The mean of a kind of pairs, in units of the variance; 0 where there were none."""
        (total, count), (squares, numbers) = self._sums[kind], self._sums["square"]
        return total / count / (squares / numbers) if count else 0.0

    def shares(self) -> Shares:
        """The shares that give these means."""
        close, going = self._close("limbs")
        both, going_hands = self._close("hands")
        both = max(both, close)
        hand = 1.0 - math.sqrt(going_hands)
        foot = max(0.0, 1.0 - going / (1.0 - hand))
        level = self._level((1.0 - hand) ** 2 * close)
        drift, rho = self._drift((1.0 - hand) * (1.0 - foot) * close, level)
        # Of two hits of a voice far apart each has its own part in full or what is left of it.
        own = max(0.05, (hand + (1.0 - hand) * math.sqrt(1.0 - both)) ** 2)
        # Without anything common a level shows in each voice of its own.
        common = max(0.0, self.mean("level")) if close else 0.0
        voice = min(1.0, max(0.0, self.mean("voice") - common) / own)
        habit = min(1.0 - voice, max(0.0, self.mean("habit") - self.mean("voice")) / own)
        hands = (both - close) / max(1.0 - close, 1e-9)
        return Shares(close, hand, foot, drift, rho, level, hands, voice, habit)

    def _level(self, common: float) -> float:
        return min(1.0, max(0.0, self.mean("level") / common)) if common else 0.0

    def _close(self, kind: str) -> tuple[float, float]:
        """How close hits struck at once on a beat are, and the share of pairs that go together.

        Two that go with the others, a share q of pairs, differ by sd sqrt(2 (1 - close)),
        others by sqrt(2). Their mean product is q close, and their mean distance, in sds,
        1 - q (1 - sqrt(1 - close)): two equations for two unknowns.
        """
        together = self.mean(kind)
        if together < _NOTHING:
            return 0.0, 1.0
        squares, numbers = self._sums["square"]
        distance = self.mean(f"{kind} apart") * math.sqrt(squares / numbers * math.pi) / 2.0
        root = together / max(1.0 - distance, 1e-9) - 1.0
        close = 1.0 - root**2
        if not _TIGHTEST < root < 1.0 or close <= together:  # no tails: all go together
            return min(1.0, together), 1.0
        return close, together / close

    def _drift(self, common: float, level: float) -> tuple[float, float]:
        """Share and memory a beat of what fades: a line through the logarithms at LAGS."""
        if not common:
            return 0.0, 0.0
        known = [(n / TICKS_PER_BEAT, self.mean(f"lag {n}") / common - level) for n in LAGS]
        points = [(beats, math.log(left)) for beats, left in known if left > 1e-4]
        if len(points) < len(LAGS):
            return 0.0, 0.0
        beats, logs = np.array(points).T
        slope, start = (float(figure) for figure in np.polyfit(beats, logs, 1))
        return min(1.0 - level, math.exp(start)), min(0.95, math.exp(slope))
