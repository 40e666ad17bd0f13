"""Snapshots on stage: what is performed comes back at once, what is composed at the bar line."""

from __future__ import annotations

from engine.controls.control import Value
from tests.engine.playing.test_performer import KICKS, near, on_stage
from tests.engine.stage import HATS, KIT, PULSE_KICK, Drummer, Stage

BOTH = Drummer(hits=[*PULSE_KICK, *HATS])


def values(stage: Stage) -> dict[str, Value]:
    return dict(stage.state.controls)


def music(stage: Stage) -> dict[str, Value]:
    """All that a snapshot holds."""
    stage.turn(stage.now, store_h=1.0).until(stage.now)
    return stage.performer.snapshots()["h"]


def test_recall_brings_back_every_control_but_those_of_the_room() -> None:
    stage = Stage()
    before = music(stage)
    stage.turn(1.0, style="jazz", density=0.9, swing=60, mute_hats=1.0, level_kick=0.5, loop=1.0)
    stage.turn(1.0, tempo=90, note_offset=20, clock_offset=-5).until(1.5)
    assert music(stage) != before
    stage.turn(2.0, store_b=1.0).until(2.0)
    assert stage.performer.snapshots()["b"]["density"] == 0.9
    stage.turn(3.0, store_a=1.0, density=0.1, style="house").turn(3.1, recall_b=1.0).until(3.2)
    assert music(stage) == stage.performer.snapshots()["b"]
    kept = values(stage)
    assert (kept["tempo"], kept["note_offset"], kept["clock_offset"]) == (90.0, 20.0, -5.0)
    assert stage.state.complaint == ""


def test_an_empty_snapshot_is_said_and_changes_nothing() -> None:
    stage = Stage().turn(1.0, density=0.9).until(1.5)
    before = values(stage)
    stage.turn(2.0, recall_c=1.0).until(2.1)
    assert values(stage) == before
    assert stage.state.complaint == "recall_c: snapshot C is empty; store_c"


def test_a_performance_may_start_with_snapshots_and_gives_them_out_again() -> None:
    first = Stage(snapshots={"d": {"density": 0.25, "mute_kick": 1}})
    assert first.performer.snapshots() == {"d": {"density": 0.25, "mute_kick": 1.0}}
    first.turn(1.0, recall_d=1.0).until(1.1)
    assert (values(first)["density"], values(first)["mute_kick"]) == (0.25, 1.0)
    first.turn(2.0, store_a=1.0).until(2.1)
    second = Stage(snapshots=first.performer.snapshots())
    assert second.performer.snapshots() == first.performer.snapshots()


def test_what_is_performed_comes_back_with_the_next_note_and_the_style_at_the_bar_line() -> None:
    stage, master = on_stage(BOTH, controls={"style": "house", "variation": 1.0})
    stage.turn(0.6, store_a=1.0).turn(0.7, style="funk", mute_hats=1.0, level_kick=0.5)
    stage.turn(1.6, recall_a=1.0).play(master.beats(8)).until(4.9)
    assert stage.times(KIT[HATS[0].voice])[:3] == near(1.75, 2.0, 2.25)
    assert [velocity for _, _, velocity in stage.ons(36)[:3]] == [50, 50, 100]
    playing = [state.bar.style for at, state in stage.states if at > 1.0 and state.bar]
    assert (playing[0], playing[-1]) == ("funk", "house")
    assert {s.bar.style for at, s in stage.states if 1.1 < at < 2.9 and s.bar} == {"funk"}
    assert {s.bar.style for at, s in stage.states if at >= 3.05 and s.bar} == {"house"}


def test_a_recalled_swing_outlives_the_style_that_begins_with_it() -> None:
    stage, master = on_stage(KICKS, controls={"style": "jazz", "variation": 1.0, "swing": 58})
    stage.turn(0.6, store_a=1.0).turn(0.7, style="funk")
    stage.turn(3.5, recall_a=1.0).play(master.beats(16)).until(4.9)
    assert values(stage)["swing"] == 58.0
    stage.until(master.now - 0.1)
    assert (values(stage)["swing"], values(stage)["style"]) == (58.0, "jazz")


def test_a_recall_is_one_change_to_undo() -> None:
    stage, master = on_stage(KICKS, controls={"variation": 0.0})
    stage.turn(0.6, store_a=1.0).turn(0.7, style="house", density=0.9, seed=9)
    stage.turn(3.5, recall_a=1.0).turn(5.5, undo=1.0)
    stage.play(master.beats(16)).until(master.now - 0.1)
    found = values(stage)
    assert (found["style"], found["density"], found["seed"]) == ("house", 0.9, 9.0)


def test_a_snapshot_in_a_setup_is_not_pulled() -> None:
    stage = Stage(controls={"store_a": 1.0, "recall_b": 1.0})
    assert (stage.performer.snapshots(), stage.state.complaint) == ({}, "")


def test_a_morph_brings_its_swing_at_the_bar_line() -> None:
    stage, master = on_stage(KICKS, controls={"style": "funk", "style_b": "jazz"})
    stage.turn(1.5, morph=0.25).play(master.beats(8)).until(2.5)
    assert values(stage)["swing"] == 50.0
    stage.until(3.5)
    assert (values(stage)["swing"], values(stage)["swing_grid"]) == (54.0, "8")
    assert stage.state.bar is not None
    assert stage.state.bar.blend == (("funk", 0.75), ("jazz", 0.25))


def test_a_morph_in_a_setup_keeps_the_swing_that_is_set_beside_it() -> None:
    stage, master = on_stage(KICKS, controls={"style_b": "jazz", "morph": 0.25, "swing": 60})
    stage.play(master.beats(8)).until(4.5)
    assert values(stage)["swing"] == 60.0


def test_while_nothing_plays_a_style_shows_its_swing_at_once_by_every_path() -> None:
    stage = Stage(snapshots={"a": {"style": "jazz"}, "b": {"style": "jazz", "swing": 58}})
    for when, turned, swing in (
        (1.0, {"style": "jazz"}, 66.0),
        (2.0, {"style": "funk"}, 50.0),
        (3.0, {"recall_a": 1.0}, 66.0),
        (4.0, {"style": "funk"}, 50.0),
        (5.0, {"recall_b": 1.0}, 58.0),
        (6.0, {"style": "funk"}, 50.0),
        (7.0, {"style_b": "jazz", "morph": 1.0}, 66.0),
    ):
        stage.turn(when, **turned).until(when + 0.1)
        assert values(stage)["swing"] == swing, when


def test_what_is_undone_after_a_stop_shows_its_swing_at_once() -> None:
    stage, master = on_stage(KICKS, controls={"variation": 1.0})
    stage.turn(1.5, style="jazz").turn(4.0, stop=1.0).play(master.beats(6)).until(4.5)
    assert values(stage)["swing"] == 66.0
    stage.turn(4.6, undo=1.0).until(4.7)
    assert (values(stage)["style"], values(stage)["swing"]) == ("funk", 50.0)
