"""The UDP port that OSC comes in by, opened as the settings say."""

from __future__ import annotations

import socket

from live.config import Config

BUFFER = 1 << 22  # bytes: a storm of 20,000 datagrams a second for 200 ms; Linux allows less


def reachable(host: str) -> bool:
    """Can other machines reach a port bound to this address? Else there is nothing to announce."""
    return not host.startswith("127.") and host != "localhost"


def open_osc(config: Config) -> tuple[socket.socket | None, str]:
    """The OSC socket and what to say of it; none where the port is off or taken."""
    if not config.osc_port:
        return None, "off"
    where = f"{config.osc_host}:{config.osc_port}"
    osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        osc.bind((config.osc_host, config.osc_port))
    except (OSError, ValueError, TypeError) as error:  # a host that is no name is one of the last
        osc.close()
        why = error.strerror if isinstance(error, OSError) else error
        return None, f"off: UDP {where} cannot be opened ({why}); set osc.port"
    osc.setblocking(False)
    osc.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    if reachable(config.osc_host) and not config.osc_allow:
        return osc, f"UDP {where}, but osc.allow names nobody: this machine only"
    return osc, f"UDP {where}"
