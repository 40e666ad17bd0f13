"""A disk that takes nothing until the end: what was played lies elsewhere, or its loss is said."""

import errno
import importlib
import io
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DeliveryError
from engine.takes.clip import Clip, ClipNote
from engine.takes.take import Begun, Keep, Played, Record
from live.ableton.alc import AlcFolder
from live.config import Clips, Config, Takes
from live.performance import say_parting
from live.takes.destinations import Rescued, destinations
from live.takes.folder import chosen_of, found
from live.takes.header import TakeHeader
from live.takes.listing import list_takes
from live.takes.midi_folder import MidiFolder
from live.takes.process import TakeKeeper
from live.takes.reader import read_take
from live.takes.replay import messages
from live.takes.spec import TakesSpec
from live.takes.supervisor import TakesSupervisor
from live.takes.writer import PATIENCE

HEADER = TakeHeader("2026-11-21T20:15:00+01:00", 3, 10, {"kick": 36})
FULL = OSError(errno.ENOSPC, "No space left on device")
FAULTS = (
    FULL,
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    OSError(errno.EIO, "Input/output error"),
    OSError(errno.EROFS, "Read-only file system"),
    OSError(errno.ESTALE, "Stale file handle"),
)
CLIP = Clip("Funk 1 bar 120 BPM", "funk", 1, ((0, 120.0),), (ClipNote(0, 36, 100),))


class Disks:
    """Folders that take so many bytes more, or refuse to sync; others are as usual."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room: dict[Path, float] = {}
        self.why: OSError = FULL
        self.deaf: set[Path] = set()  # those that cannot sync
        disks, fsync = self, os.fsync
        folders: dict[int, Path] = {}  # by descriptor

        class File(io.FileIO):
            def __init__(self, path: Path, mode: str) -> None:
                super().__init__(path, mode)
                folders[self.fileno()] = path.parent

            def write(self, data: Any) -> int:
                folder = Path(str(self.name)).parent
                taken = int(min(len(data), disks.room.get(folder, len(data))))
                if data and not taken:
                    raise disks.why
                if folder in disks.room:
                    disks.room[folder] -= taken
                return super().write(bytes(data[:taken])) or 0

        def refuse(descriptor: int) -> None:
            if folders.get(descriptor) in disks.deaf:
                raise OSError(errno.EIO, "Input/output error")
            fsync(descriptor)

        monkeypatch.setattr(Path, "open", self._opener(File, Path.open))
        monkeypatch.setattr(os, "fsync", refuse)

    @staticmethod
    def _opener(file: Any, usual: Any) -> Any:
        def opened(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
            if mode in ("x+b", "xb", "wb") and (mode == "x+b" or path.name.startswith(".")):
                return file(path, mode.replace("b", ""))
            return usual(path, mode, *more, **named)

        return opened


@pytest.fixture
def disks(monkeypatch: pytest.MonkeyPatch) -> Disks:
    return Disks(monkeypatch)


def bar(number: int) -> list[Record]:
    controls = (("density", number / 10),) if number % 3 == 0 else ()
    begun = Begun(number, number * 1920, number * 2.0, 120.0, "funk", "model", controls=controls)
    return [begun, *(Played(number, b * 480.0, b * 480, 36, 90 + b, 0, 120.0) for b in range(4))]


def strokes(*paths: Path) -> list[tuple[int, int]]:
    """Bar and velocity of every note of takes, in order and once."""
    bars = [one for path in paths for one in read_take(path).bars]
    return sorted({(note.number, note.velocity) for one in bars for note in one.notes})


PLAYED = [(number, 90 + beat) for number in range(6) for beat in range(4)]


class Evening:
    """Bars are played, with a sync after each, as the takes' process does it."""

    def __init__(self, folder: Path, disks: Disks) -> None:
        self.takes, self.first, self.second = (folder / n for n in ("takes", "first", "second"))
        self.disks, self.said = disks, list[tuple[str, str]]()
        rescue = (str(self.first), str(self.second))
        spec = TakesSpec(HEADER, str(self.takes), rescue=rescue)
        self.keeper = TakeKeeper(spec, [], lambda kind, text: self.said.append((kind, text)))

    def play(self, numbers: range, syncs: int = 1) -> None:
        for number in numbers:
            self.keeper.hear(bar(number))
            for _ in range(syncs):
                self.keeper.sync()

    def end(self) -> str:
        """The last word about it, "" where all is well."""
        before = len(self.said)
        self.keeper.close(ended=True)
        return "; ".join(text for kind, text in self.said[before:] if kind == "take")

    def found(self) -> list[Path]:
        return [path for path in (self.takes, self.first, self.second) for path in found(path)]


@pytest.fixture
def evening(tmp_path: Path, disks: Disks) -> Evening:
    return Evening(tmp_path, disks)


# ---- until the end
@pytest.mark.parametrize("why", FAULTS, ids=lambda why: errno.errorcode[why.errno])
@pytest.mark.parametrize("room", [0, 60, 103, 104, 150, 250, 300, 450])
def test_what_a_disk_does_not_take_until_the_end_lies_elsewhere_and_it_is_said(
    evening: Evening, room: int, why: OSError
) -> None:
    evening.disks.room, evening.disks.why = {evening.takes: room}, why
    evening.play(range(6))
    (_, said), *_ = evening.said
    assert f"{evening.takes}: the take cannot be written ({why.strerror})" in said
    last = evening.end()
    (copy,) = found(evening.first)
    assert f"of it in {copy}" in last and why.strerror in last
    assert strokes(*evening.found()) == PLAYED
    for path in evening.found():
        assert len(read_take(path).bars) > 0, "no empty take stays"
    copied = read_take(copy)
    assert copied.damaged == 0
    assert copied.bars[-1].controls == {"density": 0.3} and copied.bars[-1].whole
    assert sum(damaged for damaged in (read_take(p).damaged for p in found(evening.takes))) <= 1


def test_a_disk_that_takes_nothing_at_all_leaves_no_empty_file(evening: Evening) -> None:
    evening.disks.room = {evening.takes: 0}
    evening.play(range(6))
    assert found(evening.takes) == []
    assert "6 bars of it in" in evening.end()
    assert found(evening.takes) == []


def test_soon_there_is_a_copy_so_that_nobody_who_is_killed_takes_it_along(evening: Evening) -> None:
    evening.disks.room = {evening.takes: 250}
    evening.play(range(2), syncs=PATIENCE)
    evening.play(range(2, 3))
    (copy,) = found(evening.first)
    assert strokes(*evening.found()) == PLAYED[:12]
    assert f"it goes on in memory and in {copy}" in evening.said[-1][1]
    assert "memory until then" in evening.said[0][1]


def test_the_copy_goes_when_the_disk_takes_all(evening: Evening) -> None:
    evening.disks.room = {evening.takes: 250}
    evening.play(range(3), syncs=PATIENCE)
    assert found(evening.first)
    evening.disks.room = {}
    evening.play(range(3, 6))
    assert found(evening.first) == []
    assert evening.said[-1] == ("kept", "the take is written again")
    assert evening.end() == ""
    (path,) = evening.found()
    assert (strokes(path), read_take(path).damaged) == (PLAYED, 0)


def test_elsewhere_too_the_next_folder_is_tried(evening: Evening) -> None:
    evening.disks.room = {evening.takes: 0, evening.first: 400}
    evening.play(range(6), syncs=PATIENCE)
    (copy,) = found(evening.second)
    assert found(evening.first) == []
    assert f"6 bars of it in {copy}" in evening.end()
    assert strokes(copy) == PLAYED


@pytest.mark.parametrize("room", [0, 250])
def test_where_no_disk_takes_it_what_is_lost_and_what_was_tried_are_said(
    evening: Evening, room: int
) -> None:
    evening.disks.room = dict.fromkeys((evening.takes, evening.first, evening.second), 0)
    evening.disks.room[evening.takes] = room
    evening.play(range(6), syncs=PATIENCE)
    assert "kept in memory until then" in evening.said[0][1]
    last = evening.end()
    lost = 6 - len({number for number, _ in strokes(*evening.found())})
    assert f"{lost + bool(room)} bars of it lost" in last or f"{lost} bars of it lost" in last
    for folder in (evening.takes, evening.first, evening.second):
        assert f"{folder}: " in last
    assert len(evening.found()) == bool(room)


def test_bars_that_memory_has_no_room_for_are_said_at_once_and_at_the_end(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.takes.writer.FULL", 300)
    evening.disks.room = dict.fromkeys((evening.takes, evening.first, evening.second), 0)
    evening.play(range(6))
    said = [text for _, text in evening.said if "are lost" in text]
    assert "1 bar or more are lost" in said[0] and "4 bars or more are lost" in said[-1]
    evening.disks.room = {}
    evening.play(range(6, 7))
    assert "5 bars lost that neither a disk nor memory took" in evening.end()
    (path,) = evening.found()
    assert strokes(path)[-1] == (6, 93) and read_take(path).damaged <= 1


def test_what_memory_let_go_is_kept_where_the_copy_is(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.takes.writer.FULL", 300)
    evening.disks.room = {evening.takes: 250}
    evening.play(range(2), syncs=PATIENCE)
    evening.play(range(2, 5))
    evening.disks.room = {}
    evening.play(range(5, 6))
    last = evening.end()
    (copy,) = found(evening.first)
    assert f"what it may lack lies in {copy}" in last and "lost" not in last
    assert strokes(*evening.found()) == PLAYED


# ---- other faults
def test_of_a_disk_that_cannot_sync_a_copy_stays(evening: Evening) -> None:
    evening.play(range(2))
    evening.disks.deaf = {evening.takes}
    evening.play(range(2, 3))
    assert "Input/output error" in evening.said[0][1]
    evening.disks.deaf = set()  # asked again it says that all is well, whatever it has
    evening.play(range(3, 6))
    (copy,) = found(evening.first)
    assert [number for number, _ in strokes(copy)] == [2] * 4
    assert read_take(copy).damaged == 0
    last = evening.end()
    assert f"what it may lack lies in {copy}" in last and "lost" not in last
    assert strokes(*found(evening.takes)) == PLAYED


def test_what_no_disk_could_sync_counts_as_lost(evening: Evening) -> None:
    evening.disks.deaf = {evening.takes, evening.first, evening.second}
    evening.play(range(2))
    evening.disks.deaf = set()
    evening.play(range(2, 6))
    assert "2 bars lost that neither" in evening.end()


def test_a_file_system_that_has_no_sync_is_none_the_worse(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_descriptor: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", cannot)
    evening.play(range(6))
    assert not evening.said and evening.end() == ""
    assert strokes(*evening.found()) == PLAYED


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_take_that_is_removed_while_it_is_played_is_written_anew(
    evening: Evening, what: str
) -> None:
    evening.play(range(3))
    (path,) = found(evening.takes)
    path.unlink()
    if what == "folder":
        shutil.rmtree(evening.takes)
    evening.play(range(3, 6))
    kinds = [kind for kind, _ in evening.said]
    assert kinds == ["take", "kept"] and "was removed, and is written anew" in evening.said[0][1]
    assert evening.end() == ""
    assert strokes(*found(evening.takes)) == PLAYED
    assert read_take(path).damaged == 0


def test_where_the_folder_cannot_be_made_anew_all_of_it_lies_elsewhere(evening: Evening) -> None:
    evening.play(range(3))
    shutil.rmtree(evening.takes)
    evening.takes.write_text("in the way")
    evening.play(range(3, 6))
    assert "6 bars of it in" in evening.end()
    assert strokes(*found(evening.first)) == PLAYED


@pytest.mark.stage
def test_a_limit_of_the_system_is_a_full_disk_too(tmp_path: Path) -> None:
    resource = importlib.import_module("resource")  # not on Windows
    limit = resource.RLIMIT_FSIZE
    before = resource.getrlimit(limit)
    said: list[tuple[str, str]] = []
    spec = TakesSpec(HEADER, str(tmp_path / "takes"), rescue=(str(tmp_path / "first"),))
    keeper = TakeKeeper(spec, [], lambda kind, text: said.append((kind, text)))
    resource.setrlimit(limit, (600, before[1]))
    try:
        for number in range(6):
            keeper.hear(bar(number))
            keeper.sync()
        keeper.close(ended=True)
    finally:
        resource.setrlimit(limit, before)
    assert "File too large" in said[0][1] and f"of it in {tmp_path / 'first'}" in said[-1][1]
    assert strokes(*found(tmp_path / "takes"), *found(tmp_path / "first")) == PLAYED


def test_a_folder_of_somebody_else_is_not_written_to(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening.disks.room = {evening.takes: 0}
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    evening.play(range(6))
    assert f"{evening.first}: belongs to somebody else" in evening.end()
    assert evening.found() == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 2)), max_size=6),
)
@pytest.mark.long
def test_whatever_the_disks_take_and_when_each_note_is_somewhere_or_counted(
    tmp_path_factory: pytest.TempPathFactory, rooms: list[tuple[int, int, int]]
) -> None:
    """Every bar that lacks a note is told at the end."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        evening = Evening(tmp_path_factory.mktemp("e"), Disks(monkeypatch))
        for number in range(6):
            if number < len(rooms):
                takes, first, syncs = rooms[number]
                room = {evening.takes: takes, evening.first: first, evening.second: 0}
                evening.disks.room = dict(room)
            else:
                syncs = 1
            evening.play(range(number, number + 1), syncs)
        last = evening.end()
        there = strokes(*evening.found())
        if there != PLAYED:
            assert "lost" in last
        for path in evening.found():
            assert read_take(path).damaged <= 1


# ---- takes that lie elsewhere are found
def test_a_take_that_lies_elsewhere_is_listed_and_found(
    evening: Evening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.takes.folder.rescue_folders", lambda: (evening.first,))
    evening.disks.room = {evening.takes: 0}
    evening.play(range(6))
    evening.end()
    (copy,) = found(evening.first)
    config = Config(takes=Takes(folder=str(evening.takes)))
    list_takes(config, everything=False)
    said = capsys.readouterr().out
    assert copy.stem in said and f"1 of them in {evening.first}" in said
    assert chosen_of(config.takes, None) == copy
    assert len(messages(read_take(copy).bars, 10)) == 48


# ---- clips
def test_a_clip_that_its_folder_does_not_take_is_kept_elsewhere_and_said(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("in the way")
    clips = Clips(folder=str(tmp_path / "clips"), files=("mid", "straight", "voices"), live=False)
    for way in destinations(clips, {}, (tmp_path / "clips", tmp_path / "first")):
        with pytest.raises(DeliveryError, match=r"cannot be written .*; it is kept as ") as said:
            way.delivery.deliver(CLIP)
        assert Path(str(said.value).rpartition("it is kept as ")[2]).read_bytes()[:4] == b"MThd"


def test_a_clip_that_no_folder_takes_says_why_its_own_does_not(tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("in the way")
    there = tmp_path / "clips"
    for delivery in (MidiFolder(there), AlcFolder(there, tmp_path / "none.als")):
        with pytest.raises(DeliveryError) as said:
            Rescued(delivery, (there,)).deliver(CLIP)
        assert "it is kept" not in str(said.value)


# ---- who says it
def test_what_is_said_at_the_end_is_printed_when_the_screen_is_gone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [("kept", "x.mid"), ("take", "/x: 3 bars of it lost"), ("ended", "1 bar in y.jsonl")]
    say_parting(words)
    said = capsys.readouterr()
    assert said.out == "kept     x.mid\ntake     1 bar in y.jsonl\n"
    assert said.err == "drumigen: take: /x: 3 bars of it lost\n"


def test_records_that_nobody_could_be_told_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr("live.takes.supervisor.MOST", 3)
    takes = TakesSupervisor(TakesSpec(HEADER), lambda kind, text: said.append((kind, text)))
    monkeypatch.setattr(takes, "_live", lambda: 9)  # its process never comes up
    takes._records = type(takes._records)(maxlen=3)
    for record in [*bar(0), Keep(1, 0)]:
        takes.keep(record)
    takes.open()
    takes.close()
    ((kind, text),) = takes.parting
    assert kind == "take" and "exit 9" in text and "6 notes or bars are lost" in text
    assert threading.active_count() < 20
