"""The MIDI surfaces on the table: what their knobs, buttons and pads say, and takeover.

Each input port is a surface of its own. Whatever it sends, nothing is raised; what its map does
not know is passed over, and a note it does not know counts as struck.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from engine.controls.control import Kind, Value
from engine.playing.events import Event, Struck
from live.midi.feedback import ECHO, Feedback
from live.midi.masters import Masters
from live.midi.midi_learn import Learned, Learner, told
from live.midi.surface import NOTE_OFF, Surface, Values
from mappings.bindings import (
    CC,
    NOTE,
    PROGRAM,
    Binding,
    Message,
    Mode,
    code_of,
)
from mappings.controller_map import Map, Maps
from mappings.takeover import Takeover

_STEADY = (Mode.ABSOLUTE, Mode.MOMENTARY)  # each value says all there is to say
_LENGTHS = {NOTE_OFF: 3, NOTE: 3, CC: 3, PROGRAM: 2}  # bytes of the messages that count


class Surfaces:
    """Every surface by the name of its port; the conductor's thread only."""

    def __init__(
        self,
        maps: Maps,
        desk: Values,
        *,
        inputs: Sequence[str] = (),
        takeover: Takeover | None = None,
        save: Callable[[Map, Binding], None] = lambda _map, _binding: None,
    ) -> None:
        """`inputs` are parts of names of ports whose clock counts though they are controllers;
        `takeover` goes before what the maps say; `save` keeps a learned binding of a map,
        without waiting for the disk."""
        self.maps = maps
        self.learner = Learner(desk.table)
        self.masters = Masters()
        self.feedback = Feedback()
        self._desk = desk
        self._inputs = tuple(part.casefold() for part in inputs)
        self._takeover = takeover
        self._save = save
        self._surfaces: dict[str, Surface] = {}
        self._outputs: Sequence[str] = ()
        self._held_back: dict[tuple[str, int], tuple[float, Binding, int, Value]] = {}

    def surface(self, port: str) -> Surface:
        """The surface at a port; it is made when first heard of."""
        found = self._surfaces.get(port)
        if found is None:
            known = self.maps.of(port)
            one = known or self.maps.own
            asked = any(part in port.casefold() for part in self._inputs)
            takeover = self._takeover or one.takeover
            found = Surface(one, self._desk, takeover, known is None or asked)
            self._surfaces[port] = found
        return found

    def clocked(self, port: str) -> bool:
        """Whether Start, Stop and the clock of a port count: not those of a mere controller."""
        return self.surface(port).clocked

    def clock_counts(self, status: int, port: str, now: float) -> bool:
        """Whether such a message of a port counts; not where another master leads."""
        return self.clocked(port) and self.masters.leads(port, status, now)

    def hear(self, message: bytes, port: str, now: float) -> Event | None:
        """What a channel message from a port means, or None."""
        kind = message[0] & 0xF0
        if len(message) != _LENGTHS.get(kind) or max(message[1:]) > 127:
            return None
        if self.learner.control is not None:
            self.learner.hear(message, port, now)
            return None
        status, value = message[0], message[-1]
        if kind == NOTE_OFF:
            status, value = status | 0x10, 0
        surface, code = self.surface(port), code_of(status, message[1])
        binding = surface.map.by_code.get(code)
        if binding is None:
            return Struck(message[1], value) if kind == NOTE and value else None
        if self.feedback.is_echo(message, surface.map, now):
            self._hold_back(binding, (port, code), value, now)
            return None
        if self._held_back:
            self._held_back.pop((port, code), None)
        if surface.map.feedback != "none":
            self.feedback.touch(surface.map, binding, value, now)
        return surface.move(binding, code, value)

    def _hold_back(self, binding: Binding, where: tuple[str, int], value: int, now: float) -> None:
        """A hand may have moved a knob to just where we showed it: then it counts a bit later.

        An echo of the newest value changes nothing then; of a button it would, so that is lost.
        """
        # Nor of half a pair of 14 bits, which alone would be another value.
        knob = binding.source.kind is Message.CC and binding.mode is Mode.ABSOLUTE
        if knob and not binding.is_button:
            stood = self._desk.values[binding.control.name]
            self._held_back[where] = (now + ECHO, binding, value, stood)

    def knob(self, message: bytes, port: str) -> tuple[str, int] | None:
        """The knob of a message, if only the newest of its values is of use; from any thread."""
        surface = self._surfaces.get(port)
        if surface is None or self.learner.control is not None:
            return None
        if surface.takeover is not Takeover.NONE:  # all the way of the knob counts
            return None
        if len(message) != 3 or message[0] & 0xF0 != CC or max(message[1:]) > 127:
            return None
        code = code_of(message[0], message[1])
        binding = surface.map.by_code.get(code)
        if binding is None or binding.source.kind is not Message.CC or binding.value is not None:
            return None
        steady = binding.mode in _STEADY and binding.control.kind is not Kind.TRIGGER
        return (port, code) if steady else None

    def late(self, now: float) -> list[Event]:
        """What was held back and was no echo, or an echo that changes nothing."""
        if (learned := self.learner.learned(now)) is not None:
            self.rebind(learned)
        if not self._held_back:
            return []
        due = [(where, one) for where, one in self._held_back.items() if one[0] <= now]
        events: list[Event] = []
        for (port, code), (_, binding, value, stood) in due:
            del self._held_back[port, code]
            if self._desk.values[binding.control.name] == stood:
                event = self.surface(port).move(binding, code, value)
                events += [] if event is None else [event]
        return events

    def outputs(self, ports: Sequence[str]) -> None:
        """The output ports of controllers that are open now."""
        if ports is not self._outputs:
            self._outputs = ports
            self.feedback.open(ports, [self.maps.of(port) for port in ports])

    def deadline(self) -> float:
        """When late() or tell() has something to do, seconds."""
        held = min((at for at, *_ in self._held_back.values()), default=math.inf)
        return min(held, self.feedback.deadline(), self.learner.deadline())

    def tell(self, now: float) -> list[tuple[str, bytes]]:
        """What the surfaces are to be shown: output ports and messages."""
        return self.feedback.tell(self._desk.values, now)

    def rebind(self, learned: Learned) -> None:
        """Bind a knob of the surface at a port, keep it, and say what had to go for it."""
        before = self.surface(learned.port).map
        after, gone = before.bound(learned.binding)
        self.maps = self.maps.replaced(before, after)
        for surface in self._surfaces.values():
            if surface.map is before:
                surface.map = after
        self.feedback.open(self._outputs, [self.maps.of(port) for port in self._outputs])
        self.learner.said = told(learned, after.name, gone)
        self._save(before, learned.binding)
