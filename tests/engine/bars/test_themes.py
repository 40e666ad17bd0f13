from dataclasses import replace

import pytest

from engine.bars.themes import MadeBar, Themes
from engine.controls.composed import ComposedSettings
from engine.controls.follow import Lead
from engine.score.grid import FOUR_FOUR
from engine.score.notes import Bar, Hit
from tests.engine.stage import KICK, SNARE

FUNK = ComposedSettings("funk", variation=0.5)
NEVER, ALWAYS = 0.999, 0.0  # dice that ask for a repeat, and for something new


def beat(name: int, settings: ComposedSettings | None = FUNK, **more: object) -> MadeBar:
    """A bar known by the place of its kick."""
    bar = Bar.of([Hit(120 * name, KICK, 100)], source="model", style="funk")
    return MadeBar(replace(bar, **more), 0, settings)  # type: ignore[arg-type]


def themes(*slots: MadeBar, first: int = 0) -> Themes:
    made = Themes()
    for song_bar, slot in enumerate(slots, first):
        made.add(slot, song_bar)
    return made


def repeat(
    made: Themes,
    song_bar: int,
    dice: float,
    settings: ComposedSettings = FUNK,
    stopgaps: bool = False,
) -> Bar | None:
    return made.repeat(list(made.played), (song_bar, song_bar), settings, dice, stopgaps)


EIGHT = [beat(name) for name in range(8)]


@pytest.mark.parametrize("dice", [ALWAYS, NEVER])
def test_the_theme_comes_back_where_a_phrase_begins(dice: float) -> None:
    made = themes(*EIGHT)
    assert repeat(made, 8, dice) == EIGHT[0].bar
    made.add(EIGHT[0], 8)
    assert repeat(made, 9, dice) == EIGHT[1].bar


@pytest.mark.parametrize(("phrase", "bars"), [(4, 4), (8, 8), (16, 16)])
def test_a_phrase_is_as_long_as_was_asked(phrase: int, bars: int) -> None:
    made, settings = themes(*EIGHT), replace(FUNK, phrase=phrase)
    back = [n for n in range(1, 17) if repeat(made, 100 * 16 + n, ALWAYS, settings)]
    assert back == [n for n in range(1, 17) if n % bars < 2]


def test_inside_a_phrase_the_dice_say_whether_a_bar_is_new() -> None:
    made = themes(*EIGHT[:4])
    assert repeat(made, 4, 0.49) is None
    assert repeat(made, 4, 0.5) == EIGHT[2].bar


def test_without_variation_only_the_theme_plays() -> None:
    made, locked = themes(*EIGHT), replace(FUNK, variation=0.0)
    assert [repeat(made, n, ALWAYS, locked) for n in range(8, 12)] == [
        EIGHT[0].bar, EIGHT[1].bar, EIGHT[0].bar, EIGHT[1].bar,
    ]  # fmt: skip


def test_with_full_variation_nothing_comes_back() -> None:
    made, free = themes(*EIGHT), replace(FUNK, variation=1.0)
    assert [repeat(made, n, NEVER, free) for n in range(8, 16)] == [None] * 8


def test_above_one_half_the_theme_comes_back_ever_more_seldom() -> None:
    made = themes(*EIGHT)
    for variation, below in ((0.6, 0.8), (0.75, 0.5), (0.9, 0.2)):
        settings = replace(FUNK, variation=variation)
        assert repeat(made, 8, below - 0.01, settings) == EIGHT[0].bar
        assert repeat(made, 8, below + 0.01, settings) is (
            EIGHT[6].bar if below + 0.01 >= variation else None
        )


def test_a_song_that_goes_round_a_few_bars_gets_new_ones() -> None:
    made = themes(*EIGHT[:2])
    made.add(EIGHT[2], 0)
    assert repeat(made, 1, ALWAYS) is None


def test_the_theme_outlives_any_number_of_fills() -> None:
    fills = [beat(9, fill=True)] * 12
    locked = replace(FUNK, variation=0.0)
    made = themes(*EIGHT[:2], *fills)
    assert [repeat(made, n, ALWAYS, locked) for n in (14, 15)] == [EIGHT[0].bar, EIGHT[1].bar]


def test_the_first_beats_of_a_groove_are_the_theme() -> None:
    made = themes(beat(9, fill=True), beat(8, None), *EIGHT, first=6)
    assert repeat(made, 16, ALWAYS) == EIGHT[0].bar


def test_a_stopgap_is_the_theme_only_until_there_is_a_better_bar() -> None:
    stopgap = beat(9, source="fallback")
    made, locked = themes(stopgap, EIGHT[1]), replace(FUNK, variation=0.0)
    assert repeat(made, 2, ALWAYS, locked) is None
    assert repeat(made, 2, ALWAYS, locked, stopgaps=True) == stopgap.bar
    made.add(EIGHT[2], 2)
    made.add(stopgap, 4)
    assert repeat(made, 6, ALWAYS, locked) == EIGHT[2].bar


LEAD = Lead(1.0, 0.9, 0.5, 0.5)


@pytest.mark.parametrize(
    "change",
    [
        {"density": 0.9},
        {"style": "jazz"},
        {"temperature": 1.2},
        {"style_b": "jazz", "morph": 0.2},
        {"strength": 0.9},
        {"seed": 1},
        {"lead": LEAD},
    ],
)
def test_other_material_has_another_theme(change: dict[str, object]) -> None:
    later = replace(FUNK, **change)  # type: ignore[arg-type]
    made = themes(*EIGHT)
    assert repeat(made, 8, NEVER, later) is None
    made.add(beat(9, later), 8)
    assert repeat(made, 16, NEVER, later) == beat(9).bar


def test_fills_phrase_and_variation_leave_the_theme_alone() -> None:
    later = replace(FUNK, fill_every=2, fill_complexity=0.9, phrase=4, variation=0.2)
    assert repeat(themes(*EIGHT), 8, ALWAYS, later) == EIGHT[0].bar


def test_the_other_style_is_material_only_where_it_is_heard() -> None:
    assert replace(FUNK, style_b="jazz").material == FUNK.material
    assert replace(FUNK, style_b="jazz", morph=0.1).material != FUNK.material
    there = replace(FUNK, style="jazz", style_b="funk", morph=1.0)
    assert there.material == FUNK.material
    assert (there.playing, there.blend) == ("funk", ())


def test_only_what_a_bar_is_made_under_is_asked_anew() -> None:
    assert replace(FUNK, style_b="jazz").asked == FUNK.asked
    for change in ({"variation": 0.1}, {"fill_every": 2}, {"phrase": 4}, {"lead": LEAD}):
        assert replace(FUNK, **change).asked != FUNK.asked  # type: ignore[arg-type]
    softer = replace(LEAD, intensity=0.2)
    assert replace(FUNK, lead=softer).asked == replace(FUNK, lead=LEAD).asked


def test_a_fill_breaks_off_the_theme_or_the_last_beat() -> None:
    made = themes(beat(7, None), beat(9, fill=True))
    assert made.groove(0, "funk", FOUR_FOUR) == beat(7).bar
    assert made.groove(0, "jazz", FOUR_FOUR) is None
    made.add(EIGHT[2], 2)
    assert made.groove(4, "funk", FOUR_FOUR) == EIGHT[2].bar
    made.add(EIGHT[3], 4)
    assert made.groove(4, "funk", FOUR_FOUR) == EIGHT[2].bar
    assert Themes().groove(0, "funk", FOUR_FOUR) is None


def test_a_drummer_is_shown_how_a_bar_was_played() -> None:
    played = Bar.of([Hit(0, SNARE, 90)])
    assert replace(EIGHT[0], heard=played).shown == played
    assert EIGHT[0].shown == EIGHT[0].bar


# ---- undo
OTHER = replace(FUNK, density=0.9, complexity=0.1)


def test_undo_brings_back_the_groove_and_what_made_it() -> None:
    made = themes(*EIGHT[:4])
    made.leave(FUNK)
    made.add(beat(9, OTHER), 4)
    assert made.undo(replace(OTHER, variation=1.0), 5) == replace(FUNK, variation=1.0)
    free = replace(FUNK, variation=1.0)
    assert [repeat(made, n, NEVER, free) for n in (5, 6, 7)] == [EIGHT[1].bar, EIGHT[0].bar, None]
    assert [slot.bar for slot in made.played] == [slot.bar for slot in EIGHT[:4]]


def test_undo_undone_brings_back_the_later_groove() -> None:
    made = themes(*EIGHT[:2])
    made.leave(FUNK)
    made.add(beat(9, OTHER), 2)
    assert made.undo(OTHER, 3) == FUNK
    assert made.undo(FUNK, 3) == OTHER
    assert repeat(made, 4, ALWAYS, OTHER) == beat(9).bar


def test_a_knob_turned_in_many_steps_within_a_bar_is_one_change() -> None:
    made = themes(*EIGHT[:2])
    for density in (0.5, 0.6, 0.7):
        made.leave(replace(FUNK, density=density))
    assert made.undo(replace(FUNK, density=0.8), 2) == FUNK


def test_a_change_after_an_undo_can_be_undone() -> None:
    made = themes(*EIGHT[:2])
    made.leave(FUNK)
    assert made.undo(OTHER, 2) == FUNK
    made.leave(FUNK)
    assert made.undo(replace(FUNK, style="jazz"), 2) == FUNK


def test_a_forgotten_groove_comes_back_too() -> None:
    made = themes(*EIGHT[:2])
    made.leave(FUNK)
    made.forget()
    assert repeat(made, 8, NEVER) is None
    assert not made.played
    made.undo(FUNK, 8)
    assert repeat(made, 8, ALWAYS) == EIGHT[0].bar


def test_a_stopgap_that_was_heard_comes_back_too() -> None:
    stopgap = beat(9, source="fallback")
    made = themes(stopgap)
    made.leave(FUNK)
    made.undo(OTHER, 2)
    assert repeat(made, 2, ALWAYS) == stopgap.bar


def test_there_is_nothing_to_undo_before_anything_was_heard_and_left() -> None:
    made = Themes()
    made.leave(FUNK)
    assert made.undo(OTHER, 0) is None
    assert themes(*EIGHT).undo(FUNK, 8) is None


def test_a_groove_that_comes_back_is_led_by_what_is_tapped_now() -> None:
    made = themes(*EIGHT[:2], beat(9, None))
    made.leave(FUNK)
    now = replace(OTHER, lead=LEAD)
    assert made.undo(now, 5) == replace(FUNK, lead=LEAD)
    assert repeat(made, 5, ALWAYS, replace(FUNK, lead=LEAD)) == EIGHT[1].bar
    assert made.played[-1].settings is None
