"""What was learned is written into the user's map, where every comment of his stays."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls.control import Kind
from engine.controls.table import table
from engine.errors import MappingError
from mappings.bindings import Binding, Message, MidiSource, Mode, possible_modes, usual_mode
from mappings.controller_map import Map
from mappings.controllers import load_controller, load_maps
from mappings.own_map import device_name, new_map, own_path, write_binding

TABLE = table(("boom_bap", "funk", "jazz"))
MINE = """\
# My nano, since 2019.
name: My nano
ports: [nanoKONTROL2]  # the white one
takeover: scale

cc:
  # left hand
  16: density  # the big one

  # right hand
  17: swing
  # never touch this
  18: push
notes:
  60: fill  # the pedal
pads:
  - first: 36
    controls: [undo, ~, loop]
# the end
"""
HIGHEST = {Message.CC: 119, Message.CC14: 31, Message.NOTE: 127}


def cc(number: int, control: str, mode: Mode = Mode.ABSOLUTE) -> Binding:
    return Binding(MidiSource(Message.CC, number, 1), TABLE[control], mode)


def mine(folder: Path) -> Map:
    (folder / "nano.yaml").write_text(MINE, encoding="utf-8")
    return load_controller(folder / "nano.yaml", TABLE)


def same(one: Map, other: Map) -> bool:
    """Equal but for the order of the entries."""
    return replace(one, own=(), base=()) == replace(other, own=(), base=()) and sorted(
        map(repr, one.bindings)
    ) == sorted(map(repr, other.bindings))


def comments(text: str) -> list[str]:
    return sorted(re.findall(r"#.*", text))


@st.composite
def learned(draw: st.DrawFn) -> Binding:
    """Anything that can be learned."""
    kind = draw(st.sampled_from(list(HIGHEST)))
    source = MidiSource(kind, draw(st.integers(0, HIGHEST[kind])), draw(st.integers(1, 16)))
    fitting = [row for row in TABLE.values() if usual_mode(source, row, Mode.TOGGLE)]
    control = draw(st.sampled_from(fitting))
    usual = usual_mode(source, control, Mode.TOGGLE)
    if control.kind is Kind.TRIGGER:
        assert usual is not None
        return Binding(source, control, usual)
    return Binding(source, control, draw(st.sampled_from(possible_modes(source, control, None))))


@pytest.mark.long
@given(st.lists(learned(), min_size=1, max_size=5), st.sampled_from(["own", "built-in", "new"]))
def test_a_learned_map_read_back_is_the_same_map(
    tmp_path_factory: pytest.TempPathFactory, bindings: list[Binding], kind: str
) -> None:
    folder = tmp_path_factory.mktemp("maps")
    made = {
        "own": lambda: mine(folder),
        "built-in": lambda: load_controller("launch_control_xl", TABLE),
        "new": lambda: new_map("X-TOUCH MINI"),
    }
    one = made[kind]()
    path = own_path(one, folder)
    for binding in bindings:
        write_binding(one, binding, folder, TABLE)
        one, _ = one.bound(binding)
    assert same(load_controller(path, TABLE), one)
    if kind == "own":
        assert set(comments(MINE)) <= set(comments(path.read_text(encoding="utf-8")))


def test_a_new_entry_takes_the_place_of_the_old_one_and_the_rest_stays(tmp_path: Path) -> None:
    one = mine(tmp_path)
    path = write_binding(one, cc(40, "density"), tmp_path, TABLE)
    text = path.read_text(encoding="utf-8")
    assert re.sub(" +#", "  #", text) == re.sub(
        " +#", "  #", MINE.replace("  16: density", "  40@1: density")
    )


def test_what_else_its_message_moved_is_taken_out(tmp_path: Path) -> None:
    one = mine(tmp_path)
    text = write_binding(one, cc(17, "density"), tmp_path, TABLE).read_text(encoding="utf-8")
    assert "swing" not in text
    assert "  17@1: density" in text and "18: push" in text
    assert comments(text) == comments(MINE)


def test_a_pad_that_is_learned_elsewhere_is_left_out(tmp_path: Path) -> None:
    one = mine(tmp_path)
    path = write_binding(one, cc(50, "loop", Mode.TOGGLE), tmp_path, TABLE)
    names = {
        entry.control.name: entry.source.place for entry in load_controller(path, TABLE).bindings
    }
    assert names["loop"] == "cc.50@1" and names["undo"] == "notes.36"


def test_a_built_in_map_is_extended_in_the_users_folder(tmp_path: Path) -> None:
    one = load_controller("nanokontrol2", TABLE)
    path = write_binding(one, cc(20, "temperature"), tmp_path / "deep" / "maps", TABLE)
    assert path == tmp_path / "deep" / "maps" / "nanokontrol2.yaml"
    assert "extends: nanokontrol2" in path.read_text(encoding="utf-8")
    found = load_maps(TABLE, folder=path.parent).of("nanoKONTROL2")
    assert found is not None
    assert cc(20, "temperature") in found.bindings and len(found.bindings) > 10


def test_a_controller_nobody_knew_is_known_from_then_on(tmp_path: Path) -> None:
    write_binding(new_map("X-TOUCH MINI:X-TOUCH MINI MIDI 1 20:0"), cc(1, "swing"), tmp_path, TABLE)
    found = load_maps(TABLE, folder=tmp_path).of("X-TOUCH MINI 3")
    assert found is not None and found.bindings == (cc(1, "swing"),)


@pytest.mark.parametrize(
    ("port", "name"),
    [
        ("nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTRL 20:0", "nanoKONTROL2"),
        ("a2j:X-TOUCH MINI [24] (capture): X-TOUCH MINI MIDI 1", "X-TOUCH MINI"),
        ("X-TOUCH MINI 2", "X-TOUCH MINI"),
        ("X-TOUCH MINI", "X-TOUCH MINI"),
        ("system:midi_capture_1", "midi_capture_1"),
        ("7", "7"),
    ],
)
def test_a_device_keeps_its_name_wherever_it_is_plugged_in(port: str, name: str) -> None:
    assert device_name(port) == name


def test_a_map_with_a_mistake_is_not_written_over(tmp_path: Path) -> None:
    one = mine(tmp_path)
    broken = MINE.replace("density", "loudness")
    (tmp_path / "nano.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(MappingError, match=r"cc\.16: 'loudness' is not one of"):
        write_binding(one, cc(1, "swing"), tmp_path, TABLE)
    assert (tmp_path / "nano.yaml").read_text(encoding="utf-8") == broken
    assert [path.name for path in tmp_path.iterdir()] == ["nano.yaml"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MappingError, match="cannot be written"):
        write_binding(new_map("x"), cc(1, "swing"), tmp_path / "file" / "maps", TABLE)
