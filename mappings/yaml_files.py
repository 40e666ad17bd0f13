"""Where YAML files lie: the built-in ones by name, the user's own, or a path that somebody gave."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from platformdirs import user_config_path

from engine.errors import MappingError
from engine.names import NONE, instead, plain
from mappings.wording import shown

SUFFIXES = (".yaml", ".yml")


def own_folder() -> Path:
    """The folder of what the user has of his own: kits, controllers' maps, snapshots."""
    return user_config_path("drumigen", appauthor=False)


def built_in(folder: str) -> Traversable:
    """The folder of the package that holds "styles", "kits" or "controllers"."""
    return files("mappings") / folder


def built_in_files(folder: str) -> dict[str, Traversable]:
    """What lies in such a folder, by the names people call it, in their order."""
    return {item.name.removesuffix(".yaml"): item for item in yaml_files(built_in(folder))}


def yaml_files(folder: Traversable) -> list[Traversable]:
    """The files of a folder in the order of their names, hidden ones left out."""
    found = (i for i in folder.iterdir() if i.name.endswith(SUFFIXES) and i.name[0] != ".")
    return sorted(found, key=lambda item: item.name)


def path_of(name_or_path: str | Path) -> Path | None:
    """The path that is meant, for what has a folder or ends in .yaml; None for a name."""
    path = Path(name_or_path)
    return path if path.suffix in SUFFIXES or len(path.parts) > 1 else None


def locate(folder: str, name_or_path: str | Path) -> Traversable:
    """The file of a built-in name, or of a path: what has a folder or ends in .yaml is a path.

    MappingError with the built-in names when there is no such name.
    """
    if path := path_of(name_or_path):
        return path
    known = built_in_files(folder)
    for name, item in known.items():
        if plain(name) == plain(str(name_or_path)):
            return item
    raise UnknownNameError(folder, str(name_or_path), known)


class UnknownNameError(MappingError):
    """No file of the `known` has this name or alias; `words` say it without the kind of file."""

    def __init__(
        self,
        folder: str,
        name: str,
        known: Collection[str],
        listed_by: str = "",
        aliases: Mapping[str, str] = NONE,
    ) -> None:
        allowed = instead(name, known, listed_by, aliases, " or the path of a .yaml file")
        self.words = f"{shown(name)} is not {allowed}"
        super().__init__(f"{folder}: {self.words}")


@contextmanager
def named(where: str) -> Iterator[None]:
    """Errors in what somebody named in a place (a file and key, an option) tell that place."""
    try:
        yield
    except MappingError as error:
        words = error.words if isinstance(error, UnknownNameError) else str(error)
        raise MappingError(f"{where}: {words}") from error
