"""The workspace in a real browser: by keyboard alone, in both themes, at 360 px, and while it refreshes itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from tests.desk.making import again, signed_in
from tests.workspace.conftest import Floor, lay_floor
from troth.customers.facts import Draft
from troth.desk.door import open_case, record
from troth.desk.messages import Written
from troth.desk.models import Message, Notice
from troth.policy.vocabulary import Verb

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def floor() -> Floor:
    """The floor of today: the browser's clock is the real one."""
    return lay_floor()


@pytest.fixture
def page(browser: "Browser", live_server, floor: Floor) -> "Iterator[Page]":
    """The agent's browser, signed in; it fails the test on any error in the console."""
    client = signed_in(floor.agent.person)
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    # What the browser itself remarks: a page that says what was not done comes with 409, and who types
    # faster than pages fade into each other cuts the fading short.
    own = ("409 (Conflict)", "Transition was")
    assert [said for said in complaints if not any(remark in said for remark in own)] == []


def focused(page: "Page") -> str:
    """What has the focus: its id, else its words."""
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def test_an_agent_answers_without_touching_the_mouse(page: "Page", floor: Floor) -> None:
    """Down the list, into the case, a reply, sent: j, Enter, r, words, Ctrl+Enter; and back by g q."""
    page.goto("/netop/desk/queue")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = focused(page)
    page.keyboard.press("k")
    first = focused(page)
    assert {first, second} == {"The host stops", "Sessions drop"}
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    page.keyboard.press("r")
    assert focused(page) == "reply-text"
    page.keyboard.type("Just a reply with j, k, n and r in it.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/cases/*#end")
    assert Message.objects.get(direction="us").text == "Just a reply with j, k, n and r in it."
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/desk/queue")


def test_every_act_can_be_reached_by_its_key(page: "Page", floor: Floor) -> None:
    """A key opens the form that its button shows, and the rest goes by Tab and Enter."""
    page.goto(floor.case())
    page.keyboard.press("n")
    assert focused(page) == "note-text"
    page.keyboard.press("Tab")
    page.keyboard.press("a")
    page.wait_for_load_state()
    page.wait_for_selector("text=It is yours.")
    page.keyboard.press("s")
    page.select_option("#severity-severity", "low")
    page.locator("#severity-severity").press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Done.")
    assert again(floor.direct).severity == "low"
    page.keyboard.press("m")
    page.keyboard.press("c")
    expect(page.locator("text=The customer called us").first).to_be_visible()
    page.keyboard.press(".")
    page.wait_for_url("**/why/*")
    page.keyboard.press("b")
    page.wait_for_url(f"**{floor.case()}")


def test_a_and_t_take_cases_from_the_list(page: "Page", floor: Floor) -> None:
    """`a` takes the row under the cursor, `t` the next in the policy's order."""
    page.goto("/netop/desk/queue")
    row = page.locator("[data-row]", has_text="Sessions drop")
    row.locator("a.title").focus()
    page.keyboard.press("a")
    page.wait_for_selector("text=is yours.")
    assert again(floor.through_partner).owner == floor.agent.person
    page.keyboard.press("t")
    page.wait_for_url(f"**{floor.case()}")
    assert again(floor.direct).owner == floor.agent.person


def test_the_list_refreshes_and_keeps_the_cursor(page: "Page", floor: Floor) -> None:
    """New work appears by itself; the focus stays on its row."""
    page.goto("/netop/desk/queue")
    page.keyboard.press("j")
    before = focused(page)
    contact = floor.maria
    draft = Draft(title="Something new", text="…", answers={"environment": "lab", "workaround": "none"})
    open_case(
        floor.desk, by=floor.speaking(contact), draft=draft, contact=contact, at=timezone.now() - timedelta(hours=1)
    )
    page.wait_for_selector("text=Something new")
    assert focused(page) == before
    expect(page.locator("[data-row]")).to_have_count(3)


def test_news_comes_to_an_open_case_and_leaves_the_writer_alone(page: "Page", floor: Floor) -> None:
    """What the customer writes appears above; the words being typed, the focus and the open form stay."""
    page.goto(floor.case())
    page.keyboard.press("s")
    page.keyboard.press("r")
    page.keyboard.type("Half a sente")
    record(floor.direct, Verb.CUSTOMER_REPLY, by=floor.speaking(floor.maria), written=Written("It is back."))
    page.wait_for_selector("text=It is back.")
    page.keyboard.type("nce.")
    expect(page.locator("#reply-text")).to_have_value("Half a sentence.")
    expect(page.locator("#severity-severity")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=somebody wrote while you were writing")
    expect(page.locator("#reply-text")).to_have_value("Half a sentence.")
    page.click("text=Send anyway to")
    page.wait_for_selector("text=Sent.")
    assert Message.objects.filter(direction="us", text="Half a sentence.").count() == 1


PAGES = ("/netop/desk/queue", "/netop/desk/queue?q=sevrity:x&list=mine", "CASE", "CASE/why/respond")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: "Page", floor: Floor, path: str, theme: str) -> None:
    """Both themes, with every form of a case open."""
    page.emulate_media(color_scheme=theme)
    page.goto(path.replace("CASE", floor.case()))
    page.evaluate(
        "for (const one of document.querySelectorAll('details')) { one.removeAttribute('name'); one.open = true; }"
    )
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_a_phone(page: "Page", floor: Floor, path: str) -> None:
    """360 px is one column, forms open or not."""
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(path.replace("CASE", floor.case()))
    page.evaluate(
        "for (const one of document.querySelectorAll('details')) { one.removeAttribute('name'); one.open = true; }"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_everything_stands_without_script(browser: "Browser", live_server, floor: Floor) -> None:
    """Lists, forms and acts are plain HTML."""
    client = signed_in(floor.agent.person)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(floor.case())
    page.click("summary:has-text('Severity')")
    page.select_option("#severity-severity", "low")
    page.click("button:has-text('Set severity')")
    expect(page.locator("text=Done.").first).to_be_visible()
    page.fill("#reply-text", "Without script.")
    page.click("button:has-text('Send to')")
    expect(page.locator("article", has_text="Without script.").first).to_be_visible()
    context.close()
    assert again(floor.direct).severity == "low"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_operators_page_is_whole_on_a_telephone_and_axe_finds_nothing(
    browser: "Browser", live_server, floor: Floor, theme: str
) -> None:
    """With something failed and something come back; nothing but tables scrolls sideways, and a button is reached."""
    Notice.objects.filter(case=floor.direct).update(state="failed", failed_at=timezone.now(), failure="It was refused.")
    client = signed_in(floor.manager.person)
    context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 800}, color_scheme=theme)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto("/netop/operator")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name=f"Send again: confirmation of {floor.direct.label}").press("Enter")
    expect(page.get_by_text("is sent again.")).to_be_visible(timeout=60_000)
    context.close()
