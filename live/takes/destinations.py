"""Where clips go, as the settings say. For the takes' process: it imports what writes files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.score.notes import Voice
from engine.takes.clip import Clip
from live.ableton.alc import AlcFolder, default_template
from live.ableton.delivery import AbletonAddress, SlotDelivery
from live.config import Clips
from live.output_file import MID, OutputFile
from live.system.atomic_write import fit
from live.takes.folder import clip_folder
from live.takes.midi_folder import MidiFolder, parts_of
from model.midi_files.drum_file import ONE_TRACK, Layout, write


class Delivery(Protocol):
    """Brings a clip somewhere."""

    def deliver(self, clip: Clip) -> str:
        """Say where it is now; DeliveryError where it did not get there."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A delivery, and whether it wants the score without feel."""

    delivery: Delivery
    straight: bool = False


def destinations(clips: Clips, kit: Mapping[Voice, int]) -> list[Destination]:
    """All that are wished for; `kit` names the tracks of a file with one for each voice."""
    folder, layout = clip_folder(clips), Layout(clips.midi_type)
    template = Path(clips.template).expanduser() if clips.template else default_template()
    of_files = {
        "mid": lambda: Destination(MidiFolder(folder, layout)),
        "straight": lambda: Destination(MidiFolder(folder / "straight", layout), straight=True),
        "voices": lambda: Destination(MidiFolder(folder / "voices", Layout(1, parts_of(kit)))),
        "alc": lambda: Destination(AlcFolder(folder, template)),
    }
    found = [of_files[name]() for name in clips.files]
    if clips.live:
        address = AbletonAddress(clips.live_host, clips.live_port, clips.live_reply_port)
        found.append(
            Destination(SlotDelivery(clips.live_track, address, new_scene=clips.live_new_scene))
        )
    return found


@dataclass(frozen=True, slots=True)
class OneFile:
    """One .mid that the user named."""

    output: OutputFile
    layout: Layout = ONE_TRACK

    def deliver(self, clip: Clip) -> str:
        """Write it; ConfigError where it may not or cannot be written."""
        path = self.output.at(Path(f"{fit(clip.name)}.mid"), MID)
        self.output.write(path, write(clip, self.layout))
        return str(path)


def one_file(
    output: OutputFile, kit: Mapping[Voice, int], *, straight: bool = False
) -> Destination:
    """One file; a track for each voice of a kit, where one is given."""
    return Destination(OneFile(output, Layout(1, parts_of(kit)) if kit else ONE_TRACK), straight)
