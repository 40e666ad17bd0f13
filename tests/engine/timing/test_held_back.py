"""Stalls of a master, a port or ourselves: the song is where the master has it afterwards."""

import itertools
from collections.abc import Iterator
from random import Random

import pytest

from engine.timing.messages import Continue, Position, Start, Stood, Tick
from engine.timing.song import Song, Transporting
from engine.timing.transport import TransportState
from tests.engine.stage import ON, Drummer, Stage, seconds_per_clock

STALLS = (0.05, 0.1, 0.25, 0.4, 0.49, 0.5, 0.6, 0.75, 1.0, 1.3, 2.0, 2.5, 5.0, 12.0)
TEMPOS = (20.0, 60.0, 120.0, 174.0, 300.0)
BEFORE, AFTER = 96, 96  # clock messages before a stall, and after it
Heard = list[tuple[float, Transporting]]


def clocks(bpm: float, count: int, begin: float = 10.0) -> list[float]:
    """When a steady master sends its clock messages."""
    return [begin + number * seconds_per_clock(bpm) for number in range(count)]


def held(bpm: float, stall: float, keep: float = 1.0, spread: float = 0.0) -> Heard:
    """What is heard of a master whose messages are held back for a while.

    `keep` is the share of them that come in at its end, `spread` seconds apart.
    """
    begin = 10.0 + (BEFORE - 0.4) * seconds_per_clock(bpm)
    end = begin + stall
    times = clocks(bpm, BEFORE + int(stall / seconds_per_clock(bpm) + 0.4) + AFTER)
    missed = [at for at in times if begin <= at < end]
    heard: Heard = [(10.0, Start())]
    heard += [(at, Tick()) for at in times if at not in missed]
    late = range(round(keep * len(missed)))
    heard += [(end + number * spread, Tick()) for number in late]
    return sorted(heard, key=lambda one: one[0])


def off(song: Song, bpm: float, now: float) -> float:
    """Beats that the song is ahead of the master."""
    return song.tick(now) / 480.0 - (now - 10.0) * bpm / 60.0


def worst_off(song: Song, heard: Heard, bpm: float, after: float) -> float:
    """The most beats that a song is off the master from a moment on."""
    return max(abs(off(song, bpm, at)) for at in follow(song, heard) if at > after)


def follow(song: Song, heard: Heard) -> Iterator[float]:
    """Let a song hear all that; the moments from the first message after the stall on."""
    for at, event in heard:
        while (limit := song.deadline()) is not None and limit <= at:
            song.expire(limit)
        song.receive(event, at)
        yield at


@pytest.mark.parametrize("bpm", TEMPOS)
@pytest.mark.parametrize("stall", STALLS)
def test_clocks_that_were_held_back_are_those_that_were_missed(bpm: float, stall: float) -> None:
    song = Song("midi")
    heard = held(bpm, stall)
    end = max(at for at, _ in heard[: len(heard) - AFTER]) + 1e-9
    assert worst_off(song, heard, bpm, end) < 0.02  # a fiftieth of a beat: not one clock
    assert song.bpm == pytest.approx(bpm, rel=1e-3)
    assert song.start_tick == (len(heard) - 1) * 20


@pytest.mark.parametrize("stall", STALLS)
@pytest.mark.parametrize("spread", [0.0003, 0.001, 0.002])
def test_they_may_come_one_after_the_other(stall: float, spread: float) -> None:
    song, bpm = Song("midi"), 120.0
    heard = held(bpm, stall, spread=spread)
    end = heard[-AFTER + 12][0]
    assert worst_off(song, heard, bpm, end) < 0.02


@pytest.mark.parametrize("stall", [stall for stall in STALLS if stall > 0.7])
def test_if_some_of_them_were_lost_the_last_tempo_counts_the_rest(stall: float) -> None:
    song, bpm = Song("midi"), 120.0
    heard = held(bpm, stall, keep=0.5)
    end = heard[-AFTER + 6][0]
    assert worst_off(song, heard, bpm, end) < 0.05


@pytest.mark.parametrize("stall", [stall for stall in STALLS if stall > 0.5])
def test_a_master_that_stood_still_goes_on_from_there(stall: float) -> None:
    song, bpm = Song("midi"), 120.0
    heard: Heard = [(10.0, Start())]
    heard += [(at, Tick()) for at in clocks(bpm, BEFORE)]
    again = heard[-1][0] + seconds_per_clock(bpm) + stall
    heard += [(again - 0.001, Stood(stall))]
    heard += [(at, Tick()) for at in clocks(bpm, AFTER, again)]
    for at in follow(song, heard):
        if at >= again:
            assert song.tick(at) / 20.0 == pytest.approx(BEFORE + (at - again) * 48.0, abs=0.2)


@pytest.mark.parametrize("stall", STALLS)
@pytest.mark.parametrize("bpm", [60.0, 120.0, 174.0])
@pytest.mark.parametrize("missed", [0, 1, 2])
def test_what_fell_into_the_periods_that_a_server_left_out_is_counted(
    stall: float, bpm: float, missed: int
) -> None:
    """As it goes on again it may play a period or two for nobody: what was sent in them is lost."""
    song, step = Song("midi"), seconds_per_clock(bpm)
    heard: Heard = [(10.0, Start())]
    heard += [(at, Tick()) for at in clocks(bpm, BEFORE)]
    last = heard[-1][0]
    again = last + (1 + missed) * step + stall
    heard += [(last + min(missed + 0.2, 1.2) * step + stall, Stood(stall))]
    heard += [(at, Tick()) for at in clocks(bpm, AFTER, again)]
    for at in follow(song, heard):
        if at >= again:
            place = BEFORE + missed + (at - again) / step
            assert song.tick(at) / 20.0 == pytest.approx(place, abs=0.2)


@pytest.mark.parametrize("stall", STALLS)
def test_a_server_may_stand_still_for_a_part_of_the_time_in_which_we_slept(stall: float) -> None:
    """What the master sent in the rest of it was lost."""
    song, bpm, stood = Song("midi"), 120.0, 0.021
    heard: Heard = [(10.0, Start())]
    end = 10.0 + (BEFORE - 0.4) * seconds_per_clock(bpm) + stall
    for number, at in enumerate(clocks(bpm, 1000)):
        late = at + stood if number >= BEFORE else at
        if number < BEFORE or late >= end:
            heard.append((late, Tick()))
    heard.append((end - 1e-4, Stood(stood)))
    for at in follow(song, sorted(heard, key=lambda one: one[0])):
        if at > end:
            place = (at - stood - 10.0) / seconds_per_clock(bpm)
            assert song.tick(at) / 20.0 == pytest.approx(place, abs=0.3)


def test_nobody_stood_still_who_was_never_heard() -> None:
    song = Song()
    song.receive(Stood(3.0), 5.0)
    assert (song.transport, song.start_tick) == (TransportState.STOPPED, 0)
    song.receive(Start(), 6.0)
    song.receive(Tick(), 6.0)
    assert song.tick(6.0) == 0.0


def test_a_song_that_runs_by_itself_does_not_stand_still_with_a_master() -> None:
    song = Song()
    song.receive(Tick(), 1.0)
    song.run(8.0)
    song.receive(Stood(3.0), 9.0)
    assert song.tick(10.0) == pytest.approx(1920.0)


def test_a_burst_right_after_start_is_the_beginning() -> None:
    """The master played on while the port slept from its Start on."""
    song, bpm = Song("midi"), 120.0
    late = clocks(bpm, 24)[-1] + 0.001
    song.receive(Start(), late)
    for _ in range(24):
        song.receive(Tick(), late)
    assert abs(off(song, bpm, late)) < 0.01
    for at in clocks(bpm, 96)[24:]:
        song.receive(Tick(), at)
        assert abs(off(song, bpm, at)) < 0.02


@pytest.mark.parametrize("bpm", TEMPOS)
@pytest.mark.parametrize("stall", STALLS)
@pytest.mark.long
def test_no_heap_of_notes_comes_out_and_none_hangs(bpm: float, stall: float) -> None:
    stage = Stage(Drummer())
    heard = held(bpm, stall)
    end = max(at for at, _ in heard[: len(heard) - AFTER])
    stage.play(heard).until(heard[-1][0] + 0.5)
    ons = [sent for sent in stage.sent if sent.message[0] == ON]
    first = [sent for sent in ons if end - 1e-9 <= sent.out_at < end + 0.06]
    per_tick = 60.0 / bpm / 480.0
    music = {round((sent.at - 10.0) / per_tick) for sent in ons}
    window = {tick for tick in music if end - 0.021 <= 10.0 + tick * per_tick < end + 0.06}
    assert len({(sent.message[1], round(sent.at, 3)) for sent in first}) == len(first)
    assert len({round((sent.at - 10.0) / per_tick) for sent in first}) <= len(window)
    for before, after in itertools.pairwise(ons):
        assert after.out_at >= before.out_at
    hanging = stage.hanging()
    assert len(hanging) <= 3  # those of the last moment


def test_when_we_slept_ourselves_it_is_as_if_we_had_not() -> None:
    """The messages have the times of their port: nothing was held back, we are late to read."""
    song, bpm = Song("midi"), 120.0
    dice = Random(1)
    for at in clocks(bpm, 400):
        song.receive(Start(), at) if at == 10.0 else None
        song.receive(Tick(), at + dice.uniform(0.0, 0.001))
    assert abs(off(song, bpm, clocks(bpm, 400)[-1])) < 0.02


# ---- Song Position
@pytest.mark.parametrize("after", [0.0, 0.001, 0.003, 0.006])
def test_a_position_that_names_the_clock_just_heard_changes_nothing(after: float) -> None:
    song, bpm = Song("midi"), 120.0
    for number, at in enumerate(clocks(bpm, 400)):
        if number == 0:
            song.receive(Start(), at)
        song.receive(Tick(), at)
        if number % 6 == 0:
            song.receive(Position(number // 6), at + after)
            assert song.hold is None
        assert abs(off(song, bpm, at)) < 0.001
        landed = song.landed()
        assert landed is None or number == 0


def test_one_that_names_the_next_clock_changes_nothing() -> None:
    song, bpm = Song("midi"), 120.0
    for number, at in enumerate(clocks(bpm, 400)):
        if number == 0:
            song.receive(Start(), at)
        elif number % 6 == 0:
            song.receive(Position(number // 6), at - 0.001)
        song.receive(Tick(), at)
        assert abs(off(song, bpm, at)) < 0.001


@pytest.mark.parametrize("bpm", TEMPOS)
@pytest.mark.parametrize("apart", [-0.003, -0.001, 0.0, 0.001, 0.003])
def test_at_a_loop_s_end_position_and_clock_come_in_any_order(bpm: float, apart: float) -> None:
    """A loop of one bar: each of its 96 clocks has its own place, the first after 95 is 0."""
    song = Song("midi")
    events: Heard = [(10.0 - 0.01, Start())]
    for number, at in enumerate(clocks(bpm, 96 * 4)):
        events.append((at, Tick()))
        if number and number % 96 == 0:
            events.append((at + apart * min(1.0, 120.0 / bpm), Position(0)))
    place = 0.0
    for at, event in sorted(events, key=lambda one: one[0]):
        song.receive(event, at)
        passed = (at - 10.0) / seconds_per_clock(bpm)
        place = passed % 96
        if at >= 10.0 and 1.0 < place < 95.0:
            assert song.tick(at) / 20.0 == pytest.approx(place, abs=0.1)


def test_a_continue_says_that_the_next_clock_was_meant() -> None:
    song, bpm = Song("midi"), 120.0
    times = clocks(bpm, 97)
    song.receive(Start(), 10.0)
    for at in times:
        song.receive(Tick(), at)
    at = times[-1] + 0.001
    song.receive(Position(0), at)
    song.receive(Continue(), at)
    song.receive(Tick(), times[-1] + seconds_per_clock(bpm))
    assert song.start_tick == 20


@pytest.mark.parametrize("seed", range(20))
def test_a_jittery_clock_that_is_held_back_now_and_then_stays_with_its_master(seed: int) -> None:
    """Whatever is held back for however long, by whoever: no beat is lost or won."""
    dice = Random(seed)
    song, bpm = Song("midi"), dice.uniform(60.0, 240.0)
    at, end, heard, quiet = 10.0, 10.0, [(10.0, Start())], list[tuple[float, float]]()
    stalls = [(12.0 + 6.0 * n, dice.choice(STALLS[:10])) for n in range(6)]
    while at < 50.0:
        late = at + dice.uniform(0.0, 0.001)
        for begin, length in stalls:
            if begin <= late < begin + length:
                late = begin + length + dice.uniform(0.0, 0.002)
        end = max(end, late)  # they do not overtake each other
        heard.append((end, Tick()))
        at += seconds_per_clock(bpm)
    quiet = [(begin - 0.02, begin + length + 0.3) for begin, length in stalls]
    for moment in follow(song, heard):  # type: ignore[arg-type]
        if moment > 12.0 and not any(begin < moment < stop for begin, stop in quiet):
            assert abs(off(song, bpm, moment)) < 0.03, moment


@pytest.mark.parametrize("stall", [0.3, 0.45, 0.6, 1.0, 2.5])
def test_a_master_may_catch_up_at_twice_its_tempo(stall: float) -> None:
    song, bpm = Song("midi"), 120.0
    step = seconds_per_clock(bpm)
    heard: Heard = [(10.0, Start())]
    now = 10.0
    for number in range(400):
        due = 10.0 + number * step
        if number == BEFORE:
            now += stall
        now = max(due, now + step / 2.0) if number else due
        heard.append((now, Tick()))
    caught_up = 10.0 + BEFORE * step + 2.0 * stall + 0.3
    for at in follow(song, heard):
        if at > caught_up:
            assert abs(off(song, bpm, at)) < 0.03


@pytest.mark.parametrize("bpm", TEMPOS)
@pytest.mark.parametrize("missed", [1, 2, 5, 12, 20])
def test_clocks_that_were_lost_in_a_short_gap_count(bpm: float, missed: int) -> None:
    """The next one stands where the line has one: the master played on."""
    song, dice = Song("midi"), Random(missed)
    song.receive(Start(), 10.0)
    for number, at in enumerate(clocks(bpm, 300)):
        if not 150 <= number < 150 + missed:
            song.receive(Tick(), at + dice.uniform(0.0, 0.0005))
            assert abs(off(song, bpm, at)) < 0.02


@pytest.mark.parametrize("pause", [0.13, 0.215, 0.3, 0.4])
def test_a_master_that_paused_for_a_moment_goes_on_from_there(pause: float) -> None:
    song, bpm = Song("midi"), 120.0
    song.receive(Start(), 10.0)
    for number, at in enumerate(clocks(bpm, 300)):
        song.receive(Tick(), at + (pause if number >= 150 else 0.0))
    end = clocks(bpm, 300)[-1] + pause
    assert song.tick(end) / 20.0 == pytest.approx(299.0, abs=0.1)


@pytest.mark.parametrize("lag", [0.01, 0.0208, 0.028, 0.0417])
def test_a_clock_that_falls_behind_bit_by_bit_has_lost_nothing(lag: float) -> None:
    """The time of a server on a busy machine lags, and its smoothed clock comes after it."""
    song, bpm = Song("midi"), 120.0
    song.receive(Start(), 10.0)
    times = [
        at + lag * min(1.0, max(0.0, (number - 200) / 12.0))
        for number, at in enumerate(clocks(bpm, 400))
    ]
    for at in times:
        song.receive(Tick(), at)
    assert song.start_tick == len(times) * 20
