"""How good the drummer is, row by row, with the floor and the real data beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the model; None is "not measured".

    `floor` is what the style's own patterns reach, `real` what was played by people. `target`
    is to be reached from below, or with `at_most` not to be passed. `unit` is "%" for shares
    of 1, or "" for figures as they are. `note` says what was counted.
    """

    group: str
    name: str
    model: float | None
    target: float | None = None
    floor: float | None = None
    real: float | None = None
    at_most: bool = False
    unit: str = "%"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Is the target reached? None where there is no figure or no target."""
        if self.model is None or self.target is None:
            return None
        return self.model <= self.target if self.at_most else self.model >= self.target

    @property
    def verdict(self) -> str:
        """The same in a word; empty where there is nothing to say."""
        return {True: "met", False: "MISSED", None: ""}[self.met]

    def words(self, figure: float | None) -> str:
        """A figure of the row for people."""
        if figure is None:
            return "-"
        return f"{100 * figure:.1f} %" if self.unit == "%" else f"{figure:.3f}"

    @property
    def asked(self) -> str:
        """The target for people."""
        if self.target is None:
            return "-"
        return f"{'≤' if self.at_most else '≥'} {self.words(self.target)}"

    def cells(self) -> tuple[str, ...]:
        """Group, name, floor, model, real, target, verdict."""
        figures = (self.words(figure) for figure in (self.floor, self.model, self.real))
        return (self.group, self.name, *figures, self.asked, self.verdict)


FILES = ("scorecard.json", "scorecard.md", "scorecard.html")  # that a scorecard is written to
HEADINGS = ("", "row", "floor", "model", "real", "target", "")


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line: what it is, and its points."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture of the page: lines, or with `dots` clouds of points."""

    title: str
    lines: Sequence[Line]
    dots: bool = False


@dataclass(slots=True)
class Scorecard:
    """All rows; `made` says from what, `further` holds figures without a row of their own."""

    made: dict[str, Any]
    rows: list[Row] = field(default_factory=list)
    further: dict[str, float] = field(default_factory=dict)
    plots: list[Plot] = field(default_factory=list)

    def json(self) -> str:
        """Everything but the pictures."""
        rows = [{**asdict(row), "met": row.met} for row in self.rows]
        return json.dumps({"made": self.made, "rows": rows, "further": self.further}, indent=2)

    def markdown(self) -> str:
        """The rows as a table for a page of docs; what was missed stands in bold."""
        lines = ["| row | floor | model | real | target | |", "| --- |" + " ---: |" * 4 + " --- |"]
        for row in self.rows:
            *cells, verdict = row.cells()[1:]
            word = f"**{verdict}**" if row.met is False else verdict
            lines.append("| " + " | ".join([*cells, word]) + " |")
        return "\n".join(lines) + "\n"

    def write(self, folder: Path, page: str) -> list[Path]:
        """Writes scorecard.json, .md and .html into a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in zip(FILES, (self.json() + "\n", self.markdown(), page), strict=True):
            (folder / name).write_text(text, encoding="utf-8")
        return [folder / name for name in FILES]

    def show(self, console: Console) -> None:
        """Prints the rows, then the further figures."""
        table = Table(*HEADINGS[1:], box=box.SIMPLE_HEAD, title="scorecard")
        for group, rows in groupby(self.rows, key=lambda row: row.group):
            table.add_section()
            table.add_row(f"[bold]{group}[/bold]")
            for row in rows:
                table.add_row(*row.cells()[1:])
        console.print(table)
        for line in further_lines(self.further):
            console.print(line, highlight=False)


def further_lines(further: Mapping[str, float]) -> list[str]:
    """The further figures, a line each."""
    return [f"{name}: {figure:.4g}" for name, figure in further.items()]
