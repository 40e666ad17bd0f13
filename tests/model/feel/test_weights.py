"""The feel that ships: what it knows, and that it plays like people rather than like dice."""

from __future__ import annotations

import json
from functools import cache
from statistics import fmean, pstdev

import pytest
from safetensors import safe_open

from engine.score.notes import Bar, Hit, Voice
from model.feel.checkpoint import DEFAULT
from model.feel.humanizer import Humanizer
from model.judging.evaluate_feel import drift_autocorrelation
from tests.model.composer.test_weights import GROOVE
from tests.model.small import BEAT


@cache
def feel() -> Humanizer:
    return Humanizer.load()


@cache
def played(style: str, seed: int = 1) -> tuple[Bar, ...]:
    return feel().perform([BEAT] * 64, ((style, 1.0),), 100.0, seed, 0)


def test_the_file_is_small_and_names_its_data() -> None:
    assert DEFAULT.stat().st_size < 3_000_000
    with safe_open(DEFAULT, "pt") as file:
        metadata = file.metadata()
    assert set(json.loads(metadata["styles"])) == GROOVE
    for words in ("Groove MIDI Dataset v1.0.0", "CC BY 4.0", "Google LLC", "Changes:"):
        assert words in metadata["credit"]


def test_the_readme_beside_it_tells_the_same_figures() -> None:
    text = (DEFAULT.parent / "README.md").read_text(encoding="utf-8")
    for figure in ("validation_offset_nats", "validation_velocity_nats", "steps"):
        assert f"{feel().trained.figures[figure]:.4g}" in text, figure


@pytest.mark.parametrize("style", ["funk", "rock", "jazz", "latin"])
def test_it_strays_by_as_many_milliseconds_as_drummers_do(style: str) -> None:
    ms = [hit.offset * 1.25 for bar in played(style) for hit in bar.hits]
    assert 8.0 < pstdev(ms) < 35.0
    assert abs(fmean(ms)) < 15.0


@pytest.mark.long
def test_all_voices_drift_together_from_beat_to_beat() -> None:
    performances = [played("funk", seed) for seed in range(4)]
    assert 0.25 < drift_autocorrelation(performances) < 0.7


def test_the_backbeat_is_louder_than_ghosts_between_the_beats() -> None:
    ghosted = Bar.of([*BEAT.hits, *(Hit(tick, Voice.SNARE, 80) for tick in (840, 1080, 1800))])
    bars = feel().perform([ghosted] * 32, (("funk", 1.0),), 100.0, 1, 0)
    snares = [hit for bar in bars for hit in bar.hits if hit.voice is Voice.SNARE]
    loud = fmean(hit.velocity for hit in snares if hit.tick in (480, 1440))
    soft = fmean(hit.velocity for hit in snares if hit.tick not in (480, 1440))
    assert loud > soft + 20
