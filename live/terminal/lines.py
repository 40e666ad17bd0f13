"""What the performance says where there is no terminal: a line at each change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.score.drum_tab import LABEL, rows
from engine.score.notes import Bar
from live.conductor.status import PerformanceStatus
from live.faults import Fault
from mappings.plain_words import by, counted, tempo

FEW = 10  # faults of a kind that get a line each

TRANSPORT = {
    "playing": "▶ playing",
    "stopped": "■ stopped",
    "armed": "◌ armed: waiting for the clock",
    "lost": "▶ playing on: the clock fell silent",
    "gone": "■ the clock is gone",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """What of a status makes a new line when it changes."""

    transport: str = ""
    bar: int | None = None
    drummer: str = ""
    midi: str = ""
    osc: str = ""
    panel: str = ""
    complaint: str = ""
    peers: int = 0
    learn: str = ""
    kept: str = ""
    faults: tuple[tuple[str, Fault], ...] = ()


def moment(status: PerformanceStatus) -> Moment:
    """What the next status is compared with."""
    state = status.state
    bar = state.place.bar if state.bar else None
    words = status.drummer.state, status.midi, status.osc, status.panel, state.complaint
    return Moment(
        state.transport, bar, *words, state.peers, status.learn, status.kept, status.faults
    )


def lines(status: PerformanceStatus, before: Moment) -> Iterator[str]:
    """The lines a status adds to what was said."""
    state, present = status.state, moment(status)
    for name in ("midi", "osc", "panel"):
        if getattr(present, name) != getattr(before, name):
            yield f"{name:8} {getattr(status, name)}"
    if before == Moment():
        yield f"priority {status.priority}"
    if present.peers != before.peers:
        yield f"link     {peers(state.peers)}, {tempo(state.bpm)}"
    if present.drummer != before.drummer:
        device = f" on {status.drummer.device}" if status.drummer.device else ""
        yield f"drummer  {status.drummer.state}{device} {status.drummer.fault}".rstrip()
    if present.transport != before.transport:
        yield f"{TRANSPORT[state.transport]} ({state.driver} clock, {tempo(state.bpm)})"
    if present.complaint != before.complaint:
        yield f"refused  {state.complaint}"
    if present.learn and present.learn != before.learn:
        yield f"learn    {status.learn}"
    if status.kept and present.kept != before.kept:
        yield f"kept     {status.kept}"
    known = dict(before.faults)
    for kind, fault in present.faults:
        if _worth_saying(fault, known.get(kind)):
            yield f"fault    {kind} {fault.count}x: {fault.text}"
    if present.bar != before.bar and state.bar is not None:
        yield _bar(status, state.bar)


def peers(number: int) -> str:
    """How many others are in the Link session."""
    return counted(number, "peer")


def _worth_saying(fault: Fault, known: Fault | None) -> bool:
    """The first few of a kind each, then at every doubling: a storm must not flood the log."""
    if known is None or fault.count == known.count:
        return known is None
    few = fault.count < FEW
    return few or fault.count.bit_length() > known.count.bit_length()


def _bar(status: PerformanceStatus, bar: Bar) -> str:
    state, late = status.state, status.lateness
    tab = "  ".join(f"{LABEL[voice]} {line}" for voice, line in rows([bar]).items())
    made = f"{by(bar.source)}{', a fill' if bar.fill else ''}"
    ahead = f"{counted(state.ready, 'bar')} ahead, 1 note in 100 over {late.p99:.2f} ms late"
    return f"{state.place.bar + 1:4d} {status.title:14} {made:30} {ahead}  {tab}"
