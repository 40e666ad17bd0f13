"""What a page draws and sounds, against what leaves for the ports: note by note, invented time."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from engine.controls.control import Value
from engine.score.drum_tab import ROWS
from engine.score.style import Style
from engine.timing.timeline import Timeline
from live.conductor.status import PerformanceStatus
from live.drummer.spec import DrummerStatus
from live.panel.payload import Payload, hello
from mappings.plain_words import by
from tests.engine.playing.test_performer import on_stage
from tests.engine.playing.test_performer_follow import tap
from tests.engine.stage import (
    BACKBEAT,
    HATS,
    KIT,
    PULSE_KICK,
    SHUFFLE,
    STYLES,
    Drummer,
    Stage,
    style,
)

BAR = 2.0  # seconds, at 120 BPM
TICKS = 960.0  # a second, at 120 BPM
JAZZ = Drummer(hits=(*PULSE_KICK, *(replace(hit, offset=14) for hit in BACKBEAT), *HATS))
Styles = Mapping[str, Style]
Struck = tuple[float, int, int]  # seconds of the song, MIDI note, velocity


def drawn(stage: Stage, which: str, number: int, styles: Styles = STYLES) -> list[Struck]:
    """The strokes of a bar of the song as the page has them sound."""
    shown = Payload(styles).of(PerformanceStatus(stage.state, DrummerStatus("ready")))
    at, tick, bpm = shown["pos"]
    line = Timeline(tick, at, bpm).seconds(number * 1920) + shown["shift"] / 1000.0
    return sorted(
        (round(line + hit[0] / TICKS, 3), KIT[ROWS[hit[1]]], hit[2]) for hit in shown[which]["hits"]
    )


def played(stage: Stage, number: int, shift: float = 0.0) -> list[Struck]:
    """The notes of a bar of the song as they left."""
    begin = 1.0 + number * BAR + shift / 1000.0 - 0.02
    return sorted(
        (round(at, 3), note, velocity)
        for at, note, velocity in stage.ons(since=begin)
        if at < begin + BAR
    )


def agree(one: list[Struck], other: list[Struck]) -> None:
    assert [each[1:] for each in one] == [each[1:] for each in other]
    assert [each[0] for each in one] == pytest.approx([each[0] for each in other], abs=0.002)


@pytest.mark.parametrize(
    "controls",
    [
        {},
        {"push": 25.0, "swing": 62.0},
        {"push": -25.0, "humanize": 2.0},
        {"follow": 1.0},
        {"follow": 0.5, "push": 10.0, "density": 0.3, "mute_kick": 1.0},
    ],
)
def test_what_is_drawn_of_the_bar_that_plays_and_of_the_next_is_what_leaves(
    controls: dict[str, Value],
) -> None:
    stage, master = on_stage(JAZZ, controls=controls | {"variation": 1.0})
    stage.play(master.beats(20))
    tap(stage, 0, range(16), velocity=120)
    tap(stage, 1, (0, 4, 8), velocity=30)
    stage.until(1.0 + 2 * BAR - 0.06)  # the next bar is decided
    assert stage.state.decided
    soon = drawn(stage, "next", 2)
    stage.until(1.0 + 2.5 * BAR)
    now = drawn(stage, "bar", 2)
    stage.until(1.0 + 3 * BAR + 0.2)
    shift = float(controls.get("push", 0.0))
    left = played(stage, 2, shift)
    assert len(left) > 3
    agree(now, left)
    agree(soon, left)


@pytest.mark.parametrize("swing", [50.0, 60.0, 66.7])
def test_triplets_are_drawn_where_they_leave_at_any_swing(swing: float) -> None:
    bank = {"blues": style("blues", SHUFFLE, swing=66.7, swing_grid=8, written=(66.7, 8))}
    controls: dict[str, Value] = {"style": "blues", "swing": swing, "fill_every": "off"}
    stage, master = on_stage(Drummer(hits=SHUFFLE[0].hits), controls=controls, styles=bank)
    stage.play(master.beats(12)).until(1.0 + 1.5 * BAR)
    now = drawn(stage, "bar", 1, bank)
    stage.until(1.0 + 2 * BAR + 0.2)
    left = played(stage, 1)
    agree(now, left)
    assert round(1.0 + BAR + BAR * swing / 400.0, 2) in [round(at, 2) for at, _, _ in left]


def test_a_bar_that_is_not_decided_says_so() -> None:
    stage, master = on_stage(JAZZ)
    stage.play(master.beats(8)).until(1.0 + 0.5 * BAR)
    shown = Payload(STYLES).of(PerformanceStatus(stage.state, DrummerStatus("ready")))
    assert shown["next"]["hits"] and shown["decided"] is False


def test_who_made_the_bars_is_said_in_the_words_of_every_surface() -> None:
    stage, master = on_stage(JAZZ)
    stage.play(master.beats(12)).until(1.0 + 1.5 * BAR)
    shown = Payload(STYLES).of(PerformanceStatus(stage.state, DrummerStatus("ready")))
    assert shown["bar"]["who"] == by(shown["bar"]["by"])
    assert shown["bar"]["who"] in shown["played"]
    assert hello(STYLES, {})["by"]["model"] == "by the trained drummer"


def test_a_bar_is_shown_as_soon_as_it_is_decided() -> None:
    stage, master = on_stage(JAZZ)
    stage.play(master.beats(12)).until(1.0 + 2 * BAR)
    decided = [at for at, state in stage.states if state.decided and at < 1.0 + BAR]
    assert decided[0] == pytest.approx(1.0 + BAR - 0.1, abs=0.002)


def test_the_page_is_told_where_the_bar_line_is_and_what_meter_each_bar_has() -> None:
    stage, master = on_stage()
    stage.play(master.beats(9)).turn(1.2, meter="3/4").until(4.0)  # 3 beats are a bar from 3 s on
    view = Payload(STYLES).of(PerformanceStatus(stage.state, DrummerStatus("ready")))
    assert (view["place"], view["line"], view["meter"]) == (1, 1920, [3, 4, 1440])
    assert view["bar"]["meter"] == [3, 4, 1440]
