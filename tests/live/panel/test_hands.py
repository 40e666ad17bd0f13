"""What hands do to the page: by mouse, wheel, finger and key, with whatever they type."""

import os
import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.live.drumigen import Drumigen
from tests.live.panel.pages import PHONE, Visits, paged, play, until

pytestmark = [pytest.mark.browser, pytest.mark.stage]


@pytest.fixture(scope="module")
def drummer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drumigen]:
    with paged(tmp_path_factory.mktemp("panel"), style="j_dilla") as one:
        yield one


def middle(one: Locator) -> tuple[float, float]:
    box = one.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def swipe(page: Page, start: tuple[float, float], way: tuple[float, float]) -> None:
    """A finger that moves at once, in ten steps, and lets go."""
    touch = page.context.new_cdp_session(page)
    steps = [(start[0] + way[0] * i / 10, start[1] + way[1] * i / 10) for i in range(11)]
    for number, (x, y) in enumerate(steps):
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_button_says_click_to_hear_and_the_click_makes_it_heard(visit: Visits) -> None:
    page = visit()
    expect(page.locator("#sound")).to_have_text("Click to hear")
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")
    page.click("#sound")
    expect(page.locator("#sound")).to_have_text("Sound on")
    until(page, "panel.sound.context.state === 'running'")
    page.click("#sound")
    expect(page.locator("#sound")).to_have_text("Sound off")
    page.click("#sound")
    expect(page.locator("#sound")).to_have_text("Sound on")


def test_space_plays_and_stops_whatever_was_clicked_last(visit: Visits) -> None:
    page = visit()
    play(page)
    page.click("[data-control=mute_toms]")
    until(page, "panel.now['c:mute_toms'] === 1")
    page.keyboard.press("Space")
    until(page, "panel.now.transport === 'stopped'")
    assert page.evaluate("panel.now['c:mute_toms']") == 1
    page.select_option("[data-control=capture_bars]", "2")
    page.keyboard.press("Space")
    until(page, "panel.now.transport === 'playing'")
    page.keyboard.press("Shift+Tab")
    page.locator("[data-control=mute_toms]").focus()
    page.keyboard.press("Space")  # who goes through the page by keyboard presses what he is at
    until(page, "panel.now['c:mute_toms'] === 0")
    assert page.evaluate("panel.now.transport") == "playing"


def test_a_double_click_brings_back_the_swing_of_the_style(visit: Visits) -> None:
    page = visit()
    play(page)
    until(page, "panel.now.bar?.style === 'J Dilla'")
    own = page.evaluate("panel.now.own.swing")
    assert own > 50
    page.evaluate("panel.set('swing', 70)")
    until(page, "panel.now['c:swing'] === 70")
    page.locator(".knob-face[data-control=swing]").dblclick()
    until(page, f"panel.now['c:swing'] === {own}")


@pytest.mark.parametrize(
    ("typed", "taken"),
    [("999", "300"), ("3", "20"), ("120,55", "120.6"), ("", "120.6"), ("fast", "120.6"),
     ("200", "200")],
)  # fmt: skip
def test_the_tempo_shows_what_is_taken(visit: Visits, typed: str, taken: str) -> None:
    page = visit()
    if taken == "120.6":
        page.evaluate("panel.set('tempo', 120.6)")
        until(page, "panel.now['c:tempo'] === 120.6")
        expect(page.locator("#tempo")).to_have_value("120.6")
    page.fill("#tempo", typed)
    page.press("#tempo", "Enter")
    expect(page.locator("#tempo")).to_have_value(taken)
    until(page, f"panel.now['c:tempo'] === {taken}")


def test_a_trackpad_turns_a_knob_by_as_much_as_it_moves(visit: Visits) -> None:
    page = visit()
    page.evaluate("panel.set('density', 0.5)")
    until(page, "panel.now['c:density'] === 0.5")
    page.mouse.move(*middle(page.locator(".knob-face[data-control=density]")))
    for _ in range(20):
        page.mouse.wheel(0, -5)
    until(page, "panel.now['c:density'] === 0.52")  # 100 pixels are one notch of a wheel
    page.evaluate("panel.set('density', 0.5)")


def test_a_swipe_over_a_knob_scrolls_and_one_to_the_side_turns_it(visit: Visits) -> None:
    page = visit(PHONE | {"height": 500}, has_touch=True, is_mobile=True)
    page.tap("#tabs [data-tab=knobs]")
    face = page.locator(".knob-face[data-control=complexity]")
    expect(face).to_have_attribute("aria-valuetext", "0.50")
    swipe(page, middle(face), (0, -150))
    until(page, "scrollY > 50")
    expect(face).to_have_attribute("aria-valuetext", "0.50")
    swipe(page, middle(face), (45, 0))
    until(page, "panel.now['c:complexity'] > 0.65")
    face.press("Backspace")
    until(page, "panel.now['c:complexity'] === 0.5")


def test_a_swipe_over_a_fader_scrolls_and_one_to_the_side_moves_it(visit: Visits) -> None:
    page = visit(PHONE | {"height": 500}, has_touch=True, is_mobile=True)
    page.tap("#tabs [data-tab=voices]")
    fader = page.locator("[data-control=level_snare]")
    swipe(page, middle(fader), (45, 0))
    until(page, "panel.now['c:level_snare'] > 1.3")
    page.evaluate("panel.set('level_snare', 1)")
    swipe(page, middle(fader), (0, -150))
    until(page, "scrollY > 50")
    expect(fader).to_have_attribute("aria-valuetext", "1.00")


def test_a_fader_follows_mouse_wheel_and_keys_and_a_double_click_brings_it_back(
    visit: Visits,
) -> None:
    page = visit()
    fader = page.locator("[data-control=level_toms]")
    x, y = middle(fader)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 200, y)
    page.mouse.up()
    until(page, "panel.now['c:level_toms'] === 2")
    page.keyboard.press("ArrowLeft")
    until(page, "panel.now['c:level_toms'] < 2")
    page.mouse.dblclick(x, y)
    until(page, "panel.now['c:level_toms'] === 1")
    page.mouse.wheel(0, -100)
    until(page, "panel.now['c:level_toms'] > 1")
    page.mouse.dblclick(x, y)
    until(page, "panel.now['c:level_toms'] === 1")


def test_voices_keep_their_places_in_the_grid(visit: Visits) -> None:
    page = visit()
    play(page)
    until(page, "panel.drawn.hits[0] > 0")
    assert page.evaluate("panel.drawn.rows") == list(range(14))


def test_a_page_whose_drummer_is_gone_is_grey_and_silent(visit: Visits, drummer: Drumigen) -> None:
    page = visit()
    play(page)
    page.mouse.click(5, 5)
    until(page, "panel.sound.scheduled.notes > 5")
    panel = drummer.children()["panel"]
    os.kill(panel, signal.SIGKILL)
    page.wait_for_selector("#gone:not([hidden])")
    look = """() => [getComputedStyle(document.querySelector("main")).filter.includes("grayscale"),
      document.getElementById("transport").textContent, panel.sound.handed.size,
      document.getElementById("play-word").textContent, panel.set("density", 0.9)]"""
    assert page.evaluate(look) == [True, "not connected", 0, "Play", False]
    page.wait_for_selector("#gone[hidden]", state="attached")
    until(page, "panel.now['c:density'] !== 0.9 && panel.now.transport === 'playing'")


FITTING = """async (asked) => {
  const { found } = await import("/static/search.js");
  return found(panel.about.styles, asked).map((one) => one.name);
}"""


@pytest.mark.parametrize(
    ("asked", "first"),
    [("dilla", "j_dilla"), ("DILA", "j_dilla"), ("bonham", "john_bonham"), ("hous", "house"),
     ("jaz", "jazz"), ("j  dilla", "j_dilla"), ("amapino", "amapiano"), ("huose", "house")],
)  # fmt: skip
def test_the_nearest_style_comes_first(visit: Visits, asked: str, first: str) -> None:
    assert visit().evaluate(FITTING, asked)[0] == first


def test_enter_takes_the_first_style_and_its_tempo_is_offered(visit: Visits) -> None:
    page = visit()
    page.fill("#search", "huose")
    page.press("#search", "Enter")
    until(page, "panel.now['c:style'] === 'house'")
    usual = page.evaluate("panel.about.styles.find((one) => one.name === 'house').tempo[1]")
    page.click("#style-tempo")
    until(page, f"panel.now['c:tempo'] === {usual}")
    expect(page.locator("#style-tempo")).to_be_hidden()
    page.fill("#search", "j dilla")
    page.press("#search", "Enter")
    until(page, "panel.now['c:style'] === 'j_dilla'")
    page.evaluate("panel.set('tempo', 200)")


def test_after_enter_or_escape_all_styles_are_there_and_space_plays(visit: Visits) -> None:
    page = visit()
    play(page)
    every = page.locator("#styles .style").count()
    for key in ("Escape", "Enter"):
        page.click("#search")
        page.keyboard.type("j dilla")
        expect(page.locator("#styles .style")).to_have_count(1)
        page.keyboard.press(key)
        expect(page.locator("#styles .style")).to_have_count(every)
        expect(page.locator("#search")).to_have_value("")
    page.keyboard.press("Space")
    until(page, "panel.now.transport === 'stopped'")


def test_styles_stand_in_groups_and_favourites_come_first_and_stay(visit: Visits) -> None:
    page = visit()
    assert page.locator("#styles .kind").all_inner_texts()[0] == "Genres"
    page.click('.star[aria-label="Favourite: House"]')
    expect(page.locator("#styles .kind").first).to_have_text("Favourites")
    expect(page.locator("#styles .style").first).to_have_attribute("data-style", "house")
    page.reload()
    expect(page.locator("#styles .style").first).to_have_attribute("data-style", "house")
    page.click('.star[aria-label="Favourite: House"]')
    expect(page.locator("#styles .kind").first).to_have_text("Genres")


def test_part_and_meter_are_called_and_what_comes_is_said(visit: Visits) -> None:
    page = visit()
    play(page)
    page.select_option("[data-control=part]", "verse")
    until(page, "panel.now['c:part'] === 'verse'")
    page.select_option("[data-control=meter]", "7/8")
    until(page, "panel.now.meter[0] === 7 && panel.now.bar?.hits.length > 0")
    expect(page.locator("#pulses i")).to_have_count(7)
    expect(page.locator("#style-about")).to_contain_text("from the style's patterns")
    page.select_option("[data-control=meter]", "4/4")
    page.select_option("[data-control=part]", "free")
    until(page, "panel.now.meter[0] === 4 && panel.now.part[0] === 'free' && !panel.now.part[1]")
    expect(page.locator("#style-about")).to_contain_text("by the trained drummer")


# 7/8 is to follow 4/4, and both bars are drawn as wide.
AS_WIDE = """panel.now.meter[0] === 4 && panel.now.next?.meter[0] === 7 && (() => {
  const { spot, number } = panel.drawn, x = (bar, tick) => spot(bar, [tick, 0])[0];
  const now = x(number, 1920) - x(number, 0), next = x(number + 1, 1680) - x(number + 1, 0);
  return now > 100 && Math.abs(now - next) < 1;
})()"""


def test_a_bar_is_drawn_in_its_own_meter_and_the_beats_are_those_counted(visit: Visits) -> None:
    page = visit()
    play(page)
    until(page, "panel.now.meter[0] === 4 && panel.now.bar")
    page.select_option("[data-control=meter]", "7/8")
    until(page, AS_WIDE)
    expect(page.locator("#pulses i")).to_have_count(7)
    page.select_option("[data-control=meter]", "12/8")
    expect(page.locator("#pulses i")).to_have_count(4)
    page.select_option("[data-control=meter]", "4/4")
    until(page, "panel.now.meter[0] === 4")


# Where the first stroke of a voice stands in the bar that plays, on the screen.
SPOT = """() => {
  const soft = ([, row, v]) => panel.about.voices[row][0] === "closed_hat" && v <= 105;
  const hit = panel.now.bar.hits.find(soft);
  const area = document.getElementById("grid").getBoundingClientRect();
  const [x, y] = panel.drawn.spot(panel.drawn.number, hit);
  return [area.left + x, area.top + y];
}"""


def comes_back(words: str, force: str) -> str:
    """Of "closed hat of bar 5, beat 2.5": in the bars that it comes back in it is struck so."""
    bar, beat, _velocity = (float(number) for number in re.findall(r"[\d.]+", words))
    return (
        f"panel.now.place % 2 === {(int(bar) - 1) % 2} && panel.now.bar.hits.some("
        "([, row, v, score]) => panel.about.voices[row][0] === 'closed_hat' && "
        f"Math.abs(score - {480 * (beat - 1)}) < 10 && v {force})"
    )


def test_a_stroke_that_is_clicked_can_be_accented_and_comes_back_with_undo(visit: Visits) -> None:
    page = visit()
    play(page)
    page.evaluate("panel.set('variation', 0); panel.set('fill_every', 'off')")
    until(page, "panel.now.bar?.fill === false && panel.now.bar.hits.length && panel.drawn.hits[0]")
    page.mouse.click(*page.evaluate(SPOT))
    expect(page.locator("#stroke")).to_contain_text("closed hat of bar")
    words = page.inner_text("#stroke .hint")
    before = page.evaluate("panel.now['complaint']")
    page.click("#stroke button:text-is('Accent')")
    until(page, comes_back(words, "> 105"))
    assert page.evaluate("panel.now['complaint']") == before
    expect(page.locator("#stroke")).to_be_hidden()
    page.keyboard.press("u")
    until(page, comes_back(words, "<= 105"))
    page.evaluate("panel.set('variation', 0.5); panel.set('fill_every', '8')")


def test_what_appears_while_one_plays_moves_nothing_under_the_hand(visit: Visits) -> None:
    page = visit({"width": 1280, "height": 800})
    play(page)
    until(page, "panel.now.bar?.hits.length && panel.drawn.hits[0] > 0")
    places = """() => ["#hands", "#actions [data-control=capture]", "#actions [data-control=panic]"]
      .map((one) => document.querySelector(one).getBoundingClientRect())
      .map(({ x, y }) => [x, y])"""
    before = page.evaluate(places)
    page.keyboard.press("c")
    expect(page.locator("#clip .download")).to_be_visible()
    page.select_option("[data-control=part]", "chorus")
    expect(page.locator("#part-words")).to_have_text("chorus comes")
    page.mouse.click(*page.evaluate(SPOT))
    expect(page.locator("#stroke")).to_be_visible()
    assert page.evaluate(places) == before
    page.select_option("[data-control=part]", "free")
