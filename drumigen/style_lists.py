"""`drumigen styles` and `drumigen styles NAME`."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from engine.score.style import Style
from mappings.styles import load_styles, style_called


def list_styles() -> int:
    """A line for each style of the bank, by the alphabet; 0."""
    out = Table(box=None, expand=True)
    for heading in ("style", "kind", "BPM", "swing"):
        out.add_column(heading, no_wrap=True)
    out.add_column("also called", no_wrap=True, overflow="ellipsis", ratio=1)
    for name, style in sorted(load_styles().items()):
        out.add_row(name, style.kind, _tempo(style), _swing(style), ", ".join(style.aliases))
    console = _console()
    console.print(out)
    console.print("`drumigen styles NAME` says what is known of one, and from where")
    return 0


def show_style(spelling: str) -> int:
    """What a style is, what must be heard in it and where that is known from; 0. ControlError."""
    style = style_called(load_styles(), spelling)
    console = _console()
    console.print(f"{style.title} ({style.name}), a {style.kind}: {style.text}")
    out = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for label, words in _facts(style):
        out.add_row(label, words)
    console.print(out)
    for heading, lines in (("hear in it", _hallmarks(style)), ("known from", _sources(style))):
        console.print(heading)
        for line in lines:
            console.print(Padding(line, (0, 0, 0, 2)))
    return 0


def _facts(style: Style) -> list[tuple[str, str]]:
    meters = dict.fromkeys(str(bar.meter) for bar in style.bars)
    place = "on no knob" if style.place is None else f"{style.place} of 0..127"
    return [
        ("also called", ", ".join(style.aliases) or "nothing else"),
        ("BPM", _tempo(style)),
        ("swing", _swing(style)),
        ("meters", ", ".join(meters)),
        ("on a knob", place),
    ]


def _hallmarks(style: Style) -> list[str]:
    return [mark.text for mark in style.hallmarks]


def _sources(style: Style) -> list[str]:
    return [f"{source.figure}: {source.mark}. {source.text}" for source in style.sources]


def _tempo(style: Style) -> str:
    low, usual, high = style.tempo
    return f"{low}-{high} ({usual})"


def _swing(style: Style) -> str:
    straight = style.swing == 50
    return "straight" if straight else f"{style.swing:g} % of {style.swing_grid}ths"


def _console() -> Console:
    width = None if sys.stdout.isatty() else 120
    return Console(width=width, highlight=False, markup=False)
