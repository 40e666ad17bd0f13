"""What is learned on stage is written beside the beat, and what cannot be written is said."""

from pathlib import Path

from engine.controls.table import table
from live.faults import Faults
from live.midi.binding_writer import binding_writer
from mappings.bindings import Binding, Message, MidiSource
from mappings.controllers import load_controller
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


def test_a_map_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    faults = Faults()
    (tmp_path / "maps").write_text("", encoding="utf-8")
    keep = binding_writer(tmp_path / "maps", TABLE, faults)
    keep(load_controller("lpd8", TABLE), BINDING)
    wait_until(lambda: bool(faults.kinds()), "a fault")
    kind, fault = faults.kinds()[0]
    assert kind == "learn" and "cannot be written" in fault.text
