"""The browser that page tests drive is there and runs axe."""

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><html lang=en><title>t</title><main><h1>A desk</h1>{}</main>"


def test_axe_finds_what_is_wrong_with_a_page(browser: "Browser") -> None:
    """Were axe silent about an image without a text, its silence elsewhere would mean nothing."""
    page = browser.new_page()
    page.set_content(PAGE.format("<img src='data:,'>"))
    assert [found["id"] for found in Axe().run(page).response["violations"]] == ["image-alt"]
    page.set_content(PAGE.format("<p>Words.</p>"))
    assert Axe().run(page).response["violations"] == []
    page.close()
