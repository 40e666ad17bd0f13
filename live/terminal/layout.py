"""The terminal screen as rich draws it: one calm page of a status.

Things stand in the same place whatever plays; only what changes moves.
"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from engine.controls.control import Control, Value
from engine.score.drum_tab import LABEL, ROWS, rows
from engine.score.grid import TICKS_PER_SIXTEENTH, Meter
from engine.score.notes import GROUPS, Bar, Voice
from live.conductor.status import PerformanceStatus
from live.terminal.lines import TRANSPORT, peers

HELP = (
    "space play/stop   f F fill   n new idea   u undo   l loop   c capture   r record   "
    "m map a knob   p panic   q quit"
)
SHADES = {"X": "bold bright_white", "x": "bold green", "o": "green", "g": "dim green"}
COLOURS = {
    "playing": "bold green",
    "stopped": "bold",
    "armed": "bold yellow",
    "lost": "bold yellow",
    "gone": "bold red",
}
KNOBS = (
    "density", "complexity", "variation", "swing", "humanize", "push",
    "intensity", "dynamics", "ghost", "temperature", "note_offset", "clock_offset",
)  # fmt: skip
WORDS = ("morph", "follow", "fill_every", "fill_amount", "phrase", "time", "swing_grid")
GRID_ROWS = 7  # kept free for the grid, so that the page does not jump from bar to bar
KNOB_WIDTH = 10
GRID_WIDTH = 44


def layout(status: PerformanceStatus, table: dict[str, Control]) -> RenderableType:
    """The whole screen."""
    return Group(
        _head(status),
        Rule(style="dim"),
        _bars(status),
        Rule(style="dim"),
        _knobs(dict(status.state.controls), table),
        Rule(style="dim"),
        _foot(status),
        Text(HELP, style="dim"),
    )


def _head(status: PerformanceStatus) -> RenderableType:
    state, grid = status.state, Table.grid(expand=True)
    place = f"{state.place.bar + 1}.{state.place.beat + 1}"
    clock = f"{state.bpm:.1f} BPM by {state.driver} clock"
    if state.driver == "midi" and state.transport != "stopped":
        clock += f" ±{state.steadiness:.1f} ms"
    if state.driver == "link":
        clock += f", {peers(state.peers)}"
    for justify in ("left", "left", "center", "right"):
        grid.add_column(justify=justify)
    grid.add_row(
        Text(status.title, style="bold cyan"),
        Text(TRANSPORT[state.transport], style=COLOURS[state.transport]),
        Text(place, style="bold"),
        clock,
    )
    return grid


def _bars(status: PerformanceStatus) -> RenderableType:
    state, grid = status.state, Table.grid(padding=(0, 2))
    grid.add_column(min_width=GRID_WIDTH)
    grid.add_row(_name("now", state.bar), _name("next", state.next_bar))
    both = [bar for bar in (state.bar, state.next_bar) if bar]
    voices = [voice for voice in ROWS if any(h.voice is voice for bar in both for h in bar.hits)]
    step = _step(status) if state.bar else -1
    grid.add_row(
        _grid(state.bar, voices, state.meter, step), _grid(state.next_bar, voices, state.meter, -1)
    )
    return grid


def _name(which: str, bar: Bar | None) -> Text:
    if bar is None:
        return Text(f"{which}  -", style="dim")
    fill = "  FILL" if bar.fill else ""
    style = "yellow" if bar.source == "fallback" else "cyan"
    return Text.assemble((f"{which}  ", "dim"), (f"by {bar.source}", style), (fill, "bold magenta"))


def _step(status: PerformanceStatus) -> int:
    place, meter = status.state.place, status.state.meter
    return (place.beat * meter.pulse_ticks + place.tick) // TICKS_PER_SIXTEENTH


def _grid(bar: Bar | None, voices: list[Voice], meter: Meter, step: int) -> Text:
    """A drum grid: brightness is velocity, the column of the playhead is marked."""
    text, pulse = Text(), meter.pulse_ticks // TICKS_PER_SIXTEENTH
    lines = rows([bar]) if bar else {}
    for voice in voices:
        text.append(f"{LABEL[voice]}  ", style="dim")
        line = lines.get(voice, "").strip("|") or "." * meter.steps
        for column, letter in enumerate(line):
            shade = SHADES.get(letter, "dim")
            mark = f"{shade} on grey30" if column == step else shade
            text.append("·" if letter == "." else letter, style=mark)
            text.append(" " * (2 if column % pulse == pulse - 1 else 1))
        text.append("\n")
    text.append("\n" * (GRID_ROWS - len(voices)))
    return text


def _knobs(values: dict[str, Value], table: dict[str, Control]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    cells = [_knob(table[name], values[name]) for name in KNOBS]
    for start in range(0, len(cells), 3):
        grid.add_row(*cells[start : start + 3])
    words = [f"{name} {_plain(values[name])}" for name in WORDS]
    held = Text("LOOP   " if values["loop"] else "", style="bold magenta")
    held.append("● REC   " if values["record"] else "", style="bold red")
    for switch, word in (("mute", "muted"), ("lock", "locked")):
        if groups := [group for group in GROUPS if values[f"{switch}_{group}"]]:
            held.append(f"{word} {', '.join(groups)}   ", style="yellow")
    return Group(grid, Text("   ".join(words), style="dim"), held)


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _knob(control: Control, value: Value) -> Text:
    filled = round(control.to_unit(value) * KNOB_WIDTH)
    number = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return Text.assemble(
        (f"{control.name:13}", "dim"),
        ("━" * filled, "cyan"),
        ("━" * (KNOB_WIDTH - filled), "grey30"),
        f" {number} {control.unit}".ljust(10),
    )


def _foot(status: PerformanceStatus) -> RenderableType:
    state, grid = status.state, Table.grid()
    grid.add_column(width=11)  # labels stay apart from what a narrow terminal folds
    grid.add_column()
    counts, late, drummer = dict(state.counts), status.lateness, status.drummer
    bars = "  ".join(f"{source} {counts[source]}" for source in ("model", "template", "fallback"))
    device = f" on {drummer.device}, {drummer.milliseconds:.0f} ms a bar" if drummer.device else ""
    words = (
        ("drummer", f"{drummer.state}{device}   {state.ready} bars ahead   played: {bars}"),
        ("lateness", f"p50 {late.p50:.2f}  p99 {late.p99:.2f}  worst {late.worst:.2f} ms"),
        ("midi", status.midi),
        ("osc", f"{status.osc}   priority: {status.priority}"),
        ("panel", status.panel or "off"),
    )
    for name, text in words:
        grid.add_row(Text(name, style="dim"), Text(text))
    if status.learn:
        grid.add_row(Text("learn", style="cyan"), Text(status.learn))
    if status.kept:
        grid.add_row(Text("kept", style="green"), Text(status.kept))
    for kind, fault in status.faults:
        grid.add_row(Text(f"! {kind}", style="red"), Text(f"{fault.count}×: {fault.text}"))
    if state.complaint:
        grid.add_row(Text("! refused", style="yellow"), Text(state.complaint))
    return grid
