"""Drum .mid files."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from typing import Any

import mido
import pytest
import symusic
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.score.grid import METERS, Meter
from engine.takes.clip import Clip, ClipNote
from model.midi_files.drum_file import DIVISION, OTHERS, Layout, MidiNote, read, write
from tests.clips import clip_with

NOTES = [MidiNote(0, 36, 100, 120), MidiNote(0, 42, 80, 60), MidiNote(480, 38, 127, 120)]
FINER = DIVISION / 480
VOICES = {36: "Kick", 38: "Snare", 42: "Closed hat"}


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def tracks(path: Path) -> list[list[tuple[int, Any]]]:
    """Of each track its messages with their tick of the file, as mido reads them."""
    file = mido.MidiFile(path, charset="utf-8")
    return [
        list(zip(accumulate(message.time for message in track), track, strict=True))
        for track in file.tracks
    ]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    file = written(tmp_path / "a.mid", write(clip_with(NOTES, 93.5, Meter(7, 8), "Groove")))
    score = read(file)
    assert score.notes == tuple(NOTES)
    assert score.bpm == pytest.approx(93.5, abs=0.001)
    assert (score.meter, score.ticks, score.meters) == (Meter(7, 8), 1680, 1)


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    """Any clip: notes in order, of one key never two on one tick of a file."""
    meter, bars = draw(st.sampled_from(list(METERS.values()))), draw(st.integers(1, 3))
    end = bars * meter.bar_ticks
    ticks = st.floats(0, end - 1)
    notes = draw(
        st.lists(
            st.builds(ClipNote, ticks, st.sampled_from([36, 38, 42, 0, 127]), st.integers(1, 127)),
            max_size=40,
            unique_by=lambda note: (round(note.tick * FINER), note.note),
        )
    )
    ends = dict.fromkeys(range(128), float(end))
    placed = []
    for note in sorted(notes, reverse=True):
        placed.append(note._replace(length=min(60.0, ends[note.note] - note.tick)))
        ends[note.note] = note.tick
    bpm = st.floats(20, 300)
    tempos = [(0, draw(bpm)), *draw(st.lists(st.tuples(st.just(end // 2), bpm), max_size=1))]
    return Clip(draw(st.text(max_size=8)), "", bars, tuple(tempos), tuple(placed[::-1]), meter)


@pytest.mark.long
@settings(deadline=None)
@given(clips(), st.sampled_from([Layout(), Layout(1), Layout(1, VOICES)]))
def test_any_clip_is_read_back_with_its_notes_in_order_and_ends_on_the_bar(
    tmp_path_factory: pytest.TempPathFactory, clip: Clip, layout: Layout
) -> None:
    """Mido and symusic read the same notes, velocities and tempos at the same moments."""
    path = written(tmp_path_factory.mktemp("clip") / "a.mid", write(clip, layout))
    found = tracks(path)
    assert {track[-1][0] for track in found} == {clip.ticks * FINER}
    messages = [(tick, m) for track in found for tick, m in track]
    heard = [(tick, m.note, m.velocity) for tick, m in messages if m.type == "note_on"]
    assert len(heard) == len(clip.notes)
    key = [*VOICES] if layout.parts else []
    wanted = sorted(clip.notes, key=lambda n: key.index(n.note) if n.note in key else len(key))
    for (tick, note, velocity), wish in zip(heard, wanted, strict=True):
        assert (note, velocity) == (wish.note, wish.velocity)
        assert abs(tick - wish.tick * FINER) <= 0.5
    offs = [m.velocity for _, m in messages if m.type == "note_off"]
    assert offs == [64] * len(clip.notes)
    foreign = symusic.Score(str(path))
    assert sorted((n.time, n.pitch, n.velocity) for t in foreign.tracks for n in t.notes) == sorted(
        heard
    )
    assert all(note.duration > 0 for track in foreign.tracks for note in track.notes)
    tempos = [(tempo.time / FINER, tempo.qpm) for tempo in foreign.tempos]
    assert [tick for tick, _ in tempos] == [tick for tick, _ in clip.tempos]
    assert [bpm for _, bpm in tempos] == pytest.approx([bpm for _, bpm in clip.tempos], abs=0.001)


def test_a_beat_is_where_it_was_to_a_fifth_of_a_millisecond_at_20_bpm(tmp_path: Path) -> None:
    notes = [ClipNote(tick + 1 / 3, 36, 100, 20) for tick in range(0, 1920, 60)]
    path = written(tmp_path / "a.mid", write(Clip("x", "", 1, ((0, 20.0),), tuple(notes))))
    heard = [tick for tick, message in tracks(path)[0] if message.type == "note_on"]
    off = [abs(tick / FINER - n.tick) * 60 / 20 / 480 for tick, n in zip(heard, notes, strict=True)]
    assert max(off) < 0.0002


def test_two_strokes_of_a_key_that_would_meet_come_a_tick_apart(tmp_path: Path) -> None:
    notes = tuple(ClipNote(960 + n / 100, 38, 60 + n, 0.01) for n in range(3))
    path = written(tmp_path / "a.mid", write(Clip("x", "", 1, ((0, 120.0),), notes)))
    (sounding,) = symusic.Score(str(path)).tracks
    assert [(n.time, n.velocity) for n in sounding.notes] == [(19198, 60), (19199, 61), (19200, 62)]


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            MidiNote, st.integers(0, 1900), st.integers(0, 127), st.integers(1, 127), st.just(1)
        ),
        unique_by=lambda note: (note.tick, note.note),
    )
)
def test_any_notes_are_written_the_same_in_any_order(notes: list[MidiNote]) -> None:
    assert write(clip_with(notes)) == write(clip_with(list(reversed(notes))))


def test_the_file_is_type_0_on_channel_10_with_off_velocity_64(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mid", write(clip_with(NOTES, name="Käse")))
    file = mido.MidiFile(path, charset="utf-8")
    assert file.type == 0
    assert file.tracks[0].name == "Käse"
    played = [m for m in file.tracks[0] if not m.is_meta]
    assert {m.channel for m in played} == {9}
    assert {m.velocity for m in played if m.type == "note_off"} == {64}


def test_type_1_has_a_track_for_tempo_and_meter_and_one_for_the_drums(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mid", write(clip_with(NOTES, name="Funk"), Layout(1)))
    file = mido.MidiFile(path)
    first, drums = file.tracks
    assert (file.type, first.name, drums.name) == (1, "Funk", "Funk")
    assert {message.type for message in first} == {
        *("track_name", "set_tempo", "time_signature", "end_of_track")
    }
    assert {m.type for m in drums} == {"track_name", "note_on", "note_off", "end_of_track"}


def test_voices_have_tracks_of_their_own_in_the_order_of_the_kit(tmp_path: Path) -> None:
    notes = [*NOTES, MidiNote(960, 99, 50, 60), MidiNote(960, 40, 50, 60)]
    layout = Layout(1, {36: "Kick", 38: "Snare", 40: "Snare", 50: "High tom", 42: "Closed hat"})
    path = written(tmp_path / "a.mid", write(clip_with(notes), layout))
    _, *parts = mido.MidiFile(path).tracks
    found = {track.name: [m.note for m in track if m.type == "note_on"] for track in parts}
    assert list(found) == ["Kick", "Snare", "Closed hat", OTHERS]
    assert found == {"Kick": [36], "Snare": [38, 40], "Closed hat": [42], OTHERS: [99]}


@pytest.mark.parametrize(("kind", "parts"), [(2, {}), (0, {36: "Kick"})])
def test_a_layout_that_no_file_has_is_refused(kind: int, parts: dict[int, str]) -> None:
    with pytest.raises(ValueError, match=f"type {kind}"):
        Layout(kind, parts)


def test_nothing_lasts_beyond_the_end_of_the_track(tmp_path: Path) -> None:
    late = [MidiNote(1900, 36, 100, 500), MidiNote(5000, 38, 100, 10)]
    score = read(written(tmp_path / "a.mid", write(clip_with(late))))
    assert score.ticks == 1920
    assert [note.tick for note in score.notes] == [1900, 1920]  # half a 480th before the end


def test_other_resolutions_are_brought_to_480(tmp_path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=96)
    track = mido.MidiTrack()
    track.append(mido.Message("note_on", note=36, velocity=9, time=96))
    track.append(mido.Message("note_on", note=36, velocity=0, time=48))
    file.tracks.append(track)
    file.save(tmp_path / "a.mid")
    assert read(tmp_path / "a.mid").notes == (MidiNote(480, 36, 9, 240),)


def test_what_is_not_midi_is_named(tmp_path: Path) -> None:
    for data in (b"", b"MThd", b"RIFF....", write(clip_with(NOTES))[:20]):
        path = written(tmp_path / "bad.mid", data)
        with pytest.raises(ValueError, match=r"bad\.mid"):
            read(path)
