"""config.yaml read strictly into a Config.

A mistake is the user's to mend: it names the file, the key, the value and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, ip_address
from pathlib import Path
from typing import Any

from engine.controls.control import Value
from engine.controls.table import SNAPSHOTS
from engine.errors import ConfigError, MappingError
from engine.names import instead
from engine.score.grid import METERS
from engine.score.song_parts import PART_ON
from engine.takes.clip import EDGES
from live.config import (
    BPM,
    DEVICES,
    FILES,
    SEED,
    SOURCES,
    TAKEOVERS,
    Clips,
    Config,
    Controllers,
    Panel,
    Takes,
)
from mappings.yaml_fields import Fields, read_yaml

CONTROLLERS = ("auto", "ports", "takeover", "folder")
CLIPS = ("folder", "files", "midi_type", "early", "template", "live")
_TOKEN = re.compile(r"[\w-]{8,100}", re.ASCII)
_HOST = re.compile(r"[\w.:%-]{1,253}", re.ASCII)
LIVE = ("enabled", "track", "new_scene", "host", "port", "reply_port")
KEYS = (
    "style", "styles", "seed", "clock", "bpm", "play", "meter", "part_on", "kit", "controller",
    "controllers", "midi", "link", "osc", "timing", "drummer", "controls", "snapshots",
    "takes", "clips", "snapshot_file", "panel",
)  # fmt: skip


def load_config(path: Path) -> Config:
    """The performance a file describes; ConfigError for anything it should not hold."""
    try:
        values = read_yaml(path)
        return _config(Fields(str(path), "", {} if values is None else values, KEYS))
    except MappingError as error:
        raise ConfigError(str(error)) from error


def _config(top: Fields) -> Config:
    midi = top.under("midi", ("virtual", "inputs", "outputs"), {})
    osc = top.under("osc", ("host", "port", "allow", "peers", "announce"), {})
    timing = top.under("timing", ("lookahead", "commit", "clock_timeout"), {})
    drummer = top.under("drummer", ("weights", "device", "threads"), {})
    return Config(
        style=top.text("style", "funk"),
        styles=_names(top, "styles", "a list of folders"),
        seed=top.whole("seed", *SEED, 3),
        clock=top.choice("clock", SOURCES, "auto"),
        bpm=_number(top, "bpm", *BPM),
        play=_flag(top, "play", default=False),
        meter=top.choice("meter", METERS, "4/4"),
        part_on=top.choice("part_on", PART_ON, "phrase"),
        kit=top.text("kit", "gm"),
        controller=top.text("controller", "generic"),
        controllers=_controllers(top.under("controllers", CONTROLLERS, {})),
        virtual=_flag(midi, "virtual", default=True),
        inputs=_names(midi, "inputs"),
        outputs=_names(midi, "outputs"),
        **_link(top.under("link", ("enabled", "quantum", "start_stop", "propose_tempo"), {})),
        osc_host=_host(osc, "host"),
        osc_port=osc.whole("port", 0, 65535, 9000),
        osc_allow=_networks(osc, "allow"),
        osc_peers=_peers(osc, "peers"),
        osc_announce=_flag(osc, "announce", default=True),
        lookahead=timing.whole("lookahead", 1, 8, 2),
        commit=timing.number("commit", 20, 200, 100) / 1000.0,
        clock_timeout=timing.number("clock_timeout", 0.5, 60, 2.0),
        weights=_maybe(drummer, "weights"),
        device=drummer.choice("device", DEVICES, "auto"),
        threads=drummer.whole("threads", 1, 16, 1),
        controls=_controls(top, "controls"),
        snapshots=_snapshots(top),
        snapshot_file=_snapshot_file(top),
        takes=_takes(top.under("takes", ("enabled", "folder", "days", "megabytes"), {})),
        clips=_clips(top.under("clips", CLIPS, {})),
        panel=_panel(top.under("panel", ("enabled", "host", "port", "token"), {})),
        origins={"": top.file},
    )


def _link(fields: Fields) -> dict[str, Any]:
    """The fields of Config that start with `link`."""
    return {
        "link": _flag(fields, "enabled", default=True),
        "link_quantum": _number(fields, "quantum", 1, 16),
        "link_start_stop": _flag(fields, "start_stop", default=True),
        "link_propose_tempo": _flag(fields, "propose_tempo", default=False),
    }


def _takes(fields: Fields) -> Takes:
    return Takes(
        enabled=_flag(fields, "enabled", default=True),
        folder=_maybe(fields, "folder"),
        days=fields.number("days", 1, 36500, 365.0),
        megabytes=fields.number("megabytes", 1, 1e6, 1000.0),
    )


def _clips(fields: Fields) -> Clips:
    live = fields.under("live", LIVE, {})
    given = fields.values.get("files") is not None
    files = _names(fields, "files", f"a list of {', '.join(FILES)}") if given else ("mid",)
    if wrong := [name for name in files if name not in FILES]:
        raise fields.wrong("files", wrong[0], instead(wrong[0], FILES))
    return Clips(
        folder=_maybe(fields, "folder"),
        files=files,
        midi_type=fields.whole("midi_type", 0, 1, 0),
        early=fields.choice("early", EDGES, "start"),
        template=_maybe(fields, "template"),
        live=_flag(live, "enabled", default=True),
        live_track=live.text("track", "Drums"),
        live_new_scene=_flag(live, "new_scene", default=True),
        live_host=_host(live, "host"),
        live_port=live.whole("port", 1, 65535, 11000),
        live_reply_port=live.whole("reply_port", 1, 65535, 11001),
    )


def _panel(fields: Fields) -> Panel:
    host = fields.text("host", "127.0.0.1")
    try:
        ip_address(host)
    except ValueError as error:
        raise fields.wrong("host", host, "an IP address such as 127.0.0.1 or 0.0.0.0") from error
    token = _maybe(fields, "token")
    if token is not None and not _TOKEN.fullmatch(token):
        raise fields.wrong("token", token, "8 to 100 letters, digits, - and _")
    return Panel(
        enabled=_flag(fields, "enabled", default=True),
        host=host,
        port=fields.whole("port", 1, 65535, 8765),
        token=token,
    )


def _controllers(fields: Fields) -> Controllers:
    ports = _or(fields, "ports", {})
    words = [*ports, *ports.values()] if isinstance(ports, Mapping) else [None]
    if not isinstance(ports, Mapping) or not all(isinstance(one, str) and one for one in words):
        raise fields.wrong("ports", ports, "a mapping of parts of port names to maps")
    return Controllers(
        auto=_flag(fields, "auto", default=True),
        ports=dict(ports),
        takeover=_takeover(fields),
        folder=_maybe(fields, "folder"),
    )


def _takeover(fields: Fields) -> str | None:
    given = fields.values.get("takeover") is not None
    return fields.choice("takeover", TAKEOVERS) if given else None


def _maybe(fields: Fields, key: str) -> str | None:
    return None if fields.values.get(key) is None else fields.text(key)


def _number(fields: Fields, key: str, low: float, high: float) -> float | None:
    return None if fields.values.get(key) is None else fields.number(key, low, high)


def _flag(fields: Fields, key: str, *, default: bool) -> bool:
    return fields.flag(key) if key in fields.values else default


def _or(fields: Fields, key: str, default: object) -> object:
    """What is there; with all its lines commented out a mapping or a list is empty."""
    value = fields.values.get(key)
    return default if value is None else value


def _host(fields: Fields, key: str) -> str:
    """An address or a name, as sockets take it."""
    host = fields.text(key, "127.0.0.1")
    try:
        encoded = host.encode("idna").decode()
    except UnicodeError:  # a part of it is empty or has more than 63 letters
        encoded = ""
    if not _HOST.fullmatch(encoded):
        raise fields.wrong(key, host, "an IP address such as 127.0.0.1, or a host's name")
    return host


def _names(fields: Fields, key: str, allowed: str = "a list of port names") -> tuple[str, ...]:
    value = _or(fields, key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise fields.wrong(key, value, allowed)
    return tuple(value)


def _networks(fields: Fields, key: str) -> tuple[IPv4Network, ...]:
    allowed = "a list of IPv4 addresses or networks: [192.168.1.23, 10.0.0.0/8]"
    try:
        return tuple(IPv4Network(name, strict=False) for name in _names(fields, key, allowed))
    except ValueError as error:
        raise fields.wrong(key, fields.values[key], allowed) from error


def _peers(fields: Fields, key: str) -> tuple[tuple[str, int], ...]:
    """IP and port of each; no host names, for looking one up would make the beat wait."""
    allowed = "a list of IPv4 addresses with ports: ['192.168.1.23:9001']"
    found = []
    for name in _names(fields, key, allowed):
        host, _, port = name.rpartition(":")
        try:
            found.append((str(IPv4Address(host)), int(port)))
        except ValueError as error:
            raise fields.wrong(key, fields.values[key], allowed) from error
        if not 0 < int(port) < 65536:
            raise fields.wrong(key, fields.values[key], allowed)
    return tuple(found)


def _controls(fields: Fields, key: str) -> dict[str, Value]:
    """Names and values are checked against the table later, when the styles are known."""
    value = _or(fields, key, {})
    if not isinstance(value, Mapping):
        raise fields.wrong(key, value, "a mapping of controls to values")
    for name, start in value.items():
        good = isinstance(start, (int, float, str)) and not isinstance(start, bool)
        if not good or (isinstance(start, int) and start.bit_length() > 64):
            raise fields.wrong(f"{key}.{name}", start, "a number or a name")
    return {str(name): start for name, start in value.items()}


def _snapshots(top: Fields) -> dict[str, dict[str, Value]]:
    letters = top.under("snapshots", SNAPSHOTS, {})
    return {letter: _controls(letters, letter) for letter in letters.values}


def _snapshot_file(top: Fields) -> str:
    """YAML 1.1 takes an unquoted off for false."""
    return "off" if top.values.get("snapshot_file") is False else top.text("snapshot_file", "auto")
