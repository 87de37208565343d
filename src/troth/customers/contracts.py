"""Contracts: added, renewed, changed, ended. Each change is on record and reaches the account's open cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from troth.customers.errors import HoldingError
from troth.customers.models import Account, Contract
from troth.customers.recording import put_on_record
from troth.journal.changes import Changed
from troth.people.models import Person


def add_contract(  # noqa: PLR0913 - what a contract says, and who says it
    account: Account,
    *,
    plan: str,
    starts_on: date,
    ends_on: date | None = None,
    add_ons: Iterable[str] = (),
    fees: str = "paid",
    is_verified: bool = True,
    by: Person | None,
    at: datetime,
) -> Contract:
    """The account has this plan from its first to its last day; without a last day, for the plan's first term."""
    check_order(starts_on, ends_on)
    with transaction.atomic():
        contract = Contract.objects.create(
            desk_id=account.desk_id,
            account=account,
            plan=plan,
            starts_on=starts_on,
            ends_on=ends_on,
            add_ons=list(add_ons),
            fees=fees,
            is_verified=is_verified,
        )
        note(contract, "added a contract", by=by, at=at)
        return contract


def change_contract(
    contract: Contract,
    *,
    ends_on: date | None = None,
    add_ons: Iterable[str] | None = None,
    fees: str | None = None,
    is_verified: bool | None = None,
    by: Person | None,
    at: datetime,
) -> Contract:
    """What is given is so from now on; the plan and the first day stay, for another plan is another contract."""
    check_order(contract.starts_on, ends_on)
    with transaction.atomic():
        contract.ends_on = ends_on or contract.ends_on
        contract.add_ons = list(add_ons) if add_ons is not None else contract.add_ons
        contract.fees = fees if fees is not None else contract.fees
        contract.is_verified = is_verified if is_verified is not None else contract.is_verified
        contract.save()
        note(contract, "changed a contract", by=by, at=at)
        return contract


def renew_contract(contract: Contract, *, ends_on: date, by: Person | None, at: datetime) -> Contract:
    """The contract runs on to a later last day: its licences and what was bought under it stay as they are (NTP-04)."""
    if contract.ends_on is not None and ends_on <= contract.ends_on:
        raise HoldingError("ends", f"the contract ends on {contract.ends_on} already; renewed, it ends later.")
    return change_contract(contract, ends_on=ends_on, by=by, at=at)


def end_contract(contract: Contract, *, ends_on: date, by: Person | None, at: datetime) -> Contract:
    """The contract is over after this day."""
    return change_contract(contract, ends_on=ends_on, by=by, at=at)


def check_order(starts_on: date, ends_on: date | None) -> None:
    """Raises HoldingError where the last day comes before the first."""
    if ends_on is not None and ends_on < starts_on:
        raise HoldingError("ends", f"it would end on {ends_on}, before it begins on {starts_on}.")


def note(contract: Contract, action: str, *, by: Person | None, at: datetime) -> None:
    """The change is on record, and its open cases will hear of it."""
    data = {"contract": contract.pk, "plan": contract.plan, "ends": str(contract.ends_on or "")}
    put_on_record(contract.account, action, by=by, at=at, brings=Changed.CONTRACT, data=data)
