"""A MIDI file as events with their ticks and bytes, and its bytes again.

Events keep the bytes they were read with, whatever these mean: what nobody moves is written as it
came. Reading is in model/midi_files/reader.py.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.score.grid import FOUR_FOUR, Meter

NOTE_OFF, NOTE_ON, SYSEX, ESCAPE, META = 0x80, 0x90, 0xF0, 0xF7, 0xFF
TEXT_NAME, INSTRUMENT_NAME, END_OF_TRACK, TEMPO, TIME_SIGNATURE = 0x03, 0x04, 0x2F, 0x51, 0x58
# Ticks a beat of what is written. Half of one is the most that a note is moved: .16 ms at the
# slowest tempo, 20 BPM, where of 480 it would be 3.1 ms. The format has room for 32767, some
# readers for 16383 only; and 96, 480, 960 and 1920, which others count in, divide it.
DIVISION = 9600
USUAL_BPM = 120.0  # of a file that tells none; stands in the format, as 4/4 does


@dataclass(slots=True)
class FileEvent:
    """An event at a tick of its track.

    `data` is what follows the status byte: of a channel message its one or two values, of SysEx
    (F0, or F7 for a continued one) what was counted by its length, of a meta event its type and
    contents.
    """

    tick: int
    status: int
    data: bytes

    @property
    def channel(self) -> int | None:
        """0..15, None for SysEx and meta events."""
        return self.status & 0x0F if self.status < SYSEX else None

    @property
    def begins_note(self) -> bool:
        """A note-on; of velocity 0 it is an end."""
        return self.status & 0xF0 == NOTE_ON and self.data[1] > 0

    @property
    def ends_note(self) -> bool:
        kind = self.status & 0xF0
        return kind == NOTE_OFF or (kind == NOTE_ON and self.data[1] == 0)

    @property
    def meta(self) -> int | None:
        """The type of a meta event."""
        return self.data[0] if self.status == META else None


@dataclass(slots=True)
class FileTrack:
    """Events in order, the last of them the end of the track.

    `begins` is the file's tick at which the track does: of type 2, where one pattern follows the
    other, else 0.
    """

    events: list[FileEvent] = field(default_factory=list)
    begins: int = 0

    @property
    def end(self) -> int:
        """The tick of its end, counted from its beginning."""
        return self.events[-1].tick if self.events else 0

    @property
    def name(self) -> str:
        """Its name and, where it tells one, its instrument's; "" without."""
        named = (e.data[1:] for e in self.events if e.meta in (TEXT_NAME, INSTRUMENT_NAME))
        return " ".join(dict.fromkeys(filter(None, (_text(name) for name in named))))


@dataclass(slots=True)
class MidiFile:
    """Type 0..2, ticks a beat 1..32767, tracks; `faults` says what was wrong with the bytes."""

    kind: int
    division: int
    tracks: list[FileTrack] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def bpm(self) -> float:
        """The first tempo; USUAL_BPM without."""
        return next(self._tempos(), USUAL_BPM)

    @property
    def meters(self) -> list[Meter]:
        """The time signatures, each once, in their order; 4/4 without."""
        found = (
            _meter(event.data[1:]) for _, event in self.in_order() if event.meta == TIME_SIGNATURE
        )
        return list(dict.fromkeys(filter(None, found))) or [FOUR_FOUR]

    @property
    def end(self) -> int:
        """The tick at which the last track ends."""
        return max((track.begins + track.end for track in self.tracks), default=0)

    def in_order(self) -> list[tuple[int, FileEvent]]:
        """The events of all tracks with their ticks of the file."""
        timed = [(t.begins + event.tick, event) for t in self.tracks for event in t.events]
        return sorted(timed, key=lambda one: one[0])

    def _tempos(self) -> Iterator[float]:
        for _, event in self.in_order():
            if event.meta == TEMPO and (microseconds := int.from_bytes(event.data[1:4])):
                yield 60e6 / microseconds


def file_bytes(file: MidiFile) -> bytes:
    """The bytes of a file, each track with its end last and its length right."""
    head = struct.pack(">4sLHHH", b"MThd", 6, file.kind, len(file.tracks), file.division)
    tracks = (_track_bytes(track.events) for track in file.tracks)
    return head + b"".join(struct.pack(">4sL", b"MTrk", len(one)) + one for one in tracks)


def tempo_event(tick: int, bpm: float) -> FileEvent:
    """A tempo in microseconds a beat, as files count it."""
    return FileEvent(tick, META, bytes([TEMPO]) + round(60e6 / bpm).to_bytes(3))


def end_event(tick: int) -> FileEvent:
    """The end of a track."""
    return FileEvent(tick, META, bytes([END_OF_TRACK]))


def _track_bytes(events: Sequence[FileEvent]) -> bytes:
    out, now, running = bytearray(), 0, 0
    for event in events:
        out += number_bytes(event.tick - now)
        now = event.tick
        if event.status != running:
            out.append(event.status)
        if event.status == META:
            out += event.data[:1] + number_bytes(len(event.data) - 1) + event.data[1:]
        elif event.status >= SYSEX:
            out += number_bytes(len(event.data)) + event.data
        else:
            out += event.data
        running = event.status if event.status < SYSEX else 0  # as the format demands
    return bytes(out)


def number_bytes(number: int) -> bytes:
    """A number of variable length: seven bits a byte, the last one's top bit 0."""
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(number & 0x7F | 0x80)
    return bytes(out[::-1])


def _text(data: bytes) -> str:
    """Text of a file: UTF-8, or what older programs wrote; without what surrounds it."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.strip("\x00 \t\r\n")


def _meter(data: bytes) -> Meter | None:
    """A time signature; None where there are no such bars."""
    if len(data) < 2 or not 1 <= data[0] <= 64 or data[1] > 6:  # 64ths have whole ticks yet
        return None
    return Meter(data[0], 1 << data[1])
