"""The bars to come, where others were given to go on from or to vary."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from engine.bars.given import Given
from engine.bars.prepared import Prepared
from engine.bars.request import Composed, Request
from engine.controls.composed import Arrangement, ComposedSettings
from engine.feel.strokes import PerformedKnobs
from engine.score.grid import FOUR_FOUR, Meter
from engine.score.notes import Bar, Hit, Voice
from tests.engine.bars.test_prepared import FREE
from tests.engine.bars.test_prepared import play as prepared_play
from tests.engine.stage import BACKBEAT, CRASH, HAT, KICK, STYLES

TOM = Voice.LOW_TOM


def bars(count: int = 4, meter: Meter = FOUR_FOUR) -> tuple[Bar, ...]:
    """A tom on another sixteenth in each: no style and no drummer plays that."""
    hits = [(*BACKBEAT, Hit(n * 120 + 60, TOM, 100, 7)) for n in range(count)]
    return tuple(replace(Bar.of(h, meter, "played"), felt=True) for h in hits)


def begun(given: Given, settings: ComposedSettings = FREE, meter: Meter = FOUR_FOUR) -> Prepared:
    prepared = Prepared(STYLES, replace(settings, meter=meter), 1)
    prepared.begin(PerformedKnobs(), given)
    return prepared


def composed(request: Request) -> Bar:
    hits = [Hit(0, KICK, 99), *(Hit(tick, HAT, 77) for tick in range(0, 1920, 240))]
    return replace(Bar.of(hits, request.meter, "model", request.style, request.fill), felt=True)


play = partial(prepared_play, make=composed)


def toms(played: list[Bar]) -> list[list[int]]:
    return [[hit.tick // 120 for hit in bar.hits if hit.voice is TOM] for bar in played]


# ---- going on
def test_the_first_bar_follows_the_last_that_were_given() -> None:
    prepared = begun(Given(bars(6)))
    request = prepared.want(0, 120.0)
    assert request is not None
    assert [bar.hits for bar in request.history] == [bar.hits for bar in bars(6)[-4:]]
    prepared.answer(Composed(0, request.generation, composed(request)))
    assert prepared.take(0, 120.0).hits == composed(request).hits


def test_without_variation_what_was_given_is_the_theme() -> None:
    played = play(begun(Given(bars(4)), replace(FREE, variation=0.0)), 4)
    assert toms(played) == [[0], [1], [0], [1]]
    assert [bar.hits for bar in played[:2]] == [bar.hits for bar in bars(2)]


def test_after_a_fill_that_was_given_comes_a_crash() -> None:
    given = (*bars(3), replace(bars(1)[0], fill=True))
    first, second = play(begun(Given(given)), 2)
    assert [any(hit.voice is CRASH for hit in bar.hits) for bar in (first, second)] == [True, False]


def test_locked_voices_go_on_as_they_were_given() -> None:
    prepared = begun(Given(bars(1)))
    prepared.set(FREE, Arrangement(locked=frozenset({TOM})))
    assert toms(play(prepared, 3)) == [[0], [0], [0]]


def test_a_drummer_who_does_not_answer_is_stood_in_for_by_variations() -> None:
    settings = replace(FREE, variation=0.01)
    played = play(begun(Given(bars(2)), settings), 4, answers=False)
    assert toms(played) == [[0], [1], [0], [1]]
    free = play(begun(Given(bars(2))), 4, answers=False)
    assert {bar.source for bar in free} == {"fallback"}
    assert all({*BACKBEAT} <= {replace(hit, offset=0) for hit in bar.hits} for bar in free)


def test_in_a_meter_that_no_drummer_has_learned_variations_go_on() -> None:
    meter = Meter(3, 4)
    given = Given(bars(2, meter))
    played = play(begun(given, replace(FREE, variation=0.01), meter), 2)
    assert toms(played) == [[0], [1]]


@pytest.mark.parametrize("change", ["style", "idea"])
def test_another_style_or_idea_leaves_what_was_given(change: str) -> None:
    prepared = begun(Given(bars(2)), replace(FREE, variation=0.01))
    if change == "style":
        prepared.set(replace(FREE, style="house"))
    else:
        prepared.new_idea()
    assert toms(play(prepared, 4, answers=False)) == [[], [], [], []]


# ---- varying
def test_every_bar_is_a_variation_of_the_one_in_its_place() -> None:
    prepared = begun(Given(bars(3), vary=True), replace(FREE, variation=0.2))
    played = play(prepared, 6, first=4)  # of the song: places 1 2 0 1 2 0
    assert all(set(tom) <= {place} for tom, place in zip(toms(played), (1, 2, 0) * 2, strict=True))
    assert any(toms(played))
    assert {bar.source for bar in played} == {"model"}
    assert all({*BACKBEAT} <= set(bar.hits) for bar in played)
    assert any(hit.voice is HAT for bar in played for hit in bar.hits)


def test_a_drummer_is_shown_the_bar_to_vary_and_the_one_before_it() -> None:
    prepared = begun(Given(bars(3), vary=True))
    request = prepared.want(7, 120.0)
    assert request is not None
    assert [bar.hits for bar in request.history] == [bar.hits for bar in bars(2)]


def test_without_variation_the_bars_themselves_come_round_and_nobody_is_asked() -> None:
    prepared = begun(Given(bars(3), vary=True), replace(FREE, variation=0.0))
    assert prepared.want(0, 120.0) is None
    played = play(prepared, 4)
    assert [bar.hits for bar in played] == [bars(3)[n].hits for n in (0, 1, 2, 0)]
    prepared.set(replace(FREE, style="house", variation=0.0))
    assert toms(play(prepared, 2, first=4)) == [[1], [2]]


def test_a_fill_that_was_asked_for_is_played_as_it_was_made() -> None:
    prepared = begun(Given(bars(2), vary=True), replace(FREE, variation=0.01))
    prepared.fill_next()
    fill, after = play(prepared, 2)
    assert fill.fill
    assert toms([fill, after]) == [[], [1]]
