from dataclasses import replace

import pytest

from engine.bars.prepared import Prepared
from engine.bars.stroke_edit import StrokeEdit, edited, stroke_of
from engine.controls.composed import ComposedSettings
from engine.errors import ControlError
from engine.score.grid import METERS
from engine.score.notes import Bar, Hit, Voice
from tests.engine.stage import STYLES, Stage

SEVEN_EIGHT = METERS["7/8"]
KICK, SNARE = Voice.KICK, Voice.SNARE
BAR = Bar.of([Hit(0, KICK, 100, 7), Hit(480, SNARE, 90)], style="funk")
HELD = ComposedSettings("funk", variation=0.0, fill_every=0)


def test_a_stroke_is_made_harder_where_it_is_and_keeps_its_feel() -> None:
    changed = edited(BAR, StrokeEdit(0, KICK, 0, 120))
    assert changed is not None and changed.hits[0] == Hit(0, KICK, 120, 7)
    assert changed.hits[1:] == BAR.hits[1:]


def test_a_stroke_is_put_in_or_taken_out() -> None:
    more = edited(BAR, StrokeEdit(0, SNARE, 1440, 80))
    assert more is not None and more.hits == (*BAR.hits, Hit(1440, SNARE, 80))
    assert edited(more, StrokeEdit(0, SNARE, 1440, 0)) == BAR


def test_what_changes_nothing_or_leaves_nothing_is_none() -> None:
    assert edited(BAR, StrokeEdit(0, SNARE, 1440, 0)) is None
    assert edited(BAR, StrokeEdit(0, KICK, 0, 100)) is None
    assert edited(BAR, StrokeEdit(0, KICK, 1920, 100)) is None
    assert edited(BAR.with_hits(BAR.hits[:1]), StrokeEdit(0, KICK, 0, 0)) is None


def test_a_stroke_comes_by_the_name_of_its_voice_and_what_is_none_is_refused() -> None:
    assert stroke_of(-1, "kick", 480, 0) == StrokeEdit(-1, KICK, 480, 0)
    with pytest.raises(ControlError, match="stroke: 'cowbell' is not one of kick, snare"):
        stroke_of(0, "cowbell", 0, 100)
    for wrong in ((1 << 24, 0, 1), (0, -1, 1), (0, 1 << 24, 1), (0, 0, 128), (0, 0, -1)):
        with pytest.raises(ControlError, match="a voice, a tick from 0"):
            stroke_of(wrong[0], "kick", wrong[1], wrong[2])


def played(prepared: Prepared, *song_bars: int) -> list[Bar]:
    bars = []
    for song_bar in song_bars:
        prepared.want(song_bar, 100.0)
        bars.append(prepared.take(song_bar, 100.0))
    return bars


def places(bar: Bar) -> list[tuple[Voice, int]]:
    return [(hit.voice, hit.tick) for hit in bar.hits]


def test_a_bar_that_was_changed_comes_back_so_and_undo_has_it_as_it_was() -> None:
    prepared = Prepared(STYLES, HELD)
    first, _ = played(prepared, 0, 1)
    gone = first.hits[0]
    assert prepared.edit(StrokeEdit(0, gone.voice, gone.tick, 0))
    again, _, third, _ = played(prepared, 2, 3, 4, 5)
    assert places(again) == places(third) == places(first)[1:]
    last = first.hits[-1]
    assert prepared.edit(StrokeEdit(4, last.voice, last.tick, 0))
    (twice,) = played(prepared, 6)
    assert places(twice) == places(first)[1:-1]
    assert prepared.undo() is not None
    _, eighth = played(prepared, 7, 8)
    assert places(eighth) == places(first)[1:]


def test_the_bar_that_comes_next_is_changed_before_it_is_heard() -> None:
    prepared = Prepared(STYLES, replace(HELD, meter=SEVEN_EIGHT))  # of the style's patterns
    first, second = played(prepared, 0, 1)
    prepared.want(2, 100.0)
    gone = first.hits[0]
    assert prepared.edit(StrokeEdit(2, gone.voice, gone.tick, 0))
    (third,) = played(prepared, 2)
    assert places(third) == places(first)[1:]
    assert places(played(prepared, 3)[0]) == places(second)


def test_a_bar_of_long_ago_a_fill_and_what_is_not_there_stay_as_they_are() -> None:
    prepared = Prepared(STYLES, HELD)
    first, _ = played(prepared, 0, 1)
    hit = first.hits[0]
    assert not prepared.edit(StrokeEdit(99, hit.voice, hit.tick, 0))
    assert not prepared.edit(StrokeEdit(0, hit.voice, hit.tick, hit.velocity))
    prepared.set(replace(HELD, fill_every=2))
    (fill,) = played(prepared, 3)
    assert fill.fill
    assert not prepared.edit(StrokeEdit(3, fill.hits[0].voice, fill.hits[0].tick, 0))


def kicks(stage: Stage, bar: int) -> list[int]:
    """The sixteenths of a bar on which the kick is sent; a bar of 120 BPM takes 2 seconds."""
    sent = [one for one in stage.sent if one.message[:1] == b"\x99" and one.message[1] == 36]
    return [round((one.at - 2.0 * bar) * 8) for one in sent if -0.05 < one.at - 2.0 * bar < 1.95]


def test_on_stage_a_change_is_heard_when_the_bar_comes_back_and_goes_with_undo() -> None:
    stage = Stage(controls={"variation": 0.0, "humanize": 0.0, "tempo": 120.0}, source="internal")
    stage.turn(0.0, play=1.0).at(3.0, StrokeEdit(0, KICK, 0, 0)).turn(6.5, undo=1.0).until(12.0)
    assert not stage.performer.complaint
    assert 0 in kicks(stage, 0) and 0 not in kicks(stage, 2) and 0 in kicks(stage, 4)


def test_on_stage_what_cannot_be_changed_is_said() -> None:
    stage = Stage()
    stage.at(0.0, StrokeEdit(50, KICK, 0, 0)).until(0.1)
    assert stage.performer.complaint.startswith("stroke: kick in bar 51 stays as it is")
