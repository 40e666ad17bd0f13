"""Swung eighths stand on triplets, sixteenths where they are."""

import pytest

from engine.score.notes import Bar, Hit
from engine.score.triplets import in_triplets
from tests.engine.stage import HAT, KICK, SNARE


@pytest.mark.parametrize("late", [240, 360])
def test_the_second_of_two_swung_eighths_goes_to_the_triplet(late: int) -> None:
    ride = [Hit(0, HAT, 80), Hit(480, HAT, 90), Hit(480 + late, HAT, 70, 3), Hit(800, KICK, 40)]
    assert in_triplets(Bar.of(ride)) == Bar.of([*ride[:2], Hit(800, HAT, 70, 3), ride[3]])


def test_of_two_on_one_triplet_the_louder_stays() -> None:
    both = Bar.of([Hit(320, HAT, 60), Hit(360, HAT, 70)])
    assert in_triplets(both).hits == (Hit(320, HAT, 70),)


@pytest.mark.parametrize(
    "ticks", [(120, 360), (240, 360), (120,), (80, 160, 240, 320, 400), (300, 360), (160, 320)]
)
def test_sixteenths_rolls_and_triplets_stay(ticks: tuple[int, ...]) -> None:
    bar = Bar.of(Hit(960 + tick, SNARE, 60) for tick in (0, *ticks))
    assert in_triplets(bar) == bar
