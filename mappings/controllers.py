"""Controller maps: files that say which control a knob, button or pad of a MIDI surface moves.

A map names the ports it is for. The user's own maps, in a folder of his, go before ours of the
same name or port; a map that `extends` another says only what is different.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.controls.control import Control
from mappings.bindings import Binding
from mappings.controller_map import Map, Maps
from mappings.controller_pages import FEEDBACK, KEYS, TAKEOVERS, lights_of, page_of, parts_of
from mappings.takeover import Takeover
from mappings.yaml_fields import Fields, read_yaml
from mappings.yaml_files import built_in_files, locate, named, yaml_files


def load_maps(
    table: Mapping[str, Control],
    own: str = "generic",
    chosen: Mapping[str, str] | None = None,
    folder: Path | None = None,
    *,
    auto: bool = True,
    place: Callable[[str], str] = str,
) -> Maps:
    """The maps of a performance; MappingError names file, key, value and what is allowed.

    `chosen` is maps by parts of port names; `auto` adds every map that names its ports itself.
    `place` says where the user named one, by its key in config.yaml.
    """
    known = []
    if auto:
        users = yaml_files(folder) if folder and folder.is_dir() else []
        theirs = {item.name for item in users}
        built = built_in_files("controllers").values()
        ours = [item for item in built if item.name not in theirs]
        known = [load_controller(item, table) for item in (*users, *ours)]
    return Maps(
        own=_named(own, table, folder, place("controller")),
        chosen=tuple(
            replace(_named(name, table, folder, place(f"controllers.ports.{part}")), ports=(part,))
            for part, name in (chosen or {}).items()
        ),
        known=tuple(one for one in known if one.ports),
    )


def _named(name: str, table: Mapping[str, Control], folder: Path | None, place: str) -> Map:
    """The map of a name that stands in a place."""
    with named(place):
        return load_controller(find(name, folder), table)


def find(name: str, folder: Path | None) -> Traversable | str:
    """The user's own map of a name, where there is one; else what load_controller finds."""
    own = folder / f"{name}.yaml" if folder else None
    return own if own is not None and own.exists() else name


def load_controller(where: str | Path | Traversable, table: Mapping[str, Control]) -> Map:
    """A built-in map by name, or one from a file, for the controls of `table`.

    MappingError names the file, the key, the value and what is allowed.
    """
    path = locate("controllers", where) if isinstance(where, (str, Path)) else where
    top = Fields(str(path), "", read_yaml(path), KEYS)
    base = _base(top, table)
    page = page_of(top, base, table)
    own = page.read()
    if not own and not base.bindings:
        raise top.wrong("", dict(top.values), f"complete: one of {', '.join(KEYS[8:])} is needed")
    return Map(
        name=top.text("name"),
        own=own,
        base=base.bindings,
        ports=parts_of(top) if "ports" in top.values else base.ports,
        channel=page.channel,
        takeover=Takeover(top.choice("takeover", TAKEOVERS, base.takeover.value)),
        buttons=page.buttons,
        feedback=top.choice("feedback", FEEDBACK, base.feedback),
        lights=lights_of(top, base.lights),
        file=str(path),
        built_in=_is_ours(path),
    )


def _is_ours(path: Traversable) -> bool:
    return path in built_in_files("controllers").values()


def _base(top: Fields, table: Mapping[str, Control]) -> Map:
    """What a map builds on: one of ours or a file; never itself."""
    if "extends" not in top.values:
        return Map("", ())
    return load_controller(top.choice("extends", list(built_in_files("controllers"))), table)


def read_page(path: Path, table: Mapping[str, Control]) -> list[tuple[str, Binding]]:
    """The entries of one file alone and the place of each, such as cc.16 or pads[1].controls[2]."""
    top = Fields(str(path), "", read_yaml(path), KEYS)
    page = page_of(top, _base(top, table), table)
    page.read()
    return page.found
