"""Moving drum notes and nothing else."""

from __future__ import annotations

from pathlib import Path

import mido
import pytest

from model.midi_files.drum_file import MidiNote, read
from model.midi_files.edit import Edit


def message(kind: str, time: int, note: int, velocity: int = 0, channel: int = 9) -> mido.Message:
    return mido.Message(kind, time=time, note=note, velocity=velocity, channel=channel)


def two_tracks(path: Path, ticks: int = 96) -> Path:
    """A tempo track with a change, and drums beside a bass on channel 1."""
    file = mido.MidiFile(type=1, ticks_per_beat=ticks)
    tempo = mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name="Tempo"),
            mido.MetaMessage("set_tempo", tempo=500_000),
            mido.MetaMessage("set_tempo", tempo=400_000, time=ticks * 2),
        ]
    )
    drums = mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name="Drums"),
            message("note_on", 0, 36, 100),
            message("note_on", 0, 40, 90, 0),
            mido.Message("control_change", channel=9, control=4, value=60, time=ticks // 4),
            message("note_off", 0, 36),
            message("note_on", ticks * 3 // 4, 38, 110),
            message("note_on", ticks // 2, 38),  # an end by velocity 0
            message("note_off", ticks // 2, 40, 0, 0),
            mido.MetaMessage("end_of_track", time=ticks * 2),
        ]
    )
    file.tracks += [tempo, drums]
    file.save(path)
    return path


def timed(path: Path) -> list[list[tuple[int, str]]]:
    """Each track's messages with their ticks of 480 a beat; times inside them left out."""
    file = mido.MidiFile(path)
    tracks = []
    for track in file.tracks:
        now, found = 0, []
        for one in track:
            now += one.time
            found.append((now * 480 // file.ticks_per_beat, str(one.copy(time=0))))
        tracks.append(found)
    return tracks


def test_notes_are_the_drums_in_480_ticks(tmp_path: Path) -> None:
    assert Edit.open(two_tracks(tmp_path / "a.mid")).notes() == (
        MidiNote(0, 36, 100, 120),
        MidiNote(480, 38, 110, 240),
    )


@pytest.mark.parametrize("ticks", [96, 480, 960])
def test_notes_put_where_they_were_change_nothing(tmp_path: Path, ticks: int) -> None:
    path = two_tracks(tmp_path / "a.mid", ticks)
    before, edit = timed(path), Edit.open(path)
    path.write_bytes(edit.moved([(note.tick, note.velocity) for note in edit.notes()]))
    assert [sorted(track) for track in timed(path)] == [sorted(track) for track in before]


def test_drums_move_with_their_ends_and_all_else_stays(tmp_path: Path) -> None:
    path = two_tracks(tmp_path / "a.mid")
    before = timed(path)
    path.write_bytes(Edit.open(path).moved([(7, 80), (471, 127)]))
    assert read(path).notes[1:] == (MidiNote(7, 36, 80, 120), MidiNote(471, 38, 127, 240))
    after = timed(path)
    assert after[0] == before[0]
    others = [one for one in before[1] if "channel=9 note" not in one[1]]
    assert [one for one in after[1] if "channel=9 note" not in one[1]] == others


def test_notes_stay_inside_the_file_and_its_end_where_it_was(tmp_path: Path) -> None:
    path = two_tracks(tmp_path / "a.mid")
    end = read(path).ticks
    path.write_bytes(Edit.open(path).moved([(-50, 80), (99_999, 90)]))
    score = read(path)
    assert score.ticks == end
    assert [note.tick for note in score.notes if note.note != 40] == [0, end - 1]


def test_a_note_ends_where_the_next_of_its_kind_begins(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    file = mido.MidiFile(ticks_per_beat=480)
    long = [message("note_on", 0, 42, 90), message("note_off", 230, 42)]
    again = [message("note_on", 10, 42, 80), message("note_off", 230, 42)]
    file.tracks.append(mido.MidiTrack([*long, *again]))
    file.save(path)
    path.write_bytes(Edit.open(path).moved([(20, 90), (215, 80)]))
    assert read(path).notes == (MidiNote(20, 42, 90, 195), MidiNote(215, 42, 80, 230))


def test_a_note_never_ended_lasts_a_sixteenth_and_stays_unended(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    file = mido.MidiFile(ticks_per_beat=480)
    file.tracks.append(mido.MidiTrack([message("note_on", 0, 36, 90, 0)]))
    file.save(path)
    edit = Edit.open(path)
    assert edit.notes() == (MidiNote(0, 36, 90, 120),)
    path.write_bytes(edit.moved([(0, 50)]))
    assert [(note.tick, note.velocity) for note in read(path).notes] == [(0, 50)]
    assert [m.type for m in mido.MidiFile(path).tracks[0]] == ["note_on", "end_of_track"]


def test_what_is_no_midi_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(b"words")
    with pytest.raises(ValueError, match=r"a\.mid: not a readable MIDI file"):
        Edit.open(path)
