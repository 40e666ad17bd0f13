"""The announcer's process: says on the network where the OSC port is, until its pipe closes."""

from __future__ import annotations

import importlib
import signal
import socket
from multiprocessing.connection import Connection

from live.osc.port import reachable

SERVICE = "_osc._udp.local."


def serve(connection: Connection, host: str, port: int) -> None:
    """Announce until the pipe closes; what fails is told once."""
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
