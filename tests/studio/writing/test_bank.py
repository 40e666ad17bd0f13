"""The bank rendered to be judged."""

from __future__ import annotations

import pytest

from engine.playing.setup import Setup
from engine.score.notes import Hit, Voice
from engine.takes.take import Begun, Played, Taken
from live.config import Config
from live.loaded_config import open_config
from live.takes.to_bars import to_bars
from model.judging.evaluation_set import Sizes, Task
from studio.writing.bank import bank_row, rendered, renders
from tests.model.small import small_drummer
from tests.studio.writing.test_render import four_on_the_floor, nobody


def setup() -> Setup:
    return open_config(Config()).setup


def test_notes_are_heard_as_strokes_with_their_lateness() -> None:
    beat = [Played(0, 0.0, 0, 36, 100, 0.0, 120), Played(0, 131.6, 120, 42, 60, 0.1, 120)]
    early = [Played(1, -5.0, 0, 38, 90, 2.0, 120)]
    taken = [Taken(Begun(n, 0, 0.0, 120.0), {}, notes) for n, notes in enumerate((beat, early))]
    voices = {36: Voice.KICK, 42: Voice.CLOSED_HAT, 38: Voice.SNARE}
    first, second = to_bars(taken, voices)
    assert first.hits == (Hit(0, Voice.KICK, 100), Hit(120, Voice.CLOSED_HAT, 60, 12))
    assert second.hits == (Hit(0, Voice.SNARE, 90, -5),)
    assert first.felt


@pytest.mark.long
def test_a_swinging_style_is_heard_to_swing() -> None:
    bars = rendered(setup(), "j_dilla", 3, nobody)
    assert len(bars) == 8
    assert any(hit.offset for bar in bars for hit in bar.hits)


@pytest.mark.long
def test_every_style_is_rendered_with_every_seed_by_whoever_composes() -> None:
    found = renders(setup(), ["house", "jazz"], [1, 2], four_on_the_floor)
    assert [name for name, _ in found] == ["house", "jazz", "house", "jazz"]
    beats = [bar for _, bars in found for bar in bars[:-1]]  # the last is a fill, which is not his
    assert {hit.voice for bar in beats for hit in bar.hits} == {Voice.KICK}
    assert renders(setup(), ["jazz"], [1], nobody) == renders(setup(), ["jazz"], [1], nobody)


@pytest.mark.long
def test_the_row_of_the_bank_compares_the_drummer_with_the_patterns(tmp_path: object) -> None:
    sizes = Sizes(bank_styles=2, bank_learned=1, bank_heard=1, trees=5)
    row = bank_row(Task(tmp_path, "test", sizes), small_drummer())  # type: ignore[arg-type]
    assert row.model is not None and 0 <= row.model <= 1
    assert row.floor is not None and 0 <= row.floor <= 1
    assert "2 renders of eight bars in 2 styles" in row.note
