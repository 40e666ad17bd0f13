from engine.score.grid import FOUR_FOUR, Meter
from engine.score.style import Feel
from tests.engine.stage import HAT, KICK, SNARE, STYLES


def test_an_offset_holds_for_the_whole_bar_or_for_a_sixteenth_of_it() -> None:
    feel = Feel({SNARE: (12.0,), KICK: (1.0, 2.0, 3.0, 4.0), HAT: ()})
    assert [feel.offset(SNARE, tick) for tick in (0, 480, 1919)] == [12.0, 12.0, 12.0]
    assert [feel.offset(KICK, tick) for tick in (0, 119, 120, 360, 480)] == [
        1.0,
        1.0,
        2.0,
        4.0,
        1.0,
    ]
    assert feel.offset(HAT, 0) == 0.0


def test_a_style_knows_its_beats_and_fills_by_meter() -> None:
    funk = STYLES["funk"]
    assert [bar.fill for bar in funk.beats(FOUR_FOUR)] == [False, False]
    assert [bar.fill for bar in funk.fills(Meter(7, 8))] == [True]
    assert STYLES["shuffle"].beats(Meter(7, 8)) == STYLES["shuffle"].fills(FOUR_FOUR) == ()
