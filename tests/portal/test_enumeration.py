"""Brute force and enumeration: known and unknown are told alike, in words, status and work, and nobody tries without
end.
"""

import re
from collections import Counter

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.desk.making import agent, customer, netop, opened, signed_in
from tests.portal.people import syncro, with_pack
from troth.desk.models import Case
from troth.journal.models import AuditEntry
from troth.people.limits import LINK_TRIES, LINKS, LOOK_UPS, NEW_CASES, PASSWORDS
from troth.people.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "counted_hashes")]
WORD = "correct horse battery"
STRANGER = "nobody@else.example"
hashed = Counter()


class CountedHasher(PBKDF2PasswordHasher):
    """Counts each time a password is put through the hash, which is what takes the time."""

    iterations = 1

    def encode(self, password, salt, iterations=None):
        """Counted."""
        hashed["times"] += 1
        return super().encode(password, salt, iterations)


@pytest.fixture
def counted_hashes(settings):
    """The hash is quick and counted."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountedHasher"]
    hashed.clear()


def page(answer):
    """Status, whereto, and the words without what differs each time."""
    words = re.sub(r'value="[^"]{64}"', "", answer.content.decode())
    return answer.status_code, answer.headers.get("Location"), re.sub(r'value="[^"]*@[^"]*"', "", words)


def work(path, given):
    """What one request costs: statements by kind and table, and hashes."""
    Client().post(path, {**given, "email": "first@else.example"})  # the source's own row is there from now on
    hashed.clear()
    with CaptureQueriesContext(connection) as asked:
        answer = Client().post(path, given)
    kinds = Counter(re.sub(r"SAVEPOINT .*", "SAVEPOINT", one["sql"])[:40] for one in asked)
    return page(answer), kinds, hashed["times"]


def worker():
    """Somebody with a password."""
    person = agent(netop()).person
    person.set_password(WORD)
    person.save()
    return person


@pytest.mark.parametrize("kind", ["with a password", "without one", "barred", "unknown"])
def test_a_wrong_password_costs_the_same_for_everybody(kind):
    """Same page, same number of hashes, same statements: whoever measures learns nothing of who is known."""
    person = worker()
    if kind == "without one":
        person.set_unusable_password()
    person.is_active = kind != "barred"
    person.save()
    email = STRANGER if kind == "unknown" else person.email
    told, statements, hashes = work("/netop/sign-in/password", {"email": email, "password": "wrong"})
    assert hashes == 1
    other = work("/netop/sign-in/password", {"email": "another@else.example", "password": "wrong"})
    assert told == other[0]
    assert (statements, hashes) == other[1:]


def test_past_the_limit_known_and_unknown_are_told_alike_and_nothing_is_hashed():
    """By address: ten, then the same page and no work, right password or wrong."""
    known = worker().email
    told = []
    for email in (known, STRANGER):
        for _ in range(PASSWORDS.each):
            Client().post("/netop/sign-in/password", {"email": email, "password": "wrong"})
        told.append(work("/netop/sign-in/password", {"email": email, "password": WORD}))
    assert told[0] == told[1]
    assert told[0][2] == 0


def test_who_tries_one_password_on_many_addresses_is_stopped_by_the_source():
    """A hundred from one place, whoever they name; the office next door still comes in."""
    person = worker()
    for number in range(PASSWORDS.source):
        Client().post("/netop/sign-in/password", {"email": f"{number}@else.example", "password": WORD})
    right = {"email": person.email, "password": WORD}
    assert Client().post("/netop/sign-in/password", right).status_code == 422
    assert Client(REMOTE_ADDR="9.9.9.9").post("/netop/sign-in/password", right).status_code == 302


def test_a_header_of_the_visitors_own_is_no_way_round_the_source(settings):
    """X-Forwarded-For counts only from a server that is trusted."""
    person = worker()
    for number in range(PASSWORDS.source):
        Client().post(
            "/netop/sign-in/password",
            {"email": f"{number}@else.example", "password": WORD},
            HTTP_X_FORWARDED_FOR=f"1.1.{number}.1",
        )
    right = {"email": person.email, "password": WORD}
    assert Client().post("/netop/sign-in/password", right, HTTP_X_FORWARDED_FOR="2.2.2.2").status_code == 422


def test_links_are_asked_for_from_one_place_only_so_often():
    """For any addresses; the answer stays the same, and no mail leaves."""
    holder = customer(netop()).person
    told = {page(Client().post("/netop/sign-in", {"email": f"{number}@e.example"})) for number in range(LINKS.source)}
    told.add(page(Client().post("/netop/sign-in", {"email": holder.email})))
    assert len(told) == 1
    assert mail.outbox == []


def test_asking_for_a_link_does_the_same_work_for_known_and_unknown():
    """The one row more is written in the same commit; the mail leaves after the answer."""
    holder = customer(netop()).person
    known = work("/netop/sign-in", {"email": holder.email})
    unknown = work("/netop/sign-in", {"email": STRANGER})
    assert known[0] == unknown[0]
    [more] = (known[1] - unknown[1]).elements()
    assert more.startswith('INSERT INTO "people_signinlink"')
    assert not unknown[1] - known[1]


def test_links_cannot_be_guessed_from_one_place_without_end():
    """They are 256 bits; but who tries is stopped all the same, and told what everybody is told."""
    netop()
    told = {page(Client().post(f"/netop/sign-in/link/{n:040}"))[0] for n in range(LINK_TRIES.source + 2)}
    assert told == {410}


def test_who_asks_for_many_cases_that_are_not_theirs_waits_for_their_own_too():
    """Numbers run in order. Foreign and absent are the same 404 until the limit, and then the same wait."""
    desk, other = netop(), syncro()
    holder = customer(desk)
    own = opened(desk, holder).case
    with_pack(other)
    client = signed_in(holder.person)
    answers = [client.get(f"/netop/cases/NETOP-{2000 + n}") for n in range(LOOK_UPS.each)]
    assert {answer.status_code for answer in answers} == {404}
    assert client.get(f"/netop/cases/{own.label}").status_code == 200
    waits = client.get("/netop/cases/NETOP-9999")
    assert waits.status_code == 429
    mine = client.get(f"/netop/cases/{own.label}")
    assert page(mine) == page(waits)
    assert signed_in(holder.person).get("/netop/cases/NETOP-8888").status_code == 429, "in another session too"
    assert client.get("/netop/cases").status_code == 200
    assert AuditEntry.objects.filter(action="looked for too much", actor_id=holder.person.pk).count() == 2


def test_the_wait_ends(clock):
    """A quarter of an hour later one's own case is there again."""
    desk = netop()
    holder = customer(desk)
    own = opened(desk, holder).case
    client = signed_in(holder.person)
    for number in range(LOOK_UPS.each + 1):
        client.get(f"/netop/cases/NETOP-{2000 + number}")
    assert client.get(f"/netop/cases/{own.label}").status_code == 429
    clock.shift(901)
    assert client.get(f"/netop/cases/{own.label}").status_code == 200


def test_cases_are_not_opened_without_end():
    """Twenty an hour; the next is kept on its form, and says when to send it."""
    desk = netop()
    holder = customer(desk)
    client = signed_in(holder.person)
    answers = [
        client.post("/netop/cases/new", {"title": f"Case {n}", "text": "It stops.", "key": f"{n:020}"})
        for n in range(NEW_CASES.each + 1)
    ]
    assert [answer.status_code for answer in answers] == [302] * NEW_CASES.each + [429]
    assert "Your text is kept" in answers[-1].content.decode()
    assert f"Case {NEW_CASES.each}" in answers[-1].content.decode()
    assert Case.objects.count() == NEW_CASES.each


def test_nobody_is_made_by_asking():
    """No page of the portal makes a person of an address somebody typed."""
    worker()
    before = Person.objects.count()
    Client().post("/netop/sign-in", {"email": STRANGER})
    Client().post("/netop/sign-in/password", {"email": STRANGER, "password": WORD})
    assert Person.objects.count() == before
