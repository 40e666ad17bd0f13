import math
from collections.abc import Iterable

import pytest

from engine.timing.messages import Continue, Position, Start, Stop, Tick
from engine.timing.midi_master import RESUME
from engine.timing.playhead import Landing
from engine.timing.song import Song, Transporting
from engine.timing.transport import TransportState
from tests.engine.stage import Master, seconds_per_clock

CLOCK = seconds_per_clock(120.0)


def hear(song: Song, events: Iterable[tuple[float, Transporting]]) -> float:
    """Let a song hear events; the moment of the last."""
    at = 0.0
    for at, event in events:
        song.expire(at)
        song.receive(event, at)
    return at


def playing(**more: object) -> tuple[Song, Master]:
    """A song four beats in, at 120 BPM; the next clock message is tick 1920."""
    song, master = Song(**more), Master(now=10.0)  # type: ignore[arg-type]
    hear(song, master.start())
    hear(song, master.beats(4))
    song.landed()
    return song, master


# ---- start, continue, position, stop
def test_the_first_clock_after_start_is_the_top() -> None:
    song = Song()
    song.receive(Start(), 9.99)
    assert (song.transport, song.sounding, song.landed()) == (TransportState.ARMED, False, None)
    song.receive(Tick(), 10.0)
    assert song.transport is TransportState.PLAYING
    assert song.landed() == Landing(0.0, 10.0)
    assert song.landed() is None
    assert (song.tick(10.0), song.timeline.seconds(0.0)) == (0.0, 10.0)


def test_the_beat_counts_clock_messages() -> None:
    song, master = playing()
    at = hear(song, master.beats(1))
    assert song.tick(at) == pytest.approx(1920 + 460)
    assert song.bpm == pytest.approx(120.0, abs=0.01)


def test_a_clock_that_runs_while_stopped_gives_the_tempo_and_no_beat() -> None:
    song, master = Song(bpm=100.0), Master(90.0)
    assert song.bpm == 100.0
    hear(song, master.beats(4))
    assert (song.transport, song.start_tick) == (TransportState.STOPPED, 0)
    assert song.bpm == pytest.approx(90.0, abs=0.01)
    hear(song, master.start())
    at = hear(song, master.ticks(1))
    assert song.landed() == Landing(0.0, at)
    assert song.timeline.bpm == pytest.approx(90.0, abs=0.01)


def test_continue_goes_on_where_it_stopped() -> None:
    song, master = playing()
    hear(song, master.stop())
    assert (song.transport, song.start_tick) == (TransportState.STOPPED, 1920)
    master.silence(3.0)
    hear(song, master.goes_on())
    at = hear(song, master.ticks(1))
    assert song.landed() == Landing(1920.0, at)


def test_continue_goes_on_from_a_song_position() -> None:
    song, master = playing()
    hear(song, master.stop())
    master.silence(3.0)
    hear(song, master.goes_on(37))
    assert song.start_tick == 37 * 120
    at = hear(song, master.ticks(1))
    assert song.landed() == Landing(4440.0, at)


def test_stop_stops_at_once() -> None:
    song, master = playing()
    hear(song, master.stop())
    hear(song, master.ticks(5))
    assert (song.transport, song.start_tick) == (TransportState.STOPPED, 1920)


# ---- loops
LOOPS: dict[str, list[Transporting]] = {
    "position": [Position(0)],
    "position and a redundant continue": [Position(0), Continue()],
    "stop, position, continue": [Stop(), Position(0), Continue()],
    "start": [Start()],
    "stop, start": [Stop(), Start()],
}


@pytest.mark.parametrize("messages", LOOPS.values(), ids=LOOPS)
def test_a_loop_jumps_at_the_next_clock_and_keeps_tempo_and_phase(
    messages: list[Transporting],
) -> None:
    song, master = playing()
    line = song.timeline
    hear(song, ((master.now, event) for event in messages))
    assert song.landed() is None
    at = hear(song, master.ticks(1))
    assert song.landed() == Landing(0.0, at, 1920.0)
    assert song.timeline.seconds(0.0) == pytest.approx(line.seconds(1920.0))
    assert song.tick(at) == pytest.approx(0.0, abs=1e-6)


def test_a_position_where_the_song_is_anyway_is_no_jump() -> None:
    song, master = playing()
    hear(song, master.goes_on(16))
    hear(song, master.ticks(1))
    assert song.landed() is None
    assert song.start_tick == 1920 + 20


def test_a_redundant_continue_changes_nothing() -> None:
    song, master = playing()
    hear(song, master.goes_on())
    hear(song, master.ticks(1))
    assert (song.landed(), song.transport) == (None, TransportState.PLAYING)


def test_nothing_is_sent_past_an_announced_jump() -> None:
    song, master = playing()
    assert song.hold is None
    song.receive(Position(0), master.now - 0.001)
    assert song.hold == 1920.0
    hear(song, master.ticks(1))
    assert song.hold is None
    song.receive(Position(8), master.now)
    song.expire(master.now + 0.5)
    assert (song.transport, song.hold) == (TransportState.LOST, None)


def test_stopped_for_a_while_a_loop_is_a_new_beginning() -> None:
    song, master = playing()
    hear(song, master.stop())
    master.silence(0.2)
    hear(song, master.start())
    at = hear(song, master.ticks(1))
    assert song.landed() == Landing(0.0, at, None)


# ---- tempo
@pytest.mark.parametrize("bpm", [20.0, 60.0, 174.0, 300.0])
def test_a_tempo_jump_is_followed(bpm: float) -> None:
    song, master = playing()
    at = hear(song, master.beats(8, bpm))
    assert song.bpm == pytest.approx(bpm, rel=0.001)
    assert song.tick(at) == pytest.approx(1920 + 8 * 480 - 20, abs=1.0)


def test_a_ramp_is_followed() -> None:
    song, master = playing()
    for beat in range(32):
        at = hear(song, master.beats(1, 120.0 + 2.0 * beat))
        assert song.tick(at) == pytest.approx(1920 + 480 * beat + 460, abs=6.0)


def test_a_jittery_clock_does_not_run_backwards() -> None:
    song, master = Song(), Master(140.0, jitter=0.004, seed=5)
    hear(song, master.start())
    ticks = []
    for at, event in sorted(master.beats(32), key=lambda event: event[0]):
        song.receive(event, at)
        ticks.append(song.tick(at))
    assert ticks == sorted(ticks)
    assert 0.2 <= song.steadiness < 4.0


def test_the_clock_offset_moves_the_beat() -> None:
    song = Song()
    song.clock_offset = 0.05
    song.receive(Start(), 10.0)
    song.receive(Tick(), 10.0)
    assert song.timeline.seconds(0.0) == pytest.approx(10.05)
    assert song.landed() == Landing(0.0, 10.0)


# ---- silence
def test_half_a_second_of_silence_is_a_lost_clock_and_the_song_goes_on() -> None:
    song, master = playing()
    last = master.now - CLOCK
    assert song.deadline() == last + 0.5
    assert not song.expire(last + 0.49)
    assert song.expire(last + 0.5)
    assert (song.transport, song.sounding) == (TransportState.LOST, True)
    assert song.tick(last + 1.0) == pytest.approx(1900 + 960, abs=0.1)
    assert song.deadline() == last + 2.0


def test_a_longer_silence_stops_and_a_very_long_one_forgets() -> None:
    song, master = playing(timeout=3.0)
    last = master.now - CLOCK
    song.expire(last + 3.0)
    assert (song.transport, song.sounding) == (TransportState.GONE, False)
    assert song.deadline() == last + RESUME
    song.expire(last + RESUME)
    assert (song.transport, song.deadline()) == (TransportState.STOPPED, None)


def test_a_timeout_below_half_a_second_is_half_a_second() -> None:
    song, master = playing(timeout=0.0)
    song.expire(master.now + 0.5)
    assert song.transport is TransportState.GONE


@pytest.mark.parametrize("missed", [25, 48, 60])
def test_a_clock_that_was_lost_picks_up_in_phase(missed: int) -> None:
    song, master = playing()
    master.silence(missed * CLOCK + 0.003)  # not exactly on its grid
    at = hear(song, master.ticks(1))
    assert song.transport is TransportState.PLAYING
    assert song.landed() is None
    assert song.start_tick == 1920 + (missed + 1) * 20
    assert song.timeline.seconds(1920 + missed * 20) == pytest.approx(at)
    assert song.bpm == pytest.approx(120.0, abs=0.01)


def test_a_clock_that_was_gone_lands_in_phase() -> None:
    song, master = playing()
    master.silence(480 * CLOCK)
    hear(song, master.ticks(1))
    landed = song.landed()
    assert landed is not None
    assert (landed.tick, landed.left) == (1920 + 480 * 20, None)
    assert song.tick(landed.at) == pytest.approx(landed.tick)


def test_a_lost_clock_that_jumps_says_where_the_song_would_be() -> None:
    song, master = playing()
    master.silence(48 * CLOCK)
    hear(song, [(master.now, Position(0))])
    hear(song, master.ticks(1))
    landed = song.landed()
    assert landed is not None
    assert (landed.tick, landed.left) == (0.0, 1920.0 + 960.0)


def test_a_lost_clock_that_is_sent_back_to_where_it_was_lost_jumps() -> None:
    song, master = playing()
    song.expire(master.now + 0.6)
    song.tick(master.now + 0.6)
    song.receive(Position(16), master.now + 0.6)
    song.receive(Tick(), master.now + 0.6)
    assert song.landed() == Landing(1920.0, master.now + 0.6, 1920.0 + 580.0)
    assert song.tick(master.now + 0.6) == 1920.0


def test_a_start_after_a_lost_clock_waits_for_the_first_clock() -> None:
    song, master = playing()
    song.expire(master.now + 0.6)
    song.receive(Start(), master.now + 0.6)
    assert (song.transport, song.deadline()) == (TransportState.ARMED, None)
    song.receive(Tick(), master.now + 1.0)
    assert song.landed() == Landing(0.0, master.now + 1.0)


def test_a_gone_clock_may_go_back_to_where_it_was() -> None:
    song, master = playing()
    song.tick(master.now + 1.9)
    song.expire(master.now + 3.0)
    hear(song, [(master.now + 3.0, Position(16)), (master.now + 3.0, Tick())])
    assert song.landed() == Landing(1920.0, master.now + 3.0, None)
    assert song.tick(master.now + 3.0) == 1920.0


# ---- the internal clock
def test_the_internal_clock_plays_from_the_top() -> None:
    song = Song("internal", bpm=150.0)
    assert song.run(5.0)
    assert (song.transport, song.driver) == (TransportState.PLAYING, "internal")
    assert song.landed() == Landing(0.0, 5.0)
    assert song.tick(6.0) == pytest.approx(1200.0)
    assert (song.bpm, song.steadiness, song.deadline()) == (150.0, 0.0, None)
    assert song.run(6.0)
    assert song.landed() is None


def test_a_tempo_change_does_not_move_the_internal_beat() -> None:
    song = Song("internal", bpm=120.0)
    song.set_tempo(60.0, 1.0)
    song.run(5.0)
    song.landed()
    song.set_tempo(240.0, 6.0)
    assert song.tick(6.0) == pytest.approx(480.0)
    assert song.bpm == 240.0
    assert song.tick(7.0) == pytest.approx(480.0 + 1920.0)
    assert song.landed() is None


def test_an_internal_song_does_not_hear_a_master() -> None:
    song = Song("internal")
    hear(song, [(1.0, Start()), (1.0, Tick()), (1.1, Position(8)), (1.2, Stop())])
    assert (song.transport, song.start_tick) == (TransportState.STOPPED, 0)


def test_a_song_that_follows_a_master_only_does_not_run() -> None:
    song = Song("midi")
    assert not song.run(1.0)
    assert song.transport is TransportState.STOPPED


def test_a_stopped_internal_song_would_go_on_from_there() -> None:
    song = Song(bpm=120.0)
    song.run(5.0)
    song.landed()
    song.tick(6.0)
    song.stop()
    assert song.start_tick == 980
    hear(song, [(9.0, Continue()), (9.1, Tick())])
    assert song.landed() == Landing(980.0, 9.1)
    assert song.driver == "midi"


def test_a_master_takes_over_at_its_first_clock() -> None:
    song = Song(bpm=120.0)
    song.run(5.0)
    song.landed()
    song.receive(Start(), 6.0)
    assert (song.driver, song.sounding, song.hold) == ("internal", True, None)
    assert song.tick(7.0) == pytest.approx(1920.0)
    song.receive(Tick(), 7.1)
    assert (song.driver, song.transport) == ("midi", TransportState.PLAYING)
    assert song.landed() == Landing(0.0, 7.1)


def test_a_master_that_continues_takes_over_without_a_step_back() -> None:
    song = Song(bpm=120.0)
    song.run(5.0)
    song.landed()
    song.receive(Continue(), 5.5)
    song.receive(Tick(), 7.0)
    assert song.landed() == Landing(1920.0, 7.0)


def test_a_clock_without_start_does_not_take_over() -> None:
    song = Song(bpm=120.0)
    song.run(5.0)
    hear(song, Master(now=5.5).beats(1))
    assert (song.driver, song.bpm) == ("internal", 120.0)


def test_a_master_that_stops_before_it_ticks_does_not_take_over() -> None:
    song = Song(bpm=120.0)
    song.run(5.0)
    hear(song, [(6.0, Start()), (6.1, Stop()), (6.2, Tick())])
    assert (song.driver, song.transport) == ("internal", TransportState.PLAYING)


def test_play_waits_for_the_clock_of_a_master_that_ticks() -> None:
    song, master = Song(), Master(now=5.0)
    at = hear(song, master.beats(2))
    assert song.run(at + 0.01)
    assert (song.transport, song.driver) == (TransportState.ARMED, "midi")
    at = hear(song, master.ticks(1))
    assert song.landed() == Landing(0.0, at)


def test_play_runs_by_itself_where_a_master_has_fallen_silent() -> None:
    song, _ = playing()
    song.expire(100.0)
    assert song.run(100.0)
    assert (song.driver, song.landed()) == ("internal", Landing(0.0, 100.0))
    assert not math.isnan(song.tick(100.0))
