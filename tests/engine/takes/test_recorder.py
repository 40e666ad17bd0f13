"""Capture and record, on the stage: from bar line to bar line, whatever the song does."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.playing.events import Turned
from engine.score.notes import Hit, Voice
from engine.takes.clip import EDGES, clip_of
from engine.takes.take import Begun, Keep, Left, Played
from tests.engine.stage import Drummer, Master, Stage

KICKS = tuple(Hit(beat * 480, Voice.KICK, 100) for beat in range(4))


def on_stage(**controls: float | str) -> tuple[Stage, Master]:
    """A stage with a master at 120 BPM: bars of 2 s, the first from 1 s on."""
    stage, master = Stage(Drummer(hits=KICKS), controls=controls), Master()
    stage.play(master.start())
    return stage, master


def bars_of(stage: Stage, keep: Keep) -> list[int]:
    return [bar.begun.number for bar in stage.take.kept(keep)]


def test_every_note_is_told_with_where_it_stands_in_its_bar() -> None:
    stage, master = on_stage(push=-10.0, note_offset=5.0)
    stage.play(master.beats(9)).until(4.98)
    notes = [record for record in stage.records if isinstance(record, Played)]
    assert [(note.number, note.score) for note in notes] == [
        *((0, beat * 480) for beat in range(4)),
        *((1, beat * 480) for beat in range(4)),
    ]
    # The push is heard, 9.6 ticks early; what note_offset makes up for is not. The first cannot
    # leave before playing begins.
    assert [round(n.tick - n.score, 3) for n in notes] == [-4.8, *[-9.6] * 7]


def test_a_capture_takes_the_last_whole_bars() -> None:
    stage, master = on_stage(capture_bars="2")
    stage.turn(8.0, capture=1.0).play(master.beats(24)).until(8.1)
    (keep,) = stage.keeps
    assert (keep, bars_of(stage, keep)) == (Keep(2, 2), [1, 2])


def test_pressed_just_before_a_bar_line_it_waits_for_that_bar() -> None:
    stage, master = on_stage(capture_bars="1")
    stage.turn(6.9, capture=1.0).play(master.beats(24)).until(6.95)
    assert not stage.keeps
    stage.until(7.1)
    assert stage.keeps == [Keep(1, 2)]


def test_after_a_stop_it_takes_what_was_played_before() -> None:
    stage, master = on_stage(capture_bars="4")
    stage.play(master.beats(14)).play(master.stop()).turn(9.5, capture=1.0).until(10.0)
    (keep,) = stage.keeps
    assert bars_of(stage, keep) == [0, 1, 2]
    assert [r.number for r in stage.records if isinstance(r, Left)] == [3]


def test_with_nothing_played_it_says_so() -> None:
    stage = Stage()
    stage.turn(0.5, capture=1.0).until(1.0)
    assert (stage.keeps, stage.state.complaint) == (
        [],
        "capture: no whole bar has been played yet",
    )
    stage, master = on_stage()
    stage.turn(2.0, capture=1.0).play(master.beats(8)).until(2.1)
    assert "no whole bar" in stage.state.complaint


def test_a_recording_goes_from_the_next_bar_line_to_the_next_one_after_it_is_off() -> None:
    stage, master = on_stage()
    stage.turn(2.0, record=1.0).turn(6.0, record=0.0).play(master.beats(24)).until(6.9)
    assert not stage.keeps
    stage.until(7.1)
    assert stage.keeps == [Keep(2, 2, 1)]


def test_pressed_just_after_a_bar_line_it_means_that_line() -> None:
    stage, master = on_stage()
    stage.turn(3.05, record=1.0).turn(7.05, record=0.0).play(master.beats(24)).until(7.1)
    assert stage.keeps == [Keep(2, 2, 1)]


def test_on_and_off_within_a_bar_keeps_one() -> None:
    stage, master = on_stage()
    stage.turn(2.0, record=1.0).turn(2.2, record=0.0).play(master.beats(24)).until(6.0)
    assert stage.keeps == [Keep(1, 1, 1)]
    stage.turn(6.1, record=0.0).until(9.5)
    assert len(stage.keeps) == 1


def test_a_stop_ends_a_recording_and_puts_its_switch_out() -> None:
    stage, master = on_stage()
    stage.turn(2.0, record=1.0).turn(2.1, record=1.0)
    stage.play(master.beats(14)).play(master.stop()).until(9.0)
    assert stage.keeps == [Keep(3, 3, 1)]
    assert bars_of(stage, stage.keeps[0]) == [1, 2]
    assert dict(stage.state.controls)["record"] == 0.0


def test_a_recording_that_waits_for_its_first_bar_waits_through_a_stop() -> None:
    stage, master = on_stage()
    stage.turn(2.0, record=1.0).play(master.beats(3)).play(master.stop()).until(master.now + 0.1)
    assert not stage.keeps
    assert dict(stage.state.controls)["record"] == 1.0


def test_a_bar_left_by_a_jump_is_no_whole_bar_and_a_loop_at_a_bar_line_leaves_none() -> None:
    stage, master = on_stage()
    stage.play(master.beats(8)).play(master.goes_on(0))  # a loop of two bars
    stage.play(master.beats(6)).play(master.goes_on(0)).play(master.beats(8))
    stage.until(master.now - 0.01)
    assert [bar.whole for bar in stage.take.bars] == [True, True, True, False, True, True]
    assert [bar.begun.start for bar in stage.take.bars] == [0, 1920, 0, 1920, 0, 1920]


def test_a_bar_entered_in_its_middle_is_no_whole_bar() -> None:
    stage, master = Stage(Drummer(hits=KICKS)), Master()
    stage.play(master.goes_on(8)).play(master.beats(10)).until(master.now - 0.01)
    begun = [record for record in stage.records if isinstance(record, Begun)]
    assert [round(record.entered) for record in begun] == [960, 0, 0]


def test_bars_slept_through_are_no_whole_bars() -> None:
    stage = Stage(Drummer(hits=KICKS), source="internal", controls={"tempo": 120.0})
    stage.turn(0.0, play=1.0).until(1.0)
    stage.now = 9.0
    stage.until(11.5)
    assert [bar.whole for bar in stage.take.bars] == [False, False, True]


def test_a_bar_tells_the_controls_that_moved_since_the_one_before() -> None:
    stage, master = on_stage()
    stage.turn(2.0, density=0.7).play(master.beats(12)).until(master.now - 0.01)
    begun = [record for record in stage.records if isinstance(record, Begun)]
    assert len(begun[0].controls) > 50
    assert [record.controls for record in begun[1:]] == [(("density", 0.7),), ()]


Act = tuple[str, float]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("play", "jump", "stop", "capture", "record", "push")), st.floats(0, 1)
    ),
    max_size=20,
)


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(ACTS, st.sampled_from(EDGES))
@example(  # the downbeat was sent ahead of the jump
    [("play", 0), ("jump", 0), ("play", 0), ("play", 0), ("capture", 1), ("play", 0)], "start"
)
def test_whatever_is_played_and_jumped_the_clips_hold_what_was_sent(
    acts: list[Act], edge: str
) -> None:
    stage, master = on_stage()
    stage.play(master.beats(4))
    for act, amount in acts:
        _do(act, amount, stage, master)
    stage.until(master.now - 0.01)
    sent = [(sent.message[1], sent.message[2]) for sent in stage.sent if sent.message[0] == 0x99]
    told = [r for r in stage.records if isinstance(r, Played)]
    assert sent == [(note.note, note.velocity) for note in told]
    for keep in stage.keeps:
        bars = stage.take.kept(keep)
        assert len(bars) <= keep.bars and all(bar.whole for bar in bars)
        if bars:
            clip = clip_of(bars, edge=edge)
            assert all(0 <= note.tick < clip.ticks for note in clip.notes)
            assert len(clip.notes) == sum(len(bar.notes) for bar in bars) == 4 * len(bars)


def _do(act: str, amount: float, stage: Stage, master: Master) -> None:
    if act == "play":
        stage.play(master.beats(1 + round(amount * 12)))
    elif act == "jump":
        stage.play(master.goes_on(round(amount * 64))).play(master.beats(2))
    elif act == "stop":
        stage.play(master.stop())
        master.silence(0.25)
        stage.play(master.goes_on(round(amount * 8) * 16)).play(master.beats(2))
    else:
        stage.at(
            master.now - 0.001,
            Turned(act, round(amount * 20) - 10 if act == "push" else round(amount)),
        )
