"""MIDI files as bytes, as other programs write them: well or badly."""

from __future__ import annotations

import struct

from model.midi_files.events import number_bytes

END = b"\x00\xff\x2f\x00"
NOTE = b"\x00\x99\x24\x64\x60\x89\x24\x40"  # a kick of 96 ticks on channel 10


def head(kind: int = 1, tracks: int = 1, division: int = 480, more: bytes = b"") -> bytes:
    return struct.pack(">4sLHHH", b"MThd", 6 + len(more), kind, tracks, division) + more


def track(events: bytes = NOTE + END, length: int | None = None) -> bytes:
    """A track, whose length may be told wrongly."""
    return struct.pack(">4sL", b"MTrk", len(events) if length is None else length) + events


def hit(ticks: int, note: int, channel: int = 9, velocity: int = 100, last: int = 60) -> bytes:
    """A note so many ticks after the last event, and its end."""
    on = number_bytes(ticks) + bytes((0x90 | channel, note, velocity))
    return on + number_bytes(last) + bytes((0x80 | channel, note, 64))


def text(kind: int, words: str) -> bytes:
    """A meta event with text: 3 the name of a track, 5 a lyric."""
    return bytes((0, 0xFF, kind, len(words.encode()))) + words.encode()


def meta(kind: int, data: bytes) -> bytes:
    return bytes((0, 0xFF, kind, len(data))) + data


def name(words: str) -> bytes:
    return text(3, words)


def bar(channel: int, last: int = 30) -> bytes:
    """A bar of kick, snare and hats; 1920 ticks of 480 a beat."""
    on, off = 0x90 | channel, 0x80 | channel
    out = b""
    for step in range(8):
        notes = [42] + ([36] if step % 4 == 0 else [38] if step % 4 == 2 else [])
        out += b"".join(bytes((0, on, note, 70 + note)) for note in notes)
        out += number_bytes(last)
        out += b"\x00".join(bytes((off, note, 64)) for note in notes)
        out += number_bytes(240 - last) + bytes((0xB0 | channel, 1, step))
    return out


def bass(channel: int, notes: tuple[int, ...] = (36, 43, 41, 38)) -> bytes:
    """A bar of a bass line within the range of a kit."""
    return b"".join(
        hit(0 if n == 0 else 40, note, channel, 90, 440) for n, note in enumerate(notes)
    )
