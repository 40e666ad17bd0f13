"""What rtmidi does not say about JACK on Linux: is the server there, and has it died.

libjack 1.9.22 was tried with servers killed and restarted (tests/live/midi/test_ports.py does it):
- port lists of a dead server stay as they were: only our sockets to the server tell;
- deleting a dead MidiOut waits 1 s (MidiOutJack::closePort) and holds Python's lock meanwhile;
- the next client that is opened frees the dead ones inside libjack: deleting or asking one of
  them after that is a segmentation fault. So a dead client is buried: never touched, never freed.
"""

import ctypes
import os
import select
import socket
import stat
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILES = Path("/proc/self/fd")


@dataclass(frozen=True, slots=True)
class JackLink:
    """One of this process's sockets to a JACK server, alive until the server's end closes."""

    file: int
    inode: int  # a file number is given away again after libjack closed it; this is not
    path: str  # of the server's socket

    def alive(self) -> bool:
        """A look of a few microseconds that does not wait."""
        if sys.platform == "win32":
            return True
        try:
            if os.fstat(self.file).st_ino != self.inode:
                return False
        except OSError:
            return False
        poll = select.poll()
        poll.register(self.file, 0)  # hang-up and error are always told
        return not poll.poll(0)


def jack_links() -> frozenset[JackLink]:
    """Sockets of this process that end at a JACK server; none on systems without /proc."""
    if not _FILES.is_dir():
        return frozenset()
    links = (_link(int(file.name)) for file in _FILES.iterdir())
    return frozenset(link for link in links if link is not None)


def _link(file: int) -> JackLink | None:
    if sys.platform == "win32":
        return None
    try:
        about = os.fstat(file)
        if not stat.S_ISSOCK(about.st_mode):
            return None
        with socket.socket(fileno=os.dup(file)) as copy:  # to ask; the copy is closed at once
            path = copy.getpeername() if copy.family == socket.AF_UNIX else ""
    except OSError:
        return None  # not connected, or closed meanwhile
    is_server = isinstance(path, str) and "/jack_" in path
    return JackLink(file, about.st_ino, path) if is_server else None


def default_server_path() -> str:
    """Where libjack (jack2, as in the wheels of python-rtmidi) looks for the server's socket."""
    if sys.platform == "win32":
        return ""
    return f"/dev/shm/jack_{os.environ.get('JACK_DEFAULT_SERVER', 'default')}_{os.getuid()}_0"


def server_answers(path: str) -> bool:
    """Whether a server listens there: what libjack itself asks first, without its messages."""
    if sys.platform == "win32":
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.2)
            probe.connect(path)
    except OSError:
        return False
    return True


def bury(clients: Iterable[object]) -> None:
    """Keep dead clients for ever, past the end of the interpreter too.

    Costs one ring of 16 KiB each; there are two of them for each death of a server.
    """
    for client in clients:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(client))


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


def port_names(midi: Any) -> list[str]:
    """Names by port number, asked one by one so that Python's lock is free between them."""
    names = []
    for number in range(midi.get_port_count()):
        names.append(midi.get_port_name(number) or "")
        time.sleep(0)
    return names
