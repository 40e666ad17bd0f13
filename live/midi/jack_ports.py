"""Ports at a JACK server: each note at the frame that it is meant for (live.midi.jack_periods)."""

from __future__ import annotations

import time
from collections.abc import Callable
from errno import EEXIST
from typing import Any

from live.midi.jack_periods import JackPeriods
from live.midi.jack_server import hush, server_answers
from live.midi.open_port import SETTLE, BadEvents, OpenPort, opened
from live.midi.port_status import Links, Opened, Wanted, first, matching
from live.midi.pulse import Pulse
from live.midi.wire import Message, Wire, named
from live.system.priority import SENDER, settle_in


class JackPorts:
    """Two clients: what goes in and what comes out makes no circle in JACK's graph."""

    system = "JACK"

    def __init__(
        self,
        wanted: Wanted,
        take: Callable[[], list[Message]],
        wire: Wire,
        pulse: Pulse,
        fault: Callable[[str], None],
    ) -> None:
        """`take()` gives what the conductor has written; OSError, JackError: no server."""
        import jack  # type: ignore[import-untyped]  # noqa: PLC0415 - OSError without libjack

        hush()
        self._wanted, self._wire, self._pulse = wanted, wire, pulse
        self._fault, self._error = fault, jack.JackError
        self._gone = False
        self._numbers, self._bad = 0, BadEvents(fault)
        self._joined: dict[str, str] = {}  # part of a name to the output it is connected to
        self._hears = jack.Client(f"{wanted.name} In", no_start_server=True)
        try:
            self._plays = jack.Client(f"{wanted.name} Out", no_start_server=True)
        except jack.JackError:
            self._hears.close()
            raise
        rate = float(self._hears.samplerate)
        self._periods = JackPeriods(take, wire, pulse, jack.JackError, rate)
        self._begin(self._hears, self._periods.hear)
        self._begin(self._plays, self._periods.play)

    def _begin(self, client: Any, each_period: Callable[[Any, int], None]) -> None:
        settled = False

        def safely(frames: int) -> None:
            nonlocal settled
            if not settled:
                settled = True
                settle_in(None if client.realtime else SENDER)
            try:
                each_period(client, frames)
            except Exception as error:  # noqa: BLE001  the caller is C: nobody else could tell
                self._fault(f"{client.name}: {error!r}")

        client.set_process_callback(safely)
        client.set_shutdown_callback(self._shut)

    def _shut(self, *_why: object) -> None:
        self._gone = True

    def open(self, made: Links) -> None:
        """Begin, and connect again what others had connected to our ports."""
        name, wanted = self._wanted.name, self._wanted
        if wanted.virtual:
            self._periods.ears = (self._place(self._hears.midi_inports, f"{name} In"),)
        if wanted.virtual or wanted.outputs:
            self._periods.out = self._plays.midi_outports.register(f"{name} Out")
        self._hears.activate()
        self._plays.activate()
        there = {port.name for port in self._hears.get_ports(is_midi=True)}
        for source, target in made:
            if source in there and target in there:
                self._connect(source, target)

    def look(self) -> Opened:
        """Connect what has come, leave what has gone; ConnectionError where JACK has."""
        still = self._pulse.stands(time.perf_counter())
        if self._gone or (still and not server_answers()):
            self._gone = True
            raise ConnectionError("JACK has gone")
        self._bad.look(self._periods.ears, self._periods.lost)
        wanted = self._wanted
        follows = wanted.inputs or wanted.outputs or any(wanted.controllers)
        sources = self._names(is_output=True) if follows else []
        targets = self._names(is_input=True) if follows else []
        self._listen(sources)
        self._join(targets)
        self._light(targets)
        return self._opened()

    def _opened(self) -> Opened:
        periods, wanted = self._periods, self._wanted
        own = [f"{wanted.name} Out"] if wanted.virtual else []
        outputs = {**dict.fromkeys(own, ""), **{n: part for part, n in self._joined.items()}}
        return opened(self.system, wanted, periods.ears, outputs, periods.lamps, self._made())

    def _names(self, **side: bool) -> list[str]:
        ports = self._hears.get_ports(is_midi=True, **side)
        return [port.name for port in ports if self._wanted.name not in port.name]

    # ---- ports come and go
    def _place(self, side: Any, name: str, other: str | None = None, wanted: str = "") -> OpenPort:
        self._numbers += 1
        own = name if other is None else f"{self._numbers} {name}".replace(":", " ")
        place = OpenPort(side.register(own), self._numbers, other, wanted)
        self._wire.write(named(place.number, other or name))
        return place

    def _without(self, places: tuple[OpenPort, ...], names: list[str]) -> list[OpenPort]:
        """Those whose other end has gone."""
        gone = [place for place in places if place.other and place.other not in names]
        for place in gone:
            self._fault(f"{place.other} has vanished")
        return gone

    def _listen(self, sources: list[str]) -> None:
        gone = self._without(self._periods.ears, sources)
        ears = [ear for ear in self._periods.ears if ear not in gone]
        taken = {ear.other for ear in ears}
        for part in self._wanted.inputs:
            name = first(sources, part, taken)
            if name and part not in {ear.wanted for ear in ears}:
                taken.add(name)
                ears.append(self._place(self._hears.midi_inports, name, name, part))
        for name in matching(sources, self._wanted.controllers[0], taken):
            ears.append(self._place(self._hears.midi_inports, name, name))
        new = [ear for ear in ears if ear not in self._periods.ears]
        self._periods.ears = tuple(ears)
        for ear in new:
            self._connect(str(ear.other), ear.port.name)
        self._unregister(gone)

    def _light(self, targets: list[str]) -> None:
        gone = self._without(self._periods.lamps, targets)
        lamps = [lamp for lamp in self._periods.lamps if lamp not in gone]
        taken = {lamp.other for lamp in lamps} | set(self._joined.values())
        for name in matching(targets, self._wanted.controllers[1], taken):
            lamps.append(self._place(self._plays.midi_outports, name, name))
        new = [lamp for lamp in lamps if lamp not in self._periods.lamps]
        self._periods.lamps = tuple(lamps)
        for lamp in new:
            self._connect(lamp.port.name, str(lamp.other))
        self._unregister(gone)

    def _unregister(self, places: list[OpenPort]) -> None:
        if places:
            time.sleep(0.02)  # a period that has begun may still look at them
        for place in places:
            place.port.unregister()

    def _join(self, targets: list[str]) -> None:
        """Connect our one output to those that are wanted by name."""
        for part, name in list(self._joined.items()):
            if name not in targets:
                self._fault(f"{name} has vanished")
                del self._joined[part]
        for part in self._wanted.outputs:
            found = first(targets, part, set(self._joined.values()))
            if part not in self._joined and found:
                self._connect(self._periods.out.name, found)
                self._joined[part] = found

    def _connect(self, source: str, target: str) -> None:
        try:
            self._hears.connect(source, target)
        except self._error as error:
            if getattr(error, "code", 0) != EEXIST:
                self._fault(f"{source} -> {target}: {error}")

    def _made(self) -> Links:
        """What is connected to our virtual ports."""
        ears = [ear for ear in self._periods.ears if ear.other is None]
        found = [(other.name, ear.port.name) for ear in ears for other in ear.port.connections]
        if (out := self._periods.out) is not None:
            found += [(out.name, other.name) for other in out.connections]
        return tuple(found)

    # ---- the end
    def close(self, *, silent: bool = False) -> None:
        """Let what was handed over leave and, if asked, every note that sounds; then go."""
        self._periods.falls_silent = silent
        if not self._gone:
            time.sleep(SETTLE)
        self._hears.close()
        self._plays.close()
