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

from engine.score.grid import TICKS_PER_BEAT, Meter
from engine.takes.clip import Clip
from model.midi_files.drum_parts import DRUM_CHANNEL
from model.midi_files.events import DIVISION, MidiFile
from model.midi_files.reader import opened
from model.midi_files.strokes import FileStroke, strokes_of

OFF_VELOCITY = 64  # "none": Live keeps what it finds
_FINER = DIVISION // TICKS_PER_BEAT
OTHERS = "Others"  # the track of notes that no part is named for


class MidiNote(NamedTuple):
    """A note: ticks of 480 a beat, note number, velocity 1..127, length in ticks."""

    tick: int
    note: int
    velocity: int
    length: int


@dataclass(frozen=True, slots=True)
class Score:
    """The notes of a file in order, its first tempo and its meter; `ticks` is its end.

    `meters` counts time signatures: above 1 the bars of `meter` do not fit throughout. `faults`
    says what was wrong with the file.
    """

    notes: tuple[MidiNote, ...]
    bpm: float
    meter: Meter
    ticks: int
    meters: int = 1
    faults: tuple[str, ...] = ()


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
    sixteenth. What was wrong with the file is in `faults`.
    """
    file = opened(path)
    return score_of(file, [stroke for track in file.tracks for stroke in strokes_of(track)])


def score_of(file: MidiFile, strokes: Sequence[FileStroke]) -> Score:
    """The score of a file, with those of its strokes that count."""
    scale = TICKS_PER_BEAT / file.division
    notes = sorted(_note(stroke, scale) for stroke in strokes)
    meters = file.meters
    return Score(
        tuple(notes), file.bpm, meters[0], round(file.end * scale), len(meters), tuple(file.faults)
    )


def _note(stroke: FileStroke, scale: float) -> MidiNote:
    start = round(stroke.tick * scale)
    end = start + TICKS_PER_BEAT // 4 if stroke.off is None else round(stroke.end * scale)
    return MidiNote(start, stroke.note, stroke.velocity, end - start)


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
    meters = [(tick * _FINER, 2, _time_signature(meter)) for tick, meter in clip.meters]
    markers = [
        (tick * _FINER, 3, mido.MetaMessage("marker", text=words)) for tick, words in clip.markers
    ]
    return [_name(clip.name), *tempos, *meters, *markers]


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
