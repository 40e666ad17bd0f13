"""The rows of the scorecard: each function listens to one thing and says what it heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from engine.score.notes import Bar
from model.composer.measures import KNOBS
from model.judging.classifiers import Classifier, Window, majority, manners, pairs, single
from model.judging.cross_entropy import bits_per_note, table_bits
from model.judging.distribution_overlap import Comparison, compare, mean_divergence, mean_overlap
from model.judging.evaluation_set import (
    EvaluationSet,
    in_the_manner_of,
    in_the_styles_of,
    usual_bpm,
)
from model.judging.features import FEATURES, TIMING, scored
from model.judging.knobs import Tried, mean_error, rank_correlation, turnable
from model.judging.player import Assignment, Player
from model.judging.scorecard import Line, Plot, Row
from model.training.groove import Phrase

_ASKED = 4  # bars at each value of a knob
_CORRELATIONS = {"density": 0.95}
_CORRELATION = 0.85  # of the other knobs
_ERROR = 0.06  # of density's range
_LIKE = 0.95  # of what train reaches against the test set
Piece = tuple[str, Sequence[Bar]]


# ---- controls
def controls(material: EvaluationSet) -> tuple[list[Row], list[Plot]]:
    """Each knob by itself, turned to values spread over its way, the others in the middle."""
    rows, plots = [], []
    for knob in KNOBS:
        model, floor = (_tried(material, player, knob) for player in players(material))
        if not model:
            continue
        note = (
            f"asked against played in {len(model)} bars, four begun anew at each of "
            f"{material.sizes.asks} values; the error in shares of the style's range"
        )
        target = _CORRELATIONS.get(knob, _CORRELATION)
        found = rank_correlation(model), target, rank_correlation(floor)
        name = f"{knob}: rank correlation"
        rows.append(Row("controls", name, *found, unit="", note=note))
        limit = _ERROR if knob == "density" else None
        errors = mean_error(model), limit, mean_error(floor)
        rows.append(Row("controls", f"{knob}: mean error", *errors, at_most=True))
        clouds = [Line("floor", floor), Line("model", model)]
        plots.append(Plot(f"{knob}: wanted (across), played (up)", clouds, dots=True))
    return rows, plots


def players(material: EvaluationSet) -> tuple[Player, Player]:
    return material.model, material.floor


def _tried(material: EvaluationSet, player: Player, knob: str) -> list[Tried]:
    known = [name for name in material.drummer.styles if name in turnable(material.scales, knob)]
    dice = Random(f"{material.seed} {knob}")
    asks = material.sizes.asks
    ranks = [(number + dice.random()) / asks for number in range(asks)]
    dice.shuffle(ranks)
    tried = []
    for number, rank in enumerate(ranks if known else ()):
        style = known[number % len(known)]
        seed = material.seed * 10_000 + 2000 + number
        part = Assignment(style, usual_bpm(material, style), _ASKED, seed, {knob: rank})
        scale = material.scales[knob, style, False]
        tried += [scale.tried(rank, KNOBS[knob](bar)) for bar in player.play(part)]
    return tried


# ---- what is heard in bars like the split's
@dataclass(frozen=True, slots=True)
class Heard:
    """Phrases of the model and of the floor in the manner of the split."""

    model: list[Phrase]
    floor: list[Phrase]


def listen(material: EvaluationSet) -> Heard:
    """Both play the same parts."""
    parts = in_the_manner_of(material.real, material.sizes.parts, material.seed)
    model, floor = (
        [Phrase(player.play(part), part.style, part.bpm, "played", "") for part in parts]
        for player in players(material)
    )
    return Heard(model, floor)


def all_bars(phrases: Sequence[Phrase]) -> list[Bar]:
    return [bar for phrase in phrases for bar in phrase.bars]


def _some(windows: list[Window], count: int | None, seed: int) -> list[Window]:
    if count is None or count >= len(windows):
        return windows
    return Random(seed).sample(windows, count)


def fills(material: EvaluationSet, heard: Heard) -> Row:
    """Can fills be told from beats? As many of both to learn from."""
    learned = single(all_bars(material.train))
    drums = [one for one in learned if one[0] == "fill"]
    beats = _some([one for one in learned if one[0] == "beat"], len(drums), material.seed)
    limit = material.sizes.windows
    judge = Classifier(
        _some(drums + beats, limit, material.seed), material.sizes.trees, material.seed
    )
    real, model, floor = (
        judge.fair(single(bars))
        for bars in (material.real_bars, all_bars(heard.model), all_bars(heard.floor))
    )
    note = "mean share of fills and of beats that trees trained on real ones recognise"
    return Row("controls", "fills and beats told apart", model, real, floor, real, note=note)


def style(material: EvaluationSet, heard: Heard) -> Row:
    """Is the style recognised in two bars?"""
    learned = _some(pairs(material.train, step=1), material.sizes.windows, material.seed)
    judge = Classifier(learned, material.sizes.trees, material.seed)
    real, model, floor = (pairs(phrases) for phrases in (material.real, heard.model, heard.floor))
    known, found, plain = (judge.right(windows) for windows in (real, model, floor))
    note = (
        f"{len(model)} windows of two bars against {len(real)} real ones, styles as often; "
        f"always the most frequent would be {100 * majority(real):.1f} %"
    )
    return Row("style", "style recognised in two bars", found, known, plain, known, note=note)


def bank(
    learned: Sequence[Sequence[Piece]], heard: Sequence[Sequence[Piece]], trees: int, seed: int
) -> Row:
    """Is the style of origin found in renders, of the model and of the floor in this order?

    Each is judged by what was learned from its own renders with other seeds.
    """
    model, floor = (
        Classifier(manners(known), trees, seed).right(manners(new))
        for known, new in zip(learned, heard, strict=True)
    )
    styles = len({name for name, _ in heard[0]})
    note = (
        f"{len(heard[0])} renders of eight bars in {styles} styles, as heard but for the tempo; "
        f"learned from {len(learned[0])} renders with other seeds"
    )
    return Row("style", "bank: style of origin found", model, 0.8, floor, note=note)


def overlaps(
    material: EvaluationSet, heard: Heard
) -> tuple[list[Row], list[Plot], dict[str, float]]:
    """How like the real ones are the bars, and how like those are the training bars?"""
    model = all_bars(heard.model)
    felt = all(bar.felt for bar in model)
    sets = {
        "model": model,
        "floor": all_bars(heard.floor),
        "train": in_the_styles_of(material.train, material.real, material.seed),
        "real": material.real_bars,
    }
    if not felt:  # then the written notes are compared, and nobody's timing
        sets = {name: [scored(bar) for bar in bars] for name, bars in sets.items()}
    features = FEATURES | (TIMING if felt else {})
    found = compare(sets.pop("real"), sets, features)
    same, far = (
        {name: mean(found, name) for name in sets} for mean in (mean_overlap, mean_divergence)
    )
    note = f"mean of {len(features)} features of {len(model)} bars; real: train, styles as often"
    area = same["model"], _LIKE * same["train"], same["floor"], same["train"]
    nats = far["model"], far["train"] / _LIKE, far["floor"], far["train"]
    rows = [
        Row("likeness", "overlap with the split, OA", *area, unit="", note=note),
        Row("likeness", "divergence from it, KL nats", *nats, at_most=True, unit=""),
    ]
    each = {f"OA {name}": comparison.overlaps["model"] for name, comparison in found.items()}
    return rows, [_curves(name, comparison) for name, comparison in found.items()], each


def _curves(name: str, comparison: Comparison) -> Plot:
    def line(name: str, key: str) -> Line:
        points = zip(comparison.axis.points.tolist(), comparison.curves[key].tolist(), strict=True)
        return Line(name, list(points))

    lines = [line("real", "reference"), line("model", "model"), line("floor", "floor")]
    return Plot(name, [*lines, line("train", "train")])


def cross_entropies(material: EvaluationSet) -> list[Row]:
    """Bits a note of bars of sessions that nothing was learned from."""
    held = _first_bars(material.held, material.sizes.surprises)
    trained = material.drummer.trained
    floor = table_bits(trained.words, all_bars(material.train), all_bars(held))
    note = f"{len(all_bars(held))} bars of split {held[0].split}; floor: which token follows which"
    told, bare = (bits_per_note(trained, held, told=told) for told in (True, False))
    return [
        Row("likeness", "bits a note, told style and knobs", told, None, floor, unit="", note=note),
        Row("likeness", "bits a note, told nothing", bare, None, floor, unit=""),
    ]


def _first_bars(phrases: Sequence[Phrase], count: int | None) -> list[Phrase]:
    """Phrases from the first on until they hold `count` bars."""
    kept: list[Phrase] = []
    for phrase in phrases:
        if count is not None and sum(len(one.bars) for one in kept) >= count:
            break
        kept.append(phrase)
    return kept
