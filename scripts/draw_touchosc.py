"""Draws docs/pictures/touchosc.png: the pages of the TouchOSC layout for a phone, as they begin.

    pip install -e '.[docs]' && python scripts/draw_touchosc.py

From the same layout that `drumigen touchosc` writes, with each control where it starts.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

import py2tosc
from PIL import Image, ImageDraw, ImageFont

from engine.controls.control import Kind
from engine.controls.table import table
from mappings.osc_addresses import PREFIX, shown
from mappings.styles import load_styles
from mappings.touchosc import PORT, layout

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SCALE = 1.25  # pixels a point
GAP = 16  # points between the pages
TOLD = {"transport": "stopped", "bpm/text": "102.0 BPM", "subscribed": 1.0}

Box = tuple[float, float, float, float]


class Painter:
    """Paints controls over one another, as TouchOSC does."""

    def __init__(self, size: tuple[float, float], values: Mapping[str, object]) -> None:
        pixels = (round(size[0] * SCALE), round(size[1] * SCALE))
        self.image = Image.new("RGB", pixels, (255, 255, 255))
        self._draw = ImageDraw.Draw(self.image, "RGBA")
        self._values = values

    def paint(self, control: py2tosc.Control, x: float, y: float, page: int = 0) -> None:
        """A control and what is in it; of a pager one page."""
        frame = control.frame
        left, top = x + frame.x, y + frame.y
        box = (left, top, left + frame.w, top + frame.h)
        kind = str(control.control_type)
        getattr(self, f"_{kind.lower()}")(control, box)
        children = control.children if kind != "PAGER" else [control.children[page]]
        for child in children:
            self.paint(child, left, top, page)
        if kind == "PAGER":
            self._tabs(control, box, page)

    def _value(self, control: py2tosc.Control, number: int = 0) -> object:
        """What the program would tell this control."""
        if len(control.messages) <= number:
            return None
        path = "".join(str(part.value) for part in control.messages[number].path)
        return self._values.get(path.removeprefix(PREFIX))

    def _group(self, control: py2tosc.Control, box: Box) -> None:
        if control.background:
            self._fill(box, control.color)

    _pager = _group

    def _button(self, control: py2tosc.Control, box: Box) -> None:
        if control.background:
            lit = self._value(control) == 1.0
            self._fill(box, control.color, 1.0 if lit else 0.35, 5)

    def _fader(self, control: py2tosc.Control, box: Box) -> None:
        self._fill(box, control.color, 0.3, 4)
        left, top, right, bottom = box
        unit = float(self._value(control) or 0.0)  # type: ignore[arg-type]
        if control.orientation == py2tosc.Orientation.EAST:
            at = left + unit * (right - left)
            self._fill((left, top, max(at, left + 6), bottom), control.color, 0.9, 4)
        else:
            at = bottom - unit * (bottom - top)
            self._fill((left, min(at, bottom - 6), right, bottom), control.color, 0.9, 4)

    def _xy(self, control: py2tosc.Control, box: Box) -> None:
        self._fill(box, control.color, 0.3, 5)
        left, top, right, bottom = box
        x, y = (float(self._value(control, n) or 0.0) for n in (0, 1))  # type: ignore[arg-type]
        across, up = left + x * (right - left), bottom - y * (bottom - top)
        self._fill((left, up - 1, right, up + 1), control.color)
        self._fill((across - 1, top, across + 1, bottom), control.color)
        self._fill((across - 16, up - 16, across + 16, up + 16), control.color, 1.0, 16)

    def _label(self, control: py2tosc.Control, box: Box) -> None:
        told = self._value(control)
        text = str(told) if told is not None else str(control.value("text").default)
        self._text(text, box, control.text_size, control.text_color)

    def _tabs(self, pager: py2tosc.Control, box: Box, page: int) -> None:
        left, top, right, _ = box
        width = (right - left) / len(pager.children)
        for number, child in enumerate(pager.children):
            tab = (left + number * width, top, left + (number + 1) * width, top + pager.tabbar_size)
            self._fill(tab, (0.5, 0.5, 0.5, 1) if number == page else (0.25, 0.25, 0.25, 1))
            self._text(child.tab_label, tab, 15, (1, 1, 1, 1))

    def _fill(self, box: Box, color: object, alpha: float = 1.0, radius: float = 0) -> None:
        pixels = [round(edge * SCALE) for edge in box]
        red, green, blue = (round(part * 255) for part in tuple(color)[:3])  # type: ignore[arg-type]
        fill = (red, green, blue, round(alpha * 255))
        self._draw.rounded_rectangle(pixels, radius * SCALE, fill)

    def _text(self, text: str, box: Box, size: float, color: object) -> None:
        red, green, blue = (round(part * 255) for part in tuple(color)[:3])  # type: ignore[arg-type]
        middle = ((box[0] + box[2]) / 2 * SCALE, (box[1] + box[3]) / 2 * SCALE)
        font = ImageFont.load_default(size * SCALE)
        self._draw.text(middle, text, (red, green, blue), font=font, anchor="mm")


def main() -> None:
    rows = table(load_styles())
    values: dict[str, object] = dict(TOLD)
    for row in rows.values():
        if row.kind is not Kind.TRIGGER:
            values |= {at.removeprefix(PREFIX): told for at, told in shown(row, row.default)}
    drawn = layout(rows, "phone", PORT)
    frame = drawn.root.frame
    pages = len(next(one for one in drawn.walk() if str(one.control_type) == "PAGER").children)
    painter = Painter((pages * (frame.w + GAP) - GAP, frame.h), values)
    for page in range(pages):
        painter.paint(drawn.root, page * (frame.w + GAP), 0, page)
    painter.image.quantize(128).save(PICTURES / "touchosc.png", optimize=True)


if __name__ == "__main__":
    main()
