"""What else styles are called: every name and alias leads to one style, or it is a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.errors import MappingError
from engine.names import plain
from engine.score.style import Style

Folder = dict[str, Style]  # styles by their files


def with_own_names(folders: Sequence[Folder]) -> Folder:
    """The styles of all folders; what a later folder calls one is no alias of an earlier one's.

    MappingError names both files where one alias would lead to two styles, or is another's name.
    """
    found: Folder = {}
    later: dict[str, str] = {}  # by what names compare by: the file
    for folder in reversed(folders):
        called: dict[str, str] = {}
        for file, style in folder.items():
            if plain(style.name) in later:
                raise _taken(later[plain(style.name)], style.name, file)
            aliases = tuple(alias for alias in style.aliases if plain(alias) not in later)
            found[file] = replace(style, aliases=aliases)
            for name in (style.name, *aliases):
                if called.setdefault(plain(name), file) != file:
                    raise _taken(file, name, called[plain(name)])
        later |= called
    return found


def _taken(file: str, name: str, other: str) -> MappingError:
    return MappingError(f"{file}: aliases: {name!r} is not free; {other} has it")
