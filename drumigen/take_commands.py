"""The commands about takes: `drumigen takes` and `drumigen replay`."""

from __future__ import annotations

import argparse
from typing import Any

from drumigen.options import add_command, add_config, add_output, config_of, output_of
from live.config import Config
from live.output_file import OutputFile


def add_takes(commands: Any) -> None:
    """`drumigen takes`, with its own commands, and `drumigen replay`."""
    takes = add_command(commands, "takes", "what was played: list, show, export")
    add_config(takes)
    takes.add_argument("--all", action="store_true", help="not only the newest twenty")
    takes.set_defaults(command=_list)
    more = takes.add_subparsers(metavar="show | export")

    show = add_command(more, "show", "statistics and the bars as drum tabs")
    _bars(show)
    show.set_defaults(command=_show)

    export = add_command(more, "export", "make a clip of bars, as clips in the config says")
    _bars(export)
    add_output(export, "one .mid, and nothing else")
    export.add_argument("--straight", action="store_true", help="with -o: without feel")
    export.add_argument("--voices", action="store_true", help="with -o: a track for each voice")
    export.add_argument("--live", action="store_true", help="into the running set only")
    export.set_defaults(command=_export)

    replay = add_command(commands, "replay", "play a take again, note for note")
    _bars(replay)
    add_output(replay, "a .mid instead of playing")
    replay.set_defaults(command=_replay)


def _bars(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument(
        "take", nargs="?", metavar="TAKE", help="a file, or part of a name (default the newest)"
    )
    parser.add_argument("--bars", metavar="9-16", help="bars counted from 1 in playing order")


def _list(options: argparse.Namespace) -> int:
    from live.takes.listing import list_takes  # noqa: PLC0415

    return list_takes(config_of(options), everything=options.all)


def _show(options: argparse.Namespace) -> int:
    from live.takes.listing import numbers_of, show_take  # noqa: PLC0415

    return show_take(config_of(options), options.take, numbers_of(options.bars))


def _export(options: argparse.Namespace) -> int:
    from live.takes.listing import ExportOptions, export_take, numbers_of  # noqa: PLC0415

    config = config_of(options)
    wish = ExportOptions(_output(options, config), options.straight, options.voices, options.live)
    return export_take(config, options.take, numbers_of(options.bars), wish)


def _replay(options: argparse.Namespace) -> int:
    from live.takes.destinations import OneFile  # noqa: PLC0415
    from live.takes.listing import numbers_of  # noqa: PLC0415
    from live.takes.replay import replay_take  # noqa: PLC0415

    config = config_of(options)
    output = _output(options, config)
    to = OneFile(output) if output else None
    return replay_take(config, options.take, numbers_of(options.bars), to)


def _output(options: argparse.Namespace, config: Config) -> OutputFile | None:
    """Where a take goes, if a file is named; never in its own place."""
    from live.takes.folder import chosen_of  # noqa: PLC0415

    if options.output is None:
        return None
    return output_of(options, chosen_of(config.takes, options.take))
