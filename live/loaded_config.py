"""A Config with its files opened: what the engine, the ports and the drummer start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from platformdirs import user_config_path

from engine.controls.control import Control, Value
from engine.controls.desk import Desk
from engine.controls.snapshots import Snapshots
from engine.errors import ConfigError, ControlError
from engine.playing.setup import Setup
from engine.score.grid import METERS
from engine.score.style import Style
from live.config import Config
from live.drummer.weights_header import trained_styles
from mappings.controller_map import Maps
from mappings.controllers import load_maps
from mappings.kits import load_kit
from mappings.styles import load_styles


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """The engine's setup and the controllers' maps."""

    setup: Setup
    maps: Maps


def open_config(config: Config) -> LoadedConfig:
    """Load styles, kit and controller map; ConfigError or MappingError names what is wrong."""
    styles = _playable(load_styles(extra=[Path(folder) for folder in config.styles]), config)
    kit = load_kit(config.kit)
    try:
        desk = Desk(styles, {"style": config.style})
        controls = _controls(desk, config)
        snapshots = Snapshots(desk.table, config.snapshots).everything()
    except ControlError as error:
        raise ConfigError(str(error)) from error
    setup = Setup(
        styles=styles,
        notes=kit.notes,
        channel=kit.channel,
        seed=config.seed,
        meter=METERS[config.meter],
        source=config.clock,
        lookahead=config.lookahead,
        commit=config.commit,
        timeout=config.clock_timeout,
        gate=kit.gate / 1000.0,
        controls=controls,
        snapshots=snapshots,
    )
    return LoadedConfig(setup, open_maps(config, desk.table))


def open_maps(config: Config, table: Mapping[str, Control]) -> Maps:
    """The controllers' maps, the user's own before the built-in ones; MappingError."""
    of = config.controllers
    return load_maps(table, config.controller, of.ports, map_folder(config), auto=of.auto)


def map_folder(config: Config) -> Path:
    """Where the user's own maps lie."""
    folder = config.controllers.folder
    return Path(folder) if folder else _own_folder() / "controllers"


def snapshot_file(config: Config) -> Path | None:
    """Where stored snapshots are kept; None: nowhere."""
    if config.snapshot_file == "off":
        return None
    usual = config.snapshot_file == "auto"
    return _own_folder() / "snapshots.yaml" if usual else Path(config.snapshot_file)


def _own_folder() -> Path:
    return user_config_path("drumigen", appauthor=False)


def _playable(styles: Mapping[str, Style], config: Config) -> dict[str, Style]:
    """The styles, their mixtures of what the drummer has learned.

    A style of which nothing was learned plays its own patterns: better than a drummer who
    plays whatever comes to its mind.
    """
    known = trained_styles(Path(config.weights) if config.weights else None)
    if known is None:
        return dict(styles)
    return {
        name: replace(style, mixture={n: w for n, w in style.mixture.items() if n in known})
        for name, style in styles.items()
    }


def _controls(desk: Desk, config: Config) -> Mapping[str, Value]:
    """Where the knobs start: style first, because a style brings its swing along."""
    start: dict[str, Value] = {"style": desk.values["style"]}
    if config.bpm is not None:
        start["tempo"] = config.bpm
    for name, value in config.controls.items():
        control, kept = desk.check(name, value)
        start[control.name] = kept
    return start
