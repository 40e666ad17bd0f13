"""Drum .mid files: notes in, notes out.

What is written is the same for the same input, byte by byte, and ends exactly on the tick
it is told to, because Live takes a clip's loop from end_of_track (FACTS 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import mido

from engine.grid import FOUR_FOUR, TICKS_PER_BEAT, Meter

DRUM_CHANNEL = 9  # channel 10 where channels are counted from 1
OFF_VELOCITY = 64  # "none": Live keeps what it finds
# What mido raises over bytes that are no MIDI file, or only the start of one.
_DAMAGED = (OSError, EOFError, ValueError, LookupError, mido.KeySignatureError)


class Note(NamedTuple):
    """A note: ticks of 480 a beat, note number, velocity 1..127, length in ticks."""

    tick: int
    note: int
    velocity: int
    length: int


@dataclass(frozen=True, slots=True)
class Score:
    """The notes of a file in order, its first tempo and its meter; `ticks` is its end.

    `meters` counts time signatures: above 1 the bars of `meter` do not fit throughout.
    """

    notes: tuple[Note, ...]
    bpm: float
    meter: Meter
    ticks: int
    meters: int = 1


def read(path: Path) -> Score:
    """The notes of a .mid file, whatever its channels and tracks; OSError if unreadable.

    Raises ValueError naming the file where it is not MIDI. Notes never switched off last a
    sixteenth.
    """
    file = opened(path)
    scale = TICKS_PER_BEAT / (file.ticks_per_beat or TICKS_PER_BEAT)
    # Not mido.merge_tracks: it copies every message, which takes twice as long as reading.
    timed = [event for track in file.tracks for event in _timed(track)]
    timed.sort(key=lambda event: event[0])
    return _collect([(round(tick * scale), message) for tick, message in timed])


def opened(path: Path) -> Any:
    """The mido.MidiFile of a path; OSError if unreadable, ValueError where it is not MIDI."""
    data = BytesIO(path.read_bytes())
    try:
        return mido.MidiFile(file=data)
    except _DAMAGED as error:
        raise ValueError(f"{path}: not a readable MIDI file ({error})") from error


def _timed(track: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    now = 0
    for message in track:
        now += message.time
        yield now, message


def _collect(events: Sequence[tuple[int, Any]]) -> Score:
    notes: list[Note] = []
    sounding: dict[tuple[int, int], int] = {}  # (channel, note) -> index in notes
    tempos: list[float] = []
    meters: list[Meter] = []
    for tick, event in events:
        if event.type == "set_tempo":
            tempos.append(mido.tempo2bpm(event.tempo))
        elif event.type == "time_signature":
            meters.append(Meter(event.numerator, event.denominator))
        elif event.type == "note_on" and event.velocity:
            sounding[event.channel, event.note] = len(notes)
            notes.append(Note(tick, event.note, event.velocity, TICKS_PER_BEAT // 4))
        elif event.type in ("note_on", "note_off"):
            index = sounding.pop((event.channel, event.note), None)
            if index is not None:
                notes[index] = notes[index]._replace(length=tick - notes[index].tick)
    return Score(
        tuple(sorted(notes)),
        tempos[0] if tempos else 120.0,  # both defaults stand in the MIDI file format
        meters[0] if meters else FOUR_FOUR,
        events[-1][0] if events else 0,
        len(set(meters)) or 1,
    )


def write(
    notes: Iterable[Note | tuple[int, int, int, int]],
    bpm: float,
    meter: Meter,
    name: str,
    ticks: int,
) -> bytes:
    """A type 0 .mid of drum notes on channel 10, `ticks` long to its end_of_track.

    Notes outside 0 .. `ticks` are brought inside: Live rounds a longer file up to a bar.
    """
    timed = [
        (0, 0, mido.MetaMessage("track_name", name=name)),
        (0, 1, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))),
        (0, 2, _time_signature(meter)),
    ]
    for tick, note, velocity, length in sorted(tuple(n) for n in notes):
        start = min(max(tick, 0), ticks - 1)
        end = min(start + max(length, 1), ticks)
        timed.append((start, 4, _message("note_on", note, velocity)))
        timed.append((end, 3, _message("note_off", note, OFF_VELOCITY)))
    timed.sort(key=lambda item: item[:2])  # offs before ons of the same tick
    track = mido.MidiTrack()
    now = 0
    for tick, _, message in timed:
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=ticks - now))
    file = mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(track)
    out = BytesIO()
    file.save(file=out)
    return out.getvalue()


def _time_signature(meter: Meter) -> Any:
    return mido.MetaMessage(
        "time_signature", numerator=meter.numerator, denominator=meter.denominator
    )


def _message(kind: str, note: int, velocity: int) -> Any:
    return mido.Message(kind, channel=DRUM_CHANNEL, note=note, velocity=velocity)
