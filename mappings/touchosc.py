"""The TouchOSC layout, drawn from the table of controls.

Pages take their controls by name or by pattern, each if it is in the table; what no page took
stands on the last one, so that a new row of the table is never out of reach. Every message is an
address that the program answers, or one that it tells to whoever subscribed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import py2tosc
from py2tosc import ButtonType, Control, Conversion, OutlineStyle, Value, ui

from engine.controls import Control as Row
from engine.controls import Kind
from mappings.osc import KEPT, PREFIX, TEXT, buttons

SIZES = {"phone": (480, 960), "tablet": (1280, 960)}  # points; TouchOSC scales them to the screen
PORT = 9001  # TouchOSC's usual receive port
BEATS = 4  # lights; of a longer bar the first four beats

INK, DIM = (0.93, 0.93, 0.9, 1.0), (0.6, 0.62, 0.66, 1.0)
GROUND = (0.08, 0.09, 0.11, 1.0)
BLUE, GREEN, AMBER, RED = (
    (0.27, 0.5, 0.85, 1.0),
    (0.25, 0.68, 0.42, 1.0),
    (0.93, 0.62, 0.2, 1.0),
    (0.83, 0.27, 0.27, 1.0),
)
COLORS = {Kind.PERFORMED: GREEN, Kind.COMPOSED: BLUE, Kind.TRIGGER: AMBER}

PADS = (("morph", "strength"), ("density", "complexity"))  # x and y; the first two that are there
PLAY = (
    "style", "style_b", "time", "capture_bars", "fill_now", "fill", "capture", "record", "new_idea",
    "undo", "loop",
)  # fmt: skip
FEEL = (
    "swing", "humanize", "push", "intensity", "dynamics", "ghost", "variation", "temperature",
    "follow", "swing_grid",
)  # fmt: skip
PER_VOICE = ("level", "density", "mute", "lock")  # level_kick, density_kick, mute_kick …
STRIP = ("play", "stop", "panic")

# Subscribes by itself, and again each half minute: UDP tells nobody that a phone is gone.
SCRIPT = """\
local said = nil
function update()
  local now = getMillis()
  if said == nil or now - said > 30000 then
    sendOSC({{ '{prefix}subscribe', {{ {{ tag = 'i', value = {port} }} }} }})
    if said == nil then
      sendOSC({{ '{prefix}sync', {{}} }})
    end
    said = now
  end
end
"""


def layout(table: Mapping[str, Row], size: str = "phone", port: int = PORT) -> py2tosc.Document:
    """The layout for a phone or a tablet, which listens on `port`."""
    width, height = SIZES[size]
    sheet = _Sheet(table, wide=width > height)
    pages = [
        page
        for page in (sheet.play(), sheet.feel(), sheet.voices(), sheet.snapshots(), sheet.more())
        if page is not None
    ]
    root = ui.column(
        sheet.strip(port),
        ui.pager(*pages, name="pages", color=GROUND, outline=False, tabbar_size=48),
        sizes=(height // 8, height - height // 8),
        frame=(0, 0, width, height),
        name="MidiDrumiGen",
        color=GROUND,
        outline=False,
        script=SCRIPT.format(prefix=PREFIX, port=port),
    )
    if width > height:  # a tablet is looked at from further away
        for control in root.walk():
            if control.has("text_size"):
                control.text_size = round(1.4 * control.text_size)
    return py2tosc.Document(root=root).resolve()


def write_layout(
    table: Mapping[str, Row], path: Path, size: str = "phone", port: int = PORT
) -> None:
    """Write the layout as a .tosc file; OSError where that cannot be done."""
    layout(table, size, port).save(path, validate=True)


class _Sheet:
    """Takes rows of the table for one page after the other."""

    def __init__(self, table: Mapping[str, Row], *, wide: bool) -> None:
        self._table, self._wide = table, wide
        self._left = dict(table)

    def _take(self, names: Sequence[str]) -> list[Row]:
        """Those of the names that are in the table and not yet placed."""
        return [self._left.pop(name) for name in names if name in self._left]

    def strip(self, port: int) -> Control:
        """Above all pages: transport, beat lights, tempo, connection, and what was refused."""
        lights = [
            _light(f"{PREFIX}beat/{beat}", RED if beat == 1 else INK)
            for beat in range(1, BEATS + 1)
        ]
        transport = [_trigger(self._table[name]) for name in STRIP if name in self._table]
        figures = [
            _told(f"{PREFIX}transport", "stopped", 16),
            _told(f"{PREFIX}bpm/text", "BPM", 16),
        ]
        return _plain(
            ui.column,
            _plain(ui.row, *transport, _connect(port), gap=6),
            _plain(ui.row, *figures, *lights, gap=6),
            _plain(
                ui.row,
                _told(f"{PREFIX}error", "", 11, color=DIM),
                _told(KEPT, "", 11, color=DIM),
                gap=6,
            ),
            sizes=(3, 2, 1),
            gap=4,
            pad=6,
            name="strip",
        )

    def play(self) -> Control:
        self._take(STRIP)
        pads = [pair for pair in PADS if all(name in self._left for name in pair)]
        surfaces = [_pad(*self._take(pair)) for pair in pads]
        rows = self._take(PLAY)
        keys = [_widget(row) for row in rows if row.kind is Kind.TRIGGER or _is_switch(row)]
        knobs = [_widget(row, lying=True) for row in rows if row.choices]
        arrange = ui.row if self._wide else ui.column
        return _page(
            "Play",
            _plain(arrange, *surfaces, gap=8),
            _plain(ui.tiles, *keys, columns=3, gap=8),
            *knobs,
            sizes=(6, 3, *(1,) * len(knobs)),
        )

    def feel(self) -> Control:
        return self._faders("Feel", self._take(FEEL))

    def voices(self) -> Control | None:
        """A strip for each group of voices that has a mute."""
        groups = [name.removeprefix("mute_") for name in self._left if name.startswith("mute_")]
        strips = []
        for group in groups:
            rows = self._take([f"{aspect}_{group}" for aspect in PER_VOICE])
            widgets = [_widget(row, caption=row.name.partition("_")[0]) for row in rows]
            sizes = tuple(1 if _is_switch(row) else 4 for row in rows)
            strips.append(
                _plain(ui.column, _label(group.replace("_", " "), 14), *widgets,
                       sizes=(1, *sizes), gap=4)
            )  # fmt: skip
        if not strips:
            return None
        columns = len(strips) if self._wide else min(len(strips), 3 if len(strips) <= 6 else 5)
        return _page("Voices", _plain(ui.tiles, *strips, columns=columns, gap=8))

    def snapshots(self) -> Control | None:
        """Recall large, store small beside it."""
        recalls = [name for name in self._left if name.startswith("recall_")]
        pairs = []
        for letter in (name.removeprefix("recall_") for name in recalls):
            rows = self._take([f"recall_{letter}", f"store_{letter}"])
            captions = (letter.upper(), f"store {letter.upper()}")
            keys = [_trigger(row, text) for row, text in zip(rows, captions, strict=False)]
            pairs.append(_plain(ui.column, *keys, sizes=(3, 1)[: len(keys)], gap=4))
        if not pairs:
            return None
        return _page("Snapshots", _plain(ui.tiles, *pairs, columns=4 if self._wide else 2, gap=10))

    def more(self) -> Control | None:
        rest = self._take(tuple(self._left))
        return self._faders("More", rest) if rest else None

    def _faders(self, name: str, rows: Sequence[Row]) -> Control:
        """Faders in tiles, with the buttons and choices in lines under them."""
        upright = [row for row in rows if not row.choices and not _is_button(row)]
        keys = [_widget(row) for row in rows if _is_button(row)]
        lines = [_widget(row, lying=True) for row in rows if row.choices]
        lines_of_faders = -(-len(upright) // (8 if self._wide else 4))
        columns = -(-len(upright) // max(1, lines_of_faders))
        parts: list[tuple[Control, int]] = []
        if upright:
            faders = [_widget(row) for row in upright]
            tiles = _plain(ui.tiles, *faders, columns=columns, gap=8)
            parts.append((tiles, 4 * lines_of_faders))
        if keys:
            across = 6 if self._wide else 3
            parts.append((_plain(ui.tiles, *keys, columns=across, gap=8), -(-len(keys) // across)))
        parts += [(line, 1) for line in lines]
        return _page(name, *(part for part, _ in parts), sizes=tuple(size for _, size in parts))


def _is_switch(row: Row) -> bool:
    return bool(row.step) and (row.low, row.high) == (0.0, 1.0) and not row.choices


def _is_button(row: Row) -> bool:
    return row.kind is Kind.TRIGGER or _is_switch(row)


# ---- parts
def _plain(arrange: object, *children: Control, **named: object) -> Control:
    """An arrangement that draws nothing of its own."""
    made = arrange(*children, outline=False, background=False, **named)  # type: ignore[operator]
    assert isinstance(made, Control)
    return made


def _page(name: str, *children: Control, sizes: tuple[int, ...] | None = None) -> Control:
    return ui.column(
        *children, sizes=sizes, gap=8, pad=8, name=name, tab_label=name,
        color=GROUND, outline=False,
    )  # fmt: skip


def _widget(row: Row, *, lying: bool = False, caption: str | None = None) -> Control:
    """What moves a control: a button, a switch, a row of choices or a fader."""
    text = caption or row.name.replace("_", " ")
    if row.kind is Kind.TRIGGER:
        return _trigger(row, text)
    if _is_switch(row):
        button = _button(row, ButtonType.TOGGLE_PRESS, receive=True)
        return _plain(ui.stack, button, _label(text, 14))
    if buttons(row):
        keys = [_choice(row, choice) for choice in row.choices]
        return _plain(ui.row, _label(text, 13), *keys, gap=4)
    address = PREFIX + row.name
    fader = py2tosc.fader(
        name=row.name, color=COLORS[row.kind], grid=False, corner_radius=3.0,
        orientation=py2tosc.Orientation.EAST if lying else py2tosc.Orientation.NORTH,
        messages=[ui.osc(address)],
    )  # fmt: skip
    value = _told(address + TEXT, "", 13)
    if lying:
        return _plain(ui.row, _label(text, 13), fader, value, sizes=(2, 6, 2), gap=4)
    return _plain(ui.column, _label(text, 13), fader, value, sizes=(1, 7, 1), gap=2)


def _trigger(row: Row, text: str | None = None) -> Control:
    button = _button(row, ButtonType.MOMENTARY, receive=False)
    size = 18 if row.name in (*STRIP, *PLAY) else 14
    return _plain(ui.stack, button, _label(text or row.name.replace("_", " "), size))


def _button(row: Row, kind: ButtonType, *, receive: bool) -> Control:
    return py2tosc.button(
        name=row.name, color=COLORS[row.kind], button_type=kind, corner_radius=4.0,
        messages=[ui.osc(PREFIX + row.name, receive=receive)],
    )  # fmt: skip


def _choice(row: Row, choice: str) -> Control:
    """A light that the program switches, and over it a button that asks for the choice.

    One button alone would go dark when it is let go.
    """
    address = f"{PREFIX}{row.name}/{choice}"
    press = py2tosc.button(
        name=f"{row.name} {choice}", color=DIM, background=False, corner_radius=4.0,
        messages=[ui.osc(address, receive=False)],
    )  # fmt: skip
    return _plain(ui.stack, _light(address, COLORS[row.kind]), press, _label(choice, 14))


def _light(address: str, color: tuple[float, ...]) -> Control:
    return py2tosc.button(
        name=address.removeprefix(PREFIX), color=color, interactive=False, corner_radius=4.0,
        messages=[ui.osc(address, send=False, triggers=())],
    )  # fmt: skip


def _pad(across: Row, up: Row) -> Control:
    pad = py2tosc.xy(
        name=f"{across.name} {up.name}", color=COLORS[across.kind], corner_radius=4.0,
        messages=[
            ui.osc(PREFIX + across.name, args=[ui.value("x")], var="x"),
            ui.osc(PREFIX + up.name, args=[ui.value("y")], var="y"),
        ],
    )  # fmt: skip
    words = f"{across.name} across, {up.name} up".replace("_", " ")
    return _plain(ui.column, _label(words, 13), pad, sizes=(1, 9))


def _label(text: str, size: int) -> Control:
    return py2tosc.label(
        name=text, background=False, outline=False, text_size=size, text_color=INK,
        values=[Value("text", default=text), Value("touch", default=False)],
    )  # fmt: skip


def _told(address: str, text: str, size: int, color: tuple[float, ...] = INK) -> Control:
    """A label that shows what the program tells."""
    words = ui.value("text", conversion=Conversion.STRING)
    return py2tosc.label(
        name=address.removeprefix(PREFIX), background=False, outline=False, text_size=size,
        text_color=color, outline_style=OutlineStyle.FULL,
        values=[Value("text", default=text), Value("touch", default=False)],
        messages=[ui.osc(address, args=[words], send=False, triggers=())],
    )  # fmt: skip


def _connect(port: int) -> Control:
    """Subscribes and asks for everything; lit while the program tells us."""
    light = _light(f"{PREFIX}subscribed", GREEN)
    here = ui.const(str(port), conversion=Conversion.INTEGER)
    press = py2tosc.button(
        name="connect", color=DIM, background=False, corner_radius=4.0,
        messages=[
            ui.osc(f"{PREFIX}subscribe", args=[here], on="RISE", receive=False),
            ui.osc(f"{PREFIX}sync", args=[], on="RISE", receive=False),
        ],
    )  # fmt: skip
    return _plain(ui.stack, light, press, _label("connect", 14))
