"""The takes' process: it hears, writes, and makes clips; whatever is killed, little is lost."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from engine.errors import AbsentError, DeliveryError, TakeError
from engine.takes.clip import Clip
from engine.takes.take import Begun, Keep, Left, Played, Record
from live.config import Clips, Takes
from live.takes.destinations import Destination
from live.takes.folder import chosen, clip_folder, found, prune, take_folder
from live.takes.header import TakeHeader
from live.takes.process import Courier, TakeKeeper
from live.takes.reader import read_take
from live.takes.spec import TakesSpec
from live.takes.supervisor import TakesSupervisor
from tests.live.killing import killed
from tests.rig import wait_until

HEADER = TakeHeader("2026-11-21T20:15:00+01:00", 3, 10, {"kick": 36})


def bar(number: int) -> list[Record]:
    begun = Begun(number, number * 1920, number * 2.0, 120.0, "funk", "model")
    ticks = (0.0, 480.0, 960.0, 1440.0)
    return [begun, *(Played(number, t, round(t), 36, 100, 0.0, 120.0) for t in ticks)]


class Said:
    """What the process said."""

    def __init__(self) -> None:
        self.words: list[tuple[str, str]] = []
        self.ended = ""  # where the take is

    def __call__(self, kind: str, text: str) -> None:
        if kind == "ended":
            self.ended = text
        else:
            self.words.append((kind, text))


class Shelf:
    """Takes clips; those whose style is refused are not delivered."""

    def __init__(self, refuse: str = "") -> None:
        self.clips: list[Clip] = []
        self._refuse = refuse
        self.open = threading.Event()
        self.open.set()

    def deliver(self, clip: Clip) -> str:
        self.open.wait()
        if clip.style == self._refuse:
            raise DeliveryError("nowhere: no room")
        self.clips.append(clip)
        return f"{clip.name} on the shelf"


def keeping(folder: Path, *shelves: Shelf, **more: object) -> tuple[TakeKeeper, Said]:
    said = Said()
    spec = TakesSpec(HEADER, str(folder), titles={"funk": "Funk"}, **more)  # type: ignore[arg-type]
    return TakeKeeper(spec, [Destination(shelf) for shelf in shelves], said), said


def test_a_clip_of_the_bars_that_are_meant_goes_everywhere(tmp_path: Path) -> None:
    shelves = Shelf(), Shelf()
    kept, said = keeping(tmp_path, *shelves)
    for number in range(6):
        kept.hear(bar(number))
    kept.hear([Keep(2, 4)])
    kept.close(ended=True)
    for shelf in shelves:
        (clip,) = shelf.clips
        assert (clip.name, clip.bars, len(clip.notes)) == ("Funk 2 bars 120 BPM", 2, 8)
    assert said.words == [("kept", "Funk 2 bars 120 BPM on the shelf")] * 2
    (take,) = found(tmp_path)
    assert len(read_take(take).bars) == 6
    assert said.ended.splitlines()[0] == f"6 bars in {take}"
    assert f'drumigen replay "{take}"' in said.ended


@pytest.mark.parametrize("straight", [(False, True), (True,), (False,)])
def test_each_way_has_the_feel_or_the_score_as_it_asks(
    tmp_path: Path, straight: tuple[bool, ...]
) -> None:
    shelves = [Shelf() for _ in straight]
    to = [Destination(shelf, straight=one) for shelf, one in zip(shelves, straight, strict=True)]
    kept = TakeKeeper(TakesSpec(HEADER, str(tmp_path)), to, Said())
    late = Played(0, 487.0, 480, 36, 100, 0.0, 120.0)
    kept.hear([Begun(0, 0, 0.0, 120.0, "funk"), late, Keep(1, 0)])
    kept.close(ended=True)
    ticks = [note.tick for shelf in shelves for clip in shelf.clips for note in clip.notes]
    assert ticks == [480 if one else 487.0 for one in straight]


class Closed:
    """A Live that is not there."""

    def deliver(self, clip: Clip) -> str:
        raise AbsentError(f"no Live for {clip.name}")


def test_that_live_is_not_there_is_a_hint_where_the_clip_is_elsewhere(tmp_path: Path) -> None:
    for shelves, kind in (((Shelf(), Closed()), "hint"), ((Closed(),), "clip")):
        said = Said()
        spec = TakesSpec(HEADER, str(tmp_path))
        kept = TakeKeeper(spec, [Destination(shelf) for shelf in shelves], said)
        kept.hear([*bar(0), Keep(1, 0)])
        kept.close(ended=True)
        assert kind in [heard for heard, _ in said.words]


def test_what_cannot_be_delivered_is_said_and_keeps_nothing_else_waiting(tmp_path: Path) -> None:
    slow, full = Shelf(), Shelf(refuse="funk")
    slow.open.clear()
    kept, said = keeping(tmp_path, slow, full)
    kept.hear([*bar(0), Keep(1, 0)])
    wait_until(lambda: bool(said.words), "the refusal")
    assert said.words == [("clip", "nowhere: no room")]
    slow.open.set()
    kept.close(ended=True)
    assert said.words[1:] == [("kept", "Funk 1 bar 120 BPM on the shelf")]


def test_a_delivery_that_never_ends_does_not_keep_the_performance_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.takes.process.PATIENCE", 0.05)
    slow = Shelf()
    slow.open.clear()
    kept, said = keeping(tmp_path, slow)
    kept.hear([*bar(0), Keep(1, 0)])
    kept.close(ended=True)
    assert "still on its way" in said.words[0][1]
    slow.open.set()


def test_nothing_to_keep_and_nowhere_to_take_it_are_said(tmp_path: Path) -> None:
    kept, said = keeping(tmp_path)
    kept.hear([Keep(4, 3)])
    kept.hear([*bar(0), Keep(1, 0)])
    kept.close(ended=True)
    assert [kind for kind, _ in said.words] == ["clip", "clip"]
    assert "no whole bar" in said.words[0][1] and "clips.files" in said.words[1][1]


def test_a_disk_that_takes_nothing_is_said_once_and_when_it_is_mended(tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    folder.write_text("a file")
    kept, said = keeping(folder)
    kept.hear(bar(0))
    kept.sync()
    kept.sync()
    assert len(said.words) == 1 and "kept in memory until then" in said.words[0][1]
    folder.unlink()
    kept.hear(bar(1))
    kept.sync()
    kept.close(ended=True)
    assert said.words[1:] == [("kept", "the take is written again")]
    assert len(read_take(found(folder)[0]).bars) == 2


def test_without_takes_there_are_clips_still() -> None:
    shelf, said = Shelf(), Said()
    kept = TakeKeeper(TakesSpec(HEADER), [Destination(shelf)], said)
    kept.hear([*bar(0), Keep(1, 0)])
    kept.sync()
    kept.close(ended=True)
    assert len(shelf.clips) == 1


def test_a_courier_says_what_went_wrong_and_goes_on() -> None:
    said, shelf = Said(), Shelf(refuse="funk")
    courier = Courier(shelf, said)
    for style in ("funk", "jazz"):
        courier.send(Clip(style, style, 1, ((0, 120.0),), ()))
    courier.close(time.monotonic() + 5.0)
    assert said.words == [("clip", "nowhere: no room"), ("kept", "jazz on the shelf")]


# ---- the process
def opened(folder: Path, said: Said) -> TakesSupervisor:
    one = TakesSupervisor(TakesSpec(HEADER, str(folder), clips=Clips(live=False, files=())), said)
    one.open()
    return one


def notes_of(folder: Path) -> int:
    return sum(len(one.notes) for path in found(folder) for one in read_take(path).bars)


@pytest.mark.stage
def test_what_the_conductor_says_is_on_the_disk_when_it_ends(tmp_path: Path) -> None:
    said = Said()
    one = opened(tmp_path, said)
    for number in range(50):
        for record in bar(number):
            one.keep(record)
    one.keep(Left(49, 1900.0, 99.0))
    one.close()
    (path,) = found(tmp_path)
    bars = read_take(path).bars
    assert (len(bars), bars[48].whole, bars[49].whole) == (50, True, False)
    assert not said.words


@pytest.mark.stage
def test_a_process_that_is_killed_is_started_again_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.takes.supervisor.AGAIN", 0.05)
    said = Said()
    one = opened(tmp_path, said)
    for record in bar(0):
        one.keep(record)
    wait_until(lambda: notes_of(tmp_path) == 4, "the first bar")
    assert one.pid is not None
    os.kill(one.pid, signal.SIGKILL)
    wait_until(lambda: bool(said.words), "the news of its death")
    assert said.words[0][0] == "take" and "started again" in said.words[0][1]
    for record in bar(1):
        one.keep(record)
    one.close()
    takes = [read_take(path) for path in found(tmp_path)]
    assert [[b.begun.number for b in take.bars] for take in takes] == [[0], [1]]


@pytest.mark.stage
@pytest.mark.parametrize("seed", range(9))
def test_killed_at_any_moment_the_take_is_read_and_lacks_a_second_at_most(
    tmp_path: Path, seed: int
) -> None:
    """Conductor, takes' process or both are killed; benchmarks/take.py does it 100 times."""
    outcome = killed(tmp_path, seed)
    assert outcome.notes > 0
    assert outcome.unreadable == 0
    assert outcome.lost <= 1.0


# ---- the shelf of takes
def test_takes_that_are_old_or_too_many_go_the_oldest_first(tmp_path: Path) -> None:
    now = 100 * 86400.0
    for day in range(10):
        path = tmp_path / f"2026-01-{day + 1:02d}.jsonl"
        path.write_bytes(b"x" * 1000)
        os.utime(path, (now - (10 - day) * 86400.0,) * 2)
    (tmp_path / "notes.txt").write_text("mine")
    assert len(prune(tmp_path, 365.0, 1.0, now)) == 0
    assert [path.stem[-2:] for path in prune(tmp_path, 8.5, 1.0, now)] == ["02", "01"]
    assert [path.stem[-2:] for path in prune(tmp_path, 365.0, 0.003, now)] == [
        "07",
        "06",
        "05",
        "04",
        "03",
    ]
    assert sorted(path.stem[-2:] for path in found(tmp_path)) == ["08", "09", "10"]
    assert (tmp_path / "notes.txt").exists()


def test_a_take_is_chosen_by_path_or_part_of_its_name_or_is_the_newest(tmp_path: Path) -> None:
    for day in ("2026-01-01 10.00.00", "2026-02-01 10.00.00"):
        (tmp_path / f"{day}.jsonl").touch()
    assert chosen(tmp_path, None).stem.startswith("2026-02")
    assert chosen(tmp_path, "2026-01").stem.startswith("2026-01")
    assert chosen(tmp_path, str(tmp_path / "2026-01-01 10.00.00.jsonl")).exists()
    with pytest.raises(TakeError, match="no take is called '2027'"):
        chosen(tmp_path, "2027")
    with pytest.raises(TakeError, match="there is no take yet; `drumigen live` makes one"):
        chosen(tmp_path / "none", None)


def test_the_folders_are_the_users_unless_he_names_others() -> None:
    assert take_folder(Takes()).parts[-2:] == ("drumigen", "takes")
    assert take_folder(Takes(folder="~/t")) == Path.home() / "t"
    assert clip_folder(Clips()).name == "MidiDrumiGen"
    assert clip_folder(Clips(folder="~/c")) == Path.home() / "c"
