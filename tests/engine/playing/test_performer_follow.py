"""Groove in, on stage: what is tapped leads the bars from the next one on."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from engine.bars.request import Compose
from engine.playing.events import Struck
from engine.timing.messages import Position
from tests.engine.playing.test_performer import KICKS, on_stage
from tests.engine.stage import HATS, PULSE_KICK, Drummer, Master, Stage

SIXTEENTH = 0.125  # seconds, at 120 BPM
FREE = {"variation": 1.0, "follow": 1.0}


def tap(stage: Stage, bar: int, slots: Iterable[int], velocity: int = 127) -> Stage:
    """Strokes a little late, on sixteenths of a bar of the song."""
    for slot in slots:
        stage.at(1.0 + bar * 2.0 + slot * SIXTEENTH + 0.01, Struck(36, velocity))
    return stage


def following(drummer: Drummer | None = KICKS, **controls: object) -> tuple[Stage, Master]:
    return on_stage(drummer, controls=FREE | controls)


def asked_for(stage: Stage, number: int) -> Compose:
    """The last request for a bar, by its number in playing order."""
    return [asked for asked in stage.asked if asked.request.number == number][-1]


def test_the_next_bar_is_as_dense_and_as_far_off_the_beat_as_was_tapped() -> None:
    stage, master = following()
    tap(stage, 1, range(16))
    stage.play(master.beats(16)).until(4.99)
    request = asked_for(stage, 2).request
    assert request.density == 1.0
    stage.until(6.99)
    assert asked_for(stage, 3).request.density == 1.0
    assert asked_for(stage, 3).request.complexity == pytest.approx(0.7, abs=0.03)
    assert asked_for(stage, 3).request.intensity == 1.0


def test_the_bar_before_the_next_one_is_not_touched() -> None:
    stage, master = following(Drummer(hits=PULSE_KICK))
    tap(stage, 0, range(0, 16, 4))
    stage.play(master.beats(12)).until(master.now - 0.01)
    velocities = [velocity for _, _, velocity in stage.ons(36)]
    assert velocities[:4] == [100] * 4
    assert velocities[4:8] == [113] * 4


def test_follow_at_one_half_goes_half_the_way() -> None:
    stage, master = following(follow=0.5)
    tap(stage, 0, range(16))
    tap(stage, 1, range(16))
    stage.play(master.beats(12)).until(4.99)
    assert asked_for(stage, 2).request.density == 0.75


def test_accents_are_played_where_they_were_tapped() -> None:
    stage, master = following(KICKS, follow=0.5)
    for bar in (0, 1):
        tap(stage, bar, (0, 8, 12), velocity=60)
        tap(stage, bar, (4,), velocity=120)
    stage.play(master.beats(12)).until(master.now - 0.01)
    loud = [velocity for _, _, velocity in stage.ons(36, since=4.99)]
    assert loud[1] > loud[0] == loud[2] == loud[3]


def test_nothing_tapped_for_two_bars_leads_nowhere_again() -> None:
    stage, master = following()
    tap(stage, 0, range(16))
    stage.play(master.beats(28)).until(master.now - 0.01)
    densities = [asked_for(stage, number).request.density for number in range(1, 7)]
    assert densities[:2] == [1.0, 1.0]
    assert densities[-1] == 0.5


def test_without_follow_taps_are_counted_and_change_nothing() -> None:
    def played(taps: bool) -> list[tuple[float, str, int]]:
        stage, master = on_stage(None, controls={"variation": 1.0})
        if taps:
            tap(stage, 0, range(16))
        stage.play(master.beats(16)).until(master.now - 0.01)
        return stage.messages()

    assert played(True) == played(False)


def test_follow_turned_up_is_heard_in_the_next_bar_and_turned_off_too() -> None:
    stage, master = following(follow=0.0)
    for bar in range(6):
        tap(stage, bar, range(16))
    stage.turn(4.5, follow=1.0).turn(8.5, follow=0.0)
    stage.play(master.beats(24)).until(master.now - 0.01)
    assert asked_for(stage, 1).request.density == 0.5
    assert asked_for(stage, 2).request.density == 1.0
    assert asked_for(stage, 3).request.density == 1.0
    assert asked_for(stage, 4).request.density == 0.5


def test_a_late_drummer_is_led_too_by_leaving_strokes_out() -> None:
    stage, master = following(None)
    stage.drummer = None
    for bar in range(3):
        tap(stage, bar, (0, 8), velocity=64)
    stage.play(master.beats(12)).until(master.now - 0.01)
    assert 0 < len(stage.ons(since=4.99)) < len(stage.ons()) - len(stage.ons(since=2.99))


def test_the_density_knob_goes_on_acting_at_once_while_it_is_followed() -> None:
    stage, master = following(Drummer(hits=[*PULSE_KICK, *HATS]), follow=0.5)
    for bar in range(3):
        tap(stage, bar, range(16), velocity=64)
    stage.turn(5.3, density=0.0).play(master.beats(12)).until(6.9)
    before = len([at for at in stage.times(42) if 3.0 <= at < 5.0])
    assert before == 8
    assert len([at for at in stage.times(42) if at > 5.3]) < 6


def test_a_stop_forgets_what_was_tapped() -> None:
    stage, master = following()
    tap(stage, 0, range(16))
    stage.play(master.beats(4)).play(master.stop()).until(3.5)
    master.silence(1.0)
    stage.at(master.now, Position(0))
    number = max(asked.request.number for asked in stage.asked)
    assert asked_for(stage, number).request.density == 0.5
    stage.play(master.goes_on()).play(master.beats(8)).until(master.now - 0.01)
    assert {a.request.density for a in stage.asked if a.request.number > number} == {0.5}


def test_a_note_before_the_song_begins_is_counted_and_not_kept() -> None:
    stage, master = following()
    stage.at(0.7, Struck(36, 100)).turn(0.8, follow=0.9).play(master.beats(8)).until(4.9)
    assert stage.counts["struck"] == 1
    assert {asked.request.density for asked in stage.asked} == {0.5}
