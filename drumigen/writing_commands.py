"""The commands off stage: files written, the drummer trained and judged, machines measured."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from drumigen.options import (
    add_command,
    add_config,
    add_drums,
    add_kit,
    add_output,
    add_performance,
    add_seed,
    config_of,
    drums_said,
    in_range,
    output_of,
    performance_of,
    whole_in_range,
)
from engine.errors import ConfigError
from live.config import BPM, SEED

ALS, WEIGHTS = (".als",), (".safetensors",)  # names of what is written


def add_writing(commands: Any) -> None:
    """`drumigen render` and `drumigen humanize`."""
    render = add_command(commands, "render", "write a .mid without any port")
    add_performance(render)
    render.add_argument("--bars", type=int, metavar="N", default=8, help="1..1000 (default 8)")
    render.add_argument("--tab", action="store_true", help="print the bars as drum tabs too")
    add_output(render, "the file (default STYLE.mid)")
    form = render.add_mutually_exclusive_group()
    form.add_argument("--part", metavar="NAME", help="of a song: intro, verse, chorus, bridge …")
    form.add_argument("--song", metavar="FORM", help='a whole take: "intro 4, verse 16, chorus 8"')
    render.add_argument("--clips", action="store_true", help="of a song a file for each part too")
    render.set_defaults(command=_render)

    humanize = add_command(commands, "humanize", "play the notes of a .mid as somebody would")
    humanize.add_argument(
        "input", metavar="IN.mid", help="any drum file, a take, or live:TRACK/SLOT"
    )
    add_config(humanize)
    humanize.add_argument(
        "--style",
        help="who plays; `drumigen styles` lists them (default style in config.yaml, funk)",
    )
    humanize.add_argument(
        "--bpm", type=float, metavar="N", help="20..300 (default the file's tempo)"
    )
    add_seed(humanize, 0)
    humanize.add_argument(
        "--amount",
        type=float,
        metavar="N",
        default=1.0,
        help="0 the grid, 1 the style's own (default), 2 drunk",
    )
    add_kit(humanize, default="gm")
    add_drums(humanize)
    add_output(humanize, "the file (default IN_STYLE.mid)")
    humanize.set_defaults(command=_humanize)


def add_template(commands: Any) -> None:
    """`drumigen template`."""
    template = add_command(commands, "template", "take a template for .alc clips from a set")
    template.add_argument(
        "set", type=Path, metavar="MySet.als", help="of Live 11 or later; only read"
    )
    template.add_argument("--track", help="its MIDI track of this name (default the first)")
    add_output(template, "the file (default where clips look)")
    template.set_defaults(command=_template)


def add_measuring(commands: Any) -> None:
    """`drumigen train`, `evaluate` and `bench`."""
    _add_train(commands)
    _add_evaluate(commands)
    _add_bench(commands)


def _add_train(commands: Any) -> None:
    train = add_command(commands, "train", "train the drummer on the Groove MIDI Dataset")
    train.add_argument(
        "--data", type=Path, metavar="DIR", required=True, help="the folder with info.csv"
    )
    train.add_argument(
        "--part", choices=("drummer", "feel"), default="drummer", help="which of its networks"
    )
    train.add_argument(
        "--minutes", type=float, metavar="N", help="how long (default 40, of the feel 12)"
    )
    add_seed(train, 1)
    add_output(train, "the file (default PART.safetensors)")
    train.add_argument("--from", dest="start", type=Path, help="a drummer's weights to go on from")
    train.set_defaults(command=_train)


def _add_evaluate(commands: Any) -> None:
    evaluate = add_command(commands, "evaluate", "the drummer's scorecard, against real bars")
    evaluate.add_argument(
        "--data", type=Path, metavar="DIR", required=True, help="a folder laid out like Groove"
    )
    evaluate.add_argument("--split", default="test", help="of its info.csv (default test)")
    evaluate.add_argument(
        "--weights", type=Path, metavar="FILE", help="another drummer's .safetensors"
    )
    add_seed(evaluate, 0)
    evaluate.add_argument("--out", type=Path, help="a folder (default beside the weights)")
    evaluate.add_argument("--force", action="store_true", help="write over an older scorecard")
    size = evaluate.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="about a minute, to see that it works")
    size.add_argument("--full", action="store_true", help="hours: 1,000 bars of every style")
    evaluate.set_defaults(command=_evaluate)


def _add_bench(commands: Any) -> None:
    bench = add_command(commands, "bench", "measure this machine (from a checkout)")
    bench.add_argument(
        "words",
        nargs=argparse.REMAINDER,
        metavar="NAME … OPTION …",
        help="clock, start, tick, compose, schedule, storm, osc, ahead, session, surfaces, take,"
        " panel, stall (all when none is named), then options of theirs such as --write or"
        " --seconds 20",
    )
    bench.set_defaults(command=_bench)


def _render(options: argparse.Namespace) -> int:
    from studio.writing.render import write_rendering  # noqa: PLC0415
    from studio.writing.song_form import LONGEST, part_named, song_form  # noqa: PLC0415

    song = song_form(options.song) if options.song is not None else ()
    if options.clips and not song:
        raise ConfigError('--clips: takes --song "intro 4, verse 16" along: one clip a part')
    bars = sum(number for _, number in song) or options.bars
    if not 1 <= bars <= LONGEST:
        raise ConfigError(f"--bars: {bars} is not a whole number from 1 to {LONGEST}")
    config, source = performance_of(options)
    if options.part is not None:
        part = part_named("--part", options.part)
        config = replace(config, controls={**config.controls, "part": part})
    output = output_of(options, *([Path(source.name)] if source else []))
    return write_rendering(
        config, bars, output, tabs=options.tab, source=source, song=song, clips=options.clips
    )


def _humanize(options: argparse.Namespace) -> int:
    from studio.writing.humanize import HumanizeOptions, write_humanized  # noqa: PLC0415

    in_range("--bpm", options.bpm, *BPM)
    whole_in_range("--seed", options.seed, *SEED)
    in_range("--amount", options.amount, 0, 2)
    wish = HumanizeOptions(
        options.style, options.bpm, options.seed, options.amount, options.kit,
        *drums_said(options, options.input),
    )  # fmt: skip
    return write_humanized(options.input, output_of(options), wish, config_of(options))


def _template(options: argparse.Namespace) -> int:
    from live.ableton.alc import template  # noqa: PLC0415

    output = output_of(options)
    target = output.at(options.output, ALS) if options.output else None
    return template(options.set, target, options.track)


def _train(options: argparse.Namespace) -> int:
    from studio.writing.training import train_drummer, train_the_feel  # noqa: PLC0415

    output = output_of(options).at(Path(f"{options.part}.safetensors"), WEIGHTS)
    if options.part == "feel":
        return train_the_feel(options.data, output, options.minutes, options.seed)
    return train_drummer(options.data, output, options.minutes, options.seed, options.start)


def _evaluate(options: argparse.Namespace) -> int:
    from studio.writing.evaluation import evaluate_drummer  # noqa: PLC0415

    size = "quick" if options.quick else "full" if options.full else "default"
    return evaluate_drummer(
        options.data, options.split, size, options.weights, options.out, options.seed,
        force=options.force,
    )  # fmt: skip


def _bench(options: argparse.Namespace) -> int:
    from drumigen.lists import bench  # noqa: PLC0415

    return bench(options.words)
