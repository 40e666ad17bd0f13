"""A take's file read back; live/takes/writer.py says how it is written.

Line by line, so that a file may be of any length; a line that cannot be read is counted and
left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import TakeError
from engine.takes.take import Record, Take, Taken
from live.takes.entries import Entries, Entry, Strokes
from live.takes.header import OtherMakeError, TakeHeader, header_of, lost_header
from live.takes.take_line import LONGEST, checked

MOST = 1 << 20  # notes held at once: a file of ours, of 8 MB, has half as many
BOM = b"\xef\xbb\xbf"


class TakeReader:
    """A take's file from its first line to the last, each time it is iterated over.

    `damaged` counts the lines that could not be read so far; TakeError names a file that cannot
    be read, or is no take.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = 0
        self._at: int | None = None  # the number of the header's line
        self._whole = False
        self.header = self._head()

    def __iter__(self) -> Iterator[Entry]:
        self.damaged, entries = 0, Entries()
        for number, line in enumerate(self._lines()):
            if number == self._at:
                self.damaged += not self._whole
                continue
            try:
                found = entries.of(checked(line))
            except ValueError:
                self.damaged += 1
                continue
            self.damaged += number == 0 and self._at is None  # there is no header
            yield from found
        yield from entries.rest()

    def _head(self) -> TakeHeader:
        """The header, wherever it is, or what a take has that lost it; TakeError for no take."""
        is_take = False
        for number, line in enumerate(self._lines()):
            try:
                header, self._whole = header_of(line)
            except OtherMakeError as error:
                raise TakeError(f"{self.path}: {error}") from error
            except ValueError:
                is_take = is_take or _is_line(line)
                continue
            self._at = number
            return header
        if not is_take:
            raise TakeError(f"{self.path}: is no take of MidiDrumiGen")
        return lost_header()

    def _lines(self) -> Iterator[bytes]:
        """Every line that is not empty; of one without end the beginning."""
        try:
            with self.path.open("rb") as file:
                if file.read(len(BOM)) != BOM:
                    file.seek(0)
                while line := file.readline(LONGEST + 1):
                    _skip_rest(file, line)
                    if line.strip():
                        yield line
        except OSError as error:
            raise TakeError(f"{self.path}: cannot be read ({error.strerror})") from error


def _skip_rest(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(LONGEST)


def _is_line(line: bytes) -> bool:
    try:
        return bool(checked(line))
    except ValueError:
        return False


# ---- all of it
@dataclass(frozen=True, slots=True)
class TakeFile:
    """What a take's file holds; `damaged` counts lines that could not be read."""

    header: TakeHeader
    records: tuple[Record, ...]
    damaged: int = 0

    @property
    def bars(self) -> tuple[Taken, ...]:
        """Its bars in playing order."""
        take = Take(None)
        for record in self.records:
            take.add(record)
        return take.bars


def read_take(path: Path) -> TakeFile:
    """All of a take's file; TakeError naming it where it cannot be read, is none or is too long.

    A bar that nothing says the end of, because the drummer was killed, is left at its last note.
    """
    reader = TakeReader(path)
    records: list[Record] = []
    for entry in reader:
        records += entry.played() if isinstance(entry, Strokes) else [entry]
        if len(records) > MOST:
            raise too_long(path)
    return TakeFile(reader.header, tuple(records), reader.damaged)


def too_long(path: Path) -> TakeError:
    """More than can be held at once was asked for."""
    return TakeError(f"{path}: more than {MOST:,} notes at once; choose some bars with --bars")


class BarsOf:
    """A take's bars, one after the other: told its entries, it gives each bar that is complete."""

    def __init__(self, path: Path) -> None:
        self._path, self._take = path, Take(2)  # a late note may come in the bar after its own
        self._held = 0

    def add(self, entry: Entry) -> list[Taken]:
        """The bars that nothing is added to any more; TakeError where one of them has no end."""
        if not isinstance(entry, Strokes):
            before = self._take.bars
            self._take.add(entry)
            kept = {bar.begun.number for bar in self._take.bars}
            gone = [bar for bar in before if bar.begun.number not in kept]
            self._held = 0 if gone else self._held
            return gone
        self._held += len(entry)
        if self._held > MOST:
            raise too_long(self._path)
        for note in entry.played():
            self._take.add(note)
        return []

    def rest(self) -> tuple[Taken, ...]:
        """Those that are left at the end."""
        return self._take.bars


def bars_of(reader: TakeReader) -> Iterator[Taken]:
    """The bars of a take in playing order, however long it is."""
    bars = BarsOf(reader.path)
    for entry in reader:
        yield from bars.add(entry)
    yield from bars.rest()
