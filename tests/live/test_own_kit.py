"""A kit of the user's own is written whole, never over a built-in one, nor another unasked."""

from pathlib import Path

import pytest

from engine.errors import ConfigError, MappingError
from live.own_kit import kit_values, own_kit_path, save_kit
from mappings.kits import load_kit, read_kit

MINE: dict[str, object] = {"name": "My pads", "channel": 3, "notes": {"kick": 60, "snare": 61}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for place in ("mappings.kits.own_kits", "live.own_kit.own_kits"):
        monkeypatch.setattr(place, lambda: tmp_path / "kits")
    return tmp_path / "kits"


def test_what_is_saved_is_found_by_its_name(folder: Path) -> None:
    path = save_kit(MINE)
    assert path == folder / "my_pads.yaml"
    kit = load_kit("my pads")
    assert (kit.name, kit.channel, kit.gate) == ("My pads", 3, 100)
    assert list(folder.iterdir()) == [path]


def test_every_built_in_kit_comes_back_from_a_file_as_it_was() -> None:
    for name in ("gm", "drumrack", "addictive_drums", "tr8s"):
        kit = load_kit(name)
        path = save_kit(kit_values(kit) | {"name": f"{name} of mine"})
        assert kit_values(read_kit(path)) == kit_values(kit) | {"name": f"{name} of mine"}
        assert read_kit(path).notes == kit.notes


def test_another_is_written_over_only_when_asked() -> None:
    path = save_kit(MINE)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        save_kit(MINE | {"channel": 5})
    assert path.read_bytes() == before
    save_kit(MINE | {"channel": 5}, replace=True)
    assert load_kit("my pads").channel == 5


@pytest.mark.parametrize("name", ["gm", "GM", "Addictive Drums 2", "ad2", "td-11"])
def test_a_built_in_kit_is_never_written_over(name: str) -> None:
    with pytest.raises(MappingError, match="is a built-in kit, which stays"):
        save_kit(MINE | {"name": name}, replace=True)


@pytest.mark.parametrize("name", ["!!", "..", "x" * 61])
def test_a_name_has_letters_or_digits_and_is_short(name: str) -> None:
    with pytest.raises(MappingError, match="is not a name of letters and digits, 60 at most"):
        own_kit_path(name)


def test_a_name_leads_out_of_the_folder_by_no_way(folder: Path) -> None:
    assert own_kit_path("../../etc/passwd").parent == folder


def test_a_mistake_writes_nothing(folder: Path) -> None:
    with pytest.raises(MappingError, match=r"the kit: notes\.snare: 60 is not free, kick has it"):
        save_kit(MINE | {"notes": {"kick": 60, "snare": 60}})
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(ConfigError, match=r"my_pads\.yaml: cannot be written"):
        save_kit(MINE)
