"""`drumigen replay`: a take played again, note for note; nothing is composed.

Pauses between a stop and the next start are left out.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine.score.drum_tab import LABEL, rows
from engine.score.grid import TICKS_PER_BEAT
from engine.score.notes import Bar
from engine.takes.clip import clip_of
from engine.takes.take import Taken
from live.config import Config
from live.midi.ports import Ports
from live.system.priority import raise_priority
from live.takes.destinations import Delivery
from live.takes.header import TakeHeader
from live.takes.listing import opened, titles_of
from live.takes.to_bars import to_bars

PAUSE = 0.25  # seconds between two bars that are a pause
GATE = 0.1  # seconds a note is held
LEAD = 0.2  # seconds before the first message
SILENT = "no MIDI system: nothing is heard; -o FILE.mid writes it instead"
ANYBODY = 1.0  # seconds for somebody to be there who listens


@dataclass(frozen=True, slots=True)
class Due:
    """A message and when it is due, seconds from the beginning; `bar` is its place in the take."""

    at: float
    message: bytes
    bar: int


def messages(bars: Sequence[Taken], channel: int) -> list[Due]:
    """All notes of bars on a channel 1..16 in order, each let go before it is struck again."""
    on, off = 0x90 + channel - 1, 0x80 + channel - 1
    struck: list[Due] = []
    for number, (bar, shift) in enumerate(zip(bars, _shifts(bars), strict=True)):
        for note in bar.notes:
            at = max(0.0, note.at - shift)
            struck.append(Due(at, bytes((on, note.note, note.velocity)), number))
    struck.sort(key=lambda due: due.at)
    out: list[Due] = []
    following: dict[int, float] = {}
    for due in reversed(struck):
        key = due.message[1]
        end = min(due.at + GATE, following.get(key, due.at + GATE))
        following[key] = due.at
        out += (Due(end, bytes((off, key, 64)), due.bar), due)
    out.reverse()
    # Of one moment the releases first, then as they were sent.
    return sorted(out, key=lambda due: (due.at, due.message[0] == on))


def _shifts(bars: Sequence[Taken]) -> Iterator[float]:
    """What is to be taken off the seconds of each bar: the beginning, and pauses."""
    shift, end = 0.0, None
    for bar in bars:
        per_tick = 60.0 / (bar.begun.bpm * TICKS_PER_BEAT)
        begin = bar.begun.at + bar.begun.entered * per_tick
        if end is None or abs(begin - end) > PAUSE:
            shift += begin - (end if end is not None else 0.0)
        yield shift
        last = bar.begun.meter.bar_ticks if bar.left is None else bar.left
        end = bar.begun.at + last * per_tick


def replay_take(
    config: Config, name: str | None, numbers: range | None, to: Delivery | None
) -> int:
    """Play a take's bars through the ports, or deliver all of them as one clip."""
    reader, bars = opened(config, name, numbers)
    if to is not None:
        clip = clip_of(bars, edge=config.clips.early, titles=titles_of(config))
        print(to.deliver(clip))
        return 0
    return _perform(config, reader.header, bars)


def _perform(config: Config, header: TakeHeader, bars: Sequence[Taken]) -> int:
    """Say each bar as it plays; Ctrl-C ends it."""
    ports = Ports(lambda *_: None, outputs=config.outputs, virtual=config.virtual)
    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, lambda *_: stop.set())
    ports.open()
    status = ports.status()
    print(f"midi     {status.system or SILENT}", flush=True)
    raise_priority()
    if status.system:
        stop.wait(ANYBODY)
    shown = to_bars(bars, header.voices)
    due = messages(bars, header.channel)
    try:
        play(due, ports.send, stop, lambda number: _say(number, shown[number]), ports.hand_over)
    finally:
        for message in {bytes((d.message[0] & 0x8F, d.message[1], 64)) for d in due}:
            ports.send(message)
        ports.close()
    return 0


def play(
    due: Sequence[Due],
    send: Callable[[bytes, float], None],
    stop: threading.Event,
    begin: Callable[[int], None],
    hand_over: Callable[[float], float],
    now: Callable[[], float] = time.perf_counter,
) -> None:
    """Hand each message over before its moment, until the end or `stop`.

    `hand_over(at)` says when that is; `begin` is told of every bar.
    """
    start, bar = now() + LEAD, -1
    for one in due:
        at = start + one.at
        if stop.wait(max(0.0, hand_over(at) - now())):
            return
        send(one.message, at)
        if one.bar > bar:
            bar = one.bar
            begin(bar)


def _say(number: int, bar: Bar) -> None:
    lines = "  ".join(f"{LABEL[voice]} {line}" for voice, line in rows([bar]).items())
    print(f"{number + 1:4d} {bar.style:14} {lines}", flush=True)
