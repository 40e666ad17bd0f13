"""Ports by rtmidi, where there is no JACK: each message is sent at its moment.

rtmidi's callbacks and its ports' coming and going hold Python's lock; as nothing else runs in
this process, only the thread that sends waits for it.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import rtmidi

from live.midi.open_port import SETTLE, BadEvents, OpenPort, opened, stale
from live.midi.port_status import Links, Opened, Wanted, first, matching
from live.midi.pulse import Pulse
from live.midi.sounding import Sounding
from live.midi.wire import EVERYWHERE, MOMENT, SENT, Message, Wire, named, packed
from live.system.priority import SENDER, raise_priority, settle_in

SYSTEMS = {
    rtmidi.API_LINUX_ALSA: "ALSA",
    rtmidi.API_MACOSX_CORE: "CoreMIDI",
    rtmidi.API_WINDOWS_MM: "Windows MM",
    rtmidi.API_UNIX_JACK: "JACK by rtmidi",  # for tests alone: live.midi.jack_ports is better
}
# Those of this machine that are taken unasked, the best first.
USUAL = tuple(
    api for api in SYSTEMS if api in rtmidi.get_compiled_api() and api != rtmidi.API_UNIX_JACK
)
SPIN = 0.001  # seconds before a message in which the sender does not sleep
# rtmidi's own, and what Cython makes of a C++ exception or of a text it cannot decode.
FAILURES = (rtmidi.RtMidiError, RuntimeError, ValueError, OSError)


class RtmidiPorts:
    """Ports of one of rtmidi's systems; RtMidiError where that does not let us in."""

    def __init__(
        self,
        api: int,
        wanted: Wanted,
        take: Callable[[float], list[Message]],
        wire: Wire,
        pulse: Pulse,
        fault: Callable[[str], None],
    ) -> None:
        """`take(seconds)` waits so long for what the conductor writes."""
        self.system = SYSTEMS[api]
        self._api, self._wanted, self._take = api, wanted, take
        self._wire, self._pulse, self._fault = wire, pulse, fault
        self._numbers, self._bad = 0, BadEvents(fault)
        self._ears: list[OpenPort] = []
        self._outs: list[OpenPort] = []
        self._lamps: list[OpenPort] = []
        self._lock = threading.RLock()  # of these lists, and of the wire: callbacks are many
        self._settled: set[int] = set()  # threads of the MIDI system that called us
        self._sounding, self._open = Sounding(), True
        self._lists = rtmidi.MidiIn(api, "names"), rtmidi.MidiOut(api, "names")  # of ports
        self._sender = threading.Thread(target=self._send_all, name="sender", daemon=True)

    # ---- in the MIDI system's threads
    def _hear(self, event: tuple[list[int], float], place: OpenPort) -> None:
        at = time.perf_counter()  # first: the backend's own time is wrong on macOS
        if (thread := threading.get_ident()) not in self._settled:
            self._settled.add(thread)
            settle_in()
        try:
            with self._lock:
                for message in place.stream.feed(bytes(event[0])):
                    self._wire.write(packed(at, place.number, message))
        except Exception as error:  # noqa: BLE001  the caller is C++: nobody else could tell
            self._fault(f"{place.other}: {error!r}")

    # ---- in the sender's thread
    def _send_all(self) -> None:
        raise_priority(SENDER)
        waiting: list[tuple[float, int, int, bytes]] = []
        order = itertools.count()  # messages of one moment leave as they came
        while self._open:
            left = waiting[0][0] - time.perf_counter() - SPIN if waiting else SETTLE
            if left > 0.0:
                for at, port, data in self._take(left):
                    heapq.heappush(waiting, (at, next(order), port, data))
                continue
            at, _, port, data = heapq.heappop(waiting)
            while (now := time.perf_counter()) < at:
                time.sleep(0)
            if not stale(at, now, data):
                self._send(at, port, data)

    def _send(self, at: float, port: int, data: bytes) -> None:
        with self._lock:
            places = self._outs if port == EVERYWHERE else self._lamps
            for place in places:
                if port in (EVERYWHERE, place.number):
                    self._pass(place, data)
            if port == EVERYWHERE:
                self._sounding.add(data)
                self._wire.write(packed(at, SENT, MOMENT.pack(time.perf_counter())))

    def _pass(self, place: OpenPort, data: bytes) -> None:
        try:
            place.port.send_message(data)
        except FAILURES as error:
            self._fault(f"{place.other or self._wanted.name}: {error}")

    # ---- in the process's own thread
    def open(self, _made: Links) -> None:
        """Begin; connections that others made to our virtual ports are theirs to make again."""
        self._pulse.at_the_moment()
        if self._wanted.virtual and self._api != rtmidi.API_WINDOWS_MM:
            for kind, places, side in (
                (rtmidi.MidiIn, self._ears, "In"),
                (rtmidi.MidiOut, self._outs, "Out"),
            ):
                name = f"{self._wanted.name} {side}"
                place = self._place(kind, name)
                place.port.open_virtual_port(name)
                places.append(place)
        self._sender.start()

    def _place(self, kind: Any, name: str, other: str | None = None, wanted: str = "") -> OpenPort:
        self._numbers += 1
        client = f"{self._wanted.name} {'In' if kind is rtmidi.MidiIn else 'Out'}"
        place = OpenPort(kind(self._api, client), self._numbers, other, wanted)
        if kind is rtmidi.MidiIn:
            # A SysEx that is left out by rtmidi and never ends makes it deaf.
            place.port.ignore_types(sysex=False, timing=False, active_sense=True)
            place.port.set_callback(self._hear, place)
        with self._lock:
            self._wire.write(named(place.number, other or name))
        return place

    def look(self) -> Opened:
        """Open what has come, close what has gone."""
        self._bad.look(self._ears)
        wanted = self._wanted
        hands, lights = wanted.controllers
        if wanted.inputs or hands:
            self._follow(rtmidi.MidiIn, self._ears, wanted.inputs, hands, self._ears)
        if wanted.outputs or lights:
            self._follow(rtmidi.MidiOut, self._outs, wanted.outputs, lights, self._lamps)
        outputs = {out.other or f"{wanted.name} Out": out.wanted for out in self._outs}
        return opened(self.system, wanted, self._ears, outputs, self._lamps)

    def _follow(
        self,
        kind: Any,
        places: list[OpenPort],
        wanted: Sequence[str],
        hands: Sequence[str],
        controllers: list[OpenPort],
    ) -> None:
        lister = self._lists[0 if kind is rtmidi.MidiIn else 1]
        names = [lister.get_port_name(n) or "" for n in range(lister.get_port_count())]
        others = [name for name in names if self._wanted.name not in name]
        for home in (places,) if places is controllers else (places, controllers):
            for place in [one for one in home if one.other and one.other not in others]:
                self._fault(f"{place.other} has vanished")
                with self._lock:
                    home.remove(place)
                self._delete([place])
        taken = {place.other for place in (*places, *controllers)}
        found = {place.wanted for place in places}
        for part in wanted:
            if part not in found and (name := first(others, part, taken)):
                taken.add(name)
                self._join(kind, names.index(name), name, part, places)
        for name in matching(others, hands, taken):
            self._join(kind, names.index(name), name, "", controllers)

    def _join(self, kind: Any, number: int, name: str, part: str, places: list[OpenPort]) -> None:
        place = self._place(kind, name, name, part)
        try:
            place.port.open_port(number, (part or name).replace(":", " "))
        except FAILURES as error:  # on Windows: another program has it
            self._fault(f"{name}: {error}")
            self._delete([place])
            return
        with self._lock:
            places.append(place)

    # ---- the end
    def _delete(self, places: Sequence[OpenPort]) -> None:
        for place in places:
            if isinstance(place.port, rtmidi.MidiIn):
                place.port.cancel_callback()
        # A callback that waits for Python's lock while its client is deleted would hang both.
        time.sleep(0.05)
        for place in places:
            place.port.delete()

    def close(self, *, silent: bool = False) -> None:
        """Let what was handed over leave and, if asked, every note that sounds; then go."""
        time.sleep(SETTLE)
        self._open = False
        self._sender.join(2.0 * SETTLE)
        if silent:
            for message in self._sounding.releases():
                for place in self._outs:
                    self._pass(place, message)
            time.sleep(SETTLE)
        self._delete([*self._ears, *self._outs, *self._lamps])
