"""The folder with what drummers played, which training and judging need."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ConfigError

SOURCE = "https://magenta.tensorflow.org/datasets/groove"


def demand_groove(data: Path) -> None:
    """ConfigError unless a folder is laid out like the Groove MIDI Dataset."""
    if not (data / "info.csv").is_file():
        raise ConfigError(
            f"--data: {data} holds no info.csv; get the MIDI-only archive of the Groove MIDI"
            f" Dataset from {SOURCE} and name the folder it is unpacked to"
        )
