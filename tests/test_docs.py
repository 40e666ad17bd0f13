"""The README says what the program does: every control, command and config key stands there."""

import re
from pathlib import Path

import pytest
import yaml

from engine.controls import table
from live.cli import _parser
from live.listing import control_rows
from mappings.styles import load_styles

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    """What stands between <!-- name --> and <!-- /name -->."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", README, re.DOTALL)
    assert found, name
    return found[1]


def test_the_table_of_controls_is_the_programs_own() -> None:
    rows = ["| " + " | ".join(row) + " |" for row in control_rows()]
    assert section("controls").split("\n")[2:-1] == rows


@pytest.mark.parametrize("name", sorted(table(tuple(load_styles()))))
def test_every_control_stands_in_the_readme(name: str) -> None:
    assert f"`{name}`" in section("controls")


def test_every_command_stands_in_the_readme() -> None:
    commands = _parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert not [name for name in commands or () if f"drumigen {name}" not in README]


def test_the_two_lines_are_one_line_each() -> None:
    for name, words in (("first line", "drumigen live"), ("test line", "pytest")):
        block = re.search(rf"<!-- {name} -->\n```sh\n(.*?)\n```", README, re.DOTALL)
        assert block and words in block[1] and "\n" not in block[1]


def test_every_file_the_readme_points_at_is_there() -> None:
    links = re.findall(r"\]\((?!http|#)([^)]+)\)", README)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def test_every_key_of_the_config_has_a_comment() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    bare = [
        line for line in text.splitlines() if re.match(r"\s*\w+:.*\S", line) and "#" not in line
    ]
    assert not [line for line in bare if not line.endswith(":")]


def test_the_credit_of_the_data_stands_where_it_must() -> None:
    for file in ("README.md", "NOTICE", "model/weights/README.md"):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert "Groove MIDI Dataset" in text and "CC BY 4.0" in text and "Google LLC" in text, file


def test_the_scorecard_in_the_readme_is_the_one_beside_the_weights() -> None:
    card = (ROOT / "model/weights/scorecard/scorecard.md").read_text(encoding="utf-8")
    assert section("scorecard").strip() == card.strip()
