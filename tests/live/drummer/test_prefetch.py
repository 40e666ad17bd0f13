"""Bars composed before they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from engine.bars.request import Request
from engine.score.notes import Bar, Hit, Voice
from live.drummer.prefetch import Prefetch


@dataclass
class Drummer:
    """Composes another bar for every request and remembers what it was asked."""

    asked: list[Request] = field(default_factory=list)

    def compose(self, request: Request, interrupted: Callable[[], bool]) -> Bar | None:
        if interrupted():
            return None
        self.asked.append(request)
        tick = hash((request.style, request.density, request.number)) % 1920
        return Bar((Hit(tick, Voice.KICK, 90),), style=request.style)


def never() -> bool:
    return False


def request(number: int, style: str = "funk", **more: object) -> Request:
    fields: dict[str, object] = {"mixture": ((style, 1.0),), "seed": number} | more
    return Request(number, 0, style, **fields)  # type: ignore[arg-type]


def after_a_change() -> tuple[Prefetch, Drummer]:
    """Two bars of house are ready, after funk; all that is likely was composed."""
    drummer = Drummer()
    prefetch = Prefetch(drummer.compose)
    for number, style in ((0, "funk"), (1, "funk"), (1, "house"), (2, "house")):
        prefetch.answer(request(number, style), never)
    prefetch.look(never)
    return prefetch, drummer


def test_going_back_to_a_style_finds_its_bar_ready_and_it_is_the_same_bar() -> None:
    prefetch, drummer = after_a_change()
    known = len(drummer.asked)
    back = replace(request(1, "funk"), generation=7)
    bar = prefetch.answer(back, never)
    assert len(drummer.asked) == known
    assert bar == Drummer().compose(back, never)


def test_what_was_not_foreseen_is_composed() -> None:
    prefetch, drummer = after_a_change()
    known = len(drummer.asked)
    assert prefetch.answer(request(1, "jazz"), never) is not None
    assert prefetch.answer(request(2, "funk", density=0.9), never) is not None
    assert len(drummer.asked) == known + 2


def test_the_latest_settings_come_first_and_each_once() -> None:
    prefetch = Prefetch(Drummer().compose)
    for style in ("funk", "jazz", "house", "jazz", "trap", "soul"):
        prefetch.answer(request(3, style), never)
    assert [likely.style for likely in prefetch.likely()] == ["trap", "jazz", "house"]
    assert all(likely.number == 3 for likely in prefetch.likely())


def test_it_looks_ahead_from_the_bar_that_can_still_be_had() -> None:
    prefetch, _ = after_a_change()
    assert [(likely.number, likely.style) for likely in prefetch.likely()] == [(1, "funk")]
    prefetch.answer(request(3, "house"), never)
    assert [(likely.number, likely.style) for likely in prefetch.likely()] == [(2, "funk")]


def test_before_the_first_request_and_without_a_change_nothing_is_likely() -> None:
    drummer = Drummer()
    prefetch = Prefetch(drummer.compose)
    assert prefetch.likely() == []
    prefetch.answer(request(0), never)
    prefetch.look(never)
    assert len(drummer.asked) == 1


def test_a_request_interrupts_the_looking() -> None:
    drummer = Drummer()
    prefetch = Prefetch(drummer.compose)
    for style in ("funk", "house"):
        prefetch.answer(request(0, style), never)
    prefetch.look(lambda: True)
    assert len(drummer.asked) == 2
    assert prefetch.answer(request(0, "jazz"), lambda: True) is None
