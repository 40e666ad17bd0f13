"""Bars of other meters keep what makes their 4/4 groove."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score.grid import FOUR_FOUR, METERS, Meter
from engine.score.notes import Bar, Voice
from mappings.meters import in_all_meters, in_meter
from mappings.tabs import GROUPS, read_tab

THREE, FIVE, SIX, SEVEN, TWELVE = (METERS[name] for name in ("3/4", "5/4", "6/8", "7/8", "12/8"))


def bar(fill: bool = False, **lines: str) -> Bar:
    hits = read_tab({Voice(name): line for name, line in lines.items()}, FOUR_FOUR)
    return Bar.of(hits, fill=fill)


ROCK = bar(kick="X... .... x.x. ....", snare=".... X... .... X...")
DROP = bar(kick="X... .... .... ..x.", snare=".... .... X... ....")
SHUFFLE = bar(ride="x.o x.o x.o x.o", kick="X.. ... x.. ...", snare="... X.. ... X..")
FILL = bar(fill=True, crash="X... .... .... ....", snare="xxxx xxxx xxxx xxxx")


def ticks(made: Bar, voice: Voice) -> list[int]:
    return [hit.tick for hit in made.hits if hit.voice is voice]


def turned(source: Bar, meter: Meter) -> tuple[list[int], list[int]]:
    made = in_meter(source, meter, ROCK)
    return ticks(made, Voice.KICK), ticks(made, Voice.SNARE)


def test_three_four_ends_on_the_backbeat() -> None:
    assert turned(ROCK, THREE) == ([0, 480, 720], [960])


def test_three_four_of_half_time_has_its_snare_on_three() -> None:
    assert turned(DROP, THREE) == ([0], [960])


def test_five_four_is_three_and_two_with_the_snare_at_the_end() -> None:
    assert turned(ROCK, FIVE) == ([0, 960, 1200, 1440, 1680], [480, 1920])


def test_five_four_of_half_time_keeps_one_backbeat() -> None:
    assert turned(DROP, FIVE) == ([0, 2160], [960])


def test_six_eight_has_the_snare_on_four() -> None:
    assert turned(ROCK, SIX) == ([0, 480], [720])
    assert turned(DROP, SIX)[1] == [720]


def test_triplets_become_the_eighths_of_six_eight() -> None:
    made = in_meter(SHUFFLE, SIX, ROCK)
    assert ticks(made, Voice.RIDE) == [0, 480, 720, 1200]
    assert ticks(made, Voice.SNARE) == [720]


def test_seven_eight_drops_the_last_eighth_only() -> None:
    assert turned(ROCK, SEVEN) == ([0, 960, 1200], [480, 1440])


def test_twelve_eight_has_the_backbeats_on_its_second_and_fourth_beat() -> None:
    assert turned(ROCK, TWELVE) == ([0, 1440, 1920], [720, 2160])


def test_triplets_become_the_eighths_of_twelve_eight() -> None:
    assert ticks(in_meter(SHUFFLE, TWELVE, ROCK), Voice.RIDE)[:4] == [0, 480, 720, 1200]


def test_sixteenths_lead_into_the_beats_of_twelve_eight_but_hats_keep_to_its_eighths() -> None:
    busy = bar(closed_hat="xxxx .... .... ....", kick="xxxx .... .... ....")
    made = in_meter(busy, TWELVE, ROCK)
    assert ticks(made, Voice.CLOSED_HAT) == [0, 240, 480]
    assert ticks(made, Voice.KICK) == [0, 240, 480, 600]


def test_no_triplet_is_cut_in_two() -> None:
    mixed = bar(closed_hat="x.x. x.x. x.x. xxx", snare=".... X... .... X...")
    assert ticks(in_meter(mixed, SEVEN, ROCK), Voice.CLOSED_HAT)[-1] == 1440
    assert all(tick % 120 == 0 for tick in ticks(in_meter(mixed, SIX, ROCK), Voice.CLOSED_HAT))


def test_a_fill_of_five_four_starts_with_the_groove() -> None:
    made = in_meter(FILL, FIVE, ROCK)
    assert ticks(made, Voice.KICK) == [0]
    assert ticks(made, Voice.SNARE) == [480 + 120 * i for i in range(16)]


def test_a_beat_played_twice_crashes_once() -> None:
    accented = bar(crash=".... .... X... ....", snare=".... X... .... X...")
    made = in_meter(accented, FIVE, ROCK)
    assert ticks(made, Voice.CRASH) == [960]
    assert ticks(made, Voice.RIDE) == [1440]


def test_four_four_stays_as_it_is() -> None:
    assert in_meter(ROCK, FOUR_FOUR, ROCK) == ROCK


def test_what_a_style_writes_in_a_meter_is_not_added_to() -> None:
    own = Bar.of(read_tab({Voice.KICK: "X... .... ...."}, THREE), THREE)
    bars = in_all_meters([ROCK, FILL, own])
    assert [b for b in bars if b.meter == THREE and not b.fill] == [own]
    assert {(str(b.meter), b.fill) for b in bars} == {
        (name, fill) for name in METERS for fill in (False, True)
    }


def test_bars_that_come_out_alike_are_kept_once() -> None:
    twin = bar(kick="X... .... x.x. ....", snare=".... X... .... X..g")
    bars = in_all_meters([ROCK, twin, FILL])
    assert len([b for b in bars if b.meter == SEVEN and not b.fill]) == 1


beat = st.sampled_from(GROUPS).flatmap(lambda size: st.text("Xxog.", min_size=size, max_size=size))
lines = st.lists(beat, min_size=4, max_size=4).map(" ".join)


@pytest.mark.long
@pytest.mark.parametrize("meter", METERS.values(), ids=str)
@given(kick=lines, snare=lines, hat=lines, fill=st.booleans())
def test_a_made_bar_is_inside_its_meter_and_no_voice_comes_too_close(
    meter: Meter, kick: str, snare: str, hat: str, fill: bool
) -> None:
    made = in_meter(bar(fill=fill, kick=kick, snare=snare, closed_hat=hat), meter, ROCK)
    assert made.meter == meter
    assert made.fill == fill
    for voice in Voice:
        places = ticks(made, voice)
        assert all(0 <= tick < meter.bar_ticks for tick in places)
        assert all(b - a >= 60 for a, b in pairwise(places))
