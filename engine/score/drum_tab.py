"""A bar as a drum tab: a row a voice, a column a step, for eyes that listen.

Velocity is the letter: X from 112, x from 80, o from 50, g (ghost) under it. Hits between
the steps stand in the nearest one.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Bar, Hit, Voice

LABEL = {
    Voice.KICK: "BD",
    Voice.SNARE: "SD",
    Voice.SIDE_STICK: "SS",
    Voice.CLAP: "CP",
    Voice.CLOSED_HAT: "HH",
    Voice.PEDAL_HAT: "HF",
    Voice.OPEN_HAT: "OH",
    Voice.LOW_TOM: "LT",
    Voice.MID_TOM: "MT",
    Voice.HIGH_TOM: "HT",
    Voice.CRASH: "CR",
    Voice.RIDE: "RD",
    Voice.RIDE_BELL: "RB",
    Voice.PERCUSSION: "PC",
}
# Cymbals above, drums below, as a score has them.
ROWS = (
    Voice.CRASH,
    Voice.RIDE,
    Voice.RIDE_BELL,
    Voice.OPEN_HAT,
    Voice.CLOSED_HAT,
    Voice.PERCUSSION,
    Voice.CLAP,
    Voice.HIGH_TOM,
    Voice.MID_TOM,
    Voice.LOW_TOM,
    Voice.SIDE_STICK,
    Voice.SNARE,
    Voice.KICK,
    Voice.PEDAL_HAT,
)


def letter(velocity: int) -> str:
    """X, x, o or g by velocity 1..127."""
    return "X" if velocity >= 112 else "x" if velocity >= 80 else "o" if velocity >= 50 else "g"


def rows(bars: Sequence[Bar], steps_per_beat: int = 4) -> dict[Voice, str]:
    """The tab rows of bars side by side, voices that play only; bar lines are "|"."""
    used = {hit.voice for bar in bars for hit in bar.hits}
    lines = {voice: "|" for voice in ROWS if voice in used}
    for bar in bars:
        for voice in lines:
            lines[voice] += _row(bar, voice, steps_per_beat) + "|"
    return lines


def _row(bar: Bar, voice: Voice, steps_per_beat: int) -> str:
    step_ticks = TICKS_PER_BEAT // steps_per_beat
    steps = bar.meter.bar_ticks // step_ticks
    loudest: dict[int, Hit] = {}
    for hit in bar.hits:
        if hit.voice is voice:
            step = min(steps - 1, round(hit.tick / step_ticks))
            known = loudest.get(step)
            if known is None or hit.velocity > known.velocity:
                loudest[step] = hit
    return "".join(letter(loudest[i].velocity) if i in loudest else "." for i in range(steps))


def tab(bars: Sequence[Bar], steps_per_beat: int = 4) -> str:
    """Bars side by side as text."""
    lines = rows(bars, steps_per_beat)
    return "\n".join(f"{LABEL[voice]} {line}" for voice, line in lines.items())


def steps(bars: Sequence[Bar]) -> int:
    """Steps a beat on which bars stand best: 4, or 3 where they are triplets."""
    return min((4, 3), key=lambda count: sum(_off(hit.tick, count) for b in bars for hit in b.hits))


def _off(tick: int, steps_per_beat: int) -> int:
    """Ticks to the nearest step."""
    step_ticks = TICKS_PER_BEAT // steps_per_beat
    beyond = tick % step_ticks
    return min(beyond, step_ticks - beyond)


def legend(bars: Sequence[Bar]) -> str:
    """What the signs of a tab of these bars mean, in a line."""
    used = {hit.voice for bar in bars for hit in bar.hits}
    voices = (f"{LABEL[voice]} {voice.value.replace('_', ' ')}" for voice in ROWS if voice in used)
    return f"X accent, x full, o medium, g ghost; {', '.join(voices)}"
