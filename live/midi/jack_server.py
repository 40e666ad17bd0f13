"""What libjack does not say: whether a server is there at all. And quiet for its words."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from pathlib import Path

SILENT = "its server is there and does not answer"


def server_answers() -> bool:
    """Whether a server listens where libjack (jack2) looks for one: what it asks first itself.

    False where there is no JACK for us: not on Linux.
    """
    if sys.platform != "linux":
        return False
    name = os.environ.get("JACK_DEFAULT_SERVER", "default")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.2)
            probe.connect(f"/dev/shm/jack_{name}_{os.getuid()}_0")
    except OSError:
        return False
    return True


def hush() -> None:
    """Keep libjack and libasound from printing on the terminal that shows the screen.

    They take a C function for their messages. A Python one would need Python's lock in their
    real-time threads, so they get `strlen`, which reads the text and does nothing.
    """
    if sys.platform != "linux":
        return
    silence = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p)
    for path in libraries():
        name = path.rpartition("/")[2]
        if name.startswith("libjack"):
            library = ctypes.CDLL(path)
            library.jack_set_error_function(silence)
            library.jack_set_info_function(silence)
        elif name.startswith("libasound.so"):
            ctypes.CDLL(path).snd_lib_error_set_handler(silence)


def libraries() -> frozenset[str]:
    """Paths of the files that are mapped into this process; none on systems without /proc."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text().splitlines() if maps.exists() else []
    return frozenset(line.split(maxsplit=5)[-1] for line in lines)
