"""Behind `drumigen train`: the drummer and its feel, from a folder of what drummers played."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mappings.styles import load_styles
from model.training.train_composer import PLAN, train
from model.training.train_feel import train_feel
from studio.writing.groove_folder import demand_groove

MINUTES, FEEL_MINUTES = 40.0, 12.0  # of training, where none are asked for


def train_drummer(
    data: Path, output: Path, minutes: float | None, seed: int, start: Path | None = None
) -> int:
    """Train on a folder laid out like the Groove MIDI Dataset, or go on from weights."""
    demand_groove(data)
    styles, plan = list(load_styles().values()), replace(PLAN, start=start)
    train(data, styles, output, minutes=minutes or MINUTES, seed=seed, plan=plan)
    return 0


def train_the_feel(data: Path, output: Path, minutes: float | None, seed: int) -> int:
    """Train the feel network on a folder laid out like the Groove MIDI Dataset."""
    demand_groove(data)
    train_feel(data, output, minutes=minutes or FEEL_MINUTES, seed=seed)
    return 0
