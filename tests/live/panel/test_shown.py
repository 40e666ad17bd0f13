"""The page in a real browser, shown views made by hand: no drummer, no clock, no ports."""

import time
from collections.abc import Iterator
from dataclasses import replace
from socket import SOCK_STREAM
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from engine.controls.desk import Desk
from engine.playing.state import State
from engine.score.notes import Bar, Hit, Voice
from live.conductor.connections import Endpoint
from live.conductor.status import PerformanceStatus
from live.drummer.spec import DrummerStatus
from live.faults import Faults
from live.panel.spec import PanelSpec
from live.panel.supervisor import PanelSupervisor
from tests.live.panel.pages import Visits
from tests.rig import free_port, wait_until
from tests.styles import BANK

pytestmark = [pytest.mark.browser, pytest.mark.stage]

BAR = Bar.of([Hit(0, Voice.KICK, 100), Hit(480, Voice.SNARE, 90, 12)], style="funk")


def view(endpoints: tuple[Endpoint, ...] = (), **changes: Any) -> PerformanceStatus:
    """What a conductor shows that stands still."""
    state = State(controls=tuple(Desk(BANK).values.items()), at=time.perf_counter())
    return PerformanceStatus(
        replace(state, **changes), DrummerStatus("ready", "cpu"), endpoints=endpoints
    )


@pytest.fixture(scope="module")
def panel() -> Iterator[PanelSupervisor]:
    feed = PanelSupervisor(
        PanelSpec(BANK, port=free_port(SOCK_STREAM)), lambda _name, _value: None, Faults()
    )
    feed.open()
    feed.put(view())
    wait_until(lambda: bool(feed.url), "the panel's address", 30.0)
    yield feed
    feed.close()


@pytest.fixture
def visit(browser: Browser, panel: PanelSupervisor) -> Iterator[Visits]:
    with Visits(browser, panel.url) as visits:
        yield visits


def test_ports_and_clients_are_shown_with_what_they_said_last(
    visit: Visits, panel: PanelSupervisor
) -> None:
    panel.put(view())
    page = visit()
    expect(page.locator("#endpoints-none")).to_be_visible()
    then = time.perf_counter() - 125.0
    panel.put(
        view(
            (
                Endpoint("in", "MidiDrumiGen In", then, b"\xfa", 1, clock=True),
                Endpoint("controller", "nanoKONTROL2", then, b"\xb0\x4a\x5d", 3),
                Endpoint("out", "MidiDrumiGen Out"),
                Endpoint("osc", "192.0.2.7:9000", then, b"/drumigen/loop\0\0,i\0\0\0\0\0\1", 24),
                Endpoint("osc", "192.0.2.8:9001", told=True),
            )
        )
    )
    endpoints = page.locator("#endpoints .endpoint")
    expect(endpoints).to_have_text(
        [
            "inMidiDrumiGen Inclock · start2 min ago",
            "knobsnanoKONTROL2CC 74 ch 1 = 932 min ago",
            "outMidiDrumiGen Outnothing yet",
            "OSC192.0.2.7:9000/drumigen/loop 12 min ago",
            "OSC192.0.2.8:9001is told of changes",
        ]
    )
    lamps = page.locator("#endpoints .lamp[data-lit=yes]")
    expect(lamps).to_have_count(1)  # the clock runs
    panel.put(
        view((Endpoint("controller", "nanoKONTROL2", time.perf_counter(), b"\xb0\x4a\x5e", 3),))
    )
    expect(endpoints).to_have_text(["knobsnanoKONTROL2CC 74 ch 1 = 94now"])
    expect(endpoints).to_have_text(["knobsnanoKONTROL2CC 74 ch 1 = 941 s ago"])
    expect(lamps).to_have_count(0)
