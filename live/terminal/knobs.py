"""Where the controls stand, as the screen draws them."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from rich.text import Text

from engine.controls.control import Control, Value
from engine.score.notes import GROUPS

KNOBS = (
    "density", "complexity", "variation", "swing", "humanize", "push",
    "intensity", "dynamics", "ghost", "temperature", "note_offset", "clock_offset",
)  # fmt: skip
WORDS = (
    "morph", "follow", "fill_every", "fill_amount", "phrase", "part", "meter", "time", "swing_grid",
)  # fmt: skip
BAR = 10  # columns of a knob's way
CELL, GAP = 33, 2  # columns of a knob, and between two


def knob_rows(values: Mapping[str, Value], table: Mapping[str, Control], width: int) -> list[Text]:
    """The knobs, as many side by side as there is room for."""
    columns = max(1, (width + GAP) // (CELL + GAP))
    found = []
    for start in range(0, len(KNOBS), columns):
        row = Text()
        for name in KNOBS[start : start + columns]:
            cell = _knob(table[name], values[name])
            cell.truncate(CELL + GAP, pad=True)
            row.append_text(cell)
        row.rstrip()
        found.append(row)
    return found


def words(values: Mapping[str, Value], width: int) -> list[Text]:
    """What is better said than drawn, on as many lines as it takes."""
    text = "   ".join(f"{name}\N{NO-BREAK SPACE}{_plain(values[name])}" for name in WORDS)
    return [Text(line, style="dim") for line in wrap(text, width, break_on_hyphens=False)]


def held(values: Mapping[str, Value]) -> Text:
    """What changes the music until it is let go of; empty where nothing does."""
    held = Text("LOOP   " if values["loop"] else "", style="bold magenta")
    held.append("● REC   " if values["record"] else "", style="bold red")
    for switch, word in (("mute", "muted"), ("solo", "alone"), ("lock", "locked")):
        if groups := [group for group in GROUPS if values[f"{switch}_{group}"]]:
            held.append(f"{word} {', '.join(groups)}   ", style="yellow")
    return held


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _knob(control: Control, value: Value) -> Text:
    filled = round(control.to_unit(value) * BAR)
    number = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return Text.assemble(
        (f"{control.name:13}", "dim"),
        ("━" * filled, "cyan"),
        ("━" * (BAR - filled), "grey30"),
        f" {number} {control.unit}",
    )
