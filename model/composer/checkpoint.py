"""Weights in one safetensors file that says all about itself.

Its metadata carry configuration, vocabulary, style names, training figures and the credit
of the data. Nothing is unpickled, so a file from anywhere cannot run code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from model.composer.measures import Scales
from model.composer.tokens import Vocabulary
from model.composer.transformer import Transformer, TransformerConfig
from model.weights_file import fitting, read, write

FORMAT = "drumigen-drummer-3"
DEFAULT = Path(__file__).parents[1] / "weights" / "drummer.safetensors"
_CREDIT = (
    "Trained on the Groove MIDI Dataset v1.0.0, (c) 2019 Google LLC, CC BY 4.0 "
    "(https://creativecommons.org/licenses/by/4.0/). Changes: only 4/4 files; pitches mapped "
    "to 12 voices, constant offset of each file removed, hits put on a grid of sixteenths, "
    "eighth triplets or 32nds (grace notes before them) and microtiming left out, velocities in "
    "16 steps, bars of beats with many toms marked as fills, fills joined to grooves of the same "
    "style."
)


@dataclass(frozen=True, slots=True)
class TrainedComposer:
    """A transformer with what its inputs and outputs mean."""

    transformer: Transformer
    words: Vocabulary
    styles: tuple[str, ...]
    scales: Scales
    figures: Mapping[str, float]


def credit(made_up: Sequence[str]) -> str:
    """The credit of the data, the styles named that come from patterns written for this."""
    if not made_up:
        return _CREDIT
    names = ", ".join(made_up)
    return f"{_CREDIT} Synthetic, improvised from the project's own patterns: {names}."


def save(trained: TrainedComposer, made_up: Sequence[str], path: Path) -> None:
    """Writes the file, see `write`."""
    metadata = {
        "format": FORMAT,
        "config": json.dumps(asdict(trained.transformer.config)),
        "vocabulary": json.dumps(trained.words.names),
        "styles": json.dumps(trained.styles),
        "scales": json.dumps(trained.scales.rows),
        "synthetic": json.dumps(list(made_up)),
        "figures": json.dumps(dict(trained.figures)),
        "credit": credit(made_up),
    }
    write(trained.transformer, metadata, path)


def load(path: Path = DEFAULT) -> TrainedComposer:
    """The trained drummer of a file, in single precision, ready to infer.

    Raises WeightsError naming the file where it is missing, damaged or of another make.
    """
    metadata, tensors = read(path, FORMAT)
    with fitting(path):
        transformer = Transformer(TransformerConfig(**json.loads(metadata["config"])))
        transformer.load_state_dict(tensors)
        words = Vocabulary(json.loads(metadata["vocabulary"]))
        styles = tuple(json.loads(metadata["styles"]))
        scales = Scales(json.loads(metadata["scales"]))
        figures = json.loads(metadata["figures"])
    return TrainedComposer(transformer.eval(), words, styles, scales, figures)
