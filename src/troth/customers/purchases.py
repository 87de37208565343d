"""What an account bought beforehand and what its cases took of it: incidents, hours, exceptions, releases.

What is left is reserved in the transaction that uses it. Whoever is about to use something reads with `is_using`,
which locks the rows until the transaction ends: of two who want the last one, the later reads that it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from troth.customers.models import Account, Contract, Purchase, Use
from troth.customers.recording import put_on_record
from troth.engine.facts import Contract as ContractFact
from troth.engine.facts import Exemption, Facts, Services
from troth.engine.words import contract_ends
from troth.hours import Term
from troth.journal.changes import Changed
from troth.people.models import Person
from troth.policy import Policy

INCIDENTS, HOURS, EXCEPTION, RELEASE = "incidents", "hours", "exception", "release"
KEPT: Final = frozenset({INCIDENTS, HOURS, EXCEPTION, RELEASE})
"""What a purchase may give that is known on the next case; contracts, add-ons and seats have rows of their own."""


@dataclass(frozen=True, slots=True)
class Bought:
    """What of an account's purchases counts for one case, as its facts have it."""

    incidents: int = 0
    services: Services | None = None
    exemption: Exemption | None = None
    releases: tuple[str, ...] = ()

    def onto(self, facts: Facts) -> Facts:
        """The facts with these in place of what they held."""
        if self == Bought.of(facts):
            return facts
        return facts.with_changes(**{name: getattr(self, name) for name in NAMES})

    def to_json(self, *, unlike: Facts | None = None) -> dict[str, Any]:
        """As the data of a `set`: all of it, or what differs from these facts."""
        kept = Bought.of(unlike) if unlike is not None else None
        data = {
            name: getattr(self, name) for name in NAMES if kept is None or getattr(self, name) != getattr(kept, name)
        }
        return {name: plain(value) for name, value in data.items()}

    @classmethod
    def of(cls, facts: Facts) -> Bought:
        """What these facts hold."""
        return cls(**{name: getattr(facts, name) for name in NAMES})


NAMES: Final = ("incidents", "services", "exemption", "releases")


def plain(value: Any) -> Any:
    """A fact as an act's data has it."""
    if isinstance(value, tuple):
        return list(value)
    return value.to_json() if isinstance(value, Services | Exemption) else value


def bought_by(
    account: Account | None,
    policy: Policy,
    product: str | None,
    today: date,
    *,
    case_number: int | None = None,
    is_using: bool = False,
) -> Bought:
    """What counts for a case of this account about this product; one query, none where the policy sells nothing such.

    Of hours, what the case itself has worked on counts as there: the engine takes the case's own minutes off again.
    """
    if account is None or KEPT.isdisjoint(rule.gives for rule in policy.purchases.values()):
        return Bought()
    known = Purchase.objects.filter(account=account)
    own = taken_by(account, case_number) if case_number is not None else {}
    known = known.filter(Q(used__lt=F("quantity")) | Q(pk__in=own)).order_by("bought_on", "pk")
    rows = list(known.select_for_update() if is_using else known)
    return Bought(
        incidents=sum(row.quantity - row.used for row in rows if row.gives == INCIDENTS),
        services=services_of(account, policy, [row for row in rows if row.gives == HOURS], own, today),
        exemption=exemption_of([row for row in rows if row.gives == EXCEPTION], product),
        releases=tuple(row.version for row in rows if row.gives == RELEASE),
    )


def taken_by(account: Account, case_number: int) -> dict[int, int]:
    """How much the case has taken of each purchase and not given back."""
    uses = Use.objects.filter(purchase__account=account, case_number=case_number, given_back_at=None)
    taken: dict[int, int] = {}
    for purchase, quantity in uses.values_list("purchase", "quantity"):
        taken[purchase] = taken.get(purchase, 0) + quantity
    return taken


def exemption_of(rows: Iterable[Purchase], product: str | None) -> Exemption | None:
    """The exception that holds longest for this product."""
    fitting = [row for row in rows if row.product in {"", product or ""} and row.ends_on is not None]
    best = max(fitting, key=lambda row: (row.ends_on or date.min, row.pk), default=None)
    if best is None or best.ends_on is None:
        return None
    return Exemption(best.product or None, best.ends_on)


def services_of(
    account: Account, policy: Policy, rows: list[Purchase], own: dict[int, int], today: date
) -> Services | None:
    """The lots of hours, the latest one first: what is left of each, and what the case itself has worked on it."""
    ended = ended_lots(account, policy, rows, today)
    minutes = {row.pk: own.get(row.pk, 0) + (0 if row.pk in ended else row.quantity - row.used) for row in rows}
    made = [Services(minutes[row.pk] / 60, row.bought_on, until=ended.get(row.pk)) for row in rows if minutes[row.pk]]
    if not made:
        return None
    *earlier, latest = made
    return Services(latest.hours, latest.bought, until=latest.until, earlier=tuple(earlier))


def ended_lots(account: Account, policy: Policy, rows: list[Purchase], today: date) -> dict[int, date]:
    """The lots of hours that are over, each with its last day (NTP-19).

    A lot ends a term after its purchase, and with its contract where no other began before that was over.
    """
    rule = next((rule for rule in policy.purchases.values() if rule.gives == HOURS), None)
    if not rows or rule is None:
        return {}
    terms: list[tuple[date, date]] = []
    if "contract" in rule.lapses:
        terms = sorted((row.starts_on, last_day(policy, row)) for row in account.contracts.all())
    ended = {}
    for row in rows:
        own = Term.parse(rule.term).last_day(row.bought_on) if rule.term is not None else date.max
        last = min(own, end_of_cover(terms, row.bought_on) or date.max)
        if last < today:
            ended[row.pk] = last
    return ended


def last_day(policy: Policy, row: Contract) -> date:
    """The contract's last day; where it has none, the last there can be."""
    return contract_ends(policy, ContractFact(row.plan, row.starts_on, row.ends_on)) or date.max


def end_of_cover(terms: list[tuple[date, date]], day: date) -> date | None:
    """Until when contracts follow each other without a gap from this day on; None where none runs on it."""
    last: date | None = None
    for starts, ends in terms:
        joins = starts <= day <= ends if last is None else last < date.max and starts <= last + timedelta(days=1)
        if joins and (last is None or ends > last):
            last = ends
    return last


def keep_purchase(  # noqa: PLR0913 - what was bought, by whom and when
    account: Account,
    *,
    what: str,
    gives: str,
    quantity: int = 1,
    bought_on: date,
    product: str = "",
    version: str = "",
    ends_on: date | None = None,
    by: Person | None,
    at: datetime,
) -> Purchase:
    """The account has bought this: incidents by the piece, hours in minutes; its open cases will hear of it."""
    with transaction.atomic():
        bought = Purchase.objects.create(
            desk_id=account.desk_id,
            account=account,
            what=what,
            gives=gives,
            quantity=quantity,
            product=product,
            version=version,
            bought_on=bought_on,
            ends_on=ends_on,
        )
        data = {"purchase": bought.pk, "what": what, "quantity": quantity}
        put_on_record(account, "bought", by=by, at=at, brings=Changed.PURCHASE, data=data)
        return bought


def use(
    account: Account, gives: str, quantity: int, *, case_number: int, at: datetime, ended: Iterable[int] = ()
) -> int:
    """So much of what the account bought is taken by the case, the oldest first; what was not there comes back.

    Each row is taken by a conditional UPDATE, so that nothing is taken twice whoever read it before. Purchases in
    `ended` are left alone.
    """
    wanted = quantity
    rows = Purchase.objects.filter(account=account, gives=gives, used__lt=F("quantity")).exclude(pk__in=list(ended))
    for row in rows.order_by("bought_on", "pk"):
        taken = min(wanted, row.quantity - row.used)
        if taken and Purchase.objects.filter(pk=row.pk, used__lte=F("quantity") - taken).update(used=F("used") + taken):
            Use.objects.create(desk_id=account.desk_id, purchase=row, case_number=case_number, quantity=taken, at=at)
            wanted -= taken
        if not wanted:
            break
    return wanted


def give_back(account: Account, gives: str, *, case_number: int, by: Person | None, at: datetime) -> int:
    """What the case took of this is the account's again; how much it was."""
    with transaction.atomic():
        taken = Use.objects.filter(
            purchase__account=account, purchase__gives=gives, case_number=case_number, given_back_at=None
        )
        total = 0  # row by row in the order in which `bought_by` locks them
        for entry in taken.select_related("purchase").order_by("purchase__bought_on", "purchase_id"):
            if Use.objects.filter(pk=entry.pk, given_back_at=None).update(given_back_at=at):
                Purchase.objects.filter(pk=entry.purchase_id).update(used=F("used") - entry.quantity)
                total += entry.quantity
        if total:
            data = {"gives": gives, "quantity": total, "case": case_number}
            put_on_record(account, "was given back", by=by, at=at, brings=Changed.PURCHASE, data=data)
        return total
