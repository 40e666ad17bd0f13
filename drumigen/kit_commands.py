"""The commands about kits: `drumigen kit list | show | learn`."""

from __future__ import annotations

import argparse
from typing import Any

from drumigen.options import add_command, add_config, config_of


def add_kits(commands: Any) -> None:
    """`drumigen kit`, with its own commands."""
    kit = add_command(commands, "kit", "which note each voice is: list, show, learn")
    kit.set_defaults(command=_list)
    more = kit.add_subparsers(metavar="list | show | learn")

    add_command(more, "list", "every kit there is").set_defaults(command=_list)

    show = add_command(more, "show", "its notes, and where they are known from")
    show.add_argument("name", metavar="NAME", help="a name, an alias or a file")
    show.set_defaults(command=_show)

    learn = add_command(more, "learn", "hit each voice on a pad: it is a kit of yours")
    learn.add_argument("name", metavar="NAME", help="what it is to be called")
    learn.add_argument("--force", action="store_true", help="write over a kit of yours")
    add_config(learn)
    learn.set_defaults(command=_learn)


def _list(_options: argparse.Namespace) -> int:
    from drumigen.kit_lists import list_kits  # noqa: PLC0415

    return list_kits()


def _show(options: argparse.Namespace) -> int:
    from drumigen.kit_lists import show_kit  # noqa: PLC0415

    return show_kit(options.name)


def _learn(options: argparse.Namespace) -> int:
    from drumigen.kit_lesson import learn_kit  # noqa: PLC0415

    return learn_kit(config_of(options), options.name, force=options.force)
