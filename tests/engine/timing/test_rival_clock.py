"""Two masters at once: the first leads, the other is left out until the first is gone."""

from random import Random

import pytest

from engine.timing.messages import Position, Start, Tick
from engine.timing.song import Song
from engine.timing.transport import TransportState
from tests.engine.stage import seconds_per_clock


def row(bpm: float, begin: float, end: float) -> list[float]:
    """When a steady master sends its clock messages."""
    step = seconds_per_clock(bpm)
    return [begin + number * step for number in range(int((end - begin) / step) + 1)]


def follow(song: Song, *masters: list[float], jitter: float = 0.0, seed: int = 0) -> list[float]:
    """Let a song hear masters at one port, the first of whom sends Start; when each came."""
    dice = Random(seed)
    song.receive(Start(), masters[0][0])
    heard = sorted(at + dice.uniform(0.0, jitter) for master in masters for at in master)
    for at in heard:
        song.expire(at)
        song.receive(Tick(), at)
    return heard


@pytest.mark.parametrize("ours", [60.0, 120.0, 174.0])
@pytest.mark.parametrize("other", [80.0, 93.0, 112.0, 126.0, 140.0, 200.0, 299.0])
def test_one_leads_and_the_other_is_ignored(ours: float, other: float) -> None:
    song = Song("midi")
    follow(song, row(ours, 10.0, 40.0), row(other, 20.0031, 40.0), jitter=0.0005)
    assert song.tick(40.0) / 480.0 == pytest.approx(30.0 * ours / 60.0, abs=0.05)
    assert song.bpm == pytest.approx(ours, rel=0.01)
    assert song.rival_bpm(40.0) == pytest.approx(other, rel=0.1)


@pytest.mark.long
@pytest.mark.parametrize("ours", [60.0, 120.0, 174.0])
@pytest.mark.parametrize("times", [0.5, 0.995, 0.998, 1.002, 1.005, 1.01, 1.02, 1.99, 2.01])
@pytest.mark.parametrize("phase", [0.03, 0.2, 0.55])
def test_two_of_nearly_one_tempo_pass_each_other(ours: float, times: float, phase: float) -> None:
    song, begin = Song("midi"), 20.0 + phase * seconds_per_clock(ours)
    other = row(ours * times, begin, 60.0)
    follow(song, row(ours, 10.0, 60.0), other, jitter=0.0004)
    assert song.tick(60.0) / 480.0 == pytest.approx(50.0 * ours / 60.0, abs=0.05)
    assert song.bpm == pytest.approx(ours, rel=1e-3)
    assert song.rival_bpm(60.0) == pytest.approx(ours * times, rel=0.03)


def test_a_jump_right_after_a_clock_that_is_still_weighed_is_made() -> None:
    song, step = Song("midi"), seconds_per_clock(120.0)
    first = row(120.0, 10.0, 30.0)
    follow(song, first, row(112.0, 20.0031, 30.0))
    song.receive(Position(0), first[-1] + 0.0005)
    song.receive(Tick(), first[-1] + step)
    assert song.start_tick == 20


def test_the_other_is_followed_when_the_first_is_gone() -> None:
    song = Song("midi")
    follow(song, row(120.0, 10.0, 30.0), row(80.0, 20.0031, 50.0))
    assert song.bpm == pytest.approx(80.0, rel=0.01)
    assert song.tick(50.0) / 480.0 == pytest.approx(40.0 + 20.0 * 80.0 / 60.0, abs=0.3)
    assert song.rival_bpm(50.0) is None
    assert song.transport is TransportState.PLAYING


def test_the_same_master_twice_is_one() -> None:
    song = Song("midi")
    follow(song, row(120.0, 10.0, 40.0), row(120.0, 20.0002, 40.0), jitter=0.0003)
    assert song.bpm == pytest.approx(120.0, rel=0.01)
    assert song.tick(40.0) / 480.0 == pytest.approx(60.0, abs=0.05)


@pytest.mark.parametrize("before", [60.0, 90.0, 120.0])
@pytest.mark.parametrize("times", [0.5, 1.1, 1.25, 1.333, 1.5, 1.75, 2.0, 2.5, 3.0])
def test_one_that_changes_its_tempo_is_no_other(before: float, times: float) -> None:
    song, after = Song("midi"), before * times
    first = row(before, 10.0, 20.0)
    follow(song, first, row(after, first[-1] + seconds_per_clock(after), 40.0))
    beats = (len(first) - 1) / 24.0 + (40.0 - first[-1]) * after / 60.0
    assert song.bpm == pytest.approx(after, rel=0.01)
    assert song.tick(40.0) / 480.0 == pytest.approx(beats, abs=0.06)
    assert song.rival_bpm(40.0) is None


@pytest.mark.parametrize("jitter", [0.001, 0.003, 0.006, 0.012])
def test_a_ragged_clock_is_one(jitter: float) -> None:
    song = Song("midi")
    heard = follow(song, row(120.0, 10.0, 60.0), jitter=jitter, seed=3)
    assert song.start_tick == len(heard) * 20
    assert song.rival_bpm(60.0) is None


@pytest.mark.parametrize("bpm", [60.0, 120.0, 174.0])
@pytest.mark.parametrize("first", [0.15, 0.2, 0.25])
@pytest.mark.parametrize("second", [0.3, 0.4, 0.45])
def test_two_late_messages_are_no_slower_master_beside_whom_all_others_are_anothers(
    bpm: float, first: float, second: float
) -> None:
    """They look like the first of a slower tempo: what then comes early is the leader's own."""
    song, step = Song("midi"), seconds_per_clock(bpm)
    late = {97: first, 98: second}
    follow(song, [10.0 + (number + late.get(number, 0.0)) * step for number in range(200)])
    assert song.start_tick == 200 * 20
    assert song.bpm == pytest.approx(bpm, rel=1e-3)
    assert song.rival_bpm(10.0 + 200 * step) is None


@pytest.mark.parametrize("seed", range(8))
def test_late_ones_and_a_lost_one_are_no_second_master_at_half_the_tempo(seed: int) -> None:
    """As a busy machine brought them: two in a row an interval late, then one lost and one late."""
    song, step, dice = Song("midi"), seconds_per_clock(120.0), Random(seed)
    late = {97: 1.114, 98: 0.176, 102: 0.932, 103: 0.756, 136: 0.949}
    off = {number: late.get(number, dice.uniform(0.0, 0.05)) for number in range(300)}
    follow(song, [10.0 + (n + off[n]) * step for n in range(300) if n != 134])
    assert song.bpm == pytest.approx(120.0, rel=0.01)
    assert song.rival_bpm(10.0 + 300 * step) is None
    assert abs(song.start_tick / 20 - 300) <= 3
