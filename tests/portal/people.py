"""People in front of the portal: a client who has signed in, a case in each state a customer may find it in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from tests.conftest import ROOT
from tests.desk.making import LONG_AGO, agent, customer, netop, opened
from troth.customers.facts import Draft
from troth.customers.models import Account, Contact, Contract, Partner
from troth.desk.actors import Actor
from troth.desk.door import open_case, record
from troth.desk.messages import Written
from troth.desk.models import Case
from troth.desk.policies import publish_file
from troth.desk.worker import Worker
from troth.people.models import Desk, MemberRole
from troth.policy.vocabulary import Role, Verb

HIGH = {"product_state": "impaired", "affects": "many", "workaround": "hard"}


def syncro() -> Desk:
    """The desk of Syncro Soft, with its policy in force since long ago."""
    return publish_file(ROOT / "policies" / "syncro-soft.md", effective_at=LONG_AGO).desk


def with_pack(desk: Desk) -> Contact:
    """A contact whose account has the pack."""
    contact = customer(desk, has_licence=False)
    Contract.objects.create(
        desk=desk, account=contact.account, plan="support and maintenance", starts_on="2026-01-10", ends_on="2027-01-09"
    )
    return contact


def with_partner(desk: Desk) -> Contact:
    """A contact whose account is a partner's customer."""
    partner = Partner.objects.create(
        desk=desk,
        name="Fjord IT",
        zone="Europe/Oslo",
        phone="+47 22 00 11 22",
        hours={"days": "mon-fri", "from": "08:00", "to": "16:00", "holidays": "NO"},
    )
    return customer(desk, Account.objects.create(desk=desk, name="Nordic Paper", partner=partner))


def asked(desk: Desk, contact: Contact, **draft: object) -> Case:
    """A case of this contact, opened an hour ago."""
    done = open_case(
        desk,
        by=Actor(contact.person, Role.CUSTOMER),
        contact=contact,
        draft=Draft(**{"title": "It stops", "text": "It stops at noon.", "answers": HIGH, **draft}),
        at=timezone.now() - timedelta(hours=1),
    )
    return done.case


def passed(**time: float) -> None:
    """So much time goes by, and the worker with it."""
    Worker("test").run_once(timezone.now() + timedelta(**time))


def states() -> dict[str, Callable[[], tuple[Desk, Contact, Case]]]:
    """Each state in which a customer may find a case, by name, with how it comes about."""

    def act(*steps: tuple[Verb, dict]) -> Callable[[], tuple[Desk, Contact, Case]]:
        def made() -> tuple[Desk, Contact, Case]:
            desk = syncro()
            contact = with_pack(desk)
            case = asked(desk, contact)
            worker = agent(desk, MemberRole.MANAGER)
            for verb, data in steps:
                by = Actor(contact.person, Role.CUSTOMER) if data.pop("by_customer", False) else worker
                done = record(case, verb, by=by, data=data, written=Written(f"About {verb}."))
                assert hasattr(done, "case"), done
            return desk, contact, case

        return made

    def netop_case(contact_of: Callable[[Desk], Contact], **time: float) -> Callable[[], tuple[Desk, Contact, Case]]:
        def made() -> tuple[Desk, Contact, Case]:
            desk = netop()
            contact = contact_of(desk)
            case = opened(desk, contact, f"{timezone.localtime():%Y-%m-%d %H:%M}").case
            if time:
                passed(**time)
            return desk, contact, case

        return made

    soon = int(timezone.now().timestamp()) + 86_400
    return {
        "open": act(),
        "answered": act((Verb.REPLY, {})),
        "asked": act((Verb.ASK, {})),
        "asked twice": act((Verb.ASK, {}), (Verb.ASK, {})),
        "delayed": act((Verb.ASK, {}), (Verb.DELAY, {"until": soon, "by_customer": True})),
        "third party": act((Verb.WAIT, {"on": "third party", "ref": "MS-123"})),
        "upgrade": act((Verb.WAIT, {"on": "upgrade"})),
        "watching": act((Verb.MONITOR, {"until": soon})),
        "severity set": act((Verb.SET, {"severity": "critical"})),
        "unreachable": act((Verb.SET, {"severity": "critical"}), (Verb.CONTACT, {"available": False})),
        "error found": act((Verb.FIND, {"cause": "error"})),
        "excluded": act((Verb.EXCLUDE, {"as": "custom-features"})),
        "excused": act((Verb.EXCUSE, {"from": soon - 90_000, "until": soon - 88_000, "cause": "power cut"})),
        "stepped up": act((Verb.ESCALATE, {"to": "staff", "by_customer": True})),
        "solved": act((Verb.RESOLVE, {"by": "workaround"})),
        "withdrawn": act((Verb.CLOSE, {"because": "withdrawn", "by_customer": True})),
        "out of policy": act((Verb.CLOSE, {"because": "out of policy"})),
        "written after the end": act(
            (Verb.RESOLVE, {"by": "workaround"}), (Verb.CUSTOMER_REPLY, {"by_customer": True})
        ),
        "reopened": act((Verb.RESOLVE, {"by": "workaround"}), (Verb.REOPEN, {"by_customer": True})),
        "missing things": netop_case(customer),
        "at a partner": netop_case(with_partner),
        "late": netop_case(customer, days=20),
        "very late": netop_case(with_partner, days=90),
        "not covered": netop_case(lambda desk: customer(desk, has_licence=False)),
    }
