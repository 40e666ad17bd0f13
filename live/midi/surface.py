"""One MIDI surface: its map, what it remembers of each knob and button, and takeover."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

from engine.controls.control import Control, Kind, Value
from engine.playing.events import Turned
from live.midi.button import Button
from live.midi.fourteen_bits import TOP, Pair
from mappings.bindings import (
    FINE_OFFSET,
    NOTE,
    RELATIVE,
    Binding,
    Message,
    Mode,
    is_switch,
    ticks,
)
from mappings.controller_map import Map
from mappings.takeover import COARSE, FINE, Knob, Shown, Takeover

NOTE_OFF = 0x80


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
    buttons: dict[int, Button] = field(default_factory=dict)
    pairs: dict[int, tuple[Pair, Binding]] = field(default_factory=dict)  # by their high half
    shown: dict[int, Shown] = field(default_factory=dict)  # to pairs whose other half is awaited
    held: dict[int, Binding] = field(default_factory=dict)  # that is on while a button is down

    def move(
        self, binding: Binding, code: int, value: int, now: float, shown: Shown | None = None
    ) -> Turned | None:
        """What it means that a knob or button of the map sent a value 0..127 at `now` seconds.

        `shown` is where the knob was told to be, if it has sent nothing since.
        """
        control, current = binding.control, self.desk.values[binding.control.name]
        if binding.is_press:
            moved = self._press(binding, code, value, now, current)
        elif binding.source.kind is Message.PROGRAM:
            moved = binding.value
        elif binding.mode is Mode.MOMENTARY:
            moved = self._momentary(binding, code, value, now, current)
        elif binding.mode in RELATIVE:
            clicks = ticks(binding.mode, value)
            moved = self._knob(code).turn(control, current, clicks) if clicks else None
        elif binding.source.kind is Message.CC14:
            moved = self._fine(binding, code, value, now, shown)
        else:
            knob = self._knob(code)
            moved = knob.move(control, current, value / 127, COARSE, self.takeover, shown, now)
        return None if moved is None else Turned(control.name, moved)

    def place(self, binding: Binding, code: int, value: int) -> int | None:
        """What would be told to a knob or button to be where it is, having sent a value.

        None: that is not known.
        """
        if binding.is_button:
            return value
        if binding.mode is not Mode.ABSOLUTE:
            return None
        if binding.source.kind is Message.CC14:
            knob = self.knobs.get(_key(binding, code))
            return None if knob is None or knob.position is None else round(knob.position * TOP)
        return value

    def driven(self, binding: Binding, code: int) -> bool:
        """Whether it is a motor that moves the knob now, not a hand."""
        knob = self.knobs.get(_key(binding, code))
        return knob is not None and knob.goal is not None

    def is_down(self, code: int) -> bool:
        """Whether a button is held."""
        button = self.buttons.get(code)
        return button is not None and button.down

    def is_one_way(self, binding: Binding, code: int) -> bool:
        """Whether nothing will be said when this button is let go."""
        button = self.buttons.get(code)
        return binding.is_press and (
            binding.sends is not None or (button is not None and button.one_way)
        )

    # ---- what waits, and what is let go
    def deadline(self) -> float:
        """When late() has something to say, seconds."""
        return min((pair.until for pair, _ in self.pairs.values()), default=math.inf)

    def late(self, now: float) -> list[Turned]:
        """What half pairs of 14 bits mean whose other half does not come."""
        found = []
        for code, (pair, binding) in self.pairs.items():
            if (whole := pair.late(now)) is not None:
                moved = self._put(binding, code, whole, now)
                found += [] if moved is None else [Turned(binding.control.name, moved)]
        return found

    def let_go(self) -> list[Turned]:
        """It has gone: what was held is let go, and nothing is known of where its knobs stand."""
        released = [self._released(binding) for binding in self.held.values()]
        for memory in (self.knobs, self.buttons, self.pairs, self.shown, self.held):
            memory.clear()
        return [event for event in released if event is not None]

    def rebound(self, after: Map) -> list[Turned]:
        """It has another map: what was held by a button that now does something else is let go."""
        lost = [code for code, old in self.held.items() if after.by_code.get(code) != old]
        self.map = after
        released = [self._released(self.held.pop(code)) for code in lost]
        return [event for event in released if event is not None]

    def forget(self, code: int) -> None:
        """A knob or button has sent something that is none of a performance's business."""
        binding = self.map.by_code.get(code)
        key = code if binding is None else _key(binding, code)
        for memory in (self.knobs, self.buttons, self.pairs, self.shown):
            memory.pop(key, None)

    def _released(self, binding: Binding) -> Turned | None:
        down = self.desk.values[binding.control.name] == 1.0
        return Turned(binding.control.name, 0.0) if down else None

    # ---- buttons
    def _press(
        self, binding: Binding, code: int, value: int, now: float, current: Value
    ) -> Value | None:
        button = self._button(code)
        if not button.hear(value, now, note=_is_note(code), sends=binding.sends):
            return None
        if binding.control.kind is Kind.TRIGGER:
            return 1.0
        return _next(binding.control, current) if binding.value is None else binding.value

    def _momentary(
        self, binding: Binding, code: int, value: int, now: float, current: Value
    ) -> Value | None:
        button = self._button(code)
        button.hear(value, now, note=_is_note(code))
        if button.down:
            self.held[code] = binding
        else:
            self.held.pop(code, None)
        return None if float(button.down) == current else float(button.down)

    # ---- knobs of 14 bits
    def _fine(
        self, binding: Binding, code: int, value: int, now: float, shown: Shown | None
    ) -> Value | None:
        high = _key(binding, code)
        pair, _ = self.pairs.setdefault(high, (Pair(), binding))
        if shown is not None:
            self.shown[high] = shown
        whole = pair.hear(value, now, low=code != high)
        return None if whole is None else self._put(binding, high, whole, now)

    def _put(self, binding: Binding, code: int, whole: int, now: float) -> Value | None:
        current = self.desk.values[binding.control.name]
        grain = COARSE if self.pairs[code][0].low is None else FINE
        shown = self.shown.pop(code, None)
        return self._knob(code).move(
            binding.control, current, whole / TOP, grain, self.takeover, shown, now
        )

    def _knob(self, code: int) -> Knob:
        knob = self.knobs.get(code)
        if knob is None:
            knob = self.knobs[code] = Knob()
        return knob

    def _button(self, code: int) -> Button:
        button = self.buttons.get(code)
        if button is None:
            button = self.buttons[code] = Button()
        return button


def _key(binding: Binding, code: int) -> int:
    """The code by which a knob is remembered: of a pair of 14 bits that of the high half."""
    low = binding.source.kind is Message.CC14 and code & 0x7F >= FINE_OFFSET
    return code - FINE_OFFSET if low else code


def _is_note(code: int) -> bool:
    return code >> 7 & 0xF0 == NOTE


def _next(control: Control, current: Value) -> Value:
    """What a press makes of a switch, or of a control with choices."""
    if is_switch(control):
        return 1.0 - float(current)
    place = control.choices.index(str(current)) + 1
    return control.choices[place % len(control.choices)]
