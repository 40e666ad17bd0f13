"""Bar lines where the meter changes."""

from hypothesis import given
from hypothesis import strategies as st

from engine.score.grid import METERS, Place
from engine.timing.meter_map import MeterMap

FOUR, THREE, SEVEN = METERS["4/4"], METERS["3/4"], METERS["7/8"]


def changed() -> MeterMap:
    """Two bars of 4/4, then 3/4."""
    bars = MeterMap(FOUR)
    bars.begin(3840, THREE)
    return bars


def test_bars_before_a_change_keep_their_places_and_the_new_ones_follow() -> None:
    bars = changed()
    assert [bars.bar_of(tick) for tick in (-1, 0, 3839.9, 3840, 5279, 5280)] == [-1, 0, 1, 2, 2, 3]
    assert [bars.bar_start(tick) for tick in (-1, 1920, 3839, 3840, 5300)] == [
        *(-1920, 1920, 1920),
        *(3840, 5280),
    ]
    assert [bars.meter_at(tick) for tick in (0, 3839.9, 3840)] == [FOUR, FOUR, THREE]
    assert bars.place(5280 + 485) == Place(3, 1, 5)


def test_a_change_is_forgotten_where_another_meter_is_played_from_a_place_before_it() -> None:
    bars = changed()
    bars.begin(1920, SEVEN)
    assert [bars.bar_start(tick) for tick in (1919, 3599, 3600)] == [0, 1920, 3600]


def test_playing_on_in_the_old_meter_takes_a_change_back() -> None:
    bars = changed()
    bars.begin(1920, FOUR)
    assert bars.meter_at(3840) is THREE
    bars.begin(3840, FOUR)
    assert bars.bar_of(9 * 1920) == 9


def test_a_song_may_begin_anew_in_another_meter() -> None:
    bars = changed()
    bars.begin(0, THREE)
    assert bars.bar_of(1440) == 1


def test_the_whole_song_may_be_in_a_meter() -> None:
    bars = changed()
    bars.hold(THREE)
    assert bars.bar_of(3840) == 2
    bars.hold(SEVEN)
    assert bars.bar_of(1680 * 5) == 5


@given(st.lists(st.sampled_from(list(METERS.values())), max_size=12), st.floats(-5000, 50_000))
def test_every_tick_lies_in_its_bar(meters: list, tick: float) -> None:  # type: ignore[type-arg]
    bars, start = MeterMap(FOUR), 0
    for number, meter in enumerate(meters):
        bars.begin(start, meter)
        assert bars.place(start) == Place(number, 0, 0)
        start += meter.bar_ticks
    line = bars.bar_start(tick)
    assert line <= tick < line + bars.meter_at(tick).bar_ticks
    assert bars.bar_of(line) == bars.bar_of(tick)
