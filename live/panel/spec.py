"""What the panel's process is started with."""

from __future__ import annotations

import ipaddress
import math
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.playing.setup import Setup
from engine.score.style import Style
from live.config import Config, Panel
from live.takes.folder import clip_folder, rescue_folders, take_folder
from mappings.kits import kit_name

AT_ONCE = 5.0  # seconds in which a performance gets ready to write its take


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """What a panel is started with; `takes` None: there are none to show.

    Takes that their folder did not take lie in those of `rescued`. Clips that may be downloaded lie
    in those of `clips`. A take that began after `began` (seconds since 1970) is being written.

    `port` is tried first, then those after it. With a `token`, only who knows it may speak.
    """

    styles: Mapping[str, Style] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 8765
    token: str = ""
    browser: bool = False  # open one
    takes: str | None = None
    early: str = "start"  # what becomes of an early first downbeat in a take's .mid
    rescued: tuple[str, ...] = ()
    kit: str = "gm"  # what plays, by the name of its file
    clips: tuple[str, ...] = ()
    began: float = math.inf


def panel_spec(config: Config, setup: Setup) -> PanelSpec:
    """A panel for this performance; on a network a token is made where none is given."""
    panel: Panel = config.panel
    token = panel.token or ""
    if not token and not ipaddress.ip_address(panel.host).is_loopback:
        token = secrets.token_urlsafe(12)
    takes = str(take_folder(config.takes)) if config.takes.enabled else None
    rescued = tuple(map(str, rescue_folders()))
    return PanelSpec(
        dict(setup.styles), panel.host, panel.port, token, panel.browser, takes,
        config.clips.early, rescued, kit_name(config.kit),
        (str(clip_folder(config.clips)), *rescued), time.time() - AT_ONCE,
    )  # fmt: skip
