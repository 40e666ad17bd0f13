"""A song as it is typed, and what `drumigen render` makes of it."""

from pathlib import Path

import mido
import pytest

from drumigen.__main__ import main
from engine.errors import ConfigError
from studio.writing.song_form import part_named, part_names, song_form

RENDER = ("render", "--weights", "none.safetensors", "--bpm", "120")


def test_parts_and_bars_are_read_however_they_are_spelt() -> None:
    assert song_form("intro 4, Verse 16,Build-Up 8 , drop 1") == (
        *(("intro", 4), ("verse", 16), ("build_up", 8), ("drop", 1)),
    )
    assert part_names((("intro", 4), ("verse", 2))) == ["01_intro", "02_verse"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", r"--song: '' is not a part and its bars, such as \"intro 4, verse 16, chorus 8\""),
        ("intro 4,", r"--song: '' is not a part"),
        ("verse", r"--song: 'verse' is not a part and its bars"),
        ("vers 4", r"--song: 'vers' is not one of intro, verse, .*; did you mean verse\?"),
        ("intro 0", r"--song: intro: '0' is not a whole number from 1 to 1000"),
        ("intro -2", r"--song: intro: '-2' is not a whole number"),
        ("intro 1.5", r"--song: intro: '1.5' is not a whole number"),
        ("intro ²", r"--song: intro: '²' is not a whole number"),
        ("intro 1001", r"--song: intro: '1001' is not a whole number"),
        ("intro 99999999999999999999", r"is not a whole number"),
        ("intro 800, verse 201", r"--song: 1001 bars are more than 1000"),
    ],
)
def test_what_is_no_song_is_answered_with_what_is_one(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        song_form(text)


def test_a_part_that_there_is_not_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"--part: 'brigde' is not one of .*did you mean bridge"):
        part_named("--part", "brigde")


@pytest.mark.long
def test_a_song_has_fills_into_its_parts_markers_and_a_clip_a_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = (*RENDER, "--style", "rock", "--set", "fill_every=off", "-o", "song.mid")
    assert main([*words, "--song", "intro 2, build up 3, outro 2", "--clips"]) == 0
    track, now, found = mido.MidiFile("song.mid").tracks[0], 0, []
    for message in track:
        now += message.time
        if message.type == "marker":
            found.append((now * 4 / mido.MidiFile("song.mid").ticks_per_beat / 16, message.text))
    assert found == [(0.0, "intro"), (2.0, "build up"), (5.0, "outro")]
    for name, bars in (("01_intro", 2), ("02_build_up", 3), ("03_outro", 2)):
        clip = mido.MidiFile(f"song_{name}.mid")
        ticks = sum(message.time for message in clip.tracks[0])
        assert ticks == bars * 4 * clip.ticks_per_beat
    assert "song_02_build_up.mid: 3 bars" in capsys.readouterr().out
    assert main([*words, "--force", "--song", "intro 1", "--clips"]) == 0
    assert main([*words[:-1], "other.mid", "--clips"]) == 2
    assert "--clips: takes --song" in capsys.readouterr().err


@pytest.mark.long
def test_a_clip_that_is_there_already_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a_01_verse.mid").write_bytes(b"mine")
    assert main([*RENDER, "-o", "a.mid", "--song", "verse 1", "--clips"]) == 2
    assert "a_01_verse.mid: is there already" in capsys.readouterr().err
    assert Path("a_01_verse.mid").read_bytes() == b"mine"
    assert not Path("a.mid").exists()


@pytest.mark.long
def test_one_part_alone_is_rendered(tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    words = (*RENDER, "--style", "rock", "--set", "fill_every=off", "--bars", "2", "-o", str(out))
    assert main([*words, "--part", "Breakdown"]) == 0
    notes = {m.note for m in mido.MidiFile(out).tracks[0] if m.type == "note_on"}
    assert notes
    assert not notes & {36, 38}
