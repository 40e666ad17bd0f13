"""What a drummer has learned, read from its weights file without loading torch."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open

# Of model.composer.checkpoint, which must not be loaded on stage.
DRUMMER = Path(__file__).parents[2] / "model" / "weights" / "drummer.safetensors"


def trained_styles(path: Path | None = None) -> frozenset[str] | None:
    """The styles that a drummer's weights (the package's own without a path) have learned.

    None where the file does not say: whoever loads it says what is wrong with it.
    """
    try:
        with safe_open(path or DRUMMER, "np") as file:
            return frozenset(json.loads((file.metadata() or {})["styles"]))
    except (SafetensorError, OSError, KeyError, ValueError):
        return None
