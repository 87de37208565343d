"""A new case: the promise before it is sent, one case for many clicks, and nothing that was written is lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.desk.making import customer, netop, person, signed_in
from tests.portal.people import syncro, with_pack, with_partner
from troth.desk.models import Attachment, Case, PolicyVersion
from troth.desk.preview import preview
from troth.desk.store import stored_state
from troth.people.roles import give_role
from troth.portal.case_form import case_form, draft_of
from troth.portal.new_case import desktop_of
from troth.portal.pages import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
CRITICAL = {"title": "Everybody loses the session", "q_environment": "production", "q_workaround": "none"}


def hidden(page, name):
    """The value of a hidden field on the page."""
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.content.decode()).group(1)


def here(desk):
    """Where the form is."""
    return reverse("portal:new-case", args=[desk.slug])


def test_the_form_asks_what_the_policy_asks():
    """FACES 5.2, page 1: the plain questions and the information this policy needs, the licence already chosen."""
    desk = syncro()
    page = signed_in(with_pack(desk).person).get(here(desk)).content.decode()
    assert "How does the product behave?" in page
    assert "Operating system" in page
    assert "Support and Maintenance Pack, until 9 Jan 2027" in page
    assert "Where does it happen?" not in page


def test_the_panel_says_what_opening_then_gives():
    """The same facts are gathered for the preview and for the opening, so cover, severity and clocks are the same."""
    desk = netop()
    contact = with_partner(desk)
    visit = Visit(desk, contact.person, contact, desk.zone)
    desktop = desktop_of(visit)
    form = case_form(desktop.policy, desktop.catalogue, desktop.holdings, CRITICAL)
    assert form.is_valid()
    foreseen = preview(desk, draft_of(form, desktop.policy), contact=contact)
    client = signed_in(contact.person)
    client.post(here(desk), {**CRITICAL, "key": "k" * 24})
    state = stored_state(Case.objects.get())
    assert foreseen.case is not None
    assert (state.severity, state.basis, state.worked_by) == ("critical", "licence", "partner")
    assert state.clocks == foreseen.case.clocks
    assert state.facts == foreseen.facts


def test_the_panel_names_promise_cover_severity_and_the_call():
    """FACES 5.2: each line with its clause; for a critical case the number of whoever takes level 1."""
    desk = netop()
    client = signed_in(with_partner(desk).person)
    panel = client.post(here(desk) + "/promise", CRITICAL)
    words = panel.content.decode()
    assert panel.status_code == 200
    assert "Covered by your licence" in words
    assert "Critical, from your answers" in words
    assert "you get your case number by" in words
    assert "Fjord IT" in words
    assert "+47 22 00 11 22" in words
    assert "/netop/policy#targets" in words
    assert "<html" not in words
    assert Case.objects.count() == 0


def test_without_script_a_second_button_shows_the_same_panel():
    """FACES 4.3: *Show what will happen* gives the page with the panel, the text in its place, and opens nothing."""
    desk = netop()
    client = signed_in(customer(desk).person)
    page = client.post(here(desk), {**CRITICAL, "do": "show"})
    words = page.content.decode()
    assert page.status_code == 200
    assert "Critical, from your answers" in words
    assert 'value="Everybody loses the session"' in words
    assert Case.objects.count() == 0


def test_four_clicks_give_one_case():
    """The form carries a key: sending it again leads to the same case."""
    desk = netop()
    client = signed_in(customer(desk).person)
    key = hidden(client.get(here(desk)), "key")
    answers = [client.post(here(desk), {**CRITICAL, "key": key}) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert Case.objects.count() == 1


def test_two_people_with_one_key_have_a_case_each():
    """A key belongs to who sends it; nobody reaches another's case by it."""
    desk = netop()
    for contact in (customer(desk), customer(desk)):
        signed_in(contact.person).post(here(desk), {**CRITICAL, "key": "k" * 24})
    assert Case.objects.count() == 2


def test_a_form_with_gaps_keeps_its_text_and_leads_to_them():
    """Errors: a summary on top links to the field, and everything written is still there."""
    desk = netop()
    client = signed_in(customer(desk).person)
    page = client.post(here(desk), {"title": "", "text": "It began on <Monday>.", "i_steps": "Open, close."})
    words = page.content.decode()
    assert page.status_code == 422
    assert 'href="#id_title"' in words
    assert "It began on &lt;Monday&gt;." in words
    assert "Open, close." in words
    assert Case.objects.count() == 0


def test_what_is_left_open_is_named_and_allowed():
    """Gaps are no errors: the panel names them, the case opens, and its missing information is on it."""
    desk = syncro()
    client = signed_in(with_pack(desk).person)
    form = {"title": "It hangs", "i_os": "Debian 12"}
    assert "The error text" in client.post(here(desk) + "/promise", form).content.decode()
    client.post(here(desk), form)
    state = stored_state(Case.objects.get())
    assert "os" not in state.missing
    assert {"version", "error text", "steps"} <= set(state.missing)


def test_what_was_filled_in_stands_in_the_message():
    """The information goes to whoever works on it, under its label, together with the free text."""
    desk = netop()
    client = signed_in(customer(desk).person)
    client.post(here(desk), {**CRITICAL, "text": "At noon.", "i_error_text": "E 17"})
    assert Case.objects.get().messages.get().text == "At noon.\n\nThe error text:\nE 17"


def test_a_ruling_that_changed_is_asked_about_once():
    """Shown one thing, decided another: both stand side by side, and the second press opens the case."""
    desk = netop()
    client = signed_in(customer(desk).person)
    shown = hidden(client.post(here(desk) + "/promise", CRITICAL), "shown")
    changed = {**CRITICAL, "q_workaround": "available", "shown": shown, "key": "k" * 24}
    asked = client.post(here(desk), changed)
    words = asked.content.decode()
    assert asked.status_code == 409
    assert "You had read" in words
    assert Case.objects.count() == 0
    assert client.post(here(desk), {**changed, "shown": hidden(asked, "shown")}).status_code == 302
    assert Case.objects.count() == 1


def test_time_passing_alone_is_no_change(clock):
    """The due time moves with the minute; what is decided does not, so nobody is asked."""
    desk = netop()
    client = signed_in(customer(desk).person)
    shown = hidden(client.post(here(desk) + "/promise", CRITICAL), "shown")
    clock.shift(600)
    assert client.post(here(desk), {**CRITICAL, "shown": shown}).status_code == 302


def test_a_made_up_promise_counts_as_none():
    """What was shown is signed; anything else is as if nothing had been."""
    desk = netop()
    client = signed_in(customer(desk).person)
    assert client.post(here(desk), {**CRITICAL, "shown": "made up"}).status_code == 302


def test_a_refused_opening_shows_the_sentence_and_the_clause():
    """A policy that takes no cases by web says so, with its clause, and nothing is opened."""
    desk = netop()
    version = PolicyVersion.objects.get(desk=desk)
    source = version.source.replace("open a case: [web, email, phone]", "open a case: [email, phone]")
    PolicyVersion(
        desk=desk,
        ref="netop@2026-11-02",
        version_on="2026-11-02",
        effective_at="2026-03-01T00:00:00Z",
        published_at="2026-03-01T00:00:00Z",
        name="netop.md",
        source=source,
        dates=version.dates,
    ).save()
    page = signed_in(customer(desk).person).post(here(desk), CRITICAL)
    words = page.content.decode()
    assert page.status_code == 409
    assert "No case is opened by web here." in words
    assert "/netop/policy#channels" in words
    assert Case.objects.count() == 0


def test_files_come_along_under_safe_names():
    """A path in a file's name does not survive; a thirteenth file does not either."""
    desk = netop()
    client = signed_in(customer(desk).person)
    client.post(here(desk), {**CRITICAL, "files": [SimpleUploadedFile("../../a b.png", b"x", "image/png")]})
    assert Attachment.objects.get().name == "a b.png"
    many = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(13)]
    refused = client.post(here(desk), {**CRITICAL, "files": many})
    assert refused.status_code == 422
    assert "13 files" in refused.content.decode()


def test_someone_nobody_has_placed_may_ask_and_reads_what_that_means():
    """Empty (no licence): the page says so, the case opens uncovered and is theirs."""
    desk = netop()
    newcomer = person("New")
    client = signed_in(newcomer)
    assert "no licence of yours on record" in client.get(here(desk)).content.decode()
    answer = client.post(here(desk), CRITICAL)
    assert client.get(answer.url).status_code == 200
    assert Case.objects.get().is_covered is False


def test_a_session_that_ended_loses_no_text():
    """FACES 4.3: the form's words wait until their writer has signed in, and stand in the form again."""
    desk = netop()
    contact = customer(desk)
    from django.test import Client  # noqa: PLC0415 (the one test with a browser that forgot)

    client = Client()
    sent = client.post(here(desk), {**CRITICAL, "text": "A long story."})
    assert sent.status_code == 302
    assert sent.url.startswith("/netop/sign-in?next=")
    client.force_login(contact.person, backend="django.contrib.auth.backends.ModelBackend")
    words = client.get(here(desk)).content.decode()
    assert "A long story." in words
    assert "A long story." not in client.get(here(desk)).content.decode()


def test_a_form_without_its_token_is_refused_in_plain_words():
    """CSRF: the page says what happened and that nothing was changed."""
    desk = netop()
    client = signed_in(customer(desk).person, enforce_csrf_checks=True)
    page = client.post(here(desk), CRITICAL)
    assert page.status_code == 403
    assert "Nothing was changed" in page.content.decode()
    assert Case.objects.count() == 0


def test_staff_see_the_form_as_anyone_does():
    """Someone who works at the desk may ask as well; they are then a contact like others."""
    desk = netop()
    worker = person("Agent")
    give_role(worker, desk, "staff")
    assert signed_in(worker).get(here(desk)).status_code == 200
