"""How surprised the drummer is by bars it has never seen: bits a note, fewer are better.

Told what the stage would tell it (style, tempo, fill, place and every knob's rank), and told
nothing. The floor is a table of which token follows which in the training bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from random import Random
from typing import Any

import numpy as np
import torch

from engine.notes import Bar
from model.checkpoint import Trained
from model.conditions import Asked
from model.data import Phrase
from model.knobs import Scales
from model.measures import KNOBS
from model.tokens import Words
from model.train import Sums, token_losses
from model.windows import Window, batches

_TOKENS = 4000  # of a batch


@torch.inference_mode()
def bits_per_note(
    trained: Trained, phrases: Sequence[Phrase], scales: Scales, *, told: bool
) -> float:
    """The mean over all notes of phrases, in windows as long as the context; 0 of none."""
    bars = trained.transformer.config.bars
    windows = [
        _window(trained, phrase, start, scales if told else None)
        for phrase in phrases
        for start in range(0, len(phrase.bars), bars)
    ]
    if not windows:
        return 0.0
    sums = Sums()
    styles = trained.transformer.config.styles
    device = next(trained.transformer.parameters()).device
    if device.type != "cpu":
        trained.transformer.to("cpu")
    trained.transformer.eval()
    for batch in batches(windows, trained.words, styles, bars, _TOKENS, Random(0)):
        sums.add(token_losses(trained.transformer, batch), batch, trained.words)
    trained.transformer.to(device)
    return sums.losses().bits_per_note


def _window(trained: Trained, phrase: Phrase, start: int, scales: Scales | None) -> Window:
    config = trained.transformer.config
    bars = phrase.bars[start : start + config.bars]
    ids = [tuple(trained.words.encode(bar)) for bar in bars]
    while sum(map(len, ids)) > config.context:
        ids.pop()
    if scales is None:
        return ids, [Asked() for _ in ids]
    asked = [
        _asked(trained, phrase, start + place, bars[place], scales) for place in range(len(ids))
    ]
    return ids, asked


def _asked(trained: Trained, phrase: Phrase, place: int, bar: Bar, scales: Scales) -> Asked:
    ranks: dict[str, Any] = {
        knob: scale.rank(measure(bar))
        for knob, measure in KNOBS.items()
        if (scale := scales.get((knob, phrase.style, bar.fill)))
    }
    number = trained.styles.index(phrase.style) if phrase.style in trained.styles else None
    place = -1 if phrase.fill else place  # a fill stands last in its phrase
    return Asked(
        style={} if number is None else {number: 1.0},
        bpm=phrase.bpm,
        fill=bar.fill,
        fours=place % 4,
        eights=place % 8,
        **ranks,
    )


def table_bits(words: Words, learned: Sequence[Bar], heard: Sequence[Bar]) -> float:
    """Bits a note by a table of which token follows which in `learned`; each counts once more."""
    counts = np.ones((len(words), len(words)))
    for last, token in _steps(words, learned):
        counts[last, token] += 1
    bits = -np.log2(counts / counts.sum(axis=1, keepdims=True))
    total = sum(float(bits[last, token]) for last, token in _steps(words, heard))
    notes = sum(words.tokens[token].kind == "velocity" for _, token in _steps(words, heard))
    return total / max(notes, 1)


def _steps(words: Words, bars: Sequence[Bar]) -> chain[tuple[int, int]]:
    return chain.from_iterable(pairwise([*words.encode(bar), words.bar]) for bar in bars)
