"""The whole road, in a browser: a promise before sending, an agent's answer, and a case that time alone moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.desk.making import again, agent, customer, netop, opened
from troth.desk.models import Case
from troth.desk.verify import verify
from troth.desk.worker import Worker
from troth.people.sign_in import request_sign_in_link

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery staple"


@pytest.fixture
def desk():
    """Netop's desk, its policy in force since long ago."""
    return netop()


@pytest.fixture
def staff(desk):
    """An agent who signs in by password."""
    actor = agent(desk)
    actor.person.set_password(PASSWORD)
    actor.person.save()
    return actor.person


@pytest.fixture
def page_for(browser):
    """A page of one person's own browser; a script error anywhere is a failure."""
    contexts, complaints = [], []

    def make():
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def as_customer(page, root, contact):
    """Sign in by a mailed link."""
    link = request_sign_in_link(contact.person.email, desk=contact.desk, at=timezone.now())
    page.goto(f"{root}/sign-in/link/{link.token}")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{root}/cases")


def as_agent(page, root, person):
    """Sign in by password, to the queue."""
    page.goto(f"{root}/sign-in/password?next=/netop/desk/queue")
    page.get_by_label("Your mail address").fill(person.email)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{root}/desk/queue")


def test_a_promise_is_seen_before_sending_and_kept_by_an_answer(live_server, desk, staff, page_for):
    """The customer reads severity, promise and clause before anything is sent; the agent sees the same and answers."""
    root, contact = f"{live_server.url}/{desk.slug}", customer(desk)
    reader = page_for()
    as_customer(reader, root, contact)
    reader.goto(f"{root}/cases/new")
    reader.get_by_label("What happens?").fill("The host service stops")
    reader.get_by_label("In our live environment, where people work").check()
    panel = reader.locator("#promise")
    panel.get_by_text("Critical, from your answers").wait_for()
    said = " ".join(panel.inner_text().split())
    assert "you get an explanation or a workaround by" in said
    assert all(f"Clause {clause}" in said for clause in ("entitlement", "severities", "targets")), said
    promised = said.split("workaround by ")[1].split(".")[0]
    assert not Case.objects.exists(), "nothing was sent by looking"
    reader.get_by_role("button", name="Send to support").click()
    reader.get_by_role("heading", name="The host service stops").wait_for()
    case = Case.objects.get()
    Worker("test").run_once()  # the confirmation goes out and meets case id and respond
    reader.reload()
    kept = " ".join(reader.locator(".word-line").first.inner_text().split())
    assert promised in kept, "the case says what the panel said"

    writer = page_for()
    as_agent(writer, root, staff)
    writer.get_by_role("link", name="The host service stops").click()
    writer.get_by_text("Target: resolve at level 1").first.wait_for()
    writer.locator("input[name=gives][value=workaround]").check()
    writer.get_by_role("textbox", name="Reply").fill("Start it as a delayed service: that holds.")
    writer.get_by_role("button", name="Send to").first.click()
    writer.get_by_text("Start it as a delayed service: that holds.").first.wait_for()
    clock = again(case).clocks.get(name="resolve at level 1")
    assert clock.state == "met"
    reader.reload()
    reader.get_by_text("Start it as a delayed service: that holds.").wait_for()
    assert list(verify(Case.objects.all())) == []


def test_time_alone_takes_a_case_from_level_one_to_two_to_product_management(live_server, desk, staff, page_for):
    """Nobody does anything: the worker brings what the policy said would happen, and the pages tell it."""
    contact = customer(desk)
    case = opened(desk, contact).case
    root = f"{live_server.url}/{desk.slug}"
    reader, writer = page_for(), page_for()
    as_customer(reader, root, contact)
    as_agent(writer, root, staff)
    for when, level in (("2026-03-13T15:29:59+00:00", "1"), ("2026-03-13T15:30:00+00:00", "2")):
        Worker("test").run_once(timezone.datetime.fromisoformat(when))
        assert again(case).level == level
    reader.goto(f"{root}/cases/{case.label}")
    reader.get_by_text("Passed to Netop support: the 5 business days before it were over.").wait_for()
    Worker("test").run_once(timezone.datetime.fromisoformat("2026-03-13T15:30:00+00:00") + timedelta(days=60))
    assert again(case).level == "product management"
    writer.goto(f"{root}/desk/cases/{case.label}")
    writer.get_by_text("Missed: resolve at level 1").first.wait_for()
    writer.get_by_text("Missed: resolve at level 2").first.wait_for()
    writer.get_by_text("Moved to product management").first.wait_for()
    reader.reload()
    reader.get_by_text("Passed to Netop product management").wait_for()
    assert list(verify(Case.objects.all())) == []
