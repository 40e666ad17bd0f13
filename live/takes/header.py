"""The first line of a take's file: what the take is of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine.score.articulations import ARTICULATIONS, voices_by_note
from engine.score.notes import Voice
from live.takes.take_line import decoded, is_whole, is_words
from mappings.kits import load_kit

VERSION = 1
SUFFIX = ".jsonl"
SEEDS = (0, 2**31 - 1)
_VOICES = {voice.value for voice in Voice}


@dataclass(frozen=True, slots=True)
class TakeHeader:
    """What a take is of: `began` as ISO 8601, `kit` from voices to MIDI notes.

    `articulations` has the notes of those by name.
    """

    began: str
    seed: int = 0
    channel: int = 10
    kit: Mapping[str, int] = field(default_factory=dict)
    articulations: Mapping[str, int] = field(default_factory=dict)

    @property
    def voices(self) -> dict[int, Voice]:
        """Which voice each MIDI note of the kit is."""
        notes = {voice: self.kit[voice.value] for voice in Voice if voice.value in self.kit}
        return voices_by_note(notes, self.articulations)


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
    known, whole = _notes(head.get("kit"), _VOICES)
    extra, all_known = _notes(head.get("articulations", {}), ARTICULATIONS)
    good = {
        "take": head["take"] == VERSION,
        "began": is_words(head.get("began")),
        "seed": is_whole(head.get("seed"), *SEEDS),
        "channel": is_whole(head.get("channel"), 1, 16),
        "kit": whole,
        "articulations": all_known,
    }
    usual = lost_header()
    header = TakeHeader(
        head["began"] if good["began"] else usual.began,
        head["seed"] if good["seed"] else usual.seed,
        head["channel"] if good["channel"] else usual.channel,
        known if whole else {**usual.kit, **known},
        extra,
    )
    return header, all(good.values())


def lost_header() -> TakeHeader:
    """What is taken for the header of a take that has lost its own."""
    kit = {voice.value: note for voice, note in load_kit("gm").notes.items()}
    return TakeHeader("at a time that was lost", kit=kit)


def _notes(given: object, names: Collection[str]) -> tuple[dict[str, int], bool]:
    """The notes that can be read of those by name, and whether all of them could."""
    row = given if isinstance(given, dict) else {}
    known = {name: note for name, note in row.items() if name in names and is_whole(note, 0, 127)}
    return known, isinstance(given, dict) and len(known) == len(row)
