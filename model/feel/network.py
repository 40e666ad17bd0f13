"""The feel network: reads the score of some bars, says when and how hard each hit may fall.

A small transformer that sees all hits at once, later ones too. It answers with
distributions, not with figures, because how far drummers stray is as much the feel as where
they aim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

VOICES = 14  # as many as engine.score.notes.Voice
SLOTS = 96  # of a bar, 20 ticks each
BEAT_SLOTS = 24
MARKS = 4  # dynamic mark of a hit: not given, ghost, normal, accent
NUMBERS = 10  # figures of a hit, see model.feel.inputs
OFFSETS = 64  # classes of an offset, see model.feel.inputs
VELOCITIES = 33  # classes of a velocity
# Ticks between two hits, the upper end of each class of nearness; from flam to two bars.
_NEAR = (1, 30, 61, 90, 121, 161, 241, 361, 481, 721, 961, 1441, 1921, 3841)


@dataclass(frozen=True, slots=True)
class FeelConfig:
    """The size of a feel network; `styles` is how many it can be told."""

    styles: int
    width: int = 112
    layers: int = 4
    heads: int = 4
    hidden: int = 256
    dropout: float = 0.15


class FeelInputs(NamedTuple):
    """Windows of hits; B windows, T hits in each, filled up where `present` is false."""

    voices: Tensor  # B T
    ticks: Tensor  # B T, from the window's start
    slots: Tensor  # B T, 0..95
    marks: Tensor  # B T, 0..3
    numbers: Tensor  # B T NUMBERS
    style: Tensor  # B S, weights of sum 1, or all 0 for none given
    plain: Tensor  # B, 1 where the score was put on plain sixteenths
    present: Tensor  # B T, bool


class FeelNetwork(nn.Module):
    """Hits in, logits of their offsets and velocities out."""

    def __init__(self, config: FeelConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.voice = nn.Embedding(VOICES, width)
        self.slot = nn.Embedding(SLOTS, width)
        self.in_beat = nn.Embedding(BEAT_SLOTS, width)
        self.mark = nn.Embedding(MARKS, width)
        self.plain = nn.Embedding(2, width)
        self.numbers = nn.Sequential(nn.Linear(NUMBERS, width), nn.GELU(), nn.Linear(width, width))
        self.style = nn.Linear(config.styles, width, bias=False)
        nn.init.normal_(self.style.weight, std=0.5)
        near = 4 * (len(_NEAR) + 1)  # before or after, same voice or another
        self.near = nn.Embedding(near, config.layers * config.heads)
        nn.init.zeros_(self.near.weight)
        self.drop = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(EncoderBlock(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(width)
        self.offset = nn.Linear(width, OFFSETS)
        self.velocity = nn.Linear(width, VELOCITIES)

    def forward(self, inputs: FeelInputs) -> tuple[Tensor, Tensor]:
        """Logits of offset classes, B T OFFSETS, and of velocity classes, B T VELOCITIES."""
        whole = self.style(inputs.style) + self.plain(inputs.plain)  # B D
        x = self.voice(inputs.voices) + self.slot(inputs.slots) + self.mark(inputs.marks)
        x = x + self.in_beat(inputs.slots % BEAT_SLOTS) + self.numbers(inputs.numbers)
        x = self.drop(x + whole[:, None])  # B T D
        biases = self._biases(inputs)
        for block, bias in zip(self.blocks, biases, strict=True):
            x = block(x, bias)
        x = self.norm(x)
        return self.offset(x), self.velocity(x)

    def _biases(self, inputs: FeelInputs) -> tuple[Tensor, ...]:
        """How much a hit heeds another by their distance and voices, B H T T a layer."""
        apart = inputs.ticks[:, None, :] - inputs.ticks[:, :, None]  # B T T
        bounds = torch.tensor(_NEAR, device=apart.device)
        same = (inputs.voices[:, None, :] == inputs.voices[:, :, None]).long()
        classes = torch.bucketize(apart.abs(), bounds) * 4 + (apart > 0).long() * 2 + same
        bias = self.near(classes).permute(0, 3, 1, 2)  # B LH T T
        absent = ~inputs.present[:, None, None, :]
        heeded: Tensor = bias.masked_fill(absent, -1e4)
        return heeded.chunk(self.config.layers, dim=1)


class EncoderBlock(nn.Module):
    """Attention and a gated feed-forward layer, each after a norm."""

    def __init__(self, config: FeelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.rest = config.dropout
        self.before = nn.LayerNorm(config.width)
        self.attend = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)
        self.between = nn.LayerNorm(config.width)
        self.up = nn.Linear(config.width, 2 * config.hidden, bias=False)
        self.down = nn.Linear(config.hidden, config.width, bias=False)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """B T D in and out; `bias` B H T T."""
        count, length, width = x.shape
        parts = self.attend(self.before(x)).view(count, length, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # B H T D/H each
        heard = F.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        x = x + self.drop(self.out(heard.transpose(1, 2).reshape(count, length, width)))
        value, gate = self.up(self.between(x)).chunk(2, dim=-1)
        return torch.add(x, self.drop(self.down(value * F.silu(gate))))
