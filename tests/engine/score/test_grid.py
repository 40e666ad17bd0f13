import pytest

from engine.score.grid import METERS, Meter, Place


@pytest.mark.parametrize(
    ("name", "bar", "pulse", "steps"),
    [
        ("4/4", 1920, 480, 16),
        ("3/4", 1440, 480, 12),
        ("5/4", 2400, 480, 20),
        ("6/8", 1440, 240, 12),
        ("7/8", 1680, 240, 14),
        ("12/8", 2880, 240, 24),
    ],
)
def test_bars_have_the_length_of_their_meter(name: str, bar: int, pulse: int, steps: int) -> None:
    meter = METERS[name]
    assert (meter.bar_ticks, meter.pulse_ticks, meter.steps, str(meter)) == (
        bar,
        pulse,
        steps,
        name,
    )


def test_a_place_counts_bars_beats_and_ticks_from_zero() -> None:
    assert [Meter().place(tick) for tick in (0, 479.9, 480, 1919, 1920, 5 * 1920 + 961)] == [
        Place(0, 0, 0),
        Place(0, 0, 479),
        Place(0, 1, 0),
        Place(0, 3, 479),
        Place(1, 0, 0),
        Place(5, 2, 1),
    ]


def test_beats_of_seven_eight_are_eighths() -> None:
    assert Meter(7, 8).place(1680 + 6 * 240 + 5) == Place(1, 6, 5)


def test_the_bar_of_a_tick_and_the_tick_of_a_bar() -> None:
    meter = Meter(3, 4)
    assert [meter.bar_of(tick) for tick in (-1, 0, 1439.9, 1440)] == [-1, 0, 0, 1]
    assert meter.bar_start(3) == 4320
