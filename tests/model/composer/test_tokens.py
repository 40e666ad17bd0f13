"""Bars to tokens and back."""

from __future__ import annotations

from typing import Any

import symusic
from hypothesis import given
from hypothesis import strategies as st

from engine.score.notes import Bar, Hit, Voice
from model.composer.tokens import (
    BAR,
    PITCHES,
    TICKS_PER_POSITION,
    VOICES,
    miditok_vocabulary,
    tokenizer,
)

WORDS = miditok_vocabulary()
ON_GRID = st.builds(
    Hit,
    st.integers(0, 95).map(lambda position: position * TICKS_PER_POSITION),
    st.sampled_from(list(Voice)),
    st.sampled_from(WORDS.velocities),
)
ANYWHERE = st.builds(
    Hit,
    st.integers(0, 1919),
    st.sampled_from(list(Voice)),
    st.integers(1, 127),
    st.integers(-60, 60),
)

AWKWARD = {
    "empty": Bar(),
    "all at once": Bar.of(Hit(0, voice, 127) for voice in Voice),
    "last moment": Bar.of([Hit(1900, Voice.SNARE, 7), Hit(1900, Voice.KICK, 127)]),
    "buzz roll": Bar.of(Hit(tick, Voice.SNARE, 23) for tick in range(0, 1920, 20)),
    "triplets": Bar.of(Hit(tick, Voice.RIDE, 63) for tick in range(0, 1920, 160)),
    "clap and shaker": Bar.of([Hit(480, Voice.CLAP, 103), Hit(480, Voice.PERCUSSION, 47)]),
}


def test_awkward_bars_come_back_as_they_went() -> None:
    for name, bar in AWKWARD.items():
        assert WORDS.decode(WORDS.encode(bar)) == bar.hits, name


@given(st.lists(ON_GRID, max_size=60))
def test_a_bar_on_the_grid_comes_back_as_it_went(hits: list[Hit]) -> None:
    bar = Bar.of(hits)
    assert WORDS.decode(WORDS.encode(bar)) == bar.hits


@given(st.lists(ANYWHERE, max_size=60))
def test_any_bar_comes_back_within_half_a_position_and_half_a_step(hits: list[Hit]) -> None:
    bar = Bar.of(hits)
    back = WORDS.decode(WORDS.encode(bar))
    for hit in back:
        assert any(
            was.voice == hit.voice
            and abs(was.tick - hit.tick) <= TICKS_PER_POSITION
            and abs(was.velocity - hit.velocity) <= 6
            for was in bar.hits
        )
    assert {hit.voice for hit in back} == {hit.voice for hit in bar.hits}


@given(st.lists(ON_GRID, min_size=1, max_size=40))
def test_ids_are_those_miditok_makes_of_the_same_score(hits: list[Hit]) -> None:
    bar = Bar.of(hits)
    score: Any = symusic.Score(480)  # its types leave out what a score holds
    track: Any = symusic.Track(program=0, is_drum=True)
    # MidiTok leaves notes struck together in the order it finds them; ours is by pitch.
    for hit in sorted(bar.hits, key=lambda hit: (hit.tick, PITCHES[hit.voice])):
        track.notes.append(symusic.Note(hit.tick, 20, PITCHES[hit.voice], hit.velocity))
    score.tracks.append(track)
    assert tokenizer().encode(score)[0].ids == WORDS.encode(bar)


def test_miditok_reads_our_ids_as_the_same_notes() -> None:
    bar = AWKWARD["all at once"]
    score = tokenizer().decode([WORDS.encode(bar)], programs=[(0, True)])
    notes = {(n.time, n.pitch, n.velocity) for track in score.tracks for n in track.notes}
    resolution = score.ticks_per_quarter
    assert notes == {(hit.tick * resolution // 480, PITCHES[hit.voice], 127) for hit in bar.hits}


def test_every_voice_has_a_pitch_of_its_own() -> None:
    assert set(PITCHES) == set(Voice)
    assert len(set(PITCHES.values())) == len(Voice)


def test_of_two_hits_on_one_position_the_louder_is_told() -> None:
    bar = Bar.of([Hit(1, Voice.SNARE, 40), Hit(4, Voice.SNARE, 103)])
    assert WORDS.decode(WORDS.encode(bar)) == (Hit(0, Voice.SNARE, 103),)


@given(st.lists(ANYWHERE, max_size=60))
def test_strokes_say_what_the_ids_say(hits: list[Hit]) -> None:
    bar = Bar.of(hits)
    strokes = WORDS.strokes(bar)
    assert strokes[0] == BAR
    assert BAR not in strokes[1:]
    assert WORDS.hits(strokes) == WORDS.decode(WORDS.encode(bar))
    assert WORDS.strokes(bar.with_hits(WORDS.hits(strokes))) == strokes


def test_a_stroke_is_position_pitch_and_velocity() -> None:
    strokes = WORDS.strokes(Bar.of([Hit(480, Voice.KICK, 127), Hit(480, Voice.PERCUSSION, 7)]))
    assert strokes == [BAR, (24, 0, 15), (24, len(VOICES) - 1, 0)]
