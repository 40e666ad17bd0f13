"""Writes what was learned into the user's own maps, in a thread: the beat waits for no disk."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.controls.control import Control
from engine.errors import MappingError
from live.faults import Faults
from mappings.bindings import Binding
from mappings.controller_map import Map


def binding_writer(folder: Path, table: Mapping[str, Control], faults: Faults) -> BindingWriter:
    """What to call with a map and a binding learned for it; maps lie in `folder`."""
    return BindingWriter(folder, table, faults)


class BindingWriter:
    """What is asked for is done in that order; what cannot be done is a fault."""

    def __init__(self, folder: Path, table: Mapping[str, Control], faults: Faults) -> None:
        self._folder, self._table, self._faults = folder, table, faults
        self._kept: list[bool] = []  # lesson by lesson, whether it could be written
        self._waiting: deque[Callable[[], None]] = deque()
        self._lock = threading.Lock()

    def __call__(self, one: Map, binding: Binding) -> None:
        """Write a binding that was learned for a map."""
        self._do(lambda: self._write(one, binding))

    def take_back(self) -> None:
        """Undo what was written last."""
        self._do(self._restore)

    def _do(self, action: Callable[[], None]) -> None:
        self._waiting.append(action)
        threading.Thread(target=self._work, name="learn", daemon=True).start()

    def _work(self) -> None:
        with self._lock:
            try:
                self._waiting.popleft()()
            except MappingError as error:
                self._faults.add("learn", str(error))

    def _write(self, one: Map, binding: Binding) -> None:
        from mappings.own_map import write_binding  # noqa: PLC0415 - only who learns needs ruamel

        self._kept.append(False)
        write_binding(one, binding, self._folder, self._table)
        self._kept[-1] = True

    def _restore(self) -> None:
        from mappings.lessons import take_back  # noqa: PLC0415

        if self._kept and self._kept.pop():
            take_back(self._folder)
