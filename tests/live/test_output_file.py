"""Files that a command writes: never an input, no other file unasked, wholly or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import ConfigError
from live.output_file import MID, OutputFile


def allowed(path: Path, *inputs: Path, force: bool = False) -> Path:
    return OutputFile(path, force, inputs).at(Path("default.mid"), MID)


def refusal(path: Path, *inputs: Path, force: bool = False) -> str:
    with pytest.raises(ConfigError) as error:
        allowed(path, *inputs, force=force)
    return str(error.value)


def test_a_new_name_is_allowed(tmp_path: Path) -> None:
    for name in ("a.mid", "b.MID", "c.midi", "d.e.mid", ".mid.mid"):
        assert allowed(tmp_path / name) == tmp_path / name


def test_without_a_name_the_default_is_held_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert OutputFile().at(Path("default.mid"), MID) == Path("default.mid")
    Path("default.mid").touch()
    with pytest.raises(ConfigError, match=r"default\.mid: is there already; --force"):
        OutputFile().at(Path("default.mid"), MID)


def test_an_existing_file_is_written_over_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    path.write_bytes(b"mine")
    assert refusal(path) == f"{path}: is there already; --force writes it all the same"
    with pytest.raises(ConfigError, match=r"a\.mid: cannot be written \(File exists\)"):
        OutputFile().write(path, b"ours")  # somebody came between
    assert path.read_bytes() == b"mine"
    OutputFile(force=True).write(allowed(path, force=True), b"ours")
    assert path.read_bytes() == b"ours"
    assert [one.name for one in tmp_path.iterdir()] == ["a.mid"]


@pytest.mark.parametrize("force", [False, True])
def test_what_is_read_is_never_written_by_whatever_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    source = tmp_path / "in.mid"
    source.write_bytes(b"mine")
    (tmp_path / "soft.mid").symlink_to(source)
    (tmp_path / "hard.mid").hardlink_to(source)
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("in.mid", "soft.mid", "hard.mid", "./in.mid", "folder/../in.mid"):
        said = refusal(Path(name), Path("nowhere"), source, force=force)
        assert said == f"{Path(name)}: cannot be written (it is what is read); choose another -o"


def test_another_kind_of_name_is_written_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    assert refusal(path) == (
        f"{path}: is no name of a .mid or .midi; notes.mid is one; --force writes it all the same"
    )
    assert "groove.mid is one" in refusal(tmp_path / "groove")
    assert allowed(path, force=True) == path


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_no_file_and_none_is_made(tmp_path: Path, force: bool) -> None:
    assert refusal(tmp_path, force=force).endswith("cannot be written (it is a folder)")
    said = refusal(tmp_path / "no" / "a.mid", force=force)
    assert said.endswith(f"cannot be written (there is no folder {tmp_path / 'no'})")


def test_force_writes_through_a_link_and_into_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "real.mid").touch()
    (tmp_path / "link.mid").symlink_to(tmp_path / "real.mid")
    assert "is there already" in refusal(tmp_path / "link.mid")
    OutputFile(force=True).write(tmp_path / "link.mid", b"ours")
    assert (tmp_path / "real.mid").read_bytes() == b"ours" and (tmp_path / "link.mid").is_symlink()
    OutputFile(force=True).write(Path(os.devnull), b"ours")
    assert not Path(os.devnull).is_file()


def test_a_link_to_nothing_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "a.mid").symlink_to(tmp_path / "gone.mid")
    assert "is there already" in refusal(tmp_path / "a.mid")
