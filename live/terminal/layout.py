"""The terminal's screen: the lines of a status, and which of them fit.

Things stand in the same place whatever plays; only what changes moves. Each line has a rank, by
which lines are left out where the terminal is too low; none is ever wrapped but an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap

from rich.text import Text

from engine.controls.control import Control
from live.conductor.status import PerformanceStatus
from live.terminal.bars import GRID_ROWS, grid_rows, names
from live.terminal.keys import HELP
from live.terminal.knobs import held, knob_rows, words
from live.terminal.lines import TRANSPORT, peers
from mappings.plain_words import BY, counted, played, tempo

COLOURS = {
    "playing": "bold green",
    "stopped": "bold",
    "armed": "bold yellow",
    "lost": "bold yellow",
    "gone": "bold red",
}
LABEL = 7  # columns before what a line says
FOLDED = 2  # lines that what was kept and the ports may take, where there are
LOW = 16  # lines, and not fewer
KEY_COLUMN = 20  # columns of a key where all are shown
# What stays where not all fits, the most important first.
RANKS = (
    "head", "all keys", "learn", "page", "midi", "kept", "keys", "fault", "held", "names",
    "first knobs", "grid", "bars", "drums", "knobs", "words", "late", "osc", "rule",
)  # fmt: skip
Line = tuple[str, Text]


def layout(
    status: PerformanceStatus,
    table: Mapping[str, Control],
    size: tuple[int, int],
    *,
    keys: bool = False,
    notice: str = "",
) -> list[Text]:
    """The screen's lines for so many columns and lines; `keys` shows all keys instead of knobs."""
    width, height = size
    middle = _all_keys(width) if keys else _middle(status, table, width)
    kept = _fitting(
        [
            *_top(status, width, FOLDED if height >= LOW else 1),
            *middle,
            *_foot(status, notice, width),
        ],
        height,
    )
    rows = iter(grid_rows(status, sum(rank == "grid" for rank, _ in kept), width))
    shown = [next(rows) if rank == "grid" else text for rank, text in kept]
    for line in shown:
        line.no_wrap, line.overflow = True, "ellipsis"
        line.truncate(width, overflow="ellipsis")
    return shown


def _fitting(lines: list[Line], height: int) -> list[Line]:
    """As many lines as there is room for: the most important, in their order."""
    by_rank = sorted(range(len(lines)), key=lambda place: RANKS.index(lines[place][0]))
    return [lines[place] for place in sorted(by_rank[:height])]


def _top(status: PerformanceStatus, width: int, most: int) -> list[Line]:
    """Who plays, where the page, the ports and what was kept are, and the keys."""
    page = status.panel or "off"
    return [
        ("head", _head(status, width)),
        *_labelled("page", page, width, len(page)),
        *_labelled("midi", status.midi, width, most),
        *_labelled(
            "kept", status.kept or "nothing yet", width, most, "green" if status.kept else "dim"
        ),
        ("keys", _keys(width)),
    ]


def _middle(status: PerformanceStatus, table: Mapping[str, Control], width: int) -> Iterator[Line]:
    """The bars and the knobs."""
    values = dict(status.state.controls)
    yield _rule(width)
    yield "names", names(status, width)
    yield from [("grid", Text())] * GRID_ROWS
    yield _rule(width)
    first, *others = knob_rows(values, table, width)
    yield "first knobs", first
    yield from (("knobs", row) for row in others)
    yield from (("words", line) for line in words(values, width))
    some = held(values)
    yield "held" if some else "rule", some


def _head(status: PerformanceStatus, width: int) -> Text:
    state = status.state
    clock, transport = f" by {state.driver} clock", TRANSPORT[state.transport]
    if state.driver == "midi" and state.transport != "stopped":
        clock += f" ±{state.steadiness:.1f} ms"
    if state.driver == "link":
        clock += f", {peers(state.peers)}"
    place = f"{state.place.bar + 1}.{state.place.beat + 1}".rjust(7)
    right = f"{place}   {tempo(state.bpm)}"
    title = _title(status)
    room = width - len(title) - 3 - len(right)
    if len(transport) + 2 + len(clock) > room:
        clock = ""
    if len(transport) + 2 > room:
        transport = transport.partition(":")[0]
    head = Text.assemble((title, "bold cyan"), "   ", (transport, COLOURS[state.transport]))
    head.truncate(max(0, width - len(right) - len(clock) - 1), overflow="ellipsis", pad=True)
    return head.append(" ").append(right, "bold").append(clock)


def _title(status: PerformanceStatus) -> str:
    """Whose bar plays, and who was asked for since."""
    bar, asked = status.state.bar, str(dict(status.state.controls)["style"])
    return status.title if bar is None or bar.style == asked else f"{status.title} → {asked}"


def _keys(width: int) -> Text:
    """As many keys as there is room for, whole ones."""
    line = ""
    for key, does in HELP:
        if len(longer := f"{line}{key} {does}") > width:
            break
        line = f"{longer}  "
    return Text(line, style="dim")


def _all_keys(width: int) -> Iterator[Line]:
    cells = [Text.assemble((f"{key:6}", "bold"), does) for key, does in HELP]
    columns = max(1, min(4, width // KEY_COLUMN))
    deep = -(-len(cells) // columns)
    yield _rule(width)
    for row in range(deep):
        line = Text()
        for cell in cells[row::deep]:
            cell.truncate(KEY_COLUMN, pad=True)
            line.append_text(cell)
        yield "all keys", line
    yield _rule(width)


def _rule(width: int) -> Line:
    return "rule", Text("─" * width, style="dim")


def _labelled(label: str, text: str, width: int, most: int, style: str = "dim") -> Iterator[Line]:
    """A label and words, folded into so many lines at most."""
    pieces = wrap(text, max(1, width - LABEL), break_on_hyphens=False)
    pieces = [*pieces[: most - 1], " ".join(pieces[most - 1 :])] if len(pieces) > most else pieces
    for number, piece in enumerate(pieces):
        yield label, Text.assemble((("" if number else label).ljust(LABEL), style), piece)


def _foot(status: PerformanceStatus, notice: str, width: int) -> Iterator[Line]:
    """How the machine fares, and what went wrong."""
    state, late, drummer = status.state, status.lateness, status.drummer
    counts = dict(state.counts)
    bars = played({source: counts.get(source, 0) for source in BY})
    device = f" on {drummer.device}, {drummer.milliseconds:.0f} ms a bar" if drummer.device else ""
    yield _rule(width)
    for name, text in (
        ("drums", f"{drummer.state}{device}"),
        ("bars", f"{counted(state.ready, 'bar')} ahead   played: {bars}"),
        (
            "late",
            f"median {late.p50:.2f} ms   1 in 100 over {late.p99:.2f}   worst {late.worst:.2f}",
        ),
        ("osc", f"{status.osc}   priority: {status.priority}"),
        ("learn", notice or status.learn),
    ):
        if text:
            yield name, Text.assemble((name.ljust(LABEL), "dim"), text)
    for kind, fault in status.faults:
        colour = "dim" if kind == "hint" else "red"
        yield "fault", Text.assemble((f"! {kind}  ", colour), f"{fault.count}×: {fault.text}")
    if state.complaint:
        yield "fault", Text.assemble(("! refused  ", "yellow"), state.complaint)
