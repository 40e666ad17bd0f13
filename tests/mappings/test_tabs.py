"""A line of a tab becomes the hits a drummer would read from it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score.grid import METERS, Meter
from engine.score.notes import Hit, Voice
from mappings.tabs import GROUPS, LEGEND, read_line

FOUR, SIX, SEVEN = METERS["4/4"], METERS["6/8"], METERS["7/8"]


def ticks(line: str, meter: Meter = FOUR) -> list[int]:
    return [hit.tick for hit in read_line(line, Voice.SNARE, meter)]


def test_signs_are_velocities() -> None:
    hits = read_line("Xxo- g19. . .", Voice.KICK, FOUR)
    assert hits == [
        Hit(0, Voice.KICK, 118),
        Hit(120, Voice.KICK, 98),
        Hit(240, Voice.KICK, 78),
        Hit(360, Voice.KICK, 58),
        Hit(480, Voice.KICK, 34),
        Hit(600, Voice.KICK, 14),
        Hit(720, Voice.KICK, 126),
    ]


def test_the_signs_of_a_group_share_its_beat() -> None:
    assert ticks("x xx xxx xxxx") == [0, 480, 720, 960, 1120, 1280, 1440, 1560, 1680, 1800]


def test_six_and_eight_signs_are_rolls() -> None:
    assert ticks("123456 . . .") == [0, 80, 160, 240, 320, 400]
    assert ticks(". . . 23456789") == [1440 + 60 * i for i in range(8)]


def test_eighth_meters_ignore_spaces() -> None:
    assert ticks("x.....x.....", SIX) == ticks("x..... x.....", SIX) == [0, 720]
    assert ticks("xxxxxxx", SEVEN) == [240 * i for i in range(7)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x... x... x...", "has 3 beats; 4/4 takes 4"),
        ("x... x... x....  x...", "beat 3, 'x....', has 5 signs, not 1, 2, 3, 4, 6, 8"),
        ("x... x... q... x...", "'q' is not one of Xxo-g123456789 or . for a rest"),
        ("x... 0... x... x...", "'0' is not one of"),
    ],
)
def test_a_wrong_line_says_what_is_allowed(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ticks(line)


def test_a_wrong_length_in_an_eighth_meter_says_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="has 16 signs; 7/8 takes 7, 14, 28"):
        ticks("x...x...x...x...", SEVEN)


signs = st.sampled_from([*LEGEND, "."])
groups = st.sampled_from(GROUPS).flatmap(lambda size: st.text(signs, min_size=size, max_size=size))


@given(st.lists(groups, min_size=4, max_size=4))
def test_every_stroke_is_heard_once_in_order_and_no_two_closer_than_a_thirty_second(
    beats: list[str],
) -> None:
    hits = read_line(" ".join(beats), Voice.SNARE, FOUR)
    strokes = [sign for beat in beats for sign in beat if sign != "."]
    assert [hit.velocity for hit in hits] == [LEGEND[sign] for sign in strokes]
    places = [hit.tick for hit in hits]
    assert all(later - sooner >= 60 for sooner, later in pairwise(places))
    assert all(0 <= tick < FOUR.bar_ticks for tick in places)
