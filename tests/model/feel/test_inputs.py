"""What the feel network is told, and the classes it answers in."""

from __future__ import annotations

import pytest
import torch

from engine.score.grid import Meter
from engine.score.notes import Bar, Hit, Voice
from model.feel.inputs import (
    HitPlace,
    Window,
    mark_of,
    offset_class,
    offset_edges,
    on_plain_sixteenths,
    stack,
    velocity_class,
    velocity_edges,
)
from model.feel.network import OFFSETS, VELOCITIES


@pytest.mark.parametrize("ticks", [-80, -79, -1, 0, 1, 33, 79])
def test_an_offset_lies_between_the_edges_of_its_class(ticks: int) -> None:
    number = offset_class(ticks)
    assert offset_edges()[number] <= ticks < offset_edges()[number + 1]


def test_offsets_beyond_the_farthest_fall_into_the_outermost_classes() -> None:
    assert (offset_class(-500), offset_class(500)) == (0, OFFSETS - 1)


def test_every_velocity_lies_between_the_edges_of_its_class_and_the_hardest_is_one_alone() -> None:
    edges = velocity_edges()
    assert len(edges) == VELOCITIES + 1
    assert all((edges[1:] > edges[:-1]).tolist())
    for velocity in range(1, 128):
        number = velocity_class(velocity)
        assert edges[number] < velocity < edges[number + 1]
    assert [v for v in range(1, 128) if velocity_class(v) == VELOCITIES - 1] == [127]


def test_marks_part_ghosts_strokes_and_accents() -> None:
    assert [mark_of(velocity) for velocity in (1, 49, 50, 99, 100, 127)] == [1, 1, 2, 2, 3, 3]


def test_places_count_from_the_start_of_the_window_in_any_meter() -> None:
    waltz = Bar.of([Hit(480, Voice.SNARE, 90)], Meter(3, 4))
    assert Window([waltz, Bar(), waltz], 100.0).places() == [
        HitPlace(0, 0, 480),
        HitPlace(2, 0, 1440 + 1920 + 480),
    ]


def test_neighbours_are_told_by_their_distance() -> None:
    bar = Bar.of([Hit(0, Voice.KICK, 90), Hit(0, Voice.RIDE, 90), Hit(60, Voice.KICK, 90)])
    told = stack([Window([bar], 110.0)], 1).numbers[0]
    one = 1.0 / 3.0  # log2 of 1 + 60/60
    assert told[0, 1] == pytest.approx(one)  # the next hit
    assert told[0, 3] == pytest.approx(one)  # the next of the voice
    assert told[2, 0] == pytest.approx(one)
    assert told[1, 3] > 1.5  # no other ride
    assert torch.allclose(told[:, 6] * 3, torch.tensor([2.0, 2.0, 1.0]))
    assert told[0, 7] == pytest.approx(0.0)  # at the median tempo


def test_claps_and_shakers_are_struck_as_snares_and_hats() -> None:
    made = Bar.of([Hit(0, Voice.CLAP, 90), Hit(240, Voice.PERCUSSION, 90)])
    known = Bar.of([Hit(0, Voice.SNARE, 90), Hit(240, Voice.CLOSED_HAT, 90)])
    one, two = (stack([Window([bar], 100.0)], 1) for bar in (made, known))
    assert torch.equal(one.voices, two.voices)


def test_on_plain_sixteenths_a_swung_stroke_is_late() -> None:
    bar = Bar.of([Hit(320, Voice.RIDE, 90, 3), Hit(1890, Voice.KICK, 80), Hit(60, Voice.SNARE, 50)])
    first, second = on_plain_sixteenths([bar, Bar()])
    assert first.hits == (Hit(120, Voice.SNARE, 50, -60), Hit(360, Voice.RIDE, 90, -37))
    assert second.hits == (Hit(0, Voice.KICK, 80, -30),)


def test_on_plain_sixteenths_the_louder_of_two_stays_and_the_last_bar_holds_its_end() -> None:
    flam = Bar.of([Hit(460, Voice.SNARE, 40), Hit(480, Voice.SNARE, 100), Hit(1910, Voice.KICK, 9)])
    assert on_plain_sixteenths([flam])[0].hits == (
        Hit(480, Voice.SNARE, 100, 0),
        Hit(1800, Voice.KICK, 9, 110),
    )
    assert on_plain_sixteenths([]) == ()
