"""One file of a take: it is there with its header or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

from live.takes.header import SUFFIX

# What a file system says that cannot be asked for more than it does by itself.
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP)


class TakePart:
    """A file that is written; every OSError is the caller's."""

    def __init__(self, path: Path, file: BinaryIO, number: int) -> None:
        self.path, self.number = path, number
        self._file = file
        self.size = 0  # bytes after the header

    def write(self, lines: bytes | bytearray) -> int:
        """Add what the disk takes of some bytes; how many it took."""
        written = self._file.write(lines) or 0
        self.size += written
        return written

    def write_all(self, lines: bytes) -> None:
        """Add some bytes, all of them."""
        while lines:
            lines = lines[self.write(lines) :]

    def sync(self) -> None:
        """Have the disk itself hold what was written."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise

    @property
    def is_gone(self) -> bool:
        """Somebody removed it: what is written to it goes nowhere."""
        return os.fstat(self._file.fileno()).st_nlink == 0

    def text(self) -> bytes:
        """All that was written, though the file may be gone."""
        file = self._file.fileno()
        return os.pread(file, os.fstat(file).st_size, 0)

    def close(self) -> None:
        """Nothing more comes; without a line it does not stay."""
        with suppress(OSError):
            self._file.close()
        if not self.size:
            self.discard()

    def discard(self) -> None:
        """It is not wanted any more."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self.path.unlink()


def open_part(folder: Path, name: str, head: bytes, number: int = 1) -> TakePart:
    """The first of NAME, NAME_2 … from a number on that is free; OSError where none can be had."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in count(number):
        path = folder / f"{name if one == 1 else f'{name}_{one}'}{SUFFIX}"
        try:
            file: BinaryIO = path.open("x+b", buffering=0)
        except FileExistsError:  # another drummer began in the same second
            continue
        part = TakePart(path, file, one)
        try:
            part.write_all(head)
        except OSError:
            part.discard()
            raise
        part.size = 0
        return part
    raise AssertionError("count() does not end")


def own_folder(folder: Path) -> Path:
    """A folder that nobody else may look into, made when it is not there; OSError for another's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "belongs to somebody else")
    return folder
