"""Moving the drum notes of a .mid file and leaving everything else in it as it is.

Tempo changes, names, controllers and other parts stay, event for event; only when and how hard
drums are struck changes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Voice
from model.midi_files.drum_file import MidiNote, Score, score_of
from model.midi_files.drum_parts import ANY_DRUMS, DrumChoice, Drums, drums_of
from model.midi_files.events import FileTrack, MidiFile, file_bytes
from model.midi_files.reader import opened
from model.midi_files.roland_kit import VOICES
from model.midi_files.strokes import FileStroke


@dataclass(slots=True)
class Edit:
    """An opened file whose drum notes can be moved.

    Its drums are what model.midi_files.drum_parts finds. A file coarser than 480 ticks a beat
    is made finer by a whole factor.
    """

    drums: Drums
    _file: MidiFile
    _strokes: list[FileStroke] = field(init=False)

    @classmethod
    def open(
        cls, path: Path, voices: Mapping[int, Voice] = VOICES, choice: DrumChoice = ANY_DRUMS
    ) -> Edit:
        """OSError if the file is unreadable, ValueError where it is not MIDI, or its drums
        are doubtful."""
        file = opened(path)
        try:
            return cls(drums_of(file, voices, choice), file)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error

    def __post_init__(self) -> None:
        finer = math.ceil(TICKS_PER_BEAT / self._file.division)
        self._file.division *= finer
        for track in self._file.tracks:
            track.begins *= finer
            for event in track.events:
                event.tick *= finer
        strokes = [stroke for part in self.drums.parts for stroke in part.strokes]
        self._strokes = sorted(strokes, key=lambda s: (s.tick, s.note))

    @property
    def _scale(self) -> float:
        return self._file.division / TICKS_PER_BEAT

    def score(self) -> Score:
        """The file's tempo, meter and end, and its drum notes in the order of moved()."""
        return score_of(self._file, self._strokes)

    def notes(self) -> tuple[MidiNote, ...]:
        """The drum notes in order, in ticks of 480 a beat."""
        return self.score().notes

    def moved(self, places: Sequence[tuple[int, int]]) -> bytes:
        """The file's bytes with the drum notes at new (tick, velocity), lengths as they were.

        Ticks are brought inside the file, and a note ends where the next of its kind begins.
        """
        end = self._file.end
        for stroke, (tick, velocity) in zip(self._strokes, places, strict=True):
            begins = stroke.track.begins
            last = stroke.track.end if self._file.kind == 2 else end
            length = stroke.end - stroke.tick
            stroke.on.tick = min(max(round(tick * self._scale) - begins, 0), max(last - 1, 0))
            stroke.on.data = bytes((stroke.note, velocity))
            if stroke.off:
                stroke.off.tick = min(stroke.on.tick + max(length, 1), max(last, 1))
        taken: dict[tuple[int, int], FileStroke] = {}
        for stroke in sorted(self._strokes, key=lambda s: s.tick):
            key = (stroke.on.status, stroke.note)
            before = taken.get(key)
            if before and before.off:
                limit = stroke.tick - before.track.begins
                before.off.tick = min(before.off.tick, limit)
            taken[key] = stroke
        for track in self._file.tracks:
            self._put_in_order(track)
        return file_bytes(self._file)

    def _put_in_order(self, track: FileTrack) -> None:
        """By ticks; of a tick all that nobody moved as it stood, then ends of drum notes, then
        these. The end of the track comes last, if need be later than it was."""
        own = [stroke for stroke in self._strokes if stroke.track is track]
        rank = {id(stroke.off): 1 for stroke in own} | {id(stroke.on): 2 for stroke in own}
        *events, end = track.events
        events.sort(key=lambda event: (event.tick, rank.get(id(event), 0)))
        end.tick = max(end.tick, events[-1].tick if events else 0)
        track.events = [*events, end]
