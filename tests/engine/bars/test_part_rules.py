"""What the parts of a song do to a bar."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bars.part_rules import RULES, in_part, louder_in_part
from engine.score.grid import METERS
from engine.score.notes import Bar, Hit, Voice
from engine.score.song_parts import PARTS, PartPlace
from tests.engine.stage import BACKBEAT, CRASH, HAT, HATS, KICK, SNARE

TOM, RIDE, OPEN = Voice.LOW_TOM, Voice.RIDE, Voice.OPEN_HAT
ROCK = Bar.of([*HATS, *BACKBEAT, Hit(0, KICK, 100), Hit(960, KICK, 90), Hit(1680, TOM, 80)])


def at(part: str, bar: int = 0, bars: int = 8, played: Bar = ROCK, hands: bool = True) -> Bar:
    return in_part(played, PartPlace(part, bar, bars), hands)


def voices(bar: Bar) -> set[Voice]:
    return {hit.voice for hit in bar.hits}


def loudness(bar: Bar) -> float:
    return sum(hit.velocity for hit in bar.hits) / len(bar.hits)


def test_every_part_has_a_rule_and_without_a_part_a_bar_stays() -> None:
    assert set(RULES) == set(PARTS)
    assert in_part(ROCK, PartPlace(), True) is ROCK
    assert louder_in_part(ROCK, PartPlace()) is ROCK


def test_an_intro_begins_with_time_and_kick_and_grows_in() -> None:
    assert voices(at("intro")) == {HAT, KICK}
    assert SNARE in voices(at("intro", 7))
    assert len(at("intro").hits) < len(at("intro", 7).hits)
    assert loudness(at("intro")) < loudness(at("intro", 7))


def test_a_verse_keeps_to_closed_hats_and_holds_back() -> None:
    bar = ROCK.with_hits([*ROCK.hits, Hit(0, CRASH, 110), Hit(1800, OPEN, 90)])
    verse = at("verse", played=bar)
    assert not {CRASH, OPEN} & voices(verse)
    assert loudness(verse) < loudness(bar)


def test_a_chorus_opens_with_a_crash_goes_to_the_ride_and_is_louder() -> None:
    assert at("chorus").hits[0].tick == 0
    assert CRASH in voices(at("chorus"))
    assert CRASH not in voices(at("chorus", 1))
    assert CRASH in voices(at("chorus", 8))
    assert RIDE in voices(at("chorus", 1))
    assert HAT not in voices(at("chorus", 1))
    assert HAT in voices(at("chorus", 1, hands=False))
    assert max(hit.velocity for hit in at("chorus", 1).hits) > 110


def test_a_bridge_moves_to_the_ride_and_from_the_ride_to_the_toms() -> None:
    assert RIDE in voices(at("bridge"))
    jazz = ROCK.with_hits(replace(h, voice=RIDE) if h.voice is HAT else h for h in ROCK.hits)
    bridge = at("bridge", played=jazz)
    assert RIDE not in voices(bridge)
    assert sum(hit.voice is TOM for hit in bridge.hits) > 3


def test_a_breakdown_leaves_kick_and_snare_out_and_never_all() -> None:
    assert voices(at("breakdown")) == {HAT}
    assert voices(at("breakdown", played=Bar.of([*BACKBEAT, Hit(0, KICK, 99)]))) == {SNARE}
    assert voices(at("breakdown", played=Bar.of([Hit(0, KICK, 99)]))) == {KICK}


def test_a_build_up_rises_to_sixteenths() -> None:
    snares = [
        sorted(hit.tick for hit in at("build_up", bar).hits if hit.voice is SNARE)
        for bar in (0, 4, 7)
    ]
    assert snares[0][:2] == [0, 480]
    assert snares[1] == list(range(0, 1920, 240))
    assert snares[2] == list(range(0, 1920, 120))
    assert loudness(at("build_up")) < loudness(at("build_up", 7))
    shuffle = Bar.of([Hit(beat * 480 + 320, HAT, 70) for beat in range(4)])
    assert Hit(160, SNARE, 99) in in_part(shuffle, PartPlace("build_up", 7, 8), True).hits


def test_a_drop_is_full_and_crashes() -> None:
    drop = at("drop")
    assert voices(drop) == {*voices(ROCK), CRASH}
    assert loudness(drop) > loudness(ROCK)


def test_an_outro_thins_out_and_ends_with_a_crash() -> None:
    assert len(at("outro", 7).hits) < len(at("outro").hits) < len(ROCK.hits)
    end = in_part(ROCK, PartPlace("outro", 7, 8, ends=True), True)
    assert [(hit.tick, hit.voice) for hit in end.hits] == [(0, KICK), (0, CRASH)]


def test_a_fill_is_as_loud_as_its_part() -> None:
    assert loudness(louder_in_part(ROCK, PartPlace("chorus"))) > loudness(ROCK)


ANY_HIT = st.builds(Hit, st.integers(0, 1400), st.sampled_from(list(Voice)), st.integers(1, 127))


@given(
    st.lists(ANY_HIT, min_size=1, max_size=30),
    st.sampled_from(list(METERS.values())),
    st.sampled_from(PARTS),
    st.integers(0, 40),
    st.sampled_from([1, 4, 8]),
    st.booleans(),
)
def test_no_bar_falls_silent(
    hits: list[Hit], meter: object, part: str, at: int, bars: int, hands: bool
) -> None:
    bar = Bar.of(hits, meter)  # type: ignore[arg-type]
    shaped = in_part(bar, PartPlace(part, at, bars), hands)
    assert shaped.hits
    assert all(1 <= hit.velocity <= 127 for hit in shaped.hits)
    assert shaped == in_part(bar, PartPlace(part, at, bars), hands)


@pytest.mark.parametrize("part", PARTS)
def test_an_empty_bar_stays_empty(part: str) -> None:
    assert not in_part(Bar(), PartPlace(part), True).hits
