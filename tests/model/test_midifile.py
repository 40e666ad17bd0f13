"""Drum .mid files."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.grid import FOUR_FOUR, Meter
from model.midifile import Note, read, write

NOTES = [Note(0, 36, 100, 120), Note(0, 42, 80, 60), Note(480, 38, 127, 120)]


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    file = written(tmp_path / "a.mid", write(NOTES, 93.5, Meter(7, 8), "Groove", 1680))
    score = read(file)
    assert score.notes == tuple(NOTES)
    assert score.bpm == pytest.approx(93.5, abs=0.001)
    assert (score.meter, score.ticks, score.meters) == (Meter(7, 8), 1680, 1)


@given(
    st.lists(
        st.builds(Note, st.integers(0, 1900), st.integers(0, 127), st.integers(1, 127), st.just(1)),
        unique_by=lambda note: (note.tick, note.note),
    )
)
def test_any_notes_are_written_the_same_in_any_order(notes: list[Note]) -> None:
    data = write(notes, 120, FOUR_FOUR, "x", 1920)
    assert data == write(list(reversed(notes)), 120, FOUR_FOUR, "x", 1920)


def test_the_file_is_type_0_on_channel_10_with_off_velocity_64(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mid", write(NOTES, 120, FOUR_FOUR, "Käse", 1920))
    file = mido.MidiFile(path, charset="utf-8")
    assert file.type == 0
    assert file.tracks[0].name == "Käse"
    played = [m for m in file.tracks[0] if not m.is_meta]
    assert {m.channel for m in played} == {9}
    assert {m.velocity for m in played if m.type == "note_off"} == {64}


def test_nothing_lasts_beyond_the_end_of_the_track(tmp_path: Path) -> None:
    late = [Note(1900, 36, 100, 500), Note(5000, 38, 100, 10)]
    score = read(written(tmp_path / "a.mid", write(late, 120, FOUR_FOUR, "x", 1920)))
    assert score.ticks == 1920
    assert [note.tick for note in score.notes] == [1900, 1919]


def test_other_resolutions_are_brought_to_480(tmp_path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=96)
    track = mido.MidiTrack()
    track.append(mido.Message("note_on", note=36, velocity=9, time=96))
    track.append(mido.Message("note_on", note=36, velocity=0, time=48))
    file.tracks.append(track)
    file.save(tmp_path / "a.mid")
    assert read(tmp_path / "a.mid").notes == (Note(480, 36, 9, 240),)


def test_what_is_not_midi_is_named(tmp_path: Path) -> None:
    for data in (b"", b"MThd", b"RIFF....", write(NOTES, 120, FOUR_FOUR, "x", 1920)[:40]):
        path = written(tmp_path / "bad.mid", data)
        with pytest.raises(ValueError, match=r"bad\.mid"):
            read(path)
