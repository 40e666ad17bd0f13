"""The TouchOSC layout, drawn from the table of controls.

Pages take their controls by name or by pattern, each if it is in the table; what no page took
stands on the last one, so that a new row of the table is never out of reach. Every message is an
address that the program answers, or one that it tells to whoever subscribed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import py2tosc
from py2tosc import Control, Conversion, ui

from engine.controls.control import Control as Row
from engine.controls.control import Kind
from mappings.bindings import is_switch
from mappings.osc_addresses import KEPT, PREFIX
from mappings.touchosc_widgets import (
    BEATS,
    DIM,
    GREEN,
    GROUND,
    INK,
    PLAY,
    RED,
    STRIP,
    bare,
    is_button,
    label_of,
    light_of,
    pad_of,
    told_label,
    trigger_of,
    widget_of,
)

SIZES = {"phone": (480, 960), "tablet": (1280, 960)}  # points; TouchOSC scales them to the screen
PORT = 9001  # TouchOSC's usual receive port


PADS = (("morph", "strength"), ("density", "complexity"))  # x and y; the first two that are there
FEEL = (
    "swing", "humanize", "push", "intensity", "dynamics", "ghost", "variation", "temperature",
    "follow", "swing_grid",
)  # fmt: skip
PER_VOICE = ("level", "density", "mute", "lock")  # level_kick, density_kick, mute_kick …
FEEL_OF_VOICE = ("swing", "humanize", "dynamics")

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
    pages = [page for page in sheet.pages() if page is not None]
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
            light_of(f"{PREFIX}beat/{beat}", RED if beat == 1 else INK)
            for beat in range(1, BEATS + 1)
        ]
        transport = [trigger_of(self._table[name]) for name in STRIP if name in self._table]
        figures = [
            told_label(f"{PREFIX}transport", "stopped", 16),
            told_label(f"{PREFIX}bpm/text", "BPM", 16),
        ]
        return bare(
            ui.column,
            bare(ui.row, *transport, _connect(port), gap=6),
            bare(ui.row, *figures, *lights, gap=6),
            bare(
                ui.row,
                told_label(f"{PREFIX}error", "", 11, color=DIM),
                told_label(KEPT, "", 11, color=DIM),
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
        surfaces = [pad_of(*self._take(pair)) for pair in pads]
        rows = self._take(PLAY)
        keys = [widget_of(row) for row in rows if row.kind is Kind.TRIGGER or is_switch(row)]
        knobs = [widget_of(row, lying=True) for row in rows if row.choices]
        arrange = ui.row if self._wide else ui.column
        return _page(
            "Play",
            bare(arrange, *surfaces, gap=8),
            bare(ui.tiles, *keys, columns=3, gap=8),
            *knobs,
            sizes=(6, 3, *(1,) * len(knobs)),
        )

    def feel(self) -> Control:
        return self._faders("Feel", self._take(FEEL))

    def pages(self) -> list[Control | None]:
        """All pages, None for those that have nothing to show."""
        groups = [name.removeprefix("mute_") for name in self._left if name.startswith("mute_")]
        return [
            self.play(),
            self.feel(),
            self.voices("Voices", groups, PER_VOICE),
            self.voices("Voice feel", groups, FEEL_OF_VOICE),
            self.snapshots(),
            self.more(),
        ]

    def voices(self, name: str, groups: Sequence[str], aspects: Sequence[str]) -> Control | None:
        """A strip for each group of voices that has one of the aspects."""
        strips = []
        for group in groups:
            rows = self._take([f"{aspect}_{group}" for aspect in aspects])
            if not rows:
                continue
            widgets = [widget_of(row, caption=row.name.partition("_")[0]) for row in rows]
            sizes = tuple(1 if is_switch(row) else 4 for row in rows)
            strips.append(
                bare(ui.column, label_of(group.replace("_", " "), 14), *widgets,
                       sizes=(1, *sizes), gap=4)
            )  # fmt: skip
        if not strips:
            return None
        columns = len(strips) if self._wide else min(len(strips), 3 if len(strips) <= 6 else 5)
        return _page(name, bare(ui.tiles, *strips, columns=columns, gap=8))

    def snapshots(self) -> Control | None:
        """Recall large, store small beside it."""
        recalls = [name for name in self._left if name.startswith("recall_")]
        pairs = []
        for letter in (name.removeprefix("recall_") for name in recalls):
            rows = self._take([f"recall_{letter}", f"store_{letter}"])
            captions = (letter.upper(), f"store {letter.upper()}")
            keys = [trigger_of(row, text) for row, text in zip(rows, captions, strict=False)]
            pairs.append(bare(ui.column, *keys, sizes=(3, 1)[: len(keys)], gap=4))
        if not pairs:
            return None
        return _page("Snapshots", bare(ui.tiles, *pairs, columns=4 if self._wide else 2, gap=10))

    def more(self) -> Control | None:
        rest = self._take(tuple(self._left))
        return self._faders("More", rest) if rest else None

    def _faders(self, name: str, rows: Sequence[Row]) -> Control:
        """Faders in tiles, with the buttons and choices in lines under them."""
        upright = [row for row in rows if not row.choices and not is_button(row)]
        keys = [widget_of(row) for row in rows if is_button(row)]
        lines = [widget_of(row, lying=True) for row in rows if row.choices]
        lines_of_faders = -(-len(upright) // (8 if self._wide else 4))
        columns = -(-len(upright) // max(1, lines_of_faders))
        parts: list[tuple[Control, int]] = []
        if upright:
            faders = [widget_of(row) for row in upright]
            tiles = bare(ui.tiles, *faders, columns=columns, gap=8)
            parts.append((tiles, 4 * lines_of_faders))
        if keys:
            across = 6 if self._wide else 3
            parts.append((bare(ui.tiles, *keys, columns=across, gap=8), -(-len(keys) // across)))
        parts += [(line, 1) for line in lines]
        return _page(name, *(part for part, _ in parts), sizes=tuple(size for _, size in parts))


# ---- parts


def _page(name: str, *children: Control, sizes: tuple[int, ...] | None = None) -> Control:
    return ui.column(
        *children, sizes=sizes, gap=8, pad=8, name=name, tab_label=name,
        color=GROUND, outline=False,
    )  # fmt: skip


def _connect(port: int) -> Control:
    """Subscribes and asks for everything; lit while the program tells us."""
    light = light_of(f"{PREFIX}subscribed", GREEN)
    here = ui.const(str(port), conversion=Conversion.INTEGER)
    press = py2tosc.button(
        name="connect", color=DIM, background=False, corner_radius=4.0,
        messages=[
            ui.osc(f"{PREFIX}subscribe", args=[here], on="RISE", receive=False),
            ui.osc(f"{PREFIX}sync", args=[], on="RISE", receive=False),
        ],
    )  # fmt: skip
    return bare(ui.stack, light, press, label_of("connect", 14))
