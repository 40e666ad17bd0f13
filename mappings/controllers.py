"""Controller maps: files that say which control a knob, button or pad of a MIDI surface moves.

A map names the ports it is for. The user's own maps, in a folder of his, go before ours of the
same name or port; a map that `extends` another says only what is different.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.controls import Control, Kind, Value
from engine.errors import ControlError
from mappings.bindings import Binding, Message, Mode, Source, possible_modes, usual_mode
from mappings.reading import SUFFIXES, Fields, built_in, locate, read_yaml
from mappings.takeover import Takeover

SECTIONS = (Message.CC, Message.CC14, Message.NOTE)
KEYS = (
    "name", "ports", "extends", "channel", "takeover", "buttons", "feedback", "lights",
    *(section.value for section in SECTIONS), "pads", "programs",
)  # fmt: skip
HIGHEST = {Message.CC: 119, Message.CC14: 31, Message.NOTE: 127}  # CC 120 on are channel modes
FEEDBACK = ("none", "buttons", "all")


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

    def bound(self, new: Binding) -> tuple[Map, tuple[Binding, ...]]:
        """The map with a binding more, and those that had to go for it.

        A built-in map is extended, as the user's own file of it will.
        """
        extends = self.built_in and not self.base
        own = () if extends else tuple(old for old in self.own if not old.clashes(new))
        after = replace(self, own=(*own, new), base=self.own if extends else self.base)
        return after, tuple(old for old in self.bindings if old not in after.bindings)

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


def load_maps(
    table: Mapping[str, Control],
    own: str = "generic",
    chosen: Mapping[str, str] | None = None,
    folder: Path | None = None,
    *,
    auto: bool = True,
) -> Maps:
    """The maps of a performance; MappingError names file, key, value and what is allowed.

    `chosen` is maps by parts of port names; `auto` adds every map that names its ports itself.
    """
    known = []
    if auto:
        ours = [item for item in _files(built_in("controllers")) if item.name not in _names(folder)]
        users = _files(folder) if folder and folder.is_dir() else []
        known = [load_controller(item, table) for item in (*users, *ours)]
    return Maps(
        own=load_controller(find(own, folder), table),
        chosen=tuple(
            replace(load_controller(find(name, folder), table), ports=(part,))
            for part, name in (chosen or {}).items()
        ),
        known=tuple(one for one in known if one.ports),
    )


def _files(folder: Traversable) -> list[Traversable]:
    maps = (i for i in folder.iterdir() if i.name.endswith(SUFFIXES) and i.name[0] != ".")
    return sorted(maps, key=lambda item: item.name)


def _names(folder: Path | None) -> set[str]:
    return {item.name for item in _files(folder)} if folder and folder.is_dir() else set()


def find(name: str, folder: Path | None) -> Traversable | str:
    """The user's own map of a name, where there is one; else what load_controller finds."""
    own = folder / f"{name}.yaml" if folder else None
    return own if own is not None and own.exists() else name


def load_controller(where: str | Path | Traversable, table: Mapping[str, Control]) -> Map:
    """A built-in map by name, or one from a file, for the controls of `table`.

    MappingError names the file, the key, the value and what is allowed.
    """
    path = locate("controllers", where) if isinstance(where, (str, Path)) else where
    top = Fields(str(path), "", read_yaml(path), KEYS)
    base = _base(top, table)
    page = _page(top, base, table)
    own = page.read()
    if not own and not base.bindings:
        raise top.wrong("", dict(top.values), f"complete: one of {', '.join(KEYS[8:])} is needed")
    return Map(
        name=top.text("name"),
        own=own,
        base=base.bindings,
        ports=_parts(top) if "ports" in top.values else base.ports,
        channel=page.channel,
        takeover=Takeover(top.choice("takeover", _TAKEOVERS, base.takeover.value)),
        buttons=page.buttons,
        feedback=top.choice("feedback", FEEDBACK, base.feedback),
        lights=_lights(top, base.lights),
        file=str(path),
        built_in=_is_ours(path),
    )


def read_page(path: Path, table: Mapping[str, Control]) -> list[tuple[str, Binding]]:
    """The entries of one file alone and the place of each, such as cc.16 or pads[1].controls[2]."""
    top = Fields(str(path), "", read_yaml(path), KEYS)
    page = _page(top, _base(top, table), table)
    page.read()
    return page.found


def _page(top: Fields, base: Map, table: Mapping[str, Control]) -> _Page:
    channel = top.whole("channel", 1, 16) if "channel" in top.values else base.channel
    return _Page(top, table, channel, Mode(top.choice("buttons", _BUTTONS, base.buttons.value)))


def _is_ours(path: Traversable) -> bool:
    return any(
        item.name == path.name and item == path for item in built_in("controllers").iterdir()
    )


_BUTTONS = (Mode.MOMENTARY.value, Mode.TOGGLE.value)
_TAKEOVERS = tuple(one.value for one in Takeover)


def _base(top: Fields, table: Mapping[str, Control]) -> Map:
    """What a map builds on: one of ours or a file; never itself."""
    if "extends" not in top.values:
        return Map("", ())
    names = [item.name.removesuffix(".yaml") for item in _files(built_in("controllers"))]
    return load_controller(top.choice("extends", names), table)


def _parts(top: Fields) -> tuple[str, ...]:
    value = top.values["ports"]
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise top.wrong("ports", value, "a list of parts of port names")
    return tuple(value)


def _lights(top: Fields, base: tuple[int, int]) -> tuple[int, int]:
    lights = top.under("lights", ("dark", "lit"), {})
    return lights.whole("dark", 0, 127, base[0]), lights.whole("lit", 0, 127, base[1])


@dataclass
class _Page:
    """The entries of one file, read from top to bottom; each must be new."""

    top: Fields
    table: Mapping[str, Control]
    channel: int | None
    buttons: Mode
    found: list[tuple[str, Binding]] = field(default_factory=list)  # with the place of each
    _codes: dict[int, str] = field(default_factory=dict)  # places by what is taken
    _controls: dict[tuple[str, Value | None], str] = field(default_factory=dict)

    def read(self) -> tuple[Binding, ...]:
        for section in SECTIONS:
            for key, entry in self._section(section).items():
                source = self._source(section, key)
                self._add(f"{section.value}.{key}", source, entry)
        self._pads()
        self._programs()
        return tuple(binding for _, binding in self.found)

    def _section(self, section: Message) -> Mapping[object, object]:
        numbers = "CC numbers" if section is not Message.NOTE else "note numbers"
        value = self.top.values.get(section.value)
        if section.value in self.top.values and (not isinstance(value, dict) or not value):
            raise self.top.wrong(section.value, value, f"a mapping of {numbers} to controls")
        return value if isinstance(value, dict) else {}

    def _source(self, section: Message, key: object) -> Source:
        number, at, channel = str(key).partition("@")
        highest = HIGHEST[section]
        good = number.isdecimal() and int(number) <= highest and not isinstance(key, bool)
        if not good or (at and not (channel.isdecimal() and 1 <= int(channel) <= 16)):
            allowed = f"a whole number from 0 to {highest}, or number@channel with a channel 1..16"
            raise self.top.wrong(section.value, key, allowed)
        return Source(section, int(number), int(channel) if at else self.channel)

    def _add(self, where: str, source: Source, entry: object) -> None:
        binding = self._binding(where, source, entry)
        for code in source.codes():
            if (place := self._codes.setdefault(code, where)) != where:
                raise self.top.wrong(where, entry, f"possible: {place} has this message")
        if source.kind is not Message.PROGRAM:
            what = (binding.control.name, binding.value)
            if (place := self._controls.setdefault(what, where)) != where:
                raise self.top.wrong(where, entry, f"possible: {place} has this control")
        self.found.append((where, binding))

    def _binding(self, where: str, source: Source, entry: object) -> Binding:
        if not isinstance(entry, dict):
            return Binding(
                source, control := self._control(where, entry), self._usual(where, source, control)
            )
        fields = Fields(self.top.file, where, entry, ("control", "mode", "value"))
        control = self._control(where, fields.get("control", "a control"), ".control")
        value = self._value(fields, control) if "value" in entry else None
        if "mode" in entry:
            modes = [mode.value for mode in possible_modes(source, control, value)]
            return Binding(source, control, Mode(fields.choice("mode", modes)), value)
        mode = Mode.MOMENTARY if value is not None else self._usual(where, source, control)
        return Binding(source, control, mode, value)

    def _control(self, where: str, name: object, below: str = "") -> Control:
        if not isinstance(name, str) or name not in self.table:
            raise self.top.wrong(where + below, name, "one of " + ", ".join(self.table))
        return self.table[name]

    def _value(self, fields: Fields, control: Control) -> Value:
        value = fields.values["value"]
        if control.choices and isinstance(value, bool):
            value = "on" if value else "off"  # YAML takes these words for true and false
        try:
            if control.kind is Kind.TRIGGER:
                raise ControlError("")
            return control.check(value)
        except ControlError:
            allowed = control.allowed() if control.kind is not Kind.TRIGGER else "needed: a trigger"
            raise fields.wrong("value", value, allowed) from None

    def _usual(self, where: str, source: Source, control: Control) -> Mode:
        """How an entry works that does not say."""
        mode = usual_mode(source, control, self.buttons)
        if mode is None:
            allowed = "a trigger, a switch or one with choices, or needs a value to set"
            raise self.top.wrong(where, control.name, allowed)
        return mode

    def _pads(self) -> None:
        """A range of notes, pad by pad; ~ leaves one out."""
        if "pads" not in self.top.values:
            return
        for row in self.top.rows("pads", ("first", "channel", "controls")):
            first = row.whole("first", 0, 127)
            channel = row.whole("channel", 1, 16) if "channel" in row.values else self.channel
            controls = row.get("controls", allowed := "a list of controls, ~ for a pad left out")
            if not isinstance(controls, list) or not 1 <= len(controls) <= 128 - first:
                raise row.wrong("controls", controls, f"{allowed}, up to note 127")
            for note, entry in enumerate(controls, start=first):
                if entry is not None:
                    place = f"{row.where}.controls[{note - first + 1}]"
                    self._add(place, Source(Message.NOTE, note, channel), entry)

    def _programs(self) -> None:
        """Program changes that choose a style: by number, or `all` in the order of the table."""
        programs = self.top.values.get("programs")
        if "programs" not in self.top.values:
            return
        style = self.table["style"]
        if programs == "all":
            programs = dict(enumerate(style.choices[:128]))
        if not isinstance(programs, dict) or not programs:
            raise self.top.wrong("programs", programs, "all, or a mapping of programs to styles")
        for number, name in programs.items():
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= 127:
                raise self.top.wrong("programs", number, "a whole number from 0 to 127")
            entry = {"control": "style", "value": name}
            self._add(f"programs.{number}", Source(Message.PROGRAM, number, self.channel), entry)
