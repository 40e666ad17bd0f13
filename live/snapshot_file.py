"""The snapshots a performer stores, kept in a file of his own beyond the performance.

Read once before the beat, written by a thread whenever one was stored. A letter stored by hand
goes before the same one in config.yaml; letters never stored stay out of the file. What this
version or this bank of styles does not know is left out and said, and stays in the file until
its letter is stored anew; a damaged file is set aside under another name.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Mapping
from pathlib import Path

from engine.controls.control import Control, Value
from engine.controls.snapshots import Snapshot, Snapshots
from engine.controls.table import SNAPSHOTS
from engine.errors import ControlError, MappingError
from live.faults import Faults
from live.system.atomic_write import write_at
from live.system.priority import HELPER, raise_priority
from mappings.yaml_fields import read_yaml

HEAD = """\
# What store_a .. store_h kept, written by `drumigen live`. These go before the snapshots in
# config.yaml: take a line out to have that one back.
"""
PATIENCE = 2.0  # seconds the end of a performance waits for the disk
FEW = 5  # values left out that are named
KIND = "snapshots"  # of faults


class SnapshotFile:
    """One file of snapshots; `path` None keeps nothing. Nothing here is raised on stage."""

    def __init__(self, path: Path | None, table: Mapping[str, Control], faults: Faults) -> None:
        self._path, self._table, self._faults = path, table, faults
        self.parting: list[tuple[str, str]] = []  # what was lost at the end, for a screen's place
        self._seen: Mapping[str, Snapshot] = {}
        self._unwritten: dict[str, Snapshot] = {}  # what the disk has not taken yet
        self._stored: queue.SimpleQueue[Mapping[str, Snapshot] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)

    def load(self, given: Mapping[str, Snapshot]) -> dict[str, Snapshot]:
        """What a performance starts with: what was stored, else what was given."""
        stored: Mapping[str, Snapshot] = {}
        if self._path is not None:
            try:
                stored = self._known(self._read(self._path))
            except OSError as error:
                self._faults.add(KIND, f"{self._path}: cannot be set aside: {error.strerror}")
                self._path = None  # it would be written over
        self._seen = {**given, **stored}
        return dict(self._seen)

    def open(self) -> None:
        """Start the thread that writes."""
        if self._path is not None:
            self._thread.start()

    def look(self, kept: Mapping[str, Snapshot]) -> None:
        """Pass on what was stored since the last look; never waits for the disk."""
        stored = {letter: one for letter, one in kept.items() if self._seen.get(letter) != one}
        if stored:
            self._seen = kept
            self._stored.put(stored)

    def close(self) -> None:
        """Let the last of it be written."""
        if self._thread.is_alive():
            self._stored.put(None)
            self._thread.join(PATIENCE)
        if self._unwritten:
            letters = ", ".join(sorted(self._unwritten))
            self.parting.append((KIND, f"{self._path}: not written, so lost: {letters}"))

    # ---- reading
    def _read(self, path: Path) -> dict[str, object]:
        """What the file holds by letter; a damaged one is set aside. OSError: even that failed."""
        if not path.exists():
            return {}
        try:
            page = read_yaml(path)
            if not isinstance(page, Mapping | None):
                raise MappingError(f"{path}: {page!r:.40} is not a mapping of letters to snapshots")
        except MappingError as error:
            aside = _free_name(path)
            path.rename(aside)
            self._faults.add(KIND, f"{error}; set aside as {aside.name}")
            return {}
        return {str(letter): values for letter, values in (page or {}).items()}

    def _known(self, page: Mapping[str, object]) -> dict[str, Snapshot]:
        """Every value that this table takes; the others are said."""
        snapshots, lost = Snapshots(self._table), []
        found: dict[str, Snapshot] = {}
        for letter, values in page.items():
            if letter not in SNAPSHOTS or not isinstance(values, Mapping):
                lost.append(f"{letter}: {values!r:.40}")
                continue
            fitting: dict[str, Value] = {}
            for name, value in values.items():
                try:
                    fitting[str(name)] = snapshots.checked(str(name), value)
                except ControlError:
                    lost.append(f"{letter}.{name}: {value!r:.40}")
            found[letter] = fitting
        if lost:
            more = f" and {len(lost) - FEW} more" if len(lost) > FEW else ""
            words = ", ".join(lost[:FEW]) + more
            self._faults.add(KIND, f"{self._path}: not known here, left out: {words}")
        return found

    # ---- writing, in the thread
    def _run(self) -> None:
        raise_priority(HELPER)
        while (stored := self._stored.get()) is not None:
            self._unwritten |= stored
            self._keep()
        if self._unwritten:  # the disk may have room by now
            self._keep()

    def _keep(self) -> None:
        """Put letters into the file: whole or not at all, the other letters as they stand there."""
        path = self._path
        assert path is not None
        stored = dict(self._unwritten)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            page = {**self._read(path), **stored}
            write_at(path, _text(page).encode(), replace=True)
            self._unwritten = {}
        except OSError as error:
            self._faults.add(KIND, f"{path}: cannot be written: {error.strerror}")


def _text(page: Mapping[str, object]) -> str:
    """A line of JSON for each letter: YAML too, and made many times faster than by its writer."""
    lines = (
        f"{letter}: {json.dumps(values, ensure_ascii=False, default=str)}\n"
        for letter, values in sorted(page.items())
    )
    return HEAD + "".join(lines)


def _free_name(path: Path) -> Path:
    """The first of NAME.damaged.yaml, NAME.damaged2.yaml … that is not there."""
    number, aside = 1, path.with_name(f"{path.stem}.damaged{path.suffix}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.damaged{number}{path.suffix}")
    return aside
