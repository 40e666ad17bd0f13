"""The command line: `drumigen COMMAND`. Arguments in, one function called; no decisions here.

Imports of a command stand in its function: `drumigen live` must be playing before torch
would even be loaded.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from drumigen.kit_commands import add_kits
from drumigen.list_commands import add_lists
from drumigen.parser import Parser, unknown_options
from drumigen.stage_commands import add_learn, add_live
from drumigen.take_commands import add_takes
from drumigen.writing_commands import add_measuring, add_template, add_writing
from engine.errors import UserError

DISTRIBUTION = "midi-drumigen"  # its name on package indexes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0, or 2 with one line on stderr for a mistake of the user's.

    Without a command it prints the help. 1 where nobody reads what is said any more, as `head`.
    """
    if sys.stdout is None:  # closed by `>&-`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - to the end
    try:
        try:
            return _run(arguments)
        finally:  # --help ends by SystemExit
            sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer would be complained of at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(arguments: Sequence[str] | None) -> int:
    parser = command_parser()
    options, rest = parser.parse_known_args(arguments)
    if rest:
        command = options.parser or parser
        command.error(unknown_options(rest, command))
    if options.version:
        print(f"drumigen {version(DISTRIBUTION)}")
        return 0
    if options.command is None:
        parser.print_help()
        return 0
    try:
        return int(options.command(options))
    except UserError as error:
        print(f"drumigen: {error}", file=sys.stderr)
        return 2


def command_parser() -> argparse.ArgumentParser:
    """All commands, in the order the help tells them."""
    parser = Parser(prog="drumigen", description="A drummer that plays along with Ableton Live.")
    parser.add_argument("--version", action="store_true", help="which version this is")
    parser.set_defaults(command=None, parser=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    add_live(commands)
    add_writing(commands)
    add_takes(commands)
    add_learn(commands)
    add_kits(commands)
    add_lists(commands)
    add_template(commands)
    add_measuring(commands)
    for command in commands.choices.values():
        command.set_defaults(parser=command)
    return parser
