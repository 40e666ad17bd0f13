"""Bars out of a .mid file, as the drummer of that kit played them."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ConfigError
from engine.grid import METERS
from engine.notes import Voice
from live.reuse import Material
from mappings.kits import load_kit
from model.data import VOICES
from model.humanize import bars_of_file
from model.midi_edit import Edit
from model.midifile import read


def voices_of(kit: str) -> dict[int, Voice]:
    """Which voice a note plays: the kit's, and what it leaves open as Roland's kits have it."""
    named = {note: voice for voice, note in reversed(list(load_kit(kit).notes.items()))}
    return VOICES | named


def material_of(path: Path, kit: str = "gm") -> Material:
    """The bars of a .mid file; ConfigError names it and what is wrong with it."""
    try:
        score, notes = read(path), Edit.open(path).notes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if score.meters > 1 or str(score.meter) not in METERS:
        what = "several meters" if score.meters > 1 else f"meter {score.meter}"
        raise ConfigError(f"{path}: {what}; allowed is one of {', '.join(METERS)} throughout")
    voices = voices_of(kit)
    strange = tuple(sorted({note.note for note in notes} - set(voices)))
    bars = bars_of_file(notes, voices, score.meter, score.ticks)
    if not bars:
        found = f"only the notes {', '.join(map(str, strange))}" if strange else "no notes"
        raise ConfigError(f"{path}: holds {found}; the kit {kit} has {min(voices)}..{max(voices)}")
    return Material(bars, score.bpm, score.meter, path.stem, strange)
