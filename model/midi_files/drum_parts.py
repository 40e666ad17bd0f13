"""Which notes of a file are the drums: a bass played on a kit is worse than a question.

A part is what one track plays on one channel. Drums are what the user says; else what is on
channel 10; else what a track's name says; else the one part whose notes fit the kit and keep
time. Where that leaves a doubt, nothing is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from engine.score.notes import GROUPS, Voice
from model.midi_files.drum_names import hints_at_drums, says_drums, says_pitched
from model.midi_files.events import FileTrack, MidiFile
from model.midi_files.strokes import FileStroke, strokes_of

DRUM_CHANNEL = 9  # channel 10 where channels are counted from 1
_BACKBONE = {*GROUPS["kick"], *GROUPS["snare"]}
_TIME = {*GROUPS["hats"], Voice.RIDE, Voice.RIDE_BELL}
_KNOWN = 0.9  # of the notes that the kit must have
_TOGETHER = 0.15  # of kick and snare that meet a hat, a ride or each other
_ALONE = 0.2  # of all moments that have one stroke
_FEW = 4  # notes of a kit that alone in a file are no melody
_NAMED = 8  # parts that are said


@dataclass(frozen=True, slots=True)
class DrumChoice:
    """Which part the user says the drums are: a track's name or number, a channel 1..16."""

    track: str | None = None
    channel: int | None = None


ANY_DRUMS = DrumChoice()


@dataclass(frozen=True, slots=True)
class DrumPart:
    """The notes of a track, counted from 1, on a channel, counted from 0."""

    number: int
    name: str
    channel: int
    strokes: Sequence[FileStroke]

    def __str__(self) -> str:
        called = f"track {self.number}" + (f" {self.name[:40]!r}" if self.name else "")
        count = len(self.strokes)
        return f"{called}, channel {self.channel + 1}, {count} note{'s' if count != 1 else ''}"


@dataclass(frozen=True, slots=True)
class Drums:
    """The parts that are the drums, and what they were known by."""

    parts: Sequence[DrumPart]
    known_by: str

    def __str__(self) -> str:
        return f"drums: {_listed(self.parts)} ({self.known_by})"


def drums_of(file: MidiFile, voices: Mapping[int, Voice], choice: DrumChoice = ANY_DRUMS) -> Drums:
    """The drums of a file; `voices` are the kit's notes. ValueError where it is doubtful.

    A file without notes has none.
    """
    parts = [part for number, track in enumerate(file.tracks, 1) for part in _parts(number, track)]
    if choice != ANY_DRUMS:
        return Drums(_chosen(parts, choice), "as chosen")
    if not parts:
        return Drums((), "no notes")
    named = [part for part in parts if _is_named(part, parts, voices)]
    ten = [part for part in parts if part.channel == DRUM_CHANNEL]
    fitting = [part for part in parts if _keeps_time(part, voices, file.division)]
    if ten and (not named or any(part in named or part in fitting for part in ten)):
        return Drums(ten, "by the channel")
    if named and not ten:
        return Drums(named, "by the name")
    if ten or named:
        raise ValueError(f"channel 10 and a track's name say different things; {_question(parts)}")
    likely = [part for part in fitting if not says_pitched(part.name)]
    if not likely:
        likely = _bare_alone(parts, voices, file.division)
    if len(likely) == 1 or (likely and file.kind == 2):  # of patterns each may be the drums
        return Drums(likely, "by the notes")
    why = "several tracks may be the drums" if likely else "none of it is drums without a doubt"
    raise ValueError(f"{why}; {_question(parts)}")


def _is_named(part: DrumPart, parts: Sequence[DrumPart], voices: Mapping[int, Voice]) -> bool:
    """Whether a name says drums. Over several channels it is a song's: "Beat it"."""
    if any(other.number == part.number and other is not part for other in parts):
        return False
    hinted = hints_at_drums(part.name) and _half_known(part, voices)
    return hinted or says_drums(part.name)


def _parts(number: int, track: FileTrack) -> Iterable[DrumPart]:
    strokes = sorted(strokes_of(track), key=_channel)
    for channel, own in groupby(strokes, key=_channel):
        yield DrumPart(number, track.name, channel, sorted(own, key=lambda s: s.tick))


def _channel(stroke: FileStroke) -> int:
    return stroke.on.status & 0x0F


def _chosen(parts: Sequence[DrumPart], choice: DrumChoice) -> list[DrumPart]:
    """What the user says; ValueError that says what there is."""
    found = list(parts) if choice.track is None else _of_track(parts, choice.track)
    if not found:
        raise ValueError(f"--track: {choice.track!r} has no notes; there is {_listed(parts)}")
    if choice.channel is not None:
        found = [part for part in found if part.channel == choice.channel - 1]
    if not found:
        raise ValueError(f"--channel: {choice.channel} has no notes; there is {_listed(parts)}")
    return found


def _of_track(parts: Sequence[DrumPart], wanted: str) -> list[DrumPart]:
    """Tracks of a name, else of a number, else the one that has it in its name."""
    word = wanted.strip().casefold()
    exact = [part for part in parts if part.name.casefold() == word]
    numbered = [part for part in parts if str(part.number) == word]
    within = [part for part in parts if word and word in part.name.casefold()]
    if not (exact or numbered) and len({part.number for part in within}) > 1:
        raise ValueError(f"--track: {wanted!r} is in several names: {_listed(within)}")
    return exact or numbered or within


def _keeps_time(part: DrumPart, voices: Mapping[int, Voice], division: int) -> bool:
    """Whether notes are a kit's, short, and kick or snare meet hats, a ride or each other.

    A bass is in the range of a kit, too, but plays one note at a time; chords last, or leave no
    note alone, as but a plain beat of few notes does. Of Groove's beats of more than 40 notes
    97 % are found so (171 of 176, in a random half of its files), of 1,000 random bass lines none.
    """
    played = [(stroke.tick, voices.get(stroke.note)) for stroke in part.strokes]
    known = [(tick, voice) for tick, voice in played if voice is not None]
    if len(known) < _KNOWN * len(played) or not _are_short(part, division):
        return False
    moments = _moments(known, division / 12)
    backbone = sum(not _BACKBONE.isdisjoint(moment) for moment in moments)
    together = sum(
        not _BACKBONE.isdisjoint(moment) and len(moment & (_BACKBONE | _TIME)) > 1
        for moment in moments
    )
    alone = sum(len(moment) == 1 for moment in moments)
    plain = len({stroke.note for stroke in part.strokes}) <= _FEW
    loose = plain or alone >= _ALONE * len(moments)
    return loose and together >= max(1, _TOGETHER * backbone)


def _moments(played: Sequence[tuple[int, Voice]], near: float) -> list[set[Voice]]:
    """The voices of strokes that begin together, within `near` ticks of the first."""
    found: list[set[Voice]] = []
    start = 0
    for tick, voice in played:
        if not found or tick - start > near:
            found.append(set())
            start = tick
        found[-1].add(voice)
    return found


def _bare_alone(
    parts: Sequence[DrumPart], voices: Mapping[int, Voice], division: int
) -> list[DrumPart]:
    """The one part that is a short note each of kick, snare and hats.

    Fewer than three notes of them do where no other part is in the range of the kit.
    """
    rivals = [p for p in parts if _half_known(p, voices) and not says_pitched(p.name)]
    bare = [(p, _bare(p, voices)) for p in rivals if _are_short(p, division)]
    enough = 3 if len(rivals) > 1 else 1
    found = [p for p, played in bare if len(played) >= enough]
    return found if len(found) == 1 else []


def _bare(part: DrumPart, voices: Mapping[int, Voice]) -> set[Voice]:
    """The voices of kick, snare and hats, if these are all of a part and each has one note."""
    notes = {stroke.note for stroke in part.strokes}
    played = {voices[note] for note in notes if voices.get(note) in _BACKBONE | _TIME}
    return played if len(played) == len(notes) <= _FEW else set()


def _half_known(part: DrumPart, voices: Mapping[int, Voice]) -> bool:
    return sum(stroke.note in voices for stroke in part.strokes) * 2 >= len(part.strokes)


def _are_short(part: DrumPart, division: int) -> bool:
    return median(stroke.end - stroke.tick for stroke in part.strokes) <= division / 2


def _question(parts: Sequence[DrumPart]) -> str:
    return f"choose by --track NAME or NUMBER, or --channel 1..16: {_listed(parts)}"


def _listed(parts: Sequence[DrumPart]) -> str:
    more = len(parts) - _NAMED
    words = [str(part) for part in parts[:_NAMED]] + ([f"{more} more"] if more > 0 else [])
    return "; ".join(words) or "nothing"
