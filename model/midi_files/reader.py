"""MIDI files of others, read as far as they go: what is wrong in them is said, not raised.

A reader of our own, because no other does all that is asked for. mido raises where bytes go
against the format, gives no reason for half of it, and drops what it cannot name. symusic does not
crash, but refuses SMPTE time, running status across SysEx, RIFF and every wrong length, gives
nothing of a file cut off, and loses SysEx, polyphonic aftertouch and channels, all of which
humanize keeps.

Where programs disagree: running status goes on after SysEx and meta events, as most players have
it. Chunks of unknown type are skipped. The length of a track counts if another chunk, the end of
the file or of the track stands there; else the track goes on to its end or to the next one's
beginning. Realtime and other system messages do not belong into a file and are left out. Patterns
of a file of type 2 follow one another, each from a bar line.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from engine.score.grid import TICKS_PER_BEAT
from model.midi_files.events import END_OF_TRACK, FileTrack, MidiFile, end_event
from model.midi_files.smpte import in_beats
from model.midi_files.track_bytes import LONGEST, DamagedError, TrackBytes

BIGGEST = 8_000_000  # bytes; they take some 100 times the memory, and a long song has 200,000
_MOST = 1000  # tracks
_HEAD, _TRACK = b"MThd", b"MTrk"


def opened(path: Path) -> MidiFile:
    """The file of a path; OSError if unreadable, ValueError where there is no MIDI in it.

    What is wrong with what was read is in its `faults`.
    """
    with path.open("rb") as file:
        data = file.read(BIGGEST + 1)
    try:
        return parsed(data)
    except ValueError as error:
        raise ValueError(f"{path}: not a readable MIDI file ({error})") from error


def parsed(data: bytes) -> MidiFile:
    """The file of its bytes; ValueError where there is no MIDI in them."""
    if not data:
        raise ValueError("it is empty")
    if len(data) > BIGGEST:
        raise ValueError(f"larger than {BIGGEST // 1_000_000} MB")
    data = _unwrapped(data)
    if len(data) < 14:
        raise ValueError("cut off in its head")
    size, kind, wanted, division = struct.unpack(">LHHH", data[4:14])
    file = MidiFile(kind, division)
    for start, end in islice(_chunks(data, 8 + max(size, 6), file.faults), _MOST):
        _read_track(file, data, start, end)
    if not file.tracks:
        raise ValueError("it has no track")
    if wanted != len(file.tracks):
        file.faults.append(f"its head tells {wanted} tracks, but there are {len(file.tracks)}")
    _mend_head(file)
    return file


def _unwrapped(data: bytes) -> bytes:
    """From the file's head on, which may stand in a RIFF file, or after something else."""
    start = data.find(_HEAD)
    if start < 0:
        raise ValueError("no MThd, with which one begins")
    if data[:4] == b"RIFF" and start >= 20:
        size = int.from_bytes(data[start - 4 : start], "little")
        return data[start : start + size]
    return data[start:]


def _chunks(data: bytes, at: int, faults: list[str]) -> Iterator[tuple[int, int]]:
    """Where the contents of each track begin and end."""
    while True:
        found = data.find(_TRACK, at) if not _is_chunk(data, at) else at
        if found < 0 or found + 8 > len(data):
            if at < len(data):
                faults.append(f"{len(data) - at} bytes at its end are no MIDI")
            return
        if found > at:
            faults.append(f"{found - at} bytes at byte {at} are no MIDI")
        start = found + 8
        end = start + int.from_bytes(data[found + 4 : start])
        if data[found : found + 4] != _TRACK:
            at = min(end, len(data))
            continue
        if not _ends_at(data, start, end):
            wrong = "is cut off" if end > len(data) else "has a wrong length"
            faults.append(f"the track at byte {found} {wrong}")
            after = data.find(_TRACK, start)
            end = after if after >= 0 else len(data)
        yield start, end
        at = end


def _is_chunk(data: bytes, at: int) -> bool:
    """Four letters and a length that fits."""
    if data[at : at + 4] == _TRACK:
        return True
    end = at + 8 + int.from_bytes(data[at + 4 : at + 8])
    return data[at : at + 4].isalnum() and at + 8 <= end <= len(data)


def _ends_at(data: bytes, start: int, end: int) -> bool:
    """Whether a track does end where its length says."""
    if end == len(data) or (end < len(data) and _is_chunk(data, end)):
        return True
    return start + 3 <= end <= len(data) and data[end - 3 : end] == b"\xff\x2f\x00"


def _read_track(file: MidiFile, data: bytes, start: int, end: int) -> None:
    """Add a track; what is wrong with it to the faults."""
    track, cursor = FileTrack(), TrackBytes(data, start, end)
    file.tracks.append(track)
    name, fault = f"track {len(file.tracks)}", ""
    try:
        for event in cursor.events(_beat(file.division)):
            track.events.append(event)
    except DamagedError as error:
        fault = f"{name} was read up to byte {cursor.at}: {error}"
    if not track.events or track.events[-1].meta != END_OF_TRACK:
        fault = fault or f"{name} has no end"
        track.events.append(end_event(track.end))
    elif cursor.at < end:
        fault = f"{name} has {end - cursor.at} bytes after its end, which are left out"
    if fault:
        file.faults.append(fault)
    if cursor.system:
        file.faults.append(f"{name}: {cursor.system} system messages are left out")


def _beat(division: int) -> int:
    """Ticks of a beat; of SMPTE time those of the fastest tempo, 300 BPM."""
    if division & 0x8000:
        return max(1, (256 - (division >> 8)) * (division & 0xFF) // 5)
    return division or TICKS_PER_BEAT


def _mend_head(file: MidiFile) -> None:
    """Make of what a head says what a file can be written with."""
    if file.kind == 0 and len(file.tracks) > 1:
        file.faults.append(f"type 0 with {len(file.tracks)} tracks; read as type 1")
        file.kind = 1
    if file.kind > 2:
        file.faults.append(f"type {file.kind}, allowed are 0, 1 and 2; read as type 1")
        file.kind = 1
    if file.division & 0x8000:
        in_beats(file)
    if file.division == 0:
        file.faults.append(f"0 ticks a beat; read as {TICKS_PER_BEAT}")
        file.division = TICKS_PER_BEAT
    if file.kind == 2:
        _one_after_the_other(file)


def _one_after_the_other(file: MidiFile) -> None:
    """Where each pattern begins; those that would begin after hours of others are left out."""
    bar = file.meters[0].bar_ticks * file.division / TICKS_PER_BEAT
    begins = 0
    for number, track in enumerate(file.tracks, 1):
        track.begins = begins
        begins += round(-(-track.end // bar) * bar)
        if begins > LONGEST * file.division and number < len(file.tracks):
            file.faults.append(f"the patterns after track {number} are left out: hours of others")
            del file.tracks[number:]
    if len(file.tracks) > 1:
        file.faults.append(f"type 2: its {len(file.tracks)} patterns are read one after the other")
