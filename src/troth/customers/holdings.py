"""What a contact holds: the licences and contracts that a page may show them, their own account's only."""

from __future__ import annotations

from datetime import date

from troth.customers.facts import contract_order, licence_order
from troth.customers.models import Contact, Contract, Licence
from troth.people.models import Desk, Person


def licences_of(contact: Contact | None, today: date) -> tuple[Licence, ...]:
    """The account's licences, the one a request would rather stand on first."""
    if contact is None or contact.account is None:
        return ()
    rows = contact.account.licences.filter(revoked_at=None).select_related("product")
    return tuple(sorted(rows, key=lambda row: licence_order(row, today), reverse=True))


def contracts_of(contact: Contact | None, today: date) -> tuple[Contract, ...]:
    """The account's contracts, the one that counts today first."""
    if contact is None or contact.account is None:
        return ()
    rows = contact.account.contracts.all()
    return tuple(sorted(rows, key=lambda row: contract_order(row, today), reverse=True))


def contact_or_newcomer(desk: Desk, person: Person) -> Contact:
    """The contact this person is on the desk; someone who writes for the first time becomes one, without account."""
    return Contact.objects.select_related("account__partner", "person").get_or_create(desk=desk, person=person)[0]
