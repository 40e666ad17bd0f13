"""Clips as files in a folder."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import mido
import pytest

from engine.errors import DeliveryError
from engine.score.grid import FOUR_FOUR
from engine.score.notes import Voice
from engine.takes.clip import Clip, ClipNote
from live.takes.midi_folder import MidiFolder, parts_of
from mappings.kits import load_kit
from model.midi_files.drum_file import ONE_TRACK, Layout, read

CLIP = Clip("Funk 4 bars 102 BPM", "funk", 4, ((0, 102.0),), (ClipNote(480, 38, 100),))


def folder(path: Path, layout: Layout = ONE_TRACK) -> MidiFolder:
    return MidiFolder(path, layout, today=lambda: datetime(2026, 11, 21))


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.iterdir())


def test_a_clip_is_named_after_the_day_and_the_clip(tmp_path: Path) -> None:
    where = tmp_path / "made" / "here"
    said = folder(where).deliver(CLIP)
    assert said == str(where / "2026-11-21 Funk 4 bars 102 BPM.mid")
    assert names(where) == [Path(said).name]
    assert read(Path(said)).ticks == CLIP.ticks


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("AC/DC: live? 2 bars", "AC-DC- live- 2 bars"),
        ("Straight. ", "Straight"),
        ("y" * 300, "y" * 169),
    ],
)
def test_every_system_takes_its_names(tmp_path: Path, name: str, file: str) -> None:
    folder(tmp_path).deliver(replace(CLIP, name=name))
    assert names(tmp_path) == [f"2026-11-21 {file}.mid"]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    taken = tmp_path / "2026-11-21 Funk 4 bars 102 BPM.mid"
    taken.write_bytes(b"mine")
    first, second = (folder(tmp_path).deliver(CLIP) for _ in range(2))
    assert taken.read_bytes() == b"mine"
    assert (first[-8:], second[-8:]) == (" (2).mid", " (3).mid")
    assert Path(first).read_bytes() == Path(second).read_bytes()


def test_parts_are_named_after_the_voices_of_the_kit(tmp_path: Path) -> None:
    layout = Layout(1, parts_of(load_kit("gm").voices))
    file = mido.MidiFile(folder(tmp_path, layout).deliver(CLIP))
    assert [track.name for track in file.tracks] == [CLIP.name, "Snare"]
    assert parts_of({40: Voice.SNARE, 46: Voice.OPEN_HAT, 38: Voice.SNARE}) == {
        40: "Snare",
        38: "Snare",
        46: "Open hat",
    }


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError, match=r"file.*: cannot be written \("):
        folder(tmp_path / "file" / "clips").deliver(CLIP)


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_behind_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os if name == "fsync" else Path, name, full)
    with pytest.raises(DeliveryError) as told:
        folder(tmp_path).deliver(CLIP)
    assert str(told.value) == f"{tmp_path}: cannot be written (No space left on device)"
    assert names(tmp_path) == []


def test_a_folder_that_may_not_be_written_to_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, _mode: str) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "open", refused)  # a test may run as root, who is never refused
    with pytest.raises(DeliveryError) as told:
        folder(tmp_path).deliver(CLIP)
    assert str(told.value) == f"{tmp_path}: cannot be written (Permission denied)"


def test_a_clip_is_read_back_as_it_was(tmp_path: Path) -> None:
    score = read(Path(folder(tmp_path).deliver(CLIP)))
    assert [(n.tick, n.note, n.velocity, n.length) for n in score.notes] == [(480, 38, 100, 60)]
    assert (round(score.bpm, 3), score.meter) == (102.0, FOUR_FOUR)
