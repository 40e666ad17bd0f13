"""Kits: which note of which channel a voice plays on the instrument at the other end.

Every voice has a note; where the instrument lacks the sound, that of the nearest one it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.score.notes import Voice
from mappings.yaml_fields import Fields, locate, read_yaml

VOICES = tuple(voice.value for voice in Voice)


@dataclass(frozen=True, slots=True)
class Kit:
    """Where the notes go: `channel` 1..16, a note 0..127 for every voice.

    `gate` is how long a note is held, in ms; drums ring out whatever it is.
    """

    name: str
    channel: int
    notes: Mapping[Voice, int]
    gate: float = 100.0


def load_kit(name_or_path: str | Path) -> Kit:
    """A built-in kit (`gm`) or one from a file.

    MappingError names the file, the key and what is allowed.
    """
    path = locate("kits", name_or_path)
    top = Fields(str(path), "", read_yaml(path), ("name", "channel", "gate", "notes"))
    notes = top.under("notes", VOICES)
    return Kit(
        name=top.text("name"),
        channel=top.whole("channel", 1, 16, 10),
        notes={voice: notes.whole(voice.value, 0, 127) for voice in Voice},
        gate=top.number("gate", 1, 2000, 100),
    )
