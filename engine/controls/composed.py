"""The composed controls: what a bar is made under, and how it is played once it is made."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.controls.follow import Lead
from engine.score.grid import FOUR_FOUR, Meter
from engine.score.notes import Blend, Voice
from engine.score.song_parts import FREE
from engine.score.style_morph import blend_of, nearer

# The controls of which undo takes the values along.
MATERIAL = (
    *("style", "style_b", "morph", "meter"),
    *("density", "complexity", "temperature", "strength", "seed"),
)


@dataclass(frozen=True, slots=True)
class ComposedSettings:
    """The composed controls a bar is made under; ranges as in the table of controls.

    `style` is on its way to `style_b` by `morph`; `lead` is what the performer taps.
    """

    style: str
    density: float = 0.5
    complexity: float = 0.5
    variation: float = 0.5
    temperature: float = 1.0
    fill_every: int = 8  # bars; 0: never
    fill_complexity: float = 0.5
    phrase: int = 8  # bars; the model knows the place in four and in eight
    style_b: str = ""
    morph: float = 0.0
    strength: float = 0.5
    seed: int = 0
    lead: Lead | None = None
    meter: Meter = FOUR_FOUR

    @property
    def playing(self) -> str:
        """The style whose patterns play and whose name bars carry."""
        return nearer(self.style, self.style_b, self.morph)

    @property
    def blend(self) -> Blend:
        """The styles it stands between; empty where it is one of them."""
        return blend_of(self.style, self.style_b, self.morph)

    @property
    def material(self) -> tuple[object, ...]:
        """What makes a beat another beat; the rest says only when and how often it plays."""
        knobs = (self.density, self.complexity, self.temperature, self.strength, self.seed)
        return (self.playing, self.blend, self.meter, *knobs)

    @property
    def asked(self) -> tuple[object, ...]:
        """What a drummer is asked for anew when it changes."""
        often = (self.variation, self.fill_every, self.fill_complexity, self.phrase)
        return (*self.material, *often, self.lead)

    def with_material_of(self, other: ComposedSettings) -> ComposedSettings:
        """The other's material; variation, fills, phrase and what is tapped stay."""
        return replace(self, **{name: getattr(other, name) for name in MATERIAL})


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the bars are played, whoever composed them.

    `time` is "half", "normal" or "double"; `fill_amount` the share of its bar that a fill
    takes, 0..1; `locked` voices go on as they are; `loop` repeats the last two bars of `meter`;
    `part` of the song is the one that was called.
    """

    time: str = "normal"
    fill_amount: float = 1.0
    locked: frozenset[Voice] = frozenset()
    loop: bool = False
    meter: Meter = FOUR_FOUR
    part: str = FREE
