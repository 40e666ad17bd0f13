"""Lists people ask for: ports, controls, styles, measurements."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from engine.controls.control import Control, Curve, Kind, Value
from engine.controls.table import table
from engine.errors import ConfigError
from live.config import Config
from live.loaded_config import open_maps
from live.midi.port_names import port_names
from mappings.bindings import Message
from mappings.controllers import load_controller
from mappings.styles import load_styles

BENCHMARKS = (
    "clock", "start", "tick", "compose", "schedule", "storm", "osc", "ahead", "session", "surfaces",
    "take", "panel", "stall",
)  # fmt: skip
HEARD = {
    Kind.PERFORMED: "next note",
    Kind.COMPOSED: "next bar",
    Kind.TRIGGER: "when pressed",
}


def ports() -> int:
    """Every MIDI port of this machine, and the map that knows it."""
    system, inputs, outputs = port_names()
    maps = open_maps(Config(), table(load_styles()))
    print(f"MIDI system: {system or 'none found; `drumigen doctor` says how to get one'}")
    for heading, names in (("inputs", inputs), ("outputs", outputs)):
        print(f"{heading}:")
        for name in names:
            known = maps.of(name)
            print(f"  {name}" + (f"  (a controller: {known.name})" if known else ""))
    return 0


def control_rows() -> list[tuple[str, ...]]:
    """The table of controls in words: name, CC, when heard, what it takes, default, help."""
    rows = table(load_styles())
    bindings = load_controller("generic", rows).bindings
    cc = {b.control.name: b.source.number for b in bindings if b.source.kind is Message.CC}
    return [
        (
            f"`{row.name}`",
            str(cc.get(row.name, "learn")),
            HEARD[row.kind],
            _taken(row),
            "" if row.kind is Kind.TRIGGER else _default(row.default),
            row.help,
        )
        for row in rows.values()
    ]


def _taken(row: Control) -> str:
    if row.name in ("style", "style_b"):
        return "a style's name"
    return row.allowed() + ("" if row.curve is Curve.LINEAR else f", {row.curve.value}")


def _default(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def controls() -> int:
    """The table of controls with its default CCs."""
    out = Table("control", "CC", "heard", "takes", "default", "what it does", box=None)
    for name, *rest in control_rows():
        out.add_row(name.strip("`"), *rest)
    Console(width=None if sys.stdout.isatty() else 140).print(out)
    return 0


def touchosc(path: Path, size: str, port: int) -> int:
    """Write the TouchOSC layout; ConfigError where the file cannot be written."""
    from mappings.touchosc import write_layout  # noqa: PLC0415 - its library is for this alone

    try:
        write_layout(table(load_styles()), path, size, port)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    print(f"{path}: for a {size}; in TouchOSC send to port 9000, receive on port {port}")
    return 0


def bench(words: Sequence[str]) -> int:
    """Run benchmarks of the checkout this program runs from: names, then their options."""
    folder = Path(__file__).resolve().parent.parent / "benchmarks"
    if not folder.is_dir():
        raise ConfigError("bench: needs the repository; this copy was installed without it")
    sys.path.insert(0, str(folder.parent))  # they import each other by name
    names = list(takewhile(lambda word: not word.startswith("-"), words))
    for name in names or BENCHMARKS:
        if name not in BENCHMARKS:
            raise ConfigError(f"bench: {name!r} is not one of {', '.join(BENCHMARKS)}")
        sys.argv = [str(folder / f"{name}.py"), *words[len(names) :]]
        try:
            runpy.run_path(sys.argv[0], run_name="__main__")
        except ModuleNotFoundError as missing:
            if (folder.parent / str(missing.name).partition(".")[0]).exists():
                raise  # it is ours, and no extra brings it
            wanted = f"needs {missing.name}: pip install -e '.[test,bench]' in the repository"
            raise ConfigError(f"bench {name}: {wanted}") from missing
    return 0
