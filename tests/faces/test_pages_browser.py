"""In a real browser: no axe violation, nothing sideways, keys, popovers, clocks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from troth.faces.moments import remaining_words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.faces.addresses"),
]

PAGES = ("/styleguide", "/styleguide/portal", "/styleguide/workspace")


@pytest.fixture
def page(browser: "Browser", live_server, settings) -> "Iterator[Page]":
    """A page of its own context, which fails the test on any error in the console."""
    settings.TROTH_DEMO = True
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def wear(page: "Page", theme: str) -> None:
    """The reader chose this theme earlier."""
    page.context.add_cookies([{"name": "theme", "value": theme, "domain": "localhost", "path": "/"}])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: "Page", path: str, theme: str) -> None:
    """Every component stands on these pages; axe looks at all of it in both themes."""
    wear(page, theme)
    page.goto(path)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.parametrize("width", [360, 700, 1024, 1440])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(page: "Page", path: str, width: int) -> None:
    """At 360 px a page is one column, and wider it still fits."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_theme_chosen_shows_at_once_and_stays(page: "Page") -> None:
    """The switch is a form: one press, the same page, the other theme."""
    page.goto("/styleguide/portal")
    page.get_by_role("button", name="Use the dark theme").click()
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    page.goto("/styleguide/workspace")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_both_themes_stand_side_by_side(page: "Page") -> None:
    """A token resolves where it is used: each section of the style guide in its own theme."""
    page.goto("/styleguide")
    grounds = page.locator("#button .guide-theme").evaluate_all(
        "all => all.map(one => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(grounds)) == 2


def test_a_clause_mark_opens_its_reason_by_key_and_escape_closes_it(page: "Page") -> None:
    """The reason needs neither mouse nor script; its card carries the way to the clause."""
    page.goto("/styleguide/portal")
    mark = page.locator(".word-line .clause-mark")
    mark.focus()
    page.keyboard.press("Enter")
    card = page.locator(".word-line .why-card")
    expect(card).to_be_visible()
    assert card.get_by_role("link", name="Read the clause").get_attribute("href") == "#targets"
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")


def test_j_and_k_walk_the_list(page: "Page") -> None:
    """The focus is the cursor, so Enter opens the case and a screen reader reads it."""
    page.goto("/styleguide/workspace")

    def here() -> str:
        return page.evaluate("document.activeElement.closest('[data-row]')?.id ?? ''")

    page.keyboard.press("j")
    assert here() == "row-NETOP-1039"
    page.keyboard.press("j")
    assert here() == "row-NETOP-1042"
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert here() == "row-NETOP-1039"


def test_keys_keep_still_while_somebody_writes(page: "Page") -> None:
    """A letter typed into a message is a letter."""
    page.context.add_cookies([{"name": "keys", "value": "on", "domain": "localhost", "path": "/"}])
    page.goto("/styleguide/portal")
    page.locator(".composer textarea").focus()
    page.keyboard.type("c? g p j")
    assert page.url.endswith("/styleguide/portal")
    expect(page.locator(".composer textarea")).to_have_value("c? g p j")
    expect(page.locator("#keys-sheet")).to_be_hidden()


def test_keys_do_nothing_where_they_are_off(page: "Page") -> None:
    """Customers have them off until they turn them on (WCAG 2.1.4)."""
    page.goto("/styleguide/portal")
    page.keyboard.press("?")
    expect(page.locator("#keys-sheet")).to_be_hidden()
    page.keyboard.press("c")
    assert page.url.endswith("/styleguide/portal")


def test_the_sheet_lists_the_keys_of_the_buttons_on_the_page(page: "Page") -> None:
    """One registry: what the sheet says is what the buttons carry."""
    page.goto("/styleguide/workspace")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys on this page")
    expect(sheet).to_be_visible()
    said = sheet.locator("dt").all_inner_texts()
    carried = page.locator("[data-key]").evaluate_all("all => all.map(one => one.dataset.key)")
    assert {"".join(key.split()) for key in carried} <= {"".join(key.split()) for key in said}
    assert "j" in said


def test_two_keys_in_a_row_follow_a_link(page: "Page") -> None:
    """Pressing g, then p goes to the policy, as the sheet says."""
    page.goto("/styleguide/workspace")
    page.route(
        "**/policy",
        lambda route: route.fulfill(
            body="<title>p</title><link rel=icon href=data:,><style>@view-transition{navigation:auto}</style>",
            content_type="text/html",
        ),
    )
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/policy")


def test_the_clock_script_says_what_the_server_said(page: "Page") -> None:
    """The remaining time is worded twice, once per language; the two never differ."""
    page.goto("/styleguide/portal")
    now = 1_773_050_400
    for left in (0, 59, 60, 3599, 3600, 12000, 48 * 3600 - 1, 48 * 3600, 52 * 3600, -1, -60, -2400, -200_000):
        said = page.evaluate(
            "async ([due, now]) => (await import('/static/js/clocks.js')).remainingWords(due * 1000, now * 1000)",
            [now + left, now],
        )
        assert said == remaining_words(now + left, now), left


def test_the_send_chord_presses_the_button_that_names_its_readers(page: "Page") -> None:
    """Control and Enter send from within the text, by the form's own button."""
    page.goto("/styleguide/portal")
    page.evaluate(
        "document.addEventListener('submit', e => { e.preventDefault(); window.sent = e.submitter.innerText })"
    )
    page.locator(".composer textarea").fill("Thank you.")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("window.sent")
    assert page.evaluate("window.sent") == "Send to Maria Lund + 1"


def test_a_message_stays_until_it_is_put_away(page: "Page") -> None:
    """Nothing fades while somebody reads; without script there is no button that does nothing."""
    page.goto("/styleguide")
    bars = page.locator(".guide-theme:first-child .notice-bar")
    before = bars.count()
    bars.first.get_by_role("button", name="Put this message away").click()
    expect(bars).to_have_count(before - 1)


def test_the_main_content_stands_without_script(browser: "Browser", live_server, settings) -> None:
    """Sentence, strip, messages and form are there when no script runs."""
    settings.TROTH_DEMO = True
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/styleguide/portal")
    expect(page.get_by_text("A person answers by")).to_be_visible()
    expect(page.locator(".ledger-strip .bar")).to_be_visible()
    expect(page.get_by_role("button", name="Send to Maria Lund + 1")).to_be_visible()
    page.locator(".word-line .clause-mark").click()
    expect(page.locator(".word-line .why-card")).to_be_visible()
    context.close()
