"""Training the drummer within a budget of minutes.

Losses are printed by kind (position, pitch, velocity): a low sum can hide a model that has
only learned the cheap kind, so no weights are ever chosen by it. The last ones are kept.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random

import torch
from torch import Tensor, nn

from engine.errors import WeightsError
from engine.score.style import Style
from model.composer.checkpoint import TrainedComposer, load, save
from model.composer.tokens import Vocabulary, miditok_vocabulary
from model.composer.transformer import KINDS, Transformer, TransformerConfig
from model.training.batches import Batch, batches, cut, disturb
from model.training.corpus import Corpus
from model.training.groove import groove
from model.training.losses import Losses, Sums, stroke_losses
from model.training.pieces import TrainingPiece
from model.training.synthesis import synthetic


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """How to train. `minutes` bounds it; `strokes` is the size of a step's batches together."""

    minutes: float = 60.0
    seed: int = 0
    strokes: int = 900
    rate: float = 1.1e-3
    decay: float = 0.2
    warm: float = 0.02  # share of the time in which the rate rises
    threads: int = 2  # copies of the model that learn side by side
    crossed: float = 0.5  # share of the played pieces; synthetic ones are crossed when made
    bars_a_style: int = 200  # of synthetic styles
    start: Path | None = None  # weights to go on from, which may know fewer styles


PLAN = TrainingPlan()


def train(
    data: Path,
    styles: Sequence[Style],
    out: Path,
    minutes: float,
    seed: int = 0,
    plan: TrainingPlan = PLAN,
    report: Callable[[str], None] = print,
) -> TrainedComposer:
    """Trains on the Groove folder `data` and on patterns of the styles Groove lacks.

    `minutes` and `seed` replace those of the plan. Writes `out` after every pass, the last of
    which the time cuts short. Raises FileNotFoundError without the data, WeightsError where
    the plan's start cannot be used.
    """
    plan = replace(plan, minutes=minutes, seed=seed)
    torch.set_num_threads(1)  # of each copy of the crew
    played = groove(data)
    known = {phrase.style for phrase in played}
    lacking = [style for style in styles if style.name not in known]
    vocabulary = miditok_vocabulary()
    corpus = Corpus([*played, *synthetic(lacking, plan.bars_a_style, plan.seed)], vocabulary)
    report(
        f"{len(corpus.train)} phrases, {len(corpus.styles)} styles, "
        f"{sum(len(piece.strokes) for piece in corpus.train)} bars; "
        f"synthetic: {', '.join(corpus.synthetic) or 'none'}"
    )
    torch.manual_seed(plan.seed)
    model = Transformer(TransformerConfig(len(corpus.styles)))
    if plan.start is not None:
        go_on_from(load(plan.start), model, corpus.styles)
    return fit(model, corpus, vocabulary, out, plan, report)


def go_on_from(known: TrainedComposer, model: Transformer, styles: Sequence[str]) -> None:
    """Give a model the weights of another; a style that is new keeps its own first vector.

    Raises WeightsError where the two differ in more than their styles.
    """
    config = replace(known.transformer.config, styles=len(styles))
    if config != model.config:
        raise WeightsError(f"--from: made as {config}; it can only go on as {model.config}")
    state = known.transformer.state_dict()
    vectors = model.styles.weight.detach().clone()
    for number, name in enumerate(known.styles):
        if name in styles:
            vectors[styles.index(name)] = state["styles.weight"][number]
    vectors[-1] = state["styles.weight"][-1]  # not given
    model.load_state_dict(state | {"styles.weight": vectors})


def fit(
    model: Transformer,
    corpus: Corpus,
    vocabulary: Vocabulary,
    out: Path,
    plan: TrainingPlan,
    report: Callable[[str], None] = print,
) -> TrainedComposer:
    """Trains a model until the plan's minutes are over."""
    dice = Random(plan.seed)
    crew = Replicas(model, plan)
    begun, spent, steps, strokes, number = time.monotonic(), 0.0, 0, 0, 0
    while spent < 1.0:
        number += 1
        bars = model.config.bars
        pieces = corpus.again(dice, plan.crossed)
        windows = [disturb(w, vocabulary, dice) for w in cut(pieces, bars, dice)]
        share = plan.strokes // plan.threads
        queue = batches(windows, model.config.styles, bars, share, dice)
        sums = Sums()
        while spent < 1.0 and (group := list(islice(queue, plan.threads))):
            for losses, batch in zip(crew.step(group, rate_at(spent, plan)), group, strict=False):
                sums.add(losses, batch)
                strokes += batch.count
            steps += 1
            spent = (time.monotonic() - begun) / (plan.minutes * 60)
            if steps % 200 == 0:
                report(f"  step {steps}, {spent:.0%} of the time: {sums.losses()}")
        found = {name: validate(model, p) for name, p in corpus.held_out.items()}
        seconds = time.monotonic() - begun
        report(f"pass {number}, step {steps}, {seconds:.0f} s, {strokes / seconds:.0f} strokes/s")
        report(f"  train {sums.losses()}")
        for split, measured in found.items():
            report(f"  {split} {measured}")
        told = figures(found, steps, strokes, seconds)
        trained = TrainedComposer(model, vocabulary, corpus.styles, corpus.scales, told)
        save(trained, corpus.synthetic, out)
    return trained


class Replicas:
    """One copy of the model a core, all on the same weights, each with gradients of its own.

    Steadier than threads inside each operation: those wait for one another dozens of times
    a step, which on a machine that does other work at the same time cost five sixths of the
    speed.
    """

    def __init__(self, model: Transformer, plan: TrainingPlan) -> None:
        self.model = model
        self.optimizer = optimizer_of(model, plan)
        self.copies = [model] + [copy.deepcopy(model) for _ in range(plan.threads - 1)]
        for twin in self.copies[1:]:
            for theirs, ours in zip(twin.parameters(), model.parameters(), strict=True):
                theirs.data = ours.data
        self.pool = ThreadPoolExecutor(
            plan.threads, initializer=torch.set_num_threads, initargs=(1,)
        )

    def step(self, group: Sequence[Batch], rate: float) -> list[Tensor]:
        """One step of training on at most a batch a copy; the losses of each, B × T × 3."""
        for settings in self.optimizer.param_groups:
            settings["lr"] = rate
        total = sum(batch.count for batch in group)
        work = [
            self.pool.submit(_learn, twin, batch, total)
            for twin, batch in zip(self.copies, group, strict=False)
        ]
        losses = [done.result() for done in work]
        for twin in self.copies[1 : len(group)]:
            for theirs, ours in zip(twin.parameters(), self.model.parameters(), strict=True):
                if ours.grad is not None and theirs.grad is not None:
                    ours.grad += theirs.grad
                theirs.grad = None
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return losses


def _learn(model: Transformer, batch: Batch, total: int) -> Tensor:
    """Adds a batch's share of the gradient of the mean over `total` strokes."""
    model.train()
    losses = stroke_losses(model, batch)
    (losses.sum() / total).backward()  # type: ignore[no-untyped-call]
    return losses.detach()


def optimizer_of(model: nn.Module, plan: TrainingPlan) -> torch.optim.AdamW:
    """AdamW; what has one dimension (norms, biases) does not decay."""
    wide = [p for p in model.parameters() if p.dim() > 1]
    flat = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": wide, "weight_decay": plan.decay}, {"params": flat, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.98), foreach=True)


def rate_at(spent: float, plan: TrainingPlan) -> float:
    """The learning rate after a share of the time: a short rise, then half a cosine to 2 %."""
    if spent < plan.warm:
        return plan.rate * max(spent / plan.warm, 0.01)
    along = min(1.0, (spent - plan.warm) / (1.0 - plan.warm))
    return plan.rate * (0.02 + 0.98 * 0.5 * (1.0 + math.cos(math.pi * along)))


@torch.inference_mode()
def validate(model: Transformer, pieces: Sequence[TrainingPiece]) -> Losses:
    """Losses on held-out pieces with every condition given; the same windows every time."""
    model.eval()
    dice = Random(0)
    bars = model.config.bars
    sums = Sums()
    windows = cut(pieces, bars, dice)
    for batch in batches(windows, model.config.styles, bars, 1500, dice):
        sums.add(stroke_losses(model, batch), batch)
    return sums.losses()


def figures(
    found: Mapping[str, Losses], steps: int, strokes: int, seconds: float
) -> dict[str, float]:
    """What the checkpoint says of its training."""
    named = {
        f"{name}_{kind}_nats": nats
        for name, losses in found.items()
        for kind, nats in zip(KINDS, losses.kinds, strict=True)
    }
    return {
        **{f"{name}_bits_per_note": losses.bits_per_note for name, losses in found.items()},
        **named,
        "steps": float(steps),
        "strokes": float(strokes),
        "minutes": seconds / 60,
    }
