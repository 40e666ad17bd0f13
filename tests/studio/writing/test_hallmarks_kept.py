"""What is rendered keeps the hallmarks of its style, and they tell styles from other music."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks.hallmarks import BARS, REJECTED, families, kept_by, rejected, rendered
from engine.score.notes import Bar
from live.config import Config
from live.loaded_config import open_config
from model.composer.drummer import Drummer
from tests.styles import BANK

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "groove"
SAMPLE = 40  # bars of each family; the benchmark counts all


@cache
def drummer() -> Drummer:
    return Drummer.load(None, "cpu", 1)


@cache
def real() -> dict[str, list[Bar]]:
    """Bars from all over each family, as many of each."""
    return {
        family: bars[:: max(1, len(bars) // SAMPLE)][:SAMPLE]
        for family, bars in families(FOLDER).items()
    }


@pytest.mark.long
@pytest.mark.parametrize("style", list(BANK))
def test_at_default_knobs_the_default_seed_keeps_every_hallmark(style: str) -> None:
    setup = open_config(Config()).setup
    bars = rendered(setup, style, setup.seed, BARS, drummer().compose)
    assert not [rule.name for rule in kept_by(bars, BANK[style].hallmarks)]


@pytest.mark.long
@pytest.mark.skipif(not (FOLDER / "info.csv").is_file(), reason="the data set is not here")
def test_hallmarks_reject_four_of_five_real_bars_of_other_families() -> None:
    shares = {name: rejected(style, real()) for name, style in BANK.items()}
    print("\n".join(f"{name:20} {share:4.0%}" for name, share in shares.items()))
    assert not {name: share for name, share in shares.items() if share < REJECTED}
