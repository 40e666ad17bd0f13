"""Snapshots A to H: how all controls stood, to come back to.

What belongs to the room and not to the music (tempo, offsets, what is recorded) is in none.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.controls.control import Control, Kind, Value
from engine.controls.table import SNAPSHOTS
from engine.errors import ControlError

LEFT_OUT = ("tempo", "note_offset", "clock_offset", "record", "capture_bars")
Snapshot = Mapping[str, Value]


class Snapshots:
    """Snapshots by letter, "a".."h", of the controls of a table.

    Those of `start` may hold some controls only; ControlError says what they must not hold.
    """

    def __init__(
        self, table: Mapping[str, Control], start: Mapping[str, Snapshot] | None = None
    ) -> None:
        self._held = {
            name: row
            for name, row in table.items()
            if row.kind is not Kind.TRIGGER and name not in LEFT_OUT
        }
        self._kept: dict[str, dict[str, Value]] = {}
        for letter, values in (start or {}).items():
            if letter not in SNAPSHOTS:
                raise ControlError(f"snapshots: {letter!r} is not one of {', '.join(SNAPSHOTS)}")
            self._kept[letter] = {name: self.checked(name, v) for name, v in values.items()}

    def checked(self, name: str, value: object) -> Value:
        """A control's value as a snapshot holds it; ControlError for what none can hold."""
        if name not in self._held:
            raise ControlError(f"snapshots: {name!r} is not a control that a snapshot holds")
        return self._held[name].check(value)

    def store(self, letter: str, values: Snapshot) -> None:
        """Keep the controls as they stand."""
        self._kept[letter] = {name: values[name] for name in self._held}

    def recall(self, letter: str) -> Snapshot | None:
        """The values to go back to; None where nothing was stored."""
        return self._kept.get(letter)

    def everything(self) -> dict[str, dict[str, Value]]:
        """A copy of what is stored, by letter."""
        return {letter: dict(values) for letter, values in sorted(self._kept.items())}
