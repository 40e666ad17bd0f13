"""Weights files: what they carry, and what is said when they cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from engine.errors import WeightsError
from model.composer.checkpoint import load, save
from tests.model.small import STYLES, small_trained


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    save(small_trained(), ("jazz",), tmp_path / "new" / "w.safetensors")
    return tmp_path / "new" / "w.safetensors"


def test_what_is_saved_is_loaded(weights: Path) -> None:
    trained, was = load(weights), small_trained()
    assert trained.styles == STYLES
    assert trained.words.names == was.words.names
    assert trained.figures == was.figures
    assert trained.scales.rows == was.scales.rows
    assert trained.transformer.config == was.transformer.config
    state = trained.transformer.state_dict()
    for name, tensor in was.transformer.state_dict().items():
        assert torch.equal(state[name], tensor.half().float()), name


def test_the_file_is_half_precision_and_leaves_nothing_beside_it(weights: Path) -> None:
    with safe_open(weights, "pt") as file:
        names = list(file.keys())
        assert {file.get_tensor(name).dtype for name in names} == {torch.float16}
    assert weights.stat().st_mode & 0o044
    assert [path.name for path in weights.parent.iterdir()] == ["w.safetensors"]


def test_the_file_carries_the_credit_of_its_data(weights: Path) -> None:
    with safe_open(weights, "pt") as file:
        metadata = file.metadata()
    for words in ("Groove MIDI Dataset v1.0.0", "CC BY 4.0", "Google LLC", "Changes:", "jazz"):
        assert words in metadata["credit"]
    assert json.loads(metadata["synthetic"]) == ["jazz"]


def test_a_missing_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere\.safetensors.*drumigen train"):
        load(tmp_path / "nowhere.safetensors")


def test_a_damaged_file_is_named(weights: Path) -> None:
    whole = weights.read_bytes()
    for data in (b"", b"not weights at all", whole[: len(whole) // 2], whole[:50]):
        weights.write_bytes(data)
        with pytest.raises(WeightsError, match=r"w\.safetensors"):
            load(weights)


def test_a_file_of_another_make_is_named(tmp_path: Path, weights: Path) -> None:
    other = tmp_path / "other.safetensors"
    save_file({"x": torch.zeros(1)}, other)
    with pytest.raises(WeightsError, match=r"other\.safetensors: not weights of this drummer"):
        load(other)
    with safe_open(weights, "pt") as file:
        metadata = file.metadata()
    save_file({"x": torch.zeros(1)}, other, metadata)
    with pytest.raises(WeightsError, match=r"other\.safetensors: does not fit"):
        load(other)
    save_file({"x": torch.zeros(1)}, other, metadata | {"config": "{}"})
    with pytest.raises(WeightsError, match="does not fit"):
        load(other)
