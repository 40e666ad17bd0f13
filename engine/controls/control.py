"""A row of the table of controls: its range, when it is heard, what it takes."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum

from engine.errors import ControlError
from engine.names import hint, key, one_of

Value = float | str
PLACES = 128  # as many as a CC has values: a choice with a place is reached by its number


class Kind(Enum):
    """When a control is heard."""

    PERFORMED = "performed"  # on the next note
    COMPOSED = "composed"  # on the next bar
    TRIGGER = "trigger"  # once, when it goes up


class Curve(Enum):
    """How a surface's 0..1 is spread over the range."""

    LINEAR = "linear"
    # Half the way from the middle moves a quarter of it. A knob of 128 steps has no middle: a
    # linear offset of ±100 ms could not be set to 0, nor finer than 1.6 ms, a level not to 1.
    FINE = "fine about the middle"


@dataclass(frozen=True, slots=True)
class Control:
    """A row of the table; `low`..`high` in `unit`, or one of `choices`.

    `step` 1 makes whole numbers. A number from a surface, 0..1, is spread over the range by
    the `curve`, or evenly over the choices. Where choices have `places`, rising from 0 to
    PLACES - 1, it is spread over all places instead: what is added moves no other. A place
    that nobody has chooses the next one below, and a choice beyond them is reached by name.
    `aliases` are further spellings and the choice of each; `listed_by` is the command that
    lists choices too many for an error.
    """

    name: str
    kind: Kind
    help: str
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    default: Value = 0.0
    step: float = 0.0
    choices: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    listed_by: str = ""
    curve: Curve = Curve.LINEAR

    # Choices by what they and their aliases compare by: they are looked up on stage.
    _known: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {key(alias): choice for alias, choice in self.aliases}
        known |= {key(choice): choice for choice in self.choices}  # go before aliases
        object.__setattr__(self, "_known", known)

    def from_unit(self, unit: float) -> Value:
        """The value of a surface's 0..1 (outside it: the nearest end)."""
        unit = min(1.0, max(0.0, unit))
        if self.places:
            below = bisect_right(self.places, round(unit * (PLACES - 1))) - 1
            return self.choices[max(0, below)]
        if self.choices:
            return self.choices[min(len(self.choices) - 1, int(unit * len(self.choices)))]
        if self.curve is Curve.FINE:
            way = 2.0 * unit - 1.0
            unit = 0.5 + way * abs(way) / 2.0
        value = self.low + unit * (self.high - self.low)
        return float(round(value / self.step) * self.step) if self.step else value

    def to_unit(self, value: Value) -> float:
        """Where a value stands in 0..1, for a surface to show."""
        if self.places:
            beyond = len(self.places) - 1
            place = self.places[min(beyond, self.choices.index(str(value)))]
            return place / (PLACES - 1)
        if self.choices:
            return (self.choices.index(str(value)) + 0.5) / len(self.choices)
        unit = (float(value) - self.low) / (self.high - self.low)
        if self.curve is Curve.FINE:
            way = 2.0 * unit - 1.0
            unit = 0.5 + math.copysign(math.sqrt(abs(way)), way) / 2.0
        return unit

    def check(self, value: object) -> Value:
        """The value as the engine keeps it, or ControlError with what is allowed."""
        if self.choices:
            return self._choice(value)
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not self.low <= number <= self.high:
            raise ControlError(f"{self.name}: {value!r} is not {self.allowed()}")
        return float(round(number / self.step) * self.step) if self.step else number

    def _choice(self, value: object) -> str:
        choice = self._known.get(key(value))
        if choice is None:
            raise ControlError(f"{self.name}: {value!r} is not {self.allowed()}")
        return choice

    def near(self, value: object) -> str:
        """The nearest choices, as the end of that error; it may take a millisecond."""
        return hint(value, self.choices, dict(self.aliases))

    def allowed(self) -> str:
        """What the control takes, in words."""
        if self.choices:
            return one_of(self.choices, self.listed_by)
        if self.step and (self.low, self.high) == (0, 1):
            return "0 or 1"
        whole = " whole" if self.step else ""
        return f"a{whole} number from {self.low:g} to {self.high:g} {self.unit}".rstrip()
