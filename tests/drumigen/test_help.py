"""Every command explains itself."""

import argparse
from collections.abc import Iterator

import pytest

from drumigen.command_line import command_parser


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """All commands, and the commands of commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                yield one
                yield from parsers(one)


@pytest.mark.parametrize("parser", list(parsers(command_parser())), ids=lambda parser: parser.prog)
def test_a_commands_help_says_what_it_does_and_what_each_option_is(
    parser: argparse.ArgumentParser,
) -> None:
    assert parser.description
    assert not [a.dest for a in parser._actions if not a.help and a.nargs != argparse.PARSER]
