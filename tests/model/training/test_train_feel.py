"""Training the feel, end to end on phrases made up, and the shares measured after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from engine.score.notes import ORDER, Voice
from model.feel.humanizer import Humanizer
from model.feel.noise import Noise, Shares
from model.training.feel_shares import Moments, measured_shares, normal_numbers
from model.training.groove import Phrase
from model.training.train_feel import FeelBatch, FeelCorpus, FeelPlan, batches, learn, train_feel
from tests.model.small import BEAT, FEEL_STYLES, wide_feel

THREE = (Voice.KICK, Voice.SNARE, Voice.RIDE)


def phrase(split: str = "train", style: str = "funk", bars: int = 6) -> Phrase:
    return Phrase((BEAT,) * bars, style, 100.0, split, "d")


def test_training_leaves_weights_that_perform(tmp_path: Path) -> None:
    said: list[str] = []
    phrases = [phrase(), phrase(style="jazz"), phrase("validation"), phrase("test", "polka")]
    path = tmp_path / "f.safetensors"
    threads = torch.get_num_threads()
    learn(phrases, path, FeelPlan(minutes=0.001), said.append)
    torch.set_num_threads(threads)
    feel = Humanizer.load(path)
    assert feel.styles == FEEL_STYLES
    assert feel.trained.figures["steps"] >= 1
    assert feel.perform([BEAT], (("funk", 1.0),), 100.0, 1, 0)[0].felt
    assert any("nats" in line for line in said)


def test_training_without_data_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        train_feel(tmp_path / "none", tmp_path / "f", minutes=0.001)


def test_windows_hold_every_bar_once() -> None:
    learned = FeelCorpus([phrase(bars=21), phrase(bars=3)], FEEL_STYLES)
    for seed in range(5):
        windows = learned.windows(FeelPlan(), Random(seed))
        assert sum(len(window.bars) for window in windows) == 24
        assert max(len(window.bars) for window in windows) <= 8


def test_windows_are_named_marked_and_plain_as_often_as_planned() -> None:
    learned = FeelCorpus([phrase(bars=8)] * 300, FEEL_STYLES)
    plan = FeelPlan(whole=1.0, plain=0.3, marked=0.4, nameless=0.1)
    windows = learned.windows(plan, Random(0))
    shares = [
        sum(bool(found) for found in kind) / len(windows)
        for kind in zip(*[(w.plain, w.marks, not w.style) for w in windows], strict=True)
    ]
    assert shares == pytest.approx([0.3, 0.4, 0.1], abs=0.08)
    marks = [mark for window in windows for mark in window.marks]
    assert marks.count(0) / len(marks) == pytest.approx(0.1, abs=0.02)


def test_batches_hold_every_window_once_and_fill_with_nothing() -> None:
    windows = FeelCorpus([phrase(bars=13)] * 4, FEEL_STYLES).windows(FeelPlan(), Random(0))
    found = list(batches(windows, 2, 200, Random(0)))
    assert sum(len(batch.offsets) for batch in found) == len(windows)
    for batch in found:
        assert torch.equal(batch.offsets >= 0, batch.inputs.present)
        assert torch.equal(batch.velocities >= 0, batch.inputs.present)
    one = FeelBatch.of(windows[:1], 2)
    assert set(one.offsets[0].tolist()) == {32}  # BEAT's offsets are all 0


@pytest.mark.long
def test_the_shares_of_a_performance_are_found_again() -> None:
    was = Shares(0.7, 0.05, 0.2, drift=0.8, rho=0.6, level=0.1, hands=0.5, voice=0.2, habit=0.3)
    force = Shares(habit=0.5)
    sums = Moments(), Moments()
    score = [(tick, voice) for tick in range(0, 1920, 240) for voice in THREE]
    places = np.array(
        [(0, n * 1920 + tick, ORDER[voice], tick) for n in range(16) for tick, voice in score],
        float,
    )
    for seed in range(60):
        for moments, shares in zip(sums, (was, force), strict=True):
            noise = Noise(seed, "x", shares)
            moments.add(
                np.array([z for n in range(16) for z in noise.bar(n * 1920, score)]), places
            )
    found = sums[0].shares()
    for name in (
        "close",
        "hand_alone",
        "foot_alone",
        "drift",
        "rho",
        "level",
        "hands",
        "voice",
        "habit",
    ):
        near = 0.2 if name == "hands" else 0.12  # small differences of large numbers
        assert getattr(found, name) == pytest.approx(getattr(was, name), abs=near), name
    found = sums[1].shares()
    assert found.habit == pytest.approx(0.5, abs=0.1)
    assert found.voice < 0.1 and found.close < 0.1


def test_a_stroke_is_ranked_in_what_was_expected_of_it() -> None:
    early, late = (
        replace(phrase(), bars=(BEAT.with_hits(replace(h, offset=n) for h in BEAT.hits),))
        for n in (-40, 40)
    )
    for found, quarter in zip((early, late), (-0.674, 0.674), strict=True):
        offsets, velocities = normal_numbers(found, wide_feel())
        assert offsets == pytest.approx([quarter] * len(BEAT.hits), abs=1e-3)
        assert max(velocities) == velocities[[hit.velocity for hit in BEAT.hits].index(119)]
    timing, _ = measured_shares([early, late], wide_feel())
    assert timing.close == pytest.approx(1.0, abs=0.01)  # all that is struck at once is as late


def test_nothing_measured_is_nothing_shared() -> None:
    assert Moments().shares() == Shares()
