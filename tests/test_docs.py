"""The README says what the program does: every control, command and config key stands there."""

import re
from pathlib import Path

import pytest
import yaml

from engine.controls import table
from engine.events import State
from live.cli import _parser
from live.listing import control_rows
from live.osc_out import Picture
from mappings.controllers import load_controller
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


def test_every_address_that_is_told_stands_in_the_readme() -> None:
    picture = Picture(table(tuple(load_styles())))
    told = picture.look(State()) + list(picture.messages)
    words = section("osc")
    for address in {re.sub(r"/grid/.*", "/grid/<voice>", at) for at in told}:
        assert f"`{re.sub(r'/beat/.*', '/beat/<n>', address)}`" in words
    for address in (
        "subscribe",
        "unsubscribe",
        "sync",
        "learn",
        "subscribed",
        "kept",
        "error",
        "<control>/value",
    ):
        assert f"`/drumigen/{address}`" in words


def test_every_command_stands_in_the_readme() -> None:
    commands = _parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert not [name for name in commands or () if f"drumigen {name}" not in README]


def test_every_controller_map_stands_in_the_readme() -> None:
    maps = [path.stem for path in (ROOT / "mappings" / "controllers").glob("*.yaml")]
    assert maps
    assert not [name for name in maps if f"`{name}`" not in section("controllers")]


def test_the_map_in_the_readme_is_one(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(name: My box\n.*?)```", README, re.DOTALL)
    assert block
    (tmp_path / "box.yaml").write_text(block[1], encoding="utf-8")
    rows = table(tuple(load_styles()))
    assert len(load_controller(tmp_path / "box.yaml", rows).bindings) > 10


def test_the_nanokontrol2_of_the_readme_is_the_map() -> None:
    one = load_controller("nanokontrol2", table(tuple(load_styles())))
    by_cc = {entry.source.number: entry.control.name for entry in one.bindings}
    faders = [
        "density",
        "complexity",
        "intensity",
        "ghost",
        "swing",
        "humanize",
        "variation",
        "morph",
    ]
    groups = ["kick", "snare", "hats", "toms", "cymbals", "percussion"]
    assert [by_cc[cc] for cc in range(8)] == faders
    assert [by_cc[cc] for cc in range(16, 24)] == [*(f"level_{g}" for g in groups), "push", "style"]
    assert [by_cc[cc] for cc in range(32, 38)] == [f"lock_{g}" for g in groups]
    assert [by_cc[cc] for cc in range(48, 56)] == [
        *(f"mute_{g}" for g in groups), "fill_now", "panic",
    ]  # fmt: skip
    assert [by_cc[cc] for cc in (38, 39, 41, 42, 43, 44, 45, 46, 60, 62)] == [
        "time", "fill_every", "play", "stop", "undo", "new_idea", "record", "loop",
        "capture", "fill",
    ]  # fmt: skip
    words = README.partition("**A nanoKONTROL2, for example.**")[2].partition("\n\n")[0]
    assert ", ".join(faders) in " ".join(words.split())


@pytest.mark.parametrize(
    ("name", "capture", "record"),
    [
        ("nanokontrol2", 60, 45),
        ("launch_control_xl", 106, 107),
        ("midimix", 25, 26),
        ("midi_fighter_twister", 11, 15),
        ("push", 58, 59),
        ("lpd8", 42, None),
        ("drum_pads", 43, None),
        ("generic", 91, 93),
    ],
)
def test_capture_and_record_are_where_the_readme_says(
    name: str, capture: int, record: int | None
) -> None:
    one = load_controller(name, table(tuple(load_styles())))
    where = {binding.control.name: binding.source.number for binding in one.bindings}
    assert (where["capture"], where.get("record")) == (capture, record)


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
