"""`drumigen evaluate`, as a person types it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import studio.writing.evaluation
from drumigen.command_line import main
from model.composer.checkpoint import save
from tests.model.judging.test_evaluate import TINY, folder
from tests.model.small import small_trained


@pytest.mark.long
def test_one_command_prints_and_writes_the_scorecard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(small_trained(), (), tmp_path / "w.safetensors")
    small = replace(TINY, bank_styles=2, bank_learned=1, bank_heard=1)
    monkeypatch.setitem(studio.writing.evaluation.SIZES, "quick", small)
    data = folder(tmp_path)
    words = ["evaluate", "--data", str(data), "--split", "test", "--quick", "--weights"]
    assert main([*words, str(tmp_path / "w.safetensors")]) == 0
    printed = capsys.readouterr().out
    assert "quick: parts 2" in printed
    assert "MISSED" in printed
    told = json.loads((tmp_path / "scorecard" / "scorecard.json").read_text(encoding="utf-8"))
    assert "bank: style of origin found" in [row["name"] for row in told["rows"]]
    page = (tmp_path / "scorecard" / "scorecard.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "<svg" in page


def test_a_folder_without_info_csv_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--data", str(tmp_path)]) == 2
    assert f"--data: {tmp_path} holds no info.csv" in capsys.readouterr().err


def test_scikit_learn_is_asked_for_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "info.csv").write_text("", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setattr(studio.writing.evaluation, "Drummer", None)  # would be loaded next
    words = ["evaluate", "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(words) == 2
    said = capsys.readouterr().err
    docs = Path("docs/developing.md").read_text(encoding="utf-8")
    assert "pip install -e '.[evaluate]'" in said and "pip install -e '.[evaluate]'" in docs


@pytest.mark.long
def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(small_trained(), (), tmp_path / "w.safetensors")
    small = replace(TINY, bank_styles=2, bank_learned=1, bank_heard=1)
    monkeypatch.setitem(studio.writing.evaluation.SIZES, "quick", small)
    (tmp_path / "file").write_text("here")
    words = ["evaluate", "--data", str(folder(tmp_path)), "--quick", "--weights"]
    words += [str(tmp_path / "w.safetensors"), "--out", str(tmp_path / "file")]
    assert main(words) == 2
    assert "--out" in capsys.readouterr().err
