from dataclasses import replace

from engine.bars.arranger import Arranger
from engine.bars.bar_changes import crashed, half_time
from engine.controls.composed import Arrangement
from engine.score.notes import Bar, Hit
from tests.engine.stage import BACKBEAT, CRASH, HATS, KICK, PULSE_KICK, SNARE

BEAT = Bar.of([*HATS, *BACKBEAT, Hit(0, KICK, 100)])
OTHER = Bar.of([*HATS, *BACKBEAT, Hit(0, KICK, 90), Hit(1680, KICK, 90)])
FILL = Bar.of([Hit(tick, SNARE, 90) for tick in range(0, 1920, 240)], fill=True)


def arranger(*heard: Bar, **given: object) -> Arranger:
    made = Arranger()
    for bar in heard:
        made.add(bar)
    made.set(Arrangement(**given))  # type: ignore[arg-type]
    return made


def arranged(made: Arranger, bar: Bar, hands: bool = True) -> Bar:
    return made.arranged(bar, lambda: BEAT, hands)


def test_a_bar_is_played_as_it_was_composed() -> None:
    assert arranged(arranger(), BEAT) == BEAT
    assert arranged(arranger(), FILL) == FILL


def test_after_a_fill_a_person_strikes_a_crash_and_a_machine_does_not() -> None:
    made = arranger(BEAT, FILL)
    assert arranged(made, BEAT) == crashed(BEAT)
    assert arranged(made, BEAT, hands=False) == BEAT
    assert arranged(made, FILL) == FILL
    made.add(crashed(BEAT))
    assert arranged(made, BEAT) == BEAT


def test_a_short_fill_breaks_off_the_groove() -> None:
    bar = arranged(arranger(fill_amount=0.25), FILL)
    assert bar.hits == tuple(
        [hit for hit in BEAT.hits if hit.tick < 1440] + [h for h in FILL.hits if h.tick >= 1440]
    )
    assert bar.fill


def test_a_drummer_whose_style_has_no_crash_strikes_none_after_a_fill() -> None:
    made = Arranger()
    made.add(replace(BEAT, fill=True))
    assert made.arranged(BEAT, lambda: BEAT, True, crashes=False) == BEAT


def test_a_short_fill_after_a_fill_begins_with_a_crash() -> None:
    bar = arranged(arranger(FILL, fill_amount=0.5), FILL)
    assert {hit.voice for hit in bar.hits if hit.tick == 0} == {KICK, CRASH}


def test_half_time_slows_the_groove_and_no_fill() -> None:
    made = arranger(time="half", fill_amount=0.25)
    assert arranged(made, BEAT) == half_time(BEAT)
    bar = arranged(made, FILL)
    assert [hit.tick for hit in bar.hits if hit.voice is SNARE] == [960, 1440, 1680]


def test_in_half_time_a_groove_may_take_two_bars() -> None:
    made, slow = arranger(time="half"), Bar.of([Hit(0, KICK, 100), Hit(960, SNARE, 90)])
    pair = [made.arranged(slow, lambda: BEAT, True, odd) for odd in (False, True)]
    assert [bar.hits for bar in pair] == [(Hit(0, KICK, 100),), (Hit(0, SNARE, 90),)]


def test_a_locked_voice_goes_on_as_in_the_last_beat_through_fills() -> None:
    made = arranger(OTHER, FILL, locked=frozenset({KICK}))
    for bar in (BEAT, FILL):
        kicks = [hit for hit in arranged(made, bar).hits if hit.voice is KICK]
        assert kicks == [Hit(0, KICK, 90), Hit(1680, KICK, 90)]


def test_before_anything_was_heard_nothing_is_locked() -> None:
    assert arranged(arranger(locked=frozenset({KICK})), BEAT) == BEAT


def test_a_fill_from_a_beat_on_is_heard_and_brings_a_crash() -> None:
    made = arranger(BEAT, OTHER)
    bar = made.filled(OTHER, FILL, 960, 1, hands=True)
    assert [hit.tick for hit in bar.hits if hit.tick >= 960] == [960, 1200, 1440, 1680]
    assert arranged(made, BEAT) == crashed(BEAT)


def test_a_fill_in_the_bar_before_the_last_leaves_the_last_as_it_is() -> None:
    made = arranger(BEAT, OTHER)
    assert made.filled(BEAT, FILL, 0, 2, hands=True).fill
    assert arranged(made, BEAT) == BEAT


def test_a_fill_in_a_bar_of_long_ago_is_played_and_not_kept() -> None:
    made = arranger(BEAT)
    assert made.filled(BEAT, FILL, 0, 3, hands=True).fill
    assert arranged(made, BEAT) == BEAT


def test_a_fill_from_a_beat_on_leaves_locked_voices_alone() -> None:
    made = arranger(BEAT, locked=frozenset({SNARE}))
    bar = made.filled(BEAT, FILL, 0, 1, hands=True)
    assert [hit for hit in bar.hits if hit.voice is SNARE] == list(BACKBEAT)


# ---- the loop
def test_the_loop_holds_the_last_two_bars_exactly() -> None:
    made = arranger(FILL, BEAT, OTHER, loop=True)
    heard = []
    for _ in range(5):
        bar = made.held()
        assert bar is not None
        made.add(bar)
        heard.append(bar)
    assert heard == [BEAT, OTHER, BEAT, OTHER, BEAT]


def test_the_loop_waits_until_there_are_two_bars() -> None:
    made = arranger(BEAT, loop=True)
    assert made.held() is None
    made.add(OTHER)
    assert made.held() == BEAT


def test_a_fill_by_hand_does_not_get_into_the_loop() -> None:
    made = arranger(BEAT, OTHER, loop=True)
    made.add(FILL)
    assert made.held() == BEAT
    made.set(Arrangement(loop=True, time="half"))
    assert made.held() == BEAT


def test_the_loop_lets_go() -> None:
    made = arranger(BEAT, OTHER, loop=True)
    made.set(Arrangement())
    assert made.held() is None
    later = replace(OTHER, hits=PULSE_KICK)
    made.add(later)
    made.set(Arrangement(loop=True))
    assert made.held() == OTHER
