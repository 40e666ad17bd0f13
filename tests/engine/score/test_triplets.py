"""Swung eighths stand on triplets, sixteenths where they are."""

from engine.score.notes import Bar, Hit
from engine.score.triplets import in_triplets
from tests.engine.stage import HAT, HATS, KICK, SNARE


def test_the_late_one_of_two_swung_eighths_goes_to_the_triplet() -> None:
    ride = [Hit(0, HAT, 80), Hit(480, HAT, 90), Hit(840, HAT, 70), Hit(800, KICK, 40)]
    assert in_triplets(Bar.of(ride)).hits == Bar.of([*ride[:2], Hit(800, HAT, 70), ride[3]]).hits


def test_of_two_on_one_triplet_the_louder_stays() -> None:
    both = Bar.of([Hit(320, HAT, 60), Hit(360, HAT, 70)])
    assert in_triplets(both).hits == (Hit(320, HAT, 70),)


def test_sixteenths_and_eighths_stay_and_so_does_a_bar_without_swing() -> None:
    run = Bar.of(Hit(tick, SNARE, 60) for tick in (120, 360, 720, 840))
    assert in_triplets(run) is run
    straight = Bar.of(HATS)
    assert in_triplets(straight) is straight
