"""The clips of the set that Live has open, read through AbletonOSC as the drummer's material.

Slots are counted from 1 here, as Live counts its scenes for people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from math import ceil, floor

from engine.errors import DeliveryError
from engine.takes.clip import ClipNote
from live.ableton.client import AbletonClient, NoAnswerError
from live.ableton.delivery import AbletonAddress, no_answer
from live.ableton.notes import SlotNote, clip_notes
from live.ableton.open_set import OpenSet, Slot
from live.ableton.transport import Patience, Transport

SPAN = 8.0  # beats asked for at once: few clips have 200 notes in two bars


@dataclass(frozen=True, slots=True)
class SetClip:
    """A MIDI clip of the open set: `slot` from 1, the notes of its loop, ticks from its start.

    `beats` is the loop's length in quarter notes; `bpm` and `signature` are the song's:
    AbletonOSC does not tell a clip's own.
    """

    track: str
    slot: int
    name: str
    beats: float
    notes: tuple[ClipNote, ...]
    bpm: float
    signature: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Listed:
    """A clip of the open set, by track and slot (from 1)."""

    track: str
    slot: int
    name: str


class SetReader:
    """Reads clips of the open set; every method may raise DeliveryError."""

    def __init__(
        self,
        address: AbletonAddress | None = None,
        *,
        patience: Patience | None = None,
        connect: Callable[[], Transport] | None = None,
    ) -> None:
        self._address = address or AbletonAddress()
        self._patience = patience or Patience()
        self._connect = connect or self._address.open

    def clips(self) -> list[Listed]:
        """Every clip, by tracks and slots; audio clips too, their names are all that is told."""
        with self._open() as live:
            return [
                Listed(track, place.slot + 1, name)
                for number, track in enumerate(live.tracks())
                for place, name in live.clips(number, track)
            ]

    def clip(self, track: str | None = None, slot: int | None = None) -> SetClip:
        """The clip in a slot (from 1) of a track; without slot the track's first one.

        Without a track it is the one selected in Live. DeliveryError says which there are.
        """
        with self._open() as live:
            place = _selected(live) if track is None else _named(live, track, slot)
            return _read(live, place)

    @contextmanager
    def _open(self) -> Iterator[OpenSet]:
        with closing(self._connect()) as wire:
            live = OpenSet(AbletonClient(wire, self._patience))
            try:
                live.greet()
            except NoAnswerError as error:
                raise DeliveryError(no_answer(self._address)) from error
            yield live


def _selected(live: OpenSet) -> Slot:
    track, slot = live.selected()
    return Slot(track, slot, live.tracks()[track])


def _named(live: OpenSet, track: str, slot: int | None) -> Slot:
    there = [place for place, _ in live.clips(*live.track(track))]
    for place in there:
        if slot is None or place.slot + 1 == slot:
            return place
    slots = ", ".join(str(place.slot + 1) for place in there) or "no slot"
    where = "" if slot is None else f" in slot {slot}"
    raise DeliveryError(f"the track {track!r} has no clip{where}; it has in {slots}")


def _read(live: OpenSet, place: Slot) -> SetClip:
    what = "name", "is_midi_clip", "loop_start", "loop_end"
    name, midi, *loop = live.about(place, *what)
    if not midi:
        raise DeliveryError(f"the clip in {place} is audio; only a MIDI clip has notes")
    # Of a clip that does not loop Live gives its start and end by the same names.
    start, end = (float(str(beat)) for beat in loop)
    found: list[SlotNote] = []
    first, last = floor(start), ceil(end)
    for beat in range(first, last, int(SPAN)):
        found += live.notes(place, (float(beat), min(beat + SPAN, float(last))))[1]
    bpm, signature = live.tempo_and_meter()
    notes = clip_notes(found, start, end)
    return SetClip(place.name, place.slot + 1, str(name), end - start, notes, bpm, signature)
