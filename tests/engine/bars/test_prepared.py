from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.bars.placed import PlacedBar
from engine.bars.prepared import Prepared
from engine.bars.request import Composed, Request
from engine.controls.composed import Arrangement, ComposedSettings
from engine.controls.follow import Lead
from engine.score.grid import FOUR_FOUR, Meter
from engine.score.hallmarks import Hallmark
from engine.score.notes import Bar, Hit, Voice
from tests.engine.stage import BACKBEAT, CRASH, KICK, PULSE_KICK, SNARE, STYLES, of

FREE = ComposedSettings("jazz", variation=1.0, fill_every=0)  # nothing repeats, no fills
LOCKED = replace(FREE, variation=0.0)
WALTZ = replace(FREE, meter=Meter(3, 4))


def prepared(settings: ComposedSettings = FREE, **more: object) -> Prepared:
    return Prepared(STYLES, settings, **more)  # type: ignore[arg-type]


def bar_for(request: Request) -> Bar:
    """Another bar for every number: a kick on one sixteenth after the other."""
    hit = Hit(request.number % 16 * 120, KICK, 100)
    made = of(request.style, [*BACKBEAT, hit], request.meter, fill=request.fill)
    return replace(made, felt=False)


def play(
    bars: Prepared,
    number: int,
    answers: bool = True,
    first: int = 0,
    make: Callable[[Request], Bar] = bar_for,
) -> list[Bar]:
    """So many bars of the song, all that is asked answered in time or nothing."""
    played = []
    for song_bar in range(first, first + number):
        while answers and (request := bars.want(song_bar, 120.0)):
            bars.answer(Composed(request.number, request.generation, make(request)))
        played.append(bars.take(song_bar, 120.0))
    return played


def want(bars: Prepared, index: int = 0) -> Request:
    request = bars.want(index, 120.0)
    assert request is not None
    return request


def answered(bars: Prepared, request: Request, change: Callable[[Bar], Bar] = lambda b: b) -> None:
    bars.answer(Composed(request.number, request.generation, change(bar_for(request))))


def want_fill(bars: Prepared) -> Request:
    bars.fill_next()
    return want(bars)


def held_to(hallmarks: tuple[Hallmark, ...]) -> Prepared:
    style = replace(STYLES["jazz"], hallmarks=hallmarks)
    return Prepared({**STYLES, "jazz": style}, FREE)


# ---- asking
def test_it_asks_for_one_bar_after_the_other_until_all_are_ready() -> None:
    bars = prepared(lookahead=2)
    first = want(bars, 6)
    assert (first.number, first.generation, first.style) == (0, 0, "jazz")
    assert (first.place, first.phrase, first.bpm, first.history) == (6, 8, 120.0, ())
    assert first.mixture == (("jazz", 1.0),)
    assert bars.want(6, 120.0) is None  # asked already
    assert (bars.ready(), bars.peek()) == (0, None)
    answered(bars, first)
    second = want(bars, 6)
    assert (second.number, second.place, second.history) == (1, 7, (bar_for(first),))
    answered(bars, second)
    assert bars.want(6, 120.0) is None
    assert (bars.ready(), bars.peek()) == (2, bar_for(first))


def test_what_leads_a_drummer_is_the_styles_own_and_none_of_it_at_no_strength() -> None:
    bars = prepared()
    assert want(bars).leading == STYLES["jazz"].beats(FOUR_FOUR)[:2]
    free = prepared(replace(FREE, strength=0.0))
    assert want(free).leading == ()


def test_a_drummer_is_asked_for_triplets_where_the_nearer_style_is_written_in_them() -> None:
    styles = STYLES | {"jazz": replace(STYLES["jazz"], written=(66.7, 8))}

    def asked(**morph: object) -> bool:
        return want(Prepared(styles, replace(FREE, style_b="funk", **morph))).triplets

    assert [asked(), asked(morph=0.4), asked(morph=0.6), asked(style="funk")] == [
        *(True, True, False, False)
    ]
    assert not replace(STYLES["jazz"], written=(66.7, 16)).triplets


CLAPS = Hallmark(
    *("claps", "backbeat", (Voice.CLAP,), (480, 1440), 2, 2),
    strokes=(Hit(480, Voice.CLAP, 101), Hit(1440, Voice.CLAP, 102)),
)


def test_a_beat_in_four_four_is_to_keep_the_hallmarks_and_nothing_else_is() -> None:
    bars = held_to((CLAPS,))
    assert want(bars).hallmarks == (CLAPS,)
    assert not want_fill(bars).hallmarks
    waltz = Prepared({"jazz": replace(STYLES["jazz"], hallmarks=(CLAPS,))}, WALTZ)
    assert all(not CLAPS.keeps(bar) for bar in play(waltz, 4))


def test_what_is_improvised_keeps_the_hallmarks() -> None:
    for bar in play(held_to((CLAPS,)), 8, answers=False):
        assert bar.source == "fallback"
        assert CLAPS.keeps(bar)


def test_a_drummer_is_shown_the_last_four_bars() -> None:
    bars = prepared(lookahead=1)
    played = play(bars, 6)
    assert want(bars, 6).history == tuple(played[-4:])


def test_the_same_seed_asks_the_same_and_another_does_not() -> None:
    assert want(prepared(seed=1)) == want(prepared(seed=1))
    assert want(prepared(seed=1)).seed != want(prepared(seed=2)).seed
    assert want(prepared(seed=2)).performance == 2


def test_bars_to_come_are_asked_for_as_the_hands_are_heard_and_none_is_asked_for_again() -> None:
    bars = prepared(lookahead=2)
    first = want(bars)
    assert (first.intensity, first.ghosts) == (0.5, 0.5)
    bars.set_touch(0.9, 0.25)
    assert bars.want(0, 120.0) is None  # asked already
    answered(bars, first)
    second = want(bars)
    assert (second.generation, second.intensity, second.ghosts) == (first.generation, 0.9, 0.25)


def test_a_turned_control_asks_again_and_the_old_bar_is_a_spare() -> None:
    bars = prepared()
    first = want(bars)
    answered(bars, first)
    bars.set(replace(FREE, complexity=0.9))
    again = want(bars)
    assert (again.number, again.generation, again.complexity) == (0, 1, 0.9)
    assert bars.peek() == bar_for(first)
    assert bars.take(0, 120.0).source == "model"


def test_the_same_settings_again_ask_nothing() -> None:
    bars = prepared()
    first = want(bars)
    bars.set(FREE)
    answered(bars, first)
    assert want(bars).number == 1


def test_a_newer_bar_is_not_replaced_by_an_older_one() -> None:
    bars = prepared()
    old = want(bars)
    bars.set(replace(FREE, density=0.9))
    new = want(bars)
    answered(bars, new, lambda bar: replace(bar, density=0.9))
    answered(bars, old)
    assert bars.take(0, 120.0).density == 0.9


def test_a_spare_of_another_style_is_not_played() -> None:
    bars = prepared()
    answered(bars, want(bars))
    bars.set(replace(FREE, style="funk"))
    bar = bars.take(0, 120.0)
    assert (bar.style, bar.source) == ("funk", "fallback")


def test_a_spare_with_too_few_hits_for_the_density_gets_more_of_them() -> None:
    bars = prepared(lookahead=1)
    answered(bars, want(bars))
    spare = bars.peek()
    assert spare is not None
    bars.set(replace(FREE, density=0.9))
    taken = bars.take(0, 120.0)
    assert {hit.key for hit in spare.hits} < {hit.key for hit in taken.hits}
    assert (taken.density, taken.source, taken.style) == (0.9, "fallback", "jazz")
    bars.set(replace(FREE, density=0.3))
    assert want(bars, 1).density == 0.3


def test_a_spare_with_too_many_hits_is_played_as_it_is_and_thinned_as_it_sounds() -> None:
    bars = prepared(lookahead=1)
    answered(bars, want(bars))
    bars.set(replace(FREE, density=0.2))
    taken = bars.take(0, 120.0)
    assert (taken.density, taken.source) == (0.5, "model")


def test_a_spare_fill_stays_as_it_is() -> None:
    bars = prepared(replace(FREE, fill_every=2), lookahead=1)
    answered(bars, want(bars, 1))
    bars.set(replace(FREE, fill_every=2, density=1.0))
    taken = bars.take(1, 120.0)
    assert taken.fill and taken.source == "model"


# ---- answers
def test_a_late_answer_is_counted_and_serves_for_the_next_bar() -> None:
    bars = prepared()
    late = want(bars)
    assert bars.take(0, 120.0).source == "fallback"
    answered(bars, late)
    assert bars.counts["late"] == 1
    assert want(bars, 1).number == 1  # a better one is asked for still
    bar = bars.take(1, 120.0)
    assert bar.source == "model"
    assert [hit.key for hit in bar.hits] == [hit.key for hit in bar_for(late).hits]
    assert bars.counts["model"] == bars.counts["fallback"] == 1


def test_a_late_answer_does_not_replace_one_in_time() -> None:
    bars = prepared(lookahead=1)
    late = want(bars)
    bars.take(0, 120.0)
    answered(bars, want(bars, 1))
    answered(bars, late)
    bar = bars.take(1, 120.0)
    assert bar.hits[0].tick == 120


def test_answers_that_cannot_be_played_are_rejected_and_not_asked_for_again() -> None:
    bars = prepared(lookahead=1)
    spoilt: list[Callable[[Bar], Bar]] = [
        lambda bar: replace(bar, hits=()),
        lambda bar: replace(bar, meter=Meter(3, 4)),
        lambda bar: replace(bar, meter=Meter(4, 0)),
        lambda bar: replace(bar, style="nobody"),
    ]
    for number, change in enumerate(spoilt):
        answered(bars, want(bars, number), change)
        assert bars.want(number, 120.0) is None
        assert bars.take(number, 120.0).source == "fallback"
    assert bars.counts["rejected"] == 4


def test_what_nobody_asked_for_is_rejected_and_does_not_stop_the_asking() -> None:
    bars = prepared(lookahead=2)
    for number, generation in ((2, 0), (10**9, 0), (0, 1), (1, 99)):
        bars.answer(Composed(number, generation, of("jazz", PULSE_KICK)))
    assert bars.counts["rejected"] == 4
    assert bars.ready() == 0
    assert want(bars).number == 0


def test_a_beat_where_a_fill_was_asked_is_not_played_and_not_asked_for_for_ever() -> None:
    bars = prepared()
    bars.fill_next()
    request = want(bars)
    answered(bars, request, lambda bar: replace(bar, fill=False))
    assert bars.want(0, 120.0) is None
    bar = bars.take(0, 120.0)
    assert (bar.fill, bar.source) == (True, "fallback")


def test_a_bar_of_an_unknown_source_plays_and_is_counted() -> None:
    bars = prepared()
    answered(bars, want(bars), lambda bar: replace(bar, source="somebody"))
    assert bars.take(0, 120.0).source == "somebody"
    assert bars.counts["somebody"] == 1


def test_what_hands_cannot_play_is_mended() -> None:
    bars = prepared()
    loud = [Hit(0, KICK, 300), Hit(5000, KICK, 100)]
    answered(bars, want(bars), lambda bar: bar.with_hits(loud))
    assert [(hit.tick, hit.velocity) for hit in bars.take(0, 120.0).hits] == [(0, 127)]


# ---- fills
def test_a_fill_in_the_last_of_so_many_bars() -> None:
    bars = prepared(replace(FREE, fill_every=4))
    assert [bar.fill for bar in play(bars, 9)] == [False] * 3 + [True] + [False] * 3 + [True, False]
    assert bars.fill_due(3)
    assert not bars.fill_due(4)


def test_a_fill_asked_for_is_the_next_bar_and_only_that() -> None:
    bars = prepared()
    play(bars, 1)
    assert not bars.called
    bars.fill_next()
    assert bars.called
    assert [bar.fill for bar in play(bars, 3, first=1)] == [True, False, False]


def test_a_beat_that_is_ready_gives_way_to_a_fill() -> None:
    bars = prepared(lookahead=1)
    answered(bars, want(bars))
    bars.fill_next()
    request = want(bars)
    assert (request.number, request.generation, request.fill) == (0, 0, True)
    assert bars.take(0, 120.0).fill


def test_an_answer_to_the_question_before_the_fill_does_not_ask_twice() -> None:
    bars = prepared(lookahead=1)
    before = want(bars)
    bars.fill_next()
    fill = want(bars)
    answered(bars, before)
    assert bars.want(0, 120.0) is None
    answered(bars, fill)
    assert (bars.take(0, 120.0).fill, bars.counts["model"]) == (True, 1)


# ---- variation
def heard(bars: list[Bar]) -> list[tuple[Hit, ...]]:
    return [bar.hits for bar in bars]


def test_without_variation_two_bars_lock_with_their_microtiming() -> None:
    played = heard(play(prepared(LOCKED), 12))
    assert played[0] != played[1]
    assert played == played[:2] * 6
    assert any(hit.offset for hit in played[0])


def without_crash(bar: Bar) -> tuple[Hit, ...]:
    return tuple(hit for hit in bar.hits if hit.voice is not CRASH)


def test_the_loop_goes_on_after_a_fill() -> None:
    played = play(prepared(replace(LOCKED, fill_every=4)), 12)
    beats = [without_crash(bar) for bar in played if not bar.fill]
    assert [bar.fill for bar in played] == ([False] * 3 + [True]) * 3
    assert beats == [beats[0], beats[1], beats[0]] * 3


def test_a_loop_locks_without_a_drummer_too() -> None:
    played = heard(play(prepared(LOCKED, seed=4), 10, answers=False))
    assert played == played[:2] * 5


def test_a_stopgap_is_not_made_a_theme_while_a_drummer_plays() -> None:
    bars = prepared(LOCKED)
    stopgap = play(bars, 1, answers=False)
    played = play(bars, 8, first=1)
    assert stopgap[0].source == "fallback"
    assert {bar.source for bar in played} == {"model"}


def test_with_full_variation_nothing_is_repeated() -> None:
    played = heard(play(prepared(), 40))
    assert len(set(played)) == 40


def test_with_some_variation_some_bars_are_asked_for() -> None:
    bars = prepared(replace(FREE, variation=0.5), lookahead=1)
    asked = []
    for song_bar in range(60):
        request = bars.want(song_bar, 120.0)
        asked.append(request is not None)
        if request:
            answered(bars, request)
        bars.take(song_bar, 120.0)
    assert 20 <= sum(asked) <= 45


def test_a_loop_ends_where_the_settings_change() -> None:
    bars = prepared(LOCKED)
    before = heard(play(bars, 4))
    bars.set(replace(LOCKED, complexity=0.9))
    after = heard(play(bars, 4, first=4))
    assert after == after[:2] * 2
    assert not set(before) & set(after)


def test_variation_and_fills_may_turn_without_ending_the_loop() -> None:
    bars = prepared(LOCKED)
    before = heard(play(bars, 2))
    bars.set(replace(LOCKED, variation=0.0, fill_every=16))
    assert heard(play(bars, 2, first=2)) == before


def test_a_bar_made_under_settings_of_long_ago_is_not_repeated() -> None:
    bars = prepared(LOCKED, lookahead=1)
    old = want(bars)
    bars.set(replace(LOCKED, complexity=0.9))
    answered(bars, old)
    assert bars.take(0, 120.0).source == "model"
    assert want(bars, 1).number == 1


def test_a_new_idea_leaves_the_groove() -> None:
    bars = prepared(LOCKED)
    before = heard(play(bars, 4))
    old = want_again(bars)
    bars.new_idea()
    assert bars.ready() == 0
    bars.answer(old)
    assert (bars.ready(), bars.counts["rejected"]) == (0, 1)
    request = want(bars, 4)
    assert request.history == ()
    answered(bars, request)
    after = heard(play(bars, 4, first=4))
    assert not set(before) & set(after)
    assert after == after[:2] * 2


def want_again(bars: Prepared) -> Composed:
    """An answer to the generation before, come after it was left."""
    return Composed(bars.number, 0, of("jazz", PULSE_KICK))


@pytest.mark.parametrize("phrase", [4, 8, 16])
def test_the_theme_opens_every_phrase(phrase: int) -> None:
    settings = replace(FREE, variation=0.5, phrase=phrase)
    played = heard(play(prepared(settings), 4 * phrase))
    for start in range(phrase, 4 * phrase, phrase):
        assert played[start : start + 2] == played[:2]
    assert len(set(played)) > 2


def test_a_loop_of_more_bars_ahead_locks_with_its_microtiming_too() -> None:
    played = heard(play(prepared(LOCKED, lookahead=4), 12))
    assert played == played[:2] * 6


def test_the_drummer_is_told_the_phrase_and_the_place_in_it() -> None:
    request = want(prepared(replace(FREE, phrase=16)), 29)
    assert (request.place, request.phrase) == (13, 16)


def test_a_theme_comes_back_without_the_crash_after_a_fill() -> None:
    played = play(prepared(replace(LOCKED, fill_every=4)), 12, answers=True)
    crashes = [any(hit.voice is CRASH for hit in bar.hits) for bar in played]
    assert crashes == [n in (4, 8) for n in range(12)]


def test_a_template_comes_back_without_the_crash_too() -> None:
    settings = replace(LOCKED, style="funk", fill_every=4)
    played = play(prepared(replace(settings, meter=Meter(3, 4))), 12)
    crashes = [any(hit.voice is CRASH for hit in bar.hits) for bar in played]
    assert crashes == [n in (4, 8) for n in range(12)]


# ---- undo
def test_undo_brings_back_the_groove_before_a_new_idea() -> None:
    bars = prepared(LOCKED)
    before = heard(play(bars, 4))
    bars.new_idea()
    idea = heard(play(bars, 4, first=4))
    assert bars.undo() == LOCKED
    assert bars.ready() == 0
    assert heard(play(bars, 4, first=8)) == before
    assert bars.undo() == LOCKED
    assert heard(play(bars, 4, first=12)) == idea


def test_undo_brings_back_the_settings_of_the_material_and_only_those() -> None:
    bars = prepared(FREE)
    before = heard(play(bars, 2))
    bars.set(replace(FREE, style="funk", density=0.9))
    play(bars, 3, first=2)
    bars.set(replace(FREE, style="funk", density=0.9, fill_every=4, phrase=4))
    assert bars.undo() == replace(FREE, fill_every=4, phrase=4)
    after = play(bars, 2, first=8)
    assert heard(after) == before
    assert {bar.style for bar in after} == {"jazz"}


def test_what_was_asked_before_an_undo_is_not_played_after_it() -> None:
    bars = prepared(FREE)
    play(bars, 2)
    bars.new_idea()
    play(bars, 1, first=2)
    asked = want(bars, 3)
    bars.undo()
    answered(bars, asked)
    assert bars.counts["rejected"] == 1


def test_with_nothing_changed_there_is_nothing_to_undo() -> None:
    bars = prepared(FREE)
    play(bars, 4)
    ready = bars.peek()
    assert ready is not None
    assert bars.undo() is None
    assert bars.peek() == ready


# ---- two styles, strength and seed
MORPH = replace(FREE, style_b="shuffle", morph=0.25)


def test_a_morph_asks_for_both_mixtures_in_the_name_of_the_nearer_style() -> None:
    request = want(prepared(MORPH))
    assert (request.style, request.mixture) == ("jazz", (("jazz", 0.75), ("shuffle", 0.25)))
    request = want(prepared(replace(MORPH, style_b="house", morph=0.75)))
    assert (request.style, request.hands) == ("house", False)
    assert request.mixture == (("house", 0.75), ("jazz", 0.25))


def test_a_bar_between_two_styles_says_so_and_has_the_feel_of_both() -> None:
    bars = prepared(MORPH)
    bar = play(bars, 1)[0]
    assert (bar.style, bar.blend) == ("jazz", (("jazz", 0.75), ("shuffle", 0.25)))
    pure = play(prepared(FREE), 1)[0]
    assert pure.blend == ()
    assert [hit.key for hit in bar.hits] == [hit.key for hit in pure.hits]
    assert [hit.offset for hit in bar.hits] != [hit.offset for hit in pure.hits]


def test_a_little_morph_asks_anew_and_another_style_b_without_any_does_not() -> None:
    bars = prepared(FREE)
    first = want(bars)
    bars.set(replace(FREE, style_b="funk"))
    assert bars.want(0, 120.0) is None
    bars.set(replace(FREE, style_b="funk", morph=0.1))
    assert want(bars).generation == first.generation + 1


def test_past_one_half_the_other_style_plays() -> None:
    bars = prepared(FREE)
    play(bars, 2)
    bars.set(replace(FREE, style_b="house", morph=0.5))
    assert [bar.style for bar in play(bars, 2, answers=False, first=2)] == ["house", "house"]
    assert bars.undo() == replace(FREE, style_b="")
    assert play(bars, 1, first=4)[0].style == "jazz"


def test_a_fill_from_a_beat_on_stands_between_the_same_styles() -> None:
    bars = prepared(MORPH)
    bar = play(bars, 1)[0]
    bars.set(replace(MORPH, style_b="house", morph=1.0))
    assert bars.fill_from(PlacedBar(bar, 0, 0), 0, 960, 120.0).bar.blend == bar.blend


def test_the_strength_is_handed_on() -> None:
    assert want(prepared()).strength == 0.5
    assert want(prepared(replace(FREE, strength=0.9))).strength == 0.9


def test_a_seed_is_part_of_every_dice_and_0_leaves_them_as_they_were() -> None:
    plain, zero, one = (want(prepared(replace(FREE, seed=n), seed=3)) for n in (0, 0, 1))
    assert plain == zero
    assert (one.seed, one.performance) != (plain.seed, plain.performance)
    assert plain.performance == 3
    assert heard(play(prepared(replace(FREE, seed=1)), 4, answers=False)) != heard(
        play(prepared(FREE), 4, answers=False)
    )


# ---- what is tapped
LEAD = Lead(0.5, 1.0, 0.0, 0.9, {0: 0.5, 4: 1.5})


def test_bars_are_asked_for_as_was_tapped_and_the_knobs_are_not_moved() -> None:
    bars = prepared()
    first = want(bars)
    bars.set_touch(0.5, 0.5)
    bars.follow(LEAD)
    led = want(bars)
    assert (led.generation, led.number) == (first.generation + 1, first.number)
    assert (led.density, led.complexity, led.intensity) == (0.75, 0.25, 0.7)
    bars.set(replace(FREE, variation=0.9))
    assert want(bars).density == 0.75
    bars.follow(None)
    assert want(bars).density == 0.5


def test_the_same_bar_tapped_again_asks_nothing() -> None:
    bars = prepared()
    bars.follow(LEAD)
    want(bars)
    bars.follow(replace(LEAD, intensity=0.8, accents={}))
    assert bars.want(0, 120.0) is None


def test_a_fill_keeps_its_own_complexity_whatever_is_tapped() -> None:
    bars = prepared()
    bars.follow(LEAD)
    bars.fill_next()
    assert (want(bars).complexity, want(prepared()).complexity) == (0.5, 0.5)


def test_accents_are_heard_in_the_bar_and_a_theme_that_comes_back_has_none() -> None:
    plain = play(prepared(LOCKED), 1)[0]
    bars = prepared(LOCKED)
    bars.follow(LEAD)
    led = play(bars, 3)
    assert [hit.key for hit in led[0].hits] == [hit.key for hit in plain.hits]
    assert [hit.velocity for hit in led[0].hits] == [75, 127, 110]  # 100, 110, 110
    assert led[2] == led[0]  # not accented once more
    bars.follow(replace(LEAD, accents={}))
    assert [hit.velocity for hit in play(bars, 2, first=3)[1].hits] == [100, 110, 110]


def test_following_makes_nothing_to_undo() -> None:
    bars = prepared()
    play(bars, 2)
    bars.follow(LEAD)
    play(bars, 2, first=2)
    assert bars.lead == LEAD
    assert bars.undo() is None


# ---- how bars are played
def arranging(bars: Prepared, **given: object) -> None:
    bars.set(FREE, Arrangement(**given))  # type: ignore[arg-type]


def test_an_arrangement_asks_nothing_of_the_drummer() -> None:
    bars = prepared()
    first = want(bars)
    arranging(bars, time="half", fill_amount=0.5, locked=frozenset({KICK}), loop=True)
    assert bars.want(0, 120.0) is None
    answered(bars, first)
    assert want(bars).generation == first.generation


def test_half_time_is_heard_and_the_drummer_is_shown_the_bar_as_composed() -> None:
    bars = prepared(lookahead=1)
    arranging(bars, time="half")
    bar = play(bars, 1)[0]
    assert [hit.tick for hit in bar.hits if hit.voice is SNARE] == [960]
    shown = want(bars, 1).history[-1]
    assert [hit.tick for hit in shown.hits if hit.voice is SNARE] == [480, 1440]


def test_a_locked_voice_outlives_a_new_idea_and_another_style() -> None:
    bars = prepared()
    kicks = [hit for hit in play(bars, 3)[-1].hits if hit.voice is KICK]
    arranging(bars, locked=frozenset({KICK}))
    bars.new_idea()
    bars.set(replace(FREE, style="funk"))
    for answers in (True, False):
        bar = play(bars, 1, answers, first=bars.number)[0]
        assert [hit for hit in bar.hits if hit.voice is KICK] == kicks
        assert bar.style == "funk"


def test_a_locked_voice_keeps_still_in_template_bars_too() -> None:
    bars = prepared(replace(WALTZ, style="funk"), seed=3)
    before = play(bars, 1)[0]
    bars.set(replace(WALTZ, style="funk"), Arrangement(locked=frozenset({SNARE})))
    after = play(bars, 8, first=1)
    assert len({bar.hits for bar in after}) > 1
    for bar in after:
        assert [h for h in bar.hits if h.voice is SNARE] == [
            h for h in before.hits if h.voice is SNARE
        ]


def test_the_loop_repeats_the_last_two_bars_whatever_is_turned() -> None:
    bars = prepared(replace(FREE, fill_every=4))
    last = play(bars, 3)[-2:]
    bars.set(replace(FREE, fill_every=4, style="funk"), Arrangement(loop=True))
    assert bars.peek() == last[0]
    assert play(bars, 5, first=3) == [*last, *last, last[0]]
    bars.set(replace(FREE, style="funk"), Arrangement())
    assert play(bars, 1, first=8)[0].style == "funk"


def test_a_fill_by_hand_breaks_into_the_loop_and_it_goes_on() -> None:
    bars = prepared()
    last = play(bars, 2)
    arranging(bars, loop=True)
    bars.fill_next()
    assert bars.peek() != last[0]
    fill, *rest = play(bars, 3, first=2)
    assert fill.fill
    assert rest == last


def test_a_short_fill_breaks_off_the_theme() -> None:
    bars = prepared(replace(LOCKED, fill_every=4))
    bars.set(replace(LOCKED, fill_every=4), Arrangement(fill_amount=0.25))
    played = play(bars, 4)
    assert played[3].fill
    assert [hit for hit in played[3].hits if hit.tick < 1440] == [
        hit for hit in played[1].hits if hit.tick < 1440
    ]


def test_a_short_fill_in_the_first_bar_breaks_off_a_beat_of_the_style() -> None:
    bars = prepared(replace(FREE, style="funk"))
    bars.set(replace(FREE, style="funk"), Arrangement(fill_amount=0.25))
    bars.fill_next()
    bar = play(bars, 1, answers=False)[0]
    assert bar.fill
    assert bar.felt
    assert bar.hits[0].tick == 0


def test_fills_have_a_complexity_of_their_own() -> None:
    bars = prepared(replace(FREE, complexity=0.2, fill_complexity=0.9), lookahead=2)
    bars.fill_next()
    fill = want(bars)
    answered(bars, fill)
    assert (fill.complexity, want(bars).complexity) == (0.9, 0.2)


def test_a_fill_from_a_beat_on_is_made_at_once_in_the_style_that_plays() -> None:
    bars = prepared(replace(FREE, style="funk"))
    bar = play(bars, 1)[0]
    bars.set(FREE)
    filled = bars.fill_from(PlacedBar(bar, 0, 0), 0, 960, 120.0)
    assert (filled.bar.style, filled.bar.source, filled.called) == ("funk", "fallback", True)
    assert [hit for hit in filled.bar.hits if hit.tick < 960] == [
        hit for hit in bar.hits if hit.tick < 960
    ]
    assert filled == bars.fill_from(PlacedBar(bar, 0, 0), 0, 960, 120.0)
    assert CRASH in {hit.voice for hit in play(bars, 1, first=1)[0].hits}


# ---- other meters
def test_other_meters_play_from_templates_without_asking() -> None:
    for name in ((3, 4), (5, 4), (6, 8), (7, 8)):
        meter = Meter(*name)
        bars = prepared(replace(FREE, meter=meter))
        assert bars.want(0, 120.0) is None
        assert bars.ready() == 2
        played = play(bars, 12)
        assert {(bar.meter, bar.source) for bar in played} == {(meter, "template")}
        assert bars.counts["template"] == 12


def test_other_meters_lock_too() -> None:
    played = heard(play(prepared(replace(LOCKED, meter=Meter(7, 8)), seed=2), 8))
    assert played == played[:2] * 4
    not_asked = heard(play(prepared(replace(LOCKED, meter=Meter(7, 8)), seed=2), 8, answers=False))
    assert not_asked == not_asked[:2] * 4


def test_a_bar_has_its_feel_when_it_is_taken() -> None:
    bar = play(prepared(), 1)[0]
    assert bar.felt
    assert all(hit.offset > 0 for hit in bar.hits if hit.voice is SNARE)
    assert bar.meter == FOUR_FOUR


def test_taking_without_asking_ahead_plays() -> None:
    bars = prepared(lookahead=0)
    assert bars.want(0, 120.0) is None
    assert bars.take(0, 120.0).source == "fallback"


def test_a_style_that_no_model_knows_plays_its_patterns_and_asks_nobody() -> None:
    own = {"own": replace(STYLES["funk"], name="own", mixture={})}
    bars = Prepared(own, replace(FREE, style="own"))
    assert bars.want(0, 120.0) is None
    assert bars.ready() == 2
    assert bars.take(0, 120.0).source == "template"
