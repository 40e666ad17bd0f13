"""Clips as .mid files in a folder, each under a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.score.notes import ORDER, Voice
from engine.takes.clip import Clip
from live.system.atomic_write import write_new
from model.midi_files.drum_file import ONE_TRACK, Layout, write


@dataclass(frozen=True, slots=True)
class MidiFolder:
    """A folder that clips go to, made when the first one comes; files are named after the clips.

    `today` gives the day that names begin with. A file is there wholly or not at all, and none
    is written over.
    """

    folder: Path
    layout: Layout = ONE_TRACK
    today: Callable[[], datetime] = datetime.now

    def deliver(self, clip: Clip) -> str:
        """Write a clip; its path. DeliveryError names path and reason."""
        name = f"{self.today():%Y-%m-%d} {clip.name}"
        return str(write_new(self.folder, name, ".mid", write(clip, self.layout)))


def parts_of(voices: Mapping[int, Voice]) -> dict[int, str]:
    """Names of tracks by note of a kit: "Kick", "Side stick"; an articulation is in its voice's."""
    named = sorted(voices.items(), key=lambda item: ORDER[item[1]])
    return {note: voice.value.replace("_", " ").capitalize() for note, voice in named}
