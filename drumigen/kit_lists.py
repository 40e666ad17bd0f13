"""`drumigen kit list` and `drumigen kit show NAME`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from engine.errors import MappingError
from engine.score.articulations import ARTICULATIONS
from engine.score.notes import Voice
from live.midi.kit_learn import spoken
from mappings.kits import Kit, kit_file, kit_files, own_kits, read_kit

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def list_kits() -> int:
    """Every kit there is; one that cannot be read says why. 0."""
    out = Table("kit", "instrument", "also called", "channel", "lacks", "has besides", box=None)
    for name, item in kit_files().items():
        try:
            kit = read_kit(item)
        except MappingError as error:
            out.add_row(name, str(error))
            continue
        mine = " (yours)" if isinstance(item, Path) and item.is_relative_to(own_kits()) else ""
        lacks = ", ".join(spoken(voice.value) for voice in kit.lacks)
        more = ", ".join(map(spoken, kit.articulations))
        aliases = ", ".join(kit.aliases)
        out.add_row(name, kit.name + mine, aliases, str(kit.channel), lacks, more)
    _print(out)
    return 0


def show_kit(name: str) -> int:
    """The notes of a kit, where they are known from, and its file; 0. MappingError."""
    item = kit_file(name)
    kit = read_kit(item)
    print(
        f"{kit.name}, channel {kit.channel}, notes of {kit.gate:g} ms" + ", hats choke" * kit.choke
    )
    out = Table("sound", "note", "", "played", box=None)
    for row in _rows(kit):
        out.add_row(*row)
    _print(out)
    for source in kit.sources:
        print(f"{source.mark}: {source.text}")
    print(item)
    return 0


def _rows(kit: Kit) -> Iterator[tuple[str, str, str, str]]:
    for voice in Voice:
        near = kit.lacks.get(voice)
        note = kit.notes[voice]
        played = f"by the nearest, the {spoken(near)}" if near else ""
        yield spoken(voice.value), str(note), note_name(note), played
    for name, note in kit.articulations.items():
        of = ARTICULATIONS[name]
        when = f"for the {spoken(of.voice.value)} from velocity {of.low} to {of.high}"
        yield spoken(name), str(note), note_name(note), when


def note_name(note: int) -> str:
    """A MIDI note as Live calls it: 36 is C1."""
    octave, place = divmod(note, 12)
    return f"{NAMES[place]}{octave - 2}"


def _print(table: Table) -> None:
    Console(width=None if sys.stdout.isatty() else 160).print(table)
