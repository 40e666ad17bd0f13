"""Training the feel network within a budget of minutes, on one core.

After training, how the hits of held-out players stray together is measured and goes into the
weights: the network says how far a hit may stray, these shares say with whom.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from engine.score.notes import Bar
from model.feel.checkpoint import TrainedFeel, save
from model.feel.humanizer import AROUND, AT_ONCE, Humanizer
from model.feel.inputs import (
    Window,
    mark_of,
    offset_class,
    on_plain_sixteenths,
    stack,
    velocity_class,
)
from model.feel.network import FeelConfig, FeelInputs, FeelNetwork
from model.feel.noise import Shares
from model.training.batches import grouped
from model.training.feel_shares import measured_shares
from model.training.groove import Phrase, groove
from model.training.train_composer import TrainingPlan, optimizer_of, rate_at

LONGEST = AT_ONCE + 2 * AROUND  # bars of a window, as many as are read at once
VELOCITY_WEIGHT = 0.5  # of the velocity's loss; timing is the harder thing to learn


@dataclass(frozen=True, slots=True)
class FeelPlan:
    """How to train. Shares 0..1 of windows; `tokens` hits a step."""

    minutes: float = 12.0
    seed: int = 0
    tokens: int = 2400
    rate: float = 2e-3
    decay: float = 0.05
    whole: float = 0.6  # windows as long as they may be
    plain: float = 0.3  # windows on plain sixteenths
    marked: float = 0.4  # windows with dynamic marks, of which one in ten is left out
    nameless: float = 0.1  # windows without a style


PLAN = FeelPlan()


class FeelCorpus:
    """Phrases as they are learned from: scores as read, and on plain sixteenths."""

    def __init__(self, phrases: Sequence[Phrase], styles: Sequence[str]) -> None:
        self.phrases = phrases
        self.plain = [on_plain_sixteenths(phrase.bars) for phrase in phrases]
        self.numbers = [styles.index(phrase.style) for phrase in phrases]

    def windows(self, plan: FeelPlan, dice: Random) -> list[Window]:
        """Every bar once, cut anew by the dice."""
        found = []
        for phrase, plain, style in zip(self.phrases, self.plain, self.numbers, strict=True):
            start = 0
            while start < len(phrase.bars):
                length = LONGEST if dice.random() < plan.whole else dice.randint(1, LONGEST - 1)
                flat = dice.random() < plan.plain
                bars = (plain if flat else phrase.bars)[start : start + length]
                start += length
                if any(bar.hits for bar in bars):
                    told = {} if dice.random() < plan.nameless else {style: 1.0}
                    marks = _marks(bars, plan, dice)
                    found.append(Window(bars, phrase.bpm, told, marks, flat))
        return found


def _marks(bars: Sequence[Bar], plan: FeelPlan, dice: Random) -> list[int]:
    if dice.random() >= plan.marked:
        return []
    hits = [hit for bar in bars for hit in bar.hits]
    return [mark_of(hit.velocity) if dice.random() < 0.9 else 0 for hit in hits]


@dataclass(frozen=True, slots=True)
class FeelBatch:
    """Windows with the classes that were played, B T; -1 where filled up."""

    inputs: FeelInputs
    offsets: Tensor
    velocities: Tensor

    @classmethod
    def of(cls, windows: Sequence[Window], styles: int) -> FeelBatch:
        """A batch of windows."""
        inputs = stack(windows, styles)
        offsets = torch.full(inputs.present.shape, -1)
        velocities = torch.full(inputs.present.shape, -1)
        for row, window in enumerate(windows):
            hits = [hit for bar in window.bars for hit in bar.hits]
            offsets[row, : len(hits)] = torch.tensor([offset_class(hit.offset) for hit in hits])
            velocities[row, : len(hits)] = torch.tensor([velocity_class(h.velocity) for h in hits])
        return cls(inputs, offsets, velocities)


def batches(
    windows: Sequence[Window], styles: int, tokens: int, dice: Random
) -> Iterator[FeelBatch]:
    """Windows of like size side by side, about `tokens` hits in each batch, in any order."""

    def size(window: Window) -> int:
        return sum(len(bar.hits) for bar in window.bars)

    ranked = sorted(windows, key=lambda window: (size(window), dice.random()))
    return (FeelBatch.of(group, styles) for group in grouped(ranked, size, tokens, dice))


def losses(network: FeelNetwork, batch: FeelBatch) -> tuple[Tensor, Tensor]:
    """Mean nats a hit of its offset and of its velocity."""
    logits = network(batch.inputs)
    late, hard = (
        F.cross_entropy(found.flatten(0, 1), wanted.flatten(), ignore_index=-1)
        for found, wanted in zip(logits, (batch.offsets, batch.velocities), strict=True)
    )
    return late, hard


def train_feel(
    data: Path,
    out: Path,
    minutes: float,
    seed: int = 0,
    plan: FeelPlan = PLAN,
    report: Callable[[str], None] = print,
) -> TrainedFeel:
    """Trains on the train split of the Groove folder `data` and writes `out`.

    `minutes` and `seed` replace those of the plan. Raises FileNotFoundError without the data.
    """
    phrases = groove(data)
    return learn(phrases, out, replace(plan, minutes=minutes, seed=seed), report)


def learn(
    phrases: Sequence[Phrase], out: Path, plan: FeelPlan, report: Callable[[str], None] = print
) -> TrainedFeel:
    """Trains on the phrases of split train; those of split validation give the shares."""
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    training = [phrase for phrase in phrases if phrase.split == "train"]
    styles = tuple(sorted({phrase.style for phrase in training}))
    network = FeelNetwork(FeelConfig(len(styles)))
    report(f"{len(training)} phrases, {len(styles)} styles")
    held_out = [p for p in phrases if p.split == "validation" and p.style in styles] or training
    figures = fit(network, FeelCorpus(training, styles), FeelCorpus(held_out, styles), plan, report)
    trained = TrainedFeel(network.eval(), styles, Shares(), Shares(), figures)
    timing, force = measured_shares(held_out, Humanizer(trained))
    report(f"offsets {timing}\nvelocities {force}")
    trained = replace(trained, timing=timing, force=force)
    save(trained, out)
    return trained


def fit(
    network: FeelNetwork,
    learned: FeelCorpus,
    held_out: FeelCorpus,
    plan: FeelPlan,
    report: Callable[[str], None] = print,
) -> dict[str, float]:
    """Trains a network until the plan's minutes are over; what the weights say of it."""
    dice = Random(plan.seed)
    rates = TrainingPlan(rate=plan.rate, decay=plan.decay)
    optimizer = optimizer_of(network, rates)
    begun, spent, steps, passes = time.monotonic(), 0.0, 0, 0
    while spent < 1.0:
        passes += 1
        network.train()
        seen = []
        windows = learned.windows(plan, dice)
        for batch in batches(windows, network.config.styles, plan.tokens, dice):
            seen.append(step(network, optimizer, batch, rate_at(spent, rates)))
            spent = (time.monotonic() - begun) / (plan.minutes * 60)
            if spent >= 1.0:
                break
        steps += len(seen)
        found = validate(network, held_out, plan)
        report(
            f"pass {passes}, step {steps}, {spent:.0%} of the time: "
            f"nats of offset and velocity {_mean(seen)}, validation {_mean([found])}"
        )
    return {
        "steps": float(steps),
        "passes": float(passes),
        "minutes": (time.monotonic() - begun) / 60,
        "validation_offset_nats": found[0],
        "validation_velocity_nats": found[1],
    }


def step(
    network: FeelNetwork, optimizer: torch.optim.Optimizer, batch: FeelBatch, rate: float
) -> tuple[float, float]:
    """Learns from one batch; its nats a hit before."""
    late, hard = losses(network, batch)
    (late + VELOCITY_WEIGHT * hard).backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    for settings in optimizer.param_groups:
        settings["lr"] = rate
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return late.item(), hard.item()


@torch.inference_mode()
def validate(network: FeelNetwork, held_out: FeelCorpus, plan: FeelPlan) -> tuple[float, float]:
    """Nats of offsets and velocities of held-out scores in whole windows, without marks."""
    network.eval()
    told = replace(plan, whole=1.0, plain=0.0, marked=0.0, nameless=0.0)
    late = hard = count = 0.0
    dice = Random(0)
    windows = held_out.windows(told, dice)
    for batch in batches(windows, network.config.styles, plan.tokens, dice):
        hits = float(batch.inputs.present.sum())
        found = [loss.item() * hits for loss in losses(network, batch)]
        late, hard, count = late + found[0], hard + found[1], count + hits
    return late / count, hard / count


def _mean(pairs: Sequence[tuple[float, float]]) -> str:
    late, hard = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    return f"{late:.3f} {hard:.3f}"
