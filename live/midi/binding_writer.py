"""Writes what was learned into the user's own maps, in a thread: the beat waits for no disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.controls.control import Control
from engine.errors import MappingError
from live.faults import Faults
from mappings.bindings import Binding
from mappings.controller_map import Map


def binding_writer(
    folder: Path, table: Mapping[str, Control], faults: Faults
) -> Callable[[Map, Binding], None]:
    """What to call with a map and a binding learned for it; maps lie in `folder`."""

    def write(one: Map, binding: Binding) -> None:
        from mappings.own_map import write_binding  # noqa: PLC0415 - only who learns needs ruamel

        try:
            write_binding(one, binding, folder, table)
        except MappingError as error:
            faults.add("learn", str(error))

    def keep(one: Map, binding: Binding) -> None:
        threading.Thread(target=write, args=(one, binding), name="learn", daemon=True).start()

    return keep
