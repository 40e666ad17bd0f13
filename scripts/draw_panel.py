"""Draws docs/pictures/panel.png and panel-phone.png: the page of a real performance, in chromium.

    python scripts/draw_panel.py [--seconds 20] [--light] [--whole] [--out FOLDER]

It plays by its own clock without any MIDI system, so that the page sounds.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run from anywhere

from playwright.sync_api import Page

from live.osc.encode import message
from tests.live.panel.pages import DESK, PHONE, Visits, chromium, paged, until

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
KNOBS = {"morph": 0.3, "density": 0.68, "humanize": 1.3, "push": 6.0, "ghost": 1.4,
         "swing": 53.0, "level_toms": 1.4, "density_hats": 0.2}  # fmt: skip


def main() -> None:
    """Plays, takes the pictures, writes them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="of playing before they are")
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--whole", action="store_true", help="the page down to its end")
    parser.add_argument("--out", type=Path, default=PICTURES)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        paged(Path(folder), bpm=86, style="j_dilla") as drummer,
        chromium() as browser,
    ):
        drummer.wait_for("ready", 60.0)
        with Visits(browser, drummer.page()) as visits:
            desk = visits(DESK, device_scale_factor=1)
            prepare(desk, drummer.osc)
            phone = visits(PHONE, device_scale_factor=2, has_touch=True, is_mobile=True)
            phone.touchscreen.tap(3, 3)  # a browser lets nothing sound before a finger was there
            desk.wait_for_timeout(chosen.seconds * 1000)
            for page, name in ((desk, "panel.png"), (phone, "panel-phone.png")):
                if chosen.light:
                    page.locator("#theme").click()
                taken(page, chosen.out / name, whole=chosen.whole)


def prepare(page: Page, osc: int) -> None:
    """Turn what a hand would have turned by then."""
    for name, value in KNOBS.items():
        page.evaluate("([name, value]) => panel.set(name, value)", [name, value])
    page.mouse.click(720, 4)
    page.keyboard.press("Shift+Digit1")
    page.keyboard.press("Shift+Digit2")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.sendto(message("/drumigen/complexity", 0.625), ("127.0.0.1", osc))
    until(page, "panel.now['c:complexity'] === 0.625")
    page.keyboard.press("c")
    page.wait_for_timeout(6000)  # until the word about it is gone


def taken(page: Page, file: Path, *, whole: bool) -> None:
    """A picture in the middle of a bar."""
    page.bring_to_front()
    page.evaluate("scrollTo(0, 0)")
    until(page, "panel.drawn.tick > 700 && panel.drawn.tick < 1100 && panel.drawn.hits[1] > 0")
    page.screenshot(path=file, full_page=whole)
    print(file)


if __name__ == "__main__":
    main()
