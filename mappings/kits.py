"""Kits: which note of which channel a voice plays on the instrument at the other end.

Every voice has a note; where the instrument lacks the sound, that of the nearest one it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from engine.errors import MappingError
from engine.names import plain
from engine.score.articulations import ARTICULATIONS, voices_by_note
from engine.score.notes import GROUPS, Voice
from engine.score.style import MARKS
from mappings.yaml_fields import Fields, read_yaml
from mappings.yaml_files import UnknownNameError, built_in_files, own_folder, path_of, yaml_files

VOICES = tuple(voice.value for voice in Voice)
KEYS = ("name", "aliases", "channel", "gate", "choke", "sources", "notes", "articulations")
GATE = (1, 2000, 100)  # ms: least, most, usual
CHANNEL = (1, 16, 10)
# What plays for a voice that the instrument lacks, the nearest first; then any voice it has.
NEAREST: Mapping[str, tuple[str, ...]] = {
    "kick": ("low_tom",),
    "snare": ("rimshot", "side_stick", "clap"),
    "side_stick": ("rimshot", "snare"),
    "clap": ("rimshot", "snare", "side_stick"),
    "closed_hat": ("hat_edge", "pedal_hat", "ride"),
    "pedal_hat": ("closed_hat",),
    "open_hat": ("half_open", "closed_hat"),
    "low_tom": ("mid_tom", "high_tom"),
    "mid_tom": ("low_tom", "high_tom"),
    "high_tom": ("mid_tom", "low_tom"),
    "crash": ("ride", "open_hat"),
    "ride": ("ride_bell", "closed_hat", "crash"),
    "ride_bell": ("ride", "closed_hat"),
    "percussion": ("hat_edge", "pedal_hat", "closed_hat", "side_stick"),
}


class KitSource(NamedTuple):
    """Where a kit's notes are known from; `mark` is one of MARKS."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Kit:
    """Where the notes go: `channel` 1..16, a note 0..127 for every voice.

    `lacks` are voices that have no sound of their own there, by what plays for them. `gate` is how
    long a note is held, in ms; drums ring out whatever it is. With `choke` a hat is let go of when
    another hat is struck.
    """

    name: str
    channel: int
    notes: Mapping[Voice, int]
    gate: float = 100.0
    articulations: Mapping[str, int] = field(default_factory=dict)
    choke: bool = False
    lacks: Mapping[Voice, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    sources: tuple[KitSource, ...] = ()

    @property
    def choked(self) -> frozenset[int]:
        """The notes of which each ends the others: the hats', if they choke."""
        hats = {note for note, voice in self.voices.items() if voice in GROUPS["hats"]}
        return frozenset(hats if self.choke else ())

    @property
    def voices(self) -> dict[int, Voice]:
        """Which voice each note is."""
        return voices_by_note(self.notes, self.articulations)


def own_kits() -> Path:
    """The folder of the user's own kits."""
    return own_folder() / "kits"


def built_in_names() -> tuple[str, ...]:
    """The names, titles and aliases of the built-in kits."""
    built_in = built_in_files("kits")
    return (*built_in, *(alias for item in built_in.values() for alias in _called(read_kit(item))))


def kit_files() -> dict[str, Traversable]:
    """All kits by name, the built-in ones first; the user's own go before those of their name."""
    folder = own_kits()
    own = yaml_files(folder) if folder.is_dir() else []
    return built_in_files("kits") | {Path(item.name).stem: item for item in own}


def load_kit(name_or_path: str | Path) -> Kit:
    """A kit by its name (`gm`), by an alias, or from a file.

    MappingError names the file, the key and what is allowed, or the nearest name.
    """
    return read_kit(kit_file(name_or_path))


def kit_file(name_or_path: str | Path) -> Traversable:
    """Where a kit lies; what has a folder or ends in .yaml is a path. UnknownNameError."""
    if path := path_of(name_or_path):
        return path
    wanted, known = plain(str(name_or_path)), kit_files()
    for name, item in reversed(known.items()):
        if plain(name) == wanted:
            return item
    called = {alias: name for name, item in known.items() for alias in _called(read_kit(item))}
    for alias, name in called.items():
        if plain(alias) == wanted:
            return known[name]
    raise UnknownNameError("kits", str(name_or_path), known, "drumigen kit list", called)


def kit_name(name_or_path: str | Path) -> str:
    """What a kit's file is called, by whatever name it was asked for."""
    return Path(kit_file(name_or_path).name).stem


def _called(kit: Kit) -> tuple[str, ...]:
    return (kit.name, *kit.aliases)


def read_kit(path: Traversable) -> Kit:
    """A kit of a file; MappingError."""
    return kit_of(str(path), read_yaml(path))


def kit_of(where: str, values: object) -> Kit:
    """The kit that a file's values, or a page's, describe; MappingError begins with `where`."""
    top = Fields(where, "", values, KEYS)
    own, articulations = _notes(top)
    lacks = {voice: _nearest(voice, own | articulations) for voice in VOICES if voice not in own}
    there = own | articulations
    return Kit(
        name=top.text("name"),
        channel=top.whole("channel", *CHANNEL),
        notes={voice: there[lacks.get(voice.value, voice.value)] for voice in Voice},
        gate=top.number("gate", *GATE),
        articulations=articulations,
        choke=top.flag("choke") if "choke" in top.values else False,
        lacks={Voice(voice): near for voice, near in lacks.items()},
        aliases=top.texts("aliases"),
        sources=_sources(top) if top.values.get("sources") is not None else (),
    )


def _notes(top: Fields) -> tuple[dict[str, int], dict[str, int]]:
    """Notes of voices and of articulations that the instrument has; no note stands twice."""
    voices = top.under("notes", VOICES)
    extra = top.under("articulations", tuple(ARTICULATIONS), {})
    found: dict[str, int] = {}
    taken: dict[int, str] = {}
    for fields, name in chain(_named(voices, VOICES), _named(extra, tuple(ARTICULATIONS))):
        note = fields.whole(name, 0, 127)
        if note in taken:
            free = f"free, {taken[note]} has it; leave {name} out and what is nearest plays it"
            raise fields.wrong(name, note, free)
        taken[note] = name
        found[name] = note
    own = {name: note for name, note in found.items() if name in VOICES}
    if not own:
        raise MappingError(f"{top.file}: notes: none is there; a kit has a voice at least")
    return own, {name: note for name, note in found.items() if name not in VOICES}


def _named(fields: Fields, names: tuple[str, ...]) -> Iterator[tuple[Fields, str]]:
    return ((fields, name) for name in names if fields.values.get(name) is not None)


def _nearest(voice: str, there: Mapping[str, int]) -> str:
    return next(name for name in (*NEAREST[voice], *VOICES) if name in there)


def _sources(top: Fields) -> tuple[KitSource, ...]:
    rows = top.rows("sources", ("mark", "text"))
    return tuple(
        KitSource(row.choice("mark", MARKS), " ".join(row.text("text").split())) for row in rows
    )
