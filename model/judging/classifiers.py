"""Would a listener know it? Classifiers that learn from one set of bars and judge another.

Extremely randomised trees (scikit-learn, the optional extra `evaluate`): they need no tuning,
so that nobody can tune the judge until it likes the drummer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from engine.errors import ConfigError
from engine.score.notes import Bar
from model.judging.features import Row, manner, scored, window
from model.training.groove import Phrase

PAIR = 2  # bars of a window
Window = tuple[str, Row]  # what it is, and the row to tell it by


class Classifier:
    """Trees that have learned what rows are; the same rows and seed give the same judge."""

    def __init__(self, learned: Sequence[Window], trees: int, seed: int) -> None:
        self._forest = _forest(trees, seed)
        names, rows = zip(*learned, strict=True)
        self._forest.fit(np.stack(rows), list(names))

    def names(self, rows: Sequence[Row]) -> list[str]:
        """What it takes each row for."""
        return [str(name) for name in self._forest.predict(np.stack(rows))]

    def right(self, windows: Sequence[Window]) -> float:
        """The share it recognises; 0 of none."""
        if not windows:
            return 0.0
        found = self.names([row for _, row in windows])
        return sum(a == b for a, (b, _) in zip(found, windows, strict=True)) / len(windows)

    def fair(self, windows: Sequence[Window]) -> float:
        """The mean over what there is of the share of it that is recognised."""
        kinds = sorted({name for name, _ in windows})
        shares = [self.right([one for one in windows if one[0] == kind]) for kind in kinds]
        return sum(shares) / len(shares) if shares else 0.0


def demand_trees() -> None:
    """ConfigError without scikit-learn, asked before anything is worked out."""
    if find_spec("sklearn") is None:
        raise ConfigError(
            "evaluate: needs scikit-learn; pip install -e '.[evaluate]' in the repository"
        )


def _forest(trees: int, seed: int) -> Any:  # sklearn.ensemble.ExtraTreesClassifier
    demand_trees()
    from sklearn.ensemble import ExtraTreesClassifier  # noqa: PLC0415

    return ExtraTreesClassifier(trees, random_state=seed, n_jobs=-1)


def pairs(phrases: Sequence[Phrase], step: int = PAIR) -> list[Window]:
    """The two-bar windows of phrases with their styles, one every `step` bars."""
    return [
        (phrase.style, window([scored(bar) for bar in phrase.bars[start : start + PAIR]]))
        for phrase in phrases
        for start in range(0, len(phrase.bars) - PAIR + 1, step)
    ]


def single(bars: Sequence[Bar]) -> list[Window]:
    """Bars one by one, as what they are meant to be: "fill" or "beat"."""
    return [("fill" if bar.fill else "beat", window([scored(bar)])) for bar in bars]


def manners(pieces: Sequence[tuple[str, Sequence[Bar]]]) -> list[Window]:
    """Whole pieces with their styles, as they are heard: timing counts."""
    return [(name, manner(bars)) for name, bars in pieces]


def majority(windows: Sequence[Window]) -> float:
    """What always naming the most frequent one would reach."""
    counts = Counter(name for name, _ in windows)
    return max(counts.values()) / len(windows) if windows else 0.0
