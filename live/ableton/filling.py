"""A clip made in a free slot of the set, filled and named.

Whatever gets lost on the way, it looks at what is there and does what is missing. Until all is
there the clip's name says that it is not; a slot that somebody else has taken is left alone.
"""

from __future__ import annotations

import math
import secrets
from contextlib import suppress

from engine.errors import DeliveryError
from engine.takes.clip import Clip
from live.ableton.client import NoAnswerError, RefusedError
from live.ableton.notes import SlotNote, Window, compared, wanted, windows
from live.ableton.open_set import GoneError, OpenSet, Slot
from mappings.plain_words import counted

SLOTS = 20  # others may take slots before us; after so many it is no accident
STARTS = 3  # times to begin anew when the clip is gone on the way
EMPTY = "holds a clip without a name, which may be what is left of this one"
VIEWS = 3  # times to ask for it to be shown; who clicks elsewhere meanwhile means it


class Filling:
    """One clip on its way into the first free slot of a track."""

    def __init__(self, live: OpenSet, track: str, clip: Clip, *, new_scene: bool) -> None:
        self._live, self._clip = live, clip
        self._track, self._new_scene = track, new_scene
        self._wanted = wanted(clip)
        self._mark = f"{clip.name} (unfinished {secrets.token_hex(3)})"  # in all Live only ours
        self._place: Slot | None = None  # where it is, if its name there is ours
        self._seen = 0  # notes in it when it was last seen
        self._remarks: list[str] = []
        self._moved = False  # is it no longer where it was begun?

    def run(self) -> str:
        """To the end, in words; or back: a DeliveryError says what is left in the set."""
        try:
            for _ in range(STARTS):
                try:
                    return self._once()
                except GoneError as error:
                    self._remarks.append(f"begun anew as {error}")
                    self._moved = True
            raise DeliveryError(f"the clip was taken away {STARTS} times while it was filled")
        except DeliveryError as error:
            raise DeliveryError("; ".join([str(error), self._left(), *self._remarks])) from error

    def _once(self) -> str:
        place = self._again()
        if place is None:
            place = self._claim()
            self._live.add(place, self._wanted)
        self._fill(place)
        self._finish(place)
        self._show(place)
        there = f"“{self._clip.name}” with {counted(len(self._wanted), 'note')} is in {place}"
        return "; ".join([there, *self._remarks])

    def _again(self) -> Slot | None:
        """Where the clip is now that it is no longer in its place: tracks may be moved."""
        if not self._moved:
            return None
        self._place = self._live.find(self._mark)
        return self._place

    # ---- a slot of our own
    def _claim(self) -> Slot:
        track, name = self._live.track(self._track)
        slot = 0
        for _ in range(SLOTS):
            place = self._place = Slot(track, self._free(track, name, slot), name)
            if self._take(place):
                return place
            self._place = None
            slot = place.slot + 1
        raise DeliveryError(f"{SLOTS} slots of {name!r} were taken by others while we looked")

    def _free(self, track: int, name: str, first: int) -> int:
        """The first free slot from one on; a new scene's when there is none."""
        scenes = self._live.scenes()
        for slot, taken in self._live.taken(track, range(first, scenes)):
            if not taken:
                return slot
        if not self._new_scene:
            raise DeliveryError(f"no slot of the track {name!r} is free; it has {scenes}")
        self._live.add_scene(scenes)
        return scenes

    def _take(self, place: Slot) -> bool:
        """Make the clip; False when somebody else's is there."""
        free = False
        for _ in range(STARTS):
            free |= self._live.create(place, self._clip.beats, self._mark)
            try:
                name, length = self._live.about(place, "name", "length")
            except GoneError:
                continue  # refused, or lost on the way
            if name == self._mark:
                return True
            alike = name == "" and length == self._clip.beats
            if not (free and alike):
                if alike:
                    self._remarks.append(f"{place} {EMPTY}")
                return False
            # Live may make a clip so slowly that it could not be named in the same moment.
            self._live.set_up(place, self._clip.beats, self._mark)
            if self._live.about(place, "name") == [self._mark]:
                return True
        raise RefusedError(f"Live makes no clip in {place}: {self._reason()}")

    # ---- its notes
    def _fill(self, place: Slot) -> None:
        """Add what is missing and look again, as long as it helps."""
        spans = windows(self._wanted, self._clip.beats)
        missing, surplus = compared(self._wanted, self._found(place, spans))
        best, end = math.inf, self._now()
        while missing or surplus:
            if len(missing) + len(surplus) < best:
                best = len(missing) + len(surplus)
                end = self._now() + self._live.client.patience.limit
            elif self._now() >= end:
                raise RefusedError(f"Live does not take the clip's notes: {self._reason()}")
            if surplus:  # something came twice: the clip is ours alone, so empty it
                self._live.clear(place)
            else:
                self._live.add(place, missing)
            missing, surplus = compared(self._wanted, self._found(place, spans))

    def _found(self, place: Slot, spans: list[Window]) -> list[SlotNote]:
        found = [note for span in spans for note in self._read(place, span)]
        self._seen = len(found)
        return found

    def _read(self, place: Slot, span: Window) -> list[SlotNote]:
        name, notes = self._live.notes(place, span)
        if name != self._mark:
            raise GoneError(f"{place} holds {name!r} now")
        return notes

    # ---- the rest
    def _finish(self, place: Slot) -> None:
        """Loop and name it: with its name it is done."""
        end = self._now() + self._live.client.patience.limit
        beats, name = self._clip.beats, self._clip.name
        while True:
            self._live.set_up(place, beats, name)
            found = self._live.about(place, "name", "looping", "loop_start", "loop_end")
            if found[0] == name and found[1:] == [True, 0.0, beats]:
                return
            if found[0] not in (name, self._mark):
                raise GoneError(f"{place} holds {found[0]!r} now")
            if self._now() >= end:
                raise RefusedError(f"Live does not loop or name the clip: {self._reason()}")

    def _show(self, place: Slot) -> None:
        """Select it; GoneError if it is there no more, else nothing that goes wrong matters."""
        try:
            for _ in range(VIEWS):
                self._live.select(place)
                if self._live.selected() == place.indices:
                    break
            else:
                self._remarks.append("it could not be selected")
        except DeliveryError as error:
            self._remarks.append(f"it could not be selected: {error}")
        with suppress(NoAnswerError, RefusedError):
            self._live.about(place, "name")  # Live may have been closed without saving it

    def _left(self) -> str:
        """Take a clip that is not finished away again; in words, what is there after all."""
        place = self._place
        if place is None:
            return "nothing of it is in the set"
        whole = len(self._wanted)
        try:
            name = self._take_away(place)
        except GoneError:
            return "nothing of it is left in the set"
        except DeliveryError:
            return (
                f"{place} held {self._seen} of {whole} notes when last seen, "
                f"unfinished under the name “{self._mark}”"
            )
        if name in (self._mark, self._clip.name):
            return f"{place} holds {self._seen} of {whole} notes under the name “{name}”"
        left = EMPTY if name == "" else f"holds {name!r}"
        return f"nothing of it is left in the set; {place} {left}"

    def _take_away(self, place: Slot) -> object:
        """GoneError when it is gone; else counts what is there and cannot be deleted: its name."""
        limit = self._live.client.patience.limit / 2
        end = self._now() + limit
        while (name := self._live.about(place, "name", limit=limit)[0]) == self._mark:
            if self._now() >= end:
                break
            self._live.delete(place)
        spans = windows(self._wanted, self._clip.beats)
        notes = [self._live.notes(place, span, limit=limit)[1] for span in spans]
        self._seen = sum(map(len, notes))
        return name

    def _reason(self) -> str:
        return self._live.client.complaint or "it gives no reason"

    def _now(self) -> float:
        return self._live.client.now()
