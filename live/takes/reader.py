"""A take's file read back; live/takes/writer.py says how it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import TakeError
from engine.score.grid import METERS, TICKS_PER_BEAT
from engine.score.notes import Voice
from engine.takes.take import Begun, Left, Played, Record, Take, Taken
from engine.timing.timeline import Timeline

VERSION = 1
SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class TakeHeader:
    """What a take is of: `began` as ISO 8601, `kit` from voices to MIDI notes."""

    began: str
    seed: int = 0
    channel: int = 10
    kit: Mapping[str, int] = field(default_factory=dict)

    @property
    def notes(self) -> dict[Voice, int]:
        """The kit's MIDI notes by voice; ValueError for a voice that we do not know."""
        return {Voice(voice): note for voice, note in self.kit.items()}

    @property
    def voices(self) -> dict[int, Voice]:
        """Which voice each MIDI note of the kit is; ValueError likewise."""
        return {note: voice for voice, note in self.notes.items()}


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
    """A take's file; TakeError naming it where it cannot be read or is none.

    A bar that nothing says the end of, because the drummer was killed, is left at its last note.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise TakeError(f"{path}: cannot be read ({error.strerror})") from error
    header = _header(path, lines[0])
    records: list[Record] = []
    damaged, reader = 0, _Reader()
    for line in filter(None, lines[1:]):
        try:
            records += reader.records(json.loads(line))
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            damaged += 1
    return TakeFile(header, tuple(records + reader.unfinished(records)), damaged)


def _header(path: Path, line: bytes) -> TakeHeader:
    try:
        head = json.loads(line)
        version = head["take"]
        header = TakeHeader(
            str(head["began"]), int(head["seed"]), int(head["channel"]), dict(head["kit"])
        )
    except (ValueError, TypeError, KeyError) as error:
        raise TakeError(f"{path}: is no take of MidiDrumiGen") from error
    if version != VERSION:
        raise TakeError(f"{path}: a take of make {version!r}; this version reads {VERSION}")
    return header


class _Reader:
    """Lines back into records; it knows the bars that notes belong to."""

    def __init__(self) -> None:
        self._bars: dict[int, Begun] = {}
        self._newest: Begun | None = None
        self._bpm = 120.0
        self._line = Timeline(0.0, 0.0, self._bpm)  # of the newest bar's ticks
        self._last = 0.0  # tick of the last note in it
        self._ended = False

    def records(self, line: Mapping[str, Any]) -> list[Record]:
        if "b" in line:
            return [self._begun(line)]
        if "n" in line:
            return self._notes(line["n"])
        if "left" in line:
            return [Left(int(line["left"]), float(line["tick"]), float(line["at"]))]
        if "bpm" in line:  # from the last note on
            self._bpm = float(line["bpm"])
            self._line = Timeline(self._last, self._line.seconds(self._last), self._bpm)
        else:
            self._ended = bool(line["end"])
        return []

    def _begun(self, line: Mapping[str, Any]) -> Begun:
        before = self._newest
        follows = before.start + before.meter.bar_ticks if before else 0
        self._bpm = float(line["bpm"])
        begun = Begun(
            int(line["b"]),
            int(line.get("start", follows)),
            float(line["at"]),
            self._bpm,
            str(line["style"]),
            str(line["by"]),
            bool(line.get("fill")),
            float(line.get("entered", 0.0)),
            METERS[line.get("meter", "4/4")],
            tuple(line.get("set", {}).items()),
            float(line["jumped"]) if "jumped" in line else None,
        )
        self._bars[begun.number] = self._newest = begun
        self._line, self._last = Timeline(0.0, begun.at, begun.bpm), 0.0
        self._ended = False
        return begun

    def _notes(self, figures: list[float]) -> list[Record]:
        number = int(figures[0])
        of = self._bars.get(number) or self._newest
        if of is None or len(figures) % 4 != 1:
            raise ValueError("notes without a bar")
        if of is not self._newest or number != of.number:  # a late one, or early for the next
            ticks = 0 if number == of.number else of.meter.bar_ticks
            line = Timeline(0.0, of.at + ticks * 60.0 / (TICKS_PER_BEAT * of.bpm), self._bpm)
        else:
            line = self._line
        notes: list[Record] = []
        for score, late, note, velocity in zip(*[iter(figures[1:])] * 4, strict=True):
            at = line.seconds(score + late)
            notes.append(
                Played(number, score + late, int(score), int(note), int(velocity), at, self._bpm)
            )
        self._last = score + late if line is self._line else self._last
        return notes

    def unfinished(self, records: list[Record]) -> list[Record]:
        """What closes the last bar, where the drummer was killed in it."""
        last = self._newest
        if (
            last is None
            or self._ended
            or any(isinstance(r, Left) and r.number == last.number for r in records)
        ):
            return []
        ticks = [r.tick for r in records if isinstance(r, Played) and r.number == last.number]
        return [Left(last.number, max(ticks, default=0.0), last.at)]
