"""Options that several commands share, and the settings that come of them."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.controls.control import Value
from engine.errors import ConfigError
from engine.score.grid import METERS
from live.config import BPM, DEVICES, SEED, Config
from live.config_file import load_config
from live.output_file import OutputFile
from mappings.yaml_files import built_in_files

if TYPE_CHECKING:
    from live.material.primer import PrimerSource

DEFAULT_CONFIG = Path("config.yaml")
LONGEST = 1e9  # seconds of a performance, some thirty years
GOES_ON = "go on from the bars of a .mid, a take or live:TRACK/SLOT, in its tempo and meter"
BPM_HELP = "tempo of our own clock, 20..300 (default the style's)"
VARIES = "play variations of such bars; --set variation=0..1 is how far"
# Options that stand for a setting of the same name, where they are given.
SETTINGS = ("style", "bpm", "meter", "seed", "kit", "weights", "device", "clock")


def add_command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    """A command's parser; `text` stands in the list of commands and at the head of its help."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=f"{text[:1].upper()}{text[1:]}."
    )
    return parser


def add_config(parser: argparse.ArgumentParser) -> None:
    """--config, which every command has that reads the settings."""
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help=f"the settings (default {DEFAULT_CONFIG})"
    )


def add_kit(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """--kit, with the kits there are."""
    names = ", ".join(built_in_files("kits"))
    usual = f" (default {default})" if default else ""
    parser.add_argument("--kit", default=default, help=f"{names} or a file{usual}")


def add_seed(parser: argparse.ArgumentParser, default: int | None) -> None:
    """--seed, of whatever has dice; None: the settings' own."""
    parser.add_argument(
        "--seed", type=int, metavar="N", default=default, help="a number: other dice, other bars"
    )


def add_output(parser: argparse.ArgumentParser, text: str) -> None:
    """-o and --force, which every command has that writes a file."""
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=text)
    parser.add_argument("--force", action="store_true", help="write over a file, or to any name")


def add_drums(parser: argparse.ArgumentParser) -> None:
    """--track and --channel, which say what of a .mid is the drums."""
    parser.add_argument("--track", metavar="NAME", help="of a .mid the drums: a name or a number")
    parser.add_argument("--channel", type=int, metavar="N", help="of a .mid the drums: 1..16")


def add_performance(parser: argparse.ArgumentParser) -> None:
    """What `live` and `render` have in common: what is played, and what it begins with."""
    add_config(parser)
    parser.add_argument("--style", metavar="NAME", help="who plays; `drumigen styles` lists them")
    parser.add_argument("--bpm", "--tempo", dest="bpm", type=float, metavar="N", help=BPM_HELP)
    parser.add_argument("--meter", choices=METERS, help="default 4/4")
    add_seed(parser, None)
    add_kit(parser)
    parser.add_argument("--weights", metavar="FILE", help="another drummer's .safetensors")
    parser.add_argument("--device", choices=DEVICES, help="where the drummer computes")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="CONTROL=VALUE",
        help="where a knob starts; `drumigen controls` lists them",
    )
    primer = parser.add_mutually_exclusive_group()
    primer.add_argument("--continue", dest="goes_on", metavar="FILE", help=GOES_ON)
    primer.add_argument("--vary", metavar="FILE", help=VARIES)
    primer.add_argument("--from", dest="take", metavar="TAKE", help="begin where a take ended")
    add_drums(parser)


def config_of(options: argparse.Namespace) -> Config:
    """The settings of the file that is named, of config.yaml, or of neither."""
    path = options.config
    if path is None and DEFAULT_CONFIG.exists():
        path = DEFAULT_CONFIG
    return load_config(path) if path else Config()


def performance_of(options: argparse.Namespace) -> tuple[Config, PrimerSource | None]:
    """The file's performance, the take's over it, and over both the command line's words.

    And what is played before it begins.
    """
    from live.material.primer import PrimerSource, resumed  # noqa: PLC0415

    config, source = config_of(options), options.goes_on or options.vary
    part = drums_said(options, source)
    primer = PrimerSource(source, options.vary is not None, *part) if source else None
    if options.take is not None:
        config, primer = resumed(config, options.take)
    in_range("--bpm", options.bpm, *BPM)
    whole_in_range("--seed", options.seed, *SEED)
    in_range("--for", getattr(options, "seconds", None), 0, LONGEST)
    given: dict[str, Any] = {}
    for key in SETTINGS:
        if getattr(options, key, None) is not None:
            given[key] = getattr(options, key)
    origins = {**config.origins, **{key: f"--{key}" for key in given}}
    if getattr(options, "play", False):
        given["play"] = True
    controls = dict(_set(words) for words in options.set)
    origins |= {f"controls.{name}": f"--set {name}" for name in controls}
    return (
        replace(config, **given, controls={**config.controls, **controls}, origins=origins),
        primer,
    )


def output_of(options: argparse.Namespace, *read: Path) -> OutputFile:
    """Where -o leads; neither what is read nor what the command line names else is replaced."""
    named = {name: value for name, value in vars(options).items() if name != "output"}
    inputs = tuple(Path(one) for one in named.values() if isinstance(one, str | Path) and str(one))
    return OutputFile(options.output, options.force, (*inputs, DEFAULT_CONFIG, *read))


def drums_said(options: argparse.Namespace, source: str | None) -> tuple[str | None, int | None]:
    """Track and channel of the drums; ConfigError unless it is a .mid that they are said of."""
    from live.material.primer import is_midi_file  # noqa: PLC0415

    in_range("--channel", options.channel, 1, 16)
    for name in ("track", "channel"):
        if getattr(options, name) is not None and not (source and is_midi_file(source)):
            raise ConfigError(f"--{name}: says what is the drums of a .mid, and none is read")
    return options.track, options.channel


def in_range(name: str, value: float | None, low: float, high: float) -> None:
    """ConfigError that names the option where its value is out of range."""
    if value is not None and not low <= value <= high:
        raise ConfigError(f"{name}: {value:g} is not a number from {low} to {high}")


def whole_in_range(name: str, value: int | None, low: int, high: int) -> None:
    """The same for whole numbers."""
    if value is not None and not low <= value <= high:
        raise ConfigError(f"{name}: {value} is not a whole number from {low} to {high}")


def _set(words: str) -> tuple[str, Value]:
    name, equals, value = words.partition("=")
    if not equals:
        raise ConfigError(f"--set: {words!r} is not CONTROL=VALUE")
    return name.strip(), value.strip()
