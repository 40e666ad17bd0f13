"""Training, end to end on a folder of two files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import WeightsError
from model.composer.conditions import Asked
from model.composer.drummer import Drummer
from model.composer.tokens import miditok_vocabulary
from model.composer.transformer import Transformer
from model.midi_files.drum_file import write
from model.training.batches import NOTHING, Batch
from model.training.losses import Losses, Sums
from model.training.train_composer import TrainingPlan, go_on_from, rate_at, train
from tests.clips import clip_with
from tests.model.small import BEAT, STYLES, request, small_trained
from tests.model.training.test_groove import TABLE, beat
from tests.model.training.test_synthesis import own_style

WORDS = miditok_vocabulary()


@pytest.mark.long
def test_training_leaves_weights_that_play(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(write(clip_with(beat(), 104, bars=2)))
    rows = (
        "d,s,1,funk,104,beat,4-4,a.mid,train\n"
        "d,s,2,funk,104,fill,4-4,a.mid,train\n"
        "d,s,3,funk,104,beat,4-4,a.mid,validation\n"
    )
    (tmp_path / "info.csv").write_text(TABLE + rows, encoding="utf-8")
    said: list[str] = []
    out = tmp_path / "w.safetensors"
    threads = torch.get_num_threads()
    plan = TrainingPlan(bars_a_style=8)
    trained = train(tmp_path, [own_style()], out, 0.001, plan=plan, report=said.append)
    torch.set_num_threads(threads)
    assert trained.styles == ("funk", "own")
    assert any("session 0.000 bits" in line for line in said)  # nothing of it here
    assert any("validation" in line and "bits a note" in line for line in said)
    drummer = Drummer.load(out, device="cpu", threads=threads)
    assert drummer.trained.figures["steps"] >= 1
    assert drummer.compose(request(mixture=(("own", 1.0),))) is not None


def test_training_goes_on_from_weights_that_know_fewer_styles() -> None:
    known = small_trained()
    torch.manual_seed(9)
    config = replace(known.transformer.config, styles=4)
    model = Transformer(config)
    go_on_from(known, model, ("drill", *STYLES))
    vectors, before = model.styles.weight, known.transformer.styles.weight
    assert torch.equal(vectors[1:], before)  # the last stands for no style
    assert not torch.equal(vectors[0], before[0])
    assert torch.equal(model.left.weight, known.transformer.left.weight)
    with pytest.raises(WeightsError, match="--from"):
        go_on_from(known, Transformer(replace(config, layers=1)), ("drill", *STYLES))


def test_training_without_data_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        train(tmp_path / "none", [], tmp_path / "w", minutes=0.001)


def test_the_rate_rises_then_falls() -> None:
    plan = TrainingPlan(1.0, rate=1.0, warm=0.1)
    rates = [rate_at(spent, plan) for spent in (0.0, 0.05, 0.1, 0.5, 0.9, 1.0, 1.5)]
    assert rates[:3] == [pytest.approx(0.01), pytest.approx(0.5), pytest.approx(1.0)]
    assert rates[2] > rates[3] > rates[4] > rates[5] == pytest.approx(0.02) == rates[6]


def test_losses_are_kept_apart_by_kind() -> None:
    strokes = tuple(WORDS.strokes(BEAT))
    batch = Batch([([strokes], [Asked()]), ([strokes[:1]], [Asked()])], 1, 5)
    losses = torch.tensor([0.5, 1.0, 2.0]) * (batch.targets != NOTHING)
    sums = Sums()
    sums.add(losses, batch)
    notes = len(BEAT.hits)
    assert sums.counts == [notes + 2, notes, notes]  # and the ends of two bars
    found = sums.losses()
    assert found.kinds == (0.5, 1.0, 2.0)
    assert found.bits_per_note == pytest.approx((1.0 + 3.5 * notes) / 0.693147 / notes, rel=1e-4)
    assert "position 0.500" in str(found)


def test_losses_of_nothing_are_nothing() -> None:
    assert Sums().losses() == Losses((0.0, 0.0, 0.0), 0.0)
