"""Who is chosen swings, however chosen, and the knob shows it."""

from __future__ import annotations

import pytest

from engine.controls.control import Value
from engine.feel.strokes import PerformedKnobs, swinging
from engine.playing.events import Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.score.grid import FOUR_FOUR
from engine.score.notes import Bar
from engine.score.style_morph import blend_of, blended, nearer
from mappings.kits import load_kit
from studio.writing.render import render
from tests.engine.stage import Stage
from tests.styles import BANK

WRITTEN = (
    *("jazz", "blues", "bernard_purdie", "elvin_jones", "jeff_porcaro"),
    *("blues_shuffle", "swing"),
)
SWINGING = (*WRITTEN, "uk_garage", "todd_edwards", "neworleans", "john_bonham", "boom_bap")
KIT = load_kit("gm").notes


def setup(style: str, **controls: Value) -> Setup:
    """A performance by patterns, on the grid."""
    begin: dict[str, Value] = {"style": style, "humanize": 0.0, "fill_every": "off"}
    return Setup(BANK, KIT, controls=begin | controls, seed=3)


def seconds(taken_style: str, **controls: Value) -> set[int]:
    """Where in their beat the notes fall that a rendering plays between the beats."""
    done = render(setup(taken_style, **controls), 4, lambda _: None)
    notes = [note for bar in done.taken for note in bar.notes]
    return {round(note.tick) % 480 for note in notes} - {0}


@pytest.mark.parametrize("name", WRITTEN)
def test_whoever_shuffles_says_a_triplet_and_that_it_is_written(name: str) -> None:
    style = BANK[name]
    assert (style.swing, style.written) == (66.7, (66.7, style.swing_grid))


@pytest.mark.parametrize("name", SWINGING)
def test_a_style_shows_its_swing_from_a_setup_and_as_soon_as_it_is_turned(name: str) -> None:
    style = BANK[name]
    assert style.swing > 54
    begun = Performer(setup(name))
    turned = Performer(setup("rock"))
    turned.receive(Turned("style", name), 0.5)
    for performer in (begun, turned):
        assert performer.desk.swing == (style.swing, style.swing_grid)


@pytest.mark.parametrize("name", SWINGING)
def test_a_style_turned_while_another_plays_shows_its_swing_with_its_first_bar(name: str) -> None:
    stage = Stage(styles=BANK, controls={"style": "rock"}, source="internal")
    stage.turn(0.0, play=1.0).turn(0.5, style=name).until(6.0)
    shown = {(s.bar.style, dict(s.controls)["swing"]) for _, s in stage.states if s.bar}
    assert shown == {("rock", 50.0), (name, BANK[name].swing)}


@pytest.mark.parametrize("name", ["blues", "bernard_purdie"])
def test_a_rendered_shuffle_goes_from_triplets_to_straight_by_the_knob(name: str) -> None:
    assert {320} <= seconds(name) <= {160, 320}
    assert {240} <= seconds(name, swing=50.0) <= {120, 240}
    assert {288} <= seconds(name, swing=60.0) <= {144, 288}


def test_uk_garage_swings_its_sixteenths_as_rendered() -> None:
    assert {149, 389} & seconds("uk_garage")
    assert not {149, 389} & seconds("uk_garage", swing=50.0)


def falling(morph: float, bar: Bar) -> list[float]:
    """Where the hits of a bar fall on the way from rock to jazz."""
    style = blended(BANK, nearer("rock", "jazz", morph), blend_of("rock", "jazz", morph))
    falls = swinging(bar, PerformedKnobs(style.swing, style.swing_grid, style.written))
    return [falls(hit) for hit in bar.hits]


def test_from_a_straight_style_to_a_written_one_the_second_eighth_glides_and_swings_once() -> None:
    ride = BANK["jazz"].beats(FOUR_FOUR)[0]
    eighths = BANK["rock"].beats(FOUR_FOUR)[0]
    for step in range(1, 11):
        second = 240.0 + 80.0 * step / 10
        triplets, straight = falling(step / 10, ride), falling(step / 10, eighths)
        for hit, fallen in zip(ride.hits, triplets, strict=True):
            at = second if hit.tick % 480 else 0.0
            assert fallen == pytest.approx(hit.tick // 480 * 480 + at, abs=0.2)
        for hit, fallen in zip(eighths.hits, straight, strict=True):
            if hit.tick % 480 == 240:
                assert fallen == pytest.approx(hit.tick // 480 * 480 + second, abs=0.2)
