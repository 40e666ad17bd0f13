"""The meter is a control: heard at the next bar line, where bars before it stay."""

import pytest

from engine.bars.given import Given
from engine.playing.events import Struck
from engine.score.grid import METERS, Meter
from engine.score.notes import Hit
from engine.timing.messages import Continue, Position, Start, Stop
from tests.engine.stage import KICK, STYLES, Drummer, Master, Stage, of

KICKS = Drummer(hits=(Hit(0, KICK, 100),))  # one a bar, on the bar line
FOUR, THREE, FIVE = METERS["4/4"], METERS["3/4"], METERS["5/4"]


def on_stage(**more: object) -> tuple[Stage, Master]:
    """At 120 BPM a bar of 4/4 takes two seconds, the first begins at second 1."""
    stage = Stage(KICKS, **more).until(0.5)  # type: ignore[arg-type]
    stage.at(0.99, Start())
    return stage, Master(now=1.0)


def bars(stage: Stage) -> list[tuple[int, int, Meter]]:
    """Number, start tick and meter of the bars that were played."""
    return [(t.begun.number, t.begun.start, t.begun.meter) for t in stage.take.bars]


def test_a_meter_is_heard_at_the_next_bar_line_and_the_next_bars_follow_there() -> None:
    stage, master = on_stage()
    stage.play(master.beats(12)).turn(1.5, meter="3/4").until(6.1)
    assert bars(stage) == [(0, 0, FOUR), (1, 1920, THREE), (2, 3360, THREE), (3, 4800, THREE)]
    assert (stage.state.place.bar, stage.state.meter) == (3, THREE)
    assert stage.hanging() <= {36, 38, 42}


def test_what_was_decided_already_is_played_first() -> None:
    stage, master = on_stage()
    stage.play(master.beats(12)).turn(2.95, meter="5/4").until(6.9)
    assert bars(stage) == [(0, 0, FOUR), (1, 1920, FOUR), (2, 3840, FIVE)]


def test_in_four_four_the_drummer_plays_again() -> None:
    stage, master = on_stage(meter=THREE)
    stage.play(master.beats(12)).turn(1.2, meter="4/4").until(6.0)
    assert stage.asked[-1].request.meter == FOUR
    assert [taken.begun.source for taken in stage.take.bars][:3] == ["template", "model", "model"]


def test_turned_while_nothing_plays_it_is_the_meter_of_the_whole_song() -> None:
    stage, master = on_stage()
    stage.turn(0.6, meter="3/4").play(master.beats(4)).until(2.9)
    assert bars(stage) == [(0, 0, THREE), (1, 1440, THREE)]


def test_a_song_that_goes_on_from_a_place_is_where_its_bars_say() -> None:
    stage, master = on_stage()
    stage.play(master.beats(12)).turn(1.5, meter="3/4").at(5.0, Stop()).until(5.1)
    stage.at(5.2, Position(28), Continue())  # bar 3 of the song begins at tick 3360
    stage.play(Master(now=5.3).beats(2)).until(6.2)
    assert bars(stage)[-1][1:] == (3360, THREE)
    assert stage.state.place.bar == 2


def test_a_loop_of_the_song_plays_the_meter_that_is_set_from_its_first_bar_on() -> None:
    stage, master = on_stage()
    stage.turn(3.5, meter="3/4").play(master.beats(9))  # into the third bar
    stage.play(master.goes_on(0)).play(master.beats(7)).until(master.now - 0.01)
    assert [start for _, start, _ in bars(stage)] == [0, 1920, 3840, 0, 1440, 2880]
    assert {meter for _, _, meter in bars(stage)[2:]} == {THREE}
    assert stage.state.place.bar == 2


def test_undo_brings_the_meter_back_and_snapshots_hold_it() -> None:
    stage, master = on_stage()
    stage.turn(1.2, store_a=1.0).turn(1.5, meter="3/4").turn(3.2, undo=1.0)
    stage.turn(5.0, meter="7/8").turn(6.8, recall_a=1.0)
    stage.play(master.beats(20)).until(10.9)
    assert [str(meter) for _, _, meter in bars(stage)][:5] == ["4/4", "3/4", "4/4", "7/8", "4/4"]
    assert dict(stage.state.controls)["meter"] == "4/4"


def test_a_loop_that_is_held_begins_anew_in_another_meter() -> None:
    stage, master = on_stage(controls={"variation": 1.0, "loop": 1.0})
    stage.play(master.beats(30)).turn(7.5, meter="3/4").until(15.5)
    played = [bar for _, bar in sorted({t.begun.number: t for t in stage.take.bars}.items())]
    three = [[(n.score, n.note) for n in bar.notes] for bar in played if bar.begun.meter == THREE]
    assert len(three) >= 4
    assert three[0] == three[2]
    assert three[1] == three[3]


def test_locked_voices_begin_anew_in_another_meter() -> None:
    stage, master = on_stage(controls={"lock_kick": 1.0, "variation": 1.0})
    stage.play(master.beats(16)).turn(1.5, meter="3/4").until(8.0)
    for taken in stage.take.bars:
        assert all(note.score < taken.begun.meter.bar_ticks for note in taken.notes)


def test_a_fill_at_once_is_of_the_meter_of_the_bar_that_plays() -> None:
    stage, master = on_stage()
    stage.play(master.beats(12)).turn(1.3, meter="3/4").turn(1.6, fill_now=1.0).until(4.0)
    first = stage.take.bars[0]
    assert max(note.score for note in first.notes) > THREE.bar_ticks
    assert first.begun.meter == FOUR


@pytest.mark.parametrize("vary", [False, True])
def test_what_was_given_in_another_meter_is_not_gone_on_from(vary: bool) -> None:
    given = Given((of("funk", [Hit(0, KICK, 99), Hit(1800, KICK, 90)]),), vary)
    stage, master = on_stage(given=given, controls={"variation": 0.5})
    stage.play(master.beats(12)).turn(1.5, meter="3/4").until(6.0)
    assert [str(meter) for _, _, meter in bars(stage)] == ["4/4", "3/4", "3/4", "3/4"]


def test_what_is_tapped_is_measured_in_the_meter_that_plays() -> None:
    stage, master = on_stage(controls={"follow": 1.0})
    stage.turn(1.5, meter="3/4")
    for eighth in range(24):
        stage.at(1.01 + eighth * 0.25, Struck(36, 90))
    stage.play(master.beats(13)).until(7.0)
    assert stage.state.lead is not None
    assert stage.state.lead.density == pytest.approx(0.5, abs=0.1)


def test_a_bad_meter_is_refused_with_those_there_are() -> None:
    stage, _ = on_stage()
    stage.turn(0.6, meter="9/8").until(0.7)
    assert "'9/8' is not one of 3/4, 4/4, 5/4, 6/8, 7/8, 12/8" in stage.state.complaint
    assert STYLES["funk"].beats(METERS["12/8"])
