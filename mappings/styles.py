"""The style bank: files that say what a style plays, how it feels and where that is known from.

One file a style. Its patterns are drum tabs (mappings.tabs); what it does not write in a meter
is made from its 4/4 (mappings.meters). Every figure of the feel needs a source.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.controls.table import STYLES_LISTED_BY, table
from engine.errors import ControlError, MappingError
from engine.names import instead, plain
from engine.score.grid import FOUR_FOUR, METERS
from engine.score.notes import Bar, Voice
from engine.score.song_parts import PARTS
from engine.score.style import MARKS, Feel, Source, Style, Swing
from mappings.hallmarks import read_hallmarks
from mappings.meters import in_all_meters
from mappings.style_names import with_own_names
from mappings.style_order import SLOTS as OWN_SLOTS
from mappings.style_order import place_of, placed
from mappings.tabs import read_line
from mappings.yaml_fields import Fields, read_yaml
from mappings.yaml_files import SUFFIXES, built_in

KINDS = ("genre", "drummer", "producer")
ROLES = ("beat", "fill")
FIGURES = ("tempo", "swing", "drift", "spread", "offsets", "ghosts", "density", "patterns")
SOURCED = ("tempo", "swing", "drift", "spread")  # and offsets where there are some
VOICES = tuple(voice.value for voice in Voice)
SLOTS = 16  # sixteenths of a bar of 4/4
_KEYS = (
    *("name", "title", "kind", "text", "tempo", "swing", "feel", "ghosts", "density", "hands"),
    *("aliases", "slot", "mixture", "patterns", "hallmarks", "sources"),
)


def load_styles(folder: Path | None = None, extra: Iterable[Path] = ()) -> dict[str, Style]:
    """The styles of a folder (None: the built-in ones) and of further folders, by their places.

    A style of a later folder takes the place of one of the same name. MappingError for a bad
    file, two names that differ only by underscores, an alias of two styles, two styles in one
    slot, and a mixture of unknown styles.
    """
    folders = [
        {str(path): load_style(path) for path in _style_files(place)}
        for place in (folder or built_in("styles"), *extra)
    ]
    kept = _kept(folders)
    styles = with_own_names([{f: s for f, s in one.items() if f in kept} for one in folders])
    bank = placed(styles)
    for file, style in styles.items():
        for part in style.mixture:
            if part not in bank:
                allowed = instead(part, bank, STYLES_LISTED_BY)
                raise MappingError(f"{file}: mixture: {part!r} is not {allowed}")
    return bank


def style_called(styles: Mapping[str, Style], spelling: str) -> Style:
    """The style of a bank by any of its names; ControlError with the nearest where it has none."""
    row = table(styles)["style"]
    try:
        return styles[str(row.check(spelling))]
    except ControlError as error:
        raise ControlError(f"{error}{row.near(spelling)}") from error


def _kept(folders: Iterable[Mapping[str, Style]]) -> set[str]:
    """The files whose styles no later one has the name of."""
    found: dict[str, tuple[str, Style]] = {}
    for folder in folders:
        for file, style in folder.items():
            known, other = found.get(plain(style.name), (file, style))
            if other.name != style.name:
                has = f"{known} has {other.name!r}"
                raise MappingError(f"{file}: name: {style.name!r} is not free; {has}")
            found[plain(style.name)] = (file, style)
    return {file for file, _ in found.values()}


def _style_files(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        raise MappingError(f"{folder}: is not a folder of style files")
    found = [path for path in folder.iterdir() if path.name.endswith(SUFFIXES)]
    return sorted(found, key=lambda path: path.name)


def load_style(path: Traversable) -> Style:
    """The style of one file; MappingError names the file, the key and what is allowed."""
    top = Fields(str(path), "", read_yaml(path), _KEYS)
    name = top.identifier("name")
    swing = top.under("swing", ("percent", "grid", "written"))
    density = top.rising("density", 2, 0, 100)
    lowest, usual, highest = top.rising("tempo", 3, 20, 300)
    style = Style(
        name=name,
        title=top.text("title"),
        kind=top.choice("kind", KINDS),
        text=" ".join(top.text("text").split()),
        tempo=(lowest, usual, highest),
        swing=swing.number("percent", 50, 75),
        swing_grid=_swing_grid(swing),
        written=_written(swing),
        feel=_feel(top.under("feel", ("drift", "spread", "offsets"))),
        ghosts=top.number("ghosts", 0, 1),
        density=(density[0], density[1]),
        hands=top.flag("hands"),
        mixture=_mixture(top),
        sources=_sources(top),
        place=_place(top, name),
        aliases=_aliases(top),
    )
    _demand_sources(top, style)
    bars = _bars(top, name)
    crashes = any(hit.voice is Voice.CRASH for bar in bars for hit in bar.hits)
    return replace(style, bars=bars, crashes=crashes, hallmarks=read_hallmarks(top, bars))


def _aliases(top: Fields) -> tuple[str, ...]:
    aliases = top.texts("aliases")
    if empty := [alias for alias in aliases if not plain(alias)]:
        raise top.wrong("aliases", empty[0], "a name: it has neither letters nor digits")
    return aliases


def _place(top: Fields, name: str) -> int | None:
    slot = top.whole("slot", 1, OWN_SLOTS) if "slot" in top.values else None
    if slot is not None and place_of(name, None) is not None:
        raise top.wrong("slot", slot, f"of use: {name} has its place among ours")
    return place_of(name, slot)


def _swing_grid(swing: Fields) -> int:
    grid = swing.whole("grid", 8, 16, 16)
    if grid not in (8, 16):
        raise swing.wrong("grid", grid, "8 or 16")
    return grid


def _written(swing: Fields) -> Swing | None:
    """The swing itself, where the score stands at it already."""
    if "written" not in swing.values or not swing.flag("written"):
        return None
    percent = swing.number("percent", 50, 75)
    if percent == 50:
        raise swing.wrong("percent", percent, "above 50, as written: true says that it swings")
    return percent, _swing_grid(swing)


def _feel(fields: Fields) -> Feel:
    return Feel(
        offsets=_offsets(fields.under("offsets", VOICES, {})),
        drift=fields.number("drift", 0, 50),
        spread=fields.number("spread", 0, 50),
    )


def _offsets(fields: Fields) -> dict[Voice, tuple[float, ...]]:
    """Milliseconds a voice: one figure, or one for each sixteenth of a bar of 4/4."""
    rows = {}
    for key, value in fields.values.items():
        figures = value if isinstance(value, list) else [value]
        if len(figures) not in (1, SLOTS):
            allowed = f"one number or {SLOTS}, from -100 to 100 ms"
            raise fields.wrong(key, value, allowed)
        rows[Voice(key)] = tuple(fields.in_range(key, figure, -100, 100) for figure in figures)
    return rows


def _mixture(top: Fields) -> Mapping[str, float]:
    allowed = "weights of trained styles above 0 that sum to 1, or {}"
    value = top.get("mixture", allowed)
    if value == {}:  # plays its own patterns and asks no trained drummer
        return {}
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise top.wrong("mixture", value, allowed)
    weights = {key: top.in_range(f"mixture.{key}", w, 0, 1) for key, w in value.items()}
    if min(weights.values(), default=0.0) <= 0 or not math.isclose(
        sum(weights.values()), 1, abs_tol=1e-6
    ):
        raise top.wrong("mixture", value, allowed)
    return weights


def _sources(top: Fields) -> tuple[Source, ...]:
    """A source may stand for several figures; it is repeated for each."""
    sources = []
    for row in top.rows("sources", ("figure", "mark", "text", "confidence")):
        mark = row.choice("mark", MARKS)
        text = " ".join(row.text("text").split())
        confidence = row.number("confidence", 0, 1)
        for figure in re.split(r",\s*", row.text("figure")):
            if figure not in FIGURES:
                raise row.wrong("figure", figure, "one or more of " + ", ".join(FIGURES))
            sources.append(Source(figure, mark, text, confidence))
    return tuple(sources)


def _demand_sources(top: Fields, style: Style) -> None:
    said = {source.figure for source in style.sources}
    for figure in (*SOURCED, *(("offsets",) if style.feel.offsets else ())):
        if figure not in said:
            raise top.wrong("sources", sorted(said), f"complete: {figure} has no source")


def _bars(top: Fields, style: str) -> tuple[Bar, ...]:
    rows = top.rows("patterns", ("name", "role", "meter", "part", *VOICES))
    bars = [_bar(row, style) for row in rows]
    for fill, role in enumerate(ROLES):
        usual = [bar for bar in bars if bar.meter == FOUR_FOUR and not bar.part]
        if not any(bar.fill == bool(fill) for bar in usual):
            raise top.wrong("patterns", f"without a {role} of 4/4", "enough: one at least")
    return in_all_meters(bars)


def _bar(row: Fields, style: str) -> Bar:
    row.where = f"{row.where} {row.text('name')}"
    role = row.choice("role", ROLES)
    meter = METERS[row.choice("meter", list(METERS), "4/4")]
    hits = []
    for voice in Voice:
        if voice.value in row.values:
            line = row.text(voice.value)
            try:
                hits += read_line(line, voice, meter)
            except ValueError as error:
                raise row.wrong(voice.value, line, f"a line of a tab: {error}") from None
    if not hits:
        raise row.wrong("", dict(row.values), "a pattern: no voice plays; known: " + str(VOICES))
    bar = Bar.of(hits, meter, "template", style, role == "fill")
    return replace(bar, part=_part(row, role))


def _part(row: Fields, role: str) -> str:
    """The part of a song that a beat is written for; "" for all."""
    if "part" not in row.values:
        return ""
    part = row.choice("part", PARTS)
    if role != "beat":
        raise row.wrong("part", part, "there only in a beat: fills are played in all parts")
    return part
