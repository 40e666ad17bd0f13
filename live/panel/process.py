"""The panel's process: finds a port, serves the page, passes on what is said on either side.

The pipe to the conductor is read by the main thread, the web is served by another; when the
conductor is gone, so is the panel.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import webbrowser
from multiprocessing.connection import Connection

import uvicorn

from live.panel.app import application
from live.panel.hub import Hub
from live.panel.spec import PanelSpec

NICE = 5  # below the conductor
PORTS = 20  # tried one after the other, before any that is free
LARGEST = 2048  # bytes of a message from a page; what one wants takes a hundred


def serve(connection: Connection, spec: PanelSpec) -> None:
    """Run until the conductor is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the conductor, which ends us
    if hasattr(os, "nice"):
        os.nice(NICE)
    listener = listen(spec.host, spec.port)
    port = int(listener.getsockname()[1])
    lock = threading.Lock()

    def say(kind: str, value: float | str, name: str = "") -> None:
        with lock, contextlib.suppress(OSError):
            connection.send((kind, value, name))

    hub = Hub(spec.styles, say)
    ready = threading.Event()
    threading.Thread(
        target=lambda: asyncio.run(_web(hub, spec, listener, ready)), name="web", daemon=True
    ).start()
    ready.wait()
    url = address(spec, port)
    say("at", url, str(port))
    if spec.browser:
        webbrowser.open(url)
    with contextlib.suppress(EOFError, OSError):
        while True:
            hub.see(connection.recv())


def address(spec: PanelSpec, port: int) -> str:
    """Where a browser finds the page: the URL to type, its token included."""
    everywhere = spec.host in ("0.0.0.0", "::")
    host = (socket.gethostname() if everywhere else spec.host) or spec.host
    if everywhere:  # the page takes no name but localhost: see live/panel/guard.py
        host = _own_address()
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/" + (f"?token={spec.token}" if spec.token else "")


def _own_address() -> str:
    """The address by which the network knows this machine; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket at the port, or the next free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in (*range(port, min(port + PORTS, 65536)), 0):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":  # there it would take a port from its owner
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
            listener.listen()
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError(f"panel.host: {host!r} has no free port")


async def _web(hub: Hub, spec: PanelSpec, listener: socket.socket, ready: threading.Event) -> None:
    hub.begin(asyncio.get_running_loop())
    config = uvicorn.Config(
        application(hub, spec),
        http="h11",
        ws="websockets-sansio",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=LARGEST,
        ws_max_queue=64,
        ws_per_message_deflate=False,  # on one machine it costs more than it saves
        limit_concurrency=200,
    )
    ready.set()  # who comes before uvicorn listens waits in the socket's queue
    await uvicorn.Server(config).serve(sockets=[listener])
