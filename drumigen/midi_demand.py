"""Asked before a command that listens: is there anything that could be heard?"""

from __future__ import annotations

import sys

from engine.errors import ConfigError
from live.config import Config
from live.midi.port_names import port_names

HOW_TO_GET_MIDI = {
    "linux": "start JACK or PipeWire, or load ALSA's sequencer: sudo modprobe snd-seq",
    "darwin": "CoreMIDI is part of macOS; allow the terminal in Privacy & Security",
    "win32": "install loopMIDI, make a port, and name it in config.yaml under midi.outputs",
}


def demand_input(command: str, config: Config) -> list[str]:
    """The names of the MIDI inputs there are; ConfigError where nothing could ever be heard.

    None of them is no mistake where our own virtual port is made.
    """
    system, inputs, _ = port_names()
    if system is None:
        remedy = HOW_TO_GET_MIDI.get(sys.platform, "`drumigen doctor` says more")
        raise ConfigError(f"{command}: no MIDI system runs, so nothing could be heard; {remedy}")
    if not (inputs or config.virtual):
        raise ConfigError(
            f"{command}: {system} has no MIDI input; plug the controller in (`drumigen ports`"
            " lists what is there), or set midi.virtual: true in config.yaml"
        )
    return inputs
