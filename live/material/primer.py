"""What was played once, given back to the drummer: to go on from, or to vary.

Tempo and meter are taken over, and the knobs start where its bars stand; those that the user
sets himself stay where he sets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.bars.given import Given
from engine.controls.control import Control, Kind, Value
from engine.controls.snapshots import LEFT_OUT
from engine.controls.table import table
from engine.errors import ControlError
from engine.feel.swing import pair_ticks, written_beats
from engine.playing.setup import Setup
from engine.score.grid import FOUR_FOUR, TICKS_PER_BEAT, Meter
from engine.score.notes import Bar
from engine.score.style import Style
from live.config import Config
from live.takes.folder import chosen_of
from live.takes.header import SUFFIX
from live.takes.reader import TakeReader
from live.takes.selection import selected

_SWING_MEANT = 4.0  # % off the style's own swing from where it is the file's, and no feel
_SWING = (50.0, 75.0)  # the ends of the knob
LIVE = "live:"  # what the name of a clip in the open set begins with
_USUAL: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Primer:
    """Bars that follow one another, their tempo, and notes of the file that no voice plays.

    `said` is what the user should know of it, a line each.
    """

    bars: tuple[Bar, ...]
    bpm: float
    meter: Meter = FOUR_FOUR
    left_out: tuple[int, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrimerSource:
    """What to go on from or, with `vary`, to vary.

    `name` as live.material.primer_sources.primer_of has it: a file, a take or a clip in Live.
    `track` and `channel` say what of a file is the drums, as model.midi_files.drum_parts has it.
    """

    name: str
    vary: bool = False
    track: str | None = None
    channel: int | None = None


def is_midi_file(name: str) -> bool:
    """Whether the name of a source is a .mid's: no take, no clip of the set."""
    return not name.startswith(LIVE) and not name.endswith(SUFFIX)


def resumed(config: Config, name: str) -> tuple[Config, PrimerSource]:
    """A performance that begins where a take ended: its knobs, seed, tempo, meter, last bars.

    `name` as live.takes.folder.chosen_of has it; TakeError. What belongs to the room stays as it
    is, and what no control takes any more is left out.
    """
    path = chosen_of(config.takes, name)
    reader = TakeReader(path)
    (last,) = selected(reader, None, 1)
    style = str(last.controls.get("style", last.begun.style))
    rows = table((style, str(last.controls.get("style_b", style))))
    controls = {
        control: value
        for control, value in last.controls.items()
        if control not in LEFT_OUT and _is_taken(rows.get(control), value)
    }
    controls.pop("style", None)
    if "swing_kick" not in last.controls and controls.get("swing") == 50:
        del controls["swing"]  # from when 50 was jazz's own, its triplets being written
    controls.pop("meter", None)  # that of its last bars
    said = {f"controls.{name}": f"{path}: {name}" for name in controls}
    state = replace(
        config,
        style=style,
        bpm=_tempo(last.begun.bpm),
        seed=reader.header.seed,
        controls={**config.controls, **controls},
        origins={**config.origins, **said, "style": f"{path}: style"},
    )
    return state, PrimerSource(str(path))


def _is_taken(row: Control | None, value: Value) -> bool:
    """Whether a control can stand at a value that a take says."""
    if row is None or row.kind is Kind.TRIGGER:
        return False
    try:
        row.check(value)
    except ControlError:
        return False
    return True


def _tempo(bpm: float) -> float:
    """As near as our own clock plays it; files count microseconds a beat."""
    return min(300.0, max(20.0, round(bpm, 3)))


def fitted(config: Config, primer: Primer) -> Config:
    """The performance at the tempo of the primer, unless it has one, and in its meter."""
    return replace(config, bpm=config.bpm or _tempo(primer.bpm), meter=str(primer.meter))


def primed(
    setup: Setup,
    primer: Primer,
    *,
    vary: bool = False,
    knobs: Mapping[str, float] = _USUAL,
) -> Setup:
    """The setup of a performance that goes on from primer, or varies it.

    `knobs` are where density, complexity, intensity and ghosts stand in the primer, 0..1.
    """
    style = setup.styles[str(setup.controls["style"])]
    start: dict[str, Value] = {"style": style.name}
    start |= {name: value for name, value in knobs.items() if name != "ghosts"}
    if "ghosts" in knobs:
        start["ghost"] = 2.0 * knobs["ghosts"]
    start["swing"] = swing_of(primer.bars, style)
    if vary:
        start["fill_every"] = "off"  # its own fills are in their places
    return replace(setup, controls=start | dict(setup.controls), given=Given(primer.bars, vary))


def _seconds(bar: Bar, style: Style, pair: int) -> list[int]:
    """Where in their pair the second notes of pairs are played, in ticks."""
    beats = written_beats(bar, style.written)
    let = round(pair * style.swing / 100.0)
    return [
        hit.tick % pair + hit.offset
        for hit in bar.hits
        if hit.tick % pair == (let if hit.tick // TICKS_PER_BEAT in beats else pair // 2)
    ]


def swing_of(bars: tuple[Bar, ...], style: Style) -> float:
    """The swing that bars are played with, %, on the grid of the style.

    The style's own, if it is near: then what is left is feel, which its drummer plays already.
    """
    pair = pair_ticks(style.swing_grid)
    on, seconds = [], []
    for bar in bars:
        on += [hit.offset for hit in bar.hits if hit.tick % pair == 0]
        seconds += _seconds(bar, style, pair)
    if not seconds or not on:
        return style.swing
    found = 100.0 * (sum(seconds) / len(seconds) - sum(on) / len(on)) / pair
    low, high = _SWING
    return min(high, max(low, found)) if abs(found - style.swing) >= _SWING_MEANT else style.swing
