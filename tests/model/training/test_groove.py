"""Reading performances: the traps of Groove."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.score.notes import Bar, Hit, Voice
from engine.score.style import Style
from model.midi_files.drum_file import MidiNote, write
from model.midi_files.quantize import constant_offset, mark_fills
from model.training.groove import SESSIONS, bars_of, groove
from tests.clips import clip_with

TABLE = "drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,split\n"


def beat(offset: int = 0, bars: int = 2) -> list[MidiNote]:
    """Eighths on the hat, kick and snare, all `offset` ticks late."""
    hats = [MidiNote(t + offset, 22, 70, 10) for t in range(240, bars * 1920, 240)]
    kicks = [MidiNote(t + offset, 36, 90, 10) for t in range(0, bars * 1920, 960)]
    snares = [MidiNote(t + offset, 40, 110, 10) for t in range(480, bars * 1920, 960)]
    return sorted(note for note in hats + kicks + snares if note.tick >= 0)


def score(bars: tuple[Bar, ...]) -> list[list[tuple[int, Voice]]]:
    return [[(hit.tick, hit.voice) for hit in bar.hits] for bar in bars]


def test_a_constant_offset_of_a_file_is_taken_away() -> None:
    late = bars_of(beat(28), "rock", False)
    assert score(late) == score(bars_of(beat(), "rock", False))
    assert {hit.offset for bar in late for hit in bar.hits} == {0}


def test_what_is_left_of_the_timing_is_kept_as_offset() -> None:
    notes = [*beat(), MidiNote(960 + 13, 49, 100, 10)]
    crash = [h for bar in bars_of(notes, "rock", False) for h in bar.hits if h.voice is Voice.CRASH]
    assert crash == [Hit(960, Voice.CRASH, 100, 13)]


def test_edges_and_rims_are_the_same_voices() -> None:
    hits = bars_of(beat(), "rock", False)[0].hits
    assert {hit.voice for hit in hits} == {Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT}


def snares(*strokes: tuple[int, int]) -> list[tuple[int, int, int]]:
    """Where snare strokes at (tick, velocity) besides the beat's are read, around beat two."""
    notes = [*beat(), *(MidiNote(tick, 38, velocity, 10) for tick, velocity in strokes)]
    found = [hit for hit in bars_of(notes, "rock", False)[0].hits if hit.voice is Voice.SNARE]
    return [(hit.tick, hit.velocity, hit.offset) for hit in found if hit.tick < 1000]


def test_a_flam_and_a_drag_are_written_just_before_their_stroke() -> None:
    assert snares((455, 30)) == [(460, 30, -5), (480, 110, 0)]
    assert snares((452, 25), (466, 30)) == [(440, 25, 12), (460, 30, 6), (480, 110, 0)]


def test_of_a_stroke_and_its_softer_echo_the_louder_stays() -> None:
    assert snares((500, 40)) == [(480, 110, 0)]


def test_a_cymbal_struck_twice_on_a_slot_has_no_grace_note() -> None:
    notes = [*beat(), MidiNote(945, 49, 60, 10), MidiNote(962, 49, 100, 10)]
    hits = bars_of(notes, "rock", False)[0].hits
    assert [hit.tick for hit in hits if hit.voice is Voice.CRASH] == [960]


def test_triplets_and_thirtyseconds_are_told_from_sixteenths() -> None:
    shuffle = [MidiNote(t, 51, 90, 9) for t in (0, 320, 480, 800, 960, 1280, 1440, 1760)]
    assert [hit.tick for hit in bars_of(shuffle, "jazz", False)[0].hits] == [
        note.tick for note in shuffle
    ]
    roll = [MidiNote(t, 38, 90, 9) for t in range(0, 480, 60)]
    assert [hit.tick for hit in bars_of(roll, "rock", True)[0].hits] == list(range(0, 480, 60))


def test_a_sloppy_sixteenth_stays_a_sixteenth() -> None:
    sloppy = [MidiNote(t, 42, 90, 9) for t in (0, 128, 231, 371, 480, 596, 735, 829)]
    assert [hit.tick for hit in bars_of(sloppy, "rock", False)[0].hits] == [
        0, 120, 240, 360, 480, 600, 720, 840,
    ]  # fmt: skip


def test_an_early_downbeat_belongs_to_the_next_bar() -> None:
    notes = [*beat(), MidiNote(1905, 49, 100, 10)]
    second = bars_of(notes, "rock", False)[1]
    assert Hit(0, Voice.CRASH, 100, -15) in second.hits


def test_nearly_empty_bars_at_the_ends_are_left_out() -> None:
    notes = [MidiNote(note.tick + 1920, *note[1:]) for note in beat()] + [MidiNote(5760, 36, 80, 9)]
    assert len(bars_of(notes, "rock", False)) == 2


def test_no_drums_no_bars() -> None:
    assert bars_of([MidiNote(0, 99, 100, 10)], "rock", False) == ()


def test_constant_offset_of_few_notes_is_read_against_sixteenths() -> None:
    assert constant_offset([7, 127, 247]) == 7
    assert constant_offset([]) == 0


def test_bars_of_a_beat_with_many_toms_are_marked_as_fills() -> None:
    plain = Bar.of(Hit(t, Voice.CLOSED_HAT, 90) for t in range(0, 1920, 240))
    toms = Bar.of(Hit(t, Voice.LOW_TOM, 90) for t in range(0, 1920, 240))
    assert [bar.fill for bar in mark_fills([plain, plain, plain, toms])] == [0, 0, 0, 1]


def test_groove_reads_its_table_and_only_four_four(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(write(clip_with(beat(), 104, bars=2)))
    rows = (
        "drummer1,s,1,funk/groove1,104,beat,4-4,a.mid,train\n"
        "drummer2,s,2,rock,90,fill,4-4,a.mid,test\n"
        "drummer2,s,3,rock,90,beat,6-8,a.mid,train\n"
    )
    (tmp_path / "info.csv").write_text(TABLE + rows, encoding="utf-8")
    first, second = groove(tmp_path)
    assert (first.style, first.bpm, first.split, first.player) == ("funk", 104, "train", "drummer1")
    assert (second.style, second.split, second.fill) == ("rock", "test", True)
    assert all(bar.fill for bar in second.bars)
    assert not any(bar.fill for bar in first.bars)


def test_whole_sessions_are_kept_from_training(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(write(clip_with(beat(), 104, bars=2)))
    rows = "".join(
        f"x,{session},1,funk,104,beat,4-4,a.mid,train\n" for session in (*sorted(SESSIONS), "s")
    )
    (tmp_path / "info.csv").write_text(TABLE + rows, encoding="utf-8")
    assert [one.split for one in groove(tmp_path)] == [*(["session"] * len(SESSIONS)), "train"]


def test_groove_without_its_table_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        groove(tmp_path)


def own_style() -> Style:
    kick = Bar.of([Hit(0, Voice.KICK, 100), Hit(960, Voice.CLAP, 110)])
    fill = Bar.of([Hit(t, Voice.CLAP, 90) for t in range(0, 1920, 240)], fill=True)
    return Style("own", "Own", "genre", "", (90, 100, 110), bars=(kick, fill))


def test_a_file_of_groove_that_is_damaged_or_not_there_is_named(tmp_path: Path) -> None:
    whole = write(clip_with(beat(), 104, bars=2))
    row = "drummer1,s,1,funk/groove1,104,beat,4-4,a.mid,train\n"
    (tmp_path / "info.csv").write_text(TABLE + row, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.mid: cannot be read \(No such file"):
        groove(tmp_path)
    for data, reason in ((whole[:-9], "is damaged: the track at"), (b"x", "not a readable MIDI")):
        (tmp_path / "a.mid").write_bytes(data)
        with pytest.raises(ConfigError, match=rf"a\.mid: {reason}"):
            groove(tmp_path)
