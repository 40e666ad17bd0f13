"""What the takes' process is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.playing.setup import Setup
from live.config import Clips, Config
from live.takes.folder import rescue_folders, take_folder
from live.takes.header import TakeHeader


@dataclass(frozen=True, slots=True)
class TakesSpec:
    """What the takes' process is started with.

    `takes` is the folder they are written to, None: nowhere; what it or the clips' folder does not
    take goes to the first of `rescue` that does. Takes older than `days`, or more
    than `megabytes` of them, go. `titles` of styles are for the clips' names.
    """

    header: TakeHeader
    takes: str | None = None
    days: float = 365.0
    megabytes: float = 1000.0
    titles: Mapping[str, str] = field(default_factory=dict)
    clips: Clips = field(default_factory=Clips)
    rescue: tuple[str, ...] = ()


def takes_spec(config: Config, setup: Setup) -> TakesSpec:
    """Takes of this performance, which begins now."""
    takes, began = config.takes, datetime.now().astimezone().isoformat(timespec="seconds")
    kit = {voice.value: note for voice, note in setup.notes.items()}
    return TakesSpec(
        TakeHeader(began, setup.seed, setup.channel, kit, setup.articulations),
        str(take_folder(takes)) if takes.enabled else None,
        takes.days,
        takes.megabytes,
        {name: style.title for name, style in setup.styles.items()},
        config.clips,
        tuple(map(str, rescue_folders())),
    )
