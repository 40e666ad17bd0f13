"""The layers that the transformer is made of.

Shapes stand at line ends: B batch, T strokes, D width; R rows are bars written side by
side, asked for in W ways.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class Dense(nn.Linear):
    """A linear layer without bias, whose weights can be laid out for a processor's products.

    The plain product lays them out anew at each call, which for the few rows of a bar costs as
    much as the product. Half precision loses nothing: it is how the weights are kept.
    """

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__(inside, outside, bias=False)
        self.packed: Any = None

    def pack(self, wanted: bool) -> None:
        """Lay the weights out, where this processor has such products, or no longer."""
        able = "fbgemm" in torch.backends.quantized.supported_engines
        self.packed = (
            torch.ops.quantized.linear_prepack_fp16(self.weight.detach(), None)
            if wanted and able
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """… inside to … outside."""
        if self.packed is None:
            return F.linear(x, self.weight)
        return torch.ops.quantized.linear_dynamic_fp16(x, self.packed)  # type: ignore[no-any-return]


class DecoderBlock(nn.Module):
    """Attention and a gated feed-forward, each after a norm."""

    def __init__(self, width: int, heads: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.before = nn.Parameter(torch.ones(width))
        self.qkv = Dense(width, 3 * width)
        self.out = Dense(width, width)
        self.between = nn.Parameter(torch.ones(width))
        self.up = Dense(width, 2 * hidden)
        self.down = Dense(hidden, width)

    def forward(
        self, x: Tensor, turn: tuple[Tensor, Tensor], cache: tuple[Tensor, Tensor] | None = None
    ) -> Tensor:
        """One layer over a whole window; its keys and values are left in an empty cache."""
        batch, count, width = x.shape
        qkv = self.qkv(norm(x, self.before))  # B T 3D
        qkv = qkv.view(batch, count, 3, self.heads, width // self.heads).transpose(1, 3)
        q, k, v = qkv.unbind(2)  # B heads T head_width
        q, k = rotate(q, turn), rotate(k, turn)
        if cache is not None:
            for store, found in zip(cache, (k, v), strict=True):
                rows = store.view(batch, -1, *store.shape[1:])  # W R/W heads context head_width
                rows[..., :count, :] = found[:, None]
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        mixed = mixed.transpose(1, 2).reshape(batch, count, width)
        x = x + self._drop(self.out(mixed))
        gate, value = self.up(norm(x, self.between)).chunk(2, -1)
        return x + self._drop(self.down(F.silu(gate) * value))

    def one(
        self, x: Tensor, turn: tuple[Tensor, Tensor], keys: Tensor, values: Tensor, at: int
    ) -> Tensor:
        """The same for one stroke more a row, R × D, in as few and small operations as it takes."""
        rows = x.shape[0]
        qkv = self.qkv(norm(x, self.before)).view(rows, 3, self.heads, 1, -1)
        turned = rotate(qkv[:, :2], turn)  # R 2 heads 1 head_width
        keys[:, :, at : at + 1] = turned[:, 1]
        values[:, :, at : at + 1] = qkv[:, 2]
        k, v = keys[:, :, : at + 1], values[:, :, : at + 1]
        mixed = F.scaled_dot_product_attention(turned[:, 0], k, v)
        x = x + self.out(mixed.view(rows, -1))
        gate, value = self.up(norm(x, self.between)).chunk(2, -1)
        return x + self.down(F.silu(gate) * value)  # type: ignore[no-any-return]

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout) if self.training and self.dropout else x


class Head(nn.Module):
    """Logits of one part of the next stroke, from a state in which the parts before it are."""

    def __init__(self, width: int, hidden: int, size: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.up = Dense(width, hidden)
        self.out = Dense(hidden, size)

    def forward(self, x: Tensor) -> Tensor:
        """… D to … size."""
        return self.out(F.silu(self.up(norm(x, self.scale))))  # type: ignore[no-any-return]


def norm(x: Tensor, scale: Tensor) -> Tensor:
    """LayerNorm without bias: one fused kernel on CPUs, where RMSNorm is a dozen small ones."""
    return F.layer_norm(x, (x.shape[-1],), scale, None, 1e-5)


def turns(context: int, head_width: int) -> tuple[Tensor, Tensor]:
    """Cosines and signed sines of rotary positions, context × head_width."""
    half = head_width // 2
    speeds = 10_000.0 ** (-torch.arange(half) / half)
    angles = torch.outer(torch.arange(context), speeds)
    cos = torch.cat([angles.cos(), angles.cos()], -1)
    sin = torch.cat([-angles.sin(), angles.sin()], -1)
    return cos, sin


def rotate(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions of queries or keys, … T head_width."""
    cos, sin = turn
    return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, -1), sin)
