"""Where takes and clips lie, which takes there are, and which may go."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path, user_music_path

from engine.errors import TakeError
from live.config import Clips, Takes
from live.takes.reader import SUFFIX

DAY = 86400.0  # seconds


def take_folder(takes: Takes) -> Path:
    """Where takes are written."""
    if takes.folder:
        return Path(takes.folder).expanduser()
    return user_data_path("drumigen", appauthor=False) / "takes"


def clip_folder(clips: Clips) -> Path:
    """Where the clips' files are written."""
    return Path(clips.folder).expanduser() if clips.folder else user_music_path() / "MidiDrumiGen"


def found(folder: Path) -> list[Path]:
    """The takes of a folder, the oldest first; their names begin with day and time."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def chosen(folder: Path, name: str | None) -> Path:
    """A take by its path or a part of its name, None for the newest; TakeError."""
    if name is not None and Path(name).is_file():
        return Path(name)
    takes = [path for path in found(folder) if name is None or name in path.name]
    if not takes:
        wanted = f"no take is called {name!r}" if name else "there is no take yet"
        raise TakeError(f"{folder}: {wanted}; `drumigen takes` lists them")
    return takes[-1]


def prune(folder: Path, days: float, megabytes: float, now: float) -> list[Path]:
    """Remove takes older than `days` at `now` (seconds since 1970), and the oldest of too many.

    What cannot be removed stays. Returns what went.
    """
    gone, room = [], megabytes * 1e6
    for path in reversed(found(folder)):
        try:
            status = path.stat()
            room -= status.st_size
            if room < 0 or now - status.st_mtime > days * DAY:
                path.unlink()
                gone.append(path)
        except OSError:  # somebody else removed it, or we may not: it takes no harm
            continue
    return gone
