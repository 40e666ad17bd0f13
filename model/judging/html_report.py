"""The scorecard as one page that needs nothing else: a table, bars and curves in inline SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from model.judging.scorecard import HEADINGS, Line, Plot, Row, Scorecard, further_lines

_WIDTH, _HEIGHT = 320, 150  # of a picture, in px
_BAR, _GAP = 12, 4
_LEFT, _ROOM = 52, 190  # px: where bars begin, and how long the longest is
_COLOURS = {"floor": "#9a8f80", "model": "#1f5fa8", "real": "#2c7a3f", "target": "#b3261e"}
_OTHER = "#5b4b8a"
_CSS = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1c1b19; background: #fbfaf7;
  max-width: 74rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } td, th { padding: .2rem .7rem; text-align: left;
  border-bottom: 1px solid #ddd8cc; } td.n { text-align: right;
  white-space: nowrap; }
.MISSED { color: #b3261e; font-weight: 600; } .met { color: #2c7a3f; }
.pictures { display: flex; flex-wrap: wrap; gap: 1.2rem; } figure { margin: 0; width: 320px; }
figcaption { font-weight: 600; } small { color: #5c5850; } svg { font: 11px system-ui; }
"""


def page(card: Scorecard) -> str:
    """The whole page as text."""
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f"<title>Scorecard of the drummer</title><style>{_CSS}</style></head><body>",
            "<h1>Scorecard of the drummer</h1>",
            "<p>Floor: the style's own patterns, varied by the engine without the drummer. "
            "Real: what people played.</p>",
            *_table(card),
            *_bars(card),
            *_pictures(card),
            *_further(card),
            *_made(card),
            "</body></html>\n",
        ]
    )


def _table(card: Scorecard) -> Iterator[str]:
    yield "<table><tr>" + "".join(f"<th>{name}</th>" for name in HEADINGS) + "</tr>"
    for row in card.rows:
        group, name, *figures, verdict = map(escape, row.cells())
        numbers = "".join(f'<td class="n">{figure}</td>' for figure in figures)
        note = f"<br><small>{escape(row.note)}</small>" if row.note else ""
        yield (
            f"<tr><td>{group}</td><td>{name}{note}</td>{numbers}"
            f'<td class="{verdict}">{verdict}</td></tr>'
        )
    yield "</table>"


def _bars(card: Scorecard) -> Iterator[str]:
    yield '<h2>Rows</h2><div class="pictures">'
    for row in card.rows:
        if row.model is not None:
            yield f"<figure><figcaption>{escape(row.name)}</figcaption>{_row(row)}</figure>"
    yield "</div>"


def _row(row: Row) -> str:
    """A bar each for floor, model and real, and a line where the target is."""
    figures = {"floor": row.floor, "model": row.model, "real": row.real}
    known = [abs(f) for f in (*figures.values(), row.target) if f is not None]
    most = max(known) or 1.0
    parts = []
    for number, (name, figure) in enumerate(figures.items()):
        top = number * (_BAR + _GAP) + _GAP
        length = max(0.0, figure or 0.0) / most * _ROOM
        parts.append(_text(0, top + _BAR - 2, name))
        parts.append(
            f'<rect x="{_LEFT}" y="{top}" width="{length:.1f}" height="{_BAR}" '
            f'fill="{_COLOURS[name]}"/>'
        )
        parts.append(_text(_LEFT + length + 5, top + _BAR - 2, row.words(figure)))
    height = 3 * (_BAR + _GAP) + _GAP
    if row.target is not None:
        x = _LEFT + max(0.0, row.target) / most * _ROOM
        parts.append(_stroke([(x, 0), (x, height)], _COLOURS["target"]))
        parts.append(_text(0, height + 11, f"target {row.asked} {row.verdict}", "target"))
    return _svg(parts, height + 16)


def _pictures(card: Scorecard) -> Iterator[str]:
    if card.plots:
        yield '<h2>Pictures</h2><div class="pictures">'
        for plot in card.plots:
            yield f"<figure><figcaption>{escape(plot.title)}</figcaption>{_plot(plot)}</figure>"
        yield "</div>"


def _plot(plot: Plot) -> str:
    """Lines on one scale, or dots about the line of what was wanted; its ends stand below."""
    points = [point for line in plot.lines for point in line.points]
    if not points:
        return ""
    xs, ys = ([point[n] for point in points] for n in (0, 1))
    low, high = (min(xs), min(ys)), (max(xs), max(ys))
    parts = [f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#ddd8cc"/>']
    if plot.dots:  # where both are the same
        ends = [(max(low), max(low)), (min(high), min(high))]
        parts.append(_stroke(_scaled(ends, low, high), _COLOURS["target"]))
    parts += [
        part
        for number, line in enumerate(plot.lines)
        for part in _drawn(_scaled(line.points, low, high), line, number, plot.dots)
    ]
    parts.append(_text(0, _HEIGHT + 12, f"{low[0]:.3g}"))
    parts.append(_text(_WIDTH - 34, _HEIGHT + 12, f"{high[0]:.3g}"))
    return _svg(parts, _HEIGHT + 16)


def _scaled(
    points: Sequence[tuple[float, float]], low: tuple[float, float], high: tuple[float, float]
) -> list[tuple[float, float]]:
    wide, tall = high[0] - low[0] or 1.0, high[1] - low[1] or 1.0
    return [
        ((x - low[0]) / wide * _WIDTH, _HEIGHT - (y - low[1]) / tall * (_HEIGHT - 8))
        for x, y in points
    ]


def _drawn(
    points: Sequence[tuple[float, float]], line: Line, number: int, dots: bool
) -> Iterator[str]:
    colour = _COLOURS.get(line.name, _OTHER)
    if dots:
        for x, y in points:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.7" fill="{colour}" opacity=".6"/>'
    else:
        yield _stroke(points, colour)
    yield _text(_WIDTH - 60, 12 + 13 * number, line.name, line.name)


def _stroke(points: Sequence[tuple[float, float]], colour: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>'


def _text(x: float, y: float, words: str, name: str = "") -> str:
    colour = _COLOURS.get(name, _OTHER if name else "#1c1b19")
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{escape(words)}</text>'


def _svg(parts: Sequence[str], height: int) -> str:
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    return f"<svg {size} role='img'>{''.join(parts)}</svg>"


def _further(card: Scorecard) -> Iterator[str]:
    if card.further:
        yield "<h2>Further figures</h2><ul>"
        yield from (f"<li>{escape(line)}</li>" for line in further_lines(card.further))
        yield "</ul>"


def _made(card: Scorecard) -> Iterator[str]:
    yield "<h2>From what</h2><ul>"
    yield from (f"<li>{escape(f'{key}: {value}')}</li>" for key, value in card.made.items())
    yield "</ul>"
