"""What was learned last, so that it can be taken back: the texts of maps before and after.

They lie in a hidden file beside the user's own maps, the newest last, KEPT of them at most.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from engine.errors import MappingError

FILE = ".lessons.json"
KEPT = 20

Entry = tuple[str, str | None, str]  # a map's file, its text before (None: no file) and after


def note(folder: Path, path: Path, before: str | None, after: str) -> None:
    """Keep in mind what a lesson changed; where that cannot be written it cannot be undone."""
    with contextlib.suppress(OSError):
        _write(folder, [*_read(folder), (str(path), before, after)])


def take_back(folder: Path) -> Path:
    """Undo the last lesson; the file of the map that is again as it was before.

    MappingError when there is none, when the map was changed since, or cannot be written.
    """
    entries = _read(folder)
    if not entries:
        raise MappingError(f"{folder}: nothing was learned that could be taken back")
    name, before, after = entries[-1]
    path = Path(name)
    try:
        if path.read_text(encoding="utf-8") != after:
            raise MappingError(f"{path}: was changed since it was learned; it stays as it is")
        if before is None:
            path.unlink()
        else:
            _put(path, before)
        _write(folder, entries[:-1])
    except OSError as error:
        raise MappingError(f"{path}: cannot be taken back: {error.strerror}") from error
    return path


def _read(folder: Path) -> list[Entry]:
    """What is kept; nothing where that cannot be read."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return [(str(path), before, str(after)) for path, before, after in found]
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def _write(folder: Path, entries: list[Entry]) -> None:
    _put(folder / FILE, json.dumps(entries[-KEPT:]))


def _put(path: Path, text: str) -> None:
    """Write a file wholly or not at all."""
    draft = path.with_name(f".{path.stem}.new{path.suffix}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
