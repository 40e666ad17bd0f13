import pytest

from engine.controls.control import Value
from engine.controls.snapshots import Snapshots
from engine.controls.table import table
from engine.errors import ControlError

TABLE = table(("funk", "jazz"))
VALUES: dict[str, Value] = {name: row.default for name, row in TABLE.items()}


def test_a_snapshot_holds_all_that_is_music_and_nothing_of_the_room() -> None:
    kept = Snapshots(TABLE)
    kept.store("a", VALUES)
    held = kept.recall("a")
    assert held is not None
    triggers = {name for name, row in TABLE.items() if row.kind.value == "trigger"}
    room = {"tempo", "note_offset", "clock_offset", "record", "capture_bars"}
    assert set(TABLE) - set(held) == triggers | room


def test_an_empty_one_is_none_and_a_stored_one_does_not_move() -> None:
    kept, values = Snapshots(TABLE), dict(VALUES)
    assert kept.recall("a") is None
    kept.store("b", values)
    values["density"] = 0.9
    held = kept.recall("b")
    assert held is not None
    assert held["density"] == 0.5
    kept.store("b", values)
    assert kept.everything()["b"]["density"] == 0.9


def test_what_is_given_out_can_be_started_with_again() -> None:
    kept = Snapshots(TABLE)
    kept.store("h", VALUES | {"style": "jazz"})
    kept.store("c", VALUES)
    again = Snapshots(TABLE, kept.everything())
    assert again.everything() == kept.everything()
    assert [*again.everything()] == ["c", "h"]
    again.everything()["c"]["density"] = 0.0
    assert again.everything() == kept.everything()


def test_it_may_start_with_snapshots_of_some_controls_only() -> None:
    kept = Snapshots(TABLE, {"a": {"style": "Jazz", "density": 1}})
    assert kept.recall("a") == {"style": "jazz", "density": 1.0}


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ({"i": {"density": 1}}, "snapshots: 'i' is not one of a, b, c"),
        ({"a": {"tempo": 100}}, "snapshots: 'tempo' is not a control that a snapshot holds"),
        ({"a": {"fill": 1}}, "snapshots: 'fill' is not a control that a snapshot holds"),
        ({"a": {"density": 2}}, "density: 2 is not a number from 0 to 1"),
    ],
)
def test_what_it_cannot_start_with_is_refused(
    start: dict[str, dict[str, Value]], reason: str
) -> None:
    with pytest.raises(ControlError, match=reason):
        Snapshots(TABLE, start)
