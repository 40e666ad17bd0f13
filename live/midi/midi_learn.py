"""Learning: touch a control, move a knob, and the knob moves the control from then on.

The learner watches what a surface sends until it is quiet for a moment, and tells an endless
knob from a fader and a pair of 14 bits from a single CC by that. What was learned is written
into the user's own map of that controller, his comments kept.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.controls.control import Control, Kind
from engine.controls.table import LISTED_BY
from engine.errors import ControlError
from engine.names import instead
from mappings.bindings import (
    CC,
    FINE_OFFSET,
    NOTE,
    PRESSED,
    Binding,
    Message,
    MidiSource,
    Mode,
    is_switch,
)

QUIET = 0.35  # seconds without a message: the knob has been moved
ENOUGH = 60  # messages after which that is so too
PATIENCE = 30.0  # seconds without a knob after which nobody is going to move one
FEW = 8  # clicks an endless knob makes at once, at most

Key = tuple[str, int, int]  # a port, a status byte, a number


@dataclass(frozen=True, slots=True)
class Learn:
    """Into the inbox: bind the next knob that is moved to a control; "" calls it off."""

    control: str


@dataclass(frozen=True, slots=True)
class Unlearn:
    """Into the inbox: what was learned last is taken back, and learning called off."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was found: a binding for the surface at a port."""

    port: str
    binding: Binding


def told(learned: Learned, name: str, gone: Sequence[Binding]) -> str:
    """What was learned, in words, and what had to go for it; `name` is the controller's."""
    binding = learned.binding
    how = "" if binding.mode in (Mode.ABSOLUTE, Mode.MOMENTARY) else f", {binding.mode.value}"
    text = f"{binding.control.name}: {binding.source} of {name}{how.replace('_', ' ')}"
    others = [old for old in gone if old.source != binding.source or old.control != binding.control]
    for old in others:
        text += f"; {old.source} no longer moves {old.control.name}"
    return text


def untold(learned: Learned, name: str, back: Sequence[Binding]) -> str:
    """That a lesson was taken back, in words, and what moves again; `name` is the controller's."""
    binding = learned.binding
    text = f"taken back: {binding.source} of {name} no longer moves {binding.control.name}"
    return text + "".join(f"; {old.source} moves {old.control.name} again" for old in back)


@dataclass(slots=True)
class Learner:
    """Waits for a knob, but not for ever; times are seconds of one clock.

    Only the surface of the first knob that is moved is listened to: at others somebody plays.
    """

    table: Mapping[str, Control]
    patience: float = PATIENCE
    control: Control | None = None  # the one it waits to bind
    said: str = ""  # for the performer: what to do, or what was done
    _heard: dict[Key, list[int]] = field(default_factory=dict)
    _at: float = math.inf
    _until: float | None = None  # None: it was not said when it began

    def arm(self, name: str, now: float | None = None) -> None:
        """Wait for a knob for a control; "" stops waiting. ControlError for an unknown one.

        `now` is when the wait begins; None: at the next question.
        """
        self._heard.clear()
        self._at = math.inf
        self.control = None
        if not name:
            self.said = ""
            return
        if name not in self.table:
            raise ControlError(f"learn: {name!r} is not {instead(name, self.table, LISTED_BY)}")
        self.control = self.table[name]
        self._until = None if now is None else now + self.patience
        self.said = f"move a knob or press a button for {name}"

    def hear(self, message: bytes, port: str, now: float, *, played: bool = False) -> bool:
        """A channel message while armed; whether it is of the knob that is shown to us first.

        `played`: this knob or button was in use already, by somebody who plays.
        """
        kind = message[0] & 0xF0
        is_off = kind == 0x80
        if len(message) != 3 or (kind not in (CC, NOTE) and not is_off):
            return False
        if kind == CC and message[1] > 119:
            return False
        status = message[0] | 0x10 if is_off else message[0]
        value = 0 if is_off else message[2]
        key = (port, status, message[1])
        if key not in self._heard and (played or self._is_other(port, status, value)):
            return False
        self._heard.setdefault(key, []).append(value)
        self._at = now
        return self._is_first(key)

    def _is_other(self, port: str, status: int, value: int) -> bool:
        """Of another surface, or the release of an earlier press."""
        if self._heard:
            return next(iter(self._heard))[0] != port
        return status & 0xF0 == NOTE and not value

    def _is_first(self, key: Key) -> bool:
        first = next(iter(self._able()))
        pair = first[1] & 0xF0 == CC and abs(key[2] - first[2]) in (0, FINE_OFFSET)
        return key == first or (key[:2] == first[:2] and pair)

    def _able(self) -> dict[Key, list[int]]:
        """What can move the control; a fader may say by a note that it is touched."""
        notes = self.control is None or _takes_notes(self.control)
        able = {key: one for key, one in self._heard.items() if notes or key[1] & 0xF0 == CC}
        return able or self._heard

    def deadline(self) -> float:
        """When learned() may have an answer, seconds."""
        if self.control is None:
            return math.inf
        until = -math.inf if self._until is None else self._until
        return self._at + QUIET if self._heard else until

    def learned(self, now: float) -> Learned | None:
        """The binding, once the knob has come to rest; then it waits no more."""
        if self.control is None:
            return None
        if self._until is None:
            self._until = now + self.patience
        count = sum(len(values) for values in self._heard.values())
        if not count and now >= self._until:
            self.said = f"nothing was moved for {self.control.name}: no longer waiting"
            self.control = None
        if self.control is None or not count or (now < self.deadline() and count < ENOUGH):
            return None
        (port, status, number), values = max(self._able().items(), key=lambda one: len(one[1]))
        others = {n for p, s, n in self._heard if (p, s) == (port, status)}
        self._heard.clear()
        self._at = math.inf
        source = _source(status, number, others)
        if source.kind is Message.NOTE and not _takes_notes(self.control):
            self.said = f"{source} cannot move {self.control.name}: move a knob or a fader"
            self._until = now + self.patience
            return None
        binding = Binding(source, self.control, mode_of(self.control, source, values))
        self.control = None
        return Learned(port, binding)


def _source(status: int, number: int, others: set[int]) -> MidiSource:
    channel = (status & 0x0F) + 1
    if status & 0xF0 == NOTE:
        return MidiSource(Message.NOTE, number, channel)
    if FINE_OFFSET <= number < 2 * FINE_OFFSET and number - FINE_OFFSET in others:
        number -= FINE_OFFSET
    fine = number < FINE_OFFSET and number + FINE_OFFSET in others
    return MidiSource(Message.CC14 if fine else Message.CC, number, channel)


def _takes_notes(control: Control) -> bool:
    return control.kind is Kind.TRIGGER or is_switch(control) or bool(control.choices)


def mode_of(control: Control, source: MidiSource, values: list[int]) -> Mode:
    """How a knob works that sent these values, turned up first if it is an endless one."""
    if control.kind is Kind.TRIGGER:
        return Mode.MOMENTARY if source.kind is Message.NOTE else Mode.ABSOLUTE
    pressed = values[0] >= PRESSED and set(values) <= {0, values[0]}
    if source.kind is Message.NOTE or (pressed and 0 in values):
        return Mode.TOGGLE if is_switch(control) or control.choices else Mode.ABSOLUTE
    if is_switch(control):
        return Mode.MOMENTARY
    if source.kind is Message.CC14 or len(values) < 3 or 0 in values:
        return Mode.ABSOLUTE
    return _endless(values)


def _endless(values: list[int]) -> Mode:
    """A fader never sends a value twice in a row; an endless knob sends few, again and again."""
    again = any(one == other for one, other in itertools.pairwise(values))
    if not again:
        return Mode.ABSOLUTE
    near = {
        Mode.TWOS_COMPLEMENT: (range(1, FEW + 1), range(128 - FEW, 128)),
        Mode.BINARY_OFFSET: (range(65, 65 + FEW), range(64 - FEW, 64)),
        Mode.SIGNED_BIT: (range(1, FEW + 1), range(65, 65 + FEW)),
        Mode.SIGNED_BIT_2: (range(65, 65 + FEW), range(1, FEW + 1)),
    }
    for mode, (up, down) in near.items():
        if values[0] in up and all(value in up or value in down for value in values):
            return mode
    return Mode.ABSOLUTE
