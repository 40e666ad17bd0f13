"""Kits of the user's own, written: whole or not at all, and over another only when asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from engine.errors import ConfigError, MappingError
from engine.names import plain
from engine.score.notes import Voice
from live.system.atomic_write import write_at
from mappings.kits import Kit, built_in_names, kit_of, own_kits
from mappings.wording import shown

HEAD = "# Your own kit: `drumigen kit learn` and the page write such files, and so may you.\n"
_LONGEST = 60  # letters of a name


def own_kit_path(name: str) -> Path:
    """Where a kit of the user's of this name lies; MappingError where it may not be called so."""
    stem = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    if not stem or len(name) > _LONGEST:
        allowed = f"a name of letters and digits, {_LONGEST} at most"
        raise MappingError(f"name: {shown(name)} is not {allowed}")
    if plain(name) in map(plain, built_in_names()):
        raise MappingError(
            f"name: {shown(name)} is a built-in kit, which stays; choose another name"
        )
    return own_kits() / f"{stem}.yaml"


def save_kit(values: Mapping[str, object], *, replace: bool = False) -> Path:
    """Write the kit that these values, those of a kit file, describe; where it lies now.

    MappingError for a mistake in them, FileExistsError where one of its name may not be replaced,
    ConfigError where it cannot be written.
    """
    kit = kit_of("the kit", values)
    path = own_kit_path(kit.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_at(path, kit_text(kit).encode(), replace=replace)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.exists():
            raise
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from error
    return path


def kit_text(kit: Kit) -> str:
    """A kit as a file holds it: what it lacks left out."""
    return HEAD + yaml.safe_dump(kit_values(kit), sort_keys=False, allow_unicode=True)


def kit_values(kit: Kit) -> dict[str, object]:
    """A kit as a file's values."""
    values: dict[str, object] = {
        "name": kit.name,
        "aliases": list(kit.aliases),
        "channel": kit.channel,
        "gate": kit.gate,
        "choke": kit.choke,
        "sources": [source._asdict() for source in kit.sources],
        "notes": {voice.value: kit.notes[voice] for voice in Voice if voice not in kit.lacks},
        "articulations": dict(kit.articulations),
    }
    return {key: value for key, value in values.items() if value not in ([], {})}
