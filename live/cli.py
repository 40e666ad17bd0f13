"""The command line: `drumigen COMMAND`. Arguments in, one function called; no decisions here.

Imports of a command stand in its function: `drumigen live` must be playing before torch
would even be loaded.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.controls import Value
from engine.errors import ConfigError, UserError
from engine.grid import METERS
from live.config import DEVICES, SOURCES, Config, load_config
from live.takes_cli import add_takes

if TYPE_CHECKING:
    from live.reuse import Reuse

DEFAULT_CONFIG = Path("config.yaml")
GOES_ON = "go on from the bars of a .mid, a take or live:TRACK/SLOT, in its tempo and meter"
VARIES = "play variations of such bars; --set variation=0..1 is how far"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0, or 2 with one line on stderr for a mistake of the user's."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.command(options))
    except UserError as error:
        print(f"drumigen: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="drumigen", description="A drummer that plays along with Ableton Live."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    live = commands.add_parser("live", help="play (the main job)")
    _performance(live)
    live.add_argument("--clock", choices=SOURCES, help="whose clock (default auto)")
    live.add_argument("--play", action="store_true", help="start our own clock at once")
    live.add_argument("--for", dest="seconds", type=float, help="end after so many seconds")
    live.add_argument("--no-panel", action="store_true", help="no page for the browser")
    live.add_argument("--open", action="store_true", help="open the page in the browser")
    live.set_defaults(command=_live)

    render = commands.add_parser("render", help="write a .mid without any port")
    _performance(render)
    render.add_argument("--bars", type=int, default=8, help="1..1000 (default 8)")
    render.add_argument("--tab", action="store_true", help="print the bars as drum tabs too")
    render.add_argument("-o", "--output", type=Path, help="the file (default STYLE.mid)")
    render.set_defaults(command=_render)

    _humanizing(commands.add_parser("humanize", help="play the notes of a .mid as somebody would"))

    add_takes(commands, _file)

    learn = commands.add_parser("learn", help="touch a control, move a knob: it is yours")
    learn.add_argument("controls", nargs="*", metavar="CONTROL", help="asked for when none is said")
    learn.add_argument("--config", type=Path, help=f"default {DEFAULT_CONFIG}, if it is there")
    learn.set_defaults(command=_learn)

    for name, command, text in (
        ("ports", _ports, "the MIDI ports there are"),
        ("controls", _controls, "every control, its range and CC"),
        ("styles", _styles, "who can play, and where it is known from"),
        ("doctor", _doctor, "what was found, what is missing and how to get it"),
    ):
        commands.add_parser(name, help=text).set_defaults(command=command)

    touchosc = commands.add_parser("touchosc", help="write a layout for TouchOSC")
    touchosc.add_argument("--size", choices=("phone", "tablet"), default="phone")
    touchosc.add_argument("--port", type=int, default=9001, help="TouchOSC's receive port")
    touchosc.add_argument("-o", "--output", type=Path, default=Path("drumigen.tosc"))
    touchosc.set_defaults(command=_touchosc)

    _templating(commands.add_parser("template", help="take a template for .alc clips from a set"))

    train = commands.add_parser("train", help="train the drummer on the Groove MIDI Dataset")
    train.add_argument("--data", type=Path, required=True, help="the folder with info.csv")
    train.add_argument("--part", choices=("drummer", "feel"), default="drummer")
    train.add_argument("--minutes", type=float, help="how long (default 40, of the feel 12)")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("-o", "--output", type=Path, help="the file (default PART.safetensors)")
    train.add_argument("--from", dest="start", type=Path, help="a drummer's weights to go on from")
    train.set_defaults(command=_train)

    evaluate = commands.add_parser("evaluate", help="the drummer's scorecard, against real bars")
    evaluate.add_argument("--data", type=Path, required=True, help="a folder laid out like Groove")
    evaluate.add_argument("--split", default="test", help="of its info.csv (default test)")
    evaluate.add_argument("--weights", type=Path, help="another .safetensors file")
    evaluate.add_argument("--seed", type=int, default=0)
    evaluate.add_argument("--out", type=Path, help="a folder (default beside the weights)")
    size = evaluate.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="about a minute, to see that it works")
    size.add_argument("--full", action="store_true", help="hours: 1,000 bars of every style")
    evaluate.set_defaults(command=_evaluate)

    bench = commands.add_parser("bench", help="measure this machine (from a checkout)")
    bench.add_argument(
        "words",
        nargs=argparse.REMAINDER,
        metavar="NAME … OPTION …",
        help="clock, start, tick, compose, schedule, storm, osc, ahead, session, surfaces, take,"
        " panel (all when none is named), then options of theirs such as --write or --seconds 20",
    )
    bench.set_defaults(command=_bench)
    return parser


def _humanizing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="IN.mid", help="any drum file, a take, or live:TRACK/SLOT")
    parser.add_argument("--config", type=Path, help=f"default {DEFAULT_CONFIG}, if it is there")
    parser.add_argument("--style", required=True, help="who plays; `drumigen styles` lists them")
    parser.add_argument("--bpm", type=float, help="20..300 (default the file's tempo)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--amount", type=float, default=1.0, help="0 the grid, 1 the style's own (default), 2 drunk"
    )
    parser.add_argument("--kit", default="gm", help="gm (default), drumrack, td11 or a file")
    parser.add_argument("-o", "--output", type=Path, help="the file (default IN_STYLE.mid)")
    parser.set_defaults(command=_humanize)


def _templating(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "set", type=Path, metavar="MySet.als", help="of Live 11 or later; only read"
    )
    parser.add_argument("--track", help="its MIDI track of this name (default the first)")
    parser.add_argument("-o", "--output", type=Path, help="the file (default where clips look)")
    parser.set_defaults(command=_template)


def _performance(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help=f"default {DEFAULT_CONFIG}, if it is there")
    parser.add_argument("--style", help="who plays; `drumigen styles` lists them")
    parser.add_argument("--bpm", "--tempo", dest="bpm", type=float, help="20..300")
    parser.add_argument("--meter", choices=METERS)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--kit", help="gm, drumrack, td11 or a file")
    parser.add_argument("--weights", help="another .safetensors file")
    parser.add_argument("--device", choices=DEVICES)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="CONTROL=VALUE",
        help="where a knob starts; `drumigen controls` lists them",
    )
    reuse = parser.add_mutually_exclusive_group()
    reuse.add_argument("--continue", dest="goes_on", metavar="FILE", help=GOES_ON)
    reuse.add_argument("--vary", metavar="FILE", help=VARIES)
    reuse.add_argument("--from", dest="take", metavar="TAKE", help="begin where a take ended")


def _config(options: argparse.Namespace) -> tuple[Config, Reuse | None]:
    """The file's performance, the take's over it, and over both the command line's words.

    And what is played before it begins.
    """
    from live.reuse import Reuse, resumed  # noqa: PLC0415

    config, source = _file(options), options.goes_on or options.vary
    reuse = Reuse(source, vary=options.vary is not None) if source else None
    if options.take is not None:
        config, reuse = resumed(config, options.take)
    named = ("style", "bpm", "meter", "seed", "kit", "weights", "device", "clock")
    given: dict[str, Any] = {}
    for key in named:
        if getattr(options, key, None) is not None:
            given[key] = getattr(options, key)
    if getattr(options, "play", False):
        given["play"] = True
    if options.bpm is not None and not 20 <= options.bpm <= 300:
        raise ConfigError(f"--bpm: {options.bpm:g} is not a number from 20 to 300")
    controls = {**config.controls, **dict(_set(words) for words in options.set)}
    return replace(config, **given, controls=controls), reuse


def _file(options: argparse.Namespace) -> Config:
    path = options.config
    if path is None and DEFAULT_CONFIG.exists():
        path = DEFAULT_CONFIG
    return load_config(path) if path else Config()


def _set(words: str) -> tuple[str, Value]:
    name, equals, value = words.partition("=")
    if not equals:
        raise ConfigError(f"--set: {words!r} is not CONTROL=VALUE")
    return name.strip(), value.strip()


def _live(options: argparse.Namespace) -> int:
    from live.reuse import fitted, given_to, read_apart  # noqa: PLC0415
    from live.stage import perform  # noqa: PLC0415

    config, reuse = _config(options)
    enabled = config.panel.enabled and not options.no_panel
    config = replace(config, panel=replace(config.panel, enabled=enabled, browser=options.open))
    if reuse is None:
        return perform(config, options.seconds)
    material = read_apart(reuse.source, config)
    given = partial(given_to, material=material, vary=reuse.vary)
    return perform(fitted(config, material), options.seconds, given)


def _render(options: argparse.Namespace) -> int:
    from live.studio import write_rendering  # noqa: PLC0415

    if not 1 <= options.bars <= 1000:
        raise ConfigError(f"--bars: {options.bars} is not a whole number from 1 to 1000")
    config, reuse = _config(options)
    return write_rendering(config, options.bars, options.output, tabs=options.tab, reuse=reuse)


def _humanize(options: argparse.Namespace) -> int:
    from live.humanize import Wish, write_humanized  # noqa: PLC0415

    for name, value, low, high in (
        ("--bpm", options.bpm, 20, 300),
        ("--amount", options.amount, 0, 2),
    ):
        if value is not None and not low <= value <= high:
            raise ConfigError(f"{name}: {value:g} is not a number from {low} to {high}")
    wish = Wish(options.style, options.bpm, options.seed, options.amount, options.kit)
    return write_humanized(options.input, options.output, wish, _file(options))


def _learn(options: argparse.Namespace) -> int:
    from live.lesson import teach  # noqa: PLC0415

    return teach(_file(options), options.controls)


def _ports(_options: argparse.Namespace) -> int:
    from live.listing import ports  # noqa: PLC0415

    return ports()


def _controls(_options: argparse.Namespace) -> int:
    from live.listing import controls  # noqa: PLC0415

    return controls()


def _styles(_options: argparse.Namespace) -> int:
    from live.listing import styles  # noqa: PLC0415

    return styles()


def _touchosc(options: argparse.Namespace) -> int:
    from live.listing import touchosc  # noqa: PLC0415

    if not 1 <= options.port <= 65535:
        raise ConfigError(f"--port: {options.port} is not a UDP port from 1 to 65535")
    return touchosc(options.output, options.size, options.port)


def _template(options: argparse.Namespace) -> int:
    from live.alc import template  # noqa: PLC0415

    return template(options.set, options.output, options.track)


def _doctor(_options: argparse.Namespace) -> int:
    from live.doctor import doctor  # noqa: PLC0415

    return doctor()


def _train(options: argparse.Namespace) -> int:
    from live.studio import train_drummer, train_the_feel  # noqa: PLC0415

    output = options.output or Path(f"{options.part}.safetensors")
    if options.part == "feel":
        return train_the_feel(options.data, output, options.minutes, options.seed)
    return train_drummer(options.data, output, options.minutes, options.seed, options.start)


def _evaluate(options: argparse.Namespace) -> int:
    from live.evaluation import evaluate_drummer  # noqa: PLC0415

    size = "quick" if options.quick else "full" if options.full else "default"
    return evaluate_drummer(
        options.data, options.split, size, options.weights, options.out, options.seed
    )


def _bench(options: argparse.Namespace) -> int:
    from live.listing import bench  # noqa: PLC0415

    return bench(options.words)


if __name__ == "__main__":
    sys.exit(main())
