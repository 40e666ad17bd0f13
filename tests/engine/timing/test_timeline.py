import pytest

from engine.timing.timeline import Timeline


def test_a_beat_at_120_is_half_a_second() -> None:
    line = Timeline(0.0, 10.0, 120.0)
    assert [line.seconds(tick) for tick in (0, 480, 1920)] == [10.0, 10.5, 12.0]
    assert [line.ticks(at) for at in (10.0, 10.5, 9.0)] == [0.0, 480.0, -960.0]


def test_a_tempo_change_does_not_move_the_beat() -> None:
    line = Timeline(0.0, 10.0, 120.0)
    faster = line.with_tempo(240.0, 11.0)
    assert faster.ticks(11.0) == line.ticks(11.0) == 960.0
    assert faster.seconds(1440) == 11.25


@pytest.mark.parametrize("bpm", [20.0, 97.3, 300.0])
def test_ticks_and_seconds_are_each_others_inverse(bpm: float) -> None:
    line = Timeline(123.0, 4.5, bpm)
    assert line.ticks(line.seconds(9876.0)) == pytest.approx(9876.0)
