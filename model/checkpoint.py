"""Weights in one safetensors file that says all about itself.

Its metadata carry configuration, vocabulary, style names, training figures and the credit
of the data. Nothing is unpickled, so a file from anywhere cannot run code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.errors import WeightsError
from model.measures import Scales
from model.tokens import Words
from model.transformer import Config, Transformer

FORMAT = "drumigen-drummer-3"
DEFAULT = Path(__file__).parent / "weights" / "drummer.safetensors"
REMEDY = "reinstall the package, or train new weights with: drumigen train"
_CREDIT = (
    "Trained on the Groove MIDI Dataset v1.0.0, (c) 2019 Google LLC, CC BY 4.0 "
    "(https://creativecommons.org/licenses/by/4.0/). Changes: only 4/4 files; pitches mapped "
    "to 12 voices, constant offset of each file removed, hits put on a grid of sixteenths, "
    "eighth triplets or 32nds (grace notes before them) and microtiming left out, velocities in "
    "16 steps, bars of beats with many toms marked as fills, fills joined to grooves of the same "
    "style."
)


@dataclass(frozen=True, slots=True)
class Trained:
    """A transformer with what its inputs and outputs mean."""

    transformer: Transformer
    words: Words
    styles: tuple[str, ...]
    scales: Scales
    figures: Mapping[str, float]


def credit(made_up: Sequence[str]) -> str:
    """The credit of the data, the styles named that come from patterns written for this."""
    if not made_up:
        return _CREDIT
    names = ", ".join(made_up)
    return f"{_CREDIT} Synthetic, improvised from the project's own patterns: {names}."


def save(trained: Trained, made_up: Sequence[str], path: Path) -> None:
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


def write(network: nn.Module, metadata: Mapping[str, str], path: Path) -> None:
    """Writes a network, half precision; the folder is made. The old file is replaced at once."""
    tensors = {
        name: tensor.detach().to("cpu", torch.float16).contiguous()
        for name, tensor in network.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    save_file(tensors, unfinished, dict(metadata))
    unfinished.chmod(0o644)  # safetensors makes it readable to its owner only
    unfinished.replace(path)


def load(path: Path = DEFAULT) -> Trained:
    """The trained drummer of a file, in single precision, ready to infer.

    Raises WeightsError naming the file where it is missing, damaged or of another make.
    """
    metadata, tensors = read(path, FORMAT)
    with fitting(path):
        transformer = Transformer(Config(**json.loads(metadata["config"])))
        transformer.load_state_dict(tensors)
        words = Words(json.loads(metadata["vocabulary"]))
        styles = tuple(json.loads(metadata["styles"]))
        scales = Scales(json.loads(metadata["scales"]))
        figures = json.loads(metadata["figures"])
    return Trained(transformer.eval(), words, styles, scales, figures)


@contextmanager
def fitting(path: Path) -> Iterator[None]:
    """While a file's content is made into a network: what does not fit is a WeightsError."""
    try:
        yield
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsError(f"{path}: does not fit this version ({error}); {REMEDY}") from error


def read(path: Path, make: str) -> tuple[dict[str, str], dict[str, Tensor]]:
    """Metadata and tensors, in single precision, of a file of a make.

    Raises WeightsError naming the file where it is missing, damaged or of another make.
    """
    if not path.is_file():
        raise WeightsError(f"{path}: no weights there; {REMEDY}")
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise WeightsError(f"{path}: damaged ({error}); {REMEDY}") from error
    if metadata.get("format") != make:
        raise WeightsError(f"{path}: not weights of this drummer ({make}); {REMEDY}")
    return metadata, tensors
