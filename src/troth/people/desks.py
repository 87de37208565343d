"""Which desks there are; a page begins by asking for one by its name in the address."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from troth.journal.audit import write_audit
from troth.people.models import Desk, Person


def desk_named(slug: str) -> Desk | None:
    """The desk of that name in addresses, or None."""
    return None if "\0" in slug else Desk.objects.filter(slug=slug).first()


def all_desks() -> tuple[Desk, ...]:
    """Every desk of this installation, by its vendor's name."""
    return tuple(Desk.objects.order_by("vendor", "pk"))


def change_desk(
    desk: Desk, *, address: str | None = None, phone: str | None = None, by: Person | None, at: datetime
) -> Desk:
    """The desk writes from this mail address and is called at this number; ValueError where it cannot be."""
    if address is not None:
        try:
            validate_email(address)
        except ValidationError as wrong:
            raise ValueError(f"{address!r} is no mail address.") from wrong
    with transaction.atomic():
        desk.address = address if address is not None else desk.address
        desk.phone = phone if phone is not None else desk.phone
        desk.full_clean()
        desk.save(update_fields=["address", "phone"])
        write_audit(
            "changed a desk",
            f"desk {desk.slug}",
            at=at,
            by=by.pk if by is not None else None,
            role="person" if by is not None else "system",
            desk=desk.pk,
            data={"address": desk.address, "phone": desk.phone},
        )
        return desk
