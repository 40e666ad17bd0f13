"""What the drummer learns from: phrases of bars out of the Groove MIDI Dataset.

The traps of that data set are handled here and nowhere else: pitches are mapped to
voices first, each file's constant offset is taken away before anything is put on a grid,
and only 4/4 is read.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ConfigError
from engine.score.grid import FOUR_FOUR, TICKS_PER_BEAT
from engine.score.notes import Bar, Hit, Voice, in_order
from model.midi_files.drum_file import MidiNote, read
from model.midi_files.quantize import best_grid, constant_offset, file_grid, mark_fills, placed
from model.midi_files.roland_kit import VOICES

_EARLY = 30  # ticks before a beat from where a note belongs to it: half a 32nd
# Of the published split's validation files 110 of 124 share drummer, session, style and tempo
# with training files. These sessions are learned from in no way: about 6 % of all,
# one of the nine drummers wholly.
SESSIONS = frozenset(
    {"drummer2/session2", "drummer3/session2", "drummer6/session2", "drummer6/session3"}
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Bars that follow one another; `style` a trained name, `split` as below.

    Splits are train, validation and test as published, and session: whatever of the first
    two was played in SESSIONS. `fill` tells a file that is a fill only. `player` is a drummer's
    name, or "synthetic".
    """

    bars: tuple[Bar, ...]
    style: str
    bpm: float
    split: str
    player: str
    fill: bool = False


def groove(folder: Path) -> list[Phrase]:
    """The 4/4 phrases of the Groove MIDI Dataset, in the order of its info.csv.

    Raises FileNotFoundError where info.csv is not in `folder`, ConfigError where a file of it is
    not as it was published.
    """
    with (folder / "info.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    phrases = []
    for row in rows:
        if row["time_signature"] != "4-4":
            continue
        style = row["style"].split("/")[0]
        fill = row["beat_type"] == "fill"
        bars = bars_of(_notes_of(folder / row["midi_filename"]), style, fill)
        if bars:
            split = "session" if row["session"] in SESSIONS else row["split"]
            phrases.append(Phrase(bars, style, float(row["bpm"]), split, row["drummer"], fill))
    return phrases


def _notes_of(path: Path) -> tuple[MidiNote, ...]:
    """The notes of a file, which is to be whole: what is learned must not depend on a disk."""
    try:
        score = read(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if score.faults:
        raise ConfigError(f"{path}: is damaged: {score.faults[0]}")
    return score.notes


def bars_of(notes: Sequence[MidiNote], style: str, fill: bool) -> tuple[Bar, ...]:
    """The bars of a performance, without the nearly empty ones it starts and ends with."""
    strokes = [
        (note.tick, VOICES[note.note], note.velocity) for note in notes if note.note in VOICES
    ]
    if not strokes:
        return ()
    constant = constant_offset([tick for tick, _, _ in strokes])
    beats: dict[int, list[tuple[int, Voice, int]]] = defaultdict(list)
    for tick, voice, velocity in strokes:
        beat, within = divmod(tick - constant + _EARLY, TICKS_PER_BEAT)
        beats[max(beat, 0)].append((within - _EARLY, voice, velocity))
    slow = file_grid(beats.values())
    hits: dict[int, list[Hit]] = defaultdict(list)
    for beat, group in beats.items():
        grid = best_grid([(tick, voice) for tick, voice, _ in group], slow)
        for slot, (tick, voice, velocity) in placed(group, grid):
            bar, place = divmod(max(0, beat * TICKS_PER_BEAT + slot), FOUR_FOUR.bar_ticks)
            hits[bar].append(Hit(place, voice, velocity, tick - slot))
    bars = [
        Bar(in_order(hits[n]), style=style, fill=fill, felt=True, source="played")
        for n in range(max(hits) + 1)
    ]
    fewest = 4 if fill else 3
    while bars and len(bars[-1].hits) < fewest:
        bars.pop()
    while bars and len(bars[0].hits) < fewest:
        bars.pop(0)
    return tuple(bars) if fill else mark_fills(bars)
