"""The weights of a feel network in one file that says all about itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from model.feel.network import FeelConfig, FeelNetwork
from model.feel.noise import Shares
from model.weights_file import fitting, read, write

FORMAT = "drumigen-feel-1"
DEFAULT = Path(__file__).parents[1] / "weights" / "feel.safetensors"
CREDIT = (
    "Trained on the Groove MIDI Dataset v1.0.0, (c) 2019 Google LLC, CC BY 4.0 "
    "(https://creativecommons.org/licenses/by/4.0/). Changes: only 4/4 files; pitches mapped "
    "to 12 voices, constant offset of each file removed, hits put on a grid of sixteenths, "
    "eighth triplets or 32nds (grace notes before them), in a part of the windows on plain "
    "sixteenths; offsets in 64 and velocities in 33 classes."
)


@dataclass(frozen=True, slots=True)
class TrainedFeel:
    """A feel network with its styles and how its hits stray together.

    `timing` shares the variance of offsets, `force` that of velocities.
    """

    network: FeelNetwork
    styles: tuple[str, ...]
    timing: Shares
    force: Shares
    figures: Mapping[str, float]


def save(trained: TrainedFeel, path: Path) -> None:
    """Writes the file, half precision; the old one is replaced at once."""
    metadata = {
        "format": FORMAT,
        "config": json.dumps(asdict(trained.network.config)),
        "styles": json.dumps(trained.styles),
        "timing": json.dumps(asdict(trained.timing)),
        "force": json.dumps(asdict(trained.force)),
        "figures": json.dumps(dict(trained.figures)),
        "credit": CREDIT,
    }
    write(trained.network, metadata, path)


def load(path: Path = DEFAULT) -> TrainedFeel:
    """The trained feel of a file, ready to be read.

    Raises WeightsError naming the file where it is missing, damaged or of another make.
    """
    metadata, tensors = read(path, FORMAT)
    with fitting(path):
        network = FeelNetwork(FeelConfig(**json.loads(metadata["config"])))
        network.load_state_dict(tensors)
        styles = tuple(json.loads(metadata["styles"]))
        timing, force = (Shares(**json.loads(metadata[key])) for key in ("timing", "force"))
        figures = json.loads(metadata["figures"])
    return TrainedFeel(network.eval(), styles, timing, force, figures)
