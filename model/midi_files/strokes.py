"""Notes of a track: a beginning and the end that belongs to it."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass

from model.midi_files.events import FileEvent, FileTrack


@dataclass(slots=True)
class FileStroke:
    """A note-on of a track, and its note-off if it has one; ticks are the file's."""

    track: FileTrack
    on: FileEvent
    off: FileEvent | None = None

    @property
    def tick(self) -> int:
        return self.track.begins + self.on.tick

    @property
    def end(self) -> int:
        """Where it ends; a note never switched off where it begins."""
        return self.track.begins + (self.off or self.on).tick

    @property
    def note(self) -> int:
        return self.on.data[0]

    @property
    def velocity(self) -> int:
        return self.on.data[1]


def strokes_of(track: FileTrack) -> list[FileStroke]:
    """The notes of a track in their order; of one key the first to begin is the first to end."""
    found: list[FileStroke] = []
    sounding: dict[tuple[int | None, int], deque[FileStroke]] = defaultdict(deque)
    for event in track.events:
        if event.begins_note:
            found.append(FileStroke(track, event))
            sounding[event.channel, event.data[0]].append(found[-1])
        elif event.ends_note and (waiting := sounding[event.channel, event.data[0]]):
            waiting.popleft().off = event
    return found
