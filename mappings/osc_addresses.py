"""OSC addresses and arguments, and what they mean to the table of controls.

One rule for arguments: a float is a place in the control's range, 0..1; an int is the value
itself, in the control's unit; a string is a name. `/value` after the address takes the value
itself as a float too, and a choice after it is a button: 1 chooses it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.bars.stroke_edit import VOICES, StrokeEdit, stroke_of
from engine.controls.control import Control, Kind, Value
from engine.errors import ControlError
from engine.names import hint
from engine.playing.events import Turned

PREFIX = "/drumigen/"
VALUE, TEXT = "/value", "/text"
ERROR = PREFIX + "error"
SUBSCRIBED = PREFIX + "subscribed"
KEPT = PREFIX + "kept"
BUTTONS = 8  # choices a control may have for each to be a button
EDGE = 1e-6  # how far a float32 may stand outside 0..1: rounding, not a mistake

Argument = float | int | str


class UnreadableError(Exception):
    """A message that says nothing we know; the text says what, why and what is allowed.

    `word` is what is not one of `known` and their `aliases`, where it is a name.
    """

    def __init__(
        self,
        text: str,
        word: object = "",
        known: Collection[str] = (),
        aliases: Collection[tuple[str, str]] = (),
    ) -> None:
        super().__init__(text)
        self._word, self._known, self._aliases = word, known, aliases

    @property
    def hint(self) -> str:
        """The nearest known names, as the end of the text; looked for only when asked.

        Among those that begin alike: all of a hundred take half a millisecond.
        """
        if not isinstance(self._word, str):
            return ""
        begin = self._word[:2].casefold()
        return hint(
            self._word,
            [name for name in self._known if name[:2] == begin],
            {alias: name for alias, name in self._aliases if alias[:2].casefold() == begin},
        )


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody asks what stands at an address."""

    address: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Tell the sender, at a port (None: the one it sent from), of every change; or no longer."""

    port: int | None = None
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Sync:
    """Tell the sender everything once."""


@dataclass(frozen=True, slots=True)
class Bind:
    """The next knob that is moved on a MIDI surface shall move this control; "": none after all."""

    control: str = ""


@dataclass(frozen=True, slots=True)
class Unbind:
    """What was learned last is taken back."""


Ask = Turned | StrokeEdit | Read | Subscribe | Sync | Bind | Unbind


def understand(
    address: str, arguments: Sequence[object], table: Mapping[str, Control]
) -> Ask | None:
    """What a message asks for; None for a trigger let go; UnreadableError for anything else."""
    if not address.startswith(PREFIX):
        raise UnreadableError(f"{address[:80]!r}: no such address; {PREFIX}<control>")
    name, slash, aspect = address.removeprefix(PREFIX).partition("/")
    if address in _WORDS:
        return _bind(arguments, table) if address == LEARN else _word(address, arguments)
    control = table.get(name)
    if control is not None and aspect in buttons(control) and arguments:
        return _pulled(control, address, arguments[0], aspect)
    if control is None or slash + aspect not in ("", VALUE, TEXT):
        if arguments:
            words = f"no such address to set; {PREFIX}<control> and its {VALUE}"
            raise UnreadableError(f"{address[:80]!r}: {words}", name, table)
        return Read(address)
    if len(arguments) > 1:
        raise UnreadableError(f"{address}: takes one argument, not {len(arguments)}")
    if control.kind is Kind.TRIGGER and aspect != "text":
        return _pulled(control, address, arguments[0] if arguments else 1.0)
    if not arguments:
        return Read(address)
    if aspect == "text":
        raise UnreadableError(f"{address}: can only be read; set {PREFIX}{name}")
    return Turned(name, _value(control, address, arguments[0]))


LEARN = PREFIX + "learn"
UNLEARN = PREFIX + "unlearn"
STROKE = PREFIX + "stroke"
_WORDS = (PREFIX + "subscribe", PREFIX + "unsubscribe", PREFIX + "sync", LEARN, UNLEARN, STROKE)


def _word(address: str, arguments: Sequence[object]) -> Ask:
    if address.endswith("/sync"):
        return Sync()
    if address == UNLEARN:
        return Unbind()
    if address == STROKE:
        return _stroke(arguments)
    wanted = address.endswith("/subscribe")
    if not arguments:
        return Subscribe(wanted=wanted)
    port = arguments[0]
    if isinstance(port, (int, float)) and port in range(1, 65536):
        return Subscribe(int(port), wanted)
    raise UnreadableError(f"{address}: {port!r:.80} is not a UDP port from 1 to 65535")


def _stroke(arguments: Sequence[object]) -> StrokeEdit:
    """Bar (counted from 1), voice, tick and velocity."""
    match arguments:
        case [int() as bar, str(name), int() as tick, int() as velocity]:
            try:
                return stroke_of(bar - 1, name, tick, velocity)
            except ControlError as error:
                raise UnreadableError(str(error), name, VOICES) from error
    raise UnreadableError(f"{STROKE}: takes bar, voice, tick, velocity, as 5 snare 480 110")


def _bind(arguments: Sequence[object], table: Mapping[str, Control]) -> Bind:
    if not arguments:
        return Bind()
    if arguments[0] not in table:
        words = f"{LEARN}: {arguments[0]!r:.80} is not the name of a control"
        raise UnreadableError(words, arguments[0], table)
    return Bind(str(arguments[0]))


def buttons(control: Control) -> tuple[str, ...]:
    """The choices of a control that have addresses of their own: all, if they are few."""
    return control.choices if len(control.choices) <= BUTTONS else ()


def _pulled(control: Control, address: str, argument: object, value: Value = 1.0) -> Turned | None:
    """A trigger fires at 0.5 and above; below it, a button was let go."""
    if isinstance(argument, (bool, int, float)) and math.isfinite(argument):
        return Turned(control.name, value) if argument >= 0.5 else None
    raise UnreadableError(f"{address}: {argument!r:.80} is not a number; 1 fires, 0 does nothing")


def _value(control: Control, address: str, argument: object) -> Value:
    if isinstance(argument, float) and not address.endswith(VALUE):
        if -EDGE <= argument <= 1.0 + EDGE:  # NaN is neither
            return control.from_unit(argument)
    elif isinstance(argument, (int, float)) or (isinstance(argument, str) and control.choices):
        try:
            return control.check(int(argument) if isinstance(argument, bool) else argument)
        except ControlError as error:
            raise UnreadableError(
                f"{address}: {error}", argument, control.choices, control.aliases
            ) from error
    allowed = "a float from 0 to 1"
    if address.endswith(VALUE) or control.choices:
        allowed = control.allowed()
    raise UnreadableError(f"{address}: {argument!r:.80} is not {allowed}")


def shown(control: Control, value: Value) -> Iterator[tuple[str, Argument]]:
    """The addresses of a control, each with the argument that says where it stands."""
    address = PREFIX + control.name
    yield address, float(control.to_unit(value))
    whole = control.step == 1.0
    if control.choices:
        yield address + VALUE, str(value)
    else:
        yield address + VALUE, int(float(value)) if whole else float(value)
    yield address + TEXT, spoken(control, value)
    for choice in buttons(control):
        yield f"{address}/{choice}", float(choice == value)


def spoken(control: Control, value: Value) -> str:
    """A value in words for a label: "on", "58 %", "j dilla"."""
    if control.choices:
        return str(value).replace("_", " ")
    if control.step and (control.low, control.high) == (0.0, 1.0):
        return "on" if value else "off"
    digits = 2 if control.high - control.low <= 2.0 else 1
    return f"{round(float(value), digits) + 0.0:.10g} {control.unit}".rstrip()
