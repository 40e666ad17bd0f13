"""An argument parser that answers what it does not know with the nearest that it knows."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from engine.names import hint

_CHOICE = re.compile(r"(.*invalid choice: '([^']*)') \(choose from (.*)\)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Commands under it are parsed by parsers of the same kind."""

    def error(self, message: str) -> NoReturn:
        """Usage, what is wrong and the nearest choices, instead of all; exit status 2."""
        if said := _CHOICE.fullmatch(message):
            near = hint(said[2], re.findall(r"'([^']*)'", said[3]))
            message = f"{said[1]}{near}; `{self.prog} --help` lists them" if near else message
        super().error(message)


def unknown_options(words: Sequence[str], parser: argparse.ArgumentParser) -> str:
    """What is said of words that a command does not take."""
    options = re.findall(r"--[a-z][\w-]*", parser.format_help())
    return f"unrecognized arguments: {' '.join(words)}{hint(words[0].partition('=')[0], options)}"
