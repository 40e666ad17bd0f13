"""The user's own maps: how a learned entry is written into one, all comments kept."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import CommentMark
from ruamel.yaml.tokens import CommentToken

from engine.controls.control import Control
from engine.errors import MappingError
from mappings.bindings import Binding, Mode, usual_mode
from mappings.controller_map import Map
from mappings.controllers import load_controller, read_page
from mappings.lessons import note

_BRIDGES = ("a2j", "system", "midi-bridge")  # JACK clients that lend hardware their name


def device_name(port: str) -> str:
    """What is the same in a port's name wherever it is plugged in."""
    parts = [part.strip() for part in port.split(":")]
    name = next((part for part in parts if part and part.casefold() not in _BRIDGES), port)
    return re.sub(r"\s*([\[(].*|\s\d+)$", "", name).strip() or port


def new_map(port: str) -> Map:
    """An empty map for a controller that no file knows."""
    name = device_name(port)
    return Map(name, (), ports=(name,))


def own_path(one: Map, folder: Path) -> Path:
    """The file of the user's that changes to a map are written to: its own, or a new one."""
    if one.file and not one.built_in:
        return Path(one.file)
    stem = re.sub(r"[^a-z0-9]+", "_", (Path(one.file).stem or one.name).casefold()).strip("_")
    return folder / f"{stem or 'controller'}.yaml"


def write_binding(one: Map, binding: Binding, folder: Path, table: Mapping[str, Control]) -> Path:
    """Add a binding to the user's map that stands for `one`, in place of what clashes with it.

    The file it went to; MappingError when that cannot be read or written.
    """
    path = own_path(one, folder)
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 100
    yaml.preserve_quotes = True
    yaml.representer.add_representer(type(None), _blank)
    clashing: list[str] = []
    page, before = _begun(one), None
    if path.exists():
        clashing = [place for place, old in read_page(path, table) if old.clashes(binding)]
        before = path.read_text(encoding="utf-8")
        page = yaml.load(before)
    _enter(page, binding, clashing, Mode(page.get("buttons", one.buttons.value)))
    text = io.StringIO()
    yaml.dump(page, text)
    _write(path, text.getvalue(), table)
    note(folder, path, before, text.getvalue())
    return path


def _blank(representer: Any, _nothing: None) -> Any:
    """A pad left out stays a ~, where ruamel would write null."""
    return representer.represent_scalar("tag:yaml.org,2002:null", "~")


def _begun(one: Map) -> CommentedMap:
    """A file that so far says nothing but what it is for."""
    page = CommentedMap(name=one.name)
    if one.built_in:
        page["extends"] = Path(one.file).stem
        head = f"Your own map of {one.name}: what stands here goes before the built-in one."
    else:
        page["ports"] = list(one.ports)
        head = f"Your own map of {one.name}."
    page.yaml_set_start_comment(head + "\n`drumigen learn` writes here; so may you.")
    return page


def _enter(page: CommentedMap, binding: Binding, clashing: list[str], buttons: Mode) -> None:
    section, key = binding.source.kind.value, binding.source.key
    entries = page.setdefault(section, CommentedMap())
    old = [place for place in clashing if place.startswith(f"{section}.")]
    keys = {str(one): one for one in entries}
    was = keys.get(old[0].partition(".")[2]) if old else None
    if was is not None and was != key and key not in entries:
        entries.insert(list(entries).index(was), key, None)
        if was in entries.ca.items:
            entries.ca.items[key] = entries.ca.items.pop(was)
    entries[key] = _entry(binding, buttons)
    for place in clashing:
        _forget(page, place, entries, key)


def _entry(binding: Binding, buttons: Mode) -> object:
    usual = usual_mode(binding.source, binding.control, buttons)
    entry = CommentedMap(control=binding.control.name)
    if binding.value is not None:
        entry["value"] = binding.value
    elif binding.mode is not usual:
        entry["mode"] = binding.mode.value
    if binding.sends is not None:
        entry["sends"] = binding.sends.value
    if binding.touch is not None:
        entry["touch"] = binding.touch.number
    if len(entry) == 1:
        return binding.control.name
    entry.fa.set_flow_style()
    return entry


def _forget(page: CommentedMap, place: str, heirs: CommentedMap, heir: object) -> None:
    """Take out an entry; what was said beside it and below it stays, at the new one."""
    if pad := re.fullmatch(r"pads\[(\d+)\]\.controls\[(\d+)\]", place):
        page["pads"][int(pad[1]) - 1]["controls"][int(pad[2]) - 1] = None
        return
    section, _, text = place.partition(".")
    entries = page[section]
    for key in [one for one in entries if str(one) == text]:
        if entries is heirs and key == heir:
            continue
        comments = entries.ca.items.pop(key, None)
        del entries[key]
        if comments and comments[2]:
            _append(heirs, heir, comments[2].value)
    if not entries:
        del page[section]


def _append(entries: CommentedMap, key: object, text: str) -> None:
    items: dict[Any, Any] = entries.ca.items
    kept = items.setdefault(key, [None, None, None, None])
    before = kept[2].value.rstrip("\n") + "\n" if kept[2] else ""
    kept[2] = CommentToken(before + text, CommentMark(0), None)


def _write(path: Path, text: str, table: Mapping[str, Control]) -> None:
    """Whole or not at all: read back before it takes the place of what was there."""
    draft = path.with_name(f".{path.stem}.new.yaml")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        load_controller(draft, table)
        draft.replace(path)
    except OSError as error:
        raise MappingError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
