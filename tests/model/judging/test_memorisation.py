"""Copies, loops, silence, walls and bars that are none."""

from __future__ import annotations

from engine.score.notes import Bar, Hit, Voice
from model.judging.features import outline
from model.judging.memorisation import looping, playable, silent, stands_in, valid, wall
from tests.model.small import BEAT


def kick(*sixteenths: int, velocity: int = 90) -> Bar:
    return Bar.of(Hit(n * 120, Voice.KICK, velocity) for n in sixteenths)


DIFFERENT = [kick(n, m) for n in range(8) for m in range(8, 16)]  # 64 bars


def test_the_share_of_bars_that_are_known_is_counted_whatever_their_loudness() -> None:
    known = {outline(kick(0, 4)), outline(kick(0, 8))}
    assert stands_in([kick(0, 4, velocity=30), kick(1), kick(2), kick(0, 8)], known) == 0.5
    assert stands_in([], known) == 0.0


def test_ever_new_bars_are_no_loop() -> None:
    assert looping(DIFFERENT) == 0.0
    assert looping([]) == 0.0


def test_a_bar_on_and_on_is_a_loop_from_its_ninth_time() -> None:
    assert looping([BEAT] * 8) == 0.0
    assert looping([BEAT] * 9) == 8 / 9


def test_loops_of_up_to_seven_bars_are_found_among_other_bars() -> None:
    seven = DIFFERENT[:7]
    stuck = [*DIFFERENT[20:25], *seven, *seven, seven[0], *DIFFERENT[30:35]]
    assert looping(stuck) == 8 / len(stuck)
    assert looping([*seven, *seven]) == 0.0


def test_a_phrase_of_eight_bars_may_come_back() -> None:
    assert looping(DIFFERENT[:8] * 4) == 0.0


def test_the_same_strokes_at_another_loudness_are_another_bar() -> None:
    assert looping([kick(0, velocity=40 + 45 * (n % 3 == 0)) for n in range(7)] * 2) == 0.0
    assert looping([kick(0, velocity=90 + n % 3) for n in range(18)]) > 0.5


def test_next_to_nothing_is_silence_and_everything_is_a_wall() -> None:
    assert silent(Bar())
    assert silent(kick(0))
    assert not silent(kick(0, 8))
    full = Bar.of(
        Hit(n * 120, v, 90) for n in range(16) for v in (Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT)
    )
    assert not wall(full)
    assert wall(full.with_hits([*full.hits, Hit(0, Voice.CRASH, 90)]))


def test_a_bar_is_valid_if_its_strokes_are_in_range_and_there_are_some() -> None:
    assert valid(BEAT, hands=True)
    assert not valid(Bar(), hands=True)
    assert not valid(Bar((Hit(1920, Voice.KICK, 90), *kick(0).hits)), hands=True)
    assert not valid(Bar((Hit(0, Voice.KICK, 128),)), hands=True)


def test_three_hands_are_valid_but_not_playable_and_a_machine_has_them() -> None:
    three = Bar.of(Hit(0, voice, 90) for voice in (Voice.SNARE, Voice.RIDE, Voice.CRASH))
    assert valid(three, hands=True)
    assert not playable(three, hands=True)
    assert playable(three, hands=False)
