"""A fuzzer of MIDI files: whatever bytes come, they are read or refused with an error of ours.

What was read is played as a primer, humanized, and written as a file that nothing is wrong with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import UserError
from engine.score.notes import Bar
from live.config import Config
from live.material.midi_source import edit_of, said_of, voices_of
from live.material.primer_sources import primer_of
from model.midi_files.drum_file import Layout, MidiNote, write
from model.midi_files.humanize import humanized
from model.midi_files.reader import parsed
from tests.clips import clip_with
from tests.model.midi_files.foreign import END, NOTE, bar, bass, head, meta, name, text, track
from tests.mutated import mutated

VOICES = voices_of("gm")


def good_files() -> list[bytes]:
    """Files of every kind that is read without a word, ours and others'."""
    notes = [MidiNote(120 * n, (36, 42, 38, 42)[n % 4], 60 + n, 60) for n in range(16)]
    odd = b"\0\xf0\3\1\2\3\0\xf7\2\4\xf7" + b"\0\xa1\x24\x10\0\xe1\1\2\0\xd1\5\0\xc1\6"
    metas = meta(0x51, b"\7\xa1\x20") + meta(0x58, b"\3\2\x18\x08") + meta(0x59, b"\0\0")
    body = [bar(9) * 2 + END, name("Bass") + bass(1) + odd + text(5, "la") + END]
    return [
        write(clip_with(notes, name="Groove")),
        write(clip_with(notes), Layout(1, {36: "Kick", 38: "Snare"})),
        head(1, 3) + track(metas + END) + b"".join(map(track, body)),
        head(0, 1, 96) + track(name("Drums") + metas + bar(0) * 3 + END),
        head(2, 2, 24) + track(NOTE * 9 + END) + track(bar(9) + END),
        head(1, 1, (256 - 25) << 8 | 40) + track(bar(9) * 3 + END),
    ]


def swallowed(data: bytes, path: Path) -> bool:
    """Whether a file was read; False where an error of ours refused it. All else is raised."""
    path.write_bytes(data)
    try:
        edit = edit_of(path, "gm")
    except UserError:
        return False
    said_of(edit)
    score = edit.score()
    places = humanized(score.notes, VOICES, score.meter, _still)
    assert len(places) == len(score.notes)
    faults = parsed(edit.moved(places)).faults
    assert all(fault.startswith("type 2: ") for fault in faults)  # which is none of the bytes
    try:
        primer_of(str(path), Config())
    except UserError:
        return False
    return True


def _still(bars: Sequence[Bar]) -> Sequence[Bar]:
    return bars


def rounds(folder: Path, seed: int, count: int) -> Iterator[tuple[int, bool]]:
    """Of each file its bytes, and whether it was read."""
    for data in mutated(good_files(), seed, count):
        yield len(data), swallowed(data, folder / "fuzz.mid")
