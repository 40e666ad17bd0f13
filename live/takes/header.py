"""The first line of a take's file: what the take is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.score.notes import Voice
from live.takes.take_line import decoded, is_whole, is_words
from mappings.kits import load_kit

VERSION = 1
SUFFIX = ".jsonl"
SEEDS = (0, 2**31 - 1)
_VOICES = {voice.value for voice in Voice}


@dataclass(frozen=True, slots=True)
class TakeHeader:
    """What a take is of: `began` as ISO 8601, `kit` from voices to MIDI notes."""

    began: str
    seed: int = 0
    channel: int = 10
    kit: Mapping[str, int] = field(default_factory=dict)

    @property
    def notes(self) -> dict[Voice, int]:
        """The kit's MIDI notes by voice."""
        return {Voice(voice): note for voice, note in self.kit.items()}

    @property
    def voices(self) -> dict[int, Voice]:
        """Which voice each MIDI note of the kit is."""
        return {note: voice for voice, note in self.notes.items()}


class OtherMakeError(ValueError):
    """A take of another make than this version reads."""


def header_of(line: bytes) -> tuple[TakeHeader, bool]:
    """The header that a line is, and whether all of it could be read.

    What cannot be read of it is as usual: channel 10, the kit gm. ValueError where the line is
    no header at all, OtherMakeError for one of another make.
    """
    if b'"take"' not in line:
        raise ValueError("no header")
    head = decoded(line)
    if "take" not in head:
        raise ValueError("no header")
    if is_whole(head["take"], 1, 10**6) and head["take"] != VERSION:
        raise OtherMakeError(f"a take of make {head['take']}; this version reads {VERSION}")
    given = head.get("kit")
    kit = given if isinstance(given, dict) else {}
    known = {voice: note for voice, note in kit.items() if _fits(voice, note)}
    good = {
        "take": head["take"] == VERSION,
        "began": is_words(head.get("began")),
        "seed": is_whole(head.get("seed"), *SEEDS),
        "channel": is_whole(head.get("channel"), 1, 16),
        "kit": isinstance(given, dict) and len(known) == len(kit),
    }
    usual = lost_header()
    header = TakeHeader(
        head["began"] if good["began"] else usual.began,
        head["seed"] if good["seed"] else usual.seed,
        head["channel"] if good["channel"] else usual.channel,
        known if good["kit"] else {**usual.kit, **known},
    )
    return header, all(good.values())


def lost_header() -> TakeHeader:
    """What is taken for the header of a take that has lost its own."""
    kit = {voice.value: note for voice, note in load_kit("gm").notes.items()}
    return TakeHeader("at a time that was lost", kit=kit)


def _fits(voice: object, note: object) -> bool:
    return voice in _VOICES and is_whole(note, 0, 127)
