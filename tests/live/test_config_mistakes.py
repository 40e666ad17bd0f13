"""Whatever stands in config.yaml or on the command line: a mistake is named with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from drumigen.command_line import main
from engine.errors import ConfigError, UserError
from live.config import Config, Takes
from live.config_file import load_config
from live.loaded_config import open_config
from live.osc.port import open_osc
from mappings.wording import shown

SHIPPED = Path(__file__).parents[2] / "config.yaml"
UMLAUTS = "ü" * 70

# As YAML has them: what stands here is wrong for nearly every key, and what is right is loaded.
VALUES = {
    "[4, 4]": [4, 4],
    "{a: 1}": {"a": 1},
    "[]": [],
    "true": True,
    "-1": -1,
    "70000": 70000,
    "1000": 1000,
    "0": 0,
    "1.5": 1.5,
    ".nan": float("nan"),
    ".inf": float("inf"),
    "-.inf": float("-inf"),
    "'100'": "100",
    "''": "",
    "'  '": "  ",
    "words": "words",
    UMLAUTS: UMLAUTS,
    '"a\\0b"': "a\0b",
    "2024-01-01": None,
    "!!set {a, b}": None,
    "!!binary aGFsbG8=": None,
    "[[[[[[1]]]]]]": None,
    "9" * 400: None,
    "0x" + "f" * 5000: None,
    "&x [*x]": None,
    "&x {a: *x}": None,
    "{1: 2, 3.5: x, null: y}": None,
    "[null, 1, {a: b}]": None,
    "!!float 1e999": None,
}


def _keys(page: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in page.items():
        yield above + name
        if isinstance(value, dict) and value:
            yield from _keys(value, f"{above}{name}.")


KEYS = tuple(_keys(yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))))


def page_of(key: str, value: str) -> str:
    """A file with one key, its sections around it."""
    *sections, name = key.split(".")
    return (
        "".join(f"{section}: {{" for section in sections) + f"{name}: {value}" + "}" * len(sections)
    )


def said_of(folder: Path, text: str) -> str:
    """What loading a file says, "" where it is right; never anything but a ConfigError."""
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load_config(path)
    except ConfigError as error:
        assert str(path) in str(error)
        return str(error).replace(str(path), "mine.yaml")
    return ""


@pytest.mark.parametrize("key", KEYS)
def test_whatever_a_key_is_set_to_its_error_names_file_key_and_value(
    tmp_path: Path, key: str
) -> None:
    wrong = 0
    for text, value in VALUES.items():
        said = said_of(tmp_path, page_of(key, text))
        wrong += bool(said)
        if said:
            assert said.startswith(f"mine.yaml: {key}"), text
            assert " is not " in said
            assert len(said) < 1000
        if said.startswith(f"mine.yaml: {key}: ") and value is not None:
            inner = value[0] if isinstance(value, list) and value else value
            assert shown(value) in said or shown(inner) in said, text
    assert wrong >= len(VALUES) // 3


@pytest.mark.parametrize("key", KEYS)
def test_a_misspelt_key_is_answered_with_the_nearest(tmp_path: Path, key: str) -> None:
    name = key.rpartition(".")[2]
    wrong = key + name[-1] if len(name) > 3 else key + "x"
    said = said_of(tmp_path, page_of(wrong, "1"))
    assert said.startswith(f"mine.yaml: {wrong}: 1 is not at a known key; ")
    assert f"; did you mean {name}" in said or len(name) <= 3


SECTIONS = tuple(key for key in KEYS if any(other.startswith(f"{key}.") for other in KEYS))
EMPTY = (*SECTIONS, "controls", "snapshots", "styles", "controllers.ports", "midi.inputs",
         "midi.outputs", "osc.allow", "osc.peers", "clips.files", "snapshots.a")  # fmt: skip


@pytest.mark.parametrize("key", EMPTY)
def test_a_section_with_all_its_lines_commented_out_is_as_usual(tmp_path: Path, key: str) -> None:
    path = tmp_path / "mine.yaml"
    *above, name = key.split(".")
    lines = [f"{'  ' * depth}{section}:" for depth, section in enumerate((*above, name))]
    path.write_text("\n".join([*lines, "  # port: 9100"]) + "\n", encoding="utf-8")
    usual = replace(Config(), snapshots={"a": {}} if key == "snapshots.a" else {})
    assert load_config(path) == usual


# ---- the file itself
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfes\0t\0", "is not UTF-8"),
        (b"style: jazz\nstyle: funk\n", "'style' stands twice"),
        (b"osc:\n\tport: 1\n", "not YAML"),
        (b"[1, 2]", "the file: .* is not a mapping"),
        (b"just words", "the file: .* is not a mapping"),
        (b"7", "the file: 7 is not a mapping"),
        (b"a: &a {<<: *a}", "mine.yaml: "),
        (b"a: " + b"[" * 100_000, "not YAML"),
        (b"a: " + b"[" * 900 + b"]" * 900, "a: .* is not at a known key"),
        (b'seed: !!int ""', "not YAML"),
        (b"play: !!bool maybe", "not YAML"),
        (b"seed: !!timestamp x", "not YAML"),
        (b"seed: 2024-99-99", "not YAML"),
        (b"a: 1\n---\nb: 2\n", "not YAML"),
        (b"? [a]\n: 1", "not YAML"),
        (b"style: !!python/object/apply:os.getcwd []", "not YAML"),
        (b"style: *nobody", "not YAML"),
        (b"style: \x00", "not YAML"),
    ],
)
def test_a_file_that_is_none_says_what_is_wrong_with_it(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=reason) as said:
        load_config(path)
    assert str(path) in str(said.value)


def test_what_an_editor_adds_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbfstyle: jazz\r\nseed: 5\r\n")
    assert (load_config(path).style, load_config(path).seed) == ("jazz", 5)


def test_a_folder_and_a_file_that_is_not_there_are_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml"):
        with pytest.raises(ConfigError, match="cannot be read"):
            load_config(path)


def test_aliases_in_aliases_do_not_make_an_error_without_end(tmp_path: Path) -> None:
    text = "controls: &k0 {a: [x, x, x, x, x, x, x, x, x]}\n"
    for n in range(1, 14):
        text += f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]\n"
    assert len(said_of(tmp_path, text)) < 2000


# ---- what is checked when the bank of styles is known
LATER = [
    ("controls: {density: 2}", "controls.density: 2 is not a number from 0 to 1"),
    ("controls: {density: .nan}", "controls.density: nan is not a number from 0 to 1"),
    ("controls: {densty: 1}", "controls.densty: no such control.*did you mean density"),
    ("controls: {time: hlaf}", "controls.time: 'hlaf' is not one of half.*did you mean half"),
    ("controls: {style: fnuk}", "controls.style: 'fnuk' is not one of .*did you mean funk"),
    ("snapshots: {c: {density: 2}}", "snapshots.c.density: 2 is not a number from 0 to 1"),
    ("snapshots: {c: {tempo: 99}}", "snapshots.c.tempo: 'tempo' is not a control that a snapshot"),
    ("snapshots: {c: {styl: jazz}}", "snapshots.c.styl: 'styl' is not a control.*mean style"),
    ("snapshots: {c: {style: jaz}}", "snapshots.c.style: 'jaz' is not one of .*did you mean jazz"),
    ("style: fnuk", "style: 'fnuk' is not one of .*did you mean funk"),
    ("kit: drumrak", "kit: 'drumrak' is not one of .* or the path .*mean drumrack"),
    ("kit: none.yaml", "kit: none.yaml: cannot be read"),
    ("controller: lpd9", "controller: 'lpd9' is not one of .*did you mean lpd8"),
    ("controller: none.yaml", "controller: none.yaml: cannot be read"),
    ("controllers: {ports: {nano: lpd9}}", "controllers.ports.nano: 'lpd9' is not .*mean lpd8"),
    ("styles: [nowhere]", "styles: nowhere: is not a folder of style files"),
]


@pytest.mark.long
@pytest.mark.parametrize(("text", "reason"), LATER)
def test_what_the_files_lack_is_said_of_file_and_key(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    config = load_config(path)
    with pytest.raises(UserError, match=f"^{path}: {reason}"):
        open_config(config)


@pytest.mark.long
def test_a_kits_own_mistake_tells_where_it_was_named(tmp_path: Path) -> None:
    (tmp_path / "k.yaml").write_text("name: k\nchannel: 17\n")
    path = tmp_path / "mine.yaml"
    path.write_text(f"kit: {tmp_path / 'k.yaml'}")
    with pytest.raises(UserError, match=r"mine\.yaml: kit: .*k\.yaml: "):
        open_config(load_config(path))


# ---- the command line
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("--bpm 1000", "--bpm: 1000 is not a number from 20 to 300"),
        ("--bpm nan", "--bpm: nan is not a number from 20 to 300"),
        ("--bpm=-inf", "--bpm: -inf is not a number from 20 to 300"),
        ("--seed=-1", "--seed: -1 is not a whole number from 0 to 2147483647"),
        ("--seed 99999999999", "--seed: 99999999999 is not a whole number from 0 to 2147483647"),
        ("--set density=2", "--set density: '2' is not a number from 0 to 1"),
        ("--set density=nan", "--set density: 'nan' is not a number from 0 to 1"),
        ("--set densty=1", "--set densty: no such control; .*did you mean density?"),
        ("--set density", "--set: 'density' is not CONTROL=VALUE"),
        ("--set style=fnuk", "--set style: 'fnuk' is not one of .*; did you mean funk?"),
        ("--style fnuk", "--style: 'fnuk' is not one of .*; did you mean funk?"),
        ("--kit drumrak", "--kit: 'drumrak' is not one of .*; did you mean drumrack?"),
    ],
)
@pytest.mark.long
def test_the_command_line_has_the_limits_of_the_file_and_is_named_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str, reason: str
) -> None:
    (tmp_path / "p.yaml").write_text("{kit: td11, controls: {density: 0.1}, style: jazz}")
    command = ["render", "--config", str(tmp_path / "p.yaml"), "-o", str(tmp_path / "x.mid")]
    assert main([*command, *words.split()]) == 2
    assert _matches(reason, capsys.readouterr().err)
    assert not (tmp_path / "x.mid").exists()


def _matches(reason: str, said: str) -> bool:
    before, _, after = reason.partition(".*")
    return said.startswith(f"drumigen: {before}") and after in said


@pytest.mark.parametrize("words", ["--meter 11/8", "--seed x", "--bpm fast", "--clock sun"])
def test_what_is_no_word_of_an_option_is_said_by_the_option(
    capsys: pytest.CaptureFixture[str], words: str
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["live", *words.split()])
    assert end.value.code == 2
    option, _, value = words.partition(" ")
    said = capsys.readouterr().err
    assert f"argument {option.replace('--bpm', '--bpm/--tempo')}: " in said and value in said


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf"])
def test_a_performance_lasts_a_number_of_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seconds: str
) -> None:
    (tmp_path / "p.yaml").write_text("")
    assert main(["live", "--config", str(tmp_path / "p.yaml"), f"--for={seconds}"]) == 2
    assert f"--for: {seconds} is not a number from 0" in capsys.readouterr().err


# ---- what got by
def test_a_host_that_no_socket_takes_turns_osc_off_and_is_said() -> None:
    for host in (UMLAUTS, "a\0b", "no such host", "300.1.1.1"):
        osc, words = open_osc(Config(osc_host=host, osc_port=9999))
        assert osc is None and words.startswith("off: UDP") and "cannot be opened" in words


def test_the_settings_compare_by_what_they_say_not_by_where_it_stands() -> None:
    assert Config(origins={"": "x"}) == Config(takes=Takes())
