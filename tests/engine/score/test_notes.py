import pickle

from engine.score.grid import Meter
from engine.score.notes import ORDER, Bar, Hit, Voice, in_order, on_triplets
from tests.engine.stage import BACKBEAT, HAT, HATS, KICK, SHUFFLE, SNARE


def test_hits_stand_by_position_then_voice() -> None:
    hits = [Hit(240, SNARE, 90), Hit(240, KICK, 80), Hit(0, HAT, 70)]
    assert in_order(hits) == (Hit(0, HAT, 70), Hit(240, KICK, 80), Hit(240, SNARE, 90))


def test_of_two_hits_of_one_voice_on_one_tick_the_louder_stays() -> None:
    soft, loud = Hit(0, SNARE, 40, 3), Hit(0, SNARE, 90, -3)
    assert in_order([soft, loud]) == in_order([loud, soft]) == (loud,)


def test_a_bar_keeps_its_marks_when_its_hits_change() -> None:
    bar = Bar.of([Hit(240, HAT, 70), Hit(0, KICK, 100)], Meter(3, 4), "model", "jazz", True)
    assert bar.hits == (Hit(0, KICK, 100), Hit(240, HAT, 70))
    changed = bar.with_hits([Hit(480, SNARE, 90)])
    assert changed == Bar((Hit(480, SNARE, 90),), Meter(3, 4), "model", "jazz", True)


def test_a_shuffle_stands_on_triplets_and_a_rock_beat_does_not() -> None:
    assert on_triplets(SHUFFLE[0].hits)
    assert not on_triplets([*HATS, *BACKBEAT])
    assert not on_triplets([])


def test_one_drag_does_not_make_a_shuffle() -> None:
    assert not on_triplets([*HATS, Hit(160, SNARE, 30), Hit(1900, SNARE, 30)])


def test_voices_survive_a_trip_to_another_process() -> None:
    bar = Bar.of(HATS)
    assert pickle.loads(pickle.dumps(bar)) == bar
    assert {Voice.KICK: 1}[pickle.loads(pickle.dumps(Voice.KICK))] == 1


def test_a_hit_moved_within_its_sixteenth_or_struck_softer_leaves_the_outline() -> None:
    bar = Bar.of([Hit(0, Voice.KICK, 100), Hit(480, Voice.SNARE, 90)])
    other = Bar.of([Hit(20, Voice.KICK, 9), Hit(430, Voice.SNARE, 120)])
    assert bar.outline == other.outline == ((0, ORDER[Voice.KICK]), (4, ORDER[Voice.SNARE]))
