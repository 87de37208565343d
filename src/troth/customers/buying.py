"""What the engine made of a purchase is written to the account's rows, so that every later case knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from troth.customers.contracts import add_contract, change_contract
from troth.customers.facts import licence_order
from troth.customers.licences import add_licence, change_licence
from troth.customers.models import Account, Contract
from troth.customers.purchases import EXCEPTION, HOURS, INCIDENTS, RELEASE, keep_purchase
from troth.engine.facts import Contract as ContractFact
from troth.engine.facts import Facts
from troth.engine.purchases import Purchase as Asked
from troth.hours import instant, moment
from troth.people.models import Person
from troth.policy import Policy
from troth.policy.vocabulary import LicenceKey, LicenceKind
from troth.products.models import Product


def keep_bought(
    account: Account,
    policy: Policy,
    data: Mapping[str, Any],
    after: Facts,
    *,
    by: Person | None,
    at: datetime,
) -> None:
    """The account has what was asked for and made of the facts what `after` is; attention is its own case's only."""
    asked = Asked.of(data)
    day = moment(instant(at), policy.zone).date()
    gives = policy.purchases[asked.what].gives
    product = asked.product or after.product or ""
    if gives == INCIDENTS:
        keep_purchase(account, what=asked.what, gives=gives, quantity=int(asked.quantity), bought_on=day, by=by, at=at)
    elif gives == HOURS:
        minutes = round(asked.quantity * 60)
        keep_purchase(account, what=asked.what, gives=gives, quantity=minutes, bought_on=day, by=by, at=at)
    elif gives == EXCEPTION and after.exemption is not None:
        named, until = after.exemption.product or "", after.exemption.until
        keep_purchase(account, what=asked.what, gives=gives, product=named, bought_on=day, ends_on=until, by=by, at=at)
    elif gives == RELEASE and (version := after.release.newest or after.release.latest or after.version):
        keep_purchase(
            account, what=asked.what, gives=gives, product=product, version=version, bought_on=day, by=by, at=at
        )
    elif gives in {"contract", "add-on"} and after.contract is not None:
        keep_contract(account, after.contract, by=by, at=at)
    elif gives == "seats":
        keep_seats(account, product, int(asked.quantity), day, by=by, at=at)


def keep_contract(account: Account, fact: ContractFact, *, by: Person | None, at: datetime) -> Contract:
    """The contract as it is now: the row it continues, or one of its own."""
    row = Contract.objects.filter(account=account, plan=fact.plan, starts_on=fact.starts).order_by("-pk").first()
    if row is not None:
        return change_contract(row, ends_on=fact.ends, add_ons=fact.add_ons, by=by, at=at)
    return add_contract(
        account, plan=fact.plan, starts_on=fact.starts, ends_on=fact.ends, add_ons=fact.add_ons, by=by, at=at
    )


def keep_seats(account: Account, product: str, seats: int, day: date, *, by: Person | None, at: datetime) -> None:
    """So many seats more on the licence a case about this product stands on; a new licence where there is none."""
    rows = account.licences.filter(revoked_at=None).select_related("product")
    fitting = [row for row in rows if not product or row.product is None or row.product.name == product]
    best = max(fitting, key=lambda row: licence_order(row, day), default=None)
    if best is None:
        named = Product.objects.filter(desk_id=account.desk_id, name=product).first()
        add_licence(account, product=named, bought_on=day, seats=seats, by=by, at=at)
        return
    total = (best.seats or 0) + seats
    change_licence(best, kind=LicenceKind.COMMERCIAL, key_state=LicenceKey.VALID, seats=total, by=by, at=at)
