"""Drum .mid files: notes in, notes out.

What is written is the same for the same clip, byte by byte, and every track ends exactly on its
last bar line, because Live takes a clip's loop from end_of_track.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import mido

from engine.score.grid import FOUR_FOUR, TICKS_PER_BEAT, Meter
from engine.takes.clip import Clip

DRUM_CHANNEL = 9  # channel 10 where channels are counted from 1
OFF_VELOCITY = 64  # "none": Live keeps what it finds
# Ticks a beat of what is written. Half of one is the most that a note is moved: .16 ms at the
# slowest tempo, 20 BPM, where of 480 it would be 3.1 ms. The format has room for 32767, some
# readers for 16383 only; and 96, 480, 960 and 1920, which others count in, divide it.
DIVISION = 9600
_FINER = DIVISION // TICKS_PER_BEAT
OTHERS = "Others"  # the track of notes that no part is named for
# What mido raises over bytes that are no MIDI file, or only the start of one.
_DAMAGED = (OSError, EOFError, ValueError, LookupError, mido.KeySignatureError)


class MidiNote(NamedTuple):
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

    notes: tuple[MidiNote, ...]
    bpm: float
    meter: Meter
    ticks: int
    meters: int = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The tracks of a file. Type 0 has one; type 1 a first one without notes, then one of drums.

    `parts` names tracks by note, one for each name: of type 1 only, ValueError otherwise. In
    Live every track with notes becomes a clip of its name; one without makes none.
    """

    kind: int = 0
    parts: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in (0, 1) or (self.parts and self.kind == 0):
            raise ValueError(f"a file of type {self.kind} with {len(self.parts)} parts")


ONE_TRACK = Layout()


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
    notes: list[MidiNote] = []
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
            notes.append(MidiNote(tick, event.note, event.velocity, TICKS_PER_BEAT // 4))
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


def write(clip: Clip, layout: Layout = ONE_TRACK) -> bytes:
    """A .mid of a clip's drum notes on channel 10, each track as long as the clip.

    Notes stand within half a tick of the file; those of one key that would meet there come a
    tick apart.
    """
    end = clip.ticks * _FINER
    notes = _placed(clip, end)
    file = mido.MidiFile(type=layout.kind, ticks_per_beat=DIVISION, charset="utf-8")
    heads = _heads(clip)
    if layout.kind == 0:
        file.tracks.append(_track([*heads, *_sounding(notes)], end))
    else:
        file.tracks.append(_track(heads, end))
        for name, part in _parts(clip.name, notes, layout.parts):
            file.tracks.append(_track([_name(name), *_sounding(part)], end))
    out = BytesIO()
    file.save(file=out)
    return out.getvalue()


def _placed(clip: Clip, end: int) -> list[MidiNote]:
    """The notes in ticks of the file, in the order of the clip, each inside it.

    A note is over where its key is struck again: an end that came later would cut that stroke.
    """
    following: dict[int, int] = {}  # key -> where it is struck next
    placed = []
    for tick, note, velocity, length in reversed(clip.notes):
        room = following.get(note, end)
        start = max(0, min(round(tick * _FINER), room - 1))
        stop = min(start + max(round(length * _FINER), 1), max(room, start + 1))
        placed.append(MidiNote(start, note, velocity, stop - start))
        following[note] = start
    return placed[::-1]


def _parts(
    name: str, notes: Sequence[MidiNote], parts: Mapping[int, str]
) -> Iterator[tuple[str, list[MidiNote]]]:
    """Names of tracks and their notes, in the order of `parts`; only those with notes."""
    names = {note: parts.get(note.note, OTHERS if parts else name) for note in notes}
    for part in dict.fromkeys([*parts.values(), OTHERS, name]):
        if own := [note for note in notes if names[note] == part]:
            yield part, own


_Timed = tuple[int, int, Any]  # tick, rank within it, message


def _heads(clip: Clip) -> list[_Timed]:
    tempos = [
        (tick * _FINER, 1, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
        for tick, bpm in clip.tempos
    ]
    return [_name(clip.name), *tempos, (0, 2, _time_signature(clip.meter))]


def _name(name: str) -> _Timed:
    return 0, 0, mido.MetaMessage("track_name", name=name)


def _sounding(notes: Sequence[MidiNote]) -> Iterator[_Timed]:
    """Ends of notes stand before beginnings of the same tick."""
    for tick, note, velocity, length in notes:
        yield tick, 4, _message("note_on", note, velocity)
        yield tick + length, 3, _message("note_off", note, OFF_VELOCITY)


def _track(timed: Iterable[_Timed], end: int) -> Any:
    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(timed, key=lambda item: item[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _time_signature(meter: Meter) -> Any:
    return mido.MetaMessage(
        "time_signature", numerator=meter.numerator, denominator=meter.denominator
    )


def _message(kind: str, note: int, velocity: int) -> Any:
    return mido.Message(kind, channel=DRUM_CHANNEL, note=note, velocity=velocity)
