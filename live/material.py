"""Bars out of a .mid file or a take, as they were played."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.errors import ConfigError, TakeError
from engine.grid import METERS
from engine.notes import Voice
from live.heard import heard
from live.reuse import Material
from live.take_file import SUFFIX, read_take
from mappings.kits import load_kit
from model.data import VOICES
from model.humanize import bars_of_file
from model.midi_edit import Edit
from model.midifile import Score, read

METER_NAMES = ", ".join(METERS)


def voices_of(kit: str) -> dict[int, Voice]:
    """Which voice a note plays: the kit's, and what it leaves open as Roland's kits have it."""
    named = {note: voice for voice, note in reversed(list(load_kit(kit).notes.items()))}
    return VOICES | named


def material_of(path: Path, kit: str = "gm") -> Material:
    """The bars of a .mid file or a take; ConfigError or TakeError names it and what is wrong."""
    if path.suffix == SUFFIX:
        return _of_take(path)
    try:
        score, notes = read(path), Edit.open(path).notes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if score.meters > 1:
        raise ConfigError(f"{path}: several meters; allowed is one of {METER_NAMES} throughout")
    return material_from(str(path), replace(score, notes=tuple(notes)), kit)


def material_from(name: str, score: Score, kit: str = "gm") -> Material:
    """The bars of drum notes, which `name` tells in errors; ConfigError as above."""
    if str(score.meter) not in METERS:
        raise ConfigError(f"{name}: meter {score.meter}; allowed is one of {METER_NAMES}")
    voices = voices_of(kit)
    strange = tuple(sorted({note.note for note in score.notes} - set(voices)))
    bars = bars_of_file(score.notes, voices, score.meter, score.ticks)
    if not bars:
        found = f"only the notes {', '.join(map(str, strange))}" if strange else "no notes"
        raise ConfigError(f"{name}: holds {found}; the kit {kit} has {min(voices)}..{max(voices)}")
    return Material(bars, score.bpm, score.meter, strange)


def _of_take(path: Path) -> Material:
    """The whole bars of a take, at the tempo and in the meter it ended with."""
    reading = read_take(path)
    whole = [bar for bar in reading.bars if bar.whole]
    if not whole:
        raise TakeError(f"{path}: no whole bar was played in it")
    last = whole[-1].begun
    voices = {note: Voice(voice) for voice, note in reading.header.kit.items()}
    bars = heard([bar for bar in whole if bar.begun.meter == last.meter], voices)
    return Material(bars, last.bpm, last.meter)
