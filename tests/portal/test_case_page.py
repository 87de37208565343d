"""A case as its customer sees it, in every state: the sentence, what can be done, and never a forbidden word."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.making import agent, at, customer, netop, opened, person, signed_in
from tests.portal.people import asked, passed, states, syncro, with_pack
from troth.customers.models import Contact
from troth.desk.actors import Actor
from troth.desk.door import note, record
from troth.desk.messages import Enclosed, Written
from troth.desk.models import Attachment
from troth.people.models import MemberRole
from troth.people.roles import give_role
from troth.policy.vocabulary import Role, Verb

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
FORBIDDEN = re.compile(
    r"\b(breach\w*|slas?|ticket\w*|pending|on hold|dismiss\w*|unfortunately|please note)\b", re.IGNORECASE
)
STATES = sorted(states())


def page_of(case, client):
    """The case's page in this browser."""
    return client.get(reverse("portal:case", args=[case.desk.slug, case.label]))


def words_of(page):
    """What a reader reads: the page without its marks, scripts and attributes."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_pattern_finds_what_it_is_for():
    """A pattern that matches nothing would keep the next test green for ever."""
    assert FORBIDDEN.findall("Your ticket is Pending; the SLA was breached.") == [
        "ticket",
        "Pending",
        "SLA",
        "breached",
    ]
    assert not FORBIDDEN.search("Translate the slalom depending on holding.")


@pytest.mark.parametrize("name", STATES)
def test_no_state_shows_a_word_that_customers_never_read(name):
    """FACES 5.4, over every page of a case in every state; an exclamation mark is never there either."""
    desk, contact, case = states()[name]()
    client = signed_in(contact.person)
    case.refresh_from_db()
    pages = [page_of(case, client), client.get(f"/{desk.slug}/cases"), client.get(f"/{desk.slug}/cases?show=closed")]
    pages += [
        client.get(reverse("portal:why", args=[desk.slug, case.label, clock.name])) for clock in case.clocks.all()
    ]
    assert pages[0].status_code == 200
    for page in pages:
        if page.status_code == 404:  # a clock that is none of the customer's
            continue
        words = words_of(page)
        assert not FORBIDDEN.findall(words), words
        assert "!" not in words
        assert "None" not in words


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("open", "Our target: a person answers by"),
        ("asked", "Waiting for your answer since"),
        ("asked twice", "If we hear nothing by"),
        ("delayed", "You asked for time until"),
        ("third party", "Waiting for another company (MS-123)"),
        ("watching", "Watching until"),
        ("solved", "Solved and closed."),
        ("withdrawn", "Closed: withdrawn."),
        ("written after the end", "We have your message and read it."),
        ("late", "Passed to Netop support: the 5 business days before it were over."),
        ("very late", "This is taking longer than our target"),
        ("not covered", "Not covered by the policy"),
        ("excluded", "Outside what the policy covers: Features that the product does not have."),
        ("stepped up", "Taken one step up: The people on your case."),
        ("missing things", "Please call us about this as well"),
        ("severity set", "Severity High, now Critical, as we judge it."),
    ],
)
def test_the_page_says_how_the_case_stands(name, sentence):
    """The status is a sentence with a subject, a time and a reason."""
    _, contact, case = states()[name]()
    assert sentence in words_of(page_of(case, signed_in(contact.person)))


def test_messages_stand_oldest_first_with_rulings_between():
    """What was said, and quietly what the policy made of it, each with its clause."""
    desk, contact, case = states()["asked"]()
    words = page_of(case, signed_in(contact.person)).content.decode()
    order = [words.index(text) for text in ("It stops at noon.", "Severity High, from your answers", "About ask.")]
    assert order == sorted(order)
    assert f"/{desk.slug}/policy#severities" in words


def test_notes_and_their_files_are_never_shown():
    """A note is for colleagues; its file's address answers as if there were none."""
    desk, contact, case = states()["open"]()
    note(case, by=agent(desk), written=Written("He shouts.", enclosed=(Enclosed("secret.txt", b"x"),)))
    client = signed_in(contact.person)
    assert "He shouts." not in page_of(case, client).content.decode()
    file = reverse("portal:file", args=[desk.slug, case.label, Attachment.objects.get().pk])
    assert client.get(file).status_code == 404


def test_own_foreign_and_absent_cases():
    """House rule 4: what is foreign looks exactly like what is not there, on every address of a case."""
    desk, contact, case = states()["open"]()
    stranger, own = signed_in(customer(desk).person), signed_in(contact.person)
    for tail in ("", "/why/respond", "/why/no-such", "/files/1"):
        foreign = stranger.get(f"/{desk.slug}/cases/{case.label}{tail}")
        absent = stranger.get(f"/{desk.slug}/cases/SYNCRO-9999{tail}")
        assert foreign.status_code == absent.status_code == 404
        assert re.sub(rb"SYNCRO-\d+", b"", foreign.content) == re.sub(rb"SYNCRO-\d+", b"", absent.content)
    assert own.get(f"/{desk.slug}/cases/{case.label}").status_code == 200
    assert own.get(f"/{desk.slug}/cases/{case.number}").status_code == 200
    assert own.get(f"/netop/cases/{case.label}").status_code == 404


@pytest.mark.parametrize("act", ["reply", "solved", "reopen", "more-time", "step-up"])
def test_nobody_acts_on_a_foreign_case(act):
    """Each act on a foreign case answers like one on a case that is not there, and leaves no event."""
    desk, _, case = states()["asked"]()
    before = case.events.count()
    for someone in (customer(desk).person, person("Stranger"), agent(desk).person):
        answer = signed_in(someone).post(f"/{desk.slug}/cases/{case.label}/{act}", {"text": "Hello"})
        assert answer.status_code == 404
    assert case.events.count() == before


def test_a_colleague_of_the_account_sees_and_answers():
    """Cases of the account are its people's; each message names who wrote it."""
    desk, contact, case = states()["asked"]()
    colleague = person("Per")
    Contact.objects.create(desk=desk, person=colleague, account=contact.account)
    client = signed_in(colleague)
    assert case.title in client.get(f"/{desk.slug}/cases").content.decode()
    client.post(f"/{desk.slug}/cases/{case.label}/reply", {"text": "From Per."})
    assert "Per" in words_of(page_of(case, signed_in(contact.person)))


def test_staff_see_the_customers_page_without_its_acts():
    """They work in the workspace; here they only look."""
    desk, _, case = states()["asked"]()
    words = page_of(case, signed_in(agent(desk).person)).content.decode()
    assert "customer’s page" in words
    assert "What you can do now" not in words
    assert "<textarea" not in words


def test_whoever_has_not_signed_in_is_sent_to_do_so():
    """Foreign, absent and own numbers alike: nothing is told to a stranger."""
    desk, _, case = states()["open"]()
    for label in (case.label, "SYNCRO-9999"):
        answer = Client().get(f"/{desk.slug}/cases/{label}")
        assert answer.url == f"/{desk.slug}/sign-in?next=%2F{desk.slug}%2Fcases%2F{label}"


def test_a_reply_is_on_the_case_once():
    """PRG, with a key: the second press finds it done."""
    desk, contact, case = states()["asked"]()
    client = signed_in(contact.person)
    for _ in range(2):
        answer = client.post(
            f"/{desk.slug}/cases/{case.label}/reply", {"text": "Version 26.1.", "idempotency_key": "k" * 24}
        )
        assert answer.status_code == 302
    assert case.messages.filter(text="Version 26.1.").count() == 1
    assert "Waiting for your answer" not in words_of(page_of(case, client))


def test_an_empty_reply_is_said_to_be_empty():
    """Nothing is recorded, and the page says what is lacking."""
    desk, contact, case = states()["asked"]()
    before = case.events.count()
    page = signed_in(contact.person).post(f"/{desk.slug}/cases/{case.label}/reply", {"text": "  "})
    assert page.status_code == 409
    assert "Write a few words" in page.content.decode()
    assert case.events.count() == before


def test_more_time_is_offered_only_where_we_wait_for_the_customer():
    """The engine is asked what could be done; the form is there when it would agree."""
    _, contact, waiting = states()["asked"]()
    client = signed_in(contact.person)
    assert "I need until" in page_of(waiting, client).content.decode()
    going_on = asked(waiting.desk, contact)
    assert "I need until" not in page_of(going_on, client).content.decode()


def test_more_time_holds_the_case():
    """The time is typed on the reader's own clock and stands in the sentence."""
    desk, contact, case = states()["asked twice"]()
    contact.person.zone = "America/New_York"
    contact.person.save()
    client = signed_in(contact.person)
    client.post(f"/{desk.slug}/cases/{case.label}/more-time", {"until": "2026-03-20T12:00"})
    delay = case.events.get(word="delay")
    assert delay.data["until"] == int(at("2026-03-20 17:00").timestamp())
    assert "You asked for time until Fri 20 Mar 12:00." in words_of(page_of(case, client))


def test_a_refused_act_shows_its_clause_and_what_was_written():
    """A day that has passed: the sentence, the §, what would be allowed; nothing is recorded."""
    desk, contact, case = states()["asked"]()
    before = case.events.count()
    page = signed_in(contact.person).post(f"/{desk.slug}/cases/{case.label}/more-time", {"until": "2026-03-01T12:00"})
    words = page.content.decode()
    assert page.status_code == 409
    assert "The date named has passed already." in words
    assert f"/{desk.slug}/policy#silence" in words
    assert 'value="2026-03-01T12:00"' in words
    assert case.events.count() == before


def test_the_next_step_up_is_offered_in_the_policys_order():
    """Staff first, then the manager, who asks when it happened, then the executives."""
    desk, contact, case = states()["open"]()
    client = signed_in(contact.person)
    act = f"/{desk.slug}/cases/{case.label}/step-up"
    assert "one step up: The people on your case" in words_of(page_of(case, client))
    client.post(act, {"to": "staff"})
    assert "one step up: The support manager" in words_of(page_of(case, client))
    refused = client.post(act, {"to": "manager", "text": "It was rude."})
    assert refused.status_code == 409
    assert "It was rude." in refused.content.decode()
    assert client.post(act, {"to": "manager", "occurred": "2026-03-09T14:00"}).status_code == 302
    assert "one step up: The executive team" in words_of(page_of(case, client))


def test_a_customer_cannot_raise_the_level():
    """LANGUAGE, decision 23: a customer escalates along their own path only."""
    desk, contact, case = states()["open"]()
    client = signed_in(contact.person)
    for to in ("", "2", "level 2", "product management"):
        client.post(f"/{desk.slug}/cases/{case.label}/step-up", {"to": to})
    case.refresh_from_db()
    assert case.level == "1"


def test_it_is_solved_and_it_came_back():
    """The customer closes the case as solved, and reopens it."""
    desk, contact, case = states()["answered"]()
    client = signed_in(contact.person)
    client.post(f"/{desk.slug}/cases/{case.label}/solved")
    assert "Solved and closed." in words_of(page_of(case, client))
    assert "Reopen the case" in words_of(page_of(case, client))
    client.post(f"/{desk.slug}/cases/{case.label}/reopen")
    case.refresh_from_db()
    assert case.status == "open"


def test_reopening_too_late_names_the_clause(clock):
    """After the days of the policy it is refused, and the page says what to do instead."""
    desk, contact, case = states()["solved"]()
    clock.shift(timedelta(days=31))
    client = signed_in(contact.person)
    assert "Reopen the case" not in words_of(page_of(case, client))
    page = client.post(f"/{desk.slug}/cases/{case.label}/reopen")
    assert page.status_code == 409
    assert f"/{desk.slug}/policy#reopening" in page.content.decode()
    assert "open a linked case" in page.content.decode()


def test_an_act_that_is_none_is_not_there():
    """Only the five acts have addresses, and only by POST."""
    desk, contact, case = states()["open"]()
    client = signed_in(contact.person)
    assert client.post(f"/{desk.slug}/cases/{case.label}/merge").status_code == 404
    for act in ("reply", "solved", "reopen", "more-time", "step-up"):
        assert client.get(f"/{desk.slug}/cases/{case.label}/{act}").status_code == 405


def test_a_file_is_handed_out_to_be_saved_and_never_shown():
    """Whatever its sender called it: attachment, no sniffing, a sandbox."""
    desk, contact, case = states()["open"]()
    record(
        case, Verb.REPLY, by=agent(desk), written=Written("See.", enclosed=(Enclosed("a.html", b"<b>", "text/html"),))
    )
    response = signed_in(contact.person).get(
        reverse("portal:file", args=[desk.slug, case.label, Attachment.objects.get().pk])
    )
    assert b"".join(response.streaming_content) == b"<b>"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert "sandbox" in response["Content-Security-Policy"]


def test_times_are_the_readers_with_the_desks_on_hover():
    """The absolute time in the reader's zone; the desk's own stands in the title."""
    desk = netop()
    contact = customer(desk)
    contact.person.zone = "America/New_York"
    contact.person.save()
    case = opened(desk, contact, "2026-03-10 09:30").case
    page = page_of(case, signed_in(contact.person)).content.decode()
    assert "Tue 10 Mar 06:30" in page  # Copenhagen is five hours ahead until its own clocks change
    assert "Tue 10 Mar 2026 11:30, desk time (Europe/Copenhagen)" in page


def test_why_counts_the_hours_out():
    """Clause, amount, spans, and what would change it, on the desk's clock."""
    desk = netop()
    contact = customer(desk)
    case = opened(desk, contact, "2026-03-06 16:30").case
    page = words_of(signed_in(contact.person).get(reverse("portal:why", args=[desk.slug, case.label, "respond"])))
    assert "Fri 6 Mar 16:30 17:00 30 min" in page
    assert "Mon 9 Mar 09:00" in page
    assert "2 hours" in page
    assert "Met by confirmation or reply." in page


def test_why_gives_the_due_time_on_both_clocks():
    """A reader elsewhere finds the hour with which the counting ends."""
    desk = netop()
    contact = customer(desk)
    contact.person.zone = "America/New_York"
    contact.person.save()
    case = opened(desk, contact, "2026-03-10 09:30").case
    page = words_of(signed_in(contact.person).get(reverse("portal:why", args=[desk.slug, case.label, "respond"])))
    assert "Tue 10 Mar 06:30 (11:30 on those clocks)" in page


def test_why_tells_of_pauses_and_days_left_out():
    """A pause stands there with its reason; a holiday with its date."""
    desk = netop()
    contact = customer(desk)
    case = opened(desk, contact, "2026-03-06 16:30").case
    record(case, Verb.ASK, by=agent(desk), written=Written("Which version?"), at=at("2026-03-09 10:00"))
    case_page = reverse("portal:why", args=[desk.slug, case.label, "resolve at level 1"])
    assert "we waited for your answer" in words_of(signed_in(contact.person).get(case_page))


def test_an_empty_list_says_what_comes_next():
    """A blank slate with the way to the first case."""
    desk = netop()
    page = words_of(signed_in(customer(desk).person).get("/netop/cases"))
    assert "No cases yet" in page
    assert "Write the first one" in page


def test_what_waits_for_the_reader_stands_first():
    """In the list of open cases one's own turn comes before anybody else's."""
    desk = syncro()
    contact = with_pack(desk)
    waiting, _ = asked(desk, contact, title="Waits"), asked(desk, contact, title="Runs")
    record(waiting, Verb.ASK, by=agent(desk), written=Written("Which?"), at=timezone.now() - timedelta(minutes=50))
    asked(desk, contact, title="Newest")
    words = words_of(signed_in(contact.person).get(f"/{desk.slug}/cases"))
    assert words.index("Waits") < words.index("Runs")
    assert words.index("Waits") < words.index("Newest")


def test_the_list_costs_the_same_however_long_it_is(django_assert_max_num_queries):
    """No query for each row."""
    desk = syncro()
    contact = with_pack(desk)
    for number in range(6):
        asked(desk, contact, title=f"Case {number}")
    client = signed_in(contact.person)
    client.get(f"/{desk.slug}/cases")
    with django_assert_max_num_queries(12):
        assert client.get(f"/{desk.slug}/cases").content.count(b"case-row") == 6


def test_a_partner_looks_at_its_customers_case_and_at_no_other():
    """A partner's people see the cases they work for."""
    from troth.customers.models import PartnerUser  # noqa: PLC0415 (this test alone)

    desk, contact, case = states()["at a partner"]()
    worker = person("Nils")
    give_role(worker, desk, MemberRole.PARTNER)
    PartnerUser.objects.create(desk=desk, person=worker, partner=contact.account.partner)
    other = opened(desk, customer(desk), "2026-03-10 09:30").case
    client = signed_in(worker)
    assert page_of(case, client).status_code == 200
    assert page_of(other, client).status_code == 404


def test_a_long_life_is_drawn_too():
    """Ninety days give a strip without nights, and the page stands."""
    _, contact, case = states()["very late"]()
    passed(days=120)
    page = page_of(case, signed_in(contact.person)).content.decode()
    assert page.count('class="hatch"') == 0
    assert "Passed to Netop product management" in words_of(page_of(case, signed_in(contact.person)))


def test_a_closed_case_among_the_open_ones_says_why_it_is_there():
    """The customer wrote after the end: nobody has read it yet, and the list says so."""
    desk = syncro()
    contact = with_pack(desk)
    case = asked(desk, contact)
    record(case, Verb.RESOLVE, by=agent(desk, MemberRole.MANAGER), data={"by": "fix"}, written=Written("Fixed."))
    record(case, Verb.CLOSE, by=agent(desk, MemberRole.MANAGER), data={"because": "withdrawn"})
    client = signed_in(contact.person)
    assert "you wrote again" not in words_of(client.get(f"/{desk.slug}/cases?show=closed"))
    record(case, Verb.CUSTOMER_REPLY, by=Actor(contact.person, Role.CUSTOMER), written=Written("Thank you."))
    assert "Closed; you wrote again." in words_of(client.get(f"/{desk.slug}/cases"))
