from engine.score.drum_tab import LABEL, ROWS, legend, letter, rows, steps, tab
from engine.score.grid import Meter
from engine.score.notes import Bar, Hit, Voice
from tests.engine.stage import BACKBEAT, HAT, HATS, KICK, SNARE


def test_velocity_is_the_letter() -> None:
    assert [letter(v) for v in (1, 49, 50, 79, 80, 111, 112, 127)] == list("ggooxxXX")


def test_a_bar_reads_as_a_tab() -> None:
    bar = Bar.of([*HATS, *BACKBEAT, Hit(0, KICK, 120), Hit(840, SNARE, 30)])
    assert tab([bar]).splitlines() == [
        "HH |o.o.o.o.o.o.o.o.|",
        "SD |....x..g....x...|",
        "BD |X...............|",
    ]


def test_bars_stand_side_by_side() -> None:
    first, second = Bar.of([Hit(0, KICK, 120)], Meter(3, 4)), Bar.of([Hit(480, SNARE, 90)])
    assert rows([first, second], 1) == {Voice.SNARE: "|...|.x..|", KICK: "|X..|....|"}


def test_a_hit_between_the_steps_stands_in_the_nearest_and_the_louder_wins() -> None:
    hits = [Hit(100, SNARE, 30), Hit(121, SNARE, 90), Hit(125, SNARE, 40), Hit(1910, SNARE, 60)]
    assert rows([Bar.of(hits)])[SNARE] == "|.x.............o|"


def test_every_voice_has_a_row_and_a_label() -> None:
    assert set(ROWS) == set(LABEL) == set(Voice)
    assert len(set(LABEL.values())) == len(Voice)
    assert tab([Bar.of([Hit(0, HAT, 70)])], 2) == "HH |o.......|"


def test_triplets_are_drawn_three_steps_a_beat_and_sixteenths_four() -> None:
    swung = Bar((Hit(0, Voice.RIDE, 90), Hit(800, Voice.RIDE, 60)))
    straight = Bar((Hit(0, Voice.RIDE, 90), Hit(840, Voice.RIDE, 60)))
    assert (steps([swung]), steps([straight]), steps([])) == (3, 4, 4)
    assert tab([swung], steps([swung])) == "RD |x....o......|"


def test_the_legend_names_the_voices_that_play_as_a_score_has_them() -> None:
    bar = Bar((Hit(0, Voice.KICK, 90), Hit(0, Voice.CLOSED_HAT, 60)))
    assert legend([bar]) == "X accent, x full, o medium, g ghost; HH closed hat, BD kick"
