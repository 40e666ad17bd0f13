"""YAML files are read strictly, and what is wrong is said in full."""

from pathlib import Path

import pytest

from engine.errors import MappingError
from mappings.yaml_fields import Fields, read_yaml
from mappings.yaml_files import locate
from tests.mappings.test_kits import KITS

KEYS = ("name", "count", "flag", "range", "inner", "rows")


def fields(**values: object) -> Fields:
    return Fields("file.yaml", "top", values, KEYS)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(content)
    return path


def test_a_file_is_read_as_utf8(tmp_path: Path) -> None:
    assert read_yaml(written(tmp_path, "text: Çiftetelli\n".encode())) == {"text": "Çiftetelli"}


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"file\.yaml: byte 6 is not UTF-8"):
        read_yaml(written(tmp_path, "text: Ç\n".encode("latin-1")))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"none\.yaml: cannot be read"):
        read_yaml(tmp_path / "none.yaml")


def test_a_file_that_is_not_yaml_says_where(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"file\.yaml: not YAML"):
        read_yaml(written(tmp_path, b"text: [1, 2\n"))


def test_a_key_that_stands_twice_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="'kick' stands twice"):
        read_yaml(written(tmp_path, b"kick: 36\nsnare: 38\nkick: 35\n"))


def test_a_key_that_is_no_word_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"file\.yaml: not YAML"):
        read_yaml(written(tmp_path, b"[kick, snare]: 36\n? {a: 1}\n: 2\n"))


def test_a_date_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"file\.yaml: not YAML"):
        read_yaml(written(tmp_path, b"a: 2024-99-99\n"))


def test_a_list_that_holds_itself_does_not_hang(tmp_path: Path) -> None:
    assert isinstance(read_yaml(written(tmp_path, b"a: &x [*x]\n")), dict)


def test_yaml_cannot_run_code(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="not YAML"):
        read_yaml(written(tmp_path, b"!!python/object/apply:os.getcwd []\n"))


def test_an_unknown_key_is_answered_with_the_known_ones() -> None:
    with pytest.raises(MappingError, match=r"file\.yaml: top\.nome: 'x'.*known are name, count"):
        fields(nome="x")


def test_what_is_not_a_mapping_is_answered_with_the_keys() -> None:
    with pytest.raises(MappingError, match=r"file\.yaml: top: \[1\] is not a mapping of name"):
        Fields("file.yaml", "top", [1], KEYS)


def test_a_missing_key_says_what_it_must_be() -> None:
    with pytest.raises(MappingError, match=r"top\.count: is missing; .* from 1 to 16"):
        fields().whole("count", 1, 16)


@pytest.mark.parametrize("value", [0, 17, 1.5, "3", True, None])
def test_a_whole_number_is_one_of_its_range(value: object) -> None:
    with pytest.raises(MappingError, match=r"file\.yaml: top\.count: .*from 1 to 16"):
        fields(count=value).whole("count", 1, 16)


@pytest.mark.parametrize("value", [49.9, 75.1, "60", True, [60], float("nan")])
def test_a_number_is_one_of_its_range(value: object) -> None:
    with pytest.raises(MappingError, match=r"top\.count: .* is not a number from 50 to 75"):
        fields(count=value).number("count", 50, 75)


@pytest.mark.parametrize("value", [[90, 80, 100], [80, 90], [80, 90, 301], 90, [80, "a", 90]])
def test_a_rising_list_has_its_length_order_and_range(value: object) -> None:
    with pytest.raises(MappingError, match="3 whole numbers from 20 to 300, lowest first"):
        fields(range=value).rising("range", 3, 20, 300)


@pytest.mark.parametrize("value", ["yes", 1, 0])
def test_a_flag_is_true_or_false(value: object) -> None:
    with pytest.raises(MappingError, match=r"top\.flag: .* is not true or false"):
        fields(flag=value).flag("flag")


@pytest.mark.parametrize("value", ["", "  ", 5])
def test_a_text_is_not_empty(value: object) -> None:
    with pytest.raises(MappingError, match=r"top\.name: .* is not a text"):
        fields(name=value).text("name")


@pytest.mark.parametrize("value", [[], {}, "rows"])
def test_rows_are_a_list_of_at_least_one(value: object) -> None:
    with pytest.raises(MappingError, match=r"top\.rows: .* is not a list of mappings of a, b"):
        fields(rows=value).rows("rows", ("a", "b"))


def test_rows_are_counted_from_one_in_what_is_said() -> None:
    with pytest.raises(MappingError, match=r"top\.rows\[2\]\.c: 1 is not at a known key"):
        fields(rows=[{"a": 1}, {"c": 1}]).rows("rows", ("a", "b"))


def test_an_unknown_name_is_answered_with_the_built_in_ones() -> None:
    with pytest.raises(MappingError) as error:
        locate("kits", "xylophone")
    assert str(error.value) == (
        f"kits: 'xylophone' is not one of {', '.join(sorted(KITS))} or the path of a .yaml file"
    )


def test_what_ends_in_yaml_or_has_a_folder_is_a_path(tmp_path: Path) -> None:
    assert locate("kits", "my.yaml") == Path("my.yaml")
    assert locate("kits", tmp_path / "gm") == tmp_path / "gm"
