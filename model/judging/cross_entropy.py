"""How surprised the drummer is by bars it has never seen: bits a note, fewer are better.

Told what may be told of a bar (style, tempo, fill, place, every knob, the cymbals), and told
nothing. The floor is a table of which token follows which in the training bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from random import Random

import numpy as np
import torch

from engine.score.notes import Bar
from model.composer.checkpoint import TrainedComposer
from model.composer.conditions import Asked
from model.composer.tokens import Vocabulary
from model.training.batches import Window, batches
from model.training.groove import Phrase
from model.training.losses import Sums, stroke_losses
from model.training.pieces import measured

_STROKES = 1500  # of a batch


@torch.inference_mode()
def bits_per_note(trained: TrainedComposer, phrases: Sequence[Phrase], *, told: bool) -> float:
    """The mean over all notes of phrases, in windows as long as the context; 0 of none."""
    bars = trained.transformer.config.bars
    windows = [
        _window(trained, phrase, start, told)
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
    for batch in batches(windows, styles, bars, _STROKES, Random(0)):
        sums.add(stroke_losses(trained.transformer, batch), batch)
    trained.transformer.to(device)
    return sums.losses().bits_per_note


def _window(trained: TrainedComposer, phrase: Phrase, start: int, told: bool) -> Window:
    config = trained.transformer.config
    strokes = [
        tuple(trained.words.strokes(bar)) for bar in phrase.bars[start : start + config.bars]
    ]
    while sum(map(len, strokes)) > config.context:
        strokes.pop()
    if not told:
        return strokes, [Asked() for _ in strokes]
    numbers = {name: number for number, name in enumerate(trained.styles)}
    return strokes, [measured(phrase, start + n, numbers) for n in range(len(strokes))]


def table_bits(words: Vocabulary, learned: Sequence[Bar], heard: Sequence[Bar]) -> float:
    """Bits a note by a table of which token follows which in `learned`; each counts once more."""
    counts = np.ones((len(words), len(words)))
    for last, token in _steps(words, learned):
        counts[last, token] += 1
    bits = -np.log2(counts / counts.sum(axis=1, keepdims=True))
    total = sum(float(bits[last, token]) for last, token in _steps(words, heard))
    notes = sum(words.tokens[token].kind == "velocity" for _, token in _steps(words, heard))
    return total / max(notes, 1)


def _steps(words: Vocabulary, bars: Sequence[Bar]) -> chain[tuple[int, int]]:
    return chain.from_iterable(pairwise([*words.encode(bar), words.bar]) for bar in bars)
