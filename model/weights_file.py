"""A network's weights in one safetensors file, which says all about itself in its metadata.

Nothing is unpickled, so a file from anywhere cannot run code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.errors import WeightsError

REMEDY = "reinstall the package, or train new weights with: drumigen train"


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
