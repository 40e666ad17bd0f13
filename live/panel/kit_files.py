"""The kits as the page shows and keeps them; only the user's own are written."""

from __future__ import annotations

import json
from typing import Any

from engine.errors import MappingError
from engine.score.articulations import ARTICULATIONS
from live.own_kit import kit_values, save_kit
from mappings.kits import NEAREST, VOICES, built_in_names, kit_files, read_kit

LARGEST = 20_000  # bytes of a kit that a page sends; one takes a thousand


def kits_shown(playing: str) -> dict[str, Any]:
    """Every kit as a file's values, and what the page needs to tell of them.

    `playing` is the kit of the performance; one that cannot be read has a `fault` instead.
    """
    built_in = set(built_in_names())
    kits = {}
    for name, item in kit_files().items():
        try:
            kits[name] = kit_values(read_kit(item)) | {"own": name not in built_in}
        except MappingError as error:
            kits[name] = {"name": name, "fault": str(error)}
    extra = {name: [of.voice.value, of.low, of.high] for name, of in ARTICULATIONS.items()}
    return {
        "playing": playing,
        "kits": kits,
        "voices": VOICES,
        "articulations": extra,
        "nearest": NEAREST,
    }


def keep_kit(body: bytes, *, replace: bool) -> dict[str, str]:
    """Save what a page sends as a kit of the user's: its name and where it lies.

    MappingError for what is none, FileExistsError, ConfigError: see live/own_kit.py.
    """
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MappingError("the kit: not JSON") from error
    path = save_kit(values, replace=replace)
    return {"name": path.stem, "path": str(path)}
