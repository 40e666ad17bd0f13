"""How the hits of a drummer stray together: one bell-shaped number a hit, from seeds alone.

It is a sum of parts, each of unit variance times its share, so that every hit taken alone is
spread as a standard normal. Parts are keyed by absolute beat, voice or place in the bar:
however a performance is cut into bars, the same hit gets the same number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Voice
from engine.score.playable import FEET

_FORGOTTEN = 0.005  # what is left of a beat's noise is dropped below this


@dataclass(frozen=True, slots=True)
class Shares:
    """Which part of the variance is shared with what, 0..1 each.

    `close` is the part common to all voices; a stroke of a hand goes by itself with chance
    `hand_alone`, of a foot with `foot_alone`, and shares none of it then. Of the common part
    `drift` keeps `rho` of itself from beat to beat, `level` is the performance's, and the
    rest common to hits struck at once. Of what is not close both hands, when they strike at
    once, share `hands`; of the own part that remains `voice` is the voice's, `habit` the
    voice's on that place of the bar, and the rest only the hit's.
    """

    close: float = 0.0
    hand_alone: float = 0.0
    foot_alone: float = 0.0
    drift: float = 0.0
    rho: float = 0.0
    level: float = 0.0
    hands: float = 0.0
    voice: float = 0.0
    habit: float = 0.0


@dataclass(frozen=True, slots=True)
class Noise:
    """The strayings of one performance; `what` keeps offsets and velocities apart."""

    seed: int
    what: str
    shares: Shares

    def bar(self, start: int, hits: Iterable[tuple[int, Voice]]) -> list[float]:
        """A number for each (tick in the bar, voice); `start` is the bar's tick in the song."""
        drift = _Drift(self, self.shares.rho)
        return [self._hit(start, tick, voice, drift) for tick, voice in hits]

    def _hit(self, start: int, tick: int, voice: Voice, drift: _Drift) -> float:
        at, shares = start + tick, self.shares
        own = self._own(start, tick, voice)
        alone = shares.foot_alone if voice in FEET else shares.hand_alone
        if alone and self._dice(f"alone/{at}/{voice.value}").random() < alone:
            return own
        if shares.hands and voice not in FEET:
            both = self.gauss(f"hands/{at}")
            own = math.sqrt(shares.hands) * both + math.sqrt(1.0 - shares.hands) * own
        if not shares.close:
            return own
        common = self._common(at, drift)
        return math.sqrt(shares.close) * common + math.sqrt(1.0 - shares.close) * own

    def _common(self, at: int, drift: _Drift) -> float:
        shares = self.shares
        strayed = math.sqrt(shares.drift) * drift.at(at) if shares.drift else 0.0
        rest = max(0.0, 1.0 - shares.drift - shares.level)
        return strayed + self._sum((shares.level, "level"), (rest, f"together/{at}"))

    def _own(self, start: int, tick: int, voice: Voice) -> float:
        shares = self.shares
        rest = max(0.0, 1.0 - shares.voice - shares.habit)
        return self._sum(
            (shares.voice, f"voice/{voice.value}"),
            (shares.habit, f"habit/{voice.value}/{tick}"),
            (rest, f"own/{start + tick}/{voice.value}"),
        )

    def _sum(self, *parts: tuple[float, str]) -> float:
        return sum(math.sqrt(share) * self.gauss(key) for share, key in parts if share)

    def gauss(self, key: str) -> float:
        """The standard normal number of a key."""
        return self._dice(key).gauss(0.0, 1.0)

    def _dice(self, key: str) -> Random:
        return Random(f"{self.seed}/{self.what}/{key}")


class _Drift:
    """A first-order autoregression from beat to beat, a smooth line between, unit variance."""

    def __init__(self, noise: Noise, rho: float) -> None:
        self._noise, self._rho = noise, rho
        self._known: dict[int, float] = {}  # the drift of beats
        self._fresh: dict[int, float] = {}  # what is new in each beat
        self._memory = math.ceil(math.log(_FORGOTTEN) / math.log(rho)) if rho > 0 else 0

    def at(self, tick: int) -> float:
        beat, rest = divmod(tick, TICKS_PER_BEAT)
        part = rest / TICKS_PER_BEAT
        mixed = (1.0 - part) * self._beat(beat) + part * self._beat(beat + 1)
        # A mean of two has less variance than each; without this, off-beats would drift less.
        return mixed / math.sqrt((1.0 - part) ** 2 + part**2 + 2 * part * (1.0 - part) * self._rho)

    def _beat(self, beat: int) -> float:
        if beat not in self._known:
            self._known[beat] = math.sqrt(1.0 - self._rho**2) * sum(
                self._rho**back * self._new(beat - back) for back in range(self._memory + 1)
            )
        return self._known[beat]

    def _new(self, beat: int) -> float:
        if beat not in self._fresh:
            self._fresh[beat] = self._noise.gauss(f"beat/{beat}")
        return self._fresh[beat]
