"""Hallmarks: counted, kept, and mended where they are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.score.hallmarks import Hallmark, broken, mended
from engine.score.notes import Bar, Hit, Voice

BEAT = 480
BACKBEAT = Hallmark(
    *("backbeat", "backbeat", (Voice.SNARE, Voice.CLAP), (BEAT, 3 * BEAT), 2, 2, 80),
    strokes=(Hit(BEAT, Voice.SNARE, 110), Hit(3 * BEAT, Voice.SNARE, 112)),
)
RIDE = Hallmark(
    *("ride", "timekeeper", (Voice.RIDE,), (), 4, 8),
    strokes=tuple(Hit(n * 240, Voice.RIDE, 90 - n) for n in range(8)),
)
NO_GHOSTS = Hallmark("no_ghosts", "never", (Voice.SNARE,), (), 0, 0, loudest=49)
SOFT_KICK = Hallmark("soft_kick", "feel", (Voice.KICK,), (), 0, 1, softest=90)


def bar(*hits: tuple[int, Voice, int]) -> Bar:
    return Bar.of(Hit(*hit) for hit in hits)


def test_strokes_of_any_of_the_voices_count_and_those_at_one_moment_once() -> None:
    both = bar((BEAT, Voice.SNARE, 100), (BEAT, Voice.CLAP, 100), (3 * BEAT, Voice.CLAP, 90))
    assert BACKBEAT.keeps(both)
    assert not BACKBEAT.keeps(bar((BEAT, Voice.SNARE, 100), (3 * BEAT, Voice.CLAP, 79)))


@pytest.mark.parametrize(("off", "kept"), [(-30, False), (-29, True), (29, True), (30, False)])
def test_a_stroke_within_a_sixty_fourth_of_a_place_stands_on_it(off: int, kept: bool) -> None:
    hits = bar((BEAT + off, Voice.SNARE, 100), (3 * BEAT, Voice.SNARE, 100))
    assert BACKBEAT.keeps(hits) is kept


def test_a_bar_that_keeps_its_hallmarks_is_left_as_it_is() -> None:
    kept = bar((BEAT, Voice.SNARE, 100), (3 * BEAT, Voice.SNARE, 90))
    assert mended(kept, [BACKBEAT, NO_GHOSTS], hands=True) is kept
    assert BACKBEAT.mended(kept, hands=True) is kept


def test_strokes_that_are_missing_come_from_the_styles_pattern() -> None:
    assert mended(bar((BEAT, Voice.SNARE, 100)), [BACKBEAT], hands=True) == bar(
        (BEAT, Voice.SNARE, 100), (3 * BEAT, Voice.SNARE, 112)
    )


def test_a_stroke_of_the_wrong_force_gives_way_to_the_patterns() -> None:
    weak = bar((BEAT + 20, Voice.SNARE, 60), (3 * BEAT, Voice.SNARE, 100))
    assert mended(weak, [BACKBEAT], hands=True) == bar(
        (BEAT, Voice.SNARE, 110), (3 * BEAT, Voice.SNARE, 100)
    )


def test_where_both_hands_are_busy_what_matters_less_gives_way_and_a_machine_plays_all() -> None:
    ride = replace(RIDE, places=(0,), fewest=1, most=1)
    busy = bar((0, Voice.SNARE, 100), (0, Voice.HIGH_TOM, 100))
    by_hand = bar((0, Voice.SNARE, 100), (0, Voice.RIDE, 90))
    assert mended(busy, [ride], hands=True) == by_hand
    assert len(mended(busy, [ride], hands=False).hits) == 3
    foot = replace(ride, voices=(Voice.KICK,), strokes=(Hit(0, Voice.KICK, 90),))
    assert len(mended(busy, [foot], hands=True).hits) == 3


def test_no_more_strokes_come_in_than_the_rule_asks_for_and_the_strong_places_first() -> None:
    ticks = [hit.tick for hit in mended(bar((0, Voice.KICK, 100)), [RIDE], hands=True).hits]
    assert ticks == [0, 0, BEAT, 2 * BEAT, 3 * BEAT]


def test_strokes_that_are_too_soft_to_be_allowed_are_left_out() -> None:
    ghosts = bar((BEAT, Voice.SNARE, 100), (600, Voice.SNARE, 30))
    assert mended(ghosts, [NO_GHOSTS], hands=True) == bar((BEAT, Voice.SNARE, 100))


def test_of_too_many_loud_strokes_those_that_matter_least_are_softened() -> None:
    loud = bar((0, Voice.KICK, 100), (720, Voice.KICK, 100), (2 * BEAT, Voice.KICK, 70))
    softer = bar((0, Voice.KICK, 100), (720, Voice.KICK, 89), (2 * BEAT, Voice.KICK, 70))
    assert mended(loud, [SOFT_KICK], hands=True) == softer


def test_rules_that_cannot_be_kept_together_end_in_a_bar_that_can_be_played() -> None:
    never = replace(BACKBEAT, name="none", kind="never", fewest=0, most=0)
    done = mended(bar((0, Voice.KICK, 100)), [BACKBEAT, never], hands=True)
    assert len(broken(done, [BACKBEAT, never])) == 1


HITS = st.builds(
    Hit, st.integers(0, 95).map(lambda n: n * 20), st.sampled_from(list(Voice)), st.integers(1, 127)
)


@given(st.lists(HITS, min_size=1, max_size=40), st.booleans())
def test_whatever_the_bar_mended_it_keeps_rules_that_go_together(
    hits: list[Hit], hands: bool
) -> None:
    # The invariant: rules that go together are kept, and mending once more changes nothing.
    rules = [BACKBEAT, NO_GHOSTS, SOFT_KICK]
    done = mended(Bar.of(hits), rules, hands)
    assert not broken(done, rules)
    assert mended(done, rules, hands) is done
