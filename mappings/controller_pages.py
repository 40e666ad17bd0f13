"""The page of one controller file, read strictly, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.controls.control import Control, Kind, Value
from engine.controls.table import LISTED_BY
from engine.errors import ControlError
from engine.names import instead
from mappings.bindings import (
    Binding,
    Message,
    MidiSource,
    Mode,
    Sends,
    possible_modes,
    usual_mode,
)
from mappings.controller_map import Map
from mappings.takeover import Takeover
from mappings.yaml_fields import Fields

SECTIONS = (Message.CC, Message.CC14, Message.NOTE)
KEYS = (
    "name", "ports", "extends", "channel", "takeover", "buttons", "feedback", "lights",
    *(section.value for section in SECTIONS), "pads", "programs",
)  # fmt: skip
HIGHEST = {Message.CC: 119, Message.CC14: 31, Message.NOTE: 127}  # CC 120 on are channel modes
ENTRY = ("control", "mode", "value", "sends", "touch")
FEEDBACK = ("none", "buttons", "all")


def page_of(top: Fields, base: Map, table: Mapping[str, Control]) -> ControllerPage:
    channel = top.whole("channel", 1, 16) if "channel" in top.values else base.channel
    return ControllerPage(
        top, table, channel, Mode(top.choice("buttons", _BUTTONS, base.buttons.value))
    )


_BUTTONS = (Mode.MOMENTARY.value, Mode.TOGGLE.value)
TAKEOVERS = tuple(one.value for one in Takeover)


def parts_of(top: Fields) -> tuple[str, ...]:
    value = top.values["ports"]
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise top.wrong("ports", value, "a list of parts of port names")
    return tuple(value)


def lights_of(top: Fields, base: tuple[int, int]) -> tuple[int, int]:
    lights = top.under("lights", ("dark", "lit"), {})
    return lights.whole("dark", 0, 127, base[0]), lights.whole("lit", 0, 127, base[1])


def _is_endless(key: object) -> bool:
    """A number that Python neither reads nor writes."""
    return len(key) > 20 if isinstance(key, str) else isinstance(key, int) and abs(key) > 10**9


@dataclass
class ControllerPage:
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

    def _source(self, section: Message, key: object) -> MidiSource:
        number, at, channel = ("" if _is_endless(key) else str(key)).partition("@")
        highest = HIGHEST[section]
        good = number.isdecimal() and int(number) <= highest and not isinstance(key, bool)
        if not good or (at and not (channel.isdecimal() and 1 <= int(channel) <= 16)):
            allowed = f"a whole number from 0 to {highest}, or number@channel with a channel 1..16"
            raise self.top.wrong(section.value, key, allowed)
        return MidiSource(section, int(number), int(channel) if at else self.channel)

    def _add(self, where: str, source: MidiSource, entry: object) -> None:
        binding = self._binding(where, source, entry)
        touch = () if binding.touch is None else binding.touch.codes()
        for code in (*source.codes(), *touch):
            if (place := self._codes.setdefault(code, where)) != where:
                raise self.top.wrong(where, entry, f"possible: {place} has this message")
        if source.kind is not Message.PROGRAM:
            what = (binding.control.name, binding.value)
            if (place := self._controls.setdefault(what, where)) != where:
                raise self.top.wrong(where, entry, f"possible: {place} has this control")
        self.found.append((where, binding))

    def _binding(self, where: str, source: MidiSource, entry: object) -> Binding:
        if not isinstance(entry, dict):
            return Binding(
                source, control := self._control(where, entry), self._usual(where, source, control)
            )
        fields = Fields(self.top.file, where, entry, ENTRY)
        control = self._control(where, fields.get("control", "a control"), ".control")
        value = self._value(fields, control) if "value" in entry else None
        if "mode" in entry:
            modes = [mode.value for mode in possible_modes(source, control, value)]
            mode = Mode(fields.choice("mode", modes))
        else:
            mode = Mode.MOMENTARY if value is not None else self._usual(where, source, control)
        binding = Binding(source, control, mode, value)
        return replace(
            binding, sends=self._sends(fields, binding), touch=self._touch(fields, binding)
        )

    def _sends(self, fields: Fields, binding: Binding) -> Sends | None:
        """What a pedal sends; of use where something happens at each press."""
        if "sends" not in fields.values:
            return None
        if not binding.is_press:
            raise fields.wrong("sends", fields.values["sends"], "of use but at a trigger or toggle")
        return Sends(fields.choice("sends", [one.value for one in Sends]))

    def _touch(self, fields: Fields, binding: Binding) -> MidiSource | None:
        """The note of a fader that feels a finger, on the fader's channel."""
        if "touch" not in fields.values:
            return None
        if binding.is_button:
            raise fields.wrong("touch", fields.values["touch"], "of use but at a knob or fader")
        return MidiSource(Message.NOTE, fields.whole("touch", 0, 127), binding.source.channel)

    def _control(self, where: str, name: object, below: str = "") -> Control:
        if not isinstance(name, str) or name not in self.table:
            allowed = instead(name, self.table, LISTED_BY)
            raise self.top.wrong(where + below, name, allowed)
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
            trigger = control.kind is Kind.TRIGGER
            allowed = "needed: a trigger" if trigger else control.allowed() + control.near(value)
            raise fields.wrong("value", value, allowed) from None

    def _usual(self, where: str, source: MidiSource, control: Control) -> Mode:
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
                    self._add(place, MidiSource(Message.NOTE, note, channel), entry)

    def _programs(self) -> None:
        """Program changes that choose a style: by number, or `all` by the places of styles."""
        programs = self.top.values.get("programs")
        if "programs" not in self.top.values:
            return
        style = self.table["style"]
        if programs == "all":
            places = style.places or range(len(style.choices))
            programs = dict(zip(places, style.choices, strict=False))
        if not isinstance(programs, dict) or not programs:
            raise self.top.wrong("programs", programs, "all, or a mapping of programs to styles")
        for number, name in programs.items():
            if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= 127:
                raise self.top.wrong("programs", number, "a whole number from 0 to 127")
            entry = {"control": "style", "value": name}
            self._add(
                f"programs.{number}", MidiSource(Message.PROGRAM, number, self.channel), entry
            )
