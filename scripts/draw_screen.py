"""Draws docs/pictures/screen.svg: the screen of a real performance, as tmux saw it.

    python scripts/draw_screen.py [--seconds 26] [--style funk]

Needs tmux. It plays by the internal clock, into whatever MIDI system runs.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

OUT = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "screen.svg"
SIZE = (96, 27)  # columns and lines
SESSION = "drumigen-picture"


def main() -> None:
    """Plays, takes the picture, writes it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=26.0, help="of playing before it is taken")
    parser.add_argument("--style", default="funk")
    chosen = parser.parse_args()
    OUT.write_text(drawn(taken(chosen.style, chosen.seconds)), encoding="utf-8")
    print(OUT)


def taken(style: str, seconds: float) -> str:
    """The screen after so many seconds, with its colours as escape sequences."""
    play = [sys.executable, "-m", "drumigen", "live", "--play", "--style", style]
    width, height = map(str, SIZE)
    tmux("new-session", "-d", "-s", SESSION, "-x", width, "-y", height, *play)
    try:
        time.sleep(seconds)
        return tmux("capture-pane", "-e", "-p", "-t", SESSION)
    finally:
        tmux("kill-session", "-t", SESSION)


def tmux(*words: str) -> str:
    """What a tmux command printed; CalledProcessError where it failed."""
    return subprocess.run(["tmux", *words], check=True, capture_output=True, text=True).stdout


def drawn(screen: str) -> str:
    """As SVG, with fonts that everybody has."""
    console = Console(
        record=True,
        width=SIZE[0],
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
    )
    console.print(Text.from_ansi(screen.rstrip("\n")))
    svg = console.export_svg(title="drumigen live", unique_id="screen")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "Fira Code, Menlo, Consolas, monospace")


if __name__ == "__main__":
    main()
