"""The controls as they stand, and what they mean to the rest of the engine.

A bad value is refused with a complaint that names the control and what it takes; the
values that stand always fit the table.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.controls import Control, Value, table
from engine.errors import ControlError
from engine.feel import Knobs
from engine.notes import Voice
from engine.phrases import Arrangement
from engine.style import Style
from engine.themes import Settings

_MUTES = tuple((voice, f"mute_{voice.value}") for voice in Voice)
_LOCKS = tuple((voice, f"lock_{voice.value}") for voice in Voice)
_MATERIAL = ("style", "density", "complexity", "temperature")


class Desk:
    """The values of all controls over a bank of styles."""

    def __init__(self, styles: Mapping[str, Style], style: Value | None = None) -> None:
        self.table: dict[str, Control] = table(tuple(styles))
        self.values: dict[str, Value] = {name: row.default for name, row in self.table.items()}
        self._styles = styles
        if style is not None:
            self.values["style"] = self.table["style"].check(style)
        self.sounding = str(self.values["style"])  # whose bar plays, whose swing stands
        self.values["tempo"] = float(styles[self.sounding].tempo[1])
        self._load_swing()

    def check(self, name: str, value: object) -> tuple[Control, Value]:
        """The row of a control and its value as kept; ControlError for what does not fit."""
        if name not in self.table:
            raise ControlError(f"{name}: no such control; `drumigen controls` lists them")
        return self.table[name], self.table[name].check(value)

    def adopt(self, style: str) -> None:
        """A bar of this style begins; a new style brings its swing along, as a preset does."""
        if style != self.sounding:
            self.sounding = style
            self._load_swing()

    def _load_swing(self) -> None:
        style = self._styles[self.sounding]
        self.values["swing"] = style.swing
        self.values["swing_grid"] = str(style.swing_grid)

    def number(self, name: str) -> float:
        return float(self.values[name])

    @property
    def shift(self) -> float:
        """Seconds by which every note leaves later; negative: earlier."""
        return (self.number("push") + self.number("note_offset")) / 1000.0

    def settings(self) -> Settings:
        """The composed controls that a bar is made under."""
        every = str(self.values["fill_every"])
        return Settings(
            style=str(self.values["style"]),
            density=self.number("density"),
            complexity=self.number("complexity"),
            variation=self.number("variation"),
            temperature=self.number("temperature"),
            fill_every=0 if every == "off" else int(every),
            fill_complexity=self.number("fill_complexity"),
            phrase=int(self.values["phrase"]),
        )

    def restore(self, settings: Settings) -> None:
        """Put the controls that make the material back to what they were."""
        self.values |= dict(zip(_MATERIAL, settings.material, strict=True))

    def arrangement(self) -> Arrangement:
        """The composed controls that say how a bar is played once it is made."""
        return Arrangement(
            time=str(self.values["time"]),
            fill_amount=self.number("fill_amount"),
            locked=frozenset(voice for voice, name in _LOCKS if self.values[name]),
            loop=bool(self.values["loop"]),
        )

    def touch(self) -> tuple[float, float]:
        """Intensity and ghosts, 0..1 each: performed at once, and heeded by bars to come."""
        return self.number("intensity"), self.number("ghost") / 2.0

    def knobs(self) -> Knobs:
        """The performed controls that shape strokes."""
        return Knobs(
            swing=self.number("swing"),
            swing_grid=int(self.values["swing_grid"]),
            humanize=self.number("humanize"),
            intensity=self.number("intensity"),
            dynamics=self.number("dynamics"),
            ghost=self.number("ghost"),
            density=self.number("density"),
            muted=frozenset(voice for voice, name in _MUTES if self.values[name]),
        )
