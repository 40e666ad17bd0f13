"""Where clips go, as the settings say. For the takes' process: it imports what writes files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from engine.errors import DeliveryError
from engine.score.notes import Voice
from engine.takes.clip import Clip
from live.ableton.alc import AlcFolder, default_template
from live.ableton.delivery import AbletonAddress, SlotDelivery
from live.config import Clips
from live.output_file import MID, OutputFile
from live.system.atomic_write import fit
from live.takes.folder import clip_folder
from live.takes.midi_folder import MidiFolder, parts_of
from live.takes.part import own_folder
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


def destinations(
    clips: Clips, voices: Mapping[int, Voice], rescue: Sequence[Path] = ()
) -> list[Destination]:
    """All that are wished for; `voices` name the tracks of a file with one for each voice.

    Files that their folder does not take go to the first of `rescue` that does.
    """
    folder, layout = clip_folder(clips), Layout(clips.midi_type)
    template = Path(clips.template).expanduser() if clips.template else default_template()
    of_files: dict[str, MidiFolder | AlcFolder] = {
        "mid": MidiFolder(folder, layout),
        "straight": MidiFolder(folder / "straight", layout),
        "voices": MidiFolder(folder / "voices", Layout(1, parts_of(voices))),
        "alc": AlcFolder(folder, template),
    }
    found = [
        Destination(
            Rescued(of_files[name], tuple(rescue)) if rescue else of_files[name],
            straight=name == "straight",
        )
        for name in clips.files
    ]
    if clips.live:
        address = AbletonAddress(clips.live_host, clips.live_port, clips.live_reply_port)
        found.append(
            Destination(SlotDelivery(clips.live_track, address, new_scene=clips.live_new_scene))
        )
    return found


@dataclass(frozen=True, slots=True)
class Rescued:
    """A folder that clips go to, and others for when it takes none."""

    delivery: MidiFolder | AlcFolder
    folders: tuple[Path, ...]

    def deliver(self, clip: Clip) -> str:
        """Where it is; DeliveryError where it is not in its folder says where it lies instead."""
        try:
            return self.delivery.deliver(clip)
        except DeliveryError as error:
            if where := self._elsewhere(clip):
                raise DeliveryError(f"{error}; it is kept as {where}") from error
            raise

    def _elsewhere(self, clip: Clip) -> str:
        for folder in self.folders:
            with suppress(DeliveryError, OSError):
                return replace(self.delivery, folder=own_folder(folder)).deliver(clip)
        return ""


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
    output: OutputFile, voices: Mapping[int, Voice], *, straight: bool = False
) -> Destination:
    """One file; a track for each of the voices by note, where they are given."""
    return Destination(
        OneFile(output, Layout(1, parts_of(voices)) if voices else ONE_TRACK), straight
    )
