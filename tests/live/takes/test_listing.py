"""Takes are listed, shown, exported and played again."""

import threading
from dataclasses import replace
from pathlib import Path

import mido
import pytest

from drumigen.command_line import main
from engine.errors import ConfigError, DeliveryError, TakeError
from engine.score.notes import Voice
from engine.takes.clip import Clip
from engine.takes.take import Begun, Left, Played, Record, Taken
from live.config import Clips, Config, Takes
from live.output_file import OutputFile
from live.takes.destinations import Destination
from live.takes.header import TakeHeader
from live.takes.listing import ExportOptions, export_take, list_takes, numbers_of, show_take
from live.takes.reader import read_take
from live.takes.replay import LEAD, Due, messages, play
from live.takes.writer import TakeWriter

KIT = {"kick": 36, "closed_hat": 42}


def bar(number: int, at: float | None = None, **more: object) -> list[Record]:
    """A kick on every beat, 5 ticks late, and a hat of no kit."""
    at = number * 2.0 if at is None else at
    begun = Begun(number, number * 1920, at, 120.0, "house", "model", **more)  # type: ignore[arg-type]
    kicks = [Played(number, b * 480 + 5.0, b * 480, 36, 90 + b, 0.0, 120.0) for b in range(4)]
    return [begun, *kicks, Played(number, 1600.0, 1560, 99, 50, 0.0, 120.0)]


def config(folder: Path, *records: list[Record]) -> Config:
    writer = TakeWriter(folder / "takes", "2026-11-21 20.15.00", TakeHeader("2026", 3, 10, KIT))
    for batch in records:
        writer.write(batch)
    writer.close()
    return Config(takes=Takes(folder=str(folder / "takes")), clips=Clips(folder=str(folder / "c")))


class Shelf:
    """Takes clips instead of what the settings say."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, full: bool = False) -> None:
        self.clips: list[Clip] = []
        self._full = full
        both = [Destination(self), Destination(self, straight=True)]
        monkeypatch.setattr("live.takes.listing.destinations", lambda _clips, _kit: both)

    def deliver(self, clip: Clip) -> str:
        if self._full:
            raise DeliveryError("shelf: full")
        self.clips.append(clip)
        return f"{clip.name} on the shelf"


def test_the_list_says_how_long_how_fast_and_in_which_style(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faster = Begun(40, 0, 80.0, 174.0, "jazz", "model")
    given = config(tmp_path, *map(bar, range(40)), [faster])
    (tmp_path / "takes" / "2026-11-22.jsonl").write_text("none")
    assert list_takes(given, everything=False) == 0
    said = capsys.readouterr()
    assert "1:21    41    200    120-174  house, jazz" in said.out
    assert "is no take of MidiDrumiGen" in said.err
    assert f"2 of 2 takes in {tmp_path / 'takes'}" in said.out


def test_a_take_of_nothing_is_listed_and_cannot_be_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = config(tmp_path, [Left(0, 0.0, 0.0)])
    assert list_takes(given, everything=True) == 0
    assert "0:00" in capsys.readouterr().out
    with pytest.raises(TakeError, match="nothing was played in it"):
        show_take(given, None, None)


def test_showing_it_counts_voices_and_draws_bars(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = config(tmp_path, *map(bar, range(12)), [Left(11, 1800.0, 24.0)])
    assert show_take(given, "20.15", None) == 0
    said = capsys.readouterr().out
    assert (
        "bars: 12 by the trained drummer" in said
        and "fills: 0; cut by a start, stop or jump: 1" in said
    )
    kick = next(line for line in said.splitlines() if line.startswith("kick"))
    assert kick.split() == ["kick", "48", "92", "5.2", "0.0"]
    assert "note 99" in said
    assert "bar 5\nBD |x...x...x...x...|x...x..." in said and "bar 9" in said
    show_take(given, None, range(2, 3))
    assert capsys.readouterr().out.endswith("bar 2\nBD |x...x...x...x...|\n")


def test_lines_that_could_not_be_read_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = config(tmp_path, bar(0))
    (path,) = (tmp_path / "takes").iterdir()
    path.write_bytes(path.read_bytes() + b'{"torn')
    show_take(given, None, None)
    assert "1 line could not be read" in capsys.readouterr().err


@pytest.mark.long
def test_whole_bars_are_exported_and_cut_ones_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = config(tmp_path, *map(bar, range(4)), [Left(3, 960.0, 7.0)])
    shelf = Shelf(monkeypatch)
    assert export_take(given, None, range(2, 5), ExportOptions()) == 0
    assert "left out, cut by a start, stop or jump: 1 bar\n" in capsys.readouterr().out
    clip, score = shelf.clips
    assert (clip.name, len(clip.notes)) == ("House 2 bars 120 BPM", 10)
    assert [note.tick for note in clip.notes[:5]] == [5.0, 485.0, 965.0, 1445.0, 1600.0]
    assert [note.tick for note in score.notes[:5]] == [0, 480, 960, 1440, 1560]


@pytest.mark.long
def test_what_cannot_be_delivered_is_said_and_the_rest_is_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = config(tmp_path, bar(0))
    Shelf(monkeypatch, full=True)
    assert export_take(given, None, None, ExportOptions()) == 1
    assert capsys.readouterr().err.count("shelf: full") == 2


@pytest.mark.long
def test_one_file_may_be_straight_and_have_a_track_for_each_voice(tmp_path: Path) -> None:
    given, path = config(tmp_path, bar(0)), tmp_path / "a.mid"
    export_take(given, None, None, ExportOptions(OutputFile(path), straight=True, voices=True))
    tracks = mido.MidiFile(path).tracks
    assert [track.name for track in tracks[1:]] == ["Kick", "Others"]
    assert next(m.time for m in tracks[1] if m.type == "note_on") == 0
    with pytest.raises(ConfigError, match=r"a\.mid: cannot be written \(there is no folder"):
        export_take(given, None, None, ExportOptions(OutputFile(tmp_path / "no" / "a.mid")))


@pytest.mark.long
def test_files_are_of_the_type_that_is_set(tmp_path: Path) -> None:
    given = config(tmp_path, bar(0))
    clips = replace(given.clips, files=("mid", "straight"), midi_type=1)
    export_take(replace(given, clips=clips), None, None, ExportOptions())
    files = [mido.MidiFile(path) for path in (tmp_path / "c").rglob("*.mid")]
    assert [(file.type, len(file.tracks)) for file in files] == [(1, 2)] * 2


def test_files_and_live_are_told_apart() -> None:
    found = ExportOptions(live=True).destinations_of(Clips(live=False), {})
    assert [type(way.delivery).__name__ for way in found] == ["SlotDelivery"]
    found = ExportOptions().destinations_of(
        Clips(files=("mid", "straight", "voices")), {36: Voice.KICK}
    )
    assert [(type(way.delivery).__name__, way.straight) for way in found] == [
        ("MidiFolder", False), ("MidiFolder", True), ("MidiFolder", False),
    ]  # fmt: skip


def test_bars_that_are_not_there_are_named(tmp_path: Path) -> None:
    given = config(tmp_path, [*bar(0), Left(0, 960.0, 1.0)])
    with pytest.raises(TakeError, match=r"--bars: 3-4 is not within its bars, 1-1"):
        export_take(given, None, range(3, 5), ExportOptions())
    with pytest.raises(TakeError, match="no whole bar was played there"):
        export_take(given, None, None, ExportOptions())
    for words in ("x", "1-", "-3", "1-x", "", "-", "1-2-3", "1--2", "٣", "9" * 5000):
        with pytest.raises(TakeError, match="is not a bar or bars such as"):
            numbers_of(words)
    for words in ("4-2", "0", "0-3", "2-1"):
        with pytest.raises(TakeError, match=f"--bars: '{words}' is not in order, counted from 1"):
            numbers_of(words)
    assert (numbers_of("9"), numbers_of("9-16"), numbers_of(None)) == (
        range(9, 10), range(9, 17), None,
    )  # fmt: skip


@pytest.mark.long
def test_the_commands_reach_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config(tmp_path, *map(bar, range(2)))
    path = tmp_path / "performance.yaml"
    path.write_text(
        f"takes: {{folder: {tmp_path / 'takes'}}}\nclips: {{folder: {tmp_path / 'c'}}}\n"
    )
    assert main(["takes", "--config", str(path)]) == 0
    assert main(["takes", "show", "--config", str(path), "--bars", "1-2"]) == 0
    assert main(["takes", "export", "--config", str(path), "--bars", "1-2"]) == 0
    assert main(["replay", "--config", str(path), "-o", str(tmp_path / "all.mid")]) == 0
    assert (tmp_path / "all.mid").exists()
    assert len(list((tmp_path / "c").glob("*.mid"))) == 1
    take = next((tmp_path / "takes").iterdir())
    for command in (["takes", "export"], ["replay"]):
        words = [*command, "--config", str(path), "-o"]
        for output, reason in (
            ([str(take)], "cannot be written (it is what is read)"),
            ([str(take), "--force"], "cannot be written (it is what is read)"),
            ([str(tmp_path / "all.mid")], "is there already; --force writes it all the same"),
        ):
            capsys.readouterr()
            assert main([*words, *output]) == 2
            assert reason in capsys.readouterr().err
        assert main([*words, str(tmp_path / "all.mid"), "--force"]) == 0
    capsys.readouterr()
    assert main(["takes", "show", "nobody", "--config", str(path)]) == 2
    assert "no take is called 'nobody'" in capsys.readouterr().err


# ---- played again
def taken(folder: Path, *records: list[Record]) -> tuple[Taken, ...]:
    config(folder, *records)
    return read_take(next((folder / "takes").iterdir())).bars


def test_every_note_is_played_again_at_its_time_and_let_go(tmp_path: Path) -> None:
    due = messages(taken(tmp_path, bar(0), bar(1)), 10)
    ons = [one for one in due if one.message[0] == 0x99 and one.message[1] == 36]
    assert [round(one.at, 4) for one in ons] == [round(b * 0.5 + 0.0052, 4) for b in range(8)]
    assert [one.bar for one in ons] == [0] * 4 + [1] * 4
    sounding: set[int] = set()
    for one in due:
        note = one.message[1]
        assert (note in sounding) == (one.message[0] == 0x89)
        sounding ^= {note}
    assert not sounding


def test_a_pause_between_two_bars_is_left_out_and_a_cut_bar_goes_on_at_once(
    tmp_path: Path,
) -> None:
    cut = [*bar(1)[:3], Left(1, 960.0, 3.0)]
    again = [Begun(2, 1920, 60.0, 120.0, entered=480.0), Played(2, 480.0, 480, 36, 99, 60.5, 120.0)]
    due = messages(taken(tmp_path, bar(0), cut, again), 1)
    kicks = [round(one.at, 2) for one in due if one.message[:2] == bytes((0x90, 36))]
    assert kicks == [0.01, 0.51, 1.01, 1.51, 2.01, 2.51, 3.0]


def test_a_note_struck_again_is_let_go_first(tmp_path: Path) -> None:
    begun = Begun(0, 0, 0.0, 120.0)
    notes = [Played(0, t, round(t), 36, 90, 0.0, 120.0) for t in (0.0, 24.0)]
    due = messages(taken(tmp_path, [begun, *notes]), 10)
    assert [(round(one.at, 3), one.message[0]) for one in due] == [
        (0.0, 0x99), (0.025, 0x89), (0.025, 0x99), (0.125, 0x89),
    ]  # fmt: skip


def test_playing_sends_in_order_and_ends_when_told_to() -> None:
    now, sent, bars = [0.0], [], []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            now[0] += timeout or 0.0
            return len(sent) == 3

    def tick() -> float:
        now[0] += 0.0001
        return now[0]

    due = [Due(number / 2, bytes((0x99, number, 1)), number // 2) for number in range(6)]
    play(due, lambda *what: sent.append(what), Stop(), bars.append, lambda at: at - 0.01, tick)
    assert [message[1] for message, _ in sent] == [0, 1, 2]
    assert [at for _, at in sent] == pytest.approx([LEAD, LEAD + 0.5, LEAD + 1.0], abs=0.001)
    assert bars == [0, 1]
