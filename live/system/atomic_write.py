"""New files: there wholly or not at all, and never in the place of another.

Clips are written this way: Live's browser may look into the folder at any moment.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from engine.errors import DeliveryError

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')  # on one system or another
_LONGEST = 180  # bytes of a name; file systems take 255, with number, suffix and ".part"


def fit(name: str) -> str:
    """A name as every system takes it."""
    plain = _FORBIDDEN.sub("-", name).encode()[:_LONGEST].decode(errors="ignore")
    return plain.strip(" .") or "Drums"


def write_new(folder: Path, name: str, suffix: str, data: bytes) -> Path:
    """Write to the first of "NAME.mid", "NAME (2).mid" … that nobody has; its path.

    The folder is made when it is not there. DeliveryError names path and reason.
    """
    called = fit(name)
    part = _part(folder / f"{called}{suffix}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _written(part, data):
            path = _free(folder, called, suffix)
            _put(part, path)
    except OSError as error:
        where = error.filename if error.filename not in (None, str(part)) else folder
        raise DeliveryError(f"{where}: cannot be written ({error.strerror})") from error
    return path


def write_at(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write to a path; FileExistsError where a file is that may not be replaced, OSError."""
    part = _part(path)
    with _written(part, data):
        if replace:
            part.replace(path)
        else:
            path.open("xb").close()
            _put(part, path)


def _part(path: Path) -> Path:
    """Where a file is until it is whole: hidden, of no kind that Live shows, and of one writer.

    Deliveries have a thread each, and may write clips of one name at one moment.
    """
    return path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")


@contextmanager
def _written(part: Path, data: bytes) -> Iterator[None]:
    """A file that is on the disk before it gets its name, and gone if it gets none."""
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _free(folder: Path, name: str, suffix: str) -> Path:
    """The first name that nobody has, taken by an empty file."""
    for number in count(1):
        path = folder / (f"{name}{suffix}" if number == 1 else f"{name} ({number}){suffix}")
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
