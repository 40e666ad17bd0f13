"""Which notes of a file are taken for drums, and when nobody can say."""

from __future__ import annotations

from pathlib import Path

import pytest

from live.material.midi_source import voices_of
from model.midi_files.drum_names import hints_at_drums, says_drums, says_pitched
from model.midi_files.drum_parts import ANY_DRUMS, DrumChoice, Drums, drums_of
from model.midi_files.edit import Edit
from model.midi_files.reader import parsed
from tests.model.midi_files.foreign import END, bar, bass, head, hit, name, track

VOICES = voices_of("gm")
CHORDS = b"".join(
    b"".join(bytes((0, 0x90, n, 80)) for n in (48, 52, 55)) + b"\x60"
    + b"\0".join(bytes((0x80, n, 0)) for n in (48, 52, 55))
    for _ in range(4)
)  # fmt: skip
PIANO = b"".join(hit(0, note, 0) for note in (60, 64, 67, 72))
HOUSE = b"".join(
    bytes((0, 0x90, 36, 100)) + (bytes((0, 0x90, 39, 90)) if beat % 2 else b"") + b"\x60"
    + bytes((0x80, 36, 0)) + (bytes((0, 0x80, 39, 0)) if beat % 2 else b"")
    + hit(144, 46, 0, last=96) + b"\x81\x10\xb0\1\1"
    for beat in range(4)
)  # fmt: skip


def taken(*tracks: bytes, kind: int = 1, choice: DrumChoice = ANY_DRUMS) -> str:
    data = head(kind, len(tracks)) + b"".join(track(one + END) for one in tracks)
    return str(drums_of(parsed(data), VOICES, choice))


# ---- found
def test_channel_10_is_the_drums() -> None:
    assert taken(name("Keys") + CHORDS, bar(9), bass(1)) == (
        "drums: track 2, channel 10, 12 notes (by the channel)"
    )
    assert taken(bass(1) + bar(9) + PIANO, kind=0) == (
        "drums: track 1, channel 10, 12 notes (by the channel)"
    )


def test_all_tracks_on_channel_10_are_the_drums() -> None:
    said = taken(name("Kick") + hit(0, 36), name("Snare") + hit(480, 38), name("Bass") + bass(0))
    assert said == (
        "drums: track 1 'Kick', channel 10, 1 note; track 2 'Snare', channel 10, 1 note"
        " (by the channel)"
    )


@pytest.mark.parametrize("drums", ["Drums", "Schlagzeug", "Batterie", "Kit", "Perc 1", "ドラム"])
def test_without_channel_10_a_name_says_it(drums: str) -> None:
    said = f"drums: track 1 {drums!r}, channel 1, 12 notes (by the name)"
    assert taken(name(drums) + bar(0), name("Bass") + bass(1)) == said
    assert taken(name(drums) + bar(0), name("Lead") + bar(1)) == said


def test_without_a_name_the_notes_say_it() -> None:
    for other in (bass(1), PIANO, CHORDS):
        assert taken(other, bar(3)) == "drums: track 2, channel 4, 12 notes (by the notes)"
    assert taken(HOUSE) == "drums: track 1, channel 1, 10 notes (by the notes)"
    assert taken(name("Verse") + bar(0)) == (
        "drums: track 1 'Verse', channel 1, 12 notes (by the notes)"
    )


def test_a_song_of_several_channels_is_not_its_title() -> None:
    assert taken(name("Beat it") + bar(2) + bass(1), kind=0) == (
        "drums: track 1 'Beat it', channel 3, 12 notes (by the notes)"
    )


def test_a_loop_of_kick_and_snare_alone_is_drums() -> None:
    assert "(by the notes)" in taken(hit(0, 36, 0) + hit(420, 38, 0))
    assert "(by the notes)" in taken(hit(0, 36, 0))


def test_a_plain_beat_whose_hats_are_never_alone_is_drums() -> None:
    plain = b"".join(
        bytes((0, 0x90, 42, 80, 0, 0x90, 38 if beat % 2 else 36, 99)) + b"\x60"
        + bytes((0x80, 42, 0, 0, 0x80, 38 if beat % 2 else 36, 0)) + b"\x81\x40\xb0\1\1"
        for beat in range(4)
    )  # fmt: skip
    assert taken(bass(1), plain) == "drums: track 2, channel 1, 8 notes (by the notes)"


def test_a_bare_loop_beside_what_no_kit_plays_is_drums() -> None:
    kick = hit(0, 36, 0) + hit(420, 38, 0)
    for other in (PIANO, name("Bass") + bass(0)):
        assert taken(other, kick) == "drums: track 2, channel 1, 2 notes (by the notes)"


def test_kick_snare_and_hats_by_turns_are_drums_beside_a_bass() -> None:
    turns = b"".join(hit(0, note, 2, last=240) for note in (36, 42, 38, 42))
    other = b"".join(hit(0, note, 1, last=240) for note in (40, 43, 45, 47))
    assert taken(other, turns) == "drums: track 2, channel 3, 4 notes (by the notes)"
    with pytest.raises(ValueError, match=r"^none of it is drums"):
        taken(turns, turns)


def test_each_pattern_of_type_2_may_be_the_drums() -> None:
    assert taken(bar(0), bass(0), bar(0), kind=2).count("12 notes") == 2


def test_a_file_without_notes_has_no_drums() -> None:
    assert drums_of(parsed(head() + track(END)), VOICES) == Drums((), "no notes")


# ---- doubtful
@pytest.mark.parametrize(
    "tracks",
    [
        (bass(0),),
        (PIANO,),
        (CHORDS,),
        (bass(0, (36, 38, 40, 36)),),
        (name("Bass") + bar(0),),
        (name("Steel drums") + PIANO,),
        (name("Drum & Bass") + bass(0),),
        (name("Beat it") + PIANO,),
        (bass(0), PIANO),
        (bass(0), hit(0, 36, 1)),
        (PIANO + bass(1) + CHORDS,),
    ],
)
def test_what_is_not_drums_without_a_doubt_is_refused(tracks: tuple[bytes, ...]) -> None:
    with pytest.raises(
        ValueError, match=r"^none of it is drums without a doubt; choose by --track"
    ):
        taken(*tracks)


def test_two_tracks_that_may_be_drums_are_a_question() -> None:
    with pytest.raises(ValueError) as error:
        taken(name("A") + bar(0), name("B") + bar(1))
    assert str(error.value) == (
        "several tracks may be the drums; choose by --track NAME or NUMBER, or --channel 1..16: "
        "track 1 'A', channel 1, 12 notes; track 2 'B', channel 2, 12 notes"
    )


def test_a_melody_on_channel_10_beside_a_track_of_drums_is_a_question() -> None:
    with pytest.raises(ValueError, match=r"^channel 10 and a track's name say different things"):
        taken(name("Drums") + bar(0), name("Strings") + bass(9))
    assert "channel 10" in taken(name("Perc") + bar(0), bar(9))


def test_a_file_of_many_tracks_is_told_in_few_words() -> None:
    with pytest.raises(ValueError, match=r"; 12 more$"):
        taken(*[bass(0)] * 20)


# ---- chosen
@pytest.mark.parametrize(
    ("choice", "track_number"),
    [
        (DrumChoice("808"), 3),  # a name before a number
        (DrumChoice("2"), 2),
        (DrumChoice("BASS"), 2),
        (DrumChoice("bas"), 2),
        (DrumChoice(" keys "), 1),
        (DrumChoice(None, 3), 3),
        (DrumChoice("Keys", 1), 1),
    ],
)
def test_the_user_chooses(choice: DrumChoice, track_number: int) -> None:
    tracks = (name("Keys") + PIANO, name("Bass") + bass(1), name("808") + bass(2), bar(9))
    said = taken(*tracks, choice=choice)
    assert said.startswith(f"drums: track {track_number} ") and said.endswith("(as chosen)")


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (
            DrumChoice("drums"),
            "--track: 'drums' has no notes; there is track 1 'Bass 1', channel 1",
        ),
        (DrumChoice("3"), "--track: '3' has no notes; there is track 1"),
        (DrumChoice(""), "--track: '' has no notes"),
        (DrumChoice("bass"), "--track: 'bass' is in several names: track 1 'Bass 1', channel 1"),
        (DrumChoice(None, 10), "--channel: 10 has no notes; there is track 1 'Bass 1', channel 1"),
        (DrumChoice("1", 2), "--channel: 2 has no notes; there is"),
    ],
)
def test_a_choice_that_is_not_there_says_what_is(choice: DrumChoice, reason: str) -> None:
    with pytest.raises(ValueError) as error:
        taken(name("Bass 1") + bass(0), name("Bass 2") + bass(1), choice=choice)
    assert str(error.value).startswith(reason)


def test_another_parts_events_stay_and_the_drums_move(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    tracks = (name("Drums") + bar(0), name("Bass") + bass(1))
    path.write_bytes(head(1, 2) + b"".join(track(one + END) for one in tracks))
    edit = Edit.open(path)
    after = parsed(edit.moved([(note.tick + 7, 99) for note in edit.notes()]))
    before = parsed(path.read_bytes())
    assert after.tracks[1] == before.tracks[1]
    ons = [[e for e in file.tracks[0].events if e.begins_note] for file in (before, after)]
    assert [e.tick + 7 for e in ons[0]] == [e.tick for e in ons[1]]
    assert {e.status for e in ons[1]} == {0x90}  # on the channel that they were on


# ---- names
@pytest.mark.parametrize(
    "words",
    ["Drums", "DRUMS 2", "My Drumkit", "BassDrum", "Bass Drum", "Bateria", "Batería", "Schlagzeug",
     "Batterie", "Percussion", "perc_1", "Perkussion", "Slagwerk", "Hi-Hat", "HiHat 2",
     "Synth Drum", "Барабаны", "Ударные", "ドラムス", "드럼", "架子鼓", "TR-808 drums", "E-Drum"],
)  # fmt: skip
def test_names_that_say_drums(words: str) -> None:
    assert says_drums(words) and not says_pitched(words)


@pytest.mark.parametrize("words", ["Kit", "Beat 1", "Snare", "kick", "Toms", "Claps", "808 Kit"])
def test_names_that_hint_at_drums(words: str) -> None:
    assert hints_at_drums(words) and not says_drums(words)


@pytest.mark.parametrize(
    "words",
    [
        "Bass",
        "Steel Drums",
        "Drum & Bass",
        "808 Bass",
        "Piano",
        "Lead",
        "Beat Bass",
        "Tongue drum",
        "Drum bassline",
    ],
)
def test_names_that_say_another_instrument(words: str) -> None:
    assert says_pitched(words) and not says_drums(words) and not hints_at_drums(words)


@pytest.mark.parametrize(
    "words", ["", "Track 1", "808", "Verse", "Kitchen", "Chat", "Tomorrow", "Superconductor"]
)
def test_names_that_say_nothing(words: str) -> None:
    assert not (says_drums(words) or hints_at_drums(words) or says_pitched(words))
