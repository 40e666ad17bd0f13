"""The MIDI surfaces on the table: what their knobs, buttons and pads say, and takeover.

Each input port is a surface of its own. Whatever it sends, nothing is raised; what its map does
not know is passed over, and a note it does not know counts as struck.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.controls.control import Kind, Value
from engine.playing.events import Event, Struck, Turned
from live.midi.feedback import ECHO, Feedback
from live.midi.masters import Masters
from live.midi.midi_learn import QUIET, Learned, Learner, told, untold
from live.midi.surface import NOTE_OFF, Surface, Values
from mappings.bindings import CC, NOTE, PRESSED, PROGRAM, Binding, Message, Mode, code_of
from mappings.controller_map import Map, Maps
from mappings.takeover import Takeover

_STEADY = (Mode.ABSOLUTE, Mode.MOMENTARY)  # each value says all there is to say
_LENGTHS = {NOTE_OFF: 3, NOTE: 3, CC: 3, PROGRAM: 2}  # bytes of the messages that count


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned, the map before and after it, and what had to go for it."""

    learned: Learned
    before: Map
    after: Map
    gone: tuple[Binding, ...]


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
        take_back: Callable[[], None] = lambda: None,
    ) -> None:
        """`inputs`: parts of names of ports whose clock counts though they are controllers;
        `takeover` goes before the maps' own; `save` keeps a learned binding, `take_back` gives the
        last one up, neither waiting for the disk."""
        self.maps = maps
        self.learner = Learner(desk.table)
        self.masters = Masters()
        self.feedback = Feedback()
        self._desk = desk
        self._inputs = tuple(part.casefold() for part in inputs)
        self._takeover = takeover
        self._save, self._take_back = save, take_back
        self._lessons: list[Lesson] = []
        self._surfaces: dict[str, Surface] = {}
        self._outputs: Sequence[str] = ()
        self._present: Sequence[str] = ()
        self._let_go: list[Turned] = []  # of buttons that can no longer be let go
        self._moved_at: dict[tuple[str, int], float] = {}
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
        status, value = message[0], message[-1]
        if kind == NOTE_OFF:
            status, value = status | 0x10, 0
        surface, code = self.surface(port), code_of(status, message[1])
        binding = surface.map.by_code.get(code)
        if self._is_lesson(message, surface, port, code, value, now):
            surface.forget(code)
            if binding is not None:  # it no longer stands where it was shown
                self.feedback.touch(surface.map, binding, None, now)
            return None
        if binding is not None:
            return self._move(surface, binding, message, port, code, value, now)
        if (touched := surface.map.by_touch.get(code)) is not None:
            self.feedback.rest(surface.map, touched, now, down=value > 0)
            return None
        return Struck(message[1], value) if kind == NOTE and value else None

    def _is_lesson(
        self, message: bytes, surface: Surface, port: str, code: int, value: int, now: float
    ) -> bool:
        """Whether a message is of the knob that is to be learned; all others play on."""
        where = (port, code)
        before = self._moved_at.get(where, -math.inf)
        self._moved_at[where] = now
        if self.learner.control is None:
            return False
        low = 1 if message[0] & 0xE0 == NOTE_OFF else PRESSED  # a soft note is a press too
        let_go = value < low and surface.is_down(code)
        return self.learner.hear(message, port, now, played=let_go or now - before < QUIET)

    def _move(
        self,
        surface: Surface,
        binding: Binding,
        message: bytes,
        port: str,
        code: int,
        value: int,
        now: float,
    ) -> Event | None:
        feedback, one = self.feedback, surface.map
        shows = one.feedback != "none"
        knob = shows and not binding.is_button and binding.source.kind is Message.CC
        if knob and feedback.repeats(message, one, now):
            return None
        if feedback.is_echo(message, one, now):
            self._hold_back(binding, (port, code), value, now)
            return None
        if self._held_back:
            self._held_back.pop((port, code), None)
        if not shows:
            return surface.move(binding, code, value, now)
        moved = surface.move(binding, code, value, now, feedback.shown(one, binding))
        if not surface.driven(binding, code):
            feedback.touch(one, binding, surface.place(binding, code, value), now)
            if surface.is_one_way(binding, code):
                feedback.touch(one, binding, 0, now)
        return moved

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
        events: list[Event] = [*self._let_go]
        self._let_go.clear()
        for surface in self._surfaces.values():
            events += surface.late(now)
        due = [(where, one) for where, one in self._held_back.items() if one[0] <= now]
        for (port, code), (_, binding, value, stood) in due:
            del self._held_back[port, code]
            if self._desk.values[binding.control.name] == stood:
                event = self.surface(port).move(binding, code, value, now)
                events += [] if event is None else [event]
        return events

    def present(self, ports: Sequence[str]) -> None:
        """The ports that are open now: what was held on one that has gone is let go."""
        for port in set(self._present) - set(ports):
            if (surface := self._surfaces.get(port)) is not None:
                self._let_go += surface.let_go()
                self.feedback.leave(surface.map)
        self._present = ports

    def outputs(self, ports: Sequence[str]) -> None:
        """The output ports of controllers that are open now."""
        if ports is not self._outputs:
            self._outputs = ports
            self.feedback.open(ports, [self.maps.of(port) for port in ports])

    def deadline(self) -> float:
        """When late() or tell() has something to do, seconds."""
        if self._let_go:
            return -math.inf
        held = min((at for at, *_ in self._held_back.values()), default=math.inf)
        pairs = min((one.deadline() for one in self._surfaces.values()), default=math.inf)
        return min(held, pairs, self.feedback.deadline(), self.learner.deadline())

    def tell(self, now: float) -> list[tuple[str, bytes]]:
        """What the surfaces are to be shown: output ports and messages."""
        return self.feedback.tell(self._desk.values, now)

    def rebind(self, learned: Learned) -> None:
        """Bind a knob of the surface at a port, keep it, and say what had to go for it."""
        before = self.surface(learned.port).map
        learned = replace(learned, binding=before.refined(learned.binding))
        after, gone = before.bound(learned.binding)
        self._exchange(before, after)
        self._lessons.append(Lesson(learned, before, after, gone))
        self.learner.said = told(learned, after.name, gone)
        self._save(before, learned.binding)

    @property
    def lessons(self) -> int:
        """How many bindings were learned and can be taken back."""
        return len(self._lessons)

    def unlearn(self) -> None:
        """Take back what was learned last, and wait for no knob."""
        self.learner.arm("")
        if not self._lessons:
            self.learner.said = "nothing was learned that could be taken back"
            return
        lesson = self._lessons.pop()
        self._exchange(lesson.after, lesson.before)
        self.learner.said = untold(lesson.learned, lesson.before.name, lesson.gone)
        self._take_back()

    def _exchange(self, before: Map, after: Map) -> None:
        self.maps = self.maps.replaced(before, after)
        for surface in self._surfaces.values():
            if surface.map is before:
                self._let_go += surface.rebound(after)
        self.feedback.open(self._outputs, [self.maps.of(port) for port in self._outputs])
