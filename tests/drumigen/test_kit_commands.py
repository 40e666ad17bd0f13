"""`drumigen kit` lists and shows kits, and learns one from pads that are hit."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from drumigen.command_line import main
from drumigen.kit_lists import note_name
from mappings.kits import kit_files, read_kit
from tests.rig import JackServer, Witness, end, start, wait_until


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for place in ("mappings.kits", "live.own_kit", "drumigen.kit_lists"):
        monkeypatch.setattr(f"{place}.own_kits", lambda: tmp_path / "kits")
    (tmp_path / "kits").mkdir()
    return tmp_path / "kits"


def test_every_kit_is_listed_and_the_users_own_as_such(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pads.yaml").write_text("name: Pads\nnotes: {kick: 60}\n", encoding="utf-8")
    (folder / "broken.yaml").write_text("name: [", encoding="utf-8")
    assert main(["kit"]) == main(["kit", "list"]) == 0
    said = capsys.readouterr().out
    assert not [name for name in kit_files() if name not in said]
    assert "Pads (yours)" in said and "not YAML" in said


def test_a_kit_is_shown_with_what_plays_for_what_it_lacks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["kit", "show", "AD2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "Addictive Drums 2, channel 10",
        "clap 37 C#1 by the nearest, the rimshot",
        "half open 54 F#2 for the open hat from velocity 1 to 63",
        "literature: Addictive Drums 2 Keymap",
    ):
        assert words in said


def test_notes_are_named_as_live_names_them() -> None:
    assert [note_name(note) for note in (0, 36, 61, 127)] == ["C-2", "C1", "C#3", "G8"]


def test_an_unknown_kit_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kit", "show", "superior drumer"]) == 2
    assert "did you mean superior_drummer?" in capsys.readouterr().err


def test_a_kit_that_is_there_is_not_learned_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "my_pads.yaml").write_text("", encoding="utf-8")
    assert main(["kit", "learn", "My pads"]) == 2
    assert "is there already; --force writes over it" in capsys.readouterr().err


def test_without_a_midi_system_it_is_said_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drumigen.midi_demand.port_names", lambda: (None, [], []))
    assert main(["kit", "learn", "My pads"]) == 2
    assert "kit learn: no MIDI system runs, so nothing could be heard; " in capsys.readouterr().err
    assert not list(folder.iterdir())


def learner(jack: JackServer, folder: Path, out: IO[str]) -> "subprocess.Popen[str]":
    command = (sys.executable, "-m", "drumigen", "kit", "learn", "My pads")
    return start(*command, env=jack.env | {"XDG_CONFIG_HOME": str(folder)}, stdout=out, stdin=-1)


@pytest.mark.jack
@pytest.mark.stage
def test_pads_are_hit_one_is_skipped_and_the_rest_is_kept_when_it_is_ended(tmp_path: Path) -> None:
    said = tmp_path / "said"
    with (
        JackServer(period=512, synchronous=False) as jack,
        Witness(jack, "TD-PADS", drums=None) as pads,
        said.open("w") as out,
    ):
        process = learner(jack, tmp_path, out)
        keys = process.stdin
        assert keys is not None
        try:

            def hit(note: int, until: str) -> None:
                deadline = time.monotonic() + 20.0
                while until not in said.read_text() and time.monotonic() < deadline:
                    pads.say(bytes((0x92, note, 100)))
                    time.sleep(0.4)
                assert until in said.read_text()

            wait_until(lambda: "hit the kick" in said.read_text(), "the question", 20.0)
            hit(60, "kick: 60")
            hit(60, "60 is the kick already")
            hit(61, "snare: 61")
            keys.write("\n")
            wait_until(lambda: "hit the clap" in said.read_text(), "the next voice", 20.0)
            process.send_signal(signal.SIGINT)
            assert process.wait(20.0) == 0
        finally:
            end(process)
            keys.close()
    kit = read_kit(tmp_path / "drumigen" / "kits" / "my_pads.yaml")
    assert (kit.name, kit.channel) == ("My pads", 3)
    own = {voice.value: note for voice, note in kit.notes.items() if voice not in kit.lacks}
    assert own == {"kick": 60, "snare": 61}
    assert "2 sounds, saved in" in said.read_text()
