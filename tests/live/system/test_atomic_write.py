"""A new file is there wholly or not at all, and never in the place of another."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DeliveryError
from live.system.atomic_write import fit, write_at, write_new


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    names = [write_new(tmp_path / "a", "funk", ".alc", bytes([n])).name for n in range(3)]
    assert names == ["funk.alc", "funk (2).alc", "funk (3).alc"]
    assert [(tmp_path / "a" / name).read_bytes() for name in names] == [b"\0", b"\1", b"\2"]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(names)


def test_two_at_one_moment_under_one_name_are_two_whole_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def another(_file: int) -> None:
        monkeypatch.undo()
        thread = threading.Thread(
            target=lambda: written.append(write_new(tmp_path, "funk", ".mid", b"second"))
        )
        thread.start()
        thread.join()

    monkeypatch.setattr(os, "fsync", another)
    written.append(write_new(tmp_path, "funk", ".mid", b"the first"))
    assert [path.read_bytes() for path in written] == [b"second", b"the first"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_what_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if failing == "fsync" else Path, failing, full)
    with pytest.raises(DeliveryError, match="No space left"):
        write_new(tmp_path, "funk", ".alc", b"notes")
    for replace in (True, False):
        with pytest.raises(OSError, match="No space left"):
            write_at(tmp_path / "funk.alc", b"notes", replace=replace)
    assert list(tmp_path.iterdir()) == []


def test_only_what_may_be_replaced_is(tmp_path: Path) -> None:
    path = tmp_path / "template.als"
    write_at(path, b"one")
    write_at(path, b"two", replace=True)
    assert path.read_bytes() == b"two"
    with pytest.raises(FileExistsError):
        write_at(path, b"three")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"two"]


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("J Dilla 4 bars 92.5 BPM", "J Dilla 4 bars 92.5 BPM"),
        ("half/time: 3/4?", "half-time- 3-4-"),
        ("...", "Drums"),
        ("鼓 ", "鼓"),
        ("鼓" * 100, "鼓" * 60),
    ],
)
def test_a_name_is_kept_as_far_as_file_systems_let_it(name: str, fits: str) -> None:
    assert fit(name) == fits


@given(st.text())
def test_any_name_fits(name: str) -> None:
    fits = fit(name)
    assert 0 < len(fits.encode()) <= 180
    assert not set(fits) & set('<>:"/\\|?*\0')
    assert fits == fits.strip(" .")
