"""`drumigen doctor`: what was found, what is missing, and how to get it."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from drumigen.midi_demand import HOW_TO_GET_MIDI
from engine.errors import UserError
from live.config import Config
from live.link.spec import PACKAGE, library_version
from live.midi.port_names import port_names
from live.osc.port import open_osc
from live.system.priority import raise_priority
from mappings.styles import load_styles


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for: was it there, in words, and else what to do."""

    what: str
    good: bool
    found: str
    remedy: str = ""


def doctor() -> int:
    """Print what was found; 0 when the drummer can play, which it nearly always can."""
    findings = [_python(), _midi(), _torch(), _weights(), _priority(), _osc(), _link(), _styles()]
    for finding in findings:
        mark = "ok     " if finding.good else "missing"
        print(f"{mark} {finding.what:9} {finding.found}")
        if not finding.good:
            print(f"{'':17} -> {finding.remedy}")
    return 0


def _python() -> Finding:
    python = platform.python_version()
    return Finding("python", True, f"{python} on {platform.system()} {platform.machine()}")


def _midi() -> Finding:
    try:
        system, inputs, outputs = port_names()
    except UserError as error:
        words, _, remedy = str(error).partition("; ")
        return Finding("midi", False, words, remedy)
    if system is None:
        return Finding("midi", False, "no MIDI system runs", HOW_TO_GET_MIDI.get(sys.platform, ""))
    ins, outs = ", ".join(inputs) or "none", ", ".join(outputs) or "none"
    return Finding("midi", True, f"{system}; inputs: {ins}; outputs: {outs}")


def _torch() -> Finding:
    import torch  # noqa: PLC0415 - seconds to load; only this command and the drummer need it

    devices = ["cpu"]
    if torch.cuda.is_available():
        devices.append(f"cuda ({torch.cuda.get_device_name(0)})")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return Finding("torch", True, f"{torch.__version__}; devices: {', '.join(devices)}")


def _weights() -> Finding:
    from model.composer.drummer import Drummer  # noqa: PLC0415 - loads torch

    try:
        drummer = Drummer.load(None, "auto", 1)
    except UserError as error:
        return Finding("weights", False, str(error), "reinstall, or train: drumigen train --data …")
    return Finding("weights", True, f"{drummer.describe()}; {drummer.warm():.0f} ms a bar")


def _priority() -> Finding:
    priority = raise_priority()
    remedy = "not needed to play; on Linux: join the group audio, or set rtprio in limits.conf"
    return Finding("priority", priority.granted, priority.text, remedy)


def _osc() -> Finding:
    osc, words = open_osc(Config())
    if osc is None:
        return Finding(
            "osc", False, words, "close the other program, or set osc.port in config.yaml"
        )
    osc.close()
    return Finding("osc", True, words)


def _link() -> Finding:
    found = library_version()
    if found is None:
        remedy = f"only for --clock link: pip install {PACKAGE} (GPL)"
        return Finding("link", False, f"{PACKAGE} is not installed", remedy)
    return Finding("link", True, f"{PACKAGE} {found}")


def _styles() -> Finding:
    try:
        styles = load_styles()
    except UserError as error:
        return Finding("styles", False, str(error), "mend or remove that file")
    return Finding("styles", True, f"{len(styles)}; `drumigen styles` lists them")
