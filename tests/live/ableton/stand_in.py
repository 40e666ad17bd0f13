"""A stand-in for Live with AbletonOSC: its addresses, its strictness, its errors, its tick.

Modelled on AbletonOSC's documented API and its source. Where Live's own behaviour is
not known it does the less convenient thing: the same note twice is two notes, and a type that
is not exactly the one due is an error.
"""

from __future__ import annotations

import copy
import heapq
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Self

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from tests.rig import free_port

TICK = 0.1  # seconds between two looks at the socket
DATAGRAM = 9216  # bytes: what macOS sends at most

Note = tuple[int, float, float, float, bool]
Args = list[Any]


@dataclass
class SlotClip:
    """A clip; `since` is the tick it was made in."""

    length: float
    name: str = ""
    notes: list[Note] = field(default_factory=list)
    midi: bool = True
    looping: bool = True
    loop_start: float = 0.0
    loop_end: float = 0.0
    since: int = -1

    def __post_init__(self) -> None:
        self.loop_end = self.loop_end or self.length


@dataclass
class Track:
    """A track with a slot for each scene; `midi` False: an audio track."""

    name: str
    slots: list[SlotClip | None]
    midi: bool = True


@dataclass
class Song:
    """An open set."""

    tracks: list[Track]
    selected: tuple[int, int] = (0, 0)
    tempo: float = 120.0
    signature: tuple[int, int] = (4, 4)

    @property
    def scenes(self) -> int:
        return len(self.tracks[0].slots)


def song(**tracks: Sequence[SlotClip | None]) -> Song:
    """A set of MIDI tracks; those whose name begins with Audio are audio tracks."""
    return Song([Track(name, list(s), not name.startswith("Audio")) for name, s in tracks.items()])


class LiveError(Exception):
    """What Live or its Python says."""


def strictly(value: object, kind: type | tuple[type, ...], what: str) -> Any:
    """Live's C++ takes no float for an int."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if type(value) not in kinds:
        due = " or ".join(one.__name__ for one in kinds)
        raise LiveError(
            f"Python argument types did not match C++ signature: {what} is {type(value).__name__}, "
            f"not {due}"
        )
    return value


class StandIn:
    """AbletonOSC without a socket: a datagram in, datagrams out."""

    def __init__(
        self, of: Song, *, echo: bool = True, slow_clips: bool = False, datagram: int = DATAGRAM
    ) -> None:
        self.song = of
        self.saved = copy.deepcopy(of)
        self.echo = echo  # since January 2025 questions are given back what they came with
        self.slow_clips = slow_clips  # a clip cannot be spoken to in the tick that made it
        self.datagram = datagram
        self.heard: list[bytes] = []
        self.done: list[tuple[str, Args]] = []
        self.tick = 0
        self.failed = False  # an error ends a tick: what else has come waits for the next
        self.refuse: set[str] = set()  # addresses that give an error
        self.before: dict[str, Callable[[StandIn], None]] = {}  # done once, before an address
        self._out: list[bytes] = []
        self.table = self._methods()

    def restart(self, *, kept: bool) -> None:
        """Live is closed and opened again, with the set as it was or as it was saved."""
        if not kept:
            self.song = copy.deepcopy(self.saved)

    # ---- datagrams
    def hear(self, datagram: bytes) -> list[bytes]:
        """Do what a datagram says; what is answered."""
        self.heard.append(datagram)
        self._out, self.failed = [], False
        try:
            if OscBundle.dgram_is_bundle(datagram):
                for one in OscBundle(datagram):  # the first error ends it
                    self._hear(OscMessage(one.dgram))
            else:
                self._hear(OscMessage(datagram))
        except Exception as error:  # noqa: BLE001 - as AbletonOSC does
            self.failed = True
            self._answer("/live/error", [f"Error handling OSC message: {error}"])
        return self._out

    def _hear(self, message: OscMessage) -> None:
        address, arguments = message.address, list(message.params)
        self.done.append((address, arguments))
        if address in self.before:
            self.before.pop(address)(self)
        if address in self.refuse:
            raise LiveError(f"{address} will not")
        if address not in self.table:
            self._answer("/live/error", [f"Unknown OSC address: {address}"])
            return
        answer = self.table[address](arguments)
        if answer is not None:
            self._answer(address, answer)

    def _answer(self, address: str, arguments: Sequence[Any]) -> None:
        builder = OscMessageBuilder(address)
        for argument in arguments:
            builder.add_arg(argument)
        data = builder.build().dgram
        if len(data) > self.datagram:
            raise LiveError("Socket error: [Errno 40] Message too long")
        self._out.append(data)

    # ---- addresses
    def _methods(self) -> dict[str, Callable[[Args], Sequence[Any] | None]]:
        table: dict[str, Callable[[Args], Sequence[Any] | None]] = {
            "/live/test": lambda _: ("ok",),
            "/live/song/get/track_names": lambda _: [track.name for track in self.song.tracks],
            "/live/song/get/num_scenes": lambda _: (self.song.scenes,),
            "/live/song/create_scene": self._create_scene,
            "/live/track/get/has_midi_input": lambda a: (
                int(a[0]),
                *self._value(self.song.tracks[int(a[0])].midi, a[1:]),
            ),
            "/live/track/get/clips/name": lambda a: (
                int(a[0]),
                *(clip.name if clip else None for clip in self.song.tracks[int(a[0])].slots),
            ),
            "/live/clip_slot/get/has_clip": self._has_clip,
            "/live/clip_slot/create_clip": self._create_clip,
            "/live/clip_slot/delete_clip": self._delete_clip,
            "/live/clip/get/notes": self._get_notes,
            "/live/clip/add/notes": self._add_notes,
            "/live/clip/remove/notes": self._remove_notes,
            "/live/view/get/selected_clip": lambda _: self.song.selected,
            "/live/view/set/selected_clip": self._select,
        }
        for name, value in {
            "can_undo": lambda: True,
            "can_redo": lambda: False,
            "tempo": lambda: self.song.tempo,
            "signature_numerator": lambda: self.song.signature[0],
            "signature_denominator": lambda: self.song.signature[1],
        }.items():
            table[f"/live/song/get/{name}"] = lambda a, value=value: self._value(value(), a)
        for name in ("name", "length", "looping", "loop_start", "loop_end", "midi"):
            address = "is_midi_clip" if name == "midi" else name
            table[f"/live/clip/get/{address}"] = lambda a, name=name: (
                *self._indices(a),
                *self._value(getattr(self._clip(a), name), a[2:]),
            )
        kinds = {"name": str, "looping": bool, "loop_start": float, "loop_end": float}
        for name, kind in kinds.items():
            table[f"/live/clip/set/{name}"] = lambda a, name=name, kind=kind: setattr(
                self._clip(a), name, strictly(a[2], kind, name)
            )
        return table

    def _value(self, value: Any, given: Args) -> tuple[Any, ...]:
        return (value, *given) if self.echo else (value,)

    def _indices(self, a: Args) -> tuple[int, int]:
        return int(a[0]), int(a[1])

    def _slots(self, a: Args) -> list[SlotClip | None]:
        return self.song.tracks[int(a[0])].slots

    def _clip(self, a: Args) -> SlotClip:
        clip = self._slots(a)[int(a[1])]
        if clip is None or (self.slow_clips and clip.since == self.tick):
            raise LiveError("'NoneType' object has no attribute")
        return clip

    def _create_scene(self, a: Args) -> None:
        at = strictly(a[0], int, "index")
        for track in self.song.tracks:
            track.slots.insert(at if at >= 0 else len(track.slots), None)

    def _has_clip(self, a: Args) -> Sequence[Any]:
        held = self._slots(a)[int(a[1])] is not None
        return (*self._indices(a), *self._value(held, a[2:]))

    def _create_clip(self, a: Args) -> None:
        track = self.song.tracks[int(a[0])]
        length = strictly(a[2], float, "length")
        if not track.midi:
            raise LiveError("Can't create a MIDI clip in a slot of an audio track")
        if track.slots[int(a[1])] is not None:
            raise LiveError("There is already a clip in this slot")
        track.slots[int(a[1])] = SlotClip(length, since=self.tick)

    def _delete_clip(self, a: Args) -> None:
        self._clip(a)
        self._slots(a)[int(a[1])] = None

    def _span(self, a: Args) -> Callable[[Note], bool]:
        if len(a) not in (2, 6):
            raise LiveError("Invalid number of arguments: either 0 or 4 arguments must be passed.")
        pitch, pitches, start, span = a[2:] or (0, 127, -8192.0, 16384.0)
        strictly(pitch, int, "pitch")
        strictly(pitches, int, "pitch span")
        strictly(start, float, "time")
        strictly(span, float, "time span")
        return lambda note: 0 <= note[0] - pitch < pitches and start <= note[1] < start + span

    def _get_notes(self, a: Args) -> Sequence[Any]:
        found = sorted(filter(self._span(a), self._clip(a).notes))
        return (*self._indices(a), *(value for note in found for value in note))

    def _remove_notes(self, a: Args) -> None:
        clip, inside = self._clip(a), self._span(a)
        clip.notes = [note for note in clip.notes if not inside(note)]

    def _add_notes(self, a: Args) -> None:
        clip, notes = self._clip(a), []
        for at in range(2, len(a), 5):
            pitch, start, length, velocity, mute = a[at : at + 5]
            strictly(pitch, int, "pitch")
            for number, what in ((start, "start"), (length, "duration"), (velocity, "velocity")):
                strictly(number, float, what)
            strictly(mute, (bool, int), "mute")
            if not (0 <= pitch <= 127 and length > 0.0 and 1.0 <= velocity <= 127.0):
                raise LiveError(f"no note: {a[at : at + 5]}")
            notes.append((pitch, start, length, velocity, bool(mute)))
        clip.notes += notes

    def _select(self, a: Args) -> None:
        track, slot = strictly(a[0], int, "track"), strictly(a[1], int, "scene")
        self.song.selected = track, slot


@dataclass(frozen=True)
class Trouble:
    """What goes wrong on the way: `lost` and `doubled` are shares of the datagrams each way.

    `late` is the most seconds a datagram takes; `busy` are spans of time in which Live looks at
    nothing; `deaf` those in which it is not there at all.
    """

    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    busy: tuple[tuple[float, float], ...] = ()
    deaf: tuple[tuple[float, float], ...] = ()

    def way(self, rng: Random) -> list[float]:
        """Seconds after which a datagram comes, once, twice or never."""
        if rng.random() < self.lost:
            return []
        times = 2 if rng.random() < self.doubled else 1
        return [rng.random() * self.late] * times


class Line:
    """A wire to a stand-in through invented time; datagrams keep their order, as on one machine."""

    def __init__(self, stand_in: StandIn, trouble: Trouble | None = None, seed: int = 0) -> None:
        self.stand_in, self.trouble = stand_in, trouble or Trouble()
        self.time, self.closed, self.sent = 0.0, False, 0
        self.plan: list[tuple[float, Callable[[], None]]] = []  # what happens meanwhile
        self._rng, self._order = Random(seed), count()
        self._there: list[tuple[float, int, bytes]] = []
        self._back: list[tuple[float, int, bytes]] = []
        self._latest = {"there": 0.0, "back": 0.0}

    def now(self) -> float:
        return self.time

    def send(self, datagram: bytes) -> None:
        assert not self.closed
        self.sent += 1
        self._put("there", self._there, datagram)

    def close(self) -> None:
        self.closed = True

    def _put(self, way: str, queue: list[tuple[float, int, bytes]], datagram: bytes) -> None:
        for late in self.trouble.way(self._rng):
            at = self._latest[way] = max(self._latest[way], self.time + late)
            heapq.heappush(queue, (at, next(self._order), datagram))

    def receive(self, until: float) -> bytes | None:
        assert not self.closed
        while True:
            tick = (self.stand_in.tick + 1) * TICK
            if self._back and self._back[0][0] <= min(until, tick):
                self.time = max(self.time, self._back[0][0])
                return heapq.heappop(self._back)[2]
            if until < tick:
                self.time = max(self.time, until)
                return None
            self.time = max(self.time, tick)
            self._look()

    def _look(self) -> None:
        self.stand_in.tick += 1
        for at, happens in [one for one in self.plan if one[0] <= self.time]:
            self.plan.remove((at, happens))
            happens()
        if any(start <= self.time < end for start, end in self.trouble.busy):
            return
        deaf = any(start <= self.time < end for start, end in self.trouble.deaf)
        while self._there and self._there[0][0] <= self.time:
            datagram = heapq.heappop(self._there)[2]
            for answer in [] if deaf else self.stand_in.hear(datagram):
                self._put("back", self._back, answer)
            if self.stand_in.failed:
                return


class Server:
    """A stand-in at a real UDP port, in a thread: `with Server(stand_in) as server`."""

    def __init__(self, stand_in: StandIn, *, tick: float = 0.005, lost: float = 0.0) -> None:
        self._stand_in, self._tick, self._lost = stand_in, tick, lost
        self._rng = Random(1)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port = int(self._socket.getsockname()[1])
        self.reply_port = free_port()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(5.0)
        self._socket.close()

    def _run(self) -> None:
        while not self._stop.wait(self._tick):
            self._stand_in.tick += 1
            self._stand_in.failed = False
            with suppress(OSError):
                while not self._stand_in.failed:
                    datagram, (host, _) = self._socket.recvfrom(65535)
                    if self._rng.random() >= self._lost:
                        for answer in self._stand_in.hear(datagram):
                            self._socket.sendto(answer, (host, self.reply_port))
