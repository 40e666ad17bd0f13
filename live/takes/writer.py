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
import os
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import BinaryIO

from engine.controls.control import Value
from engine.score.grid import FOUR_FOUR
from engine.takes.take import Begun, Left, Played, Record
from live.takes.header import SUFFIX, VERSION, TakeHeader

FINE = 1  # decimals of a tick: 0.3 ms at 20 BPM, a sixth of the length in bytes of a whole float
WAVER = 0.2  # BPM from the last line that are worth another: a followed clock is never quite still
END = b'{"end":1}\n'
FULL = 16 << 20  # bytes kept in memory while the disk takes none: hours of playing


class TakeWriter:
    """Writes a take into a folder, file after file; OSError never leaves write().

    `name` is the file's name without suffix; a second part is called name_2. What the disk does
    not take waits in memory and is written when it does.
    """

    def __init__(self, folder: Path, name: str, header: TakeHeader, most: int = 8 << 20) -> None:
        self.fault = ""  # why nothing can be written now; "" when it can
        self.lost = 0  # bytes that did not fit into memory either
        self._folder, self._name, self._header, self._most = folder, name, header, most
        self._file: BinaryIO | None = None
        self._parts = self._size = 0
        self._waiting = bytearray()
        self._controls: dict[str, Value] = {}
        self._at = 0.0  # seconds of the performance's clock when the take began
        self._bar: Begun | None = None
        self._bpm = 0.0

    def write(self, records: Iterable[Record]) -> None:
        """Add what was played."""
        for line in self._lines(records):
            self._waiting += json.dumps(line, separators=(",", ":")).encode() + b"\n"
        self._spill()
        if self._waiting:
            self._flush()

    def sync(self) -> None:
        """Have the disk itself hold what was written."""
        if self._waiting:
            self._flush()
        if self._file is not None:
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                self._fail(error)

    def close(self, *, ended: bool = True) -> None:
        """Write what can be written; `ended` False: the conductor is gone in the middle of it."""
        if ended and self._bar is not None:
            self._waiting += END
        self.sync()
        if self._file is not None:
            self._file.close()

    # ---- lines
    def _lines(self, records: Iterable[Record]) -> Iterable[Mapping[str, object]]:
        notes: list[float] = []
        for record in records:
            if notes and not (isinstance(record, Played) and record.number == notes[0]):
                yield {"n": notes}
                notes = []
            match record:
                case Begun():
                    yield self._begun(record)
                case Played():
                    if abs(record.bpm - self._bpm) >= WAVER:
                        if notes:
                            yield {"n": notes}
                            notes = []
                        self._bpm = record.bpm
                        yield {"bpm": round(record.bpm, 2)}
                    notes = notes or [record.number]
                    late = round(record.tick - record.score, FINE)
                    notes += (record.score, _short(late), record.note, record.velocity)
                case Left(number, tick, at):
                    yield {"left": number, "tick": round(tick, FINE), "at": self._second(at)}
        if notes:
            yield {"n": notes}

    def _begun(self, begun: Begun) -> Mapping[str, object]:
        moved = dict(begun.controls)
        self._controls |= moved
        if self._size >= self._most:
            self._next_part()
        if self._bar is None:  # each part stands by itself
            self._at, moved = begun.at, self._controls
        before = self._bar
        self._bar, self._bpm = begun, begun.bpm
        line: dict[str, object] = {"b": begun.number, "at": self._second(begun.at)}
        line["bpm"] = round(begun.bpm, 2)
        line |= {"style": begun.style, "by": begun.source}
        if before is None or begun.start != before.start + before.meter.bar_ticks:
            line["start"] = begun.start
        line |= {"fill": 1} if begun.fill else {}
        line |= {"entered": round(begun.entered, FINE)} if begun.entered else {}
        line |= {} if begun.left is None else {"jumped": round(begun.left, FINE)}
        line |= {"meter": str(begun.meter)} if begun.meter != FOUR_FOUR else {}
        return line | ({"set": moved} if moved else {})

    def _second(self, at: float) -> float:
        return round(at - self._at, 3)

    # ---- the disk
    def _next_part(self) -> None:
        self._waiting += END
        self._flush()
        if self._file is not None and not self._waiting:
            self._file.close()
            self._file, self._size, self._bar = None, 0, None

    def _open(self) -> BinaryIO:
        """The next part's file, its header written first."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for number in count(self._parts + 1):
            part = self._name if number == 1 else f"{self._name}_{number}"
            try:
                file = (self._folder / f"{part}{SUFFIX}").open("xb", buffering=0)
            except FileExistsError:  # another drummer began in the same second
                continue
            self._parts, of = number, self._header
            head = {"take": VERSION, "began": of.began, "seed": of.seed, "channel": of.channel}
            head |= {"kit": dict(of.kit)}
            self._waiting[:0] = json.dumps(head, separators=(",", ":")).encode() + b"\n"
            return file
        raise AssertionError("count() does not end")

    def _flush(self) -> None:
        """Let the disk take what it will; a write that stops half-way goes on right there."""
        try:
            if self._file is None:
                self._file = self._open()
            while self._waiting:
                written = self._file.write(self._waiting) or 0
                self._size += written
                del self._waiting[:written]
        except OSError as error:
            self._fail(error)
        else:
            self.fault = ""

    def _fail(self, error: OSError) -> None:
        self.fault = f"{self._folder}: the take cannot be written ({error.strerror})"

    def _spill(self) -> None:
        """Whole lines that memory has no room for are let go, the oldest first."""
        if len(self._waiting) > FULL:
            end = self._waiting.find(b"\n", len(self._waiting) - FULL) + 1
            self.lost += end
            del self._waiting[:end]


def _short(figure: float) -> float:
    """Whole numbers without their .0, two bytes a note."""
    return int(figure) if figure == int(figure) else figure
