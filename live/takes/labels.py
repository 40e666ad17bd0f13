"""What somebody says of a take, a name and a star, in a file beside it; and takes put away.

2026-11-27 20.15.00.jsonl             the take
2026-11-27 20.15.00.jsonl.label.json  {"name": "the good one", "starred": true}
trash/                                takes that were deleted, and what was said of them
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import TakeError
from live.system.atomic_write import write_at

SUFFIX = ".label.json"
TRASH = "trash"
TRASH_DAYS = 30.0  # that deleted takes can be had back
LONGEST = 80  # letters of a name


@dataclass(frozen=True, slots=True)
class Label:
    """What is said of a take; `name` "": nothing."""

    name: str = ""
    starred: bool = False


def label_of(take: Path) -> Label:
    """What is said of a take; nothing where its file is not there or cannot be read."""
    try:
        found = json.loads(_beside(take).read_bytes())
        return Label(cleaned(str(found["name"])), bool(found["starred"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return Label()


def write_label(take: Path, label: Label) -> None:
    """Keep what is said of a take, wholly or as it was; TakeError names the file and why not."""
    try:
        if label == Label():
            _beside(take).unlink(missing_ok=True)
        else:
            data = json.dumps(asdict(label), ensure_ascii=False).encode()
            write_at(_beside(take), data, replace=True)
    except OSError as error:
        raise TakeError(f"{_beside(take)}: cannot be written ({error.strerror})") from error


def cleaned(name: str) -> str:
    """A name as it can be shown in a line."""
    return "".join(sign for sign in name if sign.isprintable()).strip()[:LONGEST]


def put_away(take: Path) -> None:
    """Into the trash beside it, from where it can be had back for a while; TakeError."""
    _move(take, take.parent / TRASH)
    with suppress(OSError):
        os.utime(take.parent / TRASH / take.name)  # from now on its days are counted


def take_back(folder: Path, file: str) -> bool:
    """A file's take out of the trash of a folder; False where it is not there. TakeError."""
    take = folder / TRASH / file
    if not take.is_file():
        return False
    _move(take, folder)
    return True


def _move(take: Path, folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
        if (folder / take.name).exists():
            raise TakeError(f"{folder / take.name}: there is such a take already")
        with suppress(FileNotFoundError):
            _beside(take).replace(_beside(folder / take.name))
        take.rename(folder / take.name)
    except OSError as error:
        raise TakeError(f"{take}: cannot be moved ({error.strerror})") from error


def _beside(take: Path) -> Path:
    return take.with_name(take.name + SUFFIX)


def remove_label(take: Path) -> None:
    """The take is gone, and what was said of it goes too; OSError."""
    _beside(take).unlink(missing_ok=True)
