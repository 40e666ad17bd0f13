"""Bars out of a .mid file or a take, as they were played."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.clip import Clip, clip_of
from engine.errors import ConfigError, TakeError
from engine.grid import METERS, TICKS_PER_BEAT, Meter
from engine.notes import Voice
from engine.take import Taken
from live.ableton import Address
from live.ableton_clips import SetClip, SetReader
from live.config import Config
from live.heard import heard
from live.new_file import fit
from live.reuse import Material
from live.take_file import SUFFIX, Reading, read_take
from mappings.kits import load_kit
from model.data import VOICES
from model.humanize import bars_of_file
from model.midi_edit import Edit
from model.midifile import Note, Score, read, write

LIVE = "live:"
METER_NAMES = ", ".join(METERS)


def voices_of(kit: str) -> dict[int, Voice]:
    """Which voice a note plays: the kit's, and what it leaves open as Roland's kits have it."""
    named = {note: voice for voice, note in reversed(list(load_kit(kit).notes.items()))}
    return VOICES | named


def material_of(source: str, config: Config) -> Material:
    """The bars of a .mid file, a take, or a clip of the set that Live has open.

    A clip is "live:" for the one selected there, "live:TRACK" for a track's first one, or
    "live:TRACK/SLOT", slots from 1. ConfigError, TakeError or DeliveryError names the source and
    what is wrong.
    """
    if source.startswith(LIVE):
        return _of_set(source, config)
    if source.endswith(SUFFIX):
        return _of_take(Path(source))
    return _of_file(Path(source), config.kit)


def _of_file(path: Path, kit: str) -> Material:
    try:
        score, notes = read(path), Edit.open(path).notes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if score.meters > 1:
        raise ConfigError(f"{path}: several meters; allowed is one of {METER_NAMES} throughout")
    return material_from(str(path), replace(score, notes=tuple(notes)), kit)


def material_from(name: str, score: Score, kit: str = "gm") -> Material:
    """The bars of drum notes, which `name` tells in errors; ConfigError as above."""
    if str(score.meter) not in METERS:
        raise ConfigError(f"{name}: meter {score.meter}; allowed is one of {METER_NAMES}")
    voices = voices_of(kit)
    strange = tuple(sorted({note.note for note in score.notes} - set(voices)))
    bars = bars_of_file(score.notes, voices, score.meter, score.ticks)
    if not bars:
        found = f"only the notes {', '.join(map(str, strange))}" if strange else "no notes"
        raise ConfigError(f"{name}: holds {found}; the kit {kit} has {min(voices)}..{max(voices)}")
    return Material(bars, score.bpm, score.meter, strange)


def _of_set(source: str, config: Config) -> Material:
    clip = clip_in_set(source, config)
    notes = tuple(Note(round(n.tick), n.note, n.velocity, round(n.length)) for n in clip.notes)
    ticks = round(clip.beats * TICKS_PER_BEAT)
    score = Score(notes, clip.bpm, Meter(*clip.signature), ticks)
    return material_from(f"{clip.name} in {clip.track}, slot {clip.slot}", score, config.kit)


def clip_in_set(source: str, config: Config) -> SetClip:
    """The clip of the open set that a source tells; DeliveryError."""
    clips = config.clips
    address = Address(clips.live_host, clips.live_port, clips.live_reply_port)
    name = source.removeprefix(LIVE)
    track, slash, slot = name.rpartition("/")
    if slash and slot.isdecimal():
        return SetReader(address).clip(track, int(slot))
    return SetReader(address).clip(name or None)


@contextmanager
def as_file(source: str, config: Config) -> Iterator[Path]:
    """A source as a .mid, for as long as it is needed: a file as it is, else one for the time."""
    if not source.startswith(LIVE) and not source.endswith(SUFFIX):
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
    return clip_of(_whole(source, read_take(Path(source))))


def _of_take(path: Path) -> Material:
    """The whole bars of a take, at the tempo and in the meter it ended with."""
    reading = read_take(path)
    whole = _whole(str(path), reading)
    last = whole[-1].begun
    same = [bar for bar in whole if bar.begun.meter == last.meter]
    bars = heard(same, reading.header.voices)
    return Material(bars, last.bpm, last.meter)


def _whole(source: str, reading: Reading) -> list[Taken]:
    whole = [bar for bar in reading.bars if bar.whole]
    if not whole:
        raise TakeError(f"{source}: no whole bar was played in it")
    return whole
