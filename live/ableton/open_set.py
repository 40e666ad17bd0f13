"""The set that Live has open, as far as clips go: its tracks, slots and notes, asked for.

Tracks and slots are counted from 0 here, as AbletonOSC does. Every method may raise
NoAnswerError or RefusedError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.errors import DeliveryError
from live.ableton.client import AbletonClient, Answer, RefusedError, say
from live.ableton.notes import (
    ALL_PITCHES,
    FIRST,
    LAST,
    SlotNote,
    Window,
    batches,
    told,
)

BURST = 50  # slots asked about in one datagram
SPLITS = 40  # halvings of a span of time until its notes fit into an answer
# Words of a socket's error when an answer is more than its system sends at once: macOS sends
# 9216 bytes, others 65507. Windows says it in the user's language, but with its number.
TOO_LONG = "too long", "10040"


class GoneError(DeliveryError):
    """There is no clip (any more) in a slot that had one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of a track, both counted from 0; `name` is the track's."""

    track: int
    slot: int
    name: str

    def __str__(self) -> str:
        return f"slot {self.slot + 1} of the track “{self.name}”"

    @property
    def indices(self) -> tuple[int, int]:
        """What messages about it begin with."""
        return self.track, self.slot


class OpenSet:
    """Asks and changes the open set through a client."""

    def __init__(self, client: AbletonClient) -> None:
        self.client = client

    def greet(self) -> None:
        """NoAnswerError unless AbletonOSC is there."""
        self.client.ask(say("test"), limit=self.client.patience.hello)

    # ---- tracks and scenes
    def tracks(self) -> list[str]:
        """Their names, in order."""
        return [str(name) for name in self.client.ask(say("song/get/track_names"))[0]]

    def takes_midi(self, track: int) -> bool:
        """Is it a MIDI track? Audio and group tracks have no MIDI clips."""
        return bool(_one(self.client.ask(say("track/get/has_midi_input", track))[0]))

    def track(self, name: str) -> tuple[int, str]:
        """The MIDI track of that name in any case; DeliveryError with the names there are."""
        names = self.tracks()
        found = [i for i, one in enumerate(names) if same_name(one, name)]
        for track in found:
            if self.takes_midi(track):
                return track, names[track]
        if found:
            raise DeliveryError(
                f"the track {names[found[0]]!r} is an audio or group track; only a MIDI track "
                "takes a clip of notes"
            )
        there = ", ".join(repr(one) for one in names) or "none at all"
        raise DeliveryError(f"the set has no track {name!r}; its tracks are {there}")

    def scenes(self) -> int:
        """How many there are."""
        return _whole(self.client.ask(say("song/get/num_scenes"))[0])

    def add_scene(self, scenes: int) -> None:
        """One more at the end of so many, whether or not a message gets lost."""
        end = self.client.now() + self.client.patience.limit
        while True:
            self.client.tell(say("song/create_scene", -1))
            if self.scenes() > scenes:
                return
            if self.client.now() >= end:
                raise RefusedError(f"Live adds no scene: {self.client.complaint or 'no reason'}")

    # ---- slots
    def taken(self, track: int, slots: Sequence[int]) -> Iterator[tuple[int, bool]]:
        """Slots with whether a clip is in them, BURST at a time."""
        for at in range(0, len(slots), BURST):
            some = slots[at : at + BURST]
            questions = [say("clip_slot/get/has_clip", track, slot) for slot in some]
            answers = self.client.ask(*questions)
            yield from ((slot, bool(_one(one))) for slot, one in zip(some, answers, strict=True))

    def holds_clip(self, place: Slot, *, limit: float | None = None) -> bool:
        """Is a clip there?"""
        question = say("clip_slot/get/has_clip", *place.indices)
        return bool(_one(self.client.ask(question, limit=limit)[0]))

    def create(self, place: Slot, beats: float, name: str) -> bool:
        """Make a clip in a free slot and name it; was the slot seen free just before?

        Live does all of it in one moment, and an occupied slot ends it: so nobody else's clip
        gets that name. (On False it may still be ours: the first answer was lost.)
        """
        then = (
            say("clip_slot/create_clip", *place.indices, float(beats)),
            say("clip/set/name", *place.indices, name),
        )
        answers = self.client.ask(say("clip_slot/get/has_clip", *place.indices), then=then)
        return not _one(answers[0])

    def delete(self, place: Slot) -> None:
        """Take the clip out of its slot."""
        self.client.tell(say("clip_slot/delete_clip", *place.indices))

    def find(self, name: str) -> Slot | None:
        """The slot whose clip has a name, wherever it is."""
        for number, track in enumerate(self.tracks()):
            for place, one in self.clips(number, track):
                if one == name:
                    return place
        return None

    def clips(self, track: int, name: str) -> list[tuple[Slot, str]]:
        """A track's clips: where they are, and their names."""
        names = self.client.ask(say("track/get/clips/name", track))[0]
        slots = enumerate(names)
        return [(Slot(track, slot, name), str(one)) for slot, one in slots if one is not None]

    # ---- a clip
    def about(self, place: Slot, *what: str, limit: float | None = None) -> list[object]:
        """Properties of the clip there; GoneError if there is none."""
        answers = self._of_clip(place, *what, limit=limit)
        return [_one(answer) for answer in answers]

    def notes(
        self, place: Slot, window: Window, *, limit: float | None = None
    ) -> tuple[str, list[SlotNote]]:
        """The clip's name, and its notes that begin in a span of time; GoneError without one."""
        return self._notes(place, window, SPLITS, limit)

    def _notes(
        self, place: Slot, window: Window, splits: int, limit: float | None
    ) -> tuple[str, list[SlotNote]]:
        start, end = window
        span = (*ALL_PITCHES, start, end - start)
        try:
            name, answer = self._of_clip(place, "name", "notes", notes=span, limit=limit)
        except RefusedError as error:
            if not splits or not any(words in str(error) for words in TOO_LONG):
                raise
            middle = (start + end) / 2
            first, notes = self._notes(place, (start, middle), splits - 1, limit)
            _, more = self._notes(place, (middle, end), splits - 1, limit)
            return first, notes + more
        notes_told = told(answer)
        if notes_told is None:
            raise RefusedError(f"AbletonOSC tells of {place} what are not notes")
        return str(_one(name)), notes_told

    def _of_clip(
        self,
        place: Slot,
        *what: str,
        notes: tuple[float, ...] = (),
        limit: float | None = None,
    ) -> list[Answer]:
        questions = [
            say(f"clip/get/{one}", *place.indices, *(notes if one == "notes" else ()))
            for one in what
        ]
        try:
            return self.client.ask(*questions, limit=limit)
        except RefusedError as error:
            try:
                there = self.holds_clip(place, limit=limit)
            except RefusedError:  # nor that slot
                there = False
            if not there:
                raise GoneError(f"there is no clip in {place}") from error
            raise

    def add(self, place: Slot, notes: Sequence[SlotNote]) -> None:
        """Add notes, BATCH a message; whether they came, only reading tells."""
        for batch in batches(notes):
            self.client.tell(say("clip/add/notes", *place.indices, *batch))

    def clear(self, place: Slot) -> None:
        """Take all notes out of the clip."""
        span = (*ALL_PITCHES, FIRST, LAST - FIRST)
        self.client.tell(say("clip/remove/notes", *place.indices, *span))

    def set_up(self, place: Slot, beats: float, name: str) -> None:
        """Loop all of it, and name it last."""
        self.client.tell(
            say("clip/set/looping", *place.indices, True),
            say("clip/set/loop_start", *place.indices, 0.0),
            say("clip/set/loop_end", *place.indices, float(beats)),
            say("clip/set/name", *place.indices, name),
        )

    # ---- the view
    def select(self, place: Slot) -> None:
        """Show it in Live."""
        self.client.tell(say("view/set/selected_clip", *place.indices))

    def selected(self) -> tuple[int, int]:
        """Track and slot that are selected in Live."""
        answer = self.client.ask(say("view/get/selected_clip"))[0]
        return _whole(answer), _whole(answer[1:])

    def tempo_and_meter(self) -> tuple[float, tuple[int, int]]:
        """The song's BPM and time signature: AbletonOSC does not tell a clip's own."""
        tempo, over, under = self.client.ask(
            say("song/get/tempo"),
            say("song/get/signature_numerator"),
            say("song/get/signature_denominator"),
        )
        return float(str(_one(tempo))), (_whole(over), _whole(under))


def _one(answer: Answer) -> object:
    if not answer:
        raise RefusedError("AbletonOSC gave an answer without a value")
    return answer[0]


def _whole(answer: Answer) -> int:
    number = _one(answer)
    if not isinstance(number, int):
        raise RefusedError(f"AbletonOSC answered {number!r}; a whole number is due")
    return number


def same_name(one: str, other: str) -> bool:
    """Are they the same to people: in any case, without blanks around?"""
    return one.strip().casefold() == other.strip().casefold()
