"""A clip's notes as AbletonOSC takes and tells them: five arguments each, beats as 32-bit floats.

Pure: what to send, what to ask for, and what is missing of what was wanted.
"""

from __future__ import annotations

import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from engine.score.grid import TICKS_PER_BEAT
from engine.takes.clip import Clip, ClipNote

BATCH = 200  # notes a message: 21 bytes each, and macOS limits a datagram to 9216
FIELDS = 5
SHORTEST = 1 / 1024  # beats; a note of no length is refused
NEAR = 2e-4  # beats, 0.1 ms at 120 BPM: what Live may round without its being another note
FIRST, LAST = -8192.0, 8192.0  # beats: what AbletonOSC itself takes for everything
ALL_PITCHES = (0, 128)  # its own span of 127 leaves note 127 out

Window = tuple[float, float]  # beats: from, up to


class SlotNote(NamedTuple):
    """A note of a clip in Live: MIDI note, beats from the clip's 1.1.1, beats, velocity."""

    pitch: int
    start: float
    length: float
    velocity: float
    mute: bool = False


def single(value: float) -> float:
    """The 32-bit float that OSC makes of a number."""
    return float(struct.unpack(">f", struct.pack(">f", value))[0])


def wanted(clip: Clip) -> tuple[SlotNote, ...]:
    """A clip's notes as they are sent; of two that OSC cannot tell apart the louder one."""
    found: dict[tuple[float, int], SlotNote] = {}
    for note in clip.notes:
        start = single(note.beat)
        length = single(max(note.length / TICKS_PER_BEAT, SHORTEST))
        known = found.get((start, note.note))
        if known is None or note.velocity > known.velocity:
            found[start, note.note] = SlotNote(note.note, start, length, float(note.velocity))
    return tuple(found[key] for key in sorted(found))


def batches(notes: Sequence[SlotNote]) -> Iterator[tuple[int | float | bool, ...]]:
    """The arguments of messages that add notes, at most BATCH in each."""
    for at in range(0, len(notes), BATCH):
        yield tuple(value for note in notes[at : at + BATCH] for value in note)


def told(arguments: Sequence[object]) -> list[SlotNote] | None:
    """The notes of an answer; None where it is no list of notes."""
    if len(arguments) % FIELDS:
        return None
    notes = []
    for at in range(0, len(arguments), FIELDS):
        numbers = arguments[at : at + FIELDS]
        if not all(isinstance(number, int | float) for number in numbers):
            return None
        pitch, start, length, velocity, mute = map(float, numbers)  # type: ignore[arg-type]
        notes.append(SlotNote(int(pitch), start, length, velocity, bool(mute)))
    return notes


def windows(notes: Iterable[SlotNote], beats: float) -> list[Window]:
    """Spans that hold at most BATCH of the notes each if no beat does more, and all of time.

    They are cut on whole beats: those are exact in 32 bits, so that no note falls between.
    """
    per_beat = Counter(int(note.start) for note in notes)
    cuts, held = [FIRST], 0
    for beat in range(int(beats) + 1):
        if held and held + per_beat[beat] > BATCH:
            cuts.append(float(beat))
            held = 0
        held += per_beat[beat]
    cuts.append(LAST)
    return list(pairwise(cuts))


def compared(
    wished: Sequence[SlotNote], found: Sequence[SlotNote]
) -> tuple[list[SlotNote], list[SlotNote]]:
    """What is missing and what is too much: by note, velocity, and start within NEAR.

    Lengths are not looked at: Live shortens a note where the next one of its key begins.
    """
    there: dict[tuple[int, float], list[SlotNote]] = defaultdict(list)
    for note in found:
        there[note.pitch, round(note.velocity)].append(note)
    rest, missing = [], []
    for note in wished:  # the same float first, so that a near neighbour takes nobody's place
        same = there[note.pitch, round(note.velocity)]
        at = next((i for i, other in enumerate(same) if other.start == note.start), None)
        if at is None:
            rest.append(note)
        else:
            del same[at]
    for note in rest:
        same = there[note.pitch, round(note.velocity)]
        at = next((i for i, o in enumerate(same) if abs(o.start - note.start) <= NEAR), None)
        if at is None:
            missing.append(note)
        else:
            del same[at]
    return missing, [note for more in there.values() for note in more]


def clip_notes(found: Iterable[SlotNote], start: float, end: float) -> tuple[ClipNote, ...]:
    """The sounding notes from beat `start` up to `end` as a clip's own, in ticks from `start`."""
    notes = [
        ClipNote(
            (note.start - start) * TICKS_PER_BEAT,
            note.pitch,
            min(max(round(note.velocity), 1), 127),
            note.length * TICKS_PER_BEAT,
        )
        for note in found
        if start <= note.start < end and not note.mute
    ]
    return tuple(sorted(notes))
