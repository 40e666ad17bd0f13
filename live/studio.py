"""Behind the stage: `drumigen render` and `drumigen train`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from engine.errors import ConfigError, WeightsError
from engine.events import Request
from engine.notes import Bar
from engine.setup import Setup
from engine.tab import tab
from live.config import Config
from live.material import material_of
from live.render import render
from live.reuse import Reuse, fitted, given_to
from live.setting import open_setting
from mappings.styles import load_styles
from model.drummer import Drummer
from model.train import PLAN, train
from model.train_feel import train_feel

MINUTES, FEEL_MINUTES = 40.0, 12.0  # of training, where none are asked for


def write_rendering(
    config: Config, bars: int, output: Path | None, *, tabs: bool, reuse: Reuse | None = None
) -> int:
    """Render and write; says what was played."""
    drummer = _drummer(config)
    setup = _given(config, reuse, drummer) if reuse else open_setting(config).setup

    def compose(request: Request) -> Bar | None:
        return drummer.compose(request) if drummer else None

    done = render(setup, bars, compose)
    path = output or Path(f"{setup.controls['style']}.mid")
    try:
        path.write_bytes(done.data)
    except OSError as error:
        raise ConfigError(f"-o: {path} cannot be written ({error.strerror})") from error
    sources = {bar.source for bar in done.bars}
    print(f"{path}: {len(done.bars)} bars at {done.bpm:g} BPM, by {', '.join(sorted(sources))}")
    if tabs:
        for start in range(0, len(done.bars), 4):
            print(f"\n{tab(done.bars[start : start + 4])}")
    return 0


def _given(config: Config, reuse: Reuse, drummer: Drummer | None) -> Setup:
    """What a performance of what was played before starts from."""
    material = material_of(reuse.source, config)
    if material.left_out:
        left = ", ".join(map(str, material.left_out))
        print(f"{reuse.source}: left out, as no voice of the kit {config.kit} has it: {left}")
    setup = open_setting(fitted(config, material)).setup
    mixture = tuple(setup.styles[str(setup.controls["style"])].mixture.items())
    knobs = drummer.knobs_like(material.bars, mixture) if drummer else {}
    return given_to(setup, material, vary=reuse.vary, knobs=knobs)


def _drummer(config: Config) -> Drummer | None:
    """The trained drummer; without weights the style's own patterns play, and it is said."""
    try:
        return Drummer.load(
            Path(config.weights) if config.weights else None, config.device, config.threads
        )
    except WeightsError as error:
        print(f"drumigen: {error}; playing from the style's patterns", file=sys.stderr)
        return None


def train_drummer(
    data: Path, output: Path, minutes: float | None, seed: int, start: Path | None = None
) -> int:
    """Train on a folder laid out like the Groove MIDI Dataset, or go on from weights."""
    _demand_groove(data)
    styles, plan = list(load_styles().values()), replace(PLAN, start=start)
    train(data, styles, output, minutes=minutes or MINUTES, seed=seed, plan=plan)
    return 0


def train_the_feel(data: Path, output: Path, minutes: float | None, seed: int) -> int:
    """Train the feel network on a folder laid out like the Groove MIDI Dataset."""
    _demand_groove(data)
    train_feel(data, output, minutes=minutes or FEEL_MINUTES, seed=seed)
    return 0


def _demand_groove(data: Path) -> None:
    if not (data / "info.csv").is_file():
        raise ConfigError(f"--data: {data} holds no info.csv of the Groove MIDI Dataset")
