"""What tests of the page share: a browser, and visits to the panel of the module's drummer."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.live.drumigen import Drumigen
from tests.live.panel.pages import Visits, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def visit(browser: Browser, drummer: Drumigen) -> Iterator[Visits]:
    """Opens the page of the `drummer` that the module has."""
    with Visits(browser, drummer.page()) as visits:
        yield visits
