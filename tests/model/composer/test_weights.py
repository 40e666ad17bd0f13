"""The weights that ship: that they play what they are asked, in every style."""

from __future__ import annotations

import json
from functools import cache

import pytest
from safetensors import safe_open

from engine.score.notes import Bar, Voice
from model.composer.checkpoint import DEFAULT
from model.composer.drummer import Drummer
from tests.model.small import request
from tests.styles import BANK, UNTRAINED

GROOVE = {
    "afrobeat", "afrocuban", "blues", "country", "dance", "funk", "gospel", "highlife",
    "hiphop", "jazz", "latin", "middleeastern", "neworleans", "pop", "punk", "reggae",
    "rock", "soul",
}  # fmt: skip
DRUMS = {Voice.SNARE, Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM}


@cache
def drummer() -> Drummer:
    return Drummer.load(device="cpu")


@cache
def phrase(style: str, fill: bool = False, density: float = 0.5, seed: int = 0) -> tuple[Bar, ...]:
    """Three bars of a style, the last as asked."""
    bars: tuple[Bar, ...] = ()
    for place in (5, 6, 7):
        last = place == 7
        asked = request(
            mixture=((style, 1.0),),
            place=place,
            phrase=8,
            fill=fill and last,
            density=density,
            seed=seed * 10 + place,
            history=bars,
        )
        bar = drummer().compose(asked)
        assert bar is not None
        bars += (bar,)
    return bars


def test_the_file_is_small_and_names_its_data() -> None:
    assert DEFAULT.stat().st_size < 10_000_000
    with safe_open(DEFAULT, "pt") as file:
        metadata = file.metadata()
    assert set(json.loads(metadata["styles"])) >= GROOVE
    made_up = json.loads(metadata["synthetic"])
    assert made_up
    assert not GROOVE & set(made_up)
    assert all(name in metadata["credit"] for name in made_up)


def test_every_style_of_the_bank_was_trained_but_for_those_that_lean_on_others() -> None:
    assert set(drummer().styles) == set(BANK) - set(UNTRAINED)


def test_the_readme_beside_it_tells_the_same_figures() -> None:
    text = (DEFAULT.parent / "README.md").read_text(encoding="utf-8")
    for figure in ("validation_bits_per_note", "session_bits_per_note", "steps"):
        assert f"{drummer().trained.figures[figure]:.4g}" in text, figure
    assert all(name in text for name in drummer().styles)


@pytest.mark.long
@pytest.mark.parametrize("style", ["rock", "funk", "jazz", "hiphop", "trap", "house"])
def test_a_groove_has_a_pulse(style: str) -> None:
    for bar in phrase(style, False, 0.5, 0):
        assert len(bar.hits) >= 4
        assert sum(hit.tick % 120 == 0 or hit.tick % 160 == 0 for hit in bar.hits) >= 4


@pytest.mark.long
def test_house_has_its_kick_on_every_beat() -> None:
    ticks = [{h.tick for h in bar.hits if h.voice is Voice.KICK} for bar in phrase("house")]
    assert sum({0, 480, 960, 1440} <= kicks for kicks in ticks) >= 2


@pytest.mark.long
def test_jazz_rides_and_rock_does_not_clap() -> None:
    def strokes(style: str, voice: Voice, phrases: int) -> int:
        bars = [bar for seed in range(phrases) for bar in phrase(style, False, 0.5, seed)]
        return sum(hit.voice is voice for bar in bars for hit in bar.hits)

    assert strokes("jazz", Voice.RIDE, 6) > 15  # half of its grooves are marches and brushes
    assert strokes("rock", Voice.CLAP, 4) == 0


@pytest.mark.long
def test_a_fill_has_more_drums_than_a_groove() -> None:
    def drums(fill: bool) -> int:
        lasts = [phrase("rock", fill, 0.5, seed)[-1] for seed in range(4)]
        return sum(hit.voice in DRUMS for bar in lasts for hit in bar.hits)

    assert drums(True) > 1.5 * drums(False)


@pytest.mark.long
def test_density_asks_for_more_notes() -> None:
    def notes(density: float) -> int:
        return sum(len(b.hits) for n in range(3) for b in phrase("rock", False, density, n))

    assert notes(0.1) < notes(0.5) < notes(0.9)
