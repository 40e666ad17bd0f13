from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bars.bar_changes import (
    crashed,
    double_time,
    fill_start,
    half_time,
    in_time,
    locked,
    next_beat,
    with_fill_from,
)
from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.notes import Bar, Hit, Voice
from engine.score.playable import faults, repaired
from tests.engine.stage import BACKBEAT, CRASH, HAT, HATS, KICK, PULSE_KICK, SNARE, STYLES

ROCK = Bar.of([*HATS, *BACKBEAT, Hit(0, KICK, 100), Hit(600, KICK, 80), Hit(960, KICK, 95)])
WALTZ = Bar.of([Hit(0, KICK, 100), Hit(960, SNARE, 90)], Meter(3, 4))
ROLL = Bar.of([Hit(tick, SNARE, 90) for tick in range(0, 1920, 240)], fill=True, source="fallback")


def ticks(bar: Bar, voice: Voice) -> list[int]:
    return [hit.tick for hit in bar.hits if hit.voice is voice]


def bars() -> st.SearchStrategy[Bar]:
    hits = st.builds(
        Hit,
        st.integers(0, 1919),
        st.sampled_from(Voice),
        st.integers(1, 127),
        st.integers(-120, 120),
    )
    return st.builds(Bar.of, st.lists(hits, max_size=40), st.sampled_from(list(METERS.values())))


# ---- time
def test_in_half_time_the_backbeat_falls_on_three_and_the_hats_go_on() -> None:
    bar = half_time(ROCK)
    assert ticks(bar, SNARE) == [960]
    assert ticks(bar, KICK) == [0, 1200]
    assert ticks(bar, HAT) == ticks(ROCK, HAT)


def test_half_time_keeps_velocity_and_microtiming() -> None:
    bar = half_time(Bar.of([Hit(480, SNARE, 111, 7), Hit(360, KICK, 70, -3)]))
    assert bar.hits == (Hit(720, KICK, 70, -3), Hit(960, SNARE, 111, 7))


def test_a_beat_without_a_backbeat_in_its_first_half_takes_two_bars() -> None:
    beat = Bar.of([*HATS, Hit(0, KICK, 100), Hit(480, SNARE, 30), Hit(960, SNARE, 110)])
    even, odd = half_time(beat), half_time(beat, odd=True)
    assert (ticks(even, KICK), ticks(even, SNARE)) == ([0], [960])
    assert (ticks(odd, KICK), ticks(odd, SNARE)) == ([], [0])
    assert ticks(even, HAT) == ticks(odd, HAT) == ticks(beat, HAT)


def test_with_a_backbeat_in_its_first_half_every_bar_is_that_half() -> None:
    assert half_time(ROCK, odd=True) == half_time(ROCK)


def test_a_bar_of_seven_is_halved_too() -> None:
    bar = Bar.of([Hit(0, KICK, 100), Hit(1200, SNARE, 110)], Meter(7, 8))
    assert ticks(half_time(bar), KICK) == [0]
    assert ticks(half_time(bar, odd=True), SNARE) == [720]


def test_in_double_time_the_backbeats_fall_on_every_off_beat_and_the_hats_go_on() -> None:
    bar = double_time(ROCK)
    assert ticks(bar, SNARE) == [240, 720, 1200, 1680]
    assert ticks(bar, KICK) == [0, 300, 480, 960, 1260, 1440]
    assert ticks(bar, HAT) == ticks(ROCK, HAT)


def test_in_double_time_the_weaker_of_strokes_nearer_than_a_sixteenth_stays_out() -> None:
    ghosts = [Hit(360, SNARE, 30), Hit(600, SNARE, 30)]
    assert ticks(double_time(Bar.of([*BACKBEAT, *ghosts])), SNARE) == [240, 720, 1200, 1680]


def test_a_crash_is_not_moved() -> None:
    bar = Bar.of([*BACKBEAT, Hit(960, CRASH, 110)])
    assert ticks(half_time(bar), CRASH) == ticks(double_time(bar), CRASH) == [960]


def test_normal_time_leaves_the_bar_alone() -> None:
    assert in_time(ROCK, "normal") is ROCK
    assert in_time(WALTZ, "half", odd=True) == half_time(WALTZ, odd=True)
    assert in_time(ROCK, "double") == double_time(ROCK)


@given(bars(), st.sampled_from(["half", "double"]), st.booleans())
@settings(max_examples=100, deadline=None)
@pytest.mark.long
def test_in_any_time_no_stroke_leaves_the_bar_or_meets_another_of_its_voice(
    bar: Bar, time: str, odd: bool
) -> None:
    played = in_time(repaired(bar), time, odd)
    assert all(0 <= hit.tick < bar.meter.bar_ticks for hit in played.hits)
    assert len({hit.key for hit in played.hits}) == len(played.hits)
    mended = repaired(played)
    assert faults(mended) == ([] if mended.hits else ["nothing to play"])


@pytest.mark.parametrize("time", ["half", "double"])
def test_a_playable_beat_stays_playable_in_any_time(time: str) -> None:
    for style in STYLES.values():
        for bar in style.bars:
            for odd in (False, True):
                assert faults(in_time(bar, time, odd), style.hands) == []


# ---- fills
@pytest.mark.parametrize(
    ("amount", "start"),
    [(0.0, 1440), (0.2, 1440), (0.252, 1440), (0.5, 960), (0.75, 480), (0.9, 0), (1.0, 0)],
)
def test_a_fill_takes_its_share_of_beats_and_at_least_the_last(amount: float, start: int) -> None:
    assert fill_start(FOUR_FOUR, amount) == start


def test_beats_are_what_the_meter_counts() -> None:
    assert [fill_start(Meter(7, 8), amount) for amount in (0.0, 0.5, 1.0)] == [1440, 720, 0]
    assert [next_beat(Meter(6, 8), tick) for tick in (-1.0, 0.0, 239.9, 240.0)] == [
        0,
        240,
        240,
        480,
    ]


def test_the_groove_plays_until_the_fill() -> None:
    bar = with_fill_from(ROCK, ROLL, 1440)
    assert [hit for hit in bar.hits if hit.tick < 1440] == [h for h in ROCK.hits if h.tick < 1440]
    assert [hit for hit in bar.hits if hit.tick >= 1440] == list(ROLL.hits[6:])
    assert (bar.fill, bar.source) == (True, "fallback")


def test_a_crash_takes_the_place_of_the_first_hat_with_its_microtiming() -> None:
    late = replace(ROCK, hits=tuple(replace(hit, offset=9) for hit in ROCK.hits))
    bar = crashed(late)
    assert ticks(bar, HAT) == ticks(ROCK, HAT)[1:]
    assert [hit for hit in bar.hits if hit.voice is CRASH] == [Hit(0, CRASH, 108, 9)]
    assert ticks(bar, KICK) == ticks(ROCK, KICK)


def test_a_crash_needs_no_hat_and_is_not_struck_twice() -> None:
    bar = crashed(Bar.of(BACKBEAT))
    assert bar.hits[0] == Hit(0, CRASH, 108)
    assert crashed(bar) is bar


# ---- locks
def test_locked_voices_go_on_and_the_others_change() -> None:
    other = Bar.of([Hit(240, KICK, 90), Hit(720, SNARE, 90), Hit(0, Voice.RIDE, 60)])
    bar = locked(other, ROCK, {KICK, HAT})
    assert [h for h in bar.hits if h.voice in (KICK, HAT)] == [
        h for h in ROCK.hits if h.voice in (KICK, HAT)
    ]
    assert ticks(bar, SNARE) == [720]
    assert ticks(bar, Voice.RIDE) == [0]


def test_a_locked_voice_that_was_silent_stays_silent() -> None:
    assert ticks(locked(ROCK, Bar.of(HATS), {KICK}), KICK) == []


def test_what_hands_cannot_strike_beside_a_locked_voice_gives_way() -> None:
    both = Bar.of([Hit(0, SNARE, 100), Hit(0, CRASH, 110), *PULSE_KICK])
    bar = locked(both, Bar.of(HATS), {HAT})
    assert [hit.voice for hit in bar.hits if hit.tick == 0] == [KICK, SNARE, HAT]
    assert faults(bar) == []


def test_a_machine_strikes_six_voices_with_the_locked_ones_among_them() -> None:
    seven = Bar.of([Hit(0, voice, 120) for voice in Voice if voice is not HAT][:7])
    bar = locked(seven, Bar.of([Hit(0, HAT, 1)]), {HAT}, hands=False)
    assert len(bar.hits) == 6
    assert HAT in {hit.voice for hit in bar.hits}


@given(bars(), bars(), st.sets(st.sampled_from(Voice)), st.booleans())
@settings(max_examples=100, deadline=None)
@pytest.mark.long
def test_a_locked_bar_can_be_played_and_loses_no_locked_stroke(
    bar: Bar, last: Bar, voices: set[Voice], hands: bool
) -> None:
    bar, last = repaired(bar, hands), repaired(replace(last, meter=bar.meter), hands)
    made = repaired(locked(bar, last, voices, hands), hands)
    kept = {hit for hit in last.hits if hit.voice in voices}
    assert {hit for hit in made.hits if hit.voice in voices} == kept
