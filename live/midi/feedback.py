"""Controls shown on the surfaces: motor faders, LED rings and lit buttons follow every change.

A surface hears nothing of what it is moving itself until it is let go, nothing twice, and no
more than RATE messages a second. Where two surfaces are wired to each other, what we say
to one would come back from the other as if it were played: such an echo is known by being the
very message, within ECHO seconds. So is what a surface repeats of a knob's place that it was told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.controls.control import Kind, Value
from mappings.bindings import CC, FINE_OFFSET, NOTE, Binding, Message, Mode
from mappings.controller_map import Map
from mappings.takeover import Shown

RATE = 250.0  # messages a second to one surface; a MIDI cable carries 1,000
BURST = 24  # of them at once
HOLD = 5.0  # seconds without a release after which a button counts as let go
TOUCH = 0.3  # seconds after its last message a knob counts as let go
MOTION = 0.5  # seconds a motor fader takes at most from end to end
ECHO = 0.06  # seconds: JACK and USB bring a message round within 40 ms
PACE = 1 / 30  # seconds until what had to wait is tried again
_NEVER = object()  # equal to no value of a control


@dataclass(slots=True)
class Mirror:
    """What one output port was told, binding by binding of its map."""

    port: str
    map: Map
    bindings: tuple[Binding, ...] = ()
    seen: list[object] = field(default_factory=list)  # the control's value when last looked at
    told: list[int | None] = field(default_factory=list)  # what the surface shows, 0..127 or 16383
    sent_at: list[float] = field(default_factory=list)  # seconds; inf: by hand, or never
    free_at: list[float] = field(default_factory=list)  # seconds: not touched from then on
    places: dict[int, int] = field(default_factory=dict)  # of bindings, by their identity
    buttons: list[bool] = field(default_factory=list)
    recent: dict[bytes, float] = field(default_factory=dict)  # seconds, when it was told so
    allowance: float = BURST
    at: float = -math.inf

    def __post_init__(self) -> None:
        self.bindings = tuple(one for one in self.map.bindings if _is_shown(one, self.map.feedback))
        self.places = {id(one): i for i, one in enumerate(self.bindings)}
        self.buttons = [one.is_button for one in self.bindings]
        count = len(self.bindings)
        self.seen, self.told, self.free_at = [_NEVER] * count, [None] * count, [-math.inf] * count
        self.sent_at = [math.inf] * count

    def touch(self, binding: Binding, place: int | None, now: float) -> None:
        """A hand is on it, or has just left a button, whose light may have changed with it.

        `place` is the button's value, or where the knob stands as it would be told; None: unknown.
        """
        i = self.places.get(id(binding))
        if i is None:
            return
        self.seen[i] = _NEVER
        self.sent_at[i] = math.inf
        if not self.buttons[i]:
            self.told[i] = place
            self.free_at[i] = max(now + TOUCH, self.free_at[i])
        elif place:
            self.free_at[i] = now + HOLD
        elif now < self.free_at[i]:  # let go; what comes without a press may be our own
            self.told[i], self.free_at[i] = None, now

    def rest(self, binding: Binding, now: float, *, down: bool) -> None:
        """A finger is laid on a fader that feels it, or taken off."""
        i = self.places.get(id(binding))
        if i is not None:
            self.free_at[i] = math.inf if down else now

    def leave(self) -> None:
        """Nobody can touch it any more."""
        self.free_at = [-math.inf] * len(self.bindings)


def _is_shown(binding: Binding, feedback: str) -> bool:
    if binding.control.kind is Kind.TRIGGER or binding.source.kind is Message.PROGRAM:
        return False
    return feedback == "all" or (feedback == "buttons" and binding.is_button)


class Feedback:
    """Tells every surface that wants it how the controls stand."""

    def __init__(self) -> None:
        self._mirrors: list[Mirror] = []
        self._echoes: dict[bytes, tuple[float, Mirror]] = {}
        self._look_at = math.inf

    def open(self, ports: Sequence[str], maps: Sequence[Map | None]) -> None:
        """The output ports there are now, and their maps; new ones are told everything."""
        old = {mirror.port: mirror for mirror in self._mirrors}
        wanted = [
            (port, one)
            for port, one in zip(ports, maps, strict=True)
            if one is not None and one.feedback != "none"
        ]
        self._mirrors = [
            old[port] if port in old and old[port].map is one else Mirror(port, one)
            for port, one in wanted
        ]
        self._look_at = -math.inf

    def deadline(self) -> float:
        """When tell() has something to do, seconds."""
        return self._look_at

    def look(self) -> None:
        """Something may have changed: look soon."""
        if self._mirrors:
            self._look_at = -math.inf

    def touch(self, surface: Map, binding: Binding, place: int | None, now: float) -> None:
        """A surface of this map sent something for a binding; see Mirror.touch()."""
        mirrors = self._of(surface)
        for mirror in mirrors:
            # Of twins nobody knows which of them it was.
            known = binding.is_button or len(mirrors) == 1
            mirror.touch(binding, place if known else None, now)
            self._look_at = -math.inf

    def rest(self, surface: Map, binding: Binding, now: float, *, down: bool) -> None:
        """A finger is laid on a fader of this map that feels it, or taken off."""
        for mirror in self._of(surface):
            mirror.rest(binding, now, down=down)
            self._look_at = -math.inf

    def leave(self, surface: Map) -> None:
        """A surface of this map has gone: no finger is on it."""
        for mirror in self._of(surface):
            mirror.leave()
            self._look_at = -math.inf

    def shown(self, surface: Map, binding: Binding) -> Shown | None:
        """Where a knob of this map was told to be, if it has sent nothing since."""
        for mirror in self._of(surface):
            i = mirror.places.get(id(binding))
            if i is None or mirror.sent_at[i] == math.inf or binding.is_button:
                continue
            told = mirror.told[i]
            if told is not None:
                return Shown(told / _most(binding), mirror.sent_at[i] + MOTION)
        return None

    def _of(self, surface: Map) -> list[Mirror]:
        return [mirror for mirror in self._mirrors if mirror.map is surface]

    def repeats(self, message: bytes, surface: Map, now: float) -> bool:
        """Whether a message is what a surface of this map was told just now."""
        return any(now <= one.recent.get(message, -math.inf) + ECHO for one in self._of(surface))

    def is_echo(self, message: bytes, surface: Map, now: float) -> bool:
        """Whether a message is our own, back from another surface than the one told."""
        echo = self._echoes.get(message)
        if echo is None or now > echo[0]:
            return False
        twins = sum(mirror.map is surface for mirror in self._mirrors)
        return echo[1].map is not surface or twins > 1

    def tell(self, values: dict[str, Value], now: float) -> list[tuple[str, bytes]]:
        """Ports and messages that are due."""
        if now < self._look_at:
            return []
        self._look_at = math.inf
        out: list[tuple[str, bytes]] = []
        if len(self._echoes) > 1000:
            self._echoes = {m: echo for m, echo in self._echoes.items() if echo[0] >= now}
        for mirror in self._mirrors:
            if len(mirror.recent) > 1000:
                mirror.recent = {m: at for m, at in mirror.recent.items() if at + ECHO >= now}
            said, complete = _said(mirror, values, now)
            if not complete:
                self._look_at = now + PACE
            for message in said:
                out.append((mirror.port, message))
                self._echoes[message] = (now + ECHO, mirror)
                mirror.recent[message] = now
        return out


def _said(mirror: Mirror, values: dict[str, Value], now: float) -> tuple[list[bytes], bool]:
    """What a surface is to be told, and whether that is all."""
    since = now - mirror.at
    mirror.allowance = BURST if since > 1 else min(BURST, mirror.allowance + since * RATE)
    mirror.at = now
    out: list[bytes] = []
    complete = True
    for i, binding in enumerate(mirror.bindings):
        value = values[binding.control.name]
        if value == mirror.seen[i]:
            continue
        if now < mirror.free_at[i] or mirror.allowance < 1:
            complete = False
            continue
        shown = _shown(binding, value, mirror.map)
        mirror.seen[i] = value
        if not _stands(binding, mirror.told[i], shown, value):
            mirror.told[i], mirror.sent_at[i] = shown, now
            messages = _messages(binding, shown, mirror.map)
            mirror.allowance -= len(messages)
            out += messages
    return out, complete


def _shown(binding: Binding, value: Value, surface: Map) -> int:
    """A value as the surface shows it: a light, or 0..127, or 0..16383."""
    if binding.is_button:
        lit = value == binding.value if binding.value is not None else _is_on(binding, value)
        return surface.lights[lit]
    unit = min(1.0, max(0.0, binding.control.to_unit(value)))
    return round(unit * _most(binding))


def _most(binding: Binding) -> int:
    """What a knob is told at the end of its way."""
    return 16383 if binding.source.kind is Message.CC14 else 127


def _stands(binding: Binding, told: int | None, shown: int, value: Value) -> bool:
    """Whether a surface shows a value already: a fader may stand anywhere in a choice's range."""
    if told is None or told == shown or binding.is_button or binding.mode is not Mode.ABSOLUTE:
        return told == shown
    return binding.control.from_unit(told / _most(binding)) == value


def _is_on(binding: Binding, value: Value) -> bool:
    """Switches are lit when on, choices while they are not as they begin."""
    return value != binding.control.default if binding.control.choices else bool(value)


def _messages(binding: Binding, shown: int, surface: Map) -> list[bytes]:
    source = binding.source
    channel = (source.channel or surface.channel or 1) - 1
    if source.kind is Message.NOTE:
        return [bytes((NOTE | channel, source.number, shown))]
    if source.kind is Message.CC14:
        low = bytes((CC | channel, source.number + FINE_OFFSET, shown & 0x7F))
        return [bytes((CC | channel, source.number, shown >> 7)), low]
    return [bytes((CC | channel, source.number, shown))]
