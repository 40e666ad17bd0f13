"""In no style, at no tempo and with no knob is a stroke doubled: as rendered, so on stage."""

from collections.abc import Callable

import pytest

from engine.bars.request import Request
from engine.controls.control import Value
from engine.playing.setup import Setup
from engine.score.notes import Bar
from model.composer.drummer import Drummer
from studio.writing.render import render
from tests.engine.playing.test_spacing import hold_law
from tests.engine.stage import KIT
from tests.styles import BANK

Compose = Callable[[Request], Bar | None]
ENDS: list[dict[str, Value]] = [
    {"tempo": 300.0, "fill_every": "2"},
    {"tempo": 300.0, "swing": 75.0, "swing_grid": "8", "humanize": 2.0, "ghost": 2.0},
    {"tempo": 200.0, "swing": 75.0, "time": "double", "density": 1.0, "dynamics": 0.0},
]


def played(style: str, compose: Compose, bars: int, **controls: Value) -> int:
    """How many strokes were played; all hold the law."""
    setup = Setup(BANK, KIT, controls={"style": style, **controls})
    keys: dict[int, list[tuple[float, int]]] = {}
    for bar in render(setup, bars, compose).taken:
        for note in bar.notes:
            keys.setdefault(note.note, []).append((note.at, note.velocity))
    for strokes in keys.values():
        hold_law(sorted(strokes))
    return sum(map(len, keys.values()))


@pytest.mark.long
@pytest.mark.parametrize("ends", ENDS, ids=str)
def test_no_style_doubles_a_stroke(ends: dict[str, Value]) -> None:
    for style in BANK:
        assert played(style, lambda _request: None, 4, **ends) > 8, style


@pytest.mark.long
def test_the_trained_drummer_doubles_no_stroke() -> None:
    drummer = Drummer.load(None, "cpu")
    for style, tempo in (("jazz", 140.0), ("country", 120.0), ("funk", 100.0), ("rock", 120.0)):
        assert played(style, drummer.compose, 12, tempo=tempo) > 100
