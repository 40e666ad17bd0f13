"""The form of a song as it is typed: "intro 4, verse 16, chorus 8"."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import ConfigError
from engine.names import hint, plain
from engine.score.song_parts import PARTS, Plan
from engine.takes.take import Taken

LONGEST = 1000  # bars of a song
EXAMPLE = '"intro 4, verse 16, chorus 8"'


def song_form(text: str) -> Plan:
    """The parts in order with their bars; ConfigError for what is none."""
    plan = tuple(_section(section.strip()) for section in text.split(","))
    bars = sum(bars for _, bars in plan)
    if bars > LONGEST:
        raise ConfigError(f"--song: {bars} bars are more than {LONGEST}")
    return plan


def part_named(option: str, name: str) -> str:
    """The part of a name however it is spelt; ConfigError with the nearest."""
    for part in PARTS:
        if plain(part) == plain(name):
            return part
    allowed = f"one of {', '.join(PARTS)}{hint(name, PARTS)}"
    raise ConfigError(f"{option}: {name!r} is not {allowed}")


def _section(text: str) -> tuple[str, int]:
    name, _, bars = text.rpartition(" ")
    if not name:
        raise ConfigError(f"--song: {text!r} is not a part and its bars, such as {EXAMPLE}")
    part = part_named("--song", name.strip())
    if not (bars.isascii() and bars.isdigit()) or not 1 <= int(bars[:9]) <= LONGEST:
        raise ConfigError(f"--song: {part}: {bars!r} is not a whole number from 1 to {LONGEST}")
    return part, int(bars)


def sections(plan: Plan, taken: Sequence[Taken]) -> list[tuple[Taken, ...]]:
    """The bars of each part, of all that were played."""
    found, start = [], 0
    for _, bars in plan:
        found.append(tuple(taken[start : start + bars]))
        start += bars
    return found


def markers(plan: Plan, taken: Sequence[Taken]) -> tuple[tuple[int, str], ...]:
    """Where each part begins, in ticks from the first bar, and its name for people."""
    found, tick = [], 0
    for (part, _), bars in zip(plan, sections(plan, taken), strict=True):
        found.append((tick, part.replace("_", " ")))
        tick += sum(bar.begun.meter.bar_ticks for bar in bars)
    return tuple(found)


def part_names(plan: Plan) -> list[str]:
    """What the file of each part is called after the take's name: "02_verse"."""
    return [f"{number:02d}_{part}" for number, (part, _) in enumerate(plan, 1)]
