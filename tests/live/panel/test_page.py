"""The panel as a person meets it: a real drummer without any MIDI system, a real browser.

One drummer plays for all of these; every test opens pages of its own and says what it needs.
"""

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from live.osc.encode import message
from live.panel.take_files import DRAWN
from model.midi_files.drum_file import read
from tests.live.drumigen import Drumigen
from tests.live.panel.pages import PHONE, PLAYHEAD, Visits, paged, play, until

pytestmark = [pytest.mark.browser, pytest.mark.stage]


@pytest.fixture(scope="module")
def drummer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drumigen]:
    with paged(tmp_path_factory.mktemp("panel")) as one:
        yield one


# What is dragged from a take to another program: Chromium's way, "type:name:address".
DRAGGED = """() => {
  const dataTransfer = new DataTransfer();
  const dragged = new DragEvent("dragstart", { dataTransfer, bubbles: true, cancelable: true });
  document.querySelector("#take-links .download").dispatchEvent(dragged);
  return dragged.defaultPrevented ? "" : dataTransfer.getData("DownloadURL");
}"""


# What cannot be reached as it stands beside the page, or beside what cuts it off.
OUTSIDE = """() => [...document.querySelectorAll("button, input, select, [role=slider]")]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""


def control(page: Page, name: str) -> Any:
    return page.evaluate("name => panel.now[`c:${name}`]", name)


def test_a_first_visit_presses_play_and_the_playhead_moves(visit: Visits) -> None:
    page = visit()
    until(page, "panel.now.transport === 'playing'")  # nobody else could ever say when
    page.click("#play")
    expect(page.locator("#transport")).to_have_text("stopped")
    expect(page.locator("#facts")).to_contain_text("no MIDI system")
    page.click("#play")
    expect(page.locator("#play-word")).to_have_text("Stop")
    until(page, "panel.drawn.number >= 2 && panel.drawn.hits[0] > 0 && panel.drawn.hits[1] > 0")
    before = page.evaluate("panel.drawn.frames")
    until(page, f"panel.drawn.frames > {before} + 10")
    label = page.locator("#grid").get_attribute("aria-label")
    assert label is not None and "hits" in label


def test_the_playhead_goes_by_the_drummers_clock(visit: Visits) -> None:
    page = visit()
    play(page)
    until(page, "panel.counts.pongs >= 6")  # the quickest of them tells the time
    first, second = page.evaluate(
        """async () => {
          const look = () => [performance.now(), panel.tickAt(performance.now())];
          const first = look();
          await new Promise((done) => setTimeout(done, 1500));
          return [first, look()];
        }"""
    )
    ticks = (second[0] - first[0]) * 200 * 480 / 60_000
    assert abs(second[1] - first[1] - ticks) < 0.020 * 200 * 480 / 60  # 20 ms


def test_notes_are_given_to_the_sound_ahead_of_time(visit: Visits) -> None:
    page = visit()
    play(page)
    page.mouse.click(5, 5)  # a gesture: browsers let nothing sound before one
    until(page, "panel.sound.context?.state === 'running'")
    until(page, "panel.sound.scheduled.notes > 30")
    sent = page.evaluate("panel.sound.scheduled")
    assert sent["late"] < 0.2 * sent["notes"]
    # What is muted while it waits is taken back; the playhead stands where the sound is: their
    # distance does not depend on when a frame is drawn, but a latency left out would move it.
    bar = page.evaluate("panel.drawn.number")
    until(page, f"panel.drawn.number > {bar}")  # at the end of a bar none might be waiting
    page.locator("[data-control=mute_hats]").click()
    until(page, "panel.sound.scheduled.anew > 0 && panel.sound.drums.counts.cancelled > 0")
    page.locator("[data-control=mute_hats]").click()
    apart = sorted(abs(head) for head, _ in page.evaluate(PLAYHEAD, 3000))
    assert len(apart) > 10
    assert apart[len(apart) // 2] < 5.0  # ms
    page.click("#sound")
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")


def test_less_density_is_seen_in_the_bars_to_come(visit: Visits) -> None:
    page = visit()
    play(page)
    knob = page.locator(".knob-face[data-control=density]")
    knob.focus()
    knob.press("End")
    until(page, "panel.now['c:density'] === 1")
    until(page, "panel.now.next && panel.now.next.hits.length > 14")
    knob.press("Home")
    until(page, "panel.now.next && panel.now.next.hits.length < 10")
    until(page, "panel.drawn.hits[1] < 10 && panel.drawn.hits[1] > 0")
    knob.press("Backspace")
    until(page, "panel.now['c:density'] === 0.5")


def test_a_knob_is_turned_by_dragging(visit: Visits) -> None:
    page = visit()
    box = page.locator(".knob-face[data-control=swing]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=6)
    page.mouse.up()
    until(page, "panel.now['c:swing'] === 58.3333")  # 60 of 180 pixels of the way from 50 to 75
    page.mouse.dblclick(x, y)
    until(page, "panel.now['c:swing'] === 50")


def test_a_style_is_found_and_plays_from_a_bar_line_on(visit: Visits) -> None:
    page = visit()
    play(page)
    page.fill("#search", "dilla")
    expect(page.locator("#styles .style")).to_have_count(1)
    page.click("#styles .style")
    until(page, "panel.now.bar && panel.now.bar.style === 'J Dilla'")
    expect(page.locator("#title")).to_have_text("J Dilla")
    expect(page.locator("#style-about .source").first).to_contain_text("literature: drift")
    page.fill("#search", "zzzz")
    expect(page.locator("#styles .none")).to_be_visible()
    page.fill("#search", "")
    page.click("#end-b")
    page.click('[data-style="house"]')
    until(page, "panel.now['c:style_b'] === 'house' && panel.now['c:style'] === 'j_dilla'")


def test_the_pad_moves_morph_and_density_at_once(visit: Visits) -> None:
    page = visit()
    box = page.locator("#pad").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    until(page, "panel.now['c:morph'] === 0.25 && panel.now['c:density'] === 0.75")
    dot = page.locator("#pad-dot")
    expect(dot).to_have_attribute("style", "left: 25%; top: 25%;")
    page.evaluate("panel.set('morph', 0); panel.set('density', 0.5)")
    until(page, "panel.now['c:density'] === 0.5 && panel.now['c:morph'] === 0")


def test_a_fill_that_is_asked_for_comes_and_is_marked(visit: Visits) -> None:
    page = visit()
    play(page)
    until(page, "panel.now.next && !panel.now.next.fill && !panel.now.bar.fill")
    page.click("#actions [data-control=fill]")
    page.wait_for_selector("#bar-next-fill:not([hidden]), #bar-now-fill:not([hidden])")


def test_the_keyboard_plays_too(visit: Visits) -> None:
    page = visit()
    play(page)
    page.keyboard.press("Space")
    until(page, "panel.now.transport === 'stopped'")
    page.keyboard.press("Space")
    until(page, "panel.now.transport === 'playing'")
    until(page, "panel.now['c:density'] === 0.5")
    page.keyboard.press("ArrowUp")
    until(page, "panel.now['c:density'] === 0.55")
    page.keyboard.press("ArrowDown")
    until(page, "panel.now['c:density'] === 0.5")
    page.keyboard.press("ArrowRight")
    until(page, "panel.now['c:morph'] === 0.05")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("l")
    until(page, "panel.now['c:loop'] === 1")
    page.keyboard.press("l")
    until(page, "panel.now['c:loop'] === 0")
    page.keyboard.press("Shift+Digit3")
    until(page, "panel.now.stored.includes('c')")
    page.keyboard.press("ArrowUp")
    until(page, "panel.now['c:density'] === 0.55")
    page.keyboard.press("Digit3")
    until(page, "panel.now['c:density'] === 0.5")
    page.fill("#search", "")
    page.locator("#search").press_sequentially("f u c 1")
    assert page.input_value("#search") == "f u c 1"
    page.fill("#search", "")


def test_taps_give_the_tempo(visit: Visits) -> None:
    page = visit()
    page.evaluate(
        """() => {
          const clock = performance.now;
          let at = clock.call(performance);
          performance.now = () => at;
          for (let i = 0; i < 5; i += 1, at += 480) document.getElementById("tap").click();
          delete performance.now;
        }"""
    )
    until(page, "panel.now['c:tempo'] === 125")
    expect(page.locator("#tempo")).to_have_value("125")
    page.fill("#tempo", "200")
    page.press("#tempo", "Enter")
    until(page, "panel.now['c:tempo'] === 200")


def test_what_was_captured_is_kept_and_a_take_is_downloaded(visit: Visits, tmp_path: Path) -> None:
    page = visit()
    play(page)
    first = page.evaluate("panel.drawn.number")
    until(page, f"panel.drawn.number >= {max(first + 3, DRAWN + 1)}")  # as many as are downloaded
    page.select_option("[data-control=capture_bars]", "2")
    until(page, "panel.now['c:capture_bars'] === '2'")
    page.keyboard.press("c")
    until(page, "panel.now.kept.includes('.mid')")
    expect(page.locator("#kept")).to_contain_text("2 bars")
    with page.expect_download() as waiting:  # the clip itself, at once
        page.click("#clip .download")
    waiting.value.save_as(tmp_path / "clip.mid")
    assert read(tmp_path / "clip.mid").ticks == 2 * 1920
    page.click("#takes-again")
    page.click("#take-list .take")
    expect(page.locator("#roll")).to_be_visible()
    with page.expect_download() as waiting:
        page.click("#take-links .download")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    score = read(file)
    assert file.suffix == ".mid" and len(score.notes) > 8
    assert score.ticks % 1920 == 0 and score.bpm == pytest.approx(200, abs=1)
    dragged = re.fullmatch(r"audio/midi:([^:]+\.mid):(http://.+)", page.evaluate(DRAGGED))
    assert dragged and dragged[1] == waiting.value.suggested_filename
    fetched = tmp_path / "dragged.mid"
    fetched.write_bytes(httpx.get(dragged[2]).raise_for_status().content)
    later = read(fetched)  # it plays on: the last bars are others by now
    assert (later.ticks, later.bpm) == (score.ticks, score.bpm) and len(later.notes) > 8


def test_two_pages_agree(visit: Visits) -> None:
    one, other = visit(), visit(PHONE)
    other_knob = other.locator(".knob-face[data-control=humanize]")
    one.evaluate("panel.set('humanize', 1.37)")
    expect(other_knob).to_have_attribute("aria-valuetext", "1.37")
    other.click("#tabs [data-tab=voices]")
    other.locator("[data-control=mute_toms]").click()
    expect(one.locator("[data-control=mute_toms]")).to_have_attribute("aria-pressed", "true")
    other.locator("[data-control=mute_toms]").click()
    expect(one.locator("[data-control=mute_toms]")).to_have_attribute("aria-pressed", "false")
    one.evaluate("panel.set('humanize', 1)")
    expect(other_knob).to_have_attribute("aria-valuetext", "1.00")


def test_who_speaks_by_osc_is_shown_and_what(visit: Visits, drummer: Drumigen) -> None:
    page = visit()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.sendto(message("/drumigen/ghost", 0.75), ("127.0.0.1", drummer.osc))
        sender = f"OSC127.0.0.1:{peer.getsockname()[1]}/drumigen/ghost 0.75"
        expect(page.locator("#endpoints .endpoint", has_text=sender)).to_be_visible()
    until(page, "panel.now['c:ghost'] === 1.5")


def test_learn_mode_asks_for_the_control_that_is_clicked(visit: Visits) -> None:
    page = visit()
    page.click("#learn")
    page.click(".knob-face[data-control=complexity]")
    until(page, "panel.now.learn.includes('complexity')")
    expect(page.locator("#learn-words")).to_contain_text("complexity")
    assert control(page, "complexity") == 0.5
    page.keyboard.press("Escape")
    expect(page.locator("html")).to_have_attribute("data-learn", "off")


def test_a_lesson_nobody_takes_ends_learn_mode_and_one_that_was_taken_can_be_undone(
    visit: Visits,
) -> None:
    page = visit()
    expect(page.locator("#unlearn")).to_be_hidden()
    page.click("#learn")
    page.click(".knob-face[data-control=complexity]")
    until(page, "panel.now.learn.includes('complexity')")
    tell = "([name, value]) => { panel.now[name] = value; panel.tell(new Set([name])); }"
    page.evaluate(tell, ["learn", "nothing was moved for complexity: no longer waiting"])
    expect(page.locator("html")).to_have_attribute("data-learn", "off")
    expect(page.locator("#learn-words")).to_contain_text("no longer waiting")
    page.evaluate(tell, ["lessons", 1])
    page.click("#unlearn")
    until(page, "panel.now.learn.startsWith('nothing was learned')")


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_a_part_at_a_time_without_a_sideways_scroll(
    visit: Visits, width: int
) -> None:
    page = visit({"width": width, "height": 700}, has_touch=True, is_mobile=True)
    play(page)
    until(page, "panel.drawn.hits[0] > 0")
    for tab in page.locator("#tabs button").all():
        tab.tap()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.scrollHeight") < 2 * 700
        assert page.evaluate(OUTSIDE) == []
    page.tap("#tabs [data-tab=bars]")
    page.tap("#actions [data-control=fill]")
    assert page.evaluate("document.querySelector('#play').getBoundingClientRect().height") >= 42


def test_the_page_finds_the_panel_again(visit: Visits, drummer: Drumigen) -> None:
    page = visit()
    play(page)
    os.kill(drummer.children()["panel"], signal.SIGKILL)
    page.wait_for_selector("#gone:not([hidden])")
    until(page, "panel.counts.opened === 2")
    page.wait_for_selector("#gone[hidden]", state="attached")
    bar = page.evaluate("panel.drawn.number")
    until(page, f"panel.drawn.number >= {bar} + 2")
    assert len(page.query_selector_all("#knobs .knob")) == 12
    drummer.wait_for("fault    panel")
