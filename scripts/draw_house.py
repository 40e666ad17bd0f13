"""Draws docs/pictures/house.svg: the packages and their rooms, each above what it imports.

    python scripts/draw_house.py

The order of the rooms is the one that tests/test_architecture.py holds; a room is as high as it
has lines of code.
"""

from __future__ import annotations

import sys
from collections import Counter
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from tests.test_architecture import ROOMS, SOURCES, room

OUT = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "house.svg"
WIDTH, GAP, TOP, LEAST = 168, 44, 64, 19  # of a column, between two, above them; of a room
LINES_A_POINT = 15.0
COLUMNS = (("drumigen",), ("studio",), ("live",), ("mappings", "model"), ("engine",))
SAYS = {
    "drumigen": "the command line",
    "studio": "behind the stage",
    "live": "a performance",
    "mappings": "data and its loaders",
    "model": "the networks",
    "engine": "the core, pure",
}
STYLE = """
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1d232b; }
.says { fill: #6a7480; font-size: 11px; }
.package { font-weight: 600; font-size: 15px; }
.room { fill: #e8eef6; stroke: #a9b8cc; }
.alone { fill: #f6f1e6; stroke: #cfc3a6; }
.arrow { stroke: #7c8aa0; stroke-width: 1.5; fill: none; marker-end: url(#head); }
"""


def heights(package: str) -> dict[str, tuple[float, bool]]:
    """Rooms from the last to the first: how high, and is it a module of its own?"""
    lines: Counter[str] = Counter()
    for name, path in SOURCES.items():
        if name.startswith(f"{package}."):
            lines[room(name)] += len(path.read_text("utf-8").splitlines())
    order = ROOMS.get(package) or (package,)
    whole = sum(lines.values())
    found = {}
    for one in reversed(order):
        count = lines[one] if package in ROOMS else whole
        path = SOURCES.get(f"{package}.{one}")
        alone = path is not None and path.name != "__init__.py"
        found[one] = (max(LEAST, count / LINES_A_POINT), alone)
    return found


def main() -> None:
    """Lays out columns of packages and writes the picture."""
    parts, x, bottom = [], 20.0, 0.0
    for column in COLUMNS:
        y = float(TOP)
        for package in column:
            drawn, y = stacked(package, x, y)
            parts += drawn
            y += 46
        bottom = max(bottom, y)
        x += WIDTH + GAP
    for number in range(len(COLUMNS) - 1):
        left = 20 + (number + 1) * (WIDTH + GAP) - GAP
        parts.append(f'<path class="arrow" d="M{left + 6} 34 h{GAP - 14}"/>')
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x - GAP + 20:.0f} {bottom:.0f}" '
        f'role="img" aria-label="Packages and their rooms"><style>{STYLE}</style>'
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#7c8aa0"/></marker></defs>'
        '<rect width="100%" height="100%" fill="#ffffff"/>' + "\n".join(parts) + "</svg>\n"
    )
    OUT.write_text(text, encoding="utf-8")
    print(OUT)


def stacked(package: str, x: float, y: float) -> tuple[list[str], float]:
    """A package's heading and rooms from a place down, and where they end."""
    parts = [
        f'<text class="package" x="{x}" y="{y - 28}">{escape(package)}</text>',
        f'<text class="says" x="{x}" y="{y - 12}">{escape(SAYS[package])}</text>',
    ]
    for name, (height, alone) in heights(package).items():
        kind = "alone" if alone else "room"
        parts.append(
            f'<rect class="{kind}" x="{x}" y="{y:.1f}" width="{WIDTH}" '
            f'height="{height - 3:.1f}" rx="4"/>'
            f'<text x="{x + 9}" y="{y + min(height / 2 + 3, 16):.1f}">{escape(name)}</text>'
        )
        y += height
    return parts, y


if __name__ == "__main__":
    main()
