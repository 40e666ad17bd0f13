"""Files that a user has written: never in the place of what he gave, nor of another unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ConfigError
from live.system.atomic_write import write_at

MID = (".mid", ".midi")  # the names of MIDI files
FORCE = "--force writes it all the same"


@dataclass(frozen=True, slots=True)
class OutputFile:
    """The file named by -o, if one was; `force` lets it replace another, but never an input."""

    path: Path | None = None
    force: bool = False
    inputs: tuple[Path, ...] = ()

    def at(self, default: Path, suffixes: Sequence[str]) -> Path:
        """Where to write, asked before the work: ConfigError if that may not be.

        `suffixes` are the ends that such a file's name has, the usual one first.
        """
        path = self.path or default
        if path.is_dir():
            raise ConfigError(f"{path}: cannot be written (it is a folder)")
        if not path.parent.is_dir():
            raise ConfigError(f"{path}: cannot be written (there is no folder {path.parent})")
        if any(_same(path, one) for one in self.inputs):
            raise ConfigError(f"{path}: cannot be written (it is what is read); choose another -o")
        if not self.force and path.suffix.lower() not in suffixes:
            nearest = path.with_suffix(suffixes[0]).name if path.name else ""
            wanted = " or ".join(suffixes)
            raise ConfigError(f"{path}: is no name of a {wanted}; {nearest} is one; {FORCE}")
        if not self.force:
            new(path)
        return path

    def beside(self, path: Path, name: str) -> Path:
        """Where to write more of the same, after what at() allowed: PATH_NAME.mid; ConfigError."""
        other = path.with_name(f"{path.stem}_{name}{path.suffix}")
        return OutputFile(other, self.force, self.inputs).at(other, (path.suffix.lower(),))

    def write(self, path: Path, data: bytes) -> None:
        """Write what at() allowed; ConfigError names path and reason."""
        try:
            write_whole(path, data, force=self.force)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be written ({error.strerror})") from error


def new(path: Path) -> None:
    """ConfigError where something is already."""
    if path.exists() or path.is_symlink():
        raise ConfigError(f"{path}: is there already; {FORCE}")


def write_whole(path: Path, data: bytes, *, force: bool) -> None:
    """Write a file wholly or not at all; FileExistsError without `force` if one is there, OSError.

    A link is followed, and what is no file, such as /dev/null, is written into.
    """
    if force and path.exists() and not path.is_file():
        path.write_bytes(data)
    else:
        write_at(path.resolve() if force else path, data, replace=force)


def _same(path: Path, other: Path) -> bool:
    """Whether two names lead to one file, by whatever links."""
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there
        return False
