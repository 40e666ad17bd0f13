"""A Config with its files opened: what the engine, the ports and the worker start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.controls import Value
from engine.desk import Desk
from engine.errors import ConfigError, ControlError
from engine.grid import METERS
from engine.performer import Setup
from live.config import Config
from mappings.controllers import Map, load_controller
from mappings.kits import load_kit
from mappings.styles import load_styles


@dataclass(frozen=True, slots=True)
class Setting:
    """The engine's setup and the controller map."""

    setup: Setup
    controller: Map


def open_setting(config: Config) -> Setting:
    """Load styles, kit and controller map; ConfigError or MappingError names what is wrong."""
    styles = load_styles(extra=[Path(folder) for folder in config.styles])
    kit = load_kit(config.kit)
    try:
        desk = Desk(styles, config.style)
        controls = _controls(desk, config)
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
    )
    return Setting(setup, load_controller(config.controller, desk.table))


def _controls(desk: Desk, config: Config) -> Mapping[str, Value]:
    """Where the knobs start: style first, because a style brings its swing along."""
    start: dict[str, Value] = {"style": desk.values["style"]}
    if config.bpm is not None:
        start["tempo"] = config.bpm
    for name, value in config.controls.items():
        control, kept = desk.check(name, value)
        start[control.name] = kept
    return start
