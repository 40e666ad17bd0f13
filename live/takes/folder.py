"""Where takes and clips lie, which takes there are, and which may go."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from platformdirs import user_data_path, user_music_path

from engine.errors import TakeError
from live.config import Clips, Takes
from live.takes.header import SUFFIX
from live.takes.labels import label_of, remove_label

DAY = 86400.0  # seconds


def take_folder(takes: Takes) -> Path:
    """Where takes are written."""
    if takes.folder:
        return Path(takes.folder).expanduser()
    return user_data_path("drumigen", appauthor=False) / "takes"


def clip_folder(clips: Clips) -> Path:
    """Where the clips' files are written."""
    return Path(clips.folder).expanduser() if clips.folder else user_music_path() / "MidiDrumiGen"


def rescue_folders() -> tuple[Path, ...]:
    """Where takes and clips go that their own folder does not take, in the order tried."""
    user = getattr(os, "getuid", lambda: "user")()  # of others, a shared folder holds theirs
    return (
        user_data_path("drumigen", appauthor=False) / "rescued",
        Path.home() / "MidiDrumiGen rescued",
        Path(tempfile.gettempdir()) / f"drumigen-rescued-{user}",
    )


def take_folders(takes: Takes) -> tuple[Path, ...]:
    """Where takes may lie: their folder, and where they were written when that took none."""
    return take_folder(takes), *rescue_folders()


def found(*folders: Path) -> list[Path]:
    """The takes of folders, the oldest first; their names begin with day and time."""
    paths = (path for folder in folders for path in folder.glob(f"*{SUFFIX}"))
    return sorted((path for path in paths if _is_file(path)), key=lambda path: path.name)


def name_of(path: Path) -> str:
    """A take's name as it can be shown: names of files may be any bytes."""
    name = path.name.removesuffix(SUFFIX)
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def chosen_of(takes: Takes, name: str | None) -> Path:
    """A take by its path or a part of its name, wherever it lies; TakeError."""
    return chosen(take_folder(takes), name, rescue_folders())


def chosen(folder: Path, name: str | None, others: Iterable[Path] = ()) -> Path:
    """A take by its path, a part of its name or what it is called; None: the newest. TakeError."""
    if name is not None and _is_file(Path(name)):
        return Path(name)
    takes = [
        path
        for path in found(folder, *others)
        if name is None or name in path.name or name == label_of(path).name
    ]
    if not takes:
        if name is None:
            raise TakeError(f"{folder}: there is no take yet; `drumigen live` makes one")
        raise TakeError(f"{folder}: no take is called {name!r}; `drumigen takes` lists them")
    return takes[-1]


def _is_file(path: Path) -> bool:
    """Not a folder or a pipe, which would have to be waited for."""
    try:
        return path.is_file()
    except OSError:  # a name too long for any file
        return False


def prune(folder: Path, days: float, megabytes: float, now: float) -> list[Path]:
    """Remove takes older than `days` at `now` (seconds since 1970), and the oldest of too many.

    What cannot be removed stays, and what has a star. Returns what went.
    """
    gone, room = [], megabytes * 1e6
    for path in reversed(found(folder)):
        try:
            status = path.stat()
            room -= status.st_size
            if room < 0 or now - status.st_mtime > days * DAY:
                if label_of(path).starred:
                    continue
                path.unlink()
                remove_label(path)
                gone.append(path)
        except OSError:  # somebody else removed it, or we may not: it takes no harm
            continue
    return gone
