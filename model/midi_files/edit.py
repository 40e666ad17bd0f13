"""Moving the drum notes of a .mid file and leaving everything else in it as it is.

Tempo changes, names, controllers and other channels stay; only when and how hard drums are
struck changes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from engine.score.grid import TICKS_PER_BEAT
from model.midi_files.drum_file import DRUM_CHANNEL, MidiNote, opened


@dataclass(slots=True)
class _Event:
    """A message at a tick of the file."""

    tick: int
    message: Any


@dataclass(slots=True)
class _Stroke:
    """A note-on, and its note-off if it has one."""

    on: _Event
    off: _Event | None = None


@dataclass(slots=True)
class Edit:
    """An opened file whose drum notes can be moved.

    Drums are what stands on channel 10 or, in a file without that, all notes. A file
    coarser than 480 ticks a beat is made finer by a whole factor.
    """

    _file: Any
    _tracks: list[list[_Event]] = field(init=False)
    _strokes: list[_Stroke] = field(init=False)

    @classmethod
    def open(cls, path: Path) -> Edit:
        """OSError if the file is unreadable, ValueError where it is not MIDI."""
        return cls(opened(path))

    def __post_init__(self) -> None:
        finer = math.ceil(TICKS_PER_BEAT / (self._file.ticks_per_beat or TICKS_PER_BEAT))
        self._file.ticks_per_beat = (self._file.ticks_per_beat or TICKS_PER_BEAT) * finer
        self._tracks = [_events(track, finer) for track in self._file.tracks]
        strokes = [stroke for track in self._tracks for stroke in _strokes(track)]
        drums = [s for s in strokes if s.on.message.channel == DRUM_CHANNEL] or strokes
        self._strokes = sorted(drums, key=lambda s: (s.on.tick, s.on.message.note))

    @property
    def _scale(self) -> float:
        return float(self._file.ticks_per_beat) / TICKS_PER_BEAT

    def notes(self) -> list[MidiNote]:
        """The drum notes in order, in ticks of 480 a beat; a note never ended has length 0."""
        return [
            MidiNote(
                round(stroke.on.tick / self._scale),
                stroke.on.message.note,
                stroke.on.message.velocity,
                round((stroke.off.tick - stroke.on.tick) / self._scale) if stroke.off else 0,
            )
            for stroke in self._strokes
        ]

    def moved(self, places: Sequence[tuple[int, int]]) -> bytes:
        """The file's bytes with the drum notes at new (tick, velocity), lengths as they were.

        Ticks are brought inside the file, and a note ends where the next of its kind begins.
        """
        ends = [track[-1].tick if track else 0 for track in self._tracks]
        last = max(ends, default=0)
        taken: dict[tuple[int, int], _Stroke] = {}
        for stroke, (tick, velocity) in zip(self._strokes, places, strict=True):
            length = stroke.off.tick - stroke.on.tick if stroke.off else 0
            stroke.on.tick = min(max(round(tick * self._scale), 0), max(last - 1, 0))
            stroke.on.message = stroke.on.message.copy(velocity=velocity)
            if stroke.off:
                stroke.off.tick = min(stroke.on.tick + max(length, 1), last)
        for stroke in sorted(self._strokes, key=lambda s: s.on.tick):
            key = (stroke.on.message.channel, stroke.on.message.note)
            before = taken.get(key)
            if before and before.off:
                before.off.tick = min(before.off.tick, stroke.on.tick)
            taken[key] = stroke
        return self._bytes()

    def _bytes(self) -> bytes:
        for track, events in zip(self._file.tracks, self._tracks, strict=True):
            track.clear()
            now = 0
            for event in sorted(events, key=_order):
                track.append(event.message.copy(time=event.tick - now))
                now = event.tick
        out = BytesIO()
        self._file.save(file=out)
        return out.getvalue()


def _events(track: Any, finer: int) -> list[_Event]:
    now, found = 0, []
    for message in track:
        now += message.time * finer
        found.append(_Event(now, message))
    return found


def _order(event: _Event) -> tuple[int, int]:
    """Of a tick: all else, then ends of notes, then notes; the end of the track last."""
    kinds = {"note_off": 1, "note_on": 2, "end_of_track": 3}
    kind = "note_off" if _is_off(event.message) else event.message.type
    return event.tick, kinds.get(kind, 0)


def _is_off(message: Any) -> bool:
    return bool(message.type == "note_off" or (message.type == "note_on" and message.velocity == 0))


def _strokes(events: Sequence[_Event]) -> list[_Stroke]:
    found: list[_Stroke] = []
    sounding: dict[tuple[int, int], list[_Stroke]] = defaultdict(list)
    for event in events:
        if event.message.type not in ("note_on", "note_off"):
            continue
        key = (event.message.channel, event.message.note)
        if not _is_off(event.message):
            found.append(_Stroke(event))
            sounding[key].append(found[-1])
        elif sounding[key]:
            sounding[key].pop(0).off = event
    return found
