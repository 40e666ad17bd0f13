"""Bars out of a .mid file or a take, as they were played."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.errors import ConfigError, TakeError
from engine.score.grid import METERS, TICKS_PER_BEAT, Meter
from engine.takes.clip import Clip, clip_of
from live.ableton.clip_reader import SetClip, SetReader
from live.ableton.delivery import AbletonAddress
from live.config import Config
from live.material.midi_source import edit_of, ranges, said_of, voices_of
from live.material.primer import LIVE, Primer, is_midi_file
from live.system.atomic_write import fit
from live.takes.header import SUFFIX
from live.takes.reader import TakeReader, bars_of
from live.takes.selection import selected
from live.takes.to_bars import to_bars
from model.midi_files.drum_file import MidiNote, Score, write
from model.midi_files.drum_parts import DrumChoice
from model.midi_files.to_bars import bars_of_file

LAST = 4096  # bars of a take: more than two hours at 120 BPM
METER_NAMES = ", ".join(METERS)


def primer_of(
    source: str, config: Config, track: str | None = None, channel: int | None = None
) -> Primer:
    """The bars of a .mid file, a take, or a clip of the set that Live has open.

    A clip is "live:" for the one selected there, "live:TRACK" for a track's first one, or
    "live:TRACK/SLOT", slots from 1. Of a file the drums are found, or those of `track` and
    `channel`. ConfigError, TakeError or DeliveryError names the source and what is wrong.
    """
    if source.startswith(LIVE):
        return _of_set(source, config)
    if source.endswith(SUFFIX):
        return _of_take(Path(source))
    return _of_file(Path(source), config.kit, DrumChoice(track, channel))


def _of_file(path: Path, kit: str, choice: DrumChoice) -> Primer:
    edit = edit_of(path, kit, choice)
    score = edit.score()
    if score.meters > 1:
        raise ConfigError(f"{path}: several meters; allowed is one of {METER_NAMES} throughout")
    primer = primer_from(str(path), score, kit)
    return replace(primer, said=(*said_of(edit), *primer.said))


def primer_from(name: str, score: Score, kit: str = "gm") -> Primer:
    """The bars of drum notes, which `name` tells in errors; ConfigError as above."""
    if str(score.meter) not in METERS:
        raise ConfigError(f"{name}: meter {score.meter}; allowed is one of {METER_NAMES}")
    voices = voices_of(kit)
    strange = tuple(sorted({note.note for note in score.notes} - set(voices)))
    bars = bars_of_file(score.notes, voices, score.meter, score.ticks)
    if not bars:
        found = f"only the notes {ranges(strange)}" if strange else "no notes"
        raise ConfigError(f"{name}: holds {found}; the kit {kit} has {ranges(voices)}")
    left = f"left out, as no voice of the kit {kit} has it: {ranges(strange)}"
    return Primer(bars, score.bpm, score.meter, strange, (left,) if strange else ())


def _of_set(source: str, config: Config) -> Primer:
    clip = clip_in_set(source, config)
    notes = tuple(MidiNote(round(n.tick), n.note, n.velocity, round(n.length)) for n in clip.notes)
    ticks = round(clip.beats * TICKS_PER_BEAT)
    score = Score(notes, clip.bpm, Meter(*clip.signature), ticks)
    return primer_from(f"{clip.name} in {clip.track}, slot {clip.slot}", score, config.kit)


def clip_in_set(source: str, config: Config) -> SetClip:
    """The clip of the open set that a source tells; DeliveryError."""
    clips = config.clips
    address = AbletonAddress(clips.live_host, clips.live_port, clips.live_reply_port)
    name = source.removeprefix(LIVE)
    track, slash, slot = name.rpartition("/")
    if slash and slot.isdecimal() and len(slot) < 10:
        return SetReader(address).clip(track, int(slot))
    return SetReader(address).clip(name or None)


@contextmanager
def as_file(source: str, config: Config) -> Iterator[Path]:
    """A source as a .mid, for as long as it is needed: a file as it is, else one for the time."""
    if is_midi_file(source):
        yield Path(source)
        return
    clip = _clip(source, config)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{fit(clip.name)}.mid"
        path.write_bytes(write(clip))
        yield path


def _clip(source: str, config: Config) -> Clip:
    if source.startswith(LIVE):
        found = clip_in_set(source, config)
        meter = Meter(*found.signature)
        bars = max(1, math.ceil(found.beats * TICKS_PER_BEAT / meter.bar_ticks))
        return Clip(found.name, "", bars, ((0, found.bpm),), found.notes, meter)
    whole = [bar for bar in selected(TakeReader(Path(source)), None) if bar.whole]
    if not whole:
        raise _no_bar(source)
    return clip_of(whole)


def _of_take(path: Path) -> Primer:
    """The last whole bars of a take, at the tempo and in the meter it ended with."""
    reader = TakeReader(path)
    whole = deque((bar for bar in bars_of(reader) if bar.whole), maxlen=LAST)
    if not whole:
        raise _no_bar(str(path))
    last = whole[-1].begun
    same = [bar for bar in whole if bar.begun.meter == last.meter]
    bars = to_bars(same, reader.header.voices)
    return Primer(bars, last.bpm, last.meter)


def _no_bar(source: str) -> TakeError:
    return TakeError(f"{source}: no whole bar was played in it")
