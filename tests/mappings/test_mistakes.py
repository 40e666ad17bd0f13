"""Whatever stands in a kit's, a style's or a controller's file, loading it names file and key."""

import copy
import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.controls.table import table
from engine.errors import MappingError
from mappings import controllers, kits, styles
from mappings.controllers import load_controller
from mappings.kits import load_kit
from mappings.osc_addresses import UnreadableError, understand
from mappings.styles import load_style
from mappings.wording import shown
from mappings.yaml_files import built_in

TABLE = table(("funk", "jazz"))
FILE = Path("mine.yaml")
WRONG: tuple[Any, ...] = (
    None, [], {}, [4, 4], {"a": 1}, True, -1, 70000, 1.5, float("nan"), float("inf"), "", "words",
    "ü" * 70, "a\0b", datetime.date(2024, 1, 1), {1, 2}, b"x", 10**400, 2**20000, [[[[1]]]],
    {1: 2, None: 3}, [None, 1], "9" * 5000, [float("nan")] * 16, {"a": {"b": [1]}},
)  # fmt: skip


def places(page: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a file; of lists the first two."""
    yield above
    if isinstance(page, dict):
        for key, value in page.items():
            yield from places(value, (*above, key))
    elif isinstance(page, list):
        for number, value in enumerate(page[:2]):
            yield from places(value, (*above, number))


def changed(page: Any, place: tuple[Any, ...], value: object) -> Any:
    if not place:
        return value
    new = inner = copy.deepcopy(page)
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return new


@pytest.mark.parametrize(
    ("name", "load"),
    [
        ("kits/gm", load_kit),
        ("styles/funk", load_style),
        ("controllers/lpd8", lambda path: load_controller(path, TABLE)),
        ("controllers/drum_pads", lambda path: load_controller(path, TABLE)),
        ("controllers/push", lambda path: load_controller(path, TABLE)),
    ],
)
@pytest.mark.long
def test_a_wrong_value_anywhere_is_answered_with_the_file(
    name: str, load: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _, file = name.partition("/")
    page = yaml.safe_load((built_in(folder) / f"{file}.yaml").read_text(encoding="utf-8"))
    read = [page]
    for module in (kits, styles, controllers):
        monkeypatch.setattr(module, "read_yaml", lambda _path: read[0])
    load(FILE)
    wrong = 0
    for place in places(page):
        for value in WRONG:
            read[0] = changed(page, place, value)
            try:
                load(FILE)
            except MappingError as error:
                assert str(error).startswith("mine.yaml: ") and len(str(error)) < 3000
                key = str(place[0]) if place else ""
                assert key in str(error) or value is None
                wrong += 1
    assert wrong > 100


KEYS = ("9" * 5000, "1@" + "9" * 5000, 2**20000, -(2**20000), "120", "x")


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_a_number_of_a_message_has_its_range(key: object, monkeypatch: pytest.MonkeyPatch) -> None:
    page = {"name": "x", "cc": {key: "density"}}
    monkeypatch.setattr(controllers, "read_yaml", lambda _path: page)
    with pytest.raises(MappingError, match=r"mine\.yaml: cc: .* is not a whole number from 0"):
        load_controller(FILE, TABLE)


def test_an_unknown_control_is_answered_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controllers, "read_yaml", lambda _p: {"name": "x", "cc": {1: "densty"}})
    with pytest.raises(MappingError, match=r"cc\.1: 'densty' is not .*; did you mean density\?$"):
        load_controller(FILE, TABLE)


@pytest.mark.parametrize(
    ("address", "argument", "near"),
    [
        ("/drumigen/densty", 0.5, "; did you mean density?"),
        ("/drumigen/style", "fnuk", ""),  # only those that begin alike
        ("/drumigen/style", "funky", "; did you mean funk?"),
        ("/drumigen/learn", "swnig", "; did you mean swing?"),
        ("/drumigen/zzzz", 0.5, ""),
        ("/drumigen/style", 7, ""),
    ],
)
def test_an_osc_message_is_answered_with_the_nearest_name(
    address: str, argument: object, near: str
) -> None:
    with pytest.raises(UnreadableError) as said:
        understand(address, [argument], TABLE)
    assert said.value.hint == near
    assert address in str(said.value)


def test_values_are_shown_in_bounded_length() -> None:
    endless: list[Any] = ["x"] * 9
    for _ in range(14):
        endless = [endless] * 9
    assert len(shown(endless)) == 300
    assert len(shown("x" * 10**6)) < 200
    assert shown(2**20000) == "a number without end"
    assert shown([4, 4]) == "[4, 4]"
