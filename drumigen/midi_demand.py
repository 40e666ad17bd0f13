"""Commands that listen: is there anything that could be heard, and listening to all of it."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator

from engine.errors import ConfigError
from live.config import Config
from live.midi.port_names import port_names
from live.midi.ports import Ports

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


@contextlib.contextmanager
def listening(config: Config, heard: Callable[[float, bytes, str], None]) -> Iterator[Ports]:
    """Every port there is, any of which may be the one that is touched, until the end.

    `heard` is called from a thread with the time, the message and its port. Ctrl-C ends it.
    """
    ports = Ports(heard, controllers=(("",), ()), virtual=config.virtual)
    ports.open()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        yield ports
    finally:
        ports.close()
