"""`drumigen takes`: what was played, listed, shown and exported."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.errors import DeliveryError, TakeError
from engine.score.drum_tab import tab
from engine.score.notes import Voice
from engine.takes.clip import clip_of
from engine.takes.take import Taken
from live.config import Clips, Config
from live.output_file import OutputFile
from live.takes.destinations import Destination, destinations, one_file
from live.takes.folder import chosen_of, found, name_of, take_folders
from live.takes.labels import label_of
from live.takes.reader import BarsOf, TakeReader
from live.takes.selection import Selection, selected
from live.takes.statistics import Statistics
from live.takes.summary import TakeSummary, damage, summary_of
from live.takes.to_bars import to_bars
from mappings.styles import load_styles

NEWEST = 20  # takes listed; an hour of playing takes a third of a second to read
SHOWN = 8  # bars shown, the last


# ---- list
def list_takes(config: Config, *, everything: bool) -> int:
    """A line a take, the newest last."""
    folders = take_folders(config.takes)
    paths = found(*folders)
    shown = paths if everything else paths[-NEWEST:]
    out = Table("", "take", "name", "length", "bars", "notes", "BPM", "styles", "", box=None)
    for path in shown:
        try:
            words = summary_of(path).words()
        except TakeError as error:
            print(f"drumigen: {error}", file=sys.stderr)
        else:
            label = label_of(path)
            star = "★" if label.starred else ""
            out.add_row(star, Text(name_of(path)), Text(label.name), *map(Text, words))
    Console(width=None if sys.stdout.isatty() else 120).print(out)
    print(f"{len(shown)} of {len(paths)} takes in {folders[0]}")
    for folder in folders[1:]:
        if elsewhere := found(folder):
            print(f"{len(elsewhere)} of them in {folder}, when that folder took none")
    return 0


# ---- show
def show_take(config: Config, name: str | None, numbers: range | None) -> int:
    """Statistics and the tab of a take."""
    path = chosen_of(config.takes, name)
    reader = TakeReader(path)
    summary, statistics = TakeSummary(reader.header), Statistics(reader.header.voices)
    selection, bars = Selection(path, numbers, SHOWN), BarsOf(path)

    def count(complete: Sequence[Taken]) -> None:
        for bar in complete:
            statistics.add(bar)
            selection.add(bar)

    for entry in reader:
        summary.add(entry)
        count(bars.add(entry))
    count(bars.rest())
    summary.end(reader.damaged)
    first, some = selection.bars()
    say_damage(reader)
    print(f"{path}\nbegan {reader.header.began}, seed {reader.header.seed}")
    labels = ("length", "bars", "notes", "BPM", "styles", "")
    print("   ".join(f"{a} {b}".strip() for a, b in zip(labels, summary.words(), strict=True)))
    print("\n" + "\n".join(statistics.lines()))
    drawn = to_bars(some, reader.header.voices)
    for start in range(0, len(drawn), 4):
        print(f"\nbar {first + start}\n{tab(drawn[start : start + 4])}")
    return 0


def say_damage(reader: TakeReader) -> None:
    """Lines of it that could not be read, on standard error."""
    if reader.damaged:
        print(f"drumigen: {reader.path}: {damage(reader.damaged)}", file=sys.stderr)


# ---- export
@dataclass(frozen=True, slots=True)
class ExportOptions:
    """One .mid (`straight`: without feel, `voices`: a track each), or only into Live, or as set."""

    output: OutputFile | None = None
    straight: bool = False
    voices: bool = False
    live: bool = False

    def destinations_of(self, clips: Clips, voices: Mapping[int, Voice]) -> list[Destination]:
        """Where a clip goes; what stands in the settings is for files."""
        if self.output is not None:
            return [one_file(self.output, voices if self.voices else {}, straight=self.straight)]
        return destinations(
            replace(clips, files=() if self.live else clips.files, live=self.live), voices
        )


def export_take(
    config: Config, name: str | None, numbers: range | None, wish: ExportOptions
) -> int:
    """Bars of a take as a clip, on all ways; 1 where one of them failed."""
    reader, bars = opened(config, name, numbers)
    whole = whole_of(reader.path, bars)
    edge, titles = config.clips.early, titles_of(config)
    failed = 0
    for way in wish.destinations_of(config.clips, reader.header.voices):
        clip = clip_of(whole, straight=way.straight, edge=edge, titles=titles)
        try:
            print(way.delivery.deliver(clip))
        except DeliveryError as error:
            print(f"drumigen: {error}", file=sys.stderr)
            failed = 1
    return failed


def whole_of(path: Path, bars: Sequence[Taken]) -> list[Taken]:
    """The whole bars among some; the others are left out, and it is said."""
    whole = [bar for bar in bars if bar.whole]
    if not whole:
        raise TakeError(f"{path}: no whole bar was played there")
    if len(whole) < len(bars):
        cut = len(bars) - len(whole)
        print(f"left out, cut by a start, stop or jump: {cut} bar{'s' if cut > 1 else ''}")
    return whole


def titles_of(config: Config) -> dict[str, str]:
    """The titles of all styles by their names, for the names of clips; MappingError."""
    styles = load_styles(extra=[Path(folder) for folder in config.styles])
    return {name: style.title for name, style in styles.items()}


def opened(
    config: Config, name: str | None, numbers: range | None
) -> tuple[TakeReader, tuple[Taken, ...]]:
    """A take and its bars of these numbers; what of it could not be read is said."""
    reader = TakeReader(chosen_of(config.takes, name))
    bars = selected(reader, numbers)
    say_damage(reader)
    return reader, bars


def numbers_of(words: str | None) -> range | None:
    """Bars by their numbers: "9" or "9-16"; TakeError for anything else."""
    if words is None:
        return None
    first, dash, last = words.partition("-")
    if not _is_number(first) or (dash and not _is_number(last)):
        raise TakeError(f"--bars: {words!r:.40} is not a bar or bars such as 9 or 9-16")
    begin, end = int(first), int(last or first)
    if not 1 <= begin <= end:
        raise TakeError(f"--bars: {words!r} is not in order, counted from 1, such as 9-16")
    return range(begin, end + 1)


def _is_number(word: str) -> bool:
    return word.isascii() and word.strip().isdecimal() and len(word) < 10
