"""Clips as .mid files in a folder, each under a name of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from engine.clip import Clip
from engine.errors import DeliveryError
from engine.notes import Voice
from model.midifile import ONE_TRACK, Layout, write

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in names of files, on one system or another
_LONGEST = 60  # characters of a clip's name; file systems take 255 bytes in all


@dataclass(frozen=True, slots=True)
class MidiFolder:
    """A folder that clips go to, made when the first one comes; files are named after the clips.

    `today` gives the day that names begin with. A file is there wholly or not at all, and none
    is written over.
    """

    folder: Path
    layout: Layout = ONE_TRACK
    today: Callable[[], datetime] = datetime.now

    def deliver(self, clip: Clip) -> str:
        """Write a clip; its path. DeliveryError names path and reason."""
        name = f"{self.today():%Y-%m-%d} {_called(clip)}"
        # Hidden, and no .mid yet, so that Live's browser does not show half a file.
        part = self.folder / f".{name}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                _keep(part, write(clip, self.layout))
                path = _free(self.folder, name)
                _put(part, path)
            finally:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
        except OSError as error:
            where = error.filename if error.filename not in (None, str(part)) else self.folder
            raise DeliveryError(f"{where}: cannot be written ({error.strerror})") from error
        return str(path)


def parts_of(notes: Mapping[Voice, int]) -> dict[int, str]:
    """Names of tracks by note of a kit: "Kick", "Side stick"; of voices with one note the first."""
    named: dict[int, str] = {}
    for voice in Voice:
        if voice in notes:
            named.setdefault(notes[voice], voice.value.replace("_", " ").capitalize())
    return named


def _called(clip: Clip) -> str:
    """The clip's name as every system takes it."""
    return _FORBIDDEN.sub("-", clip.name)[:_LONGEST].strip(" .") or "Drums"


def _keep(path: Path, data: bytes) -> None:
    """Write a file so that it is on the disk before it gets its name."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _free(folder: Path, name: str) -> Path:
    """The first of "NAME.mid", "NAME (2).mid" … that nobody has, taken by an empty file."""
    for number in count(1):
        path = folder / (f"{name}.mid" if number == 1 else f"{name} ({number}).mid")
        with suppress(FileExistsError), path.open("xb"):
            return path
    raise AssertionError("numbers do not end")


def _put(part: Path, path: Path) -> None:
    """The whole file in the place of the empty one, which does not stay if that fails."""
    try:
        part.replace(path)
    except OSError:
        path.unlink()
        raise
