"""A take on disk: what was played, written as it happens, a line at a time.

    {"take": 1, "began": "2026-11-21T20:15:00+01:00", "seed": 3, "channel": 10, "kit": {...}}
    {"b": 0, "at": 0.0, "bpm": 102.0, "style": "funk", "by": "model", "set": {"density": 0.5, ...}}
    {"n": [0, 0, 0, 36, 100, 240, -1.2, 42, 71]}
    {"left": 0, "tick": 960.0, "at": 1.2}

A bar (`b`, its number; `start` and `entered` in ticks where they are not what follows from the
bar before, `jumped` the song tick that was left for it), then the notes sent for bar `n[0]`, four
figures each: score tick, lateness in ticks, note, velocity. Lines are only ever added, so whatever
is killed while writing leaves at most its last line unfinished; a reader leaves that out and says
so. `{"end": 1}` stands where the performance was ended and not killed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engine.takes.take import Begun, Record
from live.takes.backlog import Backlog, bars_in
from live.takes.header import VERSION, TakeHeader
from live.takes.lines import Line, Lines
from live.takes.part import TakePart, open_part, own_folder
from mappings.plain_words import counted

END: Mapping[str, object] = {"end": 1}
FULL = 16 << 20  # bytes kept in memory while the disk takes none: hours of playing
PATIENCE = 4  # syncs that fail before there is a copy elsewhere: two seconds


class TakeWriter:
    """Writes a take into a folder, file after file; no OSError leaves it.

    `name` is the file's name without suffix; a second part is called name_2. What the disk does
    not take waits in memory and is written when it does; while that lasts, a copy of it is in
    the first folder of `rescue` that takes it, and stays there if the disk never does.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        header: TakeHeader,
        most: int = 8 << 20,
        rescue: Sequence[Path] = (),
    ) -> None:
        self.fault = ""  # why nothing can be written now; "" when it can
        self.parting = ""  # after close(): what became of what its folder did not take
        self._folder, self._name, self._most, self._rescue = folder, name, most, rescue
        self._head = _head(header)
        self._part: TakePart | None = None
        self._copy: TakePart | None = None
        self._keeps_copy = False  # something of it may be nowhere else
        self._kept: list[Path] = []  # copies that stay
        self._doubtful: set[int] = set()  # numbers of bars that a disk may have lost
        self._next = 1  # the part that comes
        self._failed = 0  # syncs, one after the other
        self._waiting = Backlog()
        self._lost: set[int] = set()  # numbers of bars
        self._refused: dict[Path, str] = {}  # folders of `rescue`, and why they took nothing
        self._lines = Lines()

    @property
    def lost(self) -> int:
        """Bars that lack something, as neither a disk nor memory had room for it."""
        return len(self._lost)

    @property
    def path(self) -> Path | None:
        """The file of the take, the last of several; None before any."""
        return None if self._part is None else self._part.path

    @property
    def copy(self) -> Path | None:
        """Where a copy is of what the disk did not take."""
        return None if self._copy is None else self._copy.path

    def write(self, records: Iterable[Record]) -> None:
        """Add what was played."""
        for record in records:
            if isinstance(record, Begun) and self._part and self._part.size >= self._most:
                self._add(self._lines.rest())
                self._next_part()
            self._add(self._lines.add(record))
        self._add(self._lines.rest())
        self._spill()
        self._flush()

    def sync(self) -> None:
        """Have the disk itself hold what was written, or another one a copy."""
        self._flush()
        self._settle()
        self._failed = self._failed + 1 if self.fault else 0
        if self.fault and (self._failed >= PATIENCE or self._doubtful):
            self._save_elsewhere()
        elif not self.fault:
            self._end_copy()

    def close(self, *, ended: bool = True) -> None:
        """Write what can be written; `ended` False: the conductor is gone in the middle of it."""
        if ended and self._lines.is_begun:
            self._waiting.add(END)
        self._failed = PATIENCE
        self.sync()
        self.parting = self._parting()
        for part in (self._part, self._copy):
            if part is not None:
                part.close()

    def _add(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._waiting.add(line)

    # ---- the disk
    def _next_part(self) -> None:
        """Begin another file, if all of this one is on the disk."""
        self.sync()
        if self._part is None or self._waiting.lines:
            return
        self._waiting.add(END)
        self.sync()
        if not self._waiting.lines:
            self._part.close()
            self._next = self._part.number + 1
            self._part, self._waiting = None, Backlog()
            self._lines.begin_file()

    def _flush(self) -> None:
        """Let the disk take what it will; a write that stops half-way goes on right there."""
        waiting = self._waiting
        if waiting.written == len(waiting):
            return
        try:
            if self._part is None:
                self._part = open_part(self._folder, self._name, self._head, self._next)
            while waiting.written < len(waiting):
                waiting.written += self._part.write(waiting.lines[waiting.written :])
        except OSError as error:
            self._fail(error)
            self._drop_empty_part()
        else:
            self.fault = ""

    def _drop_empty_part(self) -> None:
        """A file without a whole line does not stay."""
        waiting, part = self._waiting, self._part
        if part is None or part.size != waiting.written:
            return
        if b"\n" not in waiting.lines[: waiting.written]:
            part.discard()
            self._part, waiting.written = None, 0

    def _settle(self) -> None:
        """What was written is on the disk, in a file that is there."""
        if self._part is None:
            return
        try:
            if self._part.is_gone:
                self._write_anew(self._part)
                return
            if self._waiting.written:
                self._part.sync()
        except OSError as error:
            if not self._part.is_gone:  # what the disk has of it nobody knows; asked again, it
                self._doubtful |= self._waiting.bars  # says that all is well
            self._fail(error)
        else:
            self._waiting.safe()
            if not self._waiting.lines:
                self.fault = ""

    def _write_anew(self, gone: TakePart) -> None:
        """The file was removed while it was written: all of it into another one."""
        self.fault = f"{gone.path}: the take was removed, and is written anew"
        lines = gone.text()[len(self._head) :]
        part = open_part(self._folder, self._name, self._head, gone.number)
        try:
            part.write_all(lines)
        except OSError:
            part.discard()
            raise
        self._part = part
        gone.close()

    def _fail(self, error: OSError) -> None:
        self.fault = f"{self._folder}: the take cannot be written ({error.strerror})"

    def _spill(self) -> None:
        """Whole lines that memory has no room for are let go, the oldest first."""
        copied = self._waiting.copied
        self._lost |= bars_in(self._waiting.spill(FULL))
        self._keeps_copy = self._keeps_copy or self._waiting.copied < copied

    # ---- elsewhere
    def _save_elsewhere(self) -> None:
        """A copy of what waits, in the first folder that takes it."""
        for folder in self._rescue:
            if self._copy is not None and self._copy.path.parent != folder:
                continue
            try:
                self._save_in(folder)
            except OSError as error:
                self._refused[folder] = error.strerror or str(error)
                self._end_copy()
            else:
                self._keeps_copy = self._keeps_copy or bool(self._doubtful)
                self._doubtful = set()
                return

    def _save_in(self, folder: Path) -> None:
        waiting = self._waiting
        if self._copy is None:
            before, copied = waiting.opening()
            if self._part is not None and self._part.is_gone:
                before, copied = self._part.text()[len(self._head) :], waiting.written
            self._copy = open_part(own_folder(folder), self._name, self._head)
            waiting.copied = copied
            self._copy.write_all(before)
        while waiting.copied < len(waiting):
            waiting.copied += self._copy.write(waiting.lines[waiting.copied :])
        self._copy.sync()

    def _end_copy(self) -> None:
        """It does not go on; where it has what may be nowhere else, it stays."""
        self._lost |= self._doubtful
        if self._copy is not None and self._keeps_copy:
            self._kept.append(self._copy.path)
            self._copy.close()
        elif self._copy is not None:
            self._copy.discard()
        self._copy, self._waiting.copied = None, 0
        self._keeps_copy, self._doubtful = False, set()

    def _parting(self) -> str:
        """What did not get to its folder, and where it is."""
        words, numbers = [], self._waiting.bars
        if self.fault and self._part is not None and self._part.is_gone:
            numbers |= bars_in(self._part.text())
        if self.fault and self._copy is not None:
            words.append(f"{counted(len(numbers), 'bar')} of it in {self._copy.path}")
        elif self.fault and numbers:
            tried = "".join(f"; {folder}: {why}" for folder, why in self._refused.items())
            words.append(f"{counted(len(numbers), 'bar')} of it lost{tried}")
        words += [f"what it may lack lies in {path}" for path in self._kept]
        if self._lost:
            words.append(f"{counted(self.lost, 'bar')} lost that neither a disk nor memory took")
        fault = self.fault or f"{self._folder}: the take could not always be written"
        return f"{fault}: {'; '.join(words)}" if words else ""


def _head(of: TakeHeader) -> bytes:
    head = {"take": VERSION, "began": of.began, "seed": of.seed, "channel": of.channel}
    head["kit"] = dict(of.kit)
    if of.articulations:
        head["articulations"] = dict(of.articulations)
    return json.dumps(head, separators=(",", ":")).encode() + b"\n"
