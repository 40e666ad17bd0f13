"""The arrows between the packages, and the size of what is in them, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("engine", "mappings", "model", "live", "service", "research")
MAY_IMPORT = {
    "engine": {"engine"},
    "mappings": {"mappings", "engine"},
    "model": {"model", "engine"},
    "live": {"live", "mappings", "model", "engine"},
    "service": {"service", "mappings", "model", "engine"},
    "research": {"research", "mappings", "model", "engine"},
}
IMPURE = {"time", "threading", "queue", "asyncio", "socket", "os"}  # the engine is told the time
NEVER = {"tensorflow", "magenta", "pretty_midi", "pylive"}
NOT_ON_STAGE = {"torch", "model", "fastapi", "uvicorn", "starlette", "zeroconf", "py2tosc"}
LINES = 400
FUNCTION_LINES = 40
# Longer functions, and why they are not cut.
LONG = {
    "engine.controls.table": "the one table of controls, read from top to bottom",
    "live.cli._parser": "the table of commands and arguments, read from top to bottom",
    "live.stage.perform": "opens everything in one order and closes it in the other",
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


def tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


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


@pytest.mark.parametrize("name", SOURCES)
def test_a_module_imports_only_what_its_package_may(name: str) -> None:
    package = name.partition(".")[0]
    used = tops(imported(TREES[name]))
    assert used & set(OURS) <= MAY_IMPORT[package]
    assert not used & NEVER


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("engine")])
def test_the_engine_is_pure(name: str) -> None:
    used = tops(imported(TREES[name]))
    assert used - {"engine"} <= set(sys.stdlib_module_names)
    assert not used & IMPURE
    # Of random only its class: the module's functions share one hidden state.
    random = {one for one in imported(TREES[name]) if one.startswith("random.")}
    assert random <= {"random.Random"}
    assert ("random" in used) == bool(random)


def test_the_conductor_loop_reaches_no_tensors_and_no_web_framework() -> None:
    if "live.loop" not in TREES:
        pytest.skip("there is no live.loop yet")
    found = reached("live.loop")
    assert not {top: by for top, by in found.items() if top in NOT_ON_STAGE}


def test_what_is_loaded_beside_the_loop_reaches_them_in_functions_only() -> None:
    """The process of the loop loads live.stage: whatever that imports at its top is loaded too."""
    if "live.stage" not in TREES:
        pytest.skip("there is no live.stage yet")
    found = reached("live.stage", inside_functions=False)
    assert not {top: by for top, by in found.items() if top in NOT_ON_STAGE}


@pytest.mark.parametrize("name", SOURCES)
def test_no_file_is_too_long_to_read(name: str) -> None:
    assert len(SOURCES[name].read_text("utf-8").splitlines()) <= LINES


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


def test_the_list_of_long_functions_names_functions_that_are_there() -> None:
    there = {one for name, tree in TREES.items() for one, _ in functions(tree, name)}
    assert set(LONG) <= there


def test_these_tests_would_notice(tmp_path: Path) -> None:
    source = tmp_path / "bad.py"
    source.write_text("import random\nfrom torch import nn\ndef f():\n    import os.path\n")
    tree = ast.parse(source.read_text())
    assert imported(tree) == {"random", "torch", "torch.nn", "os.path"}
    assert imported(tree, inside_functions=False) == {"random", "torch", "torch.nn"}
    assert tops(imported(tree)) == {"random", "torch", "os"}
    assert list(functions(tree, "bad")) == [("bad.f", 2)]
