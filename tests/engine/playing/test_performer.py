import math
from itertools import pairwise

import pytest

from engine.bars.request import Compose, Composed
from engine.playing.events import Audition, Event, Panic, Send, Struck, Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.score.grid import METERS, Meter, Place
from engine.score.notes import Hit, Voice
from engine.takes.take import Begun, Played
from engine.timing.messages import Continue, Position, Start, Stop, Tick
from tests.engine.stage import (
    BACKBEAT,
    CRASH,
    HAT,
    HATS,
    KICK,
    KIT,
    ON,
    PULSE_KICK,
    SNARE,
    STYLES,
    Drummer,
    Master,
    Stage,
    absolute,
    of,
)

BEAT = 0.5  # seconds, at 120 BPM
BAR = 2.0
KICKS = Drummer(hits=PULSE_KICK)  # a kick on every beat and nothing else


def on_stage(drummer: Drummer | None = KICKS, **more: object) -> tuple[Stage, Master]:
    """A stage before the first bar, and a master whose first clock falls at second 1."""
    stage = Stage(drummer, **more).until(0.5)  # type: ignore[arg-type]
    stage.at(0.99, Start())
    return stage, Master(now=1.0)


def near(*times: float) -> object:
    return pytest.approx(list(times), abs=2e-4)


def beats(first: int, last: int, start: float = 1.0) -> object:
    """The seconds of beats of the song, the last one excluded."""
    return near(*(start + beat * BEAT for beat in range(first, last)))


# ---- start and stop
def test_a_bar_is_ready_before_start_and_the_first_hit_sounds_on_the_first_clock() -> None:
    stage, master = on_stage()
    assert stage.state.ready == 2
    stage.play(master.beats(4)).until(2.8)
    assert stage.messages()[:3] == [(1.0, "on", 36), (1.1, "off", 36), (1.5, "on", 36)]
    assert stage.counts["model"] == 1
    assert stage.counts["dropped"] == 0


def test_without_a_drummer_the_first_hit_sounds_on_the_first_clock_too() -> None:
    stage, master = on_stage(None)
    stage.play(master.beats(4)).until(2.8)
    assert stage.times(36)[0] == 1.0
    assert stage.counts["fallback"] == 1


def test_nothing_sounds_while_stopped_or_armed() -> None:
    stage, _ = on_stage()
    stage.until(60.0)
    assert stage.messages() == []
    assert stage.performer.deadline() is None


def test_stop_lets_go_of_every_note_and_sends_nothing_more() -> None:
    stage, master = on_stage(gate=0.4)
    stage.play(master.beats(2)).at(1.75, Stop()).until(1.75)
    assert stage.messages()[-1] == (1.75, "off", 36)
    assert stage.hanging() == set()
    count = len(stage.sent)
    stage.play(master.beats(4)).until(30.0)
    assert len(stage.sent) == count
    assert stage.state.transport == "stopped"


def test_continue_goes_on_at_the_right_beat_at_once() -> None:
    stage, master = on_stage()
    stage.play(master.beats(2)).play(master.stop())
    master.silence(3.0)
    stage.play(master.goes_on()).play(master.beats(2)).until(5.9)
    assert stage.times(36, since=2.5) == beats(10, 12, 0.0)
    assert stage.state.place[:2] == (0, 3)


def test_a_song_position_lands_on_the_right_bar_and_beat_at_once() -> None:
    stage, master = on_stage(Drummer(hits=[*PULSE_KICK[:1], *BACKBEAT[1:]]))
    stage.at(0.995, Position(5 * 16 + 12), Continue())
    stage.play(master.beats(2)).until(1.99)
    assert stage.ons() == [(1.0, 38, 110), (1.5, 36, 100)]
    assert stage.states[-1][1].place[:2] == (6, 0)


def test_a_position_in_the_middle_of_a_beat_plays_what_is_left_of_the_bar() -> None:
    stage, master = on_stage(Drummer(hits=[Hit(120 * n, HAT, 20 + n) for n in range(16)]))
    stage.at(0.995, Position(3), Continue())
    stage.play(master.beats(1)).until(1.49)
    assert [velocity for _, _, velocity in stage.ons()] == [23, 24, 25, 26]


# ---- loops
LOOPS: dict[str, list[Event]] = {
    "position": [Position(0)],
    "position and a redundant continue": [Position(0), Continue()],
    "stop, position, continue": [Stop(), Position(0), Continue()],
    "start": [Start()],
    "stop, start": [Stop(), Start()],
}


@pytest.mark.parametrize("gap", [0.0, 0.004])
@pytest.mark.parametrize("push", [0, -30])
@pytest.mark.parametrize("messages", LOOPS.values(), ids=LOOPS)
def test_a_loop_neither_stutters_nor_doubles(
    messages: list[Event], push: float, gap: float
) -> None:
    stage, master = on_stage(controls={"push": push})
    for _ in range(6):
        stage.play(master.beats(8))
        stage.at(master.now - gap, *messages)
    stage.play(master.beats(2)).until(master.now - 0.05)
    shift = push / 1000
    assert stage.times(36) == near(1.0, *(1.0 + beat * BEAT + shift for beat in range(1, 50)))
    assert stage.hanging() <= {36}
    assert stage.counts["dropped"] == 0


def test_a_loop_brings_new_bars() -> None:
    stage, master = on_stage(Drummer(), controls={"variation": 1.0})
    for _ in range(4):
        stage.play(master.beats(4)).play(master.goes_on(0))
    stage.until(master.now)
    assert [request.request.number for request in stage.asked] == list(range(7))
    assert stage.counts["model"] >= 4


def test_a_redundant_position_does_not_begin_another_bar() -> None:
    stage, master = on_stage()
    stage.play(master.beats(2)).play(master.goes_on(8)).play(master.beats(1.5)).until(2.7)
    assert stage.times(36) == beats(0, 4)
    assert stage.counts["model"] == 1


def test_a_fill_of_the_song_does_not_move_to_the_top_of_the_loop() -> None:
    stage, master = on_stage(Drummer(), controls={"fill_every": "2"})
    stage.play(master.beats(4)).play(master.goes_on(0)).play(master.beats(1)).until(3.4)
    bar = stage.state.bar
    assert bar is not None
    assert not bar.fill


def test_a_fill_asked_for_by_hand_survives_the_jump() -> None:
    stage, master = on_stage(Drummer())
    stage.turn(2.0, fill=1.0)
    stage.play(master.beats(4)).play(master.goes_on(0)).play(master.beats(1)).until(3.4)
    bar = stage.state.bar
    assert bar is not None
    assert bar.fill


def test_a_jump_from_the_middle_of_a_bar_is_at_once() -> None:
    stage, master = on_stage()
    stage.play(master.beats(1.5)).play(master.goes_on(32)).play(master.beats(2)).until(2.74)
    assert stage.times(36) == near(1.0, 1.5, 1.75, 2.25)
    assert stage.state.place[:2] == (2, 1)


# ---- tempo
@pytest.mark.parametrize("bpm", [20.0, 47.0, 174.0, 300.0])
def test_a_tempo_is_played_from_the_first_bar(bpm: float) -> None:
    stage, master = on_stage()
    master.bpm = bpm
    stage.play(master.beats(12)).until(master.now - 0.01)
    assert stage.times(36)[4:] == near(*(1.0 + 60.0 / bpm * beat for beat in range(4, 12)))


def test_a_tempo_jump_is_followed_within_a_beat() -> None:
    stage, master = on_stage()
    stage.play(master.beats(8)).play(master.beats(8, 150.0)).until(master.now - 0.01)
    assert stage.times(36)[:9] == beats(0, 9)
    assert stage.times(36)[10:] == pytest.approx([5.0 + 0.4 * n for n in range(2, 8)], abs=2e-3)


def test_a_ramp_is_followed() -> None:
    stage, master = on_stage()
    expected = []
    for beat in range(48):
        expected.append(master.now)
        stage.play(master.beats(1, 80.0 + 2.0 * beat))
    stage.until(master.now - 0.01)
    assert stage.times(36) == pytest.approx(expected, abs=0.01)


def test_jitter_of_the_clock_is_not_heard() -> None:
    stage, master = on_stage()
    master.jitter = 0.003
    stage.play(master.beats(32)).until(master.now - 0.01)
    gaps = [b - a for a, b in pairwise(stage.times(36)[8:])]
    assert gaps == pytest.approx([BEAT] * len(gaps), abs=0.0015)


# ---- silence of the clock
def test_a_lost_clock_plays_on_and_says_so() -> None:
    stage, master = on_stage()
    stage.play(master.beats(4)).until(4.9)
    assert stage.times(36) == beats(0, 8)
    assert stage.state.transport == "lost"
    lost = next(at for at, state in stage.states if state.transport == "lost")
    assert lost == pytest.approx(3.0 - BEAT / 24 + 0.5)


def test_a_clock_silent_for_too_long_stops_cleanly_and_says_so() -> None:
    stage, master = on_stage(timeout=1.5)
    stage.play(master.beats(4)).until(60.0)
    assert stage.times(36) == beats(0, 7)
    assert stage.hanging() == set()
    shown = [state.transport for _, state in stage.states]
    assert shown[-2:] == ["gone", "stopped"]
    assert stage.performer.deadline() is None


@pytest.mark.parametrize("missed", [1, 3, 7])
def test_a_clock_that_comes_back_is_picked_up_in_phase(missed: int) -> None:
    stage, master = on_stage()
    stage.play(master.beats(3.5))
    master.silence(missed * BEAT + BEAT / 2)
    stage.play(master.beats(4)).until(master.now - 0.01)
    heard = stage.times(36, since=1.0 + (4 + missed) * BEAT - 0.01)
    assert heard == beats(4 + missed, 8 + missed)
    assert stage.state.transport == "playing"


def test_after_a_lost_clock_a_jump_plays_every_hit() -> None:
    stage, master = on_stage()
    stage.play(master.beats(4))
    master.silence(1.5)
    stage.at(master.now, Position(0)).play(master.beats(4)).until(master.now - 0.01)
    assert stage.times(36) == beats(0, 11)


def test_asleep_for_bars_it_goes_on_where_the_song_is() -> None:
    performer = Performer(Setup(STYLES, KIT, controls={"style": "funk"}))
    performer.due(0.0)
    performer.receive(Start(), 1.0)
    for clock in range(24 * 20 + 1):
        performer.receive(Tick(), 1.0 + clock * BEAT / 24)
    performer.due(1.01)
    outs = performer.due(11.0)
    assert performer.state(11.0).place == Place(5, 0, 0)
    ons = [out.at for out in outs if isinstance(out, Send) and out.message[0] == ON]
    assert ons == pytest.approx([11.0, 11.0])


# ---- bars
def test_a_drummer_that_is_too_slow_is_replaced_and_its_bar_is_a_spare() -> None:
    stage, master = on_stage(Drummer(delay=3.0))
    stage.play(master.beats(24)).until(master.now - 0.01)
    assert len(stage.times(36)) >= 6
    counts = stage.counts
    assert counts["late"] >= 1
    assert counts["fallback"] >= 1
    assert counts["model"] >= 1


def test_a_style_turned_250_ms_before_the_bar_line_sounds_at_it() -> None:
    stage, master = on_stage(Drummer(delay=0.05))
    stage.turn(3.0 - 0.25, style="house").play(master.beats(5)).until(3.2)
    bar = stage.state.bar
    assert bar is not None
    assert (bar.style, bar.source) == ("house", "model")


def test_a_style_sounds_at_the_bar_line_though_the_drummer_does_not_answer() -> None:
    stage, master = on_stage(None)
    stage.turn(3.0 - 0.25, style="jazz").play(master.beats(5)).until(3.2)
    bar = stage.state.bar
    assert bar is not None
    assert (bar.style, bar.source) == ("jazz", "fallback")
    assert dict(stage.state.controls)["swing"] == 66.0


def test_a_committed_bar_is_no_longer_replaced() -> None:
    stage, master = on_stage(Drummer(delay=0.01))
    stage.turn(3.0 - 0.05, style="house").play(master.beats(9)).until(3.2)
    bar = stage.state.bar
    assert bar is not None
    assert bar.style == "funk"
    stage.until(5.1)
    bar = stage.state.bar
    assert bar is not None
    assert bar.style == "house"


def test_what_is_asked_says_when_it_is_needed() -> None:
    stage, master = on_stage(commit=0.2, controls={"variation": 1.0})
    assert [compose.needed_by for compose in stage.asked] == [math.inf, math.inf]
    stage.play(master.beats(5)).until(3.2)
    # After the second bar has begun and the third was asked for while stopped.
    assert [compose.request.number for compose in stage.asked] == [0, 1, 2, 3]
    assert stage.asked[2].needed_by == pytest.approx(5.0 - 0.2, abs=1e-3)


@pytest.mark.parametrize("meter", METERS.values(), ids=str)
def test_every_meter_plays_bar_after_bar(meter: Meter) -> None:
    stage, master = on_stage(None, meter=meter)
    bar = meter.bar_ticks / 960
    stage.play(master.beats(20)).until(master.now - 0.01)
    bars = math.ceil(20 * 480 / meter.bar_ticks)
    downs = near(*(1.0 + n * bar for n in range(bars)))
    kicks = [at for at in stage.times(36) if abs((at - 1.0) / bar - round((at - 1.0) / bar)) < 1e-3]
    assert kicks == downs
    assert stage.state.place.bar == bars - 1
    if str(meter) != "4/4":
        assert stage.asked == []
        assert stage.counts["template"] >= bars


@pytest.mark.long
def test_the_same_seed_and_clock_give_the_same_notes() -> None:
    def performance(seed: int) -> list[tuple[float, str, int]]:
        stage, master = on_stage(None, seed=seed, controls={"style": "jazz"})
        stage.turn(4.0, swing=60, density=0.3).turn(6.5, style="funk", fill=1.0)
        master.jitter = 0.002
        stage.play(master.beats(40)).until(master.now)
        return stage.messages()

    assert performance(1) == performance(1)
    assert performance(1) != performance(2)


# ---- performed controls
SIXTEENTHS = Drummer(hits=[Hit(120 * n, HAT, 70) for n in range(16)])


def sixteenths(turned_at: float, until: float, **controls: float | str) -> Stage:
    stage, master = on_stage(SIXTEENTHS)
    stage.turn(turned_at, **controls).play(master.beats(8))
    return stage.until(until)


def test_a_mute_is_heard_on_the_next_note_and_old_hits_never_come_back() -> None:
    stage = sixteenths(1.3, 2.99, mute_hats=1.0)
    assert stage.times(42) == near(1.0, 1.125, 1.25)
    stage, master = on_stage(SIXTEENTHS)
    stage.turn(1.3, mute_hats=1.0).turn(1.8, mute_hats=0.0)
    stage.play(master.beats(4)).until(2.3)
    assert stage.times(42) == near(1.0, 1.125, 1.25, 1.875, 2.0, 2.125, 2.25)


def test_density_down_and_up_in_a_bar_fires_no_old_hits() -> None:
    stage, master = on_stage(SIXTEENTHS)
    stage.turn(1.01, density=0.0).turn(1.6, density=0.5).play(master.beats(3)).until(1.9)
    assert all(at >= 1.6 or at in (1.0, 1.5) for at in stage.times(42))
    assert stage.times(42)[-2:] == near(1.75, 1.875)


def test_intensity_is_heard_on_the_next_note() -> None:
    stage = sixteenths(1.2, 1.49, intensity=1.0)
    assert [velocity for _, _, velocity in stage.ons()] == [70, 70, 94, 94]


def test_bars_to_come_are_asked_for_as_hard_and_with_the_ghosts_that_are_wanted() -> None:
    stage, master = on_stage(controls={"variation": 1.0, "intensity": 0.75})
    stage.turn(3.5, intensity=1.0, ghost=0.5).play(master.beats(12)).until(7.0)
    asked = [(c.request.intensity, c.request.ghosts) for c in stage.asked]
    assert asked[0] == (0.75, 0.5)
    assert asked[-1] == (1.0, 0.25)
    assert sorted(set(asked)) == [(0.75, 0.5), (1.0, 0.25)]


def test_swing_is_heard_on_the_next_note() -> None:
    stage = sixteenths(1.2, 1.7, swing=75.0)
    assert stage.times(42) == near(1.0, 1.125, 1.25, 1.4375, 1.5, 1.6875)


@pytest.mark.parametrize("control", ["push", "note_offset"])
def test_notes_can_be_sent_ahead_of_the_beat_and_behind_it(control: str) -> None:
    early = sixteenths(0.9, 1.7, **{control: -40})
    assert early.times(42)[2:] == near(1.21, 1.335, 1.46, 1.585)
    assert early.times(42)[0] == 1.0  # nothing before the first beat
    late = sixteenths(0.9, 1.7, **{control: 40})
    assert late.times(42) == near(1.04, 1.165, 1.29, 1.415, 1.54, 1.665)


def test_an_offset_turned_while_playing_drops_and_doubles_nothing() -> None:
    stage, master = on_stage(SIXTEENTHS)
    stage.turn(1.35, note_offset=100).turn(1.7, note_offset=-100).turn(2.1, note_offset=0)
    stage.play(master.beats(4)).until(2.9)
    assert len(stage.times(42)) == 15  # one came to stand 25 ms after another, and is left out
    assert stage.counts["dropped"] == 0
    assert stage.hanging() <= {42}


def test_the_clock_offset_moves_everything() -> None:
    stage, master = on_stage(controls={"clock_offset": 30})
    stage.play(master.beats(4)).until(2.9)
    assert stage.times(36) == near(1.03, 1.53, 2.03, 2.53)
    stage, master = on_stage(controls={"clock_offset": -100})
    stage.play(master.beats(4)).until(2.8)
    assert stage.times(36) == near(1.0, 1.4, 1.9, 2.4)


def test_turning_every_knob_all_the_time_loses_no_note() -> None:
    stage, master = on_stage(SIXTEENTHS)
    for step in range(300):
        stage.turn(1.001 + step / 151, swing=50 + step % 20, humanize=step % 3 / 2)
    stage.play(master.beats(4)).until(2.99)
    assert len(stage.times(42)) == 16
    assert stage.counts["dropped"] == 0


def test_a_voice_that_the_kit_lacks_is_left_out() -> None:
    performer = Performer(Setup(STYLES, {KICK: 36}, controls={"style": "funk"}))
    performer.due(0.0)
    performer.receive(Start(), 1.0)
    performer.receive(Tick(), 1.0)
    notes = [out.message[1] for out in performer.due(1.0) if hasattr(out, "message")]
    assert notes == [36]


def test_two_voices_on_one_note_sound_once() -> None:
    kit = {**KIT, Voice.RIDE_BELL: 51}
    performer = Performer(Setup(STYLES, kit, controls={"style": "funk"}))
    performer.due(0.0)
    hits = [Hit(0, Voice.RIDE, 60, 0), Hit(0, Voice.RIDE_BELL, 90, 12)]
    performer.receive(Composed(0, 0, of("funk", hits)), 0.5)
    performer.receive(Start(), 1.0)
    sent = []
    for clock in range(24):
        now = 1.0 + clock * BEAT / 24
        performer.receive(Tick(), now)
        performer.receive(Turned("intensity", 0.5), now)
        sent += [out.message for out in performer.due(now) if hasattr(out, "message")]
    assert [message[2] for message in sent if message[0] == 0x99] == [90]


def struck(velocity: int) -> Drummer:
    return Drummer(hits=[Hit(0, SNARE, velocity), Hit(960, SNARE, 60)])


def test_a_hard_stroke_sounds_as_the_articulation_that_the_kit_has() -> None:
    stage, master = on_stage(struck(110), articulations={"rimshot": 40})
    stage.play(master.beats(4)).until(2.9)
    assert (stage.times(40), stage.times(38)) == (near(1.0), near(2.0))
    assert [note.note for note in stage.records if isinstance(note, Played)] == [40, 38]


def test_a_stroke_that_was_sent_is_not_sent_again_as_another_articulation() -> None:
    stage, master = on_stage(struck(110), articulations={"rimshot": 40})
    stage.turn(1.02, intensity=0.1)
    stage.play(master.beats(4)).until(2.9)
    assert (stage.times(40), len(stage.times(38))) == (near(1.0), 1)


def test_a_voice_played_by_anothers_articulation_sounds_once_with_it() -> None:
    kit = {**KIT, Voice.CLAP: 40}
    performer = Performer(
        Setup(STYLES, kit, controls={"style": "funk"}, articulations={"rimshot": 40})
    )
    performer.due(0.0)
    hits = [Hit(0, SNARE, 110), Hit(0, Voice.CLAP, 100)]
    performer.receive(Composed(0, 0, of("funk", hits)), 0.5)
    performer.receive(Start(), 1.0)
    performer.receive(Tick(), 1.0)
    ons = [out.message for out in performer.due(1.0) if getattr(out, "message", b"\0")[0] == 0x99]
    assert [(message[1], message[2]) for message in ons] == [(40, 110)]


def test_an_audition_is_heard_while_it_plays_and_stands_in_no_take() -> None:
    stage, master = on_stage()
    stage.at(0.7, Audition(60)).at(1.7, Audition(61))
    stage.play(master.beats(4)).until(2.9)
    assert (stage.times(60), stage.times(61)) == (near(0.7), near(1.7))
    assert stage.hanging() == set()
    assert {note.note for note in stage.records if isinstance(note, Played)} == {36}


def test_notes_that_are_late_are_dropped_even_when_a_knob_turns() -> None:
    for turned in (False, True):
        stage, master = on_stage()
        stage.play(master.beats(1)).until(1.4)
        performer = stage.performer
        if turned:
            performer.receive(Turned("swing", 60.0), 1.7)
        ons = [out for out in performer.due(1.7) if getattr(out, "message", b"\0")[0] == 0x99]
        assert ons == []
        assert performer.state(1.7).counts[-1] == ("dropped", 1)


def test_a_first_hit_that_is_late_is_dropped() -> None:
    performer = Performer(Setup(STYLES, KIT, controls={"style": "funk"}))
    performer.due(0.0)
    performer.receive(Start(), 1.0)
    performer.receive(Tick(), 1.0)
    performer.due(1.2)
    assert dict(performer.state(1.2).counts)["dropped"] >= 1


def test_a_beginning_is_due_at_once() -> None:
    performer = Performer(Setup(STYLES, KIT))
    assert performer.deadline() == -math.inf
    performer.due(0.0)
    assert performer.deadline() is None
    performer.receive(Start(), 1.0)
    performer.due(1.0)
    assert performer.deadline() is None
    performer.receive(Tick(), 1.1)
    assert performer.deadline() == -math.inf
    assert performer.current is None
    assert all(isinstance(out, Send | Begun | Played) for out in performer.due(1.1))
    assert performer.deadline() == 1.1  # the notes have gone; now what else is due
    assert any(isinstance(out, Compose) for out in performer.due(1.1))
    limit = performer.deadline()
    assert limit is not None
    assert limit > 1.1
    playing = performer.current
    assert playing is not None
    assert (playing.number, playing.start, playing.end) == (0, 0, 1920)


# ---- triggers
def test_the_internal_clock_plays_when_told_to_and_stops() -> None:
    stage = Stage(KICKS, source="internal", controls={"tempo": 120})
    stage.turn(1.0, play=1.0).turn(2.2, play=0.0).turn(2.6, stop=1.0).until(10.0)
    assert stage.times(36) == beats(0, 4)
    assert (stage.state.driver, stage.state.transport) == ("internal", "stopped")
    assert stage.hanging() == set()


def test_the_internal_tempo_turns_without_moving_the_beat() -> None:
    stage = Stage(KICKS, source="internal", controls={"tempo": 120})
    stage.turn(1.0, play=1.0).turn(2.25, tempo=240).until(3.0)
    assert stage.times(36) == near(1.0, 1.5, 2.0, 2.375, 2.625, 2.875)
    assert stage.state.bpm == 240.0


def test_a_performance_that_follows_a_master_complains_about_play() -> None:
    stage = Stage(source="midi").turn(1.0, play=1.0).until(2.0)
    assert stage.state.transport == "stopped"
    assert stage.state.complaint.startswith("play: this performance follows MIDI clock")


def test_a_master_takes_over_from_the_internal_clock_at_its_first_clock() -> None:
    stage = Stage(KICKS, controls={"tempo": 120})
    stage.turn(1.0, play=1.0).at(2.1, Start()).until(4.2)
    assert stage.times(36) == beats(0, 7)
    master = Master(100.0, 4.2)
    stage.play(master.beats(4)).until(master.now - 0.01)
    assert stage.times(36, since=4.19)[0] == 4.2
    assert stage.times(36, since=5.0) == near(5.4, 6.0)
    assert stage.state.driver == "midi"


def test_a_new_idea_brings_another_bar() -> None:
    stage, master = on_stage()
    before = stage.asked[-1].request.generation
    stage.turn(1.5, new_idea=1.0).play(master.beats(4)).until(2.0)
    asked = [one.request for one in stage.asked if one.request.generation == before + 1]
    assert asked[0].history == ()


def hats_then(*snares: int) -> Drummer:
    return Drummer(hits=[*HATS, *(Hit(tick, SNARE, 110) for tick in snares)])


def test_a_fill_now_begins_with_the_next_beat_and_ends_with_the_bar() -> None:
    stage, master = on_stage(KICKS, controls={"variation": 1.0})
    stage.turn(1.8, fill_now=1.0).play(master.beats(12)).until(master.now - 0.01)
    # The fill of funk: the snare on every eighth, its only kick on the bar line.
    assert stage.times(38, since=1.0) == near(2.0, 2.25, 2.5, 2.75)
    assert stage.times(36) == near(1.0, 1.5, *(3.0 + beat * BEAT for beat in range(8)))
    assert stage.times(KIT[CRASH]) == near(3.0)
    assert stage.hanging() <= {36}


def test_a_fill_now_in_the_last_beat_is_the_next_bar() -> None:
    for pressed in (2.6, 2.95):  # before and after the next bar is committed
        stage, master = on_stage(KICKS, controls={"variation": 1.0, "fill_amount": 0.25})
        stage.turn(pressed, fill_now=1.0).play(master.beats(12)).until(master.now - 0.01)
        assert stage.times(38) == near(*(3.0 + 0.25 * n for n in range(8)))
        assert stage.times(KIT[CRASH]) == near(5.0)


def test_a_fill_now_is_ahead_of_the_beat_when_the_drummer_is() -> None:
    stage, master = on_stage(KICKS, controls={"variation": 1.0, "note_offset": -100})
    stage.turn(1.95, fill_now=1.0).play(master.beats(4.5)).until(3.0)
    assert stage.times(38) == near(2.4, 2.65)  # the beat of 2.0 was struck at 1.9
    stage, master = on_stage(KICKS, controls={"variation": 1.0, "note_offset": -100})
    stage.turn(2.95, fill_now=1.0).play(master.beats(6.5)).until(4.0)
    assert stage.times(38) == near(3.4, 3.65, 3.9)


def test_a_fill_now_twice_is_one_fill() -> None:
    once, twice = (on_stage(KICKS) for _ in range(2))
    once[0].turn(1.2, fill_now=1.0)
    twice[0].turn(1.2, fill_now=1.0).turn(1.3, fill_now=1.0)
    played = [stage.play(master.beats(8)).until(4.9).ons() for stage, master in (once, twice)]
    assert played[0] == played[1]


def test_a_fill_now_while_nothing_plays_is_none() -> None:
    stage, master = on_stage(KICKS, controls={"variation": 1.0})
    stage.turn(0.6, fill_now=1.0).play(master.beats(4)).until(2.9)
    assert stage.times(38) == []
    stage, master = on_stage(KICKS, controls={"variation": 1.0})
    stage.play(master.beats(1)).until(1.4)
    for event in (Turned("fill_now", 1.0), Stop()):
        stage.performer.receive(event, 1.4)
    stage.performer.due(1.4)
    stage.at(1.5, Start()).play(Master(now=1.6).beats(4)).until(3.5)
    assert stage.times(38) == []


def test_half_time_sounds_at_the_bar_line() -> None:
    stage, master = on_stage(Drummer(), controls={"variation": 1.0})
    stage.turn(1.2, time="half").turn(5.2, time="double")
    stage.play(master.beats(13)).until(6.99)
    assert stage.times(38) == near(1.5, 2.5, 4.0, 6.0)
    stage.play(master.beats(4)).until(7.99)
    assert stage.times(38, since=6.99) == near(7.25, 7.75)


@pytest.mark.long
def test_a_locked_voice_goes_on_while_the_drummer_changes() -> None:
    stage, master = on_stage(KICKS, controls={"variation": 1.0})
    stage.turn(1.2, lock_kick=1.0, style="house")
    stage.play(master.beats(4)).until(2.5)
    stage.drummer = hats_then(480)
    stage.play(master.beats(16)).until(master.now - 0.01)
    assert stage.times(36) == beats(0, 20)
    assert stage.times(38) == near(7.5, 9.5)  # two bars were ready


def test_the_loop_repeats_what_was_played() -> None:
    stage, master = on_stage(None, controls={"variation": 1.0, "style": "jazz"})
    stage.turn(3.5, loop=1.0).turn(4.5, style="house")
    stage.play(master.beats(20)).until(master.now - 0.01)
    bars = [
        [(note.score, note.note, note.velocity) for note in bar.notes] for bar in stage.take.bars
    ]
    assert [note[1] for note in bars[2]] == [note[1] for note in bars[0]]

    assert bars[0] != bars[1]
    assert bars[2:5] == [bars[0], bars[1], bars[0]]


def test_undo_brings_back_the_bar_and_its_controls_at_the_next_bar_line() -> None:
    stage, master = on_stage(KICKS, controls={"variation": 0.0})
    stage.play(master.beats(8)).until(2.0)
    stage.drummer = hats_then(480, 1440)
    stage.turn(3.2, style="house", density=0.9, swing=60).turn(5.5, undo=1.0)
    stage.play(master.beats(8)).until(master.now - 0.01)
    shown = dict(stage.state.controls)
    assert (shown["style"], shown["density"]) == ("funk", 0.5)
    assert stage.times(38) == near(5.5, 6.5)
    assert stage.times(36, since=2.9) == near(
        *(3.0 + beat * BEAT for beat in (0, 1, 2, 3, 8, 9, 10, 11))
    )


def test_undo_of_nothing_says_so() -> None:
    stage = Stage().turn(1.0, undo=1.0).until(2.0)
    assert stage.state.complaint == "undo: nothing has changed yet"


@pytest.mark.parametrize("panic", [Panic(), Turned("panic", 1.0)], ids=["event", "control"])
def test_panic_leaves_no_note_hanging_and_the_bar_goes_on(panic: Event) -> None:
    stage, master = on_stage(gate=0.4)
    stage.at(1.6, panic).play(master.beats(4)).until(1.6)
    assert stage.messages()[-2:] == [(1.6, "off", 36), (1.6, "cc", 123)]
    assert stage.hanging() == set()
    stage.until(2.6)
    assert stage.times(36) == beats(0, 4)


def test_panic_while_stopped_says_all_notes_off() -> None:
    stage = Stage().at(1.0, Panic()).until(2.0)
    assert stage.messages() == [(1.0, "cc", 123)]


def test_a_trigger_in_a_setup_does_nothing() -> None:
    stage = Stage(controls={"play": 1.0, "panic": 1.0}).until(5.0)
    assert (stage.state.transport, stage.messages()) == ("stopped", [])


# ---- what a screen shows
def test_a_bad_control_is_counted_and_explained() -> None:
    stage = Stage().turn(1.0, swing=99).turn(1.1, sing=1.0).until(2.0)
    assert stage.counts["refused"] == 2
    assert stage.state.complaint.startswith("sing: no such control")
    assert dict(stage.state.controls)["swing"] == 50.0


def test_a_note_that_comes_in_is_counted() -> None:
    stage = Stage().at(1.0, Struck(36, 100)).until(2.0)
    assert stage.counts["struck"] == 1


def test_a_screen_is_told_twenty_times_a_second_while_playing() -> None:
    stage, master = on_stage()
    stage.play(master.beats(8)).until(4.0)
    shown = [at for at, _ in stage.states if at >= 1.0]
    assert 55 <= len(shown) <= 70
    ticks = [absolute(state) for at, state in stage.states if at >= 1.0]
    assert ticks == sorted(ticks)


def test_a_state_says_what_plays_and_what_comes() -> None:
    stage, master = on_stage(Drummer(hits=[*PULSE_KICK, *BACKBEAT, *HATS]))
    stage.play(master.beats(8)).until(1.2)
    state = stage.state
    assert state.bar is not None
    assert state.next_bar is not None
    assert [hit.voice for hit in state.bar.hits[:2]] == [KICK, HAT]
    assert (state.transport, state.driver, state.ready) == ("playing", "midi", 2)
    assert state.bpm == pytest.approx(120.0, abs=0.1)
    stage.until(2.95)
    assert stage.state.ready == 3  # one committed, two composed
    assert stage.state.next_bar is not None


def test_what_was_played_is_kept() -> None:
    stage, master = on_stage()
    stage.play(master.beats(8)).until(4.99)
    notes = [note for bar in stage.take.bars[:2] for note in bar.notes]
    assert [(note.number, note.score, note.note, note.velocity) for note in notes] == [
        (beat // 4, beat % 4 * 480, 36, 100) for beat in range(8)
    ]
    assert [note.at for note in notes] == beats(0, 8)


def test_a_fill_every_few_bars_and_a_crash_after_it() -> None:
    stage, master = on_stage(None, controls={"fill_every": "2"})
    stage.play(master.beats(16)).until(master.now - 0.01)
    assert stage.times(KIT[CRASH]) == near(5.0)
    assert len(stage.times(KIT[SNARE], since=2.99)) >= 8


def test_a_late_last_hit_sounds_though_a_knob_turns_after_the_bar_line() -> None:
    late = Drummer(hits=[Hit(0, KICK, 100), Hit(1800, SNARE, 100, offset=84)])
    stage, master = on_stage(late, controls={"variation": 1.0, "swing": 75})
    stage.turn(3.005, intensity=0.6)  # the bar line is at 3.0, the snare 24 ticks after it
    stage.play(master.beats(5)).until(3.3)
    assert stage.times(38) == near(3.025)
