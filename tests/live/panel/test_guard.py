"""Whoever cannot see, point or bear motion well plays too: axe, and what it does not look at."""

import os
import signal
import socket
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.live.drumigen import Drumigen
from tests.live.panel.checks import CONTRAST, NAMES
from tests.live.panel.pages import DESK, PHONE, Visits, paged, play, until

pytestmark = [pytest.mark.browser, pytest.mark.stage]


@pytest.fixture(scope="module")
def drummer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drumigen]:
    """A drummer with a fault to show."""
    with paged(tmp_path_factory.mktemp("panel")) as one:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
            peer.sendto(b"rubbish", ("127.0.0.1", one.osc))
        yield one


def found(page: Page) -> list[str]:
    """What axe finds wrong, grave or not."""
    results = Axe().run(page).response
    assert len(results["passes"]) > 20  # it has looked
    return [
        f"{one['impact']} {one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for one in results["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_while_it_plays(visit: Visits, theme: str, size: dict[str, int]) -> None:
    page = visit(size, bypass_csp=True)
    play(page)
    until(page, "panel.drawn.hits[0] > 0 && panel.drawn.hits[1] > 0")
    expect(page.locator("#faults li")).not_to_have_count(0)
    if theme == "light":
        page.click("#theme")
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    assert found(page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_in_what_opens(visit: Visits, theme: str) -> None:
    page = visit(bypass_csp=True)
    play(page)
    if theme == "light":
        page.click("#theme")
    page.fill("#search", "dilla")
    page.click("#styles .style")
    for source in page.locator(".source summary").all():
        source.click()
    until(page, "panel.now.place >= 1")
    page.click("#takes-again")
    page.click("#take-list .take")
    expect(page.locator("#roll")).to_be_visible()
    page.keyboard.press("Shift+Digit1")
    expect(page.locator("#toast")).to_have_attribute("data-shown", "yes")
    page.click("#learn")
    page.click(".knob-face[data-control=density]")
    expect(page.locator("#learn-words")).to_contain_text("density")
    assert found(page) == []
    page.fill("#search", "nothing like that")
    expect(page.locator("#styles .none")).to_be_visible()
    assert found(page) == []


def test_axe_finds_nothing_where_the_drummer_is_gone(visit: Visits, drummer: Drumigen) -> None:
    page = visit(bypass_csp=True)
    panel = drummer.children()["panel"]
    os.kill(panel, signal.SIGSTOP)  # nobody hangs up, and nobody answers
    try:
        expect(page.locator("#gone")).to_be_visible(timeout=15_000)
        assert found(page) == []
        page.evaluate("document.getElementById('volume').removeAttribute('aria-label')")
        assert [one.split(":")[0] for one in found(page)] == ["critical label"]  # it would notice
    finally:
        os.kill(panel, signal.SIGCONT)
    expect(page.locator("#gone")).to_be_hidden()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_on_the_page_lacks_a_name_or_contrast(visit: Visits, theme: str) -> None:
    page = visit()
    play(page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    if theme == "light":
        page.click("#theme")
    assert page.locator("html").get_attribute("data-theme") == theme
    assert page.evaluate(NAMES) == []
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_loses_its_contrast_where_the_mouse_is(visit: Visits, theme: str) -> None:
    page = visit()
    if theme == "light":
        page.click("#theme")
    kinds = {
        one.evaluate("one => [one.className, one.ariaPressed, one.ariaChecked, one.id].join()"): one
        for one in page.locator("button:visible, select:visible, summary:visible").all()
    }
    assert len(kinds) > 15
    for one in (*kinds.values(), page.locator(".style[aria-pressed=true]").first):
        one.hover()
        assert page.evaluate(CONTRAST) == []


def test_the_focus_is_seen_and_goes_through_the_page(visit: Visits) -> None:
    page = visit()
    seen = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                """() => [document.activeElement.id || document.activeElement.tagName,
                  getComputedStyle(document.activeElement).outlineStyle].join(" ")"""
            )
        )
    assert {"play solid", "tempo solid", "tap solid", "kit solid", "theme solid"} <= seen
    assert not [one for one in seen if one.endswith("none")]


def test_with_reduced_motion_nothing_but_the_playhead_moves(visit: Visits) -> None:
    page = visit(reduced_motion="reduce")
    play(page)
    until(page, "panel.drawn.hits[0] > 0")
    moving = """() => [...document.querySelectorAll("*")].filter((one) =>
      parseFloat(getComputedStyle(one).transitionDuration) > 0).length"""
    assert page.evaluate(moving) == 0
