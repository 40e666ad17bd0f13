"""A take on disk: what is written is read back, whatever stopped the writing."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import TakeError
from engine.score.grid import METERS
from engine.score.notes import Voice
from engine.takes.take import Begun, Left, Played, Record
from engine.timing.timeline import Timeline
from live.takes.header import TakeHeader
from live.takes.reader import read_take
from live.takes.writer import FULL, TakeWriter

HEADER = TakeHeader("2026-11-21T20:15:00+01:00", 3, 10, {"kick": 36})


def begun(number: int, at: float | None = None, **more: Any) -> Begun:
    at = 5.0 + number * 2.0 if at is None else at
    return Begun(number, number * 1920, at, 120.0, "funk", "model", **more)


def played(number: int, tick: float, score: int, bpm: float = 120.0) -> Played:
    return Played(number, tick, score, 36, 100, 5.0 + number * 2 + tick / 960, bpm)


def bar(number: int) -> list[Record]:
    return [begun(number), *(played(number, beat * 480 - 1.3, beat * 480) for beat in range(4))]


def written(folder: Path, *batches: list[Record], ended: bool = True, **more: Any) -> TakeWriter:
    writer = TakeWriter(folder, "take", HEADER, **more)
    for batch in batches:
        writer.write(batch)
    writer.close(ended=ended)
    return writer


def test_it_tells_its_file_the_last_of_several(tmp_path: Path) -> None:
    assert written(tmp_path).path is None
    assert written(tmp_path, bar(0)).path == tmp_path / "take.jsonl"
    many = written(tmp_path / "b", *map(bar, range(5)), most=1)
    assert many.path == tmp_path / "b" / "take_5.jsonl"


def test_what_was_played_is_read_back(tmp_path: Path) -> None:
    first = begun(0, controls=(("density", 0.5), ("style", "funk")))
    seven = Begun(2, 9600, 9.0, 92.5, "jazz", "fallback", True, 480.0, METERS["7/8"], left=2880.0)
    records: list[Record] = [
        first, played(0, 0.0, 0), played(0, 481.5, 480), played(1, -2.0, 0), begun(1),
        played(1, 480.0, 480, 125.0), Left(1, 960.0, 8.0), seven, Left(2, 1000.0, 9.5),
    ]  # fmt: skip
    written(tmp_path, records[:3], records[3:])
    reading = read_take(tmp_path / "take.jsonl")
    assert (reading.header, reading.damaged) == (HEADER, 0)
    kinds = [type(record) for record in reading.records]
    assert kinds == [type(record) for record in records]
    for told, read in zip(records, reading.records, strict=True):
        if isinstance(told, Played):
            assert isinstance(read, Played)
            assert read.at == pytest.approx(told.at - 5.0, abs=0.03)
            assert (read.number, read.tick, read.score) == (told.number, told.tick, told.score)
            assert (read.note, read.velocity, read.bpm) == (told.note, told.velocity, told.bpm)
        elif isinstance(told, Begun):
            assert isinstance(read, Begun)
            assert (read.start, read.meter, read.entered) == (told.start, told.meter, told.entered)
            assert (read.style, read.source, read.fill) == (told.style, told.source, told.fill)
            assert (read.controls, read.left) == (told.controls, told.left)
    assert [one.whole for one in reading.bars] == [True, False, False]


def test_a_note_takes_few_bytes(tmp_path: Path) -> None:
    hits = [played(0, tick - 1.3, tick) for tick in range(0, 1920, 120)]
    written(tmp_path, *[[begun(n), *hits] for n in range(100)])
    assert (tmp_path / "take.jsonl").stat().st_size < 100 * (16 * 17 + 75)


def test_a_wavering_clock_is_not_written_down_note_for_note(tmp_path: Path) -> None:
    notes = [played(0, n * 100.0, n * 100, 120.0 + 0.05 * (n % 2)) for n in range(10)]
    written(tmp_path, [begun(0), *notes])
    assert (tmp_path / "take.jsonl").read_bytes().count(b'"bpm"') == 1


@given(st.integers(0, 600), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_cut_off_anywhere_all_lines_before_are_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int, batch: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    records = [record for number in range(4) for record in bar(number)]
    parts = [records[at : at + batch] for at in range(0, len(records), batch)]
    written(folder, *parts)
    data = (folder / "take.jsonl").read_bytes()
    header = data.index(b"\n") + 1
    path = folder / "cut.jsonl"
    path.write_bytes(data[: header + cut])
    reading = read_take(path)
    whole = path.read_bytes()[header:].count(b"\n")
    assert reading.damaged <= 1
    lines = [json.loads(line) for line in data[header:].split(b"\n")[:whole]]
    notes = sum(len(line["n"]) // 4 for line in lines if "n" in line)
    assert notes <= sum(isinstance(r, Played) for r in reading.records) <= notes + batch


def test_a_tempo_that_rises_within_a_bar_is_read_back_to_the_millisecond(tmp_path: Path) -> None:
    line, notes = Timeline(0.0, 5.0, 120.0), []
    for tick in range(0, 1920, 120):
        notes.append(Played(0, tick, tick, 36, 100, line.seconds(tick), line.bpm))
        line = line.with_tempo(line.bpm + 0.5, line.seconds(tick))
    written(tmp_path, [begun(0), *notes])
    read = [note for one in read_take(tmp_path / "take.jsonl").bars for note in one.notes]
    assert [note.at for note in read] == pytest.approx([note.at - 5.0 for note in notes], abs=1e-3)


def test_a_bar_in_which_the_drummer_was_killed_is_no_whole_bar(tmp_path: Path) -> None:
    written(tmp_path, bar(0), bar(1)[:3], ended=False)
    bars = read_take(tmp_path / "take.jsonl").bars
    assert [one.whole for one in bars] == [True, False]
    assert bars[1].left == 478.7


def test_a_line_that_cannot_be_read_costs_no_other(tmp_path: Path) -> None:
    written(tmp_path, bar(0), bar(1))
    path = tmp_path / "take.jsonl"
    lines = path.read_bytes().split(b"\n")
    for bad in (
        b"\0\0\0\0",
        b"[1]",
        b'{"n":[0,1]}',
        b'{"n":[]}',
        b'{"b":"x"}',
        b'{"what":1}',
        b"7",
    ):
        path.write_bytes(b"\n".join([*lines[:2], bad, *lines[2:]]))
        reading = read_take(path)
        assert (reading.damaged, len(reading.records)) == (1, 10)


def test_notes_before_any_bar_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "take.jsonl"
    written(tmp_path, bar(0))
    header = path.read_bytes().split(b"\n")[0]
    path.write_bytes(header + b'\n{"n":[0,0,0,36,100]}\n')
    assert read_take(path).damaged == 1
    assert read_take(path).bars == ()


@pytest.mark.parametrize(
    "text", [b"", b"RIFF", b"{}", b'{"take": 9, "began": "", "seed": 0, "channel": 1, "kit": {}}']
)
def test_what_is_no_take_is_named(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(text)
    with pytest.raises(TakeError, match=r"a\.jsonl: (is no take|a take of make 9)"):
        read_take(path)
    with pytest.raises(TakeError, match=r"b\.jsonl: cannot be read"):
        read_take(tmp_path / "b.jsonl")


def test_a_long_take_goes_on_in_parts_that_stand_by_themselves(tmp_path: Path) -> None:
    controls = begun(0, controls=(("density", 0.5),))
    moved = begun(1, controls=(("swing", 60.0),))
    written(
        tmp_path, [controls], bar(0)[1:], [moved, *bar(1)[1:]], *map(bar, range(2, 9)), most=400
    )
    parts = sorted(tmp_path.iterdir())
    assert len(parts) > 2
    readings = [read_take(part) for part in parts]
    assert [b.begun.number for r in readings for b in r.bars] == list(range(9))
    assert all(b.whole and b.controls["density"] == 0.5 for r in readings for b in r.bars)
    assert readings[-1].bars[0].controls == {"density": 0.5, "swing": 60.0}
    assert readings[-1].bars[0].begun.start == readings[-1].bars[0].begun.number * 1920


def test_two_drummers_of_one_second_write_two_takes(tmp_path: Path) -> None:
    written(tmp_path, bar(0))
    written(tmp_path, bar(0), bar(1))
    assert [len(read_take(path).bars) for path in sorted(tmp_path.iterdir())] == [1, 2]


class Full(io.FileIO):
    """A file on a disk that has room for so many bytes."""

    room = 0

    def write(self, data: Any) -> int:
        if not Full.room:
            raise OSError(28, "No space left on device")
        taken = min(len(data), Full.room)
        Full.room -= taken
        return super().write(bytes(data[:taken]))


def test_what_a_full_disk_does_not_take_is_written_when_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda self, _mode, **_: Full(self, "x"))
    writer = TakeWriter(tmp_path, "take", HEADER)
    Full.room = 250
    writer.write(bar(0))
    assert writer.fault == ""
    writer.write(bar(1))
    writer.write(bar(2))
    assert "No space left on device" in writer.fault and str(tmp_path) in writer.fault
    Full.room = 1 << 20
    writer.write(bar(3))
    assert writer.fault == ""
    writer.close()
    monkeypatch.undo()
    reading = read_take(tmp_path / "take.jsonl")
    assert (reading.damaged, len(reading.bars)) == (0, 4)


def test_the_articulations_of_the_kit_are_kept_and_are_their_voices(tmp_path: Path) -> None:
    kit, extra = {"kick": 36, "snare": 38}, {"rimshot": 40}
    writer = TakeWriter(tmp_path, "take", TakeHeader(HEADER.began, 3, 10, kit, extra))
    writer.write(bar(0))
    writer.close()
    reading = read_take(tmp_path / "take.jsonl")
    assert (reading.damaged, reading.header.articulations) == (0, extra)
    assert reading.header.voices == {36: Voice.KICK, 38: Voice.SNARE, 40: Voice.SNARE}


def test_a_folder_that_cannot_be_made_is_said_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("a file")
    writer = TakeWriter(tmp_path / "there", "take", HEADER)
    writer.write(bar(0))
    writer.sync()
    assert "the take cannot be written" in writer.fault
    (tmp_path / "there").unlink()
    writer.write(bar(1))
    writer.close()
    assert len(read_take(tmp_path / "there" / "take.jsonl").bars) == 2


@pytest.mark.long
def test_a_disk_that_takes_nothing_for_days_costs_no_more_memory(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("a file")
    writer = TakeWriter(tmp_path / "there", "take", HEADER)
    notes: list[Record] = [played(0, 0.0, 0)] * 100_000
    writer.write([begun(0)])
    for _ in range(20):
        writer.write(notes)
    assert writer.lost > 0
    assert len(writer._waiting) <= FULL
    (tmp_path / "there").unlink()
    writer.write(bar(1))
    writer.close()
    (last,) = read_take(tmp_path / "there" / "take.jsonl").bars
    assert (last.begun.number, last.whole, len(last.notes)) == (1, True, 4)


def test_a_sync_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    writer = TakeWriter(tmp_path, "take", HEADER)
    writer.write(bar(0))
    writer.sync()
    assert "Input/output error" in writer.fault
    writer.close()


def test_a_take_in_which_nothing_was_played_leaves_no_file(tmp_path: Path) -> None:
    written(tmp_path)
    assert list(tmp_path.iterdir()) == []
