"""What the terminal's process is given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TerminalSpec:
    """`plain`: lines, where there is no terminal; `styles` are the bank's names in its order."""

    plain: bool
    styles: tuple[str, ...]
