"""What is learned on stage is written beside the beat, and what cannot be written is said."""

from pathlib import Path

from engine.controls.table import table
from live.faults import Faults
from live.midi.binding_writer import binding_writer
from mappings.bindings import Binding, Message, MidiSource
from mappings.controllers import load_controller, read_page
from mappings.own_map import write_binding
from tests.rig import wait_until

TABLE = table(("funk", "jazz"))
BINDING = Binding(MidiSource(Message.CC, 9, 1), TABLE["density"])


def test_a_learned_binding_is_in_the_users_map_soon_after(tmp_path: Path) -> None:
    faults = Faults()
    keep = binding_writer(tmp_path, TABLE, faults)
    keep(load_controller("lpd8", TABLE), BINDING)
    wait_until((tmp_path / "lpd8.yaml").exists, "the file")
    assert BINDING in load_controller(tmp_path / "lpd8.yaml", TABLE).bindings
    assert not faults.kinds()


def test_what_was_learned_is_taken_back_in_the_file_too(tmp_path: Path) -> None:
    faults = Faults()
    keep = binding_writer(tmp_path, TABLE, faults)
    one = load_controller("lpd8", TABLE)
    other = Binding(MidiSource(Message.CC, 10, 1), TABLE["swing"])
    keep(one, BINDING)
    keep(one, other)
    keep.take_back()
    path = tmp_path / "lpd8.yaml"
    wait_until(lambda: path.exists() and bound(path) == {"density"}, "the first lesson alone")
    keep.take_back()
    wait_until(lambda: not path.exists(), "no map of his own")
    keep.take_back()  # no lesson of this performance
    keep(one, BINDING)
    wait_until(lambda: path.exists() and bound(path) == {"density"}, "a lesson after all that")
    assert not faults.kinds()


def bound(path: Path) -> set[str]:
    """What is learned in a map that extends another."""
    return {binding.control.name for _, binding in read_page(path, TABLE)}


def test_a_lesson_that_was_not_written_takes_no_older_one_back(tmp_path: Path) -> None:
    write_binding(load_controller("lpd8", TABLE), BINDING, tmp_path, TABLE)
    faults = Faults()
    keep = binding_writer(tmp_path, TABLE, faults)
    (tmp_path / "apc40.yaml").write_text("name: [", encoding="utf-8")
    keep(load_controller("apc40", TABLE), BINDING)
    keep.take_back()
    keep(load_controller("midimix", TABLE), BINDING)
    wait_until((tmp_path / "midimix.yaml").exists, "the last lesson")
    assert [kind for kind, _ in faults.kinds()] == ["learn"]
    assert (tmp_path / "lpd8.yaml").exists()


def test_a_map_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    faults = Faults()
    (tmp_path / "maps").write_text("", encoding="utf-8")
    keep = binding_writer(tmp_path / "maps", TABLE, faults)
    keep(load_controller("lpd8", TABLE), BINDING)
    wait_until(lambda: bool(faults.kinds()), "a fault")
    kind, fault = faults.kinds()[0]
    assert kind == "learn" and "cannot be written" in fault.text
