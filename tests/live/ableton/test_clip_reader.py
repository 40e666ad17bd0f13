"""Clips of the open set are read as notes for the drummer."""

import pytest

from engine.errors import DeliveryError
from engine.takes.clip import ClipNote
from live.ableton.clip_reader import Listed, SetClip, SetReader
from tests.live.ableton.stand_in import Line, Note, SlotClip, StandIn, Trouble, song


def beat(*notes: tuple[int, float], mute: bool = False) -> list[Note]:
    return [(pitch, start, 0.25, 100.0, mute) for pitch, start in notes]


def reader(live: StandIn, trouble: Trouble | None = None, seed: int = 0) -> SetReader:
    def connect() -> Line:
        live.tick = 0
        return Line(live, trouble, seed)

    return SetReader(connect=connect)


def stage() -> StandIn:
    """A set with a looped part of a clip, an empty one and an audio one."""
    part = SlotClip(8.0, "verse", beat((36, 0.0), (36, 4.5), (127, 7.75), (38, 8.0)))
    part.notes += beat((42, 5.0), mute=True)
    part.loop_start, part.loop_end = 4.0, 8.0
    audio = SlotClip(4.0, "loop", midi=False)
    held = song(Bass=[None, None], Drums=[None, part], Audio=[audio, None])
    held.tracks[1].slots[0] = SlotClip(3.5, "seven")
    held.selected, held.tempo, held.signature = (1, 1), 97.5, (7, 8)
    return StandIn(held)


VERSE = SetClip(
    "Drums",
    2,
    "verse",
    4.0,
    (ClipNote(240.0, 36, 100, 120.0), ClipNote(1800.0, 127, 100, 120.0)),
    97.5,
    (7, 8),
)


def test_the_selected_clip_is_read_with_what_sounds_in_its_loop() -> None:
    assert reader(stage()).clip() == VERSE


def test_a_clip_is_read_by_track_and_slot_or_the_first_of_its_track() -> None:
    assert reader(stage()).clip("drums", 2) == VERSE
    assert reader(stage()).clip("DRUMS") == SetClip("Drums", 1, "seven", 3.5, (), 97.5, (7, 8))


def test_all_clips_are_listed() -> None:
    assert reader(stage()).clips() == [
        Listed("Drums", 1, "seven"),
        Listed("Drums", 2, "verse"),
        Listed("Audio", 1, "loop"),
    ]


def test_a_long_clip_is_read_in_parts() -> None:
    live = stage()
    notes = beat(*((36 + i % 12, i / 16) for i in range(1024)))
    live.song.tracks[1].slots[1] = SlotClip(64.0, "long", notes)
    live.datagram = 2000
    found = reader(live, Trouble(lost=0.2), seed=3).clip("drums", 2)
    assert [(note.note, note.tick) for note in found.notes] == [
        (pitch, start * 480) for pitch, start, *_ in notes
    ]


@pytest.mark.parametrize(
    ("track", "slot", "text"),
    [
        ("Keys", None, "no track 'Keys'; its tracks are 'Bass', 'Drums', 'Audio'"),
        ("drums", 3, "'drums' has no clip in slot 3; it has in 1, 2"),
        ("bass", None, "'bass' has no clip; it has in no slot"),
        ("audio", 1, "is an audio or group track"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(track: str, slot: int | None, text: str) -> None:
    with pytest.raises(DeliveryError, match=text):
        reader(stage()).clip(track, slot)


def test_a_selected_slot_without_notes_is_said() -> None:
    live = stage()
    live.song.selected = (0, 0)
    with pytest.raises(DeliveryError, match="no clip in slot 1 of the track “Bass”"):
        reader(live).clip()
    live.song.selected = (2, 0)
    with pytest.raises(DeliveryError, match="slot 1 of the track “Audio” is audio"):
        reader(live).clip()


def test_without_abletonosc_the_remedy_is_said() -> None:
    with pytest.raises(DeliveryError, match="chosen as a Control Surface"):
        reader(stage(), Trouble(deaf=((0.0, 1e9),))).clips()
