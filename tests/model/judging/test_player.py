"""Whoever is listened to is asked as the engine asks."""

from __future__ import annotations

from dataclasses import fields

from engine.bars.request import Request
from engine.score.notes import Bar, Hit, Voice
from engine.score.style import Style
from model.composer.measures import KNOBS
from model.judging.player import Assignment, Player, patterns
from tests.model.small import BEAT
from tests.model.training.test_groove import own_style


def asked_by(part: Assignment, styles: dict[str, Style] | None = None) -> list[Request]:
    requests: list[Request] = []

    def compose(request: Request) -> Bar:
        requests.append(request)
        return BEAT

    Player(compose, styles or {}).play(part)
    return requests


def test_a_part_is_asked_for_bar_by_bar_with_what_was_played_before() -> None:
    requests = asked_by(Assignment("rock", 104.0, 10, seed=3))
    assert [request.place for request in requests] == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]
    assert [len(request.history) for request in requests] == [0, 1, 2, 3, 4, 4, 4, 4, 4, 4]
    assert {(r.mixture, r.bpm, r.phrase) for r in requests} == {((("rock", 1.0),), 104.0, 8)}
    assert len({request.seed for request in requests}) == 10
    assert not any(request.fill for request in requests)


def test_the_last_bar_of_each_phrase_is_a_fill_where_fills_are_wanted() -> None:
    fills = [request.fill for request in asked_by(Assignment("rock", 104.0, 16, 3, fills=True))]
    assert fills == ([False] * 7 + [True]) * 2


def test_knobs_are_asked_for_by_name() -> None:
    knobs = dict.fromkeys(KNOBS, 0.25)
    (request,) = asked_by(Assignment("rock", 104.0, 1, 3, knobs))
    assert {getattr(request, knob) for knob in knobs} == {0.25}


def test_a_machines_style_is_said_to_need_no_hands_where_a_request_can_say_it() -> None:
    machine = Style("house", "House", "genre", "", (120, 124, 128), hands=False)
    (request,) = asked_by(Assignment("house", 124.0, 1, 3), {"house": machine})
    if "hands" in {field.name for field in fields(Request)}:
        assert getattr(request, "hands") is False  # noqa: B009
    player = Player(lambda _: BEAT, {"house": machine})
    player.play(Assignment("house", 124.0, 2, 3))
    assert player.written == [(BEAT, False), (BEAT, False)]


def test_what_no_limb_is_free_for_is_written_but_not_played() -> None:
    three = Bar.of(Hit(0, voice, 90) for voice in (Voice.SNARE, Voice.RIDE, Voice.CRASH))
    player = Player(lambda _: three, {})
    (played,) = player.play(Assignment("rock", 104.0, 1, 3))
    assert len(played.hits) == 2
    assert player.written == [(three, True)]


def test_the_floor_plays_a_styles_own_patterns_or_a_pulse() -> None:
    floor = patterns({"own": own_style()})
    part = Assignment("own", 100.0, 8, 1, fills=True)
    played = floor.play(part)
    assert [bar.fill for bar in played] == [False] * 7 + [True]
    assert {hit.voice for hit in played[0].hits} <= {Voice.KICK, Voice.CLAP}
    assert patterns({"own": own_style()}).play(part) == played
    assert floor.play(Assignment("unknown", 100.0, 1, 1))[0].hits
