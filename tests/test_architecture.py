"""The arrows between packages and rooms, and the size of what is in them, read from the source."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "engine": {"engine"},
    "mappings": {"mappings", "engine"},
    "model": {"model", "engine"},
    "live": {"live", "mappings", "model", "engine"},
    "studio": {"studio", "live", "mappings", "model", "engine"},
    "drumigen": {"drumigen", "studio", "live", "mappings", "model", "engine"},
}
OURS = tuple(MAY_IMPORT)
# Rooms, and modules that are none, in order: each imports only from those before it.
ROOMS = {
    "engine": (
        "errors",
        "names",
        "score",
        "feel",
        "controls",
        "timing",
        "bars",
        "takes",
        "playing",
    ),
    "model": ("weights_file", "midi_files", "feel", "composer", "training", "judging"),
    "live": (
        *(
            "config",
            "config_file",
            "faults",
            "system",
            "output_file",
            "snapshot_file",
            "own_kit",
            "midi",
            "osc",
        ),
        *(
            "announcer",
            "link",
            "drummer",
            "loaded_config",
            "ableton",
            "takes",
            "material",
            "conductor",
        ),
        *("terminal", "panel", "status_reporter", "performance"),
    ),
    "studio": ("writing",),
}
# What the studio may use of the stage; else they meet over HTTP, OSC and the style.
STUDIO_USES = {"config", "loaded_config", "takes", "material", "ableton", "output_file"}
IMPURE = {"time", "threading", "queue", "asyncio", "socket", "os"}  # the engine is told the time
NEVER = {"tensorflow", "magenta", "pretty_midi", "pylive"}
NOT_ON_STAGE = {
    *("torch", "model", "fastapi", "uvicorn", "starlette", "zeroconf", "py2tosc"),
    *("rtmidi", "jack", "link"),  # their faults are to end another process
}
LINES = 260
FUNCTION_LINES = 40
# Longer functions, and why they are not cut.
LONG = {
    "engine.controls.table.table": "the one table of controls, read from top to bottom",
}


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def module(path: Path) -> str:
    """The dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module(path): path for package in OURS for path in files(package)}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in SOURCES.items()}


def nodes(tree: ast.AST, inside_functions: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        yield child
        if inside_functions or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from nodes(child, inside_functions)


def imported(tree: ast.AST, inside_functions: bool = True) -> set[str]:
    """Dotted names that a source imports; `from a import b` gives a and a.b."""
    names: set[str] = set()
    for node in nodes(tree, inside_functions):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the arrows"
            origin = node.module or ""
            names |= {origin} | {f"{origin}.{alias.name}" for alias in node.names}
    return names


def by_name(tree: ast.AST) -> set[str]:
    """Modules that a source imports by their names, import_module("a.b"): a child process's."""
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("import_module")
        and isinstance(node.args[0], ast.Constant)
    }


def tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def arrows(name: str) -> set[str]:
    """Our modules that a module imports, those in functions and those by name too."""
    return ((imported(TREES[name]) | by_name(TREES[name])) & set(TREES)) - {name}


def reached(start: str, inside_functions: bool = True) -> dict[str, str]:
    """Every top-level package that a module reaches through ours, and by which module."""
    found: dict[str, str] = {}
    seen, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        names = imported(TREES[name], inside_functions)
        found |= {top: name for top in tops(names) if top not in found}
        waiting += [other for other in names if other in TREES]
    return found


def room(name: str) -> str:
    """The room of a module, or the module itself where it stands in none."""
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize("name", SOURCES)
def test_a_module_imports_only_what_its_package_may(name: str) -> None:
    package = name.partition(".")[0]
    used = tops(imported(TREES[name]) | by_name(TREES[name]))
    assert used & set(OURS) <= MAY_IMPORT[package]
    assert not used & NEVER


@pytest.mark.parametrize("name", [name for name in SOURCES if room(name)])
def test_a_room_uses_only_rooms_before_it(name: str) -> None:
    package = name.partition(".")[0]
    order = ROOMS.get(package, ())
    if not order:  # mappings and drumigen are one room each
        return
    others = {room(other) for other in arrows(name) if other.startswith(f"{package}.")}
    place = order.index(room(name))
    assert others <= set(order[: place + 1])


def test_every_room_is_in_the_order_and_every_one_of_the_order_is_there() -> None:
    for package, order in ROOMS.items():
        there = {room(name) for name in SOURCES if name.startswith(f"{package}.")}
        assert there == set(order), package


def test_the_studio_uses_only_what_it_may_of_the_stage() -> None:
    for name in SOURCES:
        if name.startswith("studio"):
            used = {room(other) for other in arrows(name) if other.startswith("live.")}
            assert used <= STUDIO_USES, name


def circles() -> list[list[str]]:
    """Modules that import each other in a loop (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        path.append(name)
        for other in sorted(arrows(name)):
            if other not in index:
                visit(other)
            low[name] = min(low[name], low[other] if other in path else low[name])
        if low[name] == index[name]:
            at = path.index(name)
            found.append(path[at:])
            del path[at:]

    for name in SOURCES:
        if name not in index:
            visit(name)
    return [circle for circle in found if len(circle) > 1]


@pytest.mark.long
def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles() == []


def test_a_package_and_a_room_begin_with_a_sentence_and_nothing_else() -> None:
    for name, path in SOURCES.items():
        if path.name == "__init__.py":
            tree = TREES[name]
            assert ast.get_docstring(tree), name
            assert len(TREES[name].body) == 1, name


@pytest.mark.long
def test_a_process_of_ours_is_a_supervisor_and_a_process_of_one_room() -> None:
    children = {name for name in SOURCES if name.endswith(".process")}
    assert {name.rpartition(".")[0] for name in children} == {
        f"live.{one}" for one in ("announcer", "drummer", "link", "panel", "takes", "terminal")
    }
    used = {name: arrows(name) for name in SOURCES}
    for child in children:
        supervisor = child.replace(".process", ".supervisor")
        assert [name for name in SOURCES if child in used[name]] == [supervisor]
        assert child in by_name(TREES[supervisor])  # it is loaded in the child alone


def test_a_name_of_a_class_means_one_thing() -> None:
    where = defaultdict(list)
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(name)
    assert not {name: places for name, places in where.items() if len(places) > 1}


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("engine")])
def test_the_engine_is_pure(name: str) -> None:
    used = tops(imported(TREES[name]))
    assert used - {"engine"} <= set(sys.stdlib_module_names)
    assert not used & IMPURE
    # Of random only its class: the module's functions share one hidden state.
    random = {one for one in imported(TREES[name]) if one.startswith("random.")}
    assert random <= {"random.Random"}
    assert ("random" in used) == bool(random)


def test_the_conductors_loop_reaches_no_tensors_and_no_web_framework() -> None:
    found = reached("live.conductor.loop")
    assert not {top: by for top, by in found.items() if top in NOT_ON_STAGE}


def test_what_is_loaded_beside_the_loop_reaches_them_in_functions_only() -> None:
    """The loop's process loads live.performance: what that imports at its top is loaded too."""
    found = reached("live.performance", inside_functions=False)
    assert not {top: by for top, by in found.items() if top in NOT_ON_STAGE}


@pytest.mark.parametrize("name", SOURCES)
def test_no_file_is_too_long_to_read(name: str) -> None:
    lines = len(SOURCES[name].read_text("utf-8").splitlines())
    assert lines <= LINES


def functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    """Every function with its full name and its lines."""
    for node in ast.iter_child_nodes(tree):
        name = prefix
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}.{node.name}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield name, node.end_lineno - node.lineno + 1
        yield from functions(node, name)


@pytest.mark.parametrize("name", SOURCES)
def test_functions_fit_the_eye(name: str) -> None:
    long = {name for name, lines in functions(TREES[name], name) if lines > FUNCTION_LINES}
    assert long <= set(LONG)


@pytest.mark.long
def test_the_list_of_what_is_long_names_what_is_there() -> None:
    there = {one for name, tree in TREES.items() for one, _ in functions(tree, name)}
    assert set(LONG) <= there


@pytest.mark.long
def test_these_tests_would_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "bad.py"
    source.write_text("import random\nfrom torch import nn\ndef f():\n    import os.path\n")
    tree = ast.parse(source.read_text())
    assert imported(tree) == {"random", "torch", "torch.nn", "os.path"}
    assert imported(tree, inside_functions=False) == {"random", "torch", "torch.nn"}
    assert tops(imported(tree)) == {"random", "torch", "os"}
    assert list(functions(tree, "bad")) == [("bad.f", 2)]
    back = ast.parse("import importlib\nimportlib.import_module('live.performance')\n")
    monkeypatch.setitem(TREES, "live.config", back)
    assert arrows("live.config") == {"live.performance"}
    assert any({"live.config", "live.performance"} <= set(circle) for circle in circles())
