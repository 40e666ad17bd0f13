"""MIDI files of others: read as far as they go, and what is wrong said."""

from __future__ import annotations

import struct
from pathlib import Path

import mido
import pytest

from engine.score.grid import Meter
from model.midi_files.drum_file import MidiNote, read
from model.midi_files.edit import Edit
from model.midi_files.events import file_bytes
from model.midi_files.reader import BIGGEST, parsed
from model.midi_files.strokes import strokes_of
from tests.model.midi_files.foreign import END, NOTE, bar, head, hit, meta, name, text, track

KICK = (0, 36, 100, 96)


def notes(data: bytes) -> list[tuple[int, int, int, int]]:
    """(tick of the file, note, velocity, length) of all notes."""
    found = [stroke for track in parsed(data).tracks for stroke in strokes_of(track)]
    return [(s.tick, s.note, s.velocity, s.end - s.tick) for s in found]


def riff(data: bytes) -> bytes:
    return b"RIFF" + struct.pack("<L", len(data) + 12) + b"RMIDdata" + struct.pack("<L", len(data))


# ---- what the format allows
@pytest.mark.parametrize(
    "data",
    [
        head() + b"XFIH" + struct.pack(">L", 3) + b"abc" + track(),
        head() + track() + b"XFKM\0\0\0\0",
        head(more=b"more") + track(),
        head() + track(b"\0\x99\x24\x64\x60\x24\0" + END),  # running status
        head() + track(b"\0\x99\x24\x64\0\xf0\2\1\xf7\x60\x24\0" + END),  # across SysEx
        head() + track(b"\0\x99\x24\x64\0\xff\1\1a\x60\x24\0" + END),  # and across text
        head() + track(b"\0\xf0\3\1\2\3\0\xf7\2\4\xf7" + NOTE + END),  # SysEx in two pieces
        head() + track(b"\0\xf7\1\xf8" + NOTE + END),  # an escaped clock
        head() + track(meta(0x59, b"\x0f\0") + NOTE + END),  # a key that there is not
        head() + track(meta(0x58, b"\0\2\x18\x08") + NOTE + END),  # 0/4
        head() + track(meta(0x58, b"\4\xff\x18\x08") + NOTE + END),
        head() + track(meta(0x58, b"") + meta(0x51, b"") + meta(0x51, b"\0\0\0") + NOTE + END),
        head() + track(meta(0x60, b"new") + NOTE + END),
    ],
)
def test_what_is_valid_or_harmless_is_read_without_a_word(data: bytes) -> None:
    assert notes(data) == [KICK]
    assert parsed(data).faults == []
    assert (parsed(data).bpm, parsed(data).meters) == (120.0, [Meter(4, 4)])


def test_a_file_in_a_riff_is_read_and_what_follows_it_is_the_riffs() -> None:
    inner = head() + track()
    assert notes(riff(inner) + inner + b"LIST\4\0\0\0INFO") == [KICK]
    assert parsed(riff(inner) + inner + b"LIST\4\0\0\0INFO").faults == []


# ---- what it does not allow
@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (head(0, 2) + track() + track(END), "type 0 with 2 tracks; read as type 1"),
        (head(7) + track(), "type 7, allowed are 0, 1 and 2; read as type 1"),
        *(
            (head() + track(b"\0" + junk + NOTE + END), "track 1: 1 system messages are left out")
            for junk in (b"\xf6", b"\xf8", b"\xfa", b"\xfb", b"\xfc", b"\xfe", b"\xf1\1",
                         b"\xf2\1\2", b"\xf3\1", b"\xf4", b"\xf9", b"\xfd")
        ),
        (head() + track(NOTE + END, 99), "the track at byte 14 is cut off"),
        (head() + track(NOTE + END, 5) , "the track at byte 14 has a wrong length"),
        (head() + track(NOTE + END, 0xFFFFFFFF), "the track at byte 14 is cut off"),
        (head() + track(NOTE), "track 1 has no end"),
        (head() + track(NOTE + b"\0"), "track 1 was read up to byte 30: an event is cut off"),
        (head() + track(NOTE + END + NOTE),
         "track 1 has 8 bytes after its end, which are left out"),
        (head() + track(NOTE + b"\0\x99\x24\xc8" + END),
         "track 1 was read up to byte 30: a value of 200, allowed are 0..127"),
        (head() + track(NOTE + b"\xff\xff\xff\xff\x7f" + NOTE + END),
         "track 1 was read up to byte 30: a number of more than four bytes"),
        (head() + track(NOTE + b"\xff\xff\xff\x7f" + NOTE + END),
         "track 1 was read up to byte 30: 268435455 ticks to the next event, which would be hours"
         " away"),
        (head() + track() + b"junk!", "5 bytes at its end are no MIDI"),
        (head() + b"\0\0" + track(), "2 bytes at byte 14 are no MIDI"),
        (head(tracks=3) + track(), "its head tells 3 tracks, but there are 1"),
        (head(tracks=0) + track(), "its head tells 0 tracks, but there are 1"),
        (head(division=0) + track(), "0 ticks a beat; read as 480"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_rest_read_and_written_well(
    data: bytes, fault: str, tmp_path: Path
) -> None:
    assert notes(data) == [KICK]
    assert parsed(data).faults == [fault]
    (tmp_path / "a.mid").write_bytes(file_bytes(parsed(data)))
    again = mido.MidiFile(tmp_path / "a.mid")
    assert [m.note for m in again if m.type == "note_on"] == [36]
    assert parsed(file_bytes(parsed(data))).faults == []


def test_a_value_without_a_status_ends_a_track() -> None:
    file = parsed(head() + track(b"\0\x24\x64" + END))
    assert file.faults == ["track 1 was read up to byte 22: a value without a status"]


def test_a_track_told_too_short_goes_on_to_its_end_and_the_next_is_found() -> None:
    data = head(1, 2) + track(NOTE * 3 + END, 9) + track(bar(0) + END)
    assert len(notes(data)) == 3 + 12
    assert parsed(data).faults == ["the track at byte 14 has a wrong length"]


def test_a_track_told_too_long_does_not_swallow_the_next() -> None:
    data = head(1, 2) + track(NOTE + END, 40) + track(bar(0) + END)
    assert len(notes(data)) == 1 + 12


def test_a_damaged_track_leaves_the_others_whole() -> None:
    data = head(1, 3) + track(NOTE + b"\0\xff\x01\x7fa") + track() + track()
    assert notes(data) == [KICK] * 3
    assert parsed(data).faults == ["track 1 was read up to byte 30: an event is cut off"]


def test_a_file_cut_off_anywhere_is_read_up_to_there() -> None:
    data = head() + track(bar(9) + END)
    counts = []
    for size in range(22, len(data)):
        file = parsed(data[:size])
        assert file.faults
        counts.append(len(notes(data[:size])))
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 12)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"words", "no MThd, with which one begins"),
        (head()[:13], "cut off in its head"),
        (head(), "it has no track"),
        (head(tracks=0), "it has no track"),
        (bytes(BIGGEST + 1), "larger than 8 MB"),
    ],
)
def test_what_holds_no_midi_is_refused_with_a_reason(
    data: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "a.mid").write_bytes(data)
    with pytest.raises(ValueError, match=rf"a\.mid: not a readable MIDI file \({reason}\)"):
        read(tmp_path / "a.mid")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"Is a directory|denied"):
        read(tmp_path)


def test_a_recording_of_hours_is_read_whole(tmp_path: Path) -> None:
    evening = b"".join(hit(480 * 60 * 20, 36) for _ in range(50))  # every ten minutes at 120 BPM
    (tmp_path / "a.mid").write_bytes(head() + track(evening + END))
    assert len(read(tmp_path / "a.mid").notes) == 50
    assert read(tmp_path / "a.mid").faults == ()
    endless = head() + track(evening * 10 + END)
    assert len(notes(endless)) == 54
    assert "which would be hours away" in parsed(endless).faults[0]


# ---- SMPTE, and patterns
@pytest.mark.parametrize(
    ("frames", "ticks", "tempo", "bpm"),
    [
        (25, 40, b"", 120),
        (24, 100, b"", 120),
        (30, 80, meta(0x51, (600_000).to_bytes(3)), 100),
        (25, 40, meta(0x51, b"\0\0\1"), 120),  # a tempo that nobody plays
    ],
)
def test_smpte_time_is_read_as_beats_and_written_so(
    frames: int, ticks: int, tempo: bytes, bpm: float, tmp_path: Path
) -> None:
    second = frames * ticks
    # Another tempo moves nothing in a file of seconds.
    later = meta(0x51, (300_000).to_bytes(3)) if tempo else b""
    data = head(division=(256 - frames) << 8 | ticks)
    data += track(tempo + hit(second, 36, last=second // 2) + later + hit(second // 2, 38) + END)
    path = tmp_path / "a.mid"
    path.write_bytes(data)
    score = read(path)
    beat = round(480 * bpm / 60)
    assert [(note.tick, note.note) for note in score.notes] == [(beat, 36), (beat * 2, 38)]
    assert score.bpm == bpm
    said = f"its time is SMPTE's, {frames} frames a second of {ticks} ticks"
    assert score.faults == (f"{said}; read as beats of {bpm} BPM",)
    path.write_bytes(Edit.open(path).moved([(n.tick, n.velocity) for n in score.notes]))
    assert [note.tick for note in read(path).notes] == [beat, beat * 2]
    assert (read(path).bpm, read(path).faults) == (bpm, ())


def test_patterns_for_days_are_left_out() -> None:
    hours = b"".join(hit(480 * 4000, 36) for _ in range(16))
    file = parsed(head(2, 3) + (track(hours + END)) * 3)
    assert len(file.tracks) == 2
    assert file.faults[0] == "the patterns after track 2 are left out: hours of others"


def test_ntsc_frames_are_a_thousandth_slower() -> None:
    file = parsed(head(division=(256 - 29) << 8 | 80) + track(hit(240_000, 36) + END))
    assert file.tracks[0].events[1].tick == pytest.approx(9600 * 2 * 100.1, abs=1)


def test_patterns_of_type_2_follow_one_another_from_bar_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    short = hit(0, 36) + hit(900, 38)  # two beats of a bar
    path.write_bytes(head(2, 3) + track(short + END) + track(bar(9) + END) + track(short + END))
    score = read(path)
    kicks = [note.tick for note in score.notes if note.note == 36]
    assert kicks == [0, 1920, 2880, 3840]
    assert score.faults == ("type 2: its 3 patterns are read one after the other",)
    assert score.ticks == 3840 + 1020
    edit = Edit.open(path)
    path.write_bytes(edit.moved([(note.tick + 5, 50) for note in edit.notes()]))
    assert [n.tick for n in read(path).notes if n.note == 36] == [5, 1925, 2885, 3845]
    assert mido.MidiFile(path).type == 2


# ---- nothing is lost on the way
def test_what_nobody_moves_is_written_as_it_came(tmp_path: Path) -> None:
    odd = b"\0\xf0\3\1\2\3\0\xf7\2\4\xf7" + b"\0\xf0\2\x01\xf7" + b"\0\xa1\x24\x10"
    odd += b"\0\xe1\1\2" + b"\0\xd1\5" + b"\0\xc1\6" + text(5, "lyric") + meta(0x7F, b"\0\0A")
    odd += meta(0x59, b"\x0f\0") + meta(0x54, b"\1\2\3\4\5") + meta(0x60, b"??")
    other = name("Keys") + odd + b"\0\x91\x40\x40" + b"\x0a\xb1\1\2" + b"\0\x81\x40\0" + END
    data = head(1, 2) + track(other) + track(bar(9) + END)
    path = tmp_path / "a.mid"
    path.write_bytes(data)
    edit = Edit.open(path)
    path.write_bytes(edit.moved([(note.tick + 3, 99) for note in edit.notes()]))
    before, after = parsed(data), parsed(path.read_bytes())
    assert after.tracks[0] == before.tracks[0]
    assert path.read_bytes()[14 : 22 + len(other)] == track(other)  # byte for byte
    kept = [[e for e in one.tracks[1].events if e.status & 0xF0 == 0xB0] for one in (before, after)]
    assert kept[0] == kept[1]


def test_notes_of_480_ticks_come_out_of_any_division(tmp_path: Path) -> None:
    for division in (1, 24, 96, 100, 480, 960, 15360, 32767):
        path = tmp_path / "a.mid"
        path.write_bytes(head(division=division) + track(hit(division, 36, last=division) + END))
        assert read(path).notes == (MidiNote(480, 36, 100, 480),)
        edit = Edit.open(path)
        assert edit.notes() == read(path).notes
        path.write_bytes(edit.moved([(480, 100)]))
        assert read(path).notes == (MidiNote(480, 36, 100, 480),)
