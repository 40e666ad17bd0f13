"""A decoder-only transformer for bars of drum tokens, and its cached decoding.

Where a token stands is told musically as well as by rotation: to its embedding are added
the position in the bar it speaks about, the number of its bar in the window, and the
condition of that bar. Shapes stand at line ends: B batch, T tokens, N bars, D width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from model.tokens import UPBEAT

NUMBERS = 8  # density, complexity, tempo, fill, intensity, ghosts, open hats, ride
PLACES = (4, 8)  # a bar's place in the phrase is told modulo these


@dataclass(frozen=True, slots=True)
class Config:
    """Sizes. `context` is the most tokens of a window, `bars` the most bars of it."""

    vocabulary: int
    styles: int
    width: int = 256
    layers: int = 4
    heads: int = 4
    hidden: int = 640
    style_width: int = 128
    context: int = 640
    bars: int = 5
    dropout: float = 0.05

    @property
    def head_width(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads


class Conditions(NamedTuple):
    """What is asked of each bar of a window.

    `style` weighs the trained styles, all 0 where none is given. `numbers` holds what NUMBERS
    names, 0..1, the tempo as (BPM − 110) / 50; `given` is 0 where a number is not. `places` are
    the bar's numbers modulo 4 and 8, or 4 and 8 where not given.
    """

    style: Tensor  # B N styles
    numbers: Tensor  # B N 8
    given: Tensor  # B N 8
    places: Tensor  # B N 2, integers


class Cache(NamedTuple):
    """Keys and values of all tokens so far, one buffer a layer, and room for more.

    Its R rows are bars written side by side, all at the same place of their windows.
    """

    keys: tuple[Tensor, ...]  # each R heads context head_width
    values: tuple[Tensor, ...]


class Block(nn.Module):
    """Attention and a gated feed-forward, each after a norm."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.dropout = config.dropout
        self.before = nn.Parameter(torch.ones(width))
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.between = nn.Parameter(torch.ones(width))
        self.up = nn.Linear(width, 2 * config.hidden, bias=False)
        self.down = nn.Linear(config.hidden, width, bias=False)

    def forward(
        self, x: Tensor, turn: tuple[Tensor, Tensor], cache: tuple[Tensor, Tensor] | None = None
    ) -> Tensor:
        """One layer over a whole window; its keys and values are left in an empty cache."""
        batch, count, width = x.shape
        qkv = F.linear(norm(x, self.before), self.qkv.weight)  # B T 3D
        qkv = qkv.view(batch, count, 3, self.heads, width // self.heads).transpose(1, 3)
        q, k, v = qkv.unbind(2)  # B heads T head_width
        q, k = rotate(q, turn), rotate(k, turn)
        if cache is not None:
            for store, found in zip(cache, (k, v), strict=True):
                rows = store.view(batch, -1, *store.shape[1:])  # W R/W heads context head_width
                rows[..., :count, :] = found[:, None]
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        mixed = mixed.transpose(1, 2).reshape(batch, count, width)
        x = x + self._drop(F.linear(mixed, self.out.weight))
        gate, value = F.linear(norm(x, self.between), self.up.weight).chunk(2, -1)
        return x + self._drop(F.linear(F.silu(gate) * value, self.down.weight))

    def one(
        self, x: Tensor, turn: tuple[Tensor, Tensor], keys: Tensor, values: Tensor, at: int
    ) -> Tensor:
        """The same for one token more a row, R × D, in as few and small operations as it takes."""
        rows = x.shape[0]
        qkv = F.linear(norm(x, self.before), self.qkv.weight).view(rows, 3, self.heads, 1, -1)
        turned = rotate(qkv[:, :2], turn)  # R 2 heads 1 head_width
        keys[:, :, at : at + 1] = turned[:, 1]
        values[:, :, at : at + 1] = qkv[:, 2]
        k, v = keys[:, :, : at + 1], values[:, :, : at + 1]
        mixed = F.scaled_dot_product_attention(turned[:, 0], k, v)
        x = x + F.linear(mixed.view(rows, -1), self.out.weight)
        gate, value = F.linear(norm(x, self.between), self.up.weight).chunk(2, -1)
        return x + F.linear(F.silu(gate) * value, self.down.weight)

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout) if self.training and self.dropout else x


class Transformer(nn.Module):
    """Logits of the next token, for every token of a window."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.token = nn.Embedding(config.vocabulary, width)
        self.time = nn.Embedding(UPBEAT + 1, width)
        self.slot = nn.Embedding(config.bars, width)
        self.styles = nn.Embedding(config.styles + 1, config.style_width)  # last: not given
        self.style = nn.Linear(config.style_width, width, bias=False)
        self.numbers = nn.Sequential(
            nn.Linear(2 * NUMBERS, config.style_width),
            nn.SiLU(),
            nn.Linear(config.style_width, width),
        )
        self.places = nn.ModuleList(nn.Embedding(size + 1, width) for size in PLACES)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.last = nn.Parameter(torch.ones(width))
        self.head = nn.Linear(width, config.vocabulary, bias=False)
        cos, sin = turns(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(_start)
        for block in self.layers():  # residual branches start small: GPT-2
            for linear in (block.out, block.down):
                nn.init.normal_(linear.weight, std=0.02 / (2 * config.layers) ** 0.5)

    def layers(self) -> Iterator[Block]:
        """Its blocks, first to last."""
        return (block for block in self.blocks if isinstance(block, Block))

    def condition(self, asked: Conditions) -> Tensor:
        """The vector of each bar of a window, its place in the window included."""
        missing = 1.0 - asked.style.sum(-1, keepdim=True).clamp(max=1.0)
        style = torch.cat([asked.style, missing], -1) @ self.styles.weight  # B N style_width
        told = torch.cat([asked.numbers * asked.given, asked.given], -1)
        bars = self.style(style) + self.numbers(told) + self.slot.weight[: told.shape[1]]
        for number, places in enumerate(self.places):
            bars = bars + places(asked.places[..., number])
        return bars  # type: ignore[no-any-return]  # B N D

    def forward(self, ids: Tensor, times: Tensor, slots: Tensor, asked: Conditions) -> Tensor:
        """Logits B T vocabulary of windows without cache, for training."""
        bars = self.condition(asked)
        spread = bars.gather(1, slots[..., None].expand(-1, -1, bars.shape[-1]))
        x = self.token(ids) + self.time(times) + spread  # B T D
        return self.run(x, None)

    def run(self, x: Tensor, cache: Cache | None) -> Tensor:
        """Embedded windows through the layers to logits; with a cache only the last token's."""
        turn = (self.cos[: x.shape[1]], self.sin[: x.shape[1]])  # T head_width
        for number, block in enumerate(self.layers()):
            store = (cache.keys[number], cache.values[number]) if cache is not None else None
            x = block(x, turn, store)
        if cache is not None:
            x = x[:, -1:]
        return F.linear(norm(x, self.last), self.head.weight)  # B T vocabulary


def _start(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def norm(x: Tensor, scale: Tensor) -> Tensor:
    """LayerNorm without bias: one fused kernel on CPUs, where RMSNorm is a dozen small ones."""
    return F.layer_norm(x, (x.shape[-1],), scale, None, 1e-5)


def turns(config: Config) -> tuple[Tensor, Tensor]:
    """Cosines and signed sines of rotary positions, context × head_width."""
    half = config.head_width // 2
    speeds = 10_000.0 ** (-torch.arange(half) / half)
    angles = torch.outer(torch.arange(config.context), speeds)
    cos = torch.cat([angles.cos(), angles.cos()], -1)
    sin = torch.cat([-angles.sin(), angles.sin()], -1)
    return cos, sin


def rotate(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions of queries or keys, … T head_width."""
    cos, sin = turn
    return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, -1), sin)


def new_cache(model: Transformer, rows: int = 1) -> Cache:
    """Empty buffers for a whole context of so many rows."""
    config = model.config
    like = model.head.weight

    def buffers() -> tuple[Tensor, ...]:
        shape = (rows, config.heads, config.context, config.head_width)
        return tuple(like.new_zeros(shape) for _ in range(config.layers))

    return Cache(buffers(), buffers())


def prefill(
    model: Transformer, cache: Cache, ids: Tensor, times: Tensor, slots: Tensor, bars: Tensor
) -> Tensor:
    """Reads a window (1-dimensional) into a cache, over what it held; logits of its end, W × V.

    `bars` is what `Transformer.condition` gave for W ways to ask for the window, W N D; the
    rows of the cache are shared out among them in turn, R / W each.
    """
    x = model.token.weight[ids] + model.time.weight[times] + bars[:, slots]
    return model.run(x, cache)[:, -1]


def decode(
    model: Transformer, cache: Cache, tokens: Tensor, times: Tensor, bars: Tensor, at: int
) -> Tensor:
    """Logits R × V after one more token a row, number `at` of its window, in bars R × D."""
    x = model.token.weight[tokens] + model.time.weight[times] + bars  # R D
    turn = (model.cos[at], model.sin[at])
    for block, keys, values in zip(model.layers(), cache.keys, cache.values, strict=True):
        x = block.one(x, turn, keys, values, at)
    return F.linear(norm(x, model.last), model.head.weight)
