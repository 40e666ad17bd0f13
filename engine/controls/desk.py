"""The controls as they stand, and what they mean to the rest of the engine.

A bad value is refused with a complaint that names the control and what it takes; the
values that stand always fit the table.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.controls.composed import MATERIAL, Arrangement, ComposedSettings
from engine.controls.control import Control, Value
from engine.controls.snapshots import Snapshot
from engine.controls.table import LISTED_BY, table
from engine.errors import ControlError
from engine.feel.strokes import PerformedKnobs
from engine.score.grid import METERS, Meter
from engine.score.notes import GROUPS, Bar, Blend, Voice
from engine.score.style import Style, Swing
from engine.score.style_morph import blended

_BRINGING = ("style", "style_b", "morph")  # what brings a swing along
_STARTING = (*_BRINGING, "meter")  # what stands before the first control is turned
_GROUP_KNOBS = {
    knob: tuple((group, f"{knob}_{group}") for group in GROUPS)
    for knob in ("density", "level", "swing", "humanize", "dynamics", "mute", "solo", "lock")
}
_ALL = frozenset(Voice)
# A style, the swing and grid it brings along, and the swing it is written in.
Brought = tuple[str, float, int, Swing | None]


class Desk:
    """The values of all controls over a bank of styles.

    `start` says where style, style_b and morph begin, because they bring their swing along,
    and meter, in which the song begins; ControlError for what they do not take.
    """

    def __init__(
        self, styles: Mapping[str, Style], start: Mapping[str, Value] | None = None
    ) -> None:
        self.table: dict[str, Control] = table(styles)
        self.values: dict[str, Value] = {name: row.default for name, row in self.table.items()}
        self._styles = styles
        for name, value in (start or {}).items():
            if name in _STARTING:
                self.values[name] = self.table[name].check(value)
        self.values["tempo"] = float(styles[str(self.values["style"])].tempo[1])
        self._sounding = self._coming()  # whose bar plays, whose swing stands
        self._kept: Brought | None = None  # what is to come and finds its swing set already
        self._load_swing()

    def check(self, name: str, value: object) -> tuple[Control, Value]:
        """The row of a control and its value as kept; ControlError for what does not fit."""
        if name not in self.table:
            raise ControlError(f"{name}: no such control; `{LISTED_BY}` lists them")
        return self.table[name], self.table[name].check(value)

    def adopt(self, bar: Bar) -> bool:
        """A bar begins; a new style or morph brings its swing along, as a preset does.

        True where it did.
        """
        return self._adopt(self._brought(bar.style, bar.blend))

    def foresee(self) -> None:
        """Nothing sounds: what is to come brings its swing along at once."""
        self._adopt(self._coming())

    def _adopt(self, brought: Brought) -> bool:
        if brought == self._sounding:
            return False
        self._sounding, kept, self._kept = brought, self._kept, None
        if brought == kept:
            return False
        self._load_swing()
        return True

    def recall(self, snapshot: Snapshot) -> None:
        """Put controls to where they stood; a swing among them stays when its style begins."""
        self.values |= snapshot
        if "swing" in snapshot:
            self._kept = self._coming()

    def _coming(self) -> Brought:
        settings = self.settings()
        return self._brought(settings.playing, settings.blend)

    def _brought(self, name: str, blend: Blend) -> Brought:
        style = blended(self._styles, name, blend)
        return name, style.swing, style.swing_grid, style.written

    def _load_swing(self) -> None:
        _, swing, grid, _ = self._sounding
        self.values["swing"], self.values["swing_grid"] = swing, str(grid)

    def number(self, name: str) -> float:
        return float(self.values[name])

    @property
    def shift(self) -> float:
        """Seconds by which every note leaves later; negative: earlier."""
        return (self.number("push") + self.number("note_offset")) / 1000.0

    @property
    def swing(self) -> Swing:
        """Percent and grid."""
        return self.number("swing"), int(self.values["swing_grid"])

    @property
    def meter(self) -> Meter:
        """The meter of bars to come."""
        return METERS[str(self.values["meter"])]

    def settings(self) -> ComposedSettings:
        """The composed controls that a bar is made under."""
        every = str(self.values["fill_every"])
        return ComposedSettings(
            style=str(self.values["style"]),
            density=self.number("density"),
            complexity=self.number("complexity"),
            variation=self.number("variation"),
            temperature=self.number("temperature"),
            fill_every=0 if every == "off" else int(every),
            fill_complexity=self.number("fill_complexity"),
            phrase=int(self.values["phrase"]),
            style_b=str(self.values["style_b"]),
            morph=self.number("morph"),
            strength=self.number("strength"),
            seed=int(self.number("seed")),
            meter=self.meter,
        )

    def restore(self, settings: ComposedSettings) -> None:
        """Put the controls that make the material back to what they were."""
        for name in MATERIAL:
            self.values[name] = self.table[name].check(getattr(settings, name))

    def arrangement(self) -> Arrangement:
        """The composed controls that say how a bar is played once it is made."""
        return Arrangement(
            time=str(self.values["time"]),
            fill_amount=self.number("fill_amount"),
            locked=self._switched("lock"),
            loop=bool(self.values["loop"]),
            meter=self.meter,
            part=str(self.values["part"]),
        )

    def touch(self) -> tuple[float, float]:
        """Intensity and ghosts, 0..1 each: performed at once, and composed for in bars to come."""
        return self.number("intensity"), self.number("ghost") / 2.0

    def knobs(self) -> PerformedKnobs:
        """The performed controls that shape strokes."""
        swing, grid = self.swing
        return PerformedKnobs(
            swing=swing,
            swing_grid=grid,
            written=self._sounding[-1],
            humanize=self.number("humanize"),
            intensity=self.number("intensity"),
            dynamics=self.number("dynamics"),
            ghost=self.number("ghost"),
            density=self.number("density"),
            muted=self._muted(),
            densities=self._turned("density"),
            levels={
                voice: level
                for group, level in self._turned("level").items()
                for voice in GROUPS[group]
            },
            swings=self._apart("swing"),
            humanizes=self._apart("humanize"),
            dynamics_of=self._apart("dynamics"),
        )

    def _apart(self, knob: str) -> dict[Voice, float]:
        """Where a knob stands for the voices of groups that are not to go as all do."""
        row, all_ = self.table[knob], self.number(knob)
        return {
            voice: min(row.high, max(row.low, all_ + difference))
            for group, difference in self._turned(knob).items()
            for voice in GROUPS[group]
        }

    def _turned(self, knob: str) -> dict[str, float]:
        """The groups whose own knob ("density", "swing") was moved, and where it stands.

        The others are left out: this is asked for at every turn of any knob.
        """
        values = {group: self.values[name] for group, name in _GROUP_KNOBS[knob]}
        default = self.table[f"{knob}_kick"].default
        return {group: float(value) for group, value in values.items() if value != default}

    def _muted(self) -> frozenset[Voice]:
        """What is muted, and all that is not on solo where something is."""
        solo = self._switched("solo")
        return self._switched("mute") | (_ALL - solo if solo else solo)

    def _switched(self, switch: str) -> frozenset[Voice]:
        """The voices of all groups whose switch ("mute", "lock") is on."""
        on = (group for group, name in _GROUP_KNOBS[switch] if self.values[name])
        return frozenset(voice for group in on for voice in GROUPS[group])
