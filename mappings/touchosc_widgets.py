"""What the TouchOSC layout is made of: faders, buttons, choices, pads and labels."""

from __future__ import annotations

import py2tosc
from py2tosc import ButtonType, Control, Conversion, OutlineStyle, Value, ui

from engine.controls.control import Control as Row
from engine.controls.control import Kind
from mappings.bindings import is_switch
from mappings.osc_addresses import PREFIX, TEXT, buttons

BEATS = 4  # lights; of a longer bar the first four beats
INK, DIM = (0.93, 0.93, 0.9, 1.0), (0.6, 0.62, 0.66, 1.0)
GROUND = (0.08, 0.09, 0.11, 1.0)
BLUE, GREEN, AMBER, RED = (
    (0.27, 0.5, 0.85, 1.0),
    (0.25, 0.68, 0.42, 1.0),
    (0.93, 0.62, 0.2, 1.0),
    (0.83, 0.27, 0.27, 1.0),
)
# Looked at while playing: their labels are larger.
STRIP = ("play", "stop", "panic")
PLAY = (
    "style", "style_b", "time", "capture_bars", "fill_now", "fill", "capture", "record", "new_idea",
    "undo", "loop",
)  # fmt: skip
COLORS = {Kind.PERFORMED: GREEN, Kind.COMPOSED: BLUE, Kind.TRIGGER: AMBER}


def is_button(row: Row) -> bool:
    return row.kind is Kind.TRIGGER or is_switch(row)


def bare(arrange: object, *children: Control, **named: object) -> Control:
    """An arrangement that draws nothing of its own."""
    made = arrange(*children, outline=False, background=False, **named)  # type: ignore[operator]
    assert isinstance(made, Control)
    return made


def widget_of(row: Row, *, lying: bool = False, caption: str | None = None) -> Control:
    """What moves a control: a button, a switch, a row of choices or a fader."""
    text = caption or row.name.replace("_", " ")
    if row.kind is Kind.TRIGGER:
        return trigger_of(row, text)
    if is_switch(row):
        button = button_of(row, ButtonType.TOGGLE_PRESS, receive=True)
        return bare(ui.stack, button, label_of(text, 14))
    if buttons(row):
        keys = [choice_of(row, choice) for choice in row.choices]
        return bare(ui.row, label_of(text, 13), *keys, gap=4)
    address = PREFIX + row.name
    fader = py2tosc.fader(
        name=row.name, color=COLORS[row.kind], grid=False, corner_radius=3.0,
        orientation=py2tosc.Orientation.EAST if lying else py2tosc.Orientation.NORTH,
        messages=[ui.osc(address)],
    )  # fmt: skip
    value = told_label(address + TEXT, "", 13)
    if lying:
        return bare(ui.row, label_of(text, 13), fader, value, sizes=(2, 6, 2), gap=4)
    return bare(ui.column, label_of(text, 13), fader, value, sizes=(1, 7, 1), gap=2)


def trigger_of(row: Row, text: str | None = None) -> Control:
    button = button_of(row, ButtonType.MOMENTARY, receive=False)
    size = 18 if row.name in (*STRIP, *PLAY) else 14
    return bare(ui.stack, button, label_of(text or row.name.replace("_", " "), size))


def button_of(row: Row, kind: ButtonType, *, receive: bool) -> Control:
    return py2tosc.button(
        name=row.name, color=COLORS[row.kind], button_type=kind, corner_radius=4.0,
        messages=[ui.osc(PREFIX + row.name, receive=receive)],
    )  # fmt: skip


def choice_of(row: Row, choice: str) -> Control:
    """A light that the program switches, and over it a button that asks for the choice.

    One button alone would go dark when it is let go.
    """
    address = f"{PREFIX}{row.name}/{choice}"
    press = py2tosc.button(
        name=f"{row.name} {choice}", color=DIM, background=False, corner_radius=4.0,
        messages=[ui.osc(address, receive=False)],
    )  # fmt: skip
    return bare(ui.stack, light_of(address, COLORS[row.kind]), press, label_of(choice, 14))


def light_of(address: str, color: tuple[float, ...]) -> Control:
    return py2tosc.button(
        name=address.removeprefix(PREFIX), color=color, interactive=False, corner_radius=4.0,
        messages=[ui.osc(address, send=False, triggers=())],
    )  # fmt: skip


def pad_of(across: Row, up: Row) -> Control:
    pad = py2tosc.xy(
        name=f"{across.name} {up.name}", color=COLORS[across.kind], corner_radius=4.0,
        messages=[
            ui.osc(PREFIX + across.name, args=[ui.value("x")], var="x"),
            ui.osc(PREFIX + up.name, args=[ui.value("y")], var="y"),
        ],
    )  # fmt: skip
    words = f"{across.name} across, {up.name} up".replace("_", " ")
    return bare(ui.column, label_of(words, 13), pad, sizes=(1, 9))


def label_of(text: str, size: int) -> Control:
    return py2tosc.label(
        name=text, background=False, outline=False, text_size=size, text_color=INK,
        values=[Value("text", default=text), Value("touch", default=False)],
    )  # fmt: skip


def told_label(address: str, text: str, size: int, color: tuple[float, ...] = INK) -> Control:
    """A label that shows what the program tells."""
    words = ui.value("text", conversion=Conversion.STRING)
    return py2tosc.label(
        name=address.removeprefix(PREFIX), background=False, outline=False, text_size=size,
        text_color=color, outline_style=OutlineStyle.FULL,
        values=[Value("text", default=text), Value("touch", default=False)],
        messages=[ui.osc(address, args=[words], send=False, triggers=())],
    )  # fmt: skip
