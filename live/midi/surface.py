"""One MIDI surface: its map, what it remembers of each knob and button, and takeover."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from engine.controls.control import Control, Kind, Value
from engine.playing.events import Turned
from mappings.bindings import (
    FINE_OFFSET,
    NOTE,
    PRESSED,
    RELATIVE,
    Binding,
    Message,
    Mode,
    is_switch,
    ticks,
)
from mappings.controller_map import Map
from mappings.takeover import COARSE, FINE, Knob, Takeover

NOTE_OFF = 0x80
_BUTTONS = (Mode.MOMENTARY, Mode.TOGGLE)


class Values(Protocol):
    """Where the controls stand; the engine's Desk."""

    table: dict[str, Control]
    values: dict[str, Value]


@dataclass(slots=True)
class Surface:
    """One controller: its map, and what it remembers of each knob and button by code."""

    map: Map
    desk: Values
    takeover: Takeover
    clocked: bool = False  # its clock, Start and Stop count
    knobs: dict[int, Knob] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)  # values 0..127
    fine: set[int] = field(default_factory=set)  # codes whose low seven bits have been seen

    def move(self, binding: Binding, code: int, value: int) -> Turned | None:
        """What it means that a knob or button of the map sent a value 0..127."""
        control, current = binding.control, self.desk.values[binding.control.name]
        if control.kind is Kind.TRIGGER:
            moved: Value | None = 1.0 if self._is_press(code, value) else None
        elif binding.source.kind is Message.PROGRAM:
            moved = binding.value
        elif binding.value is not None or binding.mode in _BUTTONS:
            moved = self._button(binding, code, value, current)
        elif binding.mode in RELATIVE:
            clicks = ticks(binding.mode, value)
            moved = self._knob(code).turn(control, current, clicks) if clicks else None
        elif binding.source.kind is Message.CC14:
            moved = self._fine(binding, code, value, current)
        else:
            moved = self._knob(code).move(control, current, value / 127, COARSE, self.takeover)
        return None if moved is None else Turned(control.name, moved)

    def _button(self, binding: Binding, code: int, value: int, current: Value) -> Value | None:
        if binding.mode is Mode.MOMENTARY and binding.value is None:
            held = float(_is_down(code, value))
            return None if held == current else held
        if not self._is_press(code, value):
            return None
        return _next(binding.control, current) if binding.value is None else binding.value

    def _is_press(self, code: int, value: int) -> bool:
        """Whether a button goes down; a note on is a press whatever was before."""
        before = self.last.get(code, 0)
        self.last[code] = value
        return _is_down(code, value) and (_is_note(code) or before < PRESSED)

    def _fine(self, binding: Binding, code: int, value: int, current: Value) -> Value | None:
        """Fourteen bits: the high ones wait for the low ones, once it is known that they come."""
        low = code & 0x7F >= FINE_OFFSET
        high_code = code - FINE_OFFSET if low else code
        if low:
            self.fine.add(high_code)
        else:
            self.last[high_code] = value
            if high_code in self.fine:
                return None
        high = self.last.get(high_code)
        if high is None:
            return None
        to = (high << 7 | value) / 16383 if low else value / 127
        grain = FINE if low else COARSE
        return self._knob(high_code).move(binding.control, current, to, grain, self.takeover)

    def _knob(self, code: int) -> Knob:
        knob = self.knobs.get(code)
        if knob is None:
            knob = self.knobs[code] = Knob()
        return knob


def _is_note(code: int) -> bool:
    return code >> 7 & 0xF0 == NOTE


def _is_down(code: int, value: int) -> bool:
    """A button is down from the middle on, a note at any velocity."""
    return value > 0 if _is_note(code) else value >= PRESSED


def _next(control: Control, current: Value) -> Value:
    """What a press makes of a switch, or of a control with choices."""
    if is_switch(control):
        return 1.0 - float(current)
    place = control.choices.index(str(current)) + 1
    return control.choices[place % len(control.choices)]
