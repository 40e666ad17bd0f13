"""The command line says what it can and names every mistake in one line."""

import os
import runpy
import sys
import tomllib
import zlib
from pathlib import Path

import pytest

from drumigen.command_line import main
from drumigen.lists import BENCHMARKS
from engine.controls.table import table
from tests.live.ableton.als_sets import Recipe, saved
from tests.styles import BANK

ROOT = Path(__file__).parents[2]


def test_a_bare_drumigen_says_what_it_can(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: drumigen")
    commands = ("live", "render", "takes", "doctor")
    assert not [word for word in commands if f"\n    {word} " not in said]


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"drumigen {pyproject['project']['version']}\n"


@pytest.mark.long
def test_python_runs_it_as_a_module(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["drumigen", "controls"])
    monkeypatch.delitem(sys.modules, "drumigen.__main__", raising=False)  # other tests import it
    with pytest.raises(SystemExit) as exit_:
        runpy.run_module("drumigen", run_name="__main__")
    assert (exit_.value.code, "density" in capsys.readouterr().out) == (0, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rendr"], "'rendr'; did you mean render?; `drumigen --help` lists them"),
        (["qqq"], "invalid choice: 'qqq' (choose from 'live', "),
        (["render", "--styel", "funk"], "unrecognized arguments: --styel funk; did you mean --sty"),
        (["render", "--kitt=gm"], "unrecognized arguments: --kitt=gm; did you mean --kit?"),
        (["--versoin"], "unrecognized arguments: --versoin; did you mean --version?"),
    ],
)
def test_an_unknown_command_or_option_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(words)
    assert exit_.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.long
def test_controls_lists_every_control(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["controls"]) == 0
    words = capsys.readouterr().out.split()
    assert not [name for name in table(("funk",)) if name not in words]


@pytest.mark.long
def test_styles_lists_every_style(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles"]) == 0
    words = capsys.readouterr().out.split()
    assert not [name for name in BANK if name not in words]


@pytest.mark.long
def test_a_style_is_shown_by_what_people_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles", "Dilla"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("J Dilla (j_dilla), a producer: ")
    assert all(mark.text in said for mark in BANK["j_dilla"].hallmarks)
    assert "tempo: design choice. " in said


@pytest.mark.long
def test_a_style_that_is_not_known_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["styles", "regae"]) == 2
    assert "`drumigen styles` lists; did you mean reggae?" in capsys.readouterr().err


@pytest.mark.long
def test_touchosc_writes_a_layout_and_says_which_ports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.tosc"
    assert main(["touchosc", "-o", str(path), "--size", "tablet", "--port", "9123"]) == 0
    assert zlib.decompress(path.read_bytes()).startswith(b"<?xml")
    assert "send to port 9000, receive on port 9123" in capsys.readouterr().out


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["render", "--style", "polka"], "--style: 'polka' is not one of the "),
        (["render", "--bars", "0"], "--bars: 0 is not a whole number from 1 to 1000"),
        (["render", "--bpm", "500"], "--bpm: 500 is not a number from 20 to 300"),
        (["render", "--set", "swing"], "--set: 'swing' is not CONTROL=VALUE"),
        (["render", "--set", "swing=99"], "--set swing: '99' is not a number from 50 to 75 %"),
        (["touchosc", "--port", "0"], "--port: 0 is not a UDP port from 1 to 65535"),
        (
            ["render", "-o", "notes.txt"],
            "notes.txt: is no name of a .mid or .midi; notes.mid is one",
        ),
        (["render", "--track", "1"], "--track: says what is the drums of a .mid, and none is read"),
        (["render", "--vary", "x.jsonl", "--channel", "1"], "--channel: says what is the drums"),
        (["render", "--vary", "x.mid", "--channel", "17"], "--channel: 17 is not a number from 1"),
        (
            ["humanize", "live:", "--style", "funk", "--track", "1"],
            "--track: says what is the drums",
        ),
        (["takes", "show", "--bars", "4-2"], "--bars: '4-2' is not in order, counted from 1"),
        (["touchosc", "-o", "x.xml"], "x.xml: is no name of a .tosc; x.tosc is one"),
        (["train", "--data", ".", "-o", "x.mid"], "x.mid: is no name of a .safetensors"),
        (["template", "a.als", "-o", "a.alc"], "a.alc: is no name of a .als"),
        (["touchosc", "-o", "nowhere/x.tosc"], "nowhere/x.tosc: cannot be written"),
        (["live", "--config", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
        (["bench", "sleep"], "bench: 'sleep' is not one of clock"),
        (["template", "nowhere.als"], "nowhere.als: cannot be read"),
        (["train", "--data", "nowhere"], "--data: nowhere holds no info.csv"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_2(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"drumigen: {reason}")
    assert error.count("\n") == 1


def test_template_writes_where_it_is_told_or_where_clips_look(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.ableton.alc.user_data_path", lambda *_, **__: tmp_path / "data")
    path = saved(tmp_path, Recipe())
    assert main(["template", str(path), "--track", "2-Drums"]) == 0
    assert main(["template", str(path), "-o", str(tmp_path / "mine.als")]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{tmp_path / 'data' / 'template.als'}: track '2-Drums' of My Set.als")
    assert "mine.als: track '1-Keys'" in second and second.endswith(
        "(not yet opened in Live by us)"
    )


@pytest.mark.long
def test_render_writes_the_file_and_prints_the_tab(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "groove.mid"
    assert main(["render", "--style", "funk", "--bars", "2", "--tab", "-o", str(path)]) == 0
    assert path.read_bytes().startswith(b"MThd")
    assert "BD |" in capsys.readouterr().out


@pytest.mark.long
def test_nothing_that_is_there_is_written_over_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("funk.mid", "drumigen.tosc", "drummer.safetensors", "feel.safetensors", "mine.als")
    for name in names:
        Path(name).write_bytes(b"mine")
    for words in (
        ["render", "--style", "funk", "--weights", "none"],
        ["touchosc"],
        ["train", "--data", "."],
        ["train", "--data", ".", "--part", "feel"],
        ["template", "MySet.als", "-o", "mine.als"],
    ):
        assert main(words) == 2
        assert "is there already; --force writes it all the same" in capsys.readouterr().err
    assert {Path(name).read_bytes() for name in names} == {b"mine"}
    assert main(["touchosc", "--force"]) == 0
    assert Path("drumigen.tosc").read_bytes() != b"mine"


@pytest.mark.long
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_what_a_command_reads_is_never_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], force: list[str]
) -> None:
    path = saved(tmp_path, Recipe())
    weights, config = tmp_path / "w.safetensors", tmp_path / "c.yaml"
    weights.write_bytes(b"mine")
    config.write_text("style: funk")
    for words in (
        ["template", str(path), "-o", str(path)],
        ["train", "--data", ".", "--from", str(weights), "-o", str(weights)],
        ["render", "--config", str(config), "--weights", str(weights), "-o", str(config)],
        ["render", "--weights", str(weights), "-o", str(weights)],
    ):
        assert main([*words, *force]) == 2
        assert "cannot be written (it is what is read)" in capsys.readouterr().err
    assert (weights.read_bytes(), config.read_text()) == (b"mine", "style: funk")


@pytest.mark.parametrize("words", [["controls"], ["--version"], ["--help"], ["touchosc", "--help"]])
@pytest.mark.long
def test_nobody_who_reads_on_is_no_fault(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)  # as `head` does when it has enough
    with open(writer, "w", encoding="utf-8") as out:  # noqa: PTH123 - a number, not a path
        monkeypatch.setattr(sys, "stdout", out)
        try:
            status: object = main(words)
        except SystemExit as exit_:  # of rich, which does as we do
            status = exit_.code
        assert status == 1
    assert capfd.readouterr().err == ""


def test_nowhere_to_say_it_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["--version"]) == 0
    sys.stdout.close()


@pytest.mark.long
def test_render_without_weights_says_so_and_plays_patterns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights, path = tmp_path / "bad.safetensors", tmp_path / "groove.mid"
    weights.write_bytes(b"rubbish")
    assert main(["render", "--weights", str(weights), "--bars", "2", "-o", str(path)]) == 0
    said = capsys.readouterr()
    assert str(weights) in said.err
    assert ": improvised in time" in said.out


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_can_be_begun_alone_from_anywhere(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the installed program does: the checkout is not where Python looks for modules."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["drumigen"])
    elsewhere = [folder for folder in sys.path if folder and Path(folder).resolve() != ROOT]
    monkeypatch.setattr(sys, "path", elsewhere)
    for module in [known for known in sys.modules if known.split(".")[0] == "benchmarks"]:
        monkeypatch.delitem(sys.modules, module)
    begun, run_path = [], runpy.run_path

    def imported_only(path: str, run_name: str) -> None:
        assert run_name == "__main__"
        begun.append(run_path(path)["__doc__"])

    monkeypatch.setattr("runpy.run_path", imported_only)
    assert main(["bench", name]) == 0
    assert len(begun) == 1


def bench_without(module: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit status of a benchmark that misses a module."""

    def missing(_path: str, **_named: str) -> None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr(sys, "argv", ["drumigen"])
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr("runpy.run_path", missing)
    return main(["bench", "schedule"])


def test_a_benchmark_whose_peer_is_not_installed_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench_without("isobar", monkeypatch) == 2
    said = capsys.readouterr().err
    assert "bench schedule: needs isobar: pip install -e '.[test,bench]'" in said


def test_a_module_of_ours_that_a_benchmark_misses_is_no_matter_of_extras(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"live\.gone"):
        bench_without("live.gone", monkeypatch)
