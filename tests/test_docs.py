"""The docs say what the program does: every control, command and key, every room and path."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from drumigen.command_line import command_parser
from drumigen.lists import control_rows
from engine.playing.state import State
from live.osc.address_book import AddressBook
from mappings.controllers import load_controller
from mappings.kits import load_kit
from mappings.yaml_files import built_in_files
from tests.styles import CONTROLS
from tests.test_architecture import OURS, ROOMS, SOURCES

ROOT = Path(__file__).parents[1]
PAGES = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "docs").glob("*.md")} | {
    name: ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}
README, ARCHITECTURE = TEXTS["README.md"], TEXTS["ARCHITECTURE.md"]
SUBJECTS = (
    "playing", "controllers", "osc", "touchosc", "clips_and_takes", "link", "commands", "styles",
    "trouble", "measured", "developing", "page", "kits",
)  # fmt: skip


def section(page: str, name: str) -> str:
    """What stands between <!-- name --> and <!-- /name -->."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", TEXTS[page], re.DOTALL)
    assert found, name
    return found[1]


# ---- what a user reads
def test_the_readme_is_short_and_leads_to_every_page() -> None:
    assert len(README.splitlines()) <= 160
    assert not [name for name in SUBJECTS if f"docs/{name}.md" not in README]
    assert {f"docs/{name}.md" for name in SUBJECTS} == {n for n in TEXTS if n.startswith("docs/")}


@pytest.mark.long
def test_the_table_of_controls_is_the_programs_own() -> None:
    rows = ["| " + " | ".join(row) + " |" for row in control_rows()]
    assert section("docs/playing.md", "controls").split("\n")[2:-1] == rows


@pytest.mark.parametrize("name", sorted(CONTROLS))
def test_every_control_stands_in_the_docs(name: str) -> None:
    assert f"`{name}`" in section("docs/playing.md", "controls")


def test_every_address_that_is_told_stands_in_the_docs() -> None:
    book = AddressBook(CONTROLS)
    told = book.look(State()) + list(book.messages)
    words = section("docs/osc.md", "osc")
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


def test_every_command_stands_in_the_docs() -> None:
    commands = command_parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    page = TEXTS["docs/commands.md"]
    assert commands and not [name for name in commands if f"drumigen {name}" not in page]


def test_every_controller_map_stands_in_the_docs() -> None:
    maps = [path.stem for path in (ROOT / "mappings" / "controllers").glob("*.yaml")]
    table = section("docs/controllers.md", "controllers")
    assert maps
    assert not [name for name in maps if f"`{name}`" not in table]


def test_every_kit_stands_in_the_docs() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("docs/kits.md", "kits"), re.MULTILINE)
    assert sorted(rows) == sorted(built_in_files("kits"))


def test_the_kit_in_the_docs_is_one(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(name: My pads\n.*?)```", TEXTS["docs/kits.md"], re.DOTALL)
    assert block
    (tmp_path / "pads.yaml").write_text(block[1], encoding="utf-8")
    assert load_kit(tmp_path / "pads.yaml").articulations == {"rimshot": 40}


def test_the_map_in_the_docs_is_one(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(name: My box\n.*?)```", TEXTS["docs/controllers.md"], re.DOTALL)
    assert block
    (tmp_path / "box.yaml").write_text(block[1], encoding="utf-8")
    rows = CONTROLS
    assert len(load_controller(tmp_path / "box.yaml", rows).bindings) > 10


def test_the_nanokontrol2_of_the_docs_is_the_map() -> None:
    one = load_controller("nanokontrol2", CONTROLS)
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
    page = TEXTS["docs/controllers.md"]
    words = page.partition("**A nanoKONTROL2, for example.**")[2].partition("\n\n")[0]
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
def test_capture_and_record_are_where_the_docs_say(
    name: str, capture: int, record: int | None
) -> None:
    one = load_controller(name, CONTROLS)
    where = {binding.control.name: binding.source.number for binding in one.bindings}
    assert (where["capture"], where.get("record")) == (capture, record)


def test_the_two_lines_are_one_line_each() -> None:
    for name, words in (("first line", "drumigen live"), ("test line", "pytest")):
        block = re.search(rf"<!-- {name} -->\n```sh\n(.*?)\n```", README, re.DOTALL)
        assert block and words in block[1] and "\n" not in block[1]


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


def test_the_scorecard_in_the_docs_is_the_one_beside_the_weights() -> None:
    card = (ROOT / "model/weights/scorecard/scorecard.md").read_text(encoding="utf-8")
    assert section("docs/measured.md", "scorecard").strip() == card.strip()


def test_every_result_of_a_benchmark_stands_in_the_docs() -> None:
    results = [path.name for path in (ROOT / "benchmarks" / "results").glob("*.md")]
    table = section("docs/measured.md", "benchmarks")
    assert results
    assert not [name for name in results if f"../benchmarks/results/{name}" not in table]


# ---- what a developer reads
def headings(text: str) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", sorted(TEXTS))
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!http)([^)\s]+)\)", TEXTS[page])
    for link in links:
        path, _, anchor = link.partition("#")
        target = (PAGES[page].parent / path).resolve() if path else PAGES[page]
        assert target.exists(), link
        if anchor:
            assert anchor in headings(target.read_text(encoding="utf-8")), link


def test_the_architecture_is_read_in_one_go() -> None:
    assert 100 <= len(ARCHITECTURE.splitlines()) <= 150


def named(page: str) -> set[str]:
    """Paths and modules that a page names between backticks, without those of the user's."""
    words = re.findall(r"`([^`\s]+)`", TEXTS[page])
    first = (*OURS, "tests", "docs", "benchmarks", "scripts")
    return {word for word in words if re.match(rf"({'|'.join(first)})[/.]\w", word)}


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/developing.md"])
def test_every_path_and_module_that_is_named_exists(page: str) -> None:
    for word in named(page):
        module = word.partition("(")[0]
        assert list(ROOT.glob(word)) or module in SOURCES, word


@pytest.mark.long
def test_every_path_in_a_docstring_exists() -> None:
    """Prose in the code names files and modules too, and walls are moved."""
    for name, path in SOURCES.items():
        tree = ast.parse(path.read_text("utf-8"))
        texts = [ast.get_docstring(tree) or ""] + [
            ast.get_docstring(node) or ""
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        first = rf"(?<![\w/.])(?:{'|'.join((*OURS, 'tests', 'benchmarks'))})"
        for word in re.findall(rf"{first}(?:/[\w-]+)+\.\w+", " ".join(texts)):
            assert (ROOT / word).exists(), f"{name}: {word}"
        for word in re.findall(rf"{first}(?:\.[a-z_]\w*)+", " ".join(texts)):
            assert word in SOURCES or word.rpartition(".")[0] in SOURCES, f"{name}: {word}"


def test_the_map_has_every_room_in_the_order_in_which_they_may_import() -> None:
    rooms = [
        f"{package}/{room}" + ("" if (ROOT / package / room).is_dir() else ".py")
        for package, order in ROOMS.items()
        for room in order
    ]
    firsts = "\n".join(re.findall(r"^\|(.*?)\|", ARCHITECTURE.split("## Map")[1], re.MULTILINE))
    rows = re.findall(r"`(\S+)`", firsts)
    assert [row for row in rows if row in rooms] == rooms
    assert {"mappings", "drumigen"} <= set(rows)
