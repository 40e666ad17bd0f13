"""What a composer misses by, stroke by stroke and kind by kind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from model.composer.transformer import KINDS, Transformer
from model.training.batches import NOTHING, Batch


@dataclass(frozen=True, slots=True)
class Losses:
    """Mean nats by KIND, a bar's end being a position, and the whole in bits a note."""

    kinds: tuple[float, ...]
    bits_per_note: float

    def __str__(self) -> str:
        kinds = ", ".join(f"{k} {v:.3f}" for k, v in zip(KINDS, self.kinds, strict=True))
        return f"{self.bits_per_note:.3f} bits a note ({kinds} nats)"


def stroke_losses(model: Transformer, batch: Batch) -> Tensor:
    """Nats of each part of each stroke, 0 where there is nothing to learn, B × T × 3."""
    parts = [
        F.cross_entropy(logits.transpose(1, 2), batch.targets[..., kind], reduction="none")
        for kind, logits in enumerate(model(*batch.arguments()))
    ]
    return torch.stack(parts, -1)


class Sums:
    """Losses added up by kind."""

    def __init__(self) -> None:
        self.nats = [0.0] * len(KINDS)
        self.counts = [0] * len(KINDS)

    def add(self, losses: Tensor, batch: Batch) -> None:
        """Adds the losses of a batch, B × T × 3."""
        for kind in range(len(KINDS)):
            self.nats[kind] += float(losses[..., kind].sum())
            self.counts[kind] += int((batch.targets[..., kind] != NOTHING).sum())

    def losses(self) -> Losses:
        """The means so far."""
        kinds = tuple(n / max(c, 1) for n, c in zip(self.nats, self.counts, strict=True))
        return Losses(kinds, sum(self.nats) / math.log(2) / max(self.counts[2], 1))
