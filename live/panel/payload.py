"""A status as the page draws it: plain values by flat names, bars as strokes of this moment.

Strokes go through the performed controls as they stand, by the engine's own function, so that
what is drawn and sounded there is what is sent to the ports.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.controls.control import Control, Curve
from engine.controls.desk import Desk
from engine.controls.follow import Lead
from engine.feel.strokes import PerformedKnobs, strokes
from engine.playing.note_plan import EPSILON
from engine.playing.state import State
from engine.score.drum_tab import LABEL, ROWS
from engine.score.grid import FOUR_FOUR
from engine.score.notes import GROUPS, Bar, Voice
from engine.score.style import Style
from engine.score.style_morph import blended
from live.conductor.status import PerformanceStatus
from live.faults import Fault
from live.panel.words import endpoint
from mappings.plain_words import BY, by, played

REMEDIES = {
    "midi": "Is the cable in? `drumigen ports` lists what is there.",
    "osc": "Somebody sends what is no OSC message of ours; docs/osc.md lists the addresses.",
    "drummer": "It is started again by itself; bars come from patterns until then.",
    "take": "Is the disk full, and may we write there? `takes.folder` names another place.",
    "clip": "`clips.folder` names another place; for Live, AbletonOSC must run there.",
    "link": "`link` in config.yaml says what we may do in a session.",
    "learn": "Press learn again, then move one knob only.",
    "snapshots": "`snapshot_file` in config.yaml names another place.",
    "panel": "Reload the page.",
}


def hello(styles: Mapping[str, Style], table: Mapping[str, Control]) -> dict[str, Any]:
    """What never changes: the controls, the styles, the voices and their groups."""
    return {
        "controls": [control_of(row) for row in table.values()],
        "styles": [style_of(style) for style in styles.values()],
        "by": BY,
        "voices": [[voice.value, LABEL[voice], _group(voice)] for voice in ROWS],
    }


def control_of(row: Control) -> dict[str, Any]:
    """A row of the table; `fine` says that its surface is fine about the middle."""
    found: dict[str, Any] = {
        "name": row.name,
        "kind": row.kind.value,
        "help": row.help,
        "unit": row.unit,
        "default": row.default,
    }
    if row.choices:
        found["choices"] = row.choices
    else:
        found |= {"low": row.low, "high": row.high, "step": row.step}
        found["fine"] = row.curve is Curve.FINE
    return found


def style_of(style: Style) -> dict[str, Any]:
    """What a browser of styles shows."""
    return {
        "name": style.name,
        "aliases": style.aliases,
        "title": style.title,
        "kind": style.kind,
        "text": style.text,
        "tempo": style.tempo,
        "swing": [style.swing, style.swing_grid],
        "trained": bool(style.mixture),
        "sources": [[s.figure, s.mark, s.text, s.confidence] for s in style.sources],
    }


def _group(voice: Voice) -> str:
    return next(group for group, voices in GROUPS.items() if voice in voices)


def _bar_line(state: State) -> int:
    """The song tick at which the bar in `place` begins."""
    within = state.place.beat * state.meter.pulse_ticks + state.place.tick
    return math.floor(state.tick + EPSILON) - within


def _song(state: State) -> dict[str, Any]:
    """Where the song is, and whose clock it goes by."""
    return {
        "pos": [state.at, round(state.tick, 3), state.bpm],
        "transport": state.transport,
        "driver": state.driver,
        "peers": state.peers,
        "steadiness": round(state.steadiness, 2),
        "meter": [state.meter.numerator, state.meter.denominator, state.meter.bar_ticks],
        "place": state.place.bar,
        "part": [state.part, state.coming],
        "line": _bar_line(state),
    }


def _led(knobs: PerformedKnobs, lead: Lead | None) -> PerformedKnobs:
    """The knobs as a bar is played through them, led by what was tapped."""
    return lead.knobs(knobs) if lead else knobs


class Payload:
    """Draws views; it remembers the bars drawn last, for most views differ in the place only."""

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self._desk = Desk(styles)
        self.table = self._desk.table
        self._styles = styles
        self._rows = {voice: number for number, voice in enumerate(ROWS)}
        self._drawn: dict[int, tuple[Bar, PerformedKnobs, dict[str, Any]]] = {}

    def of(self, status: PerformanceStatus) -> dict[str, Any]:
        """The picture: JSON values by name; `c:` stands before the names of controls."""
        state, late, drummer = status.state, status.lateness, status.drummer
        bar = state.bar or state.next_bar
        if bar is not None and bar.style in self._styles:
            self._desk.adopt(bar)  # for the swing that it is written in
        self._desk.values.update(state.controls)
        knobs, counts = self._desk.knobs(), dict(state.counts)
        found: dict[str, Any] = {f"c:{name}": value for name, value in state.controls}
        return (
            found
            | _song(state)
            | {
                "bar": self._bar(0, state.bar, _led(knobs, state.lead)),
                "next": self._bar(1, state.next_bar, _led(knobs, state.next_lead)),
                "decided": state.decided,
                "shift": float(self._desk.values["push"]),
                "own": self._own(state.bar),
                "trained": state.meter == FOUR_FOUR,
                "ready": state.ready,
                "counts": counts,
                "played": played({source: counts.get(source, 0) for source in BY}),
                "complaint": state.complaint,
                "title": status.title,
                "drummer": [drummer.state, drummer.device, round(drummer.milliseconds)],
                "midi": status.midi,
                "osc": status.osc,
                "outputs": status.outputs,
                "endpoints": [endpoint(one) for one in status.endpoints],
                "priority": status.priority,
                "late": [round(late.p50, 3), round(late.p99, 3), round(late.worst, 3)],
                "faults": [self._fault(kind, fault) for kind, fault in status.faults],
                "learn": status.learn,
                "lessons": status.lessons,
                "kept": status.kept,
                "stored": status.stored,
            }
        )

    def _bar(self, place: int, bar: Bar | None, knobs: PerformedKnobs) -> dict[str, Any] | None:
        """A bar with its strokes: tick, row, velocity and score tick of each."""
        if bar is None:
            return None
        known = self._drawn.get(place)
        if known and known[0] is not bar and known[0] == bar:
            known = (bar, *known[1:])
        if known and known[0] is bar and known[1] == knobs:
            return known[2]
        drawn = {
            "by": bar.source,
            "who": by(bar.source),
            "meter": [bar.meter.numerator, bar.meter.denominator, bar.meter.bar_ticks],
            "fill": bar.fill,
            "style": self._styles[bar.style].title if bar.style in self._styles else bar.style,
            "hits": [
                [round(one.tick, 2), self._rows[one.voice], one.velocity, one.score]
                for one in strokes(bar, knobs)
            ],
        }
        self._drawn[place] = (bar, knobs, drawn)
        return drawn

    def _own(self, bar: Bar | None) -> dict[str, Any]:
        """The swing of the style that plays: what its knobs go back to."""
        settings = self._desk.settings()
        name, blend = (bar.style, bar.blend) if bar else (settings.playing, settings.blend)
        if name not in self._styles:
            return {}
        style = blended(self._styles, name, blend)
        return {"swing": style.swing, "swing_grid": str(style.swing_grid)}

    def _fault(self, kind: str, fault: Fault) -> list[Any]:
        return [kind, fault.count, fault.text, REMEDIES.get(kind, "")]
