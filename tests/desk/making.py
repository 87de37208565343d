"""Makes what a test of the desk needs: a desk under its own policy, people on it, a case, instants."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

from django.test import Client

from tests.conftest import ROOT
from troth.customers.facts import Draft
from troth.customers.models import Account, Contact, Licence
from troth.desk.actors import Actor
from troth.desk.door import Recorded, open_case
from troth.desk.models import Case
from troth.desk.policies import publish_file
from troth.people.models import Desk, MemberRole, Person
from troth.people.roles import give_role
from troth.policy.vocabulary import Role

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
numbers = count(1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def netop() -> Desk:
    """The desk of Netop, with its policy in force since long ago."""
    return publish_file(ROOT / "policies" / "netop.md", effective_at=LONG_AGO).desk


def at(text: str) -> datetime:
    """An instant by the clock on Netop's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def person(name: str = "") -> Person:
    """Somebody with an address of their own."""
    return Person.objects.create_user(f"{name or 'someone'}-{next(numbers)}@people.example", name=name or "Someone")


def signed_in(person: Person, **options: object) -> Client:
    """A browser in which this person has signed in."""
    client = Client(**options)
    client.force_login(person, backend=BACKEND)
    return client


def agent(desk: Desk, role: MemberRole = MemberRole.STAFF) -> Actor:
    """Somebody who works at the desk."""
    worker = person("Agent")
    give_role(worker, desk, role)
    return Actor(worker, Role(str(role)))


def customer(desk: Desk, account: Account | None = None, *, has_licence: bool = True) -> Contact:
    """A contact with an account that holds a licence for everything."""
    account = account or Account.objects.create(desk=desk, name=f"Account {next(numbers)}")
    if has_licence:
        Licence.objects.get_or_create(desk=desk, account=account, defaults={"bought_on": "2026-01-10"})
    holder = person("Holder")
    give_role(holder, desk, MemberRole.CUSTOMER)
    return Contact.objects.create(desk=desk, person=holder, account=account)


def opened(
    desk: Desk,
    contact: Contact | None = None,
    when: str = "2026-03-06 16:30",
    *,
    key: str | None = None,
    **draft: object,
) -> Recorded:
    """A critical case of this contact."""
    contact = contact or customer(desk)
    answers = {"environment": "production", "workaround": "none"}
    result = open_case(
        desk,
        by=Actor(contact.person, Role.CUSTOMER),
        draft=Draft(**{"title": "The host stops", "text": "It stops.", "answers": answers, **draft}),
        contact=contact,
        at=at(when),
        key=key,
    )
    assert isinstance(result, Recorded), result
    return result


def again(case: Case) -> Case:
    """The case as it is stored now."""
    return Case.objects.get(pk=case.pk)
