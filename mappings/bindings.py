"""What a knob, button or pad of a controller does: which message, which control, and how.

Facts of MIDI only; what a surface remembers stands in mappings.takeover and live.midi.surfaces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from engine.controls.control import Control, Kind, Value

PRESSED = 64  # a button is down from this value on, as MIDI has it
CHANNELS = range(1, 17)
NOTE, CC, PROGRAM = 0x90, 0xB0, 0xC0
FINE_OFFSET = 32  # the low seven bits of CC n come as CC n + 32


class Message(Enum):
    """The kinds of messages a controller sends; the value is their section in a map file."""

    CC = "cc"
    CC14 = "cc14"  # a pair: CC n and n + 32
    NOTE = "notes"
    PROGRAM = "programs"


class Mode(Enum):
    """How a message moves its control."""

    ABSOLUTE = "absolute"  # its value over the control's range
    TWOS_COMPLEMENT = "twos_complement"  # up 1..64, down 127..65
    BINARY_OFFSET = "binary_offset"  # up 65..127, down 63..1
    SIGNED_BIT = "signed_bit"  # up 1..64, down 65..127
    SIGNED_BIT_2 = "signed_bit_2"  # up 65..127, down 1..64
    MOMENTARY = "momentary"  # on while it is held
    TOGGLE = "toggle"  # the other way, or the next choice, at each press


class Sends(Enum):
    """What a button or pedal sends, where that is not a press and a release of each."""

    PRESSES = "presses"  # nothing when it is let go
    CHANGES = "changes"  # one of two values by turns, one at each press


RELATIVE = (Mode.TWOS_COMPLEMENT, Mode.BINARY_OFFSET, Mode.SIGNED_BIT, Mode.SIGNED_BIT_2)


def ticks(mode: Mode, value: int) -> int:
    """How far an endless knob was turned by a value 0..127; up is positive.

    The four modes are those of Live's manual (MIDI and Key Remote Control).
    """
    match mode:
        case Mode.TWOS_COMPLEMENT:
            return value if value <= 64 else value - 128
        case Mode.BINARY_OFFSET:
            return value - 64 if value else 0
        case Mode.SIGNED_BIT:
            return value if value <= 64 else 64 - value
        case _:  # SIGNED_BIT_2
            return -value if value <= 64 else value - 64


def code_of(status: int, number: int) -> int:
    """A status byte and a number 0..127 as one number, by which messages are looked up."""
    return status << 7 | number


def is_switch(control: Control) -> bool:
    """A control that is on or off."""
    return control.kind is not Kind.TRIGGER and control.step == 1 and _ends(control) == (0, 1)


def _ends(control: Control) -> tuple[float, float]:
    return control.low, control.high


@dataclass(frozen=True, slots=True)
class MidiSource:
    """A knob, button or pad: messages of one number 0..127 of a channel 1..16, None: of any."""

    kind: Message
    number: int
    channel: int | None = None

    def codes(self) -> tuple[int, ...]:
        """Status byte and number of every message it may send, in one number (see code_of)."""
        status = self._status()
        channels = CHANNELS if self.channel is None else (self.channel,)
        return tuple(
            code_of(status + channel - 1, number)
            for channel in channels
            for number in self._numbers()
        )

    def overlaps(self, other: MidiSource) -> bool:
        """Whether some message could come from both."""
        return (
            self._status() == other._status()
            and (self.channel is None or other.channel in (None, self.channel))
            and any(number in other._numbers() for number in self._numbers())
        )

    def _status(self) -> int:
        return {Message.NOTE: NOTE, Message.PROGRAM: PROGRAM}.get(self.kind, CC)

    def _numbers(self) -> tuple[int, ...]:
        fine = self.kind is Message.CC14
        return (self.number, self.number + FINE_OFFSET) if fine else (self.number,)

    @property
    def place(self) -> str:
        """Where it stands in a map file: cc.7@2 is CC 7 on channel 2."""
        return f"{self.kind.value}.{self.key}"

    @property
    def key(self) -> int | str:
        return self.number if self.channel is None else f"{self.number}@{self.channel}"

    def __str__(self) -> str:
        words = {
            Message.CC: f"CC {self.number}",
            Message.CC14: f"CC {self.number} and {self.number + FINE_OFFSET}",
            Message.NOTE: f"note {self.number}",
            Message.PROGRAM: f"program {self.number}",
        }
        on = "any channel" if self.channel is None else f"channel {self.channel}"
        return f"{words[self.kind]} on {on}"


def usual_mode(source: MidiSource, control: Control, buttons: Mode) -> Mode | None:
    """How a knob works of which nothing is said; None: it makes no sense with this control."""
    if is_switch(control):
        return buttons
    if source.kind is not Message.NOTE:
        return Mode.ABSOLUTE
    if control.kind is Kind.TRIGGER:
        return Mode.MOMENTARY
    return Mode.TOGGLE if control.choices else None


def possible_modes(source: MidiSource, control: Control, value: Value | None) -> tuple[Mode, ...]:
    """The modes that make sense for a knob and its control."""
    if control.kind is Kind.TRIGGER or value is not None:
        return (Mode.MOMENTARY,)
    if source.kind is Message.CC14:
        return (Mode.ABSOLUTE,)
    if is_switch(control):
        return (Mode.MOMENTARY, Mode.TOGGLE)
    if source.kind is Message.NOTE:
        return (Mode.TOGGLE,)
    return (Mode.ABSOLUTE, *RELATIVE, *((Mode.TOGGLE,) if control.choices else ()))


@dataclass(frozen=True, slots=True)
class Binding:
    """One knob and its control; `value`, where there is one, is what a press sets."""

    source: MidiSource
    control: Control
    mode: Mode = Mode.ABSOLUTE
    value: Value | None = None
    sends: Sends | None = None  # None: to be learned
    touch: MidiSource | None = None  # the note that says that a finger is on it

    # Something happens at each press, whatever comes of the button afterwards.
    is_press: bool = field(init=False, repr=False, compare=False)
    # Has a light that is on or off, rather than a place to show.
    is_button: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Once: they are asked for with every message.
        program = self.source.kind is Message.PROGRAM
        pressed = self.control.kind is Kind.TRIGGER or self.value is not None
        press = self.mode is Mode.TOGGLE or (pressed and not program)
        button = (
            self.source.kind is Message.NOTE
            or self.mode in (Mode.MOMENTARY, Mode.TOGGLE)
            or self.value is not None
            or is_switch(self.control)
        )
        object.__setattr__(self, "is_press", press)
        object.__setattr__(self, "is_button", button)

    def clashes(self, other: Binding) -> bool:
        """Whether both cannot stand in one map: one message, or twice the same control."""
        programs = Message.PROGRAM in (self.source.kind, other.source.kind)
        twice = self.control.name == other.control.name and self.value == other.value
        return (twice and not programs) or self.source.overlaps(other.source)
