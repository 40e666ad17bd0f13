"""What was learned last is taken back, and nothing that somebody wrote since is lost."""

from pathlib import Path

import pytest

from engine.controls.table import table
from engine.errors import MappingError
from mappings.bindings import Binding, Message, MidiSource
from mappings.controller_map import Map
from mappings.controllers import load_controller
from mappings.lessons import FILE, KEPT, take_back
from mappings.own_map import new_map, write_binding

TABLE = table(("funk", "jazz"))


def learn(folder: Path, number: int = 3, control: str = "density", one: Map | None = None) -> Path:
    binding = Binding(MidiSource(Message.CC, number, 1), TABLE[control])
    return write_binding(one or new_map("X-TOUCH"), binding, folder, TABLE)


def test_a_map_is_again_as_it_was_comments_and_all(tmp_path: Path) -> None:
    path = tmp_path / "x_touch.yaml"
    before = "name: X  # mine\nports: [X-TOUCH]\ncc:\n  3: swing  # the big one\n"
    path.write_text(before, encoding="utf-8")
    assert learn(tmp_path, one=load_controller(path, TABLE)) == path
    assert path.read_text(encoding="utf-8") != before
    assert take_back(tmp_path) == path
    assert path.read_text(encoding="utf-8") == before


def test_lessons_are_taken_back_one_after_the_other_the_last_one_first(tmp_path: Path) -> None:
    path = learn(tmp_path)
    first = path.read_text(encoding="utf-8")
    learn(tmp_path, 4, "swing")
    take_back(tmp_path)
    assert path.read_text(encoding="utf-8") == first
    take_back(tmp_path)
    assert not path.exists()  # there was none
    with pytest.raises(MappingError, match="nothing was learned that could be taken back"):
        take_back(tmp_path)


def test_a_map_that_was_changed_since_stays_as_it_is(tmp_path: Path) -> None:
    path = learn(tmp_path)
    mine = path.read_text(encoding="utf-8") + "# a word of mine\n"
    path.write_text(mine, encoding="utf-8")
    with pytest.raises(MappingError, match="was changed since it was learned; it stays"):
        take_back(tmp_path)
    assert path.read_text(encoding="utf-8") == mine


def test_a_map_that_is_gone_is_said(tmp_path: Path) -> None:
    learn(tmp_path).unlink()
    with pytest.raises(MappingError, match="cannot be taken back: No such file"):
        take_back(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[1]", '[["a"]]', "[" * 100_000, "\udcff"])
def test_a_damaged_list_of_lessons_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(MappingError, match="nothing was learned"):
        take_back(tmp_path)
    learn(tmp_path)
    take_back(tmp_path)


def test_no_more_than_some_are_kept(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        learn(tmp_path, number)
    for _ in range(KEPT):
        take_back(tmp_path)
    with pytest.raises(MappingError):
        take_back(tmp_path)
    assert (tmp_path / "x_touch.yaml").exists()
