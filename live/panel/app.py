"""The panel's addresses: its pages, their WebSocket, takes and kits; nothing else is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any, TypeVar

from fastapi import FastAPI, HTTPException, Request, Response, WebSocket
from pydantic import BaseModel, Field
from starlette.websockets import WebSocketDisconnect

from engine.errors import TakeError, UserError
from live.panel.guard import HEADERS, knows, own_host, own_page
from live.panel.hub import Hub, OpenPage
from live.panel.kit_files import LARGEST, keep_kit, kits_shown
from live.panel.spec import PanelSpec
from live.panel.take_files import TakeFiles

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
MOST_PAGES = 32
Answer = TypeVar("Answer")
REFUSED, FULL = 1008, 1013  # RFC 6455: policy violation; try again later


class LabelWish(BaseModel):
    """What is to be said of a take; None leaves as it is."""

    label: str | None = Field(default=None, max_length=200)
    starred: bool | None = None


def application(hub: Hub, spec: PanelSpec) -> FastAPI:
    """The web application; takes and the WebSocket need the token, where there is one."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _guard(app)
    _page(app)
    _takes(app, spec)
    _kits(app, spec)

    @app.websocket("/ws")
    async def talk(socket: WebSocket, token: str = "") -> None:
        if not own_page(socket.headers) or not knows(spec.token, token):
            await socket.close(REFUSED)
        elif len(hub.pages) >= MOST_PAGES:
            await socket.close(FULL)
        else:
            await converse(hub, socket)

    return app


def _guard(app: FastAPI) -> None:
    """Before every answer: only to who calls us by an address; and what its page may do."""

    @app.middleware("http")
    async def guarded(
        request: Request, go_on: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        if not own_host(request.headers.get("host", "")):
            return Response("not a name of this machine", 421, HEADERS)
        response = await go_on(request)
        response.headers.update(HEADERS)
        return response


def _page(app: FastAPI) -> None:
    static = _static()

    @app.get("/")
    async def page() -> Response:
        return static["index.html"]

    @app.get("/static/{name}")
    async def file(name: str) -> Response:
        return _there(static.get(name))


def _takes(app: FastAPI, spec: PanelSpec) -> None:
    shelf = TakeFiles(spec)

    @app.get("/takes")
    def takes(token: str = "") -> list[dict[str, Any]]:
        _known(spec, token)
        return shelf.takes()

    @app.get("/takes/{name}")
    def take(name: str, token: str = "", bars: str | None = None) -> Response:
        _known(spec, token)
        return _found(lambda: shelf.answer(name, bars))

    @app.get("/clips/{name}")
    def clip(name: str, token: str = "") -> Response:
        _known(spec, token)
        return _found(lambda: shelf.clip(name))

    @app.put("/takes/{name}")
    def label(name: str, wish: LabelWish, request: Request, token: str = "") -> None:
        _own(spec, request, token)
        _found(lambda: shelf.label(name, wish.label, wish.starred))

    @app.delete("/takes/{name}")
    def delete(name: str, request: Request, token: str = "") -> None:
        _own(spec, request, token)
        _found(lambda: shelf.delete(name))

    @app.post("/takes/{name}/restore")
    def restore(name: str, request: Request, token: str = "") -> None:
        _own(spec, request, token)
        _found(lambda: shelf.restore(name))


def _found(answer: Callable[[], Answer]) -> Answer:
    """What is answered, or 404 and why there is nothing."""
    try:
        return answer()
    except TakeError as error:
        raise HTTPException(404, str(error)) from error


def _kits(app: FastAPI, spec: PanelSpec) -> None:
    @app.get("/kits")
    def kits(token: str = "") -> dict[str, Any]:
        _known(spec, token)
        return kits_shown(spec.kit)

    @app.post("/kits")
    async def keep(request: Request, token: str = "", replace: bool = False) -> dict[str, str]:
        _own(spec, request, token)
        try:
            return keep_kit(await _body(request), replace=replace)
        except FileExistsError as error:
            raise HTTPException(409, "there is a kit of yours of this name already") from error
        except UserError as error:
            raise HTTPException(400, str(error)) from error


async def _body(request: Request) -> bytes:
    """What a page sends, read no further than it may be long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise HTTPException(413, f"a kit of more than {LARGEST} bytes")
    return body


def _static() -> dict[str, Response]:
    """The page's files by name, read once."""
    folder = files("live.panel") / "static"
    return {
        one.name: Response(one.read_bytes(), media_type=TYPES[one.name.rpartition(".")[2]])
        for one in folder.iterdir()
        if one.name.rpartition(".")[2] in TYPES
    }


def _there(found: Response | None) -> Response:
    if found is None:
        raise HTTPException(404, "no such file")
    return found


def _known(spec: PanelSpec, token: str) -> None:
    if not knows(spec.token, token):
        raise HTTPException(403, "the token in the panel's address is missing or wrong")


def _own(spec: PanelSpec, request: Request, token: str) -> None:
    """Only a page of ours changes anything: that of another site may send, and does not read."""
    _known(spec, token)
    if not own_page(request.headers):
        raise HTTPException(403, "only the panel's own pages may change anything")


async def converse(hub: Hub, socket: WebSocket) -> None:
    """Show a page what happens and hear what it wants, until it is gone."""
    await socket.accept()
    page = OpenPage()
    telling = asyncio.create_task(_tell(hub, socket, page))
    try:
        while (message := await socket.receive())["type"] == "websocket.receive":
            hub.hear(page, message.get("text") or message.get("bytes"))
    except (WebSocketDisconnect, RuntimeError):  # gone in the middle of a word
        pass
    finally:
        hub.leave(page)
        telling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await telling


async def _tell(hub: Hub, socket: WebSocket, page: OpenPage) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
        await hub.begun.wait()  # a panel that was started again has seen nothing yet
        await socket.send_text(hub.greet(page))
        while True:
            await socket.send_text(await hub.next(page))
