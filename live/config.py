"""The settings of one performance; the comments in config.yaml say what each of them means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from engine.controls.control import Value

SOURCES = ("auto", "midi", "link", "internal")
TAKEOVERS = ("none", "pickup", "scale")
FILES = ("mid", "straight", "voices", "alc")
BPM = (20, 300)
SEED = (0, 2**31 - 1)
DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class Controllers:
    """The part `controllers` of config.yaml."""

    auto: bool = True
    ports: Mapping[str, str] = field(default_factory=dict)  # maps by parts of port names
    takeover: str | None = None  # None: as each map says
    folder: str | None = None  # the user's own maps; None: live.loaded_config.map_folder


@dataclass(frozen=True, slots=True)
class Takes:
    """The part `takes` of config.yaml."""

    enabled: bool = True
    folder: str | None = None
    days: float = 365.0
    megabytes: float = 1000.0


@dataclass(frozen=True, slots=True)
class Clips:
    """The part `clips` of config.yaml, and under it `live`, all that starts with `live_`."""

    folder: str | None = None
    files: tuple[str, ...] = ("mid",)
    midi_type: int = 0
    early: str = "start"
    template: str | None = None
    live: bool = True
    live_track: str = "Drums"
    live_new_scene: bool = True
    live_host: str = "127.0.0.1"
    live_port: int = 11000
    live_reply_port: int = 11001


@dataclass(frozen=True, slots=True)
class Panel:
    """The part `panel` of config.yaml; `browser` is the command line's --open."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None
    browser: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """What config.yaml says; the comments there say what each key means."""

    style: str = "funk"
    styles: tuple[str, ...] = ()  # folders of the user's own
    seed: int = 3
    clock: str = "auto"
    bpm: float | None = None
    play: bool = False
    meter: str = "4/4"
    part_on: str = "phrase"  # where a part that is called begins
    kit: str = "gm"
    controller: str = "generic"
    controllers: Controllers = field(default_factory=Controllers)
    virtual: bool = True
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    link: bool = True  # "auto" looks for a session too
    link_quantum: float | None = None  # beats
    link_start_stop: bool = True
    link_propose_tempo: bool = False
    osc_host: str = "127.0.0.1"
    osc_port: int = 9000
    osc_allow: tuple[IPv4Network, ...] = ()
    osc_peers: tuple[tuple[str, int], ...] = ()
    osc_announce: bool = True
    lookahead: int = 2
    commit: float = 0.1  # seconds
    clock_timeout: float = 2.0  # seconds
    weights: str | None = None
    device: str = "auto"
    threads: int = 1
    controls: Mapping[str, Value] = field(default_factory=dict)
    snapshots: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    snapshot_file: str = "auto"  # auto, off, or a path
    takes: Takes = field(default_factory=Takes)
    clips: Clips = field(default_factory=Clips)
    panel: Panel = field(default_factory=Panel)
    # Whose words settings are, by whole keys: "--kit", a take's path; "" is the file's path.
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def place(self, key: str) -> str:
        """Where a setting stands, for an error: "mine.yaml: controls.density", "--kit"."""
        file = self.origins.get("")
        return self.origins.get(key) or (f"{file}: {key}" if file else key)
