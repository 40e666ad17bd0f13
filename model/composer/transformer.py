"""A decoder-only transformer for bars of strokes, and its cached decoding.

One step is one stroke, a compound word of position, pitch and velocity (model.composer.tokens). The
next stroke is told in this order, each part knowing those before it: three small heads over
one state. To the embedding of a stroke are added the number of its bar in the window, the
condition of that bar, and how many strokes are still to come in it where that is asked for.
Shapes stand at line ends: B batch, T strokes, N bars, D width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from model.composer.layers import DecoderBlock, Dense, Head, norm, turns
from model.composer.tokens import POSITIONS, VELOCITY_STEPS, VOICES

NUMBERS = 8  # density, complexity, tempo, fill, intensity, ghosts, open hats, ride
PLACES = (4, 8)  # a bar's place in the phrase is told modulo these
KINDS = ("position", "pitch", "velocity")  # the parts of a stroke, as they are told
SIZES = (POSITIONS, len(VOICES), VELOCITY_STEPS)  # of each kind, without its value of BAR
UNTOLD = 64  # strokes still to come where their number is not asked for; more count as one less


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Sizes. `context` is the most strokes of a window, `bars` the most bars of it."""

    styles: int
    width: int = 256
    layers: int = 4
    heads: int = 4
    hidden: int = 640
    head: int = 256
    style_width: int = 128
    context: int = 336
    bars: int = 5
    dropout: float = 0.25

    @property
    def head_width(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads


class Conditions(NamedTuple):
    """What is asked of each bar of a window.

    `style` weighs the trained styles, all 0 where none is given. `numbers` holds what NUMBERS
    names, about 0..1, the tempo as (BPM − 110) / 50; `given` is 0 where a number is not. `places`
    are the bar's numbers modulo 4 and 8, or 4 and 8 where not given.
    """

    style: Tensor  # B N styles
    numbers: Tensor  # B N 8
    given: Tensor  # B N 8
    places: Tensor  # B N 2, integers


class StrokeWindow(NamedTuple):
    """The strokes of a window, the number of the bar each stands in, and how many are to come.

    `left` counts what is still asked for in the bar after the stroke, UNTOLD where nothing is.
    """

    strokes: Tensor  # B T 3
    slots: Tensor  # B T
    left: Tensor  # B T


class Cache(NamedTuple):
    """Keys and values of all strokes so far, one buffer a layer, and room for more.

    Its R rows are bars written side by side, all at the same place of their windows.
    """

    keys: tuple[Tensor, ...]  # each R heads context head_width
    values: tuple[Tensor, ...]

    def first(self, rows: int) -> Cache:
        """The same buffers, as many rows of them."""
        return Cache(*(tuple(store[:rows] for store in stores) for stores in self))


class Transformer(nn.Module):
    """Logits of the next stroke, for every stroke of a window."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.parts = nn.ModuleList(nn.Embedding(size + 1, width) for size in SIZES)
        self.left = nn.Embedding(UNTOLD + 1, width)
        self.slot = nn.Embedding(config.bars, width)
        self.styles = nn.Embedding(config.styles + 1, config.style_width)  # last: not given
        self.style = Dense(config.style_width, width)
        self.numbers = nn.Sequential(
            nn.Linear(2 * NUMBERS, config.style_width),
            nn.SiLU(),
            nn.Linear(config.style_width, width),
        )
        self.places = nn.ModuleList(nn.Embedding(size + 1, width) for size in PLACES)
        self.blocks = nn.ModuleList(
            DecoderBlock(width, config.heads, config.hidden, config.dropout)
            for _ in range(config.layers)
        )
        self.last = nn.Parameter(torch.ones(width))
        # The end of a bar is a position too, the last.
        self.heads = nn.ModuleList(
            Head(width, config.head, size + (number == 0)) for number, size in enumerate(SIZES)
        )
        self.told = nn.ModuleList(nn.Embedding(size + 1, width) for size in SIZES[:-1])
        cos, sin = turns(config.context, config.head_width)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(_start)
        for block in self.layers():  # residual branches start small: GPT-2
            for linear in (block.out, block.down):
                nn.init.normal_(linear.weight, std=0.02 / (2 * config.layers) ** 0.5)

    def layers(self) -> Iterator[DecoderBlock]:
        """Its blocks, first to last."""
        return (block for block in self.blocks if isinstance(block, DecoderBlock))

    def pack(self, wanted: bool) -> None:
        """Lay all weights out for writing on a processor, or no longer; see Dense."""
        for module in self.modules():
            if isinstance(module, Dense):
                module.pack(wanted)

    def condition(self, asked: Conditions) -> Tensor:
        """The vector of each bar of a window, its place in the window included."""
        missing = 1.0 - asked.style.sum(-1, keepdim=True).clamp(max=1.0)
        style = torch.cat([asked.style, missing], -1) @ self.styles.weight  # B N style_width
        told = torch.cat([asked.numbers * asked.given, asked.given], -1)
        bars = self.style(style) + self.numbers(told) + self.slot.weight[: told.shape[1]]
        for number, places in enumerate(self.places):
            bars = bars + places(asked.places[..., number])
        return bars  # type: ignore[no-any-return]  # B N D

    def embed(self, strokes: Tensor, left: Tensor, bars: Tensor) -> Tensor:
        """Strokes … 3 as vectors … D; `left` as in StrokeWindow, `bars` … D of their bars."""
        x: Tensor = bars + self.left(left)
        for number, part in enumerate(self.parts):
            x = x + part(strokes[..., number])
        return x

    def forward(self, read: StrokeWindow, asked: Conditions, after: Tensor) -> list[Tensor]:
        """Logits of each KIND, B T size, of windows without cache, for training.

        `after` B T 3 are the strokes that come next: their parts are told from first to last.
        """
        bars = self.condition(asked)
        spread = bars.gather(1, read.slots[..., None].expand(-1, -1, bars.shape[-1]))
        state = self.run(self.embed(read.strokes, read.left, spread), None)
        return [self.tell(state, after[..., :number]) for number in range(len(KINDS))]

    def tell(self, state: Tensor, known: Tensor) -> Tensor:
        """Logits of the next part of a stroke, … size; the n parts before it are `known`, … n."""
        number = known.shape[-1]
        for part in range(number):
            state = state + self.told[part](known[..., part])
        return self.heads[number](state)  # type: ignore[no-any-return]

    def run(self, x: Tensor, cache: Cache | None) -> Tensor:
        """Embedded windows through the layers, B T D; with a cache only the last stroke, B 1 D."""
        turn = (self.cos[: x.shape[1]], self.sin[: x.shape[1]])  # T head_width
        for number, block in enumerate(self.layers()):
            store = (cache.keys[number], cache.values[number]) if cache is not None else None
            x = block(x, turn, store)
        if cache is not None:
            x = x[:, -1:]
        return norm(x, self.last)


def _start(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def new_cache(model: Transformer, rows: int = 1) -> Cache:
    """Empty buffers for a whole context of so many rows."""
    config = model.config
    like = model.last

    def buffers() -> tuple[Tensor, ...]:
        shape = (rows, config.heads, config.context, config.head_width)
        return tuple(like.new_zeros(shape) for _ in range(config.layers))

    return Cache(buffers(), buffers())


def prefill(model: Transformer, cache: Cache, read: StrokeWindow, bars: Tensor) -> Tensor:
    """Reads a window (T, not B T) into a cache, over what it held; the state at its end, W × D.

    `bars` is what `Transformer.condition` gave for W ways to ask for the window, W N D; the
    rows of the cache are shared out among them in turn, R / W each.
    """
    x = model.embed(read.strokes, read.left, bars[:, read.slots])
    return model.run(x, cache)[:, -1]


def decode(
    model: Transformer, cache: Cache, last: tuple[Tensor, Tensor], bars: Tensor, at: int
) -> Tensor:
    """The state R × D after one more stroke a row, number `at` of its window, in bars R × D.

    `last` are the strokes R × 3 and what is left after each, R.
    """
    x = model.embed(*last, bars)  # R D
    turn = (model.cos[at], model.sin[at])
    for block, keys, values in zip(model.layers(), cache.keys, cache.values, strict=True):
        x = block.one(x, turn, keys, values, at)
    return norm(x, model.last)
