"""The commands that list or lay out what there is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from drumigen.options import add_command, add_output, output_of
from engine.errors import ConfigError


def add_lists(commands: Any) -> None:
    """`drumigen ports`, `controls`, `styles`, `doctor` and `touchosc`."""
    for name, command, text in (
        ("ports", _ports, "the MIDI ports there are"),
        ("controls", _controls, "every control, its range and CC"),
        ("doctor", _doctor, "what was found, what is missing and how to get it"),
    ):
        add_command(commands, name, text).set_defaults(command=command)

    styles = add_command(commands, "styles", "who can play, and where it is known from")
    styles.add_argument("name", nargs="?", metavar="NAME", help="a style to read about")
    styles.set_defaults(command=_styles)

    touchosc = add_command(commands, "touchosc", "write a layout for TouchOSC")
    touchosc.add_argument(
        "--size", choices=("phone", "tablet"), default="phone", help="default phone"
    )
    touchosc.add_argument("--port", type=int, default=9001, help="TouchOSC's receive port")
    add_output(touchosc, "the file (default drumigen.tosc)")
    touchosc.set_defaults(command=_touchosc)


def _ports(_options: argparse.Namespace) -> int:
    from drumigen.lists import ports  # noqa: PLC0415

    return ports()


def _controls(_options: argparse.Namespace) -> int:
    from drumigen.lists import controls  # noqa: PLC0415

    return controls()


def _styles(options: argparse.Namespace) -> int:
    from drumigen.style_lists import list_styles, show_style  # noqa: PLC0415

    return show_style(options.name) if options.name is not None else list_styles()


def _doctor(_options: argparse.Namespace) -> int:
    from drumigen.doctor import doctor  # noqa: PLC0415

    return doctor()


def _touchosc(options: argparse.Namespace) -> int:
    from drumigen.lists import touchosc  # noqa: PLC0415

    if not 1 <= options.port <= 65535:
        raise ConfigError(f"--port: {options.port} is not a UDP port from 1 to 65535")
    path = output_of(options).at(Path("drumigen.tosc"), (".tosc",))
    return touchosc(path, options.size, options.port)
