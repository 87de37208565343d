"""The customer's pages in a browser: live promise, nothing but HTML needed, every rule of access, narrow and dark."""

import contextlib

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from tests.desk.making import agent
from tests.portal.people import asked, syncro, with_pack
from troth.desk.door import record
from troth.desk.messages import Written
from troth.desk.models import Case
from troth.people.sign_in import request_sign_in_link
from troth.policy.vocabulary import Verb

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.portal.addresses"),
]
WIDTHS = (1280, 360)


@contextlib.contextmanager
def opened_page(browser, **options):
    """A page in a browser context of its own; what it complains of is a failure."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    yield page
    assert page.complaints == []
    context.close()


@pytest.fixture
def scene(live_server):
    """A customer with one case that waits for them; and the way in by a mailed link."""
    desk = syncro()
    contact = with_pack(desk)
    case = asked(desk, contact)
    record(case, Verb.ASK, by=agent(desk), written=Written("Which version?"))
    root = f"{live_server.url}/{desk.slug}"

    def come_in(page):
        link = request_sign_in_link(contact.person.email, desk=desk, at=timezone.now())
        page.goto(f"{root}/sign-in/link/{link.token}")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/cases")

    return root, case, come_in


def test_the_panel_follows_the_answers(browser, scene):
    """With script the promise is there as soon as a question is answered, and only the panel is exchanged."""
    root, _, come_in = scene
    with opened_page(browser) as page:
        come_in(page)
        page.goto(f"{root}/cases/new")
        page.get_by_label("What happens?").fill("It hangs")
        page.get_by_label("It crashes, hangs or cannot be used at all").check()
        page.get_by_label("Everyone who works with it here").check()
        page.get_by_text("Critical, from your answers").wait_for()
        expect(page.get_by_label("What happens?")).to_have_value("It hangs")
        assert page.evaluate("document.activeElement.name") == "q_affects"
        page.get_by_role("button", name="Send to support").click()
        page.get_by_role("heading", name="It hangs").wait_for()
    assert Case.objects.filter(title="It hangs").count() == 1


def test_everything_goes_by_key_and_without_script(browser, scene):
    """No script, no pointer: the panel by its button, the case by Send, an answer at the end of the page."""
    root, case, come_in = scene
    with opened_page(browser, java_script_enabled=False) as page:
        come_in(page)
        page.goto(f"{root}/cases/new")
        page.get_by_label("What happens?").fill("By key alone")
        page.get_by_role("button", name="Show what will happen").focus()
        page.keyboard.press("Enter")
        page.get_by_text("a person answers by").wait_for()
        page.get_by_role("button", name="Send to support").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="By key alone").wait_for()
        page.goto(f"{root}/cases/{case.label}")
        page.get_by_text("I need until").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Until when?")).to_be_visible()
        page.get_by_role("textbox", name="Reply").fill("Version 26.1")
        page.get_by_role("button", name="Send to Syncro Soft").press("Enter")
        page.get_by_text("We have your message.").wait_for()
        page.get_by_text("Version 26.1").wait_for()


def test_on_a_phone_the_promise_stands_between_the_form_and_its_sending(browser, scene):
    """Who has filled in the last field reads what will happen before they can press Send."""
    root, _, come_in = scene
    with opened_page(browser, viewport={"width": 360, "height": 780}) as page:
        come_in(page)
        page.goto(f"{root}/cases/new")
        tops = [
            page.locator(one).bounding_box()["y"]
            for one in ("#new-case", "#promise .ruling-panel", "button:has-text('Send to support')")
        ]
    assert tops == sorted(tops)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(browser, scene, theme):
    """Axe finds nothing, and nothing scrolls sideways, wide and narrow, in both themes."""
    root, case, come_in = scene
    paths = ["/", "/cases", "/cases/new", f"/cases/{case.label}", f"/cases/{case.label}/why/respond", "/policy"]
    paths += ["/sign-in", "/sign-in/password", "/sign-in/sent", "/sign-in/link/spent", "/cases/none"]
    for width in WIDTHS:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        page = context.new_page()
        come_in(page)
        for path in paths:
            page.goto(root + path)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path} at {width}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{path} at {width}"
        context.close()
