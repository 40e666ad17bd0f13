"""Takes that a disk or a hand has damaged: what can be read plays, the rest is counted."""

import json
import math
import random
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from drumigen.command_line import main
from engine.errors import TakeError, UserError
from engine.takes.clip import clip_of
from engine.takes.take import Begun, Left, Played, Record
from live.config import Config, Takes
from live.material.primer import resumed
from live.material.primer_sources import primer_of
from live.panel.spec import PanelSpec
from live.panel.take_files import TakeFiles
from live.takes.entries import LOST
from live.takes.header import TakeHeader
from live.takes.reader import TakeReader, bars_of, read_take
from live.takes.replay import messages
from live.takes.selection import selected
from live.takes.summary import summary_of
from live.takes.to_bars import to_bars
from live.takes.writer import TakeWriter
from mappings.kits import load_kit
from model.midi_files.drum_file import write

KIT = {voice.value: note for voice, note in load_kit("gm").notes.items()}
HEADER = TakeHeader("2026-11-21T20:15:00+01:00", 3, 10, KIT)
HEAD = b'{"take":1,"began":"2026-11-21","seed":3,"channel":10,"kit":{"kick":36}}'
BAR = b'{"b":0,"at":0.0,"bpm":120.0,"style":"funk","by":"model"}'
NOTE = b'{"n":[0,0,0,36,100]}'


def bar(number: int, bpm: float = 120.0, **more: object) -> list[Record]:
    begun = Begun(number, number * 1920, number * 2.0, bpm, "funk", "model", **more)  # type: ignore[arg-type]
    beats = [
        Played(number, b * 480 + 3.5, b * 480, (36, 38)[b % 2], 90 + b, 0.0, bpm) for b in range(4)
    ]
    return [begun, *beats]


def good(folder: Path) -> Path:
    """A take with everything in it that a take can have."""
    writer = TakeWriter(folder, "2026-11-21 20.15.00", HEADER)
    controls = (("density", 0.5), ("style", "funk"))
    writer.write(bar(0, controls=controls))
    writer.write([*bar(1), Played(2, -4.0, 0, 42, 70, 0.0, 120.0)])
    writer.write([*bar(2, 125.5), Left(2, 1500.0, 5.5)])
    writer.write(bar(3, left=5340.0, entered=480.0))
    writer.write([*bar(4, fill=True), Played(3, 1919.0, 1800, 38, 30, 0.0, 120.0)])
    writer.close()
    return folder / "2026-11-21 20.15.00.jsonl"


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().rstrip(b"\n").split(b"\n")


def written(folder: Path, *lines: bytes) -> Path:
    path = folder / "a.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


BAD = [
    b'{"n":[0]}',
    b'{"n":[]}',
    b'{"n":{}}',
    b'{"n":7}',
    b'{"n":[0,0,0,36]}',
    b'{"n":[0,0,0,36,128]}',
    b'{"n":[0,0,0,36,-1]}',
    b'{"n":[0,0,0,36,0]}',
    b'{"n":[0,0,0,128,100]}',
    b'{"n":[0,0,0,-1,100]}',
    b'{"n":[0,0,0,36.5,100]}',
    b'{"n":[0,0,0,"36",100]}',
    b'{"n":[0,0,0,true,100]}',
    b'{"n":[0,0,0,null,100]}',
    b'{"n":[0,0,0,[36],100]}',
    b'{"n":[0,0,NaN,36,100]}',
    b'{"n":[0,0,1e999,36,100]}',
    b'{"n":[0,0,-Infinity,36,100]}',
    b'{"n":[0,1e300,0,36,100]}',
    b'{"n":[0,' + b"9" * 5000 + b",0,36,100]}",
    b'{"n":[0,' + b"9" * 400 + b",0,36,100]}",
    b'{"n":["0",0,0,36,100]}',
    b'{"n":[0.0,0,0,36,100]}',
    b'{"n":[-1,0,0,36,100]}',
    b'{"n":[7777,0,0,36,100]}',
    b'{"n":[0,0,0,36,100],"n":[0]}',
    b'{"bpm":0}',
    b'{"bpm":-120}',
    b'{"bpm":Infinity}',
    b'{"bpm":NaN}',
    b'{"bpm":1e999}',
    b'{"bpm":1e-300}',
    b'{"bpm":"fast"}',
    b'{"bpm":null}',
    b'{"left":0,"tick":NaN,"at":1.0}',
    b'{"left":0,"tick":1e300,"at":1.0}',
    b'{"left":0}',
    b'{"left":"0","tick":1,"at":1}',
    b'{"b":"x"}',
    b'{"b":0}',
    b'{"b":9,"at":0.0,"bpm":0,"style":"funk","by":"model"}',
    b'{"b":9,"at":0.0,"bpm":Infinity,"style":"funk","by":"model"}',
    b'{"b":9,"at":NaN,"bpm":120,"style":"funk","by":"model"}',
    b'{"b":9,"at":0.0,"bpm":120,"style":["funk"],"by":"model"}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"\\ud800","by":"model"}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"\\u001b[2J","by":"model"}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"funk","by":"model","meter":[4,4]}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"funk","by":"model","meter":"11/8"}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"funk","by":"model","set":[1]}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"funk","by":"model","set":{"density":NaN}}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"funk","by":"model","set":{"density":[1]}}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"funk","by":"model","entered":-1}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"funk","by":"model","jumped":1e999}',
    b'{"b":9,"at":0.0,"bpm":120,"style":"funk","by":"model","start":1.5}',
    b'{"end":"x"}',
    b'{"end":NaN}',
    b'{"what":1}',
    b"{}",
    b"[1]",
    b"7",
    b'"n"',
    b"null",
    b"true",
    b"\0\0\0\0",
    b"\xff\xfe\x00",
    b"{",
    b'{"n":[0,0,0,36,100',
    b"[" * 100_000,
    b'{"n":' * 100_000,
    b'{"n":[0,0,0,36,100],"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b"x" * (3 << 20),
    HEAD,
    b'{"take":9}',
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_a_bad_line_is_counted_and_the_rest_is_shown_and_plays(tmp_path: Path, bad: bytes) -> None:
    path = good(tmp_path)
    lines = lines_of(path)
    known = read_take(path)
    words, sent = summary_of(path).words(), messages(known.bars, 10)
    for place in (1, 2, 4, len(lines)):
        path.write_bytes(b"\n".join([*lines[:place], bad, *lines[place:]]) + b"\n")
        reading = read_take(path)
        assert (reading.damaged, reading.records) == (1, known.records)
        assert summary_of(path).words() == (*words[:-1], "1 line could not be read")
        assert messages(reading.bars, reading.header.channel) == sent


@pytest.mark.parametrize("bad", [line for line in BAD if line not in (HEAD, b'{"take":9}')][::3])
def test_a_bad_line_before_the_header_is_one_too(tmp_path: Path, bad: bytes) -> None:
    path = good(tmp_path)
    known = read_take(path)
    path.write_bytes(bad + b"\n" + path.read_bytes())
    reading = read_take(path)
    assert (reading.header, reading.damaged, reading.records) == (HEADER, 1, known.records)


# ---- the header
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"channel":10', b'"channel":17'),
        (b'"channel":10', b'"channel":0'),
        (b'"channel":10', b'"channel":"ten"'),
        (b'"channel":10', b'"channel":true'),
        (b'"channel":10', b'"chanel":10'),
        (b'"seed":3', b'"seed":-1'),
        (b'"seed":3', b'"seed":NaN0'),
        (b'"seed":3', b'"seed":' + b"9" * 400),
        (b'"snare":38', b'"snare":128'),
        (b'"snare":38', b'"snare":-1'),
        (b'"snare":38', b'"snare":"38"'),
        (b'"snare":38', b'"cowbell":38'),
        (b'"kit":{', b'"kit":[],"kat":{'),
        (b'"take":1', b'"take":"one"'),
        (b'"take":1', b'"tape":1'),
        (b'"2026-11-21T20:15:00+01:00"', b"7"),
        (b'"2026-11-21T20:15:00+01:00"', b'"\\ud800"'),
        (b'{"take"', b'"take"'),
    ],
)
def test_of_a_damaged_header_what_can_be_read_counts_and_the_rest_is_as_usual(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    path = good(tmp_path)
    known = read_take(path)
    assert old in lines_of(path)[0]
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    reading = read_take(path)
    assert (reading.damaged, reading.records) == (1, known.records)
    header = reading.header
    assert (header.channel, header.kit["snare"], header.kit["kick"]) == (10, 38, 36)
    assert header.seed in (0, 3)
    assert len(to_bars(reading.bars, header.voices)[0].hits) == 4


def test_without_a_header_it_is_played_on_the_usual_kit_and_channel(tmp_path: Path) -> None:
    path = good(tmp_path)
    known = read_take(path)
    path.write_bytes(b"\n".join(lines_of(path)[1:]))
    reading = read_take(path)
    assert (reading.damaged, reading.records) == (1, known.records)
    assert (reading.header.channel, reading.header.kit["kick"]) == (10, 36)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n\n", b"\xef\xbb\xbf", b"RIFF", b"\0" * 1000, b"\x1f\x8b\x08" + b"x" * 99,
        b"[" * 10**6, "{}".encode("utf-16"), b"\xff" * (3 << 20), b'{"what":1}\n' * 100,
    ],
)  # fmt: skip
def test_what_has_no_line_of_a_take_is_none_and_keeps_no_other_from_being_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    good(tmp_path)
    (tmp_path / "a.jsonl").write_bytes(content)
    (tmp_path / "p.yaml").write_text(json.dumps({"takes": {"folder": str(tmp_path)}}))
    assert main(["takes", "--config", str(tmp_path / "p.yaml")]) == 0
    said = capsys.readouterr()
    assert "a.jsonl: is no take of MidiDrumiGen" in said.err
    assert "2026-11-21 20.15.00" in said.out and "2 of 2 takes" in said.out
    rows = TakeFiles(PanelSpec(takes=str(tmp_path))).takes()
    assert [row["name"] for row in rows] == ["a", "2026-11-21 20.15.00"]
    assert "is no take" in rows[0]["fault"] and rows[1]["bars"] == 5


# ---- what an editor does
@pytest.mark.parametrize(
    "edited",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\n\n"),
        lambda data: data.replace(b"\n", b"  \n\t"),
        lambda data: data.rstrip(b"\n"),
        lambda data: data.replace(b":", b" : ").replace(b",", b" ,\t"),
    ],
)
def test_what_an_editor_adds_is_no_damage(tmp_path: Path, edited: object) -> None:
    path = good(tmp_path)
    known = read_take(path)
    path.write_bytes(edited(path.read_bytes()))  # type: ignore[operator]
    reading = read_take(path)
    assert (reading.damaged, reading.records) == (0, known.records)


def test_a_bar_whose_own_line_is_lost_plays_all_the_same(tmp_path: Path) -> None:
    path = good(tmp_path)
    known = read_take(path)
    lines = lines_of(path)
    (place,) = [n for n, line in enumerate(lines) if line.startswith(b'{"b":1,')]
    path.write_bytes(b"\n".join([*lines[:place], b'{"b":1,"at":##', *lines[place + 1 :]]))
    reading = read_take(path)
    assert reading.damaged == 1
    lost = reading.bars[1]
    assert (lost.begun.source, lost.begun.number, lost.begun.start) == (LOST, 1, 1920)
    assert messages(reading.bars, 10) == messages(known.bars, 10)
    assert summary_of(path).bars == 5


def test_several_such_bars_too(tmp_path: Path) -> None:
    path = good(tmp_path)
    path.write_bytes(b"\n".join([HEAD, BAR, *(
        b'{"n":[%d,0,0,36,100,960,0,38,90]}' % number for number in range(5)
    )]))  # fmt: skip
    bars = read_take(path).bars
    assert [len(one.notes) for one in bars] == [2] * 5
    assert [note.at for one in bars for note in one.notes] == [float(n) for n in range(10)]


def test_two_takes_in_one_file_play_one_after_the_other(tmp_path: Path) -> None:
    path = good(tmp_path)
    once = messages(read_take(path).bars, 10)
    path.write_bytes(path.read_bytes() * 2)
    reading = read_take(path)
    assert (reading.damaged, len(reading.bars)) == (1, 10)  # the second header
    assert [one.begun.number for one in reading.bars] == list(range(10))
    again = messages(reading.bars, 10)
    assert [one.message for one in again if one.message[0] == 0x99] == [
        one.message for one in [*once, *once] if one.message[0] == 0x99
    ]
    assert (summary_of(path).bars, summary_of(path).notes) == (10, 44)


def test_moments_that_go_backwards_are_played_in_the_order_of_the_bars(tmp_path: Path) -> None:
    bars = [
        b'{"b":%d,"at":%s,"bpm":120.0,"style":"funk","by":"model"}\n{"n":[%d,0,0,36,100]}'
        % (n, at, n)
        for n, at in enumerate((b"0.0", b"-50", b"1e9", b"3"))
    ]
    due = messages(read_take(written(tmp_path, HEAD, *bars)).bars, 10)
    assert [one.at for one in due if one.message[0] == 0x99] == pytest.approx([0, 2, 4, 6])


# ---- from where takes are read
def test_a_name_that_no_screen_can_show_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = good(tmp_path).read_bytes()
    names = {"[bold]": "[bold]"}
    for name, shown in (("\x1b[2J", "?[2J"), ("\udcff\udcfe", "??")):
        with suppress(OSError, UnicodeError):  # some file systems have no such names
            (tmp_path / f"{name}.jsonl").write_bytes(data)
            names[name] = shown
    (tmp_path / "[bold].jsonl").write_bytes(data)
    style = data.replace(b'"style":"funk"', b'"style":"[/red]"')
    (tmp_path / "b.jsonl").write_bytes(style)
    (tmp_path / "c.jsonl").mkdir()
    (tmp_path / "p.yaml").write_text(json.dumps({"takes": {"folder": str(tmp_path)}}))
    assert main(["takes", "--config", str(tmp_path / "p.yaml")]) == 0
    said = capsys.readouterr()
    count = len(names) + 2
    assert said.err == "" and f"{count} of {count} takes" in said.out and "\x1b" not in said.out
    assert all(name in said.out for name in (*names.values(), "[/red]"))
    takes = TakeFiles(PanelSpec(takes=str(tmp_path)))
    for row in takes.takes():
        assert takes.answer(f"{row['name']}.mid", "all").body[:4] == b"MThd"
    json.dumps(takes.takes(), ensure_ascii=False).encode()


@pytest.mark.parametrize("name", ["x" * 5000, "\0", "none", "\udcff"])
def test_a_take_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    good(tmp_path)
    with pytest.raises(TakeError, match="no take is called"):
        resumed(Config(takes=Takes(folder=str(tmp_path))), name)


@pytest.mark.parametrize("words", ["9" * 5000, "1-" + "9" * 5000, "", "-", "-3", "1-2-3", "nan"])
def test_bars_that_are_no_numbers_are_said(tmp_path: Path, words: str) -> None:
    good(tmp_path)
    (tmp_path / "p.yaml").write_text(json.dumps({"takes": {"folder": str(tmp_path)}}))
    assert main(["takes", "show", f"--bars={words}", "--config", str(tmp_path / "p.yaml")]) == 2


def test_controls_that_none_takes_any_more_do_not_keep_a_take_from_being_gone_on_from(
    tmp_path: Path,
) -> None:
    sets = b'"set":{"density":2,"swing":58,"style_b":"polka","loudness":1,"humanize":"x"}'
    path = written(tmp_path, HEAD, BAR.replace(b"120.0", b"500")[:-1] + b"," + sets + b"}", NOTE)
    config, _ = resumed(Config(), str(path))
    assert (config.controls, config.bpm) == ({"style_b": "polka", "swing": 58}, 300.0)


@pytest.mark.long
@pytest.mark.parametrize("numbers", ["rising", "cycling", "one"])
def test_a_take_of_any_length_is_counted_without_being_held(tmp_path: Path, numbers: str) -> None:
    count, body = 2000, []
    for n in range(count):
        number = {"rising": n, "cycling": n % 7, "one": 0}[numbers]
        body.append(b"" if numbers == "one" and n else BAR.replace(b"0", b"%d" % number, 1))
        body.append(b'{"n":[%d%s]}' % (number, b",0,-1.2,36,100" * 16))
    path = written(tmp_path, HEAD, *body)
    summary_of(path)
    tracemalloc.start()
    try:
        summary = summary_of(path)
        if numbers != "one":
            assert len(selected(TakeReader(path), None, last=8)) == 8
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (summary.notes, summary.damaged) == (count * 16, 0)
    assert peak < 300_000 < path.stat().st_size


@pytest.mark.long
def test_more_notes_than_can_be_held_are_asked_for_by_bars(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = good(tmp_path)
    for module in ("reader", "selection"):
        monkeypatch.setattr(f"live.takes.{module}.MOST", 12)
    (tmp_path / "p.yaml").write_text(
        json.dumps({"takes": {"folder": str(tmp_path)}, "clips": {"live": {"enabled": False}}})
    )
    with pytest.raises(
        TakeError, match=r"more than 12 notes at once; choose some bars with --bars"
    ):
        read_take(path)
    rest = ["-o", str(tmp_path / "x.mid"), "--config", str(tmp_path / "p.yaml")]
    assert main(["replay", *rest]) == 2
    assert main(["replay", "--bars", "1-2", *rest]) == 0


# ---- all the ways at once
def _mutations(data: bytes, dice: random.Random) -> Iterator[bytes]:
    """Bytes that are flipped, cut, doubled, moved; figures and words that are others."""
    words = (
        b"-1", b"128", b"0", b"NaN", b"Infinity", b"1e999", b"1e300", b"true", b"null", b'""',
        b"[]", b"{}", b"9" * 400, b'"\\ud800"', b"17", b"1e-320", b"-0.0", b"3.5",
    )  # fmt: skip
    while True:
        new = bytearray(data)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(new) or 1)
            match dice.randrange(7):
                case 0:
                    new[at : at + 1] = bytes([dice.randrange(256)])
                case 1:
                    del new[at : at + dice.choice((1, 7, 200))]
                case 2:
                    new[at:at] = new[at // 2 : at // 2 + 60]
                case 3:
                    new[at:at] = dice.choice(words)
                case 4:
                    lines = bytes(new).split(b"\n")
                    dice.shuffle(lines)
                    new = bytearray(b"\n".join(lines))
                case 5:  # a figure is another
                    digits = [i for i, sign in enumerate(new) if 48 <= sign <= 57]
                    if digits:
                        place = dice.choice(digits)
                        new[place : place + 1] = dice.choice(words)
                case _:
                    del new[at:]
            new = new or bytearray(b"\n")
        yield bytes(new)


@pytest.mark.long
def test_whatever_happens_to_its_bytes_a_take_sends_only_valid_midi(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Listing raises nothing and lists the others; replay sends notes of one channel alone."""
    shelf, dice = tmp_path / "takes", random.Random(12)
    data = good(shelf).read_bytes()
    damaged = shelf / "damaged.jsonl"
    config = Config(takes=Takes(folder=str(shelf)))
    panel = TakeFiles(PanelSpec(takes=str(shelf)))
    played = 0
    for number, mutated in zip(range(600), _mutations(data, dice), strict=False):
        damaged.write_bytes(mutated)
        try:
            reader = TakeReader(damaged)
        except TakeError:
            continue
        bars = list(bars_of(reader))
        summary = summary_of(damaged)
        assert summary.bars == len(bars) and summary.damaged == reader.damaged
        assert summary.notes == sum(len(one.notes) for one in bars)
        due = messages(bars, reader.header.channel)
        assert all(_is_note(one.message, reader.header.channel) for one in due)
        assert all(math.isfinite(one.at) and one.at >= 0 for one in due)
        assert [one.at for one in due] == sorted(one.at for one in due)
        played += bool(due)
        to_bars(bars, reader.header.voices)
        if whole := [one for one in bars if one.whole]:
            assert write(clip_of(whole))[:4] == b"MThd"
        if number % 10 == 0:
            _used_everywhere(damaged, config, panel)
    assert played > 400
    capsys.readouterr()


def _is_note(message: bytes, channel: int) -> bool:
    status, note, velocity = message
    return status & 0x0F == channel - 1 and status >> 4 in (8, 9) and note < 128 > velocity


def _used_everywhere(path: Path, config: Config, panel: TakeFiles) -> None:
    """By the page, `--from`, `--continue`: they have it, or say why not."""
    rows = panel.takes()
    assert {row["name"] for row in rows} == {"2026-11-21 20.15.00", "damaged"}
    assert next(row for row in rows if row["name"] != "damaged")["bars"] == 5
    for use in (
        lambda: panel.answer("damaged.mid", None),
        lambda: panel.answer("damaged", "all"),
        lambda: resumed(config, str(path)),
        lambda: primer_of(str(path), config),
        lambda: read_take(path),
    ):
        try:
            use()
        except UserError as error:
            assert "damaged" in str(error)
