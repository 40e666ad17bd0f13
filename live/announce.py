"""Announces the OSC port as `_osc._udp` by zeroconf, so that TouchOSC's browser lists it.

In a process of its own: whoever on the network asks must not wake the conductor's process. What
fails here is said once and shown; everything plays without it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import socket
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

SERVICE = "_osc._udp.local."


def reachable(host: str) -> bool:
    """Can other machines reach a port bound to this address? Else there is nothing to announce."""
    return not host.startswith("127.") and host != "localhost"


class Announcer:
    """`text` is what has become of it, for the screen; "" while nothing is known."""

    def __init__(self, host: str, port: int) -> None:
        self.text = ""
        self._where = (host, port)
        self._pipe: Connection | None = None
        self._process: BaseProcess | None = None

    def open(self) -> None:
        """Start the process; it needs about a second to be heard."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_announce, args=(theirs, *self._where), daemon=True)
        self._process.start()
        theirs.close()

    def look(self) -> str:
        """Take in what the process has said since; never waits."""
        try:
            while self._pipe is not None and self._pipe.poll():
                self.text = str(self._pipe.recv())
        except (EOFError, OSError):
            self._pipe = None
        return self.text

    def close(self) -> None:
        """Take the announcement back."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.join(timeout=2.0)
            self._process.kill()


def _announce(connection: Connection, host: str, port: int) -> None:
    """The process's whole life: until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the conductor, which ends us
    try:
        # By name: nothing else of the program needs this library.
        zeroconf = importlib.import_module("zeroconf")
        ours = [host] if host != "0.0.0.0" else zeroconf.get_all_addresses()
        addresses = [address for address in ours if reachable(address)] or ["127.0.0.1"]
        name = f"MidiDrumiGen on {socket.gethostname()}"
        service = zeroconf.ServiceInfo(
            SERVICE, f"{name}.{SERVICE}", port=port, parsed_addresses=addresses
        )
        with zeroconf.Zeroconf(ip_version=zeroconf.IPVersion.V4Only) as network:
            network.register_service(service, allow_name_change=True)
            connection.send(f"announced as {service.name.removesuffix('.' + SERVICE)!r}")
            connection.poll(None)
            network.unregister_all_services()
    except Exception as error:  # noqa: BLE001 - no network, no library, a port taken: all the same
        connection.send(f"not announced: {type(error).__name__}: {error}")
        connection.poll(None)
