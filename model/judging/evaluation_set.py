"""What an evaluation listens to: real bars, the drummer, the floor, and how much of each."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from engine.errors import ConfigError
from engine.score.notes import Bar
from engine.score.style import Style
from model.composer.drummer import Drummer
from model.composer.measures import KNOBS
from model.judging.knobs import Scales, scales_of
from model.judging.player import PHRASE, Assignment, Player, patterns
from model.training.groove import Phrase, groove

SESSIONS = "session"  # the split of sessions that nothing was learned from, where there is one


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is listened to; None is all there is.

    `parts` phrases of eight bars in the manner of the split; `asks` values of each knob, four
    bars each; `corner_bars` a style over all corners of the knobs, of `corner_styles` styles;
    `loop_minutes` a style, of `loop_styles`; `bank_styles` rendered with `bank_learned` seeds
    to learn from and `bank_heard` others to judge; `windows` that a judge of `trees` trees
    learns from; `surprises` bars whose bits are counted.
    """

    parts: int = 200
    asks: int = 60
    corner_bars: int = 32
    corner_styles: int | None = None
    loop_minutes: float = 5.0
    loop_styles: int | None = 6
    bank_styles: int | None = None
    bank_learned: int = 6
    bank_heard: int = 3
    windows: int | None = None
    trees: int = 500
    surprises: int | None = None

    def __str__(self) -> str:
        sizes = asdict(self).items()
        return ", ".join(f"{name} {'all' if size is None else size}" for name, size in sizes)


DEFAULT = Sizes()
# Too few to judge by: to see that it works, and where a drummer stands.
QUICK = Sizes(
    parts=6, asks=3, corner_bars=8, corner_styles=2, loop_minutes=0.5, loop_styles=1,
    bank_styles=3, bank_learned=2, bank_heard=1, windows=1000, trees=50, surprises=100,
)  # fmt: skip
# What the targets speak of: a thousand bars of every style.
FULL = Sizes(parts=600, asks=180, corner_bars=1000, loop_styles=None, bank_learned=12, bank_heard=6)


@dataclass(frozen=True, slots=True)
class Task:
    """What to evaluate on: a folder laid out like Groove, one of its splits, how much, a seed."""

    data: Path
    split: str = "test"
    sizes: Sizes = DEFAULT
    seed: int = 0


@dataclass(slots=True)
class EvaluationSet:
    """Everything a row may need; `real` are the phrases of the split, `held` unheard sessions.

    `model` plays as the drummer does, `floor` as the styles' patterns do.
    """

    train: list[Phrase]
    real: list[Phrase]
    held: list[Phrase]
    drummer: Drummer
    model: Player
    floor: Player
    scales: Scales
    sizes: Sizes
    seed: int

    @property
    def real_bars(self) -> list[Bar]:
        """All bars of the split."""
        return [bar for phrase in self.real for bar in phrase.bars]


def gather(
    task: Task,
    drummer: Drummer,
    styles: Mapping[str, Style],
    report: Callable[[str], None],
) -> EvaluationSet:
    """Reads the folder. ConfigError where the split or the training bars are not there."""
    data, split = task.data, task.split
    phrases = groove(data)
    by_split: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        by_split[phrase.split].append(phrase)
    for needed in ("train", split):
        if needed not in by_split:
            raise ConfigError(
                f"--split: no bars of {needed} in {data}; there: {', '.join(by_split)}"
            )
    counts = {name: sum(len(p.bars) for p in found) for name, found in by_split.items()}
    report("bars read: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    return EvaluationSet(
        by_split["train"],
        by_split[split],
        by_split.get(SESSIONS) or by_split[split],
        drummer,
        Player(drummer.compose, styles),
        patterns(styles),
        scales_of(by_split["train"]),
        task.sizes,
        task.seed,
    )


def in_the_manner_of(phrases: Sequence[Phrase], count: int, seed: int) -> list[Assignment]:
    """Parts of eight bars in the styles and tempos of phrases, each as often as it has bars.

    The knobs are drawn at random for each part, since real bars hold all their ranks alike.
    """
    dice = Random(f"{seed} parts")
    ends = list(accumulate(len(phrase.bars) for phrase in phrases))
    parts = []
    for number in range(count):
        phrase = phrases[bisect_right(ends, (number + 0.5) / count * ends[-1])]
        knobs = {knob: dice.random() for knob in KNOBS}
        parts.append(
            Assignment(phrase.style, phrase.bpm, PHRASE, seed * 10_000 + number, knobs, fills=True)
        )
    return parts


def in_the_styles_of(phrases: Sequence[Phrase], bars: Sequence[Phrase], seed: int) -> list[Bar]:
    """As many bars of phrases as there are in `bars`, drawn so that styles come as often."""
    pool: dict[str, list[Bar]] = defaultdict(list)
    for phrase in phrases:
        pool[phrase.style] += phrase.bars
    dice = Random(f"{seed} reference")
    return [
        dice.choice(pool[phrase.style])
        for phrase in bars
        for _ in phrase.bars
        if pool[phrase.style]
    ]


def usual_bpm(material: EvaluationSet, style: str) -> float:
    """The tempo the bank has for a style, else 120."""
    known = material.model.styles.get(style)
    return float(known.tempo[1]) if known else 120.0


def spread_over(names: Sequence[str], count: int | None) -> list[str]:
    """`count` of the names, evenly from the first to the last; all without a count."""
    if count is None or count >= len(names):
        return list(names)
    return [names[int((number + 0.5) / count * len(names))] for number in range(count)]
