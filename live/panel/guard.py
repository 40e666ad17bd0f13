"""Who may speak to the panel: the user's own pages, and nobody else's.

A page of another site may open a WebSocket to this machine, or give its own name our address
(DNS rebinding): the first is told by its Origin, the second by a Host that is a name.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def own_host(host: str) -> bool:
    """Whether a Host header is an address or localhost: no other name is ours."""
    name, bracket, rest = host.rpartition("]") if host.startswith("[") else ("", "", "")
    if bracket:
        name = name.removeprefix("[")
    else:
        name, _, rest = host.partition(":")
        rest = f":{rest}" if rest else ""
    if rest and not (rest[0] == ":" and rest[1:].isdecimal()):
        return False
    if name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def own_page(headers: Mapping[str, str]) -> bool:
    """Whether a WebSocket is opened by a page that came from us."""
    host = headers.get("host", "")
    return own_host(host) and headers.get("origin", "") == f"http://{host}"


def knows(token: str, given: str) -> bool:
    """Whether who speaks knows the token; without one, everybody does."""
    return not token or hmac.compare_digest(token.encode(), given.encode())
