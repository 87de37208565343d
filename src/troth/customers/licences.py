"""Licences: added, changed, revoked. Each change is on record and reaches the account's open cases."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from troth.customers.contracts import check_order
from troth.customers.errors import HoldingError
from troth.customers.models import Account, Licence
from troth.customers.recording import put_on_record
from troth.journal.changes import Changed
from troth.people.models import Person
from troth.policy.vocabulary import LicenceKey, LicenceKind
from troth.products.models import Product


def add_licence(  # noqa: PLR0913 - what a licence says, and who says it
    account: Account,
    *,
    bought_on: date,
    product: Product | None = None,
    kind: str = LicenceKind.COMMERCIAL,
    key: str = "",
    key_state: str = LicenceKey.VALID,
    ends_on: date | None = None,
    seats: int | None = None,
    by: Person | None,
    at: datetime,
) -> Licence:
    """The account may use the product, or all of them where none is named."""
    check_order(bought_on, ends_on)
    if product is not None and product.desk_id != account.desk_id:
        raise HoldingError("product", f"{product} is a product of another desk.")
    with transaction.atomic():
        licence = Licence.objects.create(
            desk_id=account.desk_id,
            account=account,
            product=product,
            kind=str(kind),
            key=key,
            key_state=str(key_state),
            bought_on=bought_on,
            ends_on=ends_on,
            seats=seats,
        )
        note(licence, "added a licence", by=by, at=at)
        return licence


def change_licence(
    licence: Licence,
    *,
    kind: str | None = None,
    key: str | None = None,
    key_state: str | None = None,
    ends_on: date | None = None,
    seats: int | None = None,
    by: Person | None,
    at: datetime,
) -> Licence:
    """What is given is so from now on; the product and the day it was bought stay."""
    check_order(licence.bought_on, ends_on)
    with transaction.atomic():
        licence.kind = str(kind) if kind is not None else licence.kind
        licence.key = key if key is not None else licence.key
        licence.key_state = str(key_state) if key_state is not None else licence.key_state
        licence.ends_on = ends_on or licence.ends_on
        licence.seats = seats if seats is not None else licence.seats
        licence.save()
        note(licence, "changed a licence", by=by, at=at)
        return licence


def revoke_licence(licence: Licence, *, by: Person | None, at: datetime) -> Licence:
    """The licence counts for nothing any more; its row stays, for cases were decided on it."""
    with transaction.atomic():
        licence.revoked_at = licence.revoked_at or at
        licence.save()
        note(licence, "revoked a licence", by=by, at=at)
        return licence


def note(licence: Licence, action: str, *, by: Person | None, at: datetime) -> None:
    """The change is on record, without the key, and its open cases will hear of it."""
    data = {"licence": licence.pk, "kind": licence.kind, "seats": licence.seats}
    put_on_record(licence.account, action, by=by, at=at, brings=Changed.LICENCE, data=data)
