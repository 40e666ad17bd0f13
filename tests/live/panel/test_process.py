"""The panel without a browser: who may speak, what is answered, and that it may die."""

import json
import os
import random
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from engine.errors import ConfigError, TakeError
from engine.playing.setup import Setup
from live.config import Config, Panel
from live.config_file import load_config
from live.faults import Faults
from live.panel.guard import knows, own_host, own_page
from live.panel.process import address, listen
from live.panel.spec import PanelSpec, panel_spec
from live.panel.supervisor import PanelSupervisor
from live.panel.take_files import TakeFiles
from mappings.kits import load_kit
from tests.live.panel.test_hub import hostile, view
from tests.rig import wait_until
from tests.styles import BANK

TOKEN = "a-secret-to-know"


# ---- who may speak
@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8765", True),
        ("localhost:8765", True),
        ("localhost", True),
        ("[::1]:8765", True),
        ("192.168.1.7:80", True),
        ("", False),
        ("evil.example:8765", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8765", False),
        ("127.0.0.1:8765:1", False),
        ("[::1]evil", False),
        ("127.0.0.1:x", False),
    ],
)
def test_only_addresses_and_localhost_are_names_of_ours(host: str, ours: bool) -> None:
    assert own_host(host) is ours


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("http://127.0.0.1:8765", True),
        ("http://127.0.0.1:80", False),
        ("https://127.0.0.1:8765", False),
        ("http://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_a_page_of_ours_may_open_the_socket(origin: str, ours: bool) -> None:
    assert own_page({"host": "127.0.0.1:8765", "origin": origin}) is ours


def test_with_a_token_only_who_knows_it_may_speak() -> None:
    assert knows("", "") and knows("", "x") and knows(TOKEN, TOKEN)
    assert not knows(TOKEN, "") and not knows(TOKEN, TOKEN + "x") and not knows(TOKEN, "é")


def test_a_panel_on_the_network_always_has_a_token() -> None:
    setup = Setup(styles=BANK, notes=load_kit("gm").notes)
    assert panel_spec(Config(), setup).token == ""
    open_one = panel_spec(Config(panel=Panel(host="0.0.0.0")), setup)
    assert len(open_one.token) >= 16
    assert f"?token={open_one.token}" in address(open_one, 8765)
    assert panel_spec(Config(panel=Panel(host="0.0.0.0", token=TOKEN)), setup).token == TOKEN


def test_a_taken_port_is_passed_over() -> None:
    with closing(listen("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with closing(listen("127.0.0.1", port)) as second:
            assert second.getsockname()[1] != port


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("panel: {host: drums.example}", "panel.host"),
        ("panel: {token: short}", "panel.token"),
        ("panel: {token: 'with a space'}", "panel.token"),
        ("panel: {port: 0}", "panel.port"),
        ("panel: {colour: red}", "panel.colour"),
    ],
)
def test_what_the_config_says_of_the_panel_is_checked(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(file)
    assert word.split(".")[1] in str(error.value) and str(file) in str(error.value)


# ---- the process
@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of takes, one of two bars, and a secret beside it."""
    folder = tmp_path_factory.mktemp("panel") / "takes"
    folder.mkdir()
    (folder.parent / "secret.jsonl").write_text("a secret", encoding="utf-8")
    head = {"take": 1, "began": "2026-01-01T00:00:00", "seed": 1, "channel": 10,
            "kit": {"kick": 36}}  # fmt: skip
    bars = [{"b": n, "at": 2.0 * n, "bpm": 120.0, "style": "funk", "by": "model"} for n in (0, 1)]
    notes = [{"n": [n, 0, 0.0, 36, 100, 480, 3.5, 36, 90]} for n in (0, 1)]
    lines = [head, bars[0], notes[0], bars[1], notes[1], {"end": 1}]
    text = "\n".join(map(json.dumps, lines)) + "\n"
    (folder / "one.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def panel(takes: Path) -> Iterator[PanelSupervisor]:
    """A panel's process that needs a token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    feed = PanelSupervisor(
        PanelSpec(BANK, port=port, token=TOKEN, takes=str(takes), clips=(str(takes),)),
        heard_from_pages,
        FAULTS,
    )
    feed.open()
    feed.put(view())
    wait_until(lambda: bool(feed.url), "the panel's address", 30.0)
    yield feed
    feed.close()


HEARD: list[tuple[str, float | str]] = []
FAULTS = Faults()


def heard_from_pages(name: str, value: float | str) -> None:
    HEARD.append((name, value))


def base(panel: PanelSupervisor) -> str:
    return panel.url.partition("?")[0].rstrip("/")


def opened(panel: PanelSupervisor, token: str = TOKEN, **more: Any) -> ClientConnection:
    """A WebSocket as a page of ours opens it."""
    where = base(panel)
    more.setdefault("origin", where)
    url = where.replace("http", "ws") + f"/ws?token={token}"
    return connect(url, open_timeout=20.0, **more)


@pytest.mark.stage
def test_the_page_comes_with_a_policy_that_lets_nothing_else_in(panel: PanelSupervisor) -> None:
    answer = httpx.get(base(panel) + "/")
    assert answer.status_code == 200 and "<canvas" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.stage
def test_the_page_weighs_little_and_fetches_nothing_from_elsewhere(panel: PanelSupervisor) -> None:
    folder = Path(__file__).parents[3] / "live" / "panel" / "static"
    files = sorted(folder.iterdir())
    weight = 0
    for file in files:
        answer = httpx.get(f"{base(panel)}/static/{file.name}")
        assert answer.status_code == 200, file.name
        weight += len(answer.content)
        foreign = [line for line in answer.text.splitlines() if "//" in line and "http" in line]
        assert not [line for line in foreign if "www.w3.org" not in line and "${" not in line]
    with opened(panel) as page:
        weight += len(page.recv(20.0))
    assert 50_000 < weight < 300_000


@pytest.mark.stage
def test_another_name_for_this_machine_is_refused(panel: PanelSupervisor) -> None:
    for path in ("/", "/takes", "/static/main.js"):
        answer = httpx.get(base(panel) + path, headers={"host": "evil.example:8765"})
        assert answer.status_code == 421


@pytest.mark.stage
@pytest.mark.parametrize(
    "path",
    [
        "/takes/..%2Fsecret", "/takes/%2e%2e%2fsecret.mid", "/static/..%2Fserver.py",
        "/static/%2e%2e/server.py", "/takes/secret", "/docs", "/openapi.json", "/static/",
    ],
)  # fmt: skip
def test_no_address_reaches_other_files(panel: PanelSupervisor, path: str) -> None:
    answer = httpx.get(base(panel) + path, params={"token": TOKEN})
    assert answer.status_code == 404
    assert "a secret" not in answer.text


@pytest.mark.stage
def test_without_the_token_there_are_no_takes_and_no_socket(panel: PanelSupervisor) -> None:
    for path in ("/takes", "/takes/one", "/takes/one.mid", "/takes?token=wrong"):
        assert httpx.get(base(panel) + path).status_code == 403
    with pytest.raises(InvalidStatus) as refused:
        opened(panel, token="wrong")
    assert refused.value.response.status_code == 403


@pytest.mark.stage
@pytest.mark.parametrize("origin", ["http://evil.example", None])
def test_another_sites_page_cannot_open_the_socket(
    panel: PanelSupervisor, origin: str | None
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        opened(panel, origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.stage
def test_a_take_is_listed_drawn_and_downloaded(panel: PanelSupervisor) -> None:
    known = {"token": TOKEN}
    (row,) = httpx.get(base(panel) + "/takes", params=known).json()
    assert (row["name"], row["bars"], row["notes"], row["styles"]) == ("one", 2, 4, "Funk")
    drawn = httpx.get(base(panel) + "/takes/one", params=known).json()
    assert drawn["bars"] == 2 and drawn["notes"][1] == [483.5, 36, 90]
    file = httpx.get(base(panel) + "/takes/one.mid", params=known)
    assert file.headers["content-type"] == "audio/midi" and file.content[:4] == b"MThd"
    one = httpx.get(base(panel) + "/takes/one", params=known | {"bars": "2"}).json()
    assert one["bars"] == 1
    for bars in ("0", "3", "x", "2-1"):
        wrong = httpx.get(base(panel) + "/takes/one", params=known | {"bars": bars})
        assert wrong.status_code == 404 and "bars" in wrong.json()["detail"]


def change(panel: PanelSupervisor, method: str, path: str, **more: Any) -> httpx.Response:
    """As a page of ours changes a take."""
    headers = {"origin": base(panel)} | more.pop("headers", {})
    where = base(panel) + path
    return httpx.request(method, where, headers=headers, params={"token": TOKEN}, **more)


@pytest.mark.stage
def test_a_take_is_named_starred_deleted_and_brought_back(
    panel: PanelSupervisor, takes: Path
) -> None:
    def row() -> dict[str, Any]:
        (found,) = httpx.get(base(panel) + "/takes", params={"token": TOKEN}).json()
        return dict(found)

    assert change(panel, "PUT", "/takes/one", json={"label": "the  good\none"}).status_code == 200
    assert (row()["label"], row()["starred"]) == ("the  goodone", False)
    change(panel, "PUT", "/takes/one", json={"starred": True})
    assert (row()["label"], row()["starred"]) == ("the  goodone", True)
    before = (takes / "one.jsonl").read_bytes()
    assert change(panel, "DELETE", "/takes/one").status_code == 200
    assert httpx.get(base(panel) + "/takes", params={"token": TOKEN}).json() == []
    again = change(panel, "DELETE", "/takes/one")
    assert again.status_code == 404 and "no take is called 'one'" in again.json()["detail"]
    assert change(panel, "POST", "/takes/one/restore").status_code == 200
    assert row()["label"] == "the  goodone" and (takes / "one.jsonl").read_bytes() == before
    change(panel, "PUT", "/takes/one", json={"label": "", "starred": False})
    assert change(panel, "POST", "/takes/one/restore").status_code == 404


@pytest.mark.stage
def test_only_our_own_page_with_the_token_changes_a_take(panel: PanelSupervisor) -> None:
    for method, path in (
        ("PUT", "/takes/one"),
        ("DELETE", "/takes/one"),
        ("POST", "/takes/one/restore"),
    ):
        wish = {"json": {"starred": True}} if method == "PUT" else {}
        evil = change(panel, method, path, headers={"origin": "http://evil.example"}, **wish)
        assert evil.status_code == 403
        unknown = httpx.request(method, base(panel) + path, headers={"origin": base(panel)}, **wish)
        assert unknown.status_code == 403
    assert change(panel, "PUT", "/takes/one", json={"label": "x" * 999}).status_code == 422
    assert change(panel, "DELETE", "/takes/..%2Fsecret").status_code == 404


@pytest.mark.stage
def test_a_clip_is_downloaded_and_nothing_beside_it(panel: PanelSupervisor, takes: Path) -> None:
    (takes / "a clip.mid").write_bytes(b"MThd")
    known = {"token": TOKEN}
    answer = httpx.get(base(panel) + "/clips/a%20clip.mid", params=known)
    assert (answer.content, answer.headers["content-type"]) == (b"MThd", "audio/midi")
    for path in ("/clips/one.jsonl", "/clips/..%2Fsecret.jsonl", "/clips/none.mid"):
        assert httpx.get(base(panel) + path, params=known).status_code == 404
    assert httpx.get(base(panel) + "/clips/a%20clip.mid").status_code == 403


def test_the_take_that_is_being_played_is_not_deleted(takes: Path) -> None:
    shelf = TakeFiles(PanelSpec(takes=str(takes), began=0.0))
    with pytest.raises(TakeError, match="one: it is being played"):
        shelf.delete("one")


@pytest.mark.stage
def test_a_page_that_sends_too_much_is_shut_and_the_others_go_on(panel: PanelSupervisor) -> None:
    with opened(panel) as good, opened(panel) as bad:
        assert json.loads(good.recv(20.0))["t"] == "hello"
        bad.recv(20.0)
        bad.send("x" * 100_000)
        with pytest.raises(ConnectionClosed):
            while True:
                bad.recv(20.0)
        good.send('{"t":"set","c":"swing","v":61}')
        wait_until(lambda: ("swing", 61.0) in HEARD, "the swing")


@pytest.mark.stage
def test_hostile_messages_through_the_socket_leave_the_panel_alive(panel: PanelSupervisor) -> None:
    dice, pid = random.Random(7), panel.pid
    with opened(panel) as page:
        for _ in range(400):
            page.send(hostile(dice))
        page.send('{"t":"ping","p":1234.5}')
        while json.loads(page.recv(20.0)).get("p") != 1234.5:
            pass
    assert panel.pid == pid
    wait_until(lambda: any(kind == "panel" for kind, _ in FAULTS.kinds()), "the fault")


@pytest.mark.stage
def test_a_panel_that_is_killed_comes_again_at_the_same_address(panel: PanelSupervisor) -> None:
    url, pid = panel.url, panel.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: panel.pid != pid, "another panel", 20.0)
    panel.put(view())

    def there() -> bool:
        try:
            return httpx.get(base(panel) + "/").status_code == 200
        except httpx.TransportError:
            return False

    wait_until(there, "the page", 30.0)
    assert panel.url == url
    with opened(panel) as page:
        assert json.loads(page.recv(20.0))["t"] == "hello"
    assert any("killed" in fault.text or "died" in fault.text for _, fault in FAULTS.kinds())
