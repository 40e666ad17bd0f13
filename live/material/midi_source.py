"""A .mid of the user's: its drums on a kit, what he should know of it, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.errors import ConfigError
from engine.score.notes import Voice
from mappings.kits import load_kit
from model.midi_files.drum_parts import ANY_DRUMS, DrumChoice
from model.midi_files.edit import Edit
from model.midi_files.roland_kit import VOICES

_FAULTS = 5  # of a file that are said


def voices_of(kit: str) -> dict[int, Voice]:
    """Which voice a note plays: the kit's, and what it leaves open as Roland's kits have it."""
    return VOICES | load_kit(kit).voices


def edit_of(path: Path, kit: str, choice: DrumChoice = ANY_DRUMS) -> Edit:
    """An opened file with its drums; ConfigError names it and what is wrong."""
    try:
        return Edit.open(path, voices_of(kit), choice)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(str(error)) from error


def said_of(edit: Edit) -> tuple[str, ...]:
    """What was taken for the drums, and what was wrong with the file, a line each."""
    faults = edit.score().faults
    more = (f"and {len(faults) - _FAULTS} faults more",) if len(faults) > _FAULTS else ()
    return (str(edit.drums), *faults[:_FAULTS], *more)


def ranges(notes: Iterable[int]) -> str:
    """Numbers of notes in few words: "22, 35-38"."""
    runs: list[list[int]] = []
    for note in sorted(notes):
        if runs and note == runs[-1][-1] + 1:
            runs[-1].append(note)
        else:
            runs.append([note])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
