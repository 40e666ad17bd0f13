"""A Config with its files opened: what the engine, the ports and the worker start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.controls import Value
from engine.desk import Desk
from engine.errors import ConfigError, ControlError
from engine.grid import METERS
from engine.performer import Setup
from engine.style import Style
from live.config import Config
from live.trained import trained_styles
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
    styles = _playable(load_styles(extra=[Path(folder) for folder in config.styles]), config)
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
