"""What the performance says where there is no terminal: a line at each change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.notes import Bar
from engine.tab import LABEL, rows
from live.faults import Fault
from live.view import View

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
    """What of a view makes a new line when it changes."""

    transport: str = ""
    bar: int | None = None
    worker: str = ""
    midi: str = ""
    osc: str = ""
    panel: str = ""
    complaint: str = ""
    peers: int = 0
    learn: str = ""
    kept: str = ""
    faults: tuple[tuple[str, Fault], ...] = ()


def moment(view: View) -> Moment:
    """What the next view is compared with."""
    state = view.state
    bar = state.place.bar if state.bar else None
    words = view.worker.state, view.midi, view.osc, view.panel, state.complaint
    return Moment(state.transport, bar, *words, state.peers, view.learn, view.kept, view.faults)


def lines(view: View, before: Moment) -> Iterator[str]:
    """The lines a view adds to what was said."""
    state, present = view.state, moment(view)
    for name in ("midi", "osc", "panel"):
        if getattr(present, name) != getattr(before, name):
            yield f"{name:8} {getattr(view, name)}"
    if before == Moment():
        yield f"priority {view.priority}"
    if present.peers != before.peers:
        yield f"link     {peers(state.peers)}, {state.bpm:.1f} BPM"
    if present.worker != before.worker:
        device = f" on {view.worker.device}" if view.worker.device else ""
        yield f"drummer  {view.worker.state}{device} {view.worker.fault}".rstrip()
    if present.transport != before.transport:
        yield f"{TRANSPORT[state.transport]} ({state.driver} clock, {state.bpm:.1f} BPM)"
    if present.complaint != before.complaint:
        yield f"refused  {state.complaint}"
    if present.learn and present.learn != before.learn:
        yield f"learn    {view.learn}"
    if view.kept and present.kept != before.kept:
        yield f"kept     {view.kept}"
    known = dict(before.faults)
    for kind, fault in present.faults:
        if _worth_saying(fault, known.get(kind)):
            yield f"fault    {kind} {fault.count}x: {fault.text}"
    if present.bar != before.bar and state.bar is not None:
        yield _bar(view, state.bar)


def peers(number: int) -> str:
    """How many others are in the Link session."""
    return "1 peer" if number == 1 else f"{number or 'no'} peers"


def _worth_saying(fault: Fault, known: Fault | None) -> bool:
    """The first few of a kind each, then at every doubling: a storm must not flood the log."""
    if known is None or fault.count == known.count:
        return known is None
    few = fault.count < FEW
    return few or fault.count.bit_length() > known.count.bit_length()


def _bar(view: View, bar: Bar) -> str:
    state, late = view.state, view.lateness
    tab = "  ".join(f"{LABEL[voice]} {line}" for voice, line in rows([bar]).items())
    by = f"{bar.source} fill" if bar.fill else bar.source
    return (
        f"{state.place.bar + 1:4d} {view.title:14} {by:13} ahead {state.ready} "
        f"late p99 {late.p99:.2f} ms  {tab}"
    )
