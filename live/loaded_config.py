"""A Config with its files opened: what the engine, the ports and the drummer start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.controls.control import Control, Value
from engine.controls.desk import Desk
from engine.controls.snapshots import Snapshots
from engine.controls.table import table
from engine.errors import ConfigError, ControlError
from engine.names import hint
from engine.playing.setup import Setup
from engine.score.grid import METERS
from engine.score.style import Style
from live.config import Config
from live.drummer.weights_header import trained_styles
from mappings.controller_map import Maps
from mappings.controllers import load_maps
from mappings.kits import load_kit
from mappings.styles import load_styles
from mappings.yaml_files import named, own_folder


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """The engine's setup and the controllers' maps."""

    setup: Setup
    maps: Maps


def open_config(config: Config) -> LoadedConfig:
    """Load styles, kit and controller map.

    ConfigError or MappingError names file and key, or option, the value and what is allowed.
    """
    styles = _playable(_styles(config), config)
    with named(config.place("kit")):
        kit = load_kit(config.kit)
    try:
        desk = Desk(styles, {"style": config.style})
    except ControlError as error:
        near = table(styles)["style"].near(config.style)
        raise _misplaced(config, "style", "style", error, near) from error
    controls = _controls(desk, config)
    snapshots = _snapshots(desk, config)
    setup = Setup(
        styles=styles,
        notes=kit.notes,
        channel=kit.channel,
        seed=config.seed,
        meter=METERS[config.meter],
        part_on=config.part_on,
        source=config.clock,
        lookahead=config.lookahead,
        commit=config.commit,
        timeout=config.clock_timeout,
        gate=kit.gate / 1000.0,
        controls=controls,
        snapshots=snapshots,
        articulations=kit.articulations,
        choked=kit.choked,
    )
    return LoadedConfig(setup, open_maps(config, desk.table))


def open_maps(config: Config, table: Mapping[str, Control]) -> Maps:
    """The controllers' maps, the user's own before the built-in ones; MappingError."""
    of = config.controllers
    folder = map_folder(config)
    return load_maps(table, config.controller, of.ports, folder, auto=of.auto, place=config.place)


def map_folder(config: Config) -> Path:
    """Where the user's own maps lie."""
    folder = config.controllers.folder
    return Path(folder) if folder else own_folder() / "controllers"


def snapshot_file(config: Config) -> Path | None:
    """Where stored snapshots are kept; None: nowhere."""
    if config.snapshot_file == "off":
        return None
    usual = config.snapshot_file == "auto"
    return own_folder() / "snapshots.yaml" if usual else Path(config.snapshot_file)


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
        try:
            control, kept = desk.check(name, value)
        except ControlError as error:
            near = _near(desk.table, name, value)
            raise _misplaced(config, f"controls.{name}", name, error, near) from error
        start[control.name] = kept
    return start


def _snapshots(desk: Desk, config: Config) -> dict[str, dict[str, Value]]:
    """What recalling brings back, each value as the controls take it."""
    snapshots = Snapshots(desk.table)
    found: dict[str, dict[str, Value]] = {}
    for letter, values in config.snapshots.items():
        found[letter] = {}
        for name, value in values.items():
            try:
                found[letter][name] = snapshots.checked(name, value)
            except ControlError as error:
                key, near = f"snapshots.{letter}.{name}", _near(desk.table, name, value)
                raise _misplaced(config, key, name, error, near) from error
    return found


def _styles(config: Config) -> dict[str, Style]:
    with named(config.place("styles")):
        return load_styles(extra=[Path(folder) for folder in config.styles])


def _near(rows: Mapping[str, Control], name: str, value: Value) -> str:
    """The nearest control, or the nearest of its choices."""
    return rows[name].near(value) if name in rows else hint(name, rows)


def _misplaced(
    config: Config, key: str, control: str, error: ControlError, near: str
) -> ConfigError:
    """What a control does not take, said of the place where it stands."""
    words = str(error).removeprefix(f"{control}: ").removeprefix("snapshots: ")
    return ConfigError(f"{config.place(key)}: {words}{near}")
