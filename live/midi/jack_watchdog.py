"""Whether a JACK server that is there also moves: asked without holding Python's lock.

A server can be there and hang: stopped, or waiting for its audio interface. rtmidi then waits
with it, and holds Python's lock meanwhile: while it makes or deletes a client, and while a ring
that nobody empties is full. ctypes gives the lock away for each call, so we ask by it, in the
library that rtmidi brings along; while the server moves, rtmidi is safe.
"""

from __future__ import annotations

import ctypes
import threading
import time

from live.midi.jack_server import libraries

PATIENCE = 1.0  # seconds for a server's answer; jackd takes 4 to 30 ms
# Of jack/types.h: JackNoStartServer | JackUseExactName, and JackServerFailed.
ASK, NOBODY = 0x01 | 0x02, 0x10


class JackWatchdog:
    """A pulse to feel; all but `moves` belong to the thread that watches the ports.

    Where rtmidi brings no libjack along (not on Linux, or built from source) it believes in
    every server.
    """

    def __init__(self) -> None:
        self._library = _libjack()
        self._asking: threading.Thread | None = None
        self._answered = False
        self._frame = 0

    def answers(self) -> bool:
        """Whether a server is there; waits for its answer for a second at most.

        TimeoutError, once: it is there and does not answer. It is still being asked, and until
        it answers the following calls are False at once.
        """
        if self._library is None:
            return True
        if self._asking is None:
            self._asking = threading.Thread(target=self._ask, name="jack pulse", daemon=True)
            self._asking.start()
            self._asking.join(PATIENCE)
            if self._asking.is_alive():
                raise TimeoutError("its server is there and does not answer")
        if self._asking.is_alive():
            return False
        self._asking = None
        return self._answered

    def moves(self) -> bool:
        """Whether the server has gone on since the last call; there must be clients of ours.

        It goes on by a period: each 5 ms with 256 frames at 48 kHz, 85 ms with 4096.
        """
        if self._library is None:
            return True
        # From memory that the server shares with us: no call waits for it, no client is needed.
        before, self._frame = self._frame, self._library.jack_last_frame_time(None)
        return bool(self._frame != before)

    def moves_within(self, seconds: float) -> bool:
        """Whether the server goes on; waits until it does, at most for `seconds`."""
        until = time.monotonic() + seconds
        self.moves()
        while not self.moves():
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def _ask(self) -> None:
        """Ask for the name that the server itself has: it says no, and its graph is left alone."""
        assert self._library is not None
        status = ctypes.c_int(0)
        client = self._library.jack_client_open(b"system", ASK, ctypes.byref(status))
        if client is not None:
            self._library.jack_client_close(client)
        self._answered = not status.value & NOBODY


def _libjack() -> ctypes.CDLL | None:
    """The jack2 in rtmidi's wheel, as loaded.

    Another library may be jack1's, whose jack_last_frame_time needs a client.
    """
    path = next(
        (path for path in libraries() if "/python_rtmidi" in path and "/libjack" in path), ""
    )
    if not path:
        return None
    library = ctypes.CDLL(path)
    library.jack_client_open.restype = ctypes.c_void_p
    library.jack_client_open.argtypes = (ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p)
    library.jack_client_close.argtypes = (ctypes.c_void_p,)
    library.jack_last_frame_time.argtypes = (ctypes.c_void_p,)
    library.jack_last_frame_time.restype = ctypes.c_uint32
    return library
