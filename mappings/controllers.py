"""Controller maps: which control a knob or button of a MIDI surface turns.

A map takes messages of any channel, and silently passes over what it has no control for: on
stage nothing a surface sends may stop the sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.controls import Control, Kind, Value
from mappings.reading import Fields, locate, read_yaml

PRESSED = 64  # a button is down from this value on, as MIDI has it
_CONTROL_CHANGE = 0xB0
_HIGHEST_CC = 119  # above it are channel mode messages (all notes off and the like)


@dataclass(slots=True)
class Map:
    """The controls of a surface by CC number 0..119.

    It remembers the last value of each CC of each channel, so that a trigger fires once, when
    its button goes down.
    """

    name: str
    controls: Mapping[int, Control]
    last: dict[bytes, int] = field(default_factory=dict)

    def turn(self, message: bytes) -> tuple[str, Value] | None:
        """The control that a message turns and its new value, or None.

        A trigger's value is 1.0, at the press only.
        """
        if len(message) != 3 or message[0] & 0xF0 != _CONTROL_CHANGE or message[2] > 127:
            return None
        control = self.controls.get(message[1])
        if control is None:
            return None
        value = message[2]
        before = self.last.get(message[:2], 0)
        self.last[message[:2]] = value
        if control.kind is not Kind.TRIGGER:
            return control.name, control.from_unit(value / 127)
        return (control.name, 1.0) if before < PRESSED <= value else None


def load_controller(name_or_path: str | Path, table: Mapping[str, Control]) -> Map:
    """A built-in map (default) or one from a file, for the controls of `table`.

    MappingError names the file, the key and what is allowed.
    """
    path = locate("controllers", name_or_path)
    top = Fields(str(path), "", read_yaml(path), ("name", "cc"))
    rows = top.get("cc", "a mapping of CC numbers to controls")
    if not isinstance(rows, dict) or not rows:
        raise top.wrong("cc", rows, "a mapping of CC numbers to controls")
    controls = {}
    for number, name in rows.items():
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not whole or not 0 <= number <= _HIGHEST_CC:
            raise top.wrong("cc", number, f"a whole number from 0 to {_HIGHEST_CC}")
        if not isinstance(name, str) or name not in table:
            raise top.wrong(f"cc.{number}", name, "one of " + ", ".join(table))
        controls[number] = table[name]
    return Map(top.text("name"), controls)
