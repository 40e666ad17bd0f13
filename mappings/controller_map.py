"""What the knobs, buttons and pads of a surface move, and which map is for which port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from mappings.bindings import Binding, Mode
from mappings.takeover import Takeover


@dataclass(frozen=True)
class Map:
    """What the surface at a port moves; `feedback` says what of it can show a value."""

    name: str
    own: tuple[Binding, ...]
    ports: tuple[str, ...] = ()  # parts of names of ports it is for
    channel: int | None = None  # of entries that say none; None: any
    takeover: Takeover = Takeover.NONE
    buttons: Mode = Mode.MOMENTARY  # of switches that say nothing
    feedback: str = "none"
    lights: tuple[int, int] = (0, 127)  # what is sent for dark and lit
    base: tuple[Binding, ...] = ()  # of the map it extends; `own` ones go before them
    file: str = field(default="", compare=False)  # it was read from; "" for none
    built_in: bool = field(default=False, compare=False)

    @cached_property
    def bindings(self) -> tuple[Binding, ...]:
        """What it moves in the end."""
        kept = (old for old in self.base if not any(old.clashes(new) for new in self.own))
        return (*kept, *self.own)

    @cached_property
    def by_code(self) -> Mapping[int, Binding]:
        """The bindings by the codes of their messages."""
        return {code: binding for binding in self.bindings for code in binding.source.codes()}

    @cached_property
    def by_touch(self) -> Mapping[int, Binding]:
        """The bindings by the codes of the notes that say that a finger is on them."""
        touched = [one for one in self.bindings if one.touch is not None]
        return {code: one for one in touched if one.touch for code in one.touch.codes()}

    def bound(self, new: Binding) -> tuple[Map, tuple[Binding, ...]]:
        """The map with a binding more, and those that had to go for it.

        A built-in map is extended, as the user's own file of it will.
        """
        extends = self.built_in and not self.base
        own = () if extends else tuple(old for old in self.own if not old.clashes(new))
        after = replace(self, own=(*own, new), base=self.own if extends else self.base)
        return after, tuple(old for old in self.bindings if old not in after.bindings)

    def refined(self, new: Binding) -> Binding:
        """A binding that was learned, with what the map says of this knob and control already."""
        for old in self.bindings:
            if old.source == new.source and old.control == new.control:
                sends = old.sends if new.is_press else None
                return replace(new, sends=sends, touch=None if new.is_button else old.touch)
        return new

    def fits(self, port: str) -> int:
        """How many letters of a port's name it knows; 0: it is not for this port."""
        return max(
            (len(part) for part in self.ports if part.casefold() in port.casefold()), default=0
        )


@dataclass(frozen=True)
class Maps:
    """All maps of a performance: `own` is for our virtual port, the others go by port name.

    `chosen` ports come from config.yaml and go before `known` ones.
    """

    own: Map
    chosen: tuple[Map, ...] = ()
    known: tuple[Map, ...] = ()

    @property
    def ports(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Parts of the names of controllers: of their inputs, and of outputs that show values."""
        maps = (*self.chosen, *self.known)
        shown = [one for one in maps if one.feedback != "none"]
        ins, outs = (tuple(part for one in some for part in one.ports) for some in (maps, shown))
        return ins, outs

    def of(self, port: str) -> Map | None:
        """The map for a port: the one that knows most of its name; None: no controller."""
        for maps in (self.chosen, self.known):
            best = max(maps, key=lambda one: one.fits(port), default=None)
            if best is not None and best.fits(port):
                return best
        return None

    def replaced(self, before: Map, after: Map) -> Maps:
        """The maps with one of them changed."""
        return Maps(
            own=after if self.own is before else self.own,
            chosen=tuple(after if one is before else one for one in self.chosen),
            known=tuple(after if one is before else one for one in self.known),
        )
