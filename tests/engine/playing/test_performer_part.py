"""A part of the song is called on stage, and comes with the next phrase or bar."""

from dataclasses import replace

from engine.score.notes import Bar, Hit, Voice
from engine.timing.messages import Start
from tests.engine.stage import BACKBEAT, HATS, KICK, STYLES, Drummer, Master, Stage

BUSY = Drummer(hits=(*HATS, *BACKBEAT, Hit(0, KICK, 100)))
HAT_NOTE, CRASH_NOTE, KICK_NOTE, SNARE_NOTE = 42, 49, 36, 38


def on_stage(**more: object) -> tuple[Stage, Master]:
    """Phrases of four bars; a bar takes two seconds, the first begins at second 1."""
    controls = {"phrase": "4", **dict(more.pop("controls", {}))}  # type: ignore[call-overload]
    stage = Stage(BUSY, controls=controls, **more).until(0.5)  # type: ignore[arg-type]
    stage.at(0.99, Start())
    return stage, Master(now=1.0)


def bars(stage: Stage) -> list[tuple[bool, set[int]]]:
    """Was it a fill, and which notes were played, bar by bar."""
    return [(t.begun.fill, {note.note for note in t.notes}) for t in stage.take.bars]


def test_a_part_comes_with_the_next_phrase_after_a_fill() -> None:
    stage, master = on_stage()
    stage.turn(3.2, part="breakdown").play(master.beats(24)).until(4.0)
    assert (stage.state.part, stage.state.coming) == ("free", "breakdown")
    stage.until(12.9)
    assert [fill for fill, _ in bars(stage)] == [False, False, False, True, False, False]
    assert KICK_NOTE not in bars(stage)[5][1]
    assert HAT_NOTE in bars(stage)[5][1]
    assert (stage.state.part, stage.state.coming) == ("breakdown", "")


def test_with_bars_it_comes_at_the_next_bar_line_and_a_fill_begins_at_once() -> None:
    stage, master = on_stage(part_on="bar")
    stage.turn(3.7, part="chorus").play(master.beats(14)).until(7.9)
    assert CRASH_NOTE in bars(stage)[2][1]
    assert stage.state.part == "chorus"
    assert max(n.score for n in stage.take.bars[1].notes if n.note == SNARE_NOTE) > 480


def test_called_in_the_last_bar_of_a_phrase_a_fill_begins_at_once_but_none_in_a_fill() -> None:
    stage, master = on_stage()
    stage.turn(7.2, part="drop").turn(7.4, part="verse").play(master.beats(20)).until(9.9)
    assert stage.state.part == "verse"
    stage, master = on_stage(part_on="bar", controls={"fill_every": "2"})
    stage.turn(3.7, part="drop").play(master.beats(12)).until(5.9)
    assert stage.take.bars[1].begun.fill
    assert stage.state.part == "drop"


def test_a_part_called_before_the_first_bar_begins_with_it_and_is_held_by_snapshots() -> None:
    stage, master = on_stage(controls={"part": "breakdown"})
    stage.turn(1.2, store_a=1.0).turn(1.5, part="free").turn(9.5, recall_a=1.0)
    stage.play(master.beats(40)).until(18.9)
    kicked = [KICK_NOTE in notes for fill, notes in bars(stage)]
    assert not kicked[0]
    assert kicked[5]
    assert not kicked[8]


def test_undo_leaves_the_part_and_locked_voices_go_on() -> None:
    stage, master = on_stage(controls={"part": "verse", "lock_kick": 1.0})
    stage.turn(1.5, density=0.9).turn(3.5, undo=1.0).turn(5.2, part="breakdown")
    stage.play(master.beats(32)).until(14.9)
    assert stage.state.part == "breakdown"
    assert KICK_NOTE in bars(stage)[-1][1]


def test_a_pattern_that_the_style_has_for_a_part_is_played_there_and_fills_go_on() -> None:
    own = replace(Bar.of([Hit(240, Voice.PERCUSSION, 90)], style="funk"), part="intro")
    funk = replace(STYLES["funk"], bars=(*STYLES["funk"].bars, own))
    stage, master = on_stage(
        styles={**STYLES, "funk": funk}, song=(("intro", 2), ("verse", 1)), controls={"phrase": "4"}
    )
    stage.play(master.beats(12)).until(6.9)
    (first, opening), (filled, _), (_, verse) = bars(stage)
    assert (first, opening, filled) == (False, {70}, True)
    assert 70 not in verse


def test_a_planned_song_goes_from_part_to_part_by_itself() -> None:
    stage, master = on_stage(song=(("breakdown", 2), ("chorus", 2)))
    stage.play(master.beats(16)).until(8.9)
    assert [fill for fill, _ in bars(stage)] == [False, True, False, False]
    assert CRASH_NOTE in bars(stage)[2][1]
