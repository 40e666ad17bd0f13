"""What pages are shown and what they ask for: the panel's hub and picture, without a process."""

import asyncio
import json
import random
import string
from dataclasses import replace
from typing import Any

import pytest

from engine.controls.desk import Desk
from engine.controls.table import table
from engine.playing.events import Audition, Turned
from engine.playing.performer import Performer
from engine.playing.setup import Setup
from engine.playing.state import State
from engine.score.drum_tab import ROWS
from engine.score.notes import Bar, Hit, Voice
from live.conductor.status import PerformanceStatus
from live.drummer.spec import DrummerStatus
from live.panel.hub import FASTEST, Hub, OpenPage
from live.panel.payload import Payload
from live.panel.supervisor import put_request
from live.system.inbox import Inbox
from mappings.kits import load_kit
from tests.styles import BANK

BAR = Bar.of([Hit(0, Voice.KICK, 100), Hit(480, Voice.SNARE, 90, 12)], style="funk")


def view(**changes: Any) -> PerformanceStatus:
    """What the conductor shows of a funk bar in the middle of a song."""
    controls = tuple(Desk(BANK).values.items())
    state = State(transport="playing", bar=BAR, next_bar=BAR, controls=controls, at=7.0, tick=99.0)
    return PerformanceStatus(replace(state, **changes), DrummerStatus("ready", "cpu"))


def told(hub: Hub, page: OpenPage) -> dict[str, Any]:
    """The next message to a page, which must be there already."""
    message = asyncio.run(asyncio.wait_for(hub.next(page), 1.0))
    return dict(json.loads(message))


class Said(list[tuple[Any, ...]]):
    """What the hub says to the conductor."""

    def __call__(self, *words: Any) -> None:
        self.append(words)


# ---- what pages are shown
def test_a_picture_holds_the_strokes_that_are_sent() -> None:
    picture = Payload(BANK)
    shown = picture.of(view())
    assert shown["pos"] == [7.0, 99.0, 120.0]
    assert shown["bar"]["by"] == "template" and shown["bar"]["style"] == "Funk"
    rows = [ROWS.index(Voice.KICK), ROWS.index(Voice.SNARE)]
    assert [hit[1] for hit in shown["bar"]["hits"]] == rows
    assert [(hit[0], hit[3]) for hit in shown["bar"]["hits"]] == [(0, 0), (492, 480)]


def test_muting_takes_a_voice_out_of_the_picture() -> None:
    picture = Payload(BANK)
    desk = Desk(BANK)
    desk.values["mute_snare"] = 1.0
    picture.of(view())
    shown = picture.of(view(controls=tuple(desk.values.items())))
    assert [hit[1] for hit in shown["bar"]["hits"]] == [ROWS.index(Voice.KICK)]


def test_a_performance_says_when_and_where_it_was() -> None:
    setup = Setup(styles=BANK, notes=load_kit("gm").notes, source="internal")
    performer = Performer(setup)
    state = performer.state(12.5)
    assert (state.at, state.tick) == (12.5, 0.0)


def test_a_page_is_told_what_changed_and_nothing_else() -> None:
    hub, page = Hub(BANK, Said()), OpenPage()
    hub.show(view())
    first = json.loads(hub.greet(page))
    assert first["t"] == "hello" and first["now"]["c:density"] == 0.5
    assert len(first["controls"]) == len(table(BANK))
    assert {style["name"] for style in first["styles"]} == set(BANK)
    hub.show(view(bpm=133.0))
    assert told(hub, page) == {"t": "now", "d": {"pos": [7.0, 99.0, 133.0]}}


def test_what_is_turned_is_told_before_the_next_view() -> None:
    hub, page = Hub(BANK, Said()), OpenPage()
    values = Desk(BANK).values
    hub.turn(values)  # nothing to show yet
    hub.show(view())
    hub.greet(page)
    hub.turn(values | {"swing": 61.0, "style": "house"})
    assert told(hub, page) == {"t": "now", "d": {"c:swing": 61.0, "c:style": "house"}}


def test_a_slow_page_misses_pictures_and_sees_the_newest() -> None:
    hub, page = Hub(BANK, Said()), OpenPage()
    hub.show(view())
    hub.greet(page)
    for bpm in range(60, 160):
        hub.show(view(bpm=float(bpm)))
    assert told(hub, page)["d"]["pos"][2] == 159.0


# ---- what pages ask for
def test_a_page_is_told_what_became_of_what_it_set_even_if_all_is_as_before() -> None:
    time = [0.0]
    hub, page = Hub(BANK, Said(), now=lambda: time[0]), OpenPage()
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
    hub, page = Hub(BANK, said, now=lambda: 3.25), OpenPage()
    hub.hear(page, '{"t":"set","c":"density","v":0.25}')
    hub.hear(page, '{"t":"set","c":"style","v":"J Dilla"}')
    hub.hear(page, '{"t":"learn","c":"swing"}')
    hub.hear(page, '{"t":"learn","c":""}')
    hub.hear(page, '{"t":"unlearn"}')
    hub.hear(page, '{"t":"hear","n":61}')
    hub.hear(page, '{"t":"stroke","s":[-3,"kick",480,0]}')
    assert said == [("set", 0.25, "density"), ("set", "j_dilla", "style"), ("learn", "swing"),
                    ("learn", ""), ("unlearn", ""), ("hear", 61),
                    ("stroke", "-3 kick 480 0")]  # fmt: skip
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
        '{"t":"hear","n":128}',
        '{"t":"hear","n":36.5}',
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
    hub, page = Hub(BANK, said), OpenPage()
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


@pytest.mark.long
def test_ten_thousand_hostile_messages_raise_nothing_and_turn_nothing_badly() -> None:
    dice, said, clock = random.Random(6), Said(), iter(range(1_000_000))
    hub, page = Hub(BANK, said, now=lambda: next(clock) * 0.01), OpenPage()
    rows = table(BANK)
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
    hub, page = Hub(BANK, said, now=lambda: 1.0), OpenPage()
    for _ in range(3 * int(FASTEST)):
        hub.hear(page, '{"t":"set","c":"density","v":0.5}')
    assert sum(kind == "set" for kind, *_ in said) == FASTEST
    assert "commands a second" in page.answers[-1]["text"]


def test_of_a_knob_that_is_turned_on_a_page_only_the_newest_value_is_heard() -> None:
    inbox = Inbox()
    for value in range(100):
        put_request("density", value / 100, inbox, 1.0)
    at, turned = inbox.take() or (0.0, None)
    assert (at, getattr(turned, "value", None)) == (1.0, 0.99)
    assert inbox.take() is None
    inbox.close()


def test_a_snapshot_that_is_stored_on_a_page_holds_what_was_turned_before_it() -> None:
    inbox = Inbox()
    for name, value in (("density", 0.1), ("density", 0.2), ("store_a", 1.0), ("density", 0.9)):
        put_request(name, value, inbox, 1.0)
    heard = iter(inbox.take, None)
    assert [item[1] for item in heard if item] == [
        Turned("density", 0.2),
        Turned("store_a", 1.0),
        Turned("density", 0.9),
    ]
    inbox.close()


def test_a_note_that_a_page_wants_to_hear_is_asked_of_the_performer() -> None:
    inbox = Inbox()
    put_request("hear", 61, inbox, 1.0)
    assert inbox.take() == (1.0, Audition(61))
    inbox.close()
