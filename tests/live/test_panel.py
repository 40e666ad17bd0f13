"""The panel without a browser: who may speak, what is answered, and that it may die."""

import asyncio
import json
import os
import random
import signal
import socket
import string
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from engine.controls import table
from engine.desk import Desk
from engine.errors import ConfigError
from engine.events import State, Turned
from engine.notes import Bar, Hit, Voice
from engine.performer import Performer, Setup
from engine.tab import ROWS
from live.config import Config, Panel, load_config
from live.faults import Faults
from live.inbox import Inbox
from live.panel.guard import knows, own_host, own_page
from live.panel.hub import FASTEST, Hub, Page
from live.panel.picture import Picture
from live.panel.server import address, listen
from live.panel_feed import PanelFeed, Spec, spec_of, wanted
from live.view import View
from live.worker import WorkerStatus
from mappings.kits import load_kit
from mappings.styles import load_styles
from tests.rig import wait_until

STYLES = load_styles()
TOKEN = "a-secret-to-know"
BAR = Bar.of([Hit(0, Voice.KICK, 100), Hit(480, Voice.SNARE, 90, 12)], style="funk")


def view(**changes: Any) -> View:
    """What the conductor shows of a funk bar in the middle of a song."""
    controls = tuple(Desk(STYLES).values.items())
    state = State(transport="playing", bar=BAR, next_bar=BAR, controls=controls, at=7.0, tick=99.0)
    return View(replace(state, **changes), WorkerStatus("ready", "cpu"))


def told(hub: Hub, page: Page) -> dict[str, Any]:
    """The next message to a page, which must be there already."""
    message = asyncio.run(asyncio.wait_for(hub.next(page), 1.0))
    return dict(json.loads(message))


class Said(list[tuple[Any, ...]]):
    """What the hub says to the conductor."""

    def __call__(self, *words: Any) -> None:
        self.append(words)


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
    setup = Setup(styles=STYLES, notes=load_kit("gm").notes)
    assert spec_of(Config(), setup).token == ""
    open_one = spec_of(Config(panel=Panel(host="0.0.0.0")), setup)
    assert len(open_one.token) >= 16
    assert f"?token={open_one.token}" in address(open_one, 8765)
    assert spec_of(Config(panel=Panel(host="0.0.0.0", token=TOKEN)), setup).token == TOKEN


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


# ---- what pages are shown
def test_a_picture_holds_the_strokes_that_are_sent() -> None:
    picture = Picture(STYLES)
    shown = picture.of(view())
    assert shown["pos"] == [7.0, 99.0, 120.0]
    assert shown["bar"]["by"] == "template" and shown["bar"]["style"] == "Funk"
    rows = [ROWS.index(Voice.KICK), ROWS.index(Voice.SNARE)]
    assert [hit[1] for hit in shown["bar"]["hits"]] == rows
    assert [(hit[0], hit[3]) for hit in shown["bar"]["hits"]] == [(0, 0), (492, 480)]


def test_muting_takes_a_voice_out_of_the_picture() -> None:
    picture = Picture(STYLES)
    desk = Desk(STYLES)
    desk.values["mute_snare"] = 1.0
    picture.of(view())
    shown = picture.of(view(controls=tuple(desk.values.items())))
    assert [hit[1] for hit in shown["bar"]["hits"]] == [ROWS.index(Voice.KICK)]


def test_a_performance_says_when_and_where_it_was() -> None:
    setup = Setup(styles=STYLES, notes=load_kit("gm").notes, source="internal")
    performer = Performer(setup)
    state = performer.state(12.5)
    assert (state.at, state.tick) == (12.5, 0.0)


def test_a_page_is_told_what_changed_and_nothing_else() -> None:
    hub, page = Hub(STYLES, Said()), Page()
    hub.show(view())
    first = json.loads(hub.greet(page))
    assert first["t"] == "hello" and first["now"]["c:density"] == 0.5
    assert len(first["controls"]) == len(table(tuple(STYLES)))
    assert {style["name"] for style in first["styles"]} == set(STYLES)
    hub.show(view(bpm=133.0))
    assert told(hub, page) == {"t": "now", "d": {"pos": [7.0, 99.0, 133.0]}}


def test_a_slow_page_misses_pictures_and_sees_the_newest() -> None:
    hub, page = Hub(STYLES, Said()), Page()
    hub.show(view())
    hub.greet(page)
    for bpm in range(60, 160):
        hub.show(view(bpm=float(bpm)))
    assert told(hub, page)["d"]["pos"][2] == 159.0


# ---- what pages ask for
def test_a_page_is_told_what_became_of_what_it_set_even_if_all_is_as_before() -> None:
    time = [0.0]
    hub, page = Hub(STYLES, Said(), now=lambda: time[0]), Page()
    hub.show(view())
    hub.greet(page)
    density = page.sent["c:density"]
    hub.hear(page, '{"t":"set","c":"density","v":0.25}')  # and a snapshot puts it back at once
    hub.show(view(tick=100.0))
    assert "c:density" not in told(hub, page)["d"]  # it may be on its way yet
    time[0] = 0.2
    hub.show(view(tick=101.0))
    assert told(hub, page)["d"]["c:density"] == density


def test_a_page_turns_controls_and_asks_the_time() -> None:
    said = Said()
    hub, page = Hub(STYLES, said, now=lambda: 3.25), Page()
    hub.hear(page, '{"t":"set","c":"density","v":0.25}')
    hub.hear(page, '{"t":"set","c":"style","v":"J Dilla"}')
    hub.hear(page, '{"t":"learn","c":"swing"}')
    hub.hear(page, '{"t":"learn","c":""}')
    assert said == [("set", 0.25, "density"), ("set", "j_dilla", "style"), ("learn", "swing"),
                    ("learn", "")]  # fmt: skip
    hub.hear(page, '{"t":"ping","p":17.5}')
    assert told(hub, page) == {"t": "pong", "p": 17.5, "at": 3.25}


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        b"\xff\xfe",
        "[1,2]",
        "{}",
        "[" * 2000,
        '{"t":"quit"}',
        '{"t":"set","c":"quit","v":1}',
        '{"t":"set","c":"learn","v":1}',
        '{"t":"set","c":"density","v":2}',
        '{"t":"set","c":"density","v":NaN}',
        '{"t":"set","c":"density","v":null}',
        '{"t":"set","c":"density","v":1e999}',
        '{"t":"set","c":"style","v":"nobody"}',
        '{"t":"set","c":"style","v":"' + "x" * 500 + '"}',
        '{"t":"set","c":["density"],"v":1}',
        '{"t":"learn","c":"nothing"}',
        '{"t":"ping","p":Infinity}',
    ],
)
def test_what_makes_no_sense_is_refused_and_counted(text: str | bytes | None) -> None:
    said = Said()
    hub, page = Hub(STYLES, said), Page()
    hub.hear(page, text)
    answer = told(hub, page)
    assert answer["t"] == "error" and answer["count"] == 1 and answer["text"]
    assert [words[0] for words in said] == ["fault"]


def hostile(dice: random.Random) -> str | bytes:
    """Something no page of ours would send, or nearly what one does."""
    kind = dice.randrange(5)
    if kind == 0:
        return dice.randbytes(dice.randrange(60))
    if kind == 1:
        return "".join(dice.choices(string.printable, k=dice.randrange(60)))
    good = json.dumps({"t": "set", "c": "density", "v": dice.random()})
    if kind == 2:  # cut off, or a sign changed
        at = dice.randrange(len(good))
        return good[:at] + dice.choice(string.printable) + good[at + dice.randrange(2) :]
    junk = [None, True, -1, 1e308, "x", [], {}, "density", "quit", "play"]
    message = {dice.choice("tcvp"): dice.choice(junk) for _ in range(4)}
    if kind == 3:
        message["t"] = dice.choice(["set", "learn", "ping", "now"])
    return json.dumps(message)


def test_ten_thousand_hostile_messages_raise_nothing_and_turn_nothing_badly() -> None:
    dice, said, clock = random.Random(6), Said(), iter(range(1_000_000))
    hub, page = Hub(STYLES, said, now=lambda: next(clock) * 0.01), Page()
    rows = table(tuple(STYLES))
    for _ in range(10_000):
        hub.hear(page, hostile(dice))
    for kind, value, *name in said:
        if kind == "set":
            assert rows[name[0]].check(value) == value
        elif kind == "learn":
            assert not value or value in rows
    assert sum(kind == "fault" for kind, *_ in said) < 150  # of 100 seconds: one a second
    assert len(page.answers) == 64


def test_a_page_that_sends_too_fast_is_held_back() -> None:
    said = Said()
    hub, page = Hub(STYLES, said, now=lambda: 1.0), Page()
    for _ in range(3 * int(FASTEST)):
        hub.hear(page, '{"t":"set","c":"density","v":0.5}')
    assert sum(kind == "set" for kind, *_ in said) == FASTEST
    assert "commands a second" in page.answers[-1]["text"]


def test_of_a_knob_that_is_turned_on_a_page_only_the_newest_value_is_heard() -> None:
    inbox = Inbox()
    for value in range(100):
        wanted("density", value / 100, inbox, 1.0)
    at, turned = inbox.take() or (0.0, None)
    assert (at, getattr(turned, "value", None)) == (1.0, 0.99)
    assert inbox.take() is None
    inbox.close()


def test_a_snapshot_that_is_stored_on_a_page_holds_what_was_turned_before_it() -> None:
    inbox = Inbox()
    for name, value in (("density", 0.1), ("density", 0.2), ("store_a", 1.0), ("density", 0.9)):
        wanted(name, value, inbox, 1.0)
    heard = iter(inbox.take, None)
    assert [item[1] for item in heard if item] == [
        Turned("density", 0.2),
        Turned("store_a", 1.0),
        Turned("density", 0.9),
    ]
    inbox.close()


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
def panel(takes: Path) -> Iterator[PanelFeed]:
    """A panel's process that needs a token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    feed = PanelFeed(
        Spec(STYLES, port=port, token=TOKEN, takes=str(takes)), heard_from_pages, FAULTS
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


def base(panel: PanelFeed) -> str:
    return panel.url.partition("?")[0].rstrip("/")


def opened(panel: PanelFeed, token: str = TOKEN, **more: Any) -> ClientConnection:
    """A WebSocket as a page of ours opens it."""
    where = base(panel)
    more.setdefault("origin", where)
    url = where.replace("http", "ws") + f"/ws?token={token}"
    return connect(url, open_timeout=20.0, **more)


def test_the_page_comes_with_a_policy_that_lets_nothing_else_in(panel: PanelFeed) -> None:
    answer = httpx.get(base(panel) + "/")
    assert answer.status_code == 200 and "<canvas" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_weighs_little_and_fetches_nothing_from_elsewhere(panel: PanelFeed) -> None:
    folder = Path(__file__).parents[2] / "live" / "panel" / "static"
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


def test_another_name_for_this_machine_is_refused(panel: PanelFeed) -> None:
    for path in ("/", "/takes", "/static/main.js"):
        answer = httpx.get(base(panel) + path, headers={"host": "evil.example:8765"})
        assert answer.status_code == 421


@pytest.mark.parametrize(
    "path",
    [
        "/takes/..%2Fsecret", "/takes/%2e%2e%2fsecret.mid", "/static/..%2Fserver.py",
        "/static/%2e%2e/server.py", "/takes/secret", "/docs", "/openapi.json", "/static/",
    ],
)  # fmt: skip
def test_no_address_reaches_other_files(panel: PanelFeed, path: str) -> None:
    answer = httpx.get(base(panel) + path, params={"token": TOKEN})
    assert answer.status_code == 404
    assert "a secret" not in answer.text


def test_without_the_token_there_are_no_takes_and_no_socket(panel: PanelFeed) -> None:
    for path in ("/takes", "/takes/one", "/takes/one.mid", "/takes?token=wrong"):
        assert httpx.get(base(panel) + path).status_code == 403
    with pytest.raises(InvalidStatus) as refused:
        opened(panel, token="wrong")
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", None])
def test_another_sites_page_cannot_open_the_socket(panel: PanelFeed, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        opened(panel, origin=origin)
    assert refused.value.response.status_code == 403


def test_a_take_is_listed_drawn_and_downloaded(panel: PanelFeed) -> None:
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


def test_a_page_that_sends_too_much_is_shut_and_the_others_go_on(panel: PanelFeed) -> None:
    with opened(panel) as good, opened(panel) as bad:
        assert json.loads(good.recv(20.0))["t"] == "hello"
        bad.recv(20.0)
        bad.send("x" * 100_000)
        with pytest.raises(ConnectionClosed):
            while True:
                bad.recv(20.0)
        good.send('{"t":"set","c":"swing","v":61}')
        wait_until(lambda: ("swing", 61.0) in HEARD, "the swing")


def test_hostile_messages_through_the_socket_leave_the_panel_alive(panel: PanelFeed) -> None:
    dice, pid = random.Random(7), panel.pid
    with opened(panel) as page:
        for _ in range(400):
            page.send(hostile(dice))
        page.send('{"t":"ping","p":1234.5}')
        while json.loads(page.recv(20.0)).get("p") != 1234.5:
            pass
    assert panel.pid == pid
    wait_until(lambda: any(kind == "panel" for kind, _ in FAULTS.kinds()), "the fault")


def test_a_panel_that_is_killed_comes_again_at_the_same_address(panel: PanelFeed) -> None:
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
