"""`drumigen takes`: what was played, listed, shown and exported."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, pstdev

from rich.console import Console
from rich.table import Table

from engine.errors import DeliveryError, TakeError
from engine.score.drum_tab import tab
from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Voice
from engine.takes.clip import clip_of
from engine.takes.take import Taken
from live.config import Clips, Config
from live.output_file import OutputFile
from live.takes.destinations import Destination, destinations, one_file
from live.takes.folder import chosen, found, take_folder
from live.takes.reader import SUFFIX, TakeFile, read_take
from live.takes.to_bars import to_bars
from mappings.styles import load_styles

NEWEST = 20  # takes listed; an hour of playing takes a third of a second to read
SHOWN = 8  # bars shown, the last
_NUMBER = re.compile(r"[0-9]{1,9}")


# ---- list
def list_takes(config: Config, *, everything: bool) -> int:
    """A line a take, the newest last."""
    folder = take_folder(config.takes)
    paths = found(folder)
    shown = paths if everything else paths[-NEWEST:]
    out = Table("take", "length", "bars", "notes", "BPM", "styles", "", box=None)
    for path in shown:
        try:
            out.add_row(path.name.removesuffix(SUFFIX), *summary(read_take(path)))
        except TakeError as error:
            print(f"drumigen: {error}", file=sys.stderr)
    Console(width=None if sys.stdout.isatty() else 120).print(out)
    print(f"{len(shown)} of {len(paths)} takes in {folder}")
    return 0


def summary(reading: TakeFile) -> tuple[str, ...]:
    """Length, bars, notes, BPM, styles and damage of a take, in words."""
    bars = reading.bars
    if not bars:
        return "0:00", "0", "0", "", "", _damage(reading)
    minutes, seconds = divmod(round(_seconds(bars)), 60)
    tempos = [bar.begun.bpm for bar in bars]
    low, high = f"{min(tempos):.0f}", f"{max(tempos):.0f}"
    styles = Counter(bar.begun.style for bar in bars)
    return (
        f"{minutes}:{seconds:02d}",
        str(len(bars)),
        str(sum(len(bar.notes) for bar in bars)),
        low if low == high else f"{low}-{high}",
        ", ".join(name for name, _ in styles.most_common(3)),
        _damage(reading),
    )


def _seconds(bars: Sequence[Taken]) -> float:
    """How long the drummer played, pauses left out."""
    return sum(
        (bar.begun.meter.bar_ticks if bar.left is None else bar.left) * 60.0
        / (bar.begun.bpm * TICKS_PER_BEAT)
        for bar in bars
    )  # fmt: skip


def _damage(reading: TakeFile) -> str:
    return f"{reading.damaged} lines could not be read" if reading.damaged else ""


# ---- show
def show_take(config: Config, name: str | None, numbers: range | None) -> int:
    """Statistics and the tab of a take."""
    path, reading, bars = opened(config, name)
    print(f"{path}\nbegan {reading.header.began}, seed {reading.header.seed}")
    labels = ("length", "bars", "notes", "BPM", "styles", "")
    print("   ".join(f"{a} {b}".strip() for a, b in zip(labels, summary(reading), strict=True)))
    print("\n" + "\n".join(_statistics(reading, bars)))
    last = range(max(1, len(bars) - SHOWN + 1), len(bars) + 1)
    first, some = some_of(path, bars, numbers or last)
    drawn = to_bars(some, reading.header.voices)
    for start in range(0, len(drawn), 4):
        print(f"\nbar {first + start}\n{tab(drawn[start : start + 4])}")
    return 0


def _statistics(reading: TakeFile, bars: Sequence[Taken]) -> Iterator[str]:
    by = Counter(bar.begun.source for bar in bars)
    fills = sum(bar.begun.fill for bar in bars)
    cut = sum(not bar.whole for bar in bars)
    yield "by " + ", ".join(f"{source} {count}" for source, count in by.most_common())
    yield f"fills: {fills}; cut by a start, stop or jump: {cut}"
    lates = defaultdict(list)
    forces = defaultdict(list)
    names = {note: voice for voice, note in reading.header.kit.items()}
    for bar in bars:
        per_tick = 60_000.0 / (bar.begun.bpm * TICKS_PER_BEAT)
        for note in bar.notes:
            voice = names.get(note.note, f"note {note.note}")
            lates[voice].append((note.tick - note.score) * per_tick)
            forces[voice].append(note.velocity)
    yield f"{'voice':14}{'notes':>7}{'velocity':>10}{'late ms':>9}{'spread':>8}"
    for voice, late in sorted(lates.items(), key=lambda item: -len(item[1])):
        figures = f"{fmean(forces[voice]):10.0f}{fmean(late):9.1f}{pstdev(late):8.1f}"
        yield f"{voice:14}{len(late):7d}{figures}"


# ---- export
@dataclass(frozen=True, slots=True)
class ExportOptions:
    """One .mid (`straight`: without feel, `voices`: a track each), or only into Live, or as set."""

    output: OutputFile | None = None
    straight: bool = False
    voices: bool = False
    live: bool = False

    def destinations_of(self, clips: Clips, kit: Mapping[Voice, int]) -> list[Destination]:
        """Where a clip goes; what stands in the settings is for files."""
        if self.output is not None:
            return [one_file(self.output, kit if self.voices else {}, straight=self.straight)]
        return destinations(
            replace(clips, files=() if self.live else clips.files, live=self.live), kit
        )


def export_take(
    config: Config, name: str | None, numbers: range | None, wish: ExportOptions
) -> int:
    """Bars of a take as a clip, on all ways; 1 where one of them failed."""
    path, reading, bars = opened(config, name)
    whole = whole_of(path, bars, numbers)
    edge, titles = config.clips.early, titles_of(config)
    failed = 0
    for way in wish.destinations_of(config.clips, reading.header.notes):
        clip = clip_of(whole, straight=way.straight, edge=edge, titles=titles)
        try:
            print(way.delivery.deliver(clip))
        except DeliveryError as error:
            print(f"drumigen: {error}", file=sys.stderr)
            failed = 1
    return failed


def whole_of(path: Path, bars: Sequence[Taken], numbers: range | None) -> list[Taken]:
    """The whole bars among those of these numbers; the others are left out, and it is said."""
    _, some = some_of(path, bars, numbers or range(1, len(bars) + 1))
    whole = [bar for bar in some if bar.whole]
    if not whole:
        raise TakeError(f"{path}: no whole bar was played there")
    if len(whole) < len(some):
        cut = len(some) - len(whole)
        print(f"left out, cut by a start, stop or jump: {cut} bar{'s' if cut > 1 else ''}")
    return whole


def titles_of(config: Config) -> dict[str, str]:
    """The titles of all styles by their names, for the names of clips; MappingError."""
    styles = load_styles(extra=[Path(folder) for folder in config.styles])
    return {name: style.title for name, style in styles.items()}


def opened(config: Config, name: str | None) -> tuple[Path, TakeFile, tuple[Taken, ...]]:
    path = chosen(take_folder(config.takes), name)
    reading = read_take(path)
    bars = reading.bars
    if not bars:
        raise TakeError(f"{path}: nothing was played in it")
    if reading.damaged:
        print(f"drumigen: {path}: {_damage(reading)}", file=sys.stderr)
    return path, reading, bars


def some_of(path: Path, bars: Sequence[Taken], numbers: range) -> tuple[int, Sequence[Taken]]:
    """The bars of these numbers, counted from 1 in playing order, and the first number."""
    if not 1 <= numbers.start < numbers.stop <= len(bars) + 1:
        wanted = f"{numbers.start}-{numbers.stop - 1}"
        raise TakeError(f"{path}: --bars: {wanted} is not within its bars, 1-{len(bars)}")
    return numbers.start, bars[numbers.start - 1 : numbers.stop - 1]


def numbers_of(words: str | None) -> range | None:
    """Bars by their numbers: "9" or "9-16"; TakeError for anything else."""
    if words is None:
        return None
    first, dash, last = words.partition("-")
    if not _NUMBER.fullmatch(first.strip()) or (dash and not _NUMBER.fullmatch(last.strip())):
        raise TakeError(f"--bars: {words!r} is not a bar or bars such as 9 or 9-16")
    begin, end = int(first), int(last or first)
    if not 1 <= begin <= end:
        raise TakeError(f"--bars: {words!r} is not in order, counted from 1, such as 9-16")
    return range(begin, end + 1)
