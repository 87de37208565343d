"""Signing in: a link that works once, the same answer for everybody, a session that is new."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.making import agent, customer, netop, signed_in
from tests.portal.people import syncro
from troth.people.limits import LINKS
from troth.people.models import Person, SignInLink
from troth.people.sign_in import digest_of, request_sign_in_link

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
OUT = "/netop/cases"


def link_for(desk, person, **changes):
    """The path of a fresh link for this person."""
    mailed = request_sign_in_link(person.email, desk=desk, at=timezone.now())
    if changes:
        SignInLink.objects.filter(digest=digest_of(mailed.token)).update(**changes)
    return reverse("portal:link", args=[desk.slug, mailed.token])


def is_in(client):
    """Whether this browser may read what is behind the door."""
    return client.get(OUT).status_code == 200


def test_a_known_address_gets_a_link_and_an_unknown_one_the_same_answer():
    """TRUST: the page says the same to both; only the mail tells, and it goes to the address alone."""
    holder = customer(netop()).person
    answers = [Client().post("/netop/sign-in", {"email": email}) for email in (holder.email, "nobody@else.example")]
    pages = [re.sub(rb'value="[^"]{64}"', b"", Client().get(answer.url).content) for answer in answers]
    assert answers[0].url == answers[1].url
    assert pages[0] == pages[1]
    assert [sent.to for sent in mail.outbox] == [[holder.email]]


def test_looking_at_the_link_spends_nothing_and_pressing_spends_it():
    """A GET shows a button; mail scanners look at links too. A POST lets in, once."""
    desk = netop()
    path = link_for(desk, customer(desk).person)
    client = Client()
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 200]
    assert not is_in(client)
    assert client.post(path).status_code == 302
    assert is_in(client)
    other = Client()
    assert other.post(path).status_code == 410
    assert not is_in(other)


def test_the_mailed_link_is_the_one_that_works():
    """From asking to being in, by what stands in the mail."""
    holder = customer(netop()).person
    Client().post("/netop/sign-in", {"email": holder.email, "next": "/netop/cases/new"})
    address = next(line for line in mail.outbox[0].body.splitlines() if "/sign-in/link/" in line)
    path = "/" + address.split("/", 3)[3]
    client = Client()
    page = client.get(path)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    answer = client.post(path.partition("?")[0], {"next": "/netop/cases/new"})
    assert answer.url == "/netop/cases/new"


def test_an_expired_link_lets_nobody_in():
    """Half an hour, equality included: at its end it is over."""
    desk = netop()
    client = Client()
    path = link_for(desk, customer(desk).person, expires_at=timezone.now())
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    assert not is_in(client)


def test_a_link_made_for_another_purpose_lets_nobody_in():
    """A token is bound to what it was made for."""
    desk = netop()
    client = Client()
    path = link_for(desk, customer(desk).person, purpose="download")
    assert client.post(path).status_code == 410
    assert not is_in(client)


def test_a_link_of_one_desk_does_not_open_another():
    """The other desk's door knows nothing of it, and it is not spent there."""
    desk, other = netop(), syncro()
    path = link_for(desk, customer(desk).person)
    client = Client()
    assert client.post(path.replace(desk.slug, other.slug)).status_code == 410
    assert client.post(path).status_code == 302


def test_a_barred_person_gets_no_link_and_cannot_use_an_old_one():
    """Barring takes effect on what was sent before."""
    desk = netop()
    holder = customer(desk).person
    path = link_for(desk, holder)
    Person.objects.filter(pk=holder.pk).update(is_active=False)
    client = Client()
    assert client.post(path).status_code == 410
    Client().post("/netop/sign-in", {"email": holder.email})
    assert mail.outbox == []


def test_links_are_not_sent_without_end():
    """The limit answers like success, so it tells nobody anything."""
    holder = customer(netop()).person
    answers = [Client().post("/netop/sign-in", {"email": holder.email}) for _ in range(LINKS.each + 3)]
    assert {answer.status_code for answer in answers} == {302}
    assert len(mail.outbox) == LINKS.each


def test_an_address_that_is_none_is_said_so_and_kept():
    """The error leads to the field, and what was typed is still there."""
    netop()
    page = Client().post("/netop/sign-in", {"email": "maria at nordic"})
    assert page.status_code == 422
    assert "maria at nordic" in page.content.decode()
    assert 'href="#id_email"' in page.content.decode()


def test_the_desks_people_come_in_by_password():
    """Right word, right address; a wrong word and a wrong address are answered alike."""
    desk = netop()
    worker = agent(desk).person
    worker.set_password("correct horse battery")
    worker.save()
    client = Client()
    wrong = client.post("/netop/sign-in/password", {"email": worker.email, "password": "wrong"})
    unknown = client.post("/netop/sign-in/password", {"email": "who@else.example", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 422
    assert "do not fit together" in wrong.content.decode()
    assert "do not fit together" in unknown.content.decode()
    assert not is_in(client)
    right = client.post("/netop/sign-in/password", {"email": worker.email, "password": "correct horse battery"})
    assert right.status_code == 302
    assert is_in(client)


def test_passwords_cannot_be_tried_without_end():
    """After too many wrong ones the right one is refused too, until the quarter is over."""
    desk = netop()
    worker = agent(desk).person
    worker.set_password("correct horse battery")
    worker.save()
    for _ in range(10):
        Client().post("/netop/sign-in/password", {"email": worker.email, "password": "wrong"})
    client = Client()
    client.post("/netop/sign-in/password", {"email": worker.email, "password": "correct horse battery"})
    assert not is_in(client)


def test_coming_in_changes_the_session():
    """A session id known before signing in is worth nothing after."""
    desk = netop()
    client = Client()
    client.post("/netop/cases/new", {"title": "kept"})
    before = client.session.session_key
    client.post(link_for(desk, customer(desk).person))
    assert before
    assert client.session.session_key != before


def test_going_out_takes_a_post_and_leaves_nothing():
    """A GET changes nothing, so no picture on a foreign page can sign anybody out."""
    client = signed_in(customer(netop()).person)
    assert client.get("/netop/sign-out").status_code == 405
    assert is_in(client)
    assert client.post("/netop/sign-out").status_code == 302
    assert not is_in(client)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "evil"]
)
def test_nobody_is_sent_to_another_site_afterwards(wanted):
    """`next` is checked where it is used, whatever the form or the address says."""
    desk = netop()
    answer = Client().post(link_for(desk, customer(desk).person), {"next": wanted})
    assert answer.url == OUT


def test_the_common_door_leads_to_the_right_desk():
    """`/sign-in?next=/netop/...` asks nobody which desk; without a hint and with two desks it does."""
    netop()
    assert Client().get("/sign-in").url == "/netop/sign-in"
    syncro()
    assert Client().get("/sign-in?next=/syncro-soft/cases").url.startswith("/syncro-soft/sign-in?next=")
    assert "at which desk" in Client().get("/sign-in").content.decode()


def test_a_mail_server_that_is_away_shows_nobody_an_error(settings, caplog):
    """The mail leaves after the answer; that it could not is told in the log."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, timedelta(seconds=1).seconds
    holder = customer(netop()).person
    assert Client().post("/netop/sign-in", {"email": holder.email}).status_code == 302
    assert "could not be mailed" in caplog.text
