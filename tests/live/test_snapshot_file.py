"""Stored snapshots outlive a performance, and no file of them stops the next one."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.controls.control import Value
from engine.controls.snapshots import Snapshot, Snapshots
from engine.controls.table import table
from live.config import Config
from live.config_file import load_config
from live.faults import Faults
from live.loaded_config import snapshot_file
from live.snapshot_file import SnapshotFile
from mappings.yaml_fields import read_yaml
from tests.live.drumigen import Drumigen
from tests.rig import wait_until

TABLE = table(("funk", "jazz"))


class Evening:
    """One performance after the other, with a file between them."""

    def __init__(self, path: Path | None) -> None:
        self.path, self.faults = path, Faults()

    def start(self, given: Mapping[str, Snapshot] | None = None) -> dict[str, Snapshot]:
        return SnapshotFile(self.path, TABLE, self.faults).load(given or {})

    def store(
        self, letter: str, given: Mapping[str, Snapshot] | None = None, **turned: Value
    ) -> None:
        """A performance in which one is stored."""
        file = SnapshotFile(self.path, TABLE, self.faults)
        kept = Snapshots(TABLE, file.load(given or {}))
        file.open()
        file.look(kept.everything())
        kept.store(letter, {name: row.default for name, row in TABLE.items()} | turned)
        file.look(kept.everything())
        file.close()

    @property
    def fault(self) -> str:
        return "; ".join(fault.text for _, fault in self.faults.kinds())


@pytest.fixture
def evening(tmp_path: Path) -> Evening:
    return Evening(tmp_path / "own" / "snapshots.yaml")


def text(evening: Evening, words: str) -> None:
    assert evening.path is not None
    evening.path.parent.mkdir(exist_ok=True)
    evening.path.write_text(words, encoding="utf-8")


# ---- kept
def test_what_is_stored_is_there_at_the_next_start(evening: Evening) -> None:
    evening.store("b", style="jazz", swing=57.3, push=-1e-05)
    evening.store("a", density=0.1)
    found = evening.start()
    assert [*found] == ["a", "b"]
    assert (found["b"]["style"], found["b"]["swing"], found["b"]["push"]) == ("jazz", 57.3, -1e-05)
    assert found["a"]["density"] == 0.1
    assert not evening.fault
    assert evening.path and [one.name for one in evening.path.parent.iterdir()] == [
        "snapshots.yaml"
    ]


def test_by_hand_goes_before_the_configuration_and_only_where_it_was_stored(
    evening: Evening,
) -> None:
    given: dict[str, Snapshot] = {"a": {"density": 0.9}, "c": {"density": 0.8}}
    evening.store("a", given, density=0.1)
    found = evening.start({"a": {"density": 0.9}, "c": {"density": 0.7}})
    assert (found["a"]["density"], found["c"]) == (0.1, {"density": 0.7})
    assert evening.path and set(read_yaml(evening.path)) == {"a"}  # type: ignore[call-overload]


def test_nothing_is_written_while_nothing_is_stored(evening: Evening) -> None:
    file = SnapshotFile(evening.path, TABLE, evening.faults)
    kept = file.load({"a": {"density": 0.9}})
    file.open()
    file.look(kept)
    file.look(kept)
    file.close()
    assert evening.path and not evening.path.parent.exists()


def test_turned_off_it_keeps_nothing() -> None:
    evening = Evening(None)
    evening.store("a", density=0.1)
    assert evening.start({"a": {"density": 0.9}}) == {"a": {"density": 0.9}}


def test_two_performances_at_once_keep_each_others_letters(evening: Evening) -> None:
    first = SnapshotFile(evening.path, TABLE, evening.faults)
    kept = Snapshots(TABLE, first.load({}))
    evening.store("b", density=0.2)
    first.open()
    kept.store("a", {name: row.default for name, row in TABLE.items()})
    first.look(kept.everything())
    first.close()
    assert [*evening.start()] == ["a", "b"]


# ---- what cannot be used
@pytest.mark.parametrize(
    "words", ["a: {density: 0.5", "a: {density: 1}\na: {density: 0}", "[1, 2]", "just words", "\0"]
)
def test_a_damaged_file_is_set_aside_and_said(evening: Evening, words: str) -> None:
    text(evening, words)
    assert evening.start() == {}
    assert evening.path and str(evening.path) in evening.fault
    assert "set aside as snapshots.damaged.yaml" in evening.fault
    aside = evening.path.with_name("snapshots.damaged.yaml")
    assert aside.read_text(encoding="utf-8") == words
    text(evening, words)
    evening.store("a", density=0.1)  # at the start it is found once more
    assert evening.path.with_name("snapshots.damaged2.yaml").exists()
    assert evening.start()["a"]["density"] == 0.1


def test_an_empty_file_is_as_none(evening: Evening) -> None:
    text(evening, "")
    assert (evening.start(), evening.fault) == ({}, "")


def test_what_is_not_known_here_is_left_out_and_said_and_stays_in_the_file(
    evening: Evening,
) -> None:
    words = 'a: {density: 0.3, bass: 1, style: polka, tempo: 90}\nb: 7\n"i": {density: 1}\n'
    text(evening, words)
    assert evening.start() == {"a": {"density": 0.3}}
    for lost in ("a.bass: 1", "a.style: 'polka'", "a.tempo: 90", "b: 7", "i: {'density': 1}"):
        assert lost in evening.fault
    evening.store("c", density=0.1)
    assert evening.path
    page = read_yaml(evening.path)
    assert isinstance(page, dict)
    assert page["a"] == {"density": 0.3, "bass": 1, "style": "polka", "tempo": 90}
    assert (page["b"], page["i"]) == (7, {"density": 1})


def test_of_many_values_that_are_not_known_few_are_named(evening: Evening) -> None:
    text(evening, "a: {" + ", ".join(f"x{n}: 1" for n in range(60)) + "}")
    assert evening.start() == {"a": {}}
    assert evening.fault.endswith("a.x4: 1 and 55 more")


def test_where_nothing_can_be_written_it_is_said(evening: Evening) -> None:
    assert evening.path
    evening.path.parent.write_text("a file where the folder should be", encoding="utf-8")
    evening.store("a", density=0.1)
    assert str(evening.path) in evening.fault and "cannot be written" in evening.fault


# ---- the key
def test_the_key_says_where(tmp_path: Path) -> None:
    for number, word in enumerate(("off", "false")):
        config = tmp_path / f"{number}.yaml"
        config.write_text(f"snapshot_file: {word}", encoding="utf-8")
        assert snapshot_file(load_config(config)) is None
    usual = snapshot_file(Config())
    assert usual is not None and usual.parts[-2:] == ("drumigen", "snapshots.yaml")
    assert snapshot_file(Config(snapshot_file=str(tmp_path / "s.yaml"))) == tmp_path / "s.yaml"


@pytest.mark.foreign
@pytest.mark.stage
# ---- on stage
def test_a_snapshot_stored_over_osc_is_recalled_in_the_next_performance(tmp_path: Path) -> None:
    from tests.live.osc.test_foreign import Dump, Foreign  # noqa: PLC0415
    from tests.rig import require  # noqa: PLC0415

    require("oscsend")
    own = tmp_path / "snapshots.yaml"
    with Drumigen(tmp_path, clock="midi") as drummer, Dump() as dump:
        pair = Foreign(drummer, dump)
        drummer.wait_for("osc")
        pair.say("density/value", "f", "0.125")
        pair.say("store_c")
        wait_until(own.exists, "the file", 10.0)
        assert drummer.terminate() == 0
    with Drumigen(tmp_path, clock="midi") as drummer, Dump() as dump:
        pair = Foreign(drummer, dump)
        drummer.wait_for("osc")
        pair.say("subscribe", "i", str(dump.port))
        pair.say("recall_c")
        dump.wait_for("density/value", "0.125000")


@pytest.mark.stage
def test_a_damaged_file_does_not_stop_the_beat(tmp_path: Path) -> None:
    (tmp_path / "snapshots.yaml").write_text("a: {", encoding="utf-8")
    with Drumigen(tmp_path, clock="internal", bpm=160) as drummer:
        drummer.wait_for("snapshots.damaged.yaml")
        drummer.wait_for("Funk", 20.0, count=2)
        assert drummer.errors.read_text() == ""


def test_what_a_disk_refuses_is_written_when_it_has_room_and_else_said_at_the_end(
    evening: Evening,
) -> None:
    assert evening.path
    evening.path.parent.write_text("in the way")
    file = SnapshotFile(evening.path, TABLE, evening.faults)
    usual = {name: row.default for name, row in TABLE.items()}
    file.open()
    file.look({"a": usual})
    wait_until(lambda: "cannot be written" in evening.fault, "the fault")
    evening.path.parent.unlink()
    file.look({"a": usual, "b": usual})
    file.close()
    assert [*evening.start()] == ["a", "b"] and file.parting == []


def test_snapshots_that_no_disk_took_are_named_at_the_end(evening: Evening) -> None:
    assert evening.path
    evening.path.parent.write_text("in the way")
    file = SnapshotFile(evening.path, TABLE, evening.faults)
    file.open()
    file.look({"c": {"density": 0.1}, "a": {"density": 0.2}})
    file.close()
    ((kind, text),) = file.parting
    assert kind == "snapshots" and text == f"{evening.path}: not written, so lost: a, c"
