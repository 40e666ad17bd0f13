"""The page of kits: seen, changed, heard, and saved among the user's own; nobody else may write."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from socket import SOCK_STREAM

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from mappings.kits import read_kit
from tests.live.drumigen import OUT, Drumigen, built
from tests.live.panel.checks import CONTRAST, NAMES
from tests.live.panel.pages import DESK, PHONE, Visits, paged
from tests.rig import JackServer, Witness, free_port, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.stage]


@pytest.fixture(scope="module")
def drummer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drumigen]:
    folder = tmp_path_factory.mktemp("panel")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        with paged(folder, kit="AD2") as one:
            one.kits = folder / "drumigen" / "kits"  # type: ignore[attr-defined]
            yield one


@pytest.fixture
def kits(drummer: Drumigen) -> Path:
    return drummer.kits  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def page(visit: Visits) -> Page:
    return opened(visit)


def opened(visit: Visits, size: dict[str, int] = DESK, theme: str = "dark") -> Page:
    page = visit(size, bypass_csp=True)
    page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
    if size is PHONE:
        page.click("#tabs [data-tab=more]")
    page.click("#kits")
    expect(page.locator("#notes tr")).to_have_count(17)
    return page


def test_the_kit_that_plays_is_shown_with_what_plays_for_what_it_lacks(page: Page) -> None:
    expect(page.locator("#kits")).to_have_value("addictive_drums")
    expect(page.locator("#name")).to_have_value("My Addictive Drums 2")
    expect(page.locator("[data-sound=snare]")).to_have_value("38")
    expect(page.locator("[data-sound=clap]")).to_have_value("")
    expect(page.locator("#notes")).to_contain_text("by the nearest, the rimshot: 37")
    expect(page.locator("#notes")).to_contain_text("for the open hat from velocity 1 to 63")
    expect(page.locator("#sources")).to_contain_text("Addictive Drums 2 Keymap")
    page.select_option("#kits", "gm")
    expect(page.locator("[data-sound=clap]")).to_have_value("39")


def test_a_note_that_stands_twice_is_said_at_once_and_not_saved(page: Page) -> None:
    page.fill("[data-sound=clap]", "38")
    expect(page.locator("tr[data-wrong=yes]")).to_have_count(2)
    expect(page.locator("#notes")).to_contain_text("38 is the snare too")
    expect(page.locator("#save")).to_be_disabled()
    page.fill("[data-sound=clap]", "300")
    expect(page.locator("#notes")).to_contain_text("a whole number from 0 to 127")
    expect(page.locator("#save")).to_be_disabled()
    page.fill("[data-sound=clap]", "")
    expect(page.locator("#save")).to_be_enabled()


def test_a_kit_is_saved_under_a_name_and_written_over_only_when_asked(
    page: Page, kits: Path
) -> None:
    page.fill("#name", "Cellar kit")
    page.fill("[data-sound=clap]", "47")
    page.check("#choke")
    page.click("#save")
    expect(page.locator("#said")).to_contain_text("drumigen live --kit cellar_kit")
    kit = read_kit(kits / "cellar_kit.yaml")
    assert (kit.name, kit.choke, 47 in kit.voices) == ("Cellar kit", True, True)
    assert kit.articulations == {"rimshot": 37, "hat_edge": 50, "half_open": 54}
    expect(page.locator("#kits")).to_have_value("cellar_kit")
    page.fill("[data-sound=kick]", "35")
    page.click("#save")
    expect(page.locator("#said")).to_contain_text("there is a kit of yours of this name already")
    assert 36 in read_kit(kits / "cellar_kit.yaml").voices
    page.click("#over")
    expect(page.locator("#said")).to_have_attribute("data-good", "yes")
    assert 35 in read_kit(kits / "cellar_kit.yaml").voices


def test_a_built_in_name_and_a_wrong_channel_are_refused(page: Page, kits: Path) -> None:
    page.fill("#name", "GM")
    page.click("#save")
    expect(page.locator("#said")).to_contain_text("is a built-in kit, which stays")
    page.fill("#name", "Attic kit")
    page.fill("#channel", "17")
    page.click("#save")
    expect(page.locator("#said")).to_contain_text("channel: 17 is not a whole number from 1 to 16")
    assert not (kits / "attic_kit.yaml").exists()


def test_what_is_changed_is_asked_to_be_heard_and_what_is_lacking_by_its_stand_in(
    page: Page,
) -> None:
    sent: list[str] = []
    page.on("websocket", lambda one: one.on("framesent", lambda text: sent.append(str(text))))
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-link", "on")
    page.fill("[data-sound=kick]", "33")
    page.press("[data-sound=kick]", "Tab")
    page.click("button[aria-label='Hear the clap']")
    asked = [text for text in sent if "hear" in text]
    assert asked == ['{"t":"hear","n":33}', '{"t":"hear","n":37}']


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_it_is_there_for_everybody(visit: Visits, theme: str, size: dict[str, int]) -> None:
    page = opened(visit, size, theme)
    page.fill("[data-sound=clap]", "38")
    expect(page.locator("tr[data-wrong=yes]")).to_have_count(2)
    assert not Axe().run(page).response["violations"]
    assert page.evaluate(NAMES) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def posted(drummer: Drumigen, body: bytes, **headers: str) -> int:
    url = drummer.page().rstrip("/") + "/kits"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_only_its_own_page_may_write(drummer: Drumigen, kits: Path) -> None:
    own = drummer.page().rstrip("/")
    kit = json.dumps({"name": "Foreign", "notes": {"kick": 36}}).encode()
    assert posted(drummer, kit) == 403
    assert posted(drummer, kit, Origin="http://elsewhere.example") == 403
    assert posted(drummer, b"x" * 30_000, Origin=own) == 413
    assert posted(drummer, b"no json", Origin=own) == 400
    assert posted(drummer, b"[1]", Origin=own) == 400
    assert not (kits / "foreign.yaml").exists()
    assert posted(drummer, kit, Origin=own) == 200
    assert (kits / "foreign.yaml").exists()


def test_where_there_is_a_token_it_is_taken_along_and_needed(
    browser: Browser, tmp_path: Path
) -> None:
    guarded = {"port": free_port(SOCK_STREAM), "token": "sesame-sesame"}
    with paged(tmp_path, panel=guarded) as one, Visits(browser, one.page()) as visits:
        opened(visits)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(one.page().partition("?")[0] + "kits")


@pytest.mark.jack
def test_a_sound_is_heard_at_the_drummers_output(browser: Browser, tmp_path: Path) -> None:
    def build(stack: ExitStack) -> tuple[str, Witness]:
        jack = stack.enter_context(JackServer(period=512, synchronous=False))
        config = {"clock": "midi", "panel": {"port": free_port(SOCK_STREAM)}}
        drummer = stack.enter_context(Drumigen(tmp_path, jack.env, (), **config))
        return drummer.page(), stack.enter_context(Witness(jack, drums=OUT))

    with ExitStack() as stack:
        url, witness = built(stack, build)
        page = opened(stack.enter_context(Visits(browser, url)))
        page.fill("[data-sound=kick]", "61")

        def heard() -> bool:
            """A busy machine's JACK may lose what is sent in a period that it misses."""
            page.click("button[aria-label='Hear the kick']")
            told = {one.data for one in witness.heard("drums")}
            return {bytes((0x99, 61, 100)), bytes((0x89, 61, 64))} <= told

        wait_until(heard, "the kick's note and its end", 30.0)
