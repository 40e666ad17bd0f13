"""The real dataset, where it lies beside the checkout; skipped elsewhere."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from model.midi_files.drum_file import read
from model.midi_files.roland_kit import VOICES
from model.training.groove import bars_of

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "groove"
pytestmark = pytest.mark.skipif(
    not (FOLDER / "info.csv").is_file(), reason="the Groove MIDI Dataset is not here"
)


def files(style: str, count: int) -> list[Path]:
    with (FOLDER / "info.csv").open(newline="", encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["style"].split("/")[0] == style]
    short = sorted(rows, key=lambda row: (float(row["duration"]), row["midi_filename"]))
    return [FOLDER / row["midi_filename"] for row in short[-count:]]


@pytest.mark.long
def test_every_pitch_of_the_dataset_has_a_voice() -> None:
    for path in files("latin", 2):
        assert {note.note for note in read(path).notes} <= set(VOICES)


@pytest.mark.long
def test_jazz_lies_on_triplets_and_rock_does_not() -> None:
    def triplets(style: str) -> float:
        hits = [
            hit
            for path in files(style, 2)
            for bar in bars_of(read(path).notes, style, False)
            for hit in bar.hits
        ]
        return sum(hit.tick % 480 in (160, 320) for hit in hits) / len(hits)

    assert triplets("jazz") > 0.05
    assert triplets("rock") < 0.05
