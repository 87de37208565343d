"""The people a load needs: accounts with what they bought, a contact for each, agents, partners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from troth.customers.models import Account, Contact, Contract, Licence, Partner
from troth.engine.facts import Contract as ContractFact
from troth.engine.facts import Facts
from troth.engine.facts import Licence as LicenceFact
from troth.engine.facts import Partner as PartnerFact
from troth.hours import HoursSpec, instant
from troth.people.models import Desk, MemberRole, Membership, Person
from troth.policy import Policy
from troth.policy.vocabulary import LicenceKind
from troth.site.load.histories import Span, history

CASES_AN_ACCOUNT: Final = 20
AGENTS: Final = 12
PARTNERS: Final = 3
FIRST: Final = ("Anna", "Bo", "Clara", "Dan", "Eva", "Finn", "Gro", "Hugo", "Ida", "Jens", "Kaja", "Liam", "Mona")
LAST: Final = ("Aas", "Berg", "Carlsen", "Dahl", "Eide", "Falk", "Grieg", "Holm", "Iversen", "Juhl", "Krogh", "Lund")
TRADE: Final = ("Logistics", "Clinics", "Schools", "Fisheries", "Print", "Foods", "Energy", "Books", "Paper", "Tools")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody cases are opened for: the numbers of their rows, and the papers they have."""

    contact: int
    account: int
    partner: int | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Crowd:
    """All of them; agents by the numbers of their rows."""

    holders: tuple[Holder, ...]
    agents: tuple[int, ...]


def gather(desk: Desk, policy: Policy, *, cases: int, seed: int, until: datetime, first: int) -> Crowd:
    """An account for every twenty cases, in one transaction; addresses carry `first`, so no two loads share one."""
    chance = Random(seed)  # noqa: S311 (chance that must come out again, not a secret)
    with transaction.atomic():
        agents = make_people(desk, MemberRole.STAFF, [f"agent-{first}-{place}" for place in range(AGENTS)], chance)
        count = max(1, cases // CASES_AN_ACCOUNT)
        people = make_people(desk, MemberRole.CUSTOMER, [f"c{first}-{place}" for place in range(count)], chance)
        partners = make_partners(desk, policy, first)
        accounts = Account.objects.bulk_create(
            [
                Account(
                    desk=desk,
                    name=f"{chance.choice(LAST)} & {chance.choice(LAST)} {chance.choice(TRADE)} {first + place}",
                    partner=chance.choice(partners) if partners and chance.random() < 1 / 6 else None,
                )
                for place in range(count)
            ],
            batch_size=500,
        )
        contacts = Contact.objects.bulk_create(
            [Contact(desk=desk, person=who, account=what) for who, what in zip(people, accounts, strict=True)],
            batch_size=500,
        )
        papers = [papers_of(desk, policy, account, chance, until) for account in accounts]
        Licence.objects.bulk_create([licence for licence, _ in papers], batch_size=500)
        Contract.objects.bulk_create([contract for _, contract in papers if contract is not None], batch_size=500)
    holders = (
        Holder(contact.pk, account.pk, account.partner_id, facts_of(account, *paper))
        for contact, account, paper in zip(contacts, accounts, papers, strict=True)
    )
    return Crowd(tuple(holders), tuple(agent.pk for agent in agents))


def make_people(desk: Desk, role: MemberRole, names: list[str], chance: Random) -> list[Person]:
    """A person for each of these names of addresses, in this role; none of them has a password."""
    people = Person.objects.bulk_create(
        [
            Person(
                email=f"{name}@{desk.slug}.load.example",
                name=f"{chance.choice(FIRST)} {chance.choice(LAST)}",
                zone=desk.zone,
                password=make_password(None),
            )
            for name in names
        ],
        batch_size=500,
    )
    Membership.objects.bulk_create(
        [Membership(desk=desk, person=person, role=str(role)) for person in people], batch_size=500
    )
    return people


def make_partners(desk: Desk, policy: Policy, first: int) -> list[Partner]:
    """Partners that are there around the clock, where the policy lets partners work."""
    if not any("partner" in rule.worked_by for table in policy.levels.values() for rule in table.rows.values()):
        return []
    return [
        Partner.objects.create(desk=desk, name=f"Partner {first}-{place}", zone=desk.zone, hours={"always": True})
        for place in range(PARTNERS)
    ]


def papers_of(
    desk: Desk, policy: Policy, account: Account, chance: Random, until: datetime
) -> tuple[Licence, Contract | None]:
    """What an account has bought: nine of ten a licence and a plan; else a trial, or a plan that is over.

    Where the policy takes no case on such papers, they are as good as the others'.
    """
    kind = chance.choices(("paid", "trial", "over"), (90, 5, 5))[0]
    papers = bought(desk, policy, account, kind, chance, until.date())
    if history(policy, Span(instant(until), instant(until), 0, 0), 0, facts_of(account, *papers)) is None:
        papers = bought(desk, policy, account, "paid", chance, until.date())
    return papers


def bought(  # noqa: PLR0917 (whose papers, under which policy, how good)
    desk: Desk, policy: Policy, account: Account, kind: str, chance: Random, today: date
) -> tuple[Licence, Contract | None]:
    """The papers of an account that is `paid`, on `trial`, or whose plan is `over`."""
    licence = Licence(
        desk=desk,
        account=account,
        kind=str(LicenceKind.TRIAL if kind == "trial" else LicenceKind.COMMERCIAL),
        bought_on=today - timedelta(days=chance.randint(100, 600)),
        seats=chance.choice((5, 25, 100)),
    )
    sold = [name for name, rule in policy.plans.items() if rule.terms or rule.automatic is None]
    if kind == "trial" or not sold:
        return licence, None
    ends = today - timedelta(days=95) if kind == "over" else today + timedelta(days=chance.randint(100, 500))
    starts = today - timedelta(days=chance.randint(100, 300))
    return licence, Contract(desk=desk, account=account, plan=chance.choice(sold), starts_on=starts, ends_on=ends)


def facts_of(account: Account, licence: Licence, contract: Contract | None) -> Facts:
    """What the engine hears of these papers, as the desk would tell it."""
    partner = account.partner
    return Facts(
        licence=LicenceFact(kind=licence.kind, bought=licence.bought_on, seats=licence.seats),
        contract=ContractFact(plan=contract.plan, starts=contract.starts_on, ends=contract.ends_on)
        if contract
        else None,
        partner=PartnerFact(partner.name, HoursSpec.parse(partner.hours, partner.zone).to_json())
        if partner is not None and partner.hours is not None
        else None,
    )
