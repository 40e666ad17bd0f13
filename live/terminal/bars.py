"""The bar that plays and the next, as the screen draws them."""

from __future__ import annotations

from rich.text import Text

from engine.playing.state import State
from engine.score.drum_tab import LABEL, ROWS, rows
from engine.score.grid import TICKS_PER_SIXTEENTH, Meter
from engine.score.notes import Bar, Voice
from live.conductor.status import PerformanceStatus
from mappings.plain_words import by

SHADES = {"X": "bold bright_white", "x": "bold green", "o": "green", "g": "dim green"}
GRID_ROWS = 7  # kept free for the grid, so that the page does not jump from bar to bar
NAME = 34  # columns for who made a bar
GAP = 2  # columns between two bars
# Which voices are shown where not all fit: what carries a groove first.
WEIGHT = (
    Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT, Voice.RIDE, Voice.OPEN_HAT, Voice.SIDE_STICK,
    Voice.CLAP, Voice.CRASH, Voice.RIDE_BELL, Voice.PERCUSSION, Voice.LOW_TOM, Voice.MID_TOM,
    Voice.HIGH_TOM, Voice.PEDAL_HAT,
)  # fmt: skip


def names(status: PerformanceStatus, width: int) -> Text:
    """By whom the bars are."""
    state = status.state
    now, following = _name("now", state.bar), _name("next", state.next_bar)
    if state.coming:
        following.append(f"  {state.coming} comes", "bold yellow")
    column, _ = _columns(_longest(state), width)
    now.truncate(max(column, len(now)), pad=True)
    return now.append(" " * GAP).append_text(following)


def grid_rows(status: PerformanceStatus, most: int, width: int) -> list[Text]:
    """Exactly `most` rows of voices, the bars side by side where they fit."""
    state = status.state
    bars = [bar for bar in (state.bar, state.next_bar) if bar]
    voices = shown_voices(bars, most)
    column, spaced = _columns(_longest(state), width)
    step = _step(status) if state.bar else -1
    lines = []
    for voice in voices:
        line = Text.assemble((f"{LABEL[voice]}  ", "dim"))
        line.append_text(_row(state.bar, voice, state.meter, step, spaced=spaced))
        if column:
            line.truncate(column, pad=True)
            line.append(" " * GAP).append(f"{LABEL[voice]}  ", "dim")
            line.append_text(_row(state.next_bar, voice, state.meter, -1, spaced=spaced))
        lines.append(line)
    return lines + [Text() for _ in range(most - len(lines))]


def shown_voices(bars: list[Bar], most: int) -> list[Voice]:
    """The voices struck in the bars, at most so many, cymbals above and drums below."""
    struck = {hit.voice for bar in bars for hit in bar.hits}
    chosen = [voice for voice in WEIGHT if voice in struck][:most]
    return [voice for voice in ROWS if voice in chosen]


def _longest(state: State) -> Meter:
    """The meter that the wider of the bars is in."""
    meters = [state.meter, *(bar.meter for bar in (state.bar, state.next_bar) if bar)]
    return max(meters, key=lambda meter: meter.steps)


def _columns(meter: Meter, width: int) -> tuple[int, bool]:
    """Columns of each of two bars (0: there is room for one), and whether steps are spaced."""
    beats = meter.steps * TICKS_PER_SIXTEENTH // meter.pulse_ticks
    narrow, wide = 4 + meter.steps + beats, 4 + 2 * meter.steps + beats
    for grid, spaced in ((wide, True), (narrow, False)):
        column = max(grid, NAME)
        if column + GAP + max(grid, NAME) <= width:
            return column, spaced
    return 0, wide <= width


def _name(which: str, bar: Bar | None) -> Text:
    if bar is None:
        return Text(f"{which}  -", style="dim")
    fill = "  FILL" if bar.fill else ""
    style = "yellow" if bar.source == "fallback" else "cyan"
    return Text.assemble((f"{which}  ", "dim"), (by(bar.source), style), (fill, "bold magenta"))


def _step(status: PerformanceStatus) -> int:
    place, meter = status.state.place, status.state.meter
    return (place.beat * meter.pulse_ticks + place.tick) // TICKS_PER_SIXTEENTH


def _row(bar: Bar | None, voice: Voice, meter: Meter, step: int, *, spaced: bool) -> Text:
    """A voice of a bar: brightness is velocity, the column of the playhead is marked."""
    meter = bar.meter if bar else meter
    text, pulse = Text(), meter.pulse_ticks // TICKS_PER_SIXTEENTH
    line = (rows([bar]) if bar else {}).get(voice, "").strip("|") or "." * meter.steps
    for column, letter in enumerate(line):
        shade = SHADES.get(letter, "dim")
        text.append(
            "·" if letter == "." else letter,
            style=f"{shade} on grey30" if column == step else shade,
        )
        text.append(" " * (spaced + (column % pulse == pulse - 1)))
    return text
