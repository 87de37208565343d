"""Accounts and the people who write for them; which partner and which agreement an account has."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from troth.customers.errors import HoldingError
from troth.customers.models import Account, Amendment, Contact, Partner, PartnerUser
from troth.customers.recording import put_on_record
from troth.hours import ZoneError, zone_named
from troth.journal.audit import write_audit
from troth.journal.changes import Changed
from troth.people.models import Desk, MemberRole, Person
from troth.people.roles import give_role


def add_partner(desk: Desk, *, name: str, zone: str, phone: str = "", by: Person | None, at: datetime) -> Partner:
    """This company can be given customers of the desk to work for."""
    if Partner.objects.filter(desk=desk, name__iexact=name).exists():
        raise HoldingError("name", f"there is a partner {name!r} already.")
    try:
        zone_named(zone)
    except ZoneError as wrong:
        raise HoldingError("zone", str(wrong)) from wrong
    with transaction.atomic():
        partner = Partner.objects.create(desk=desk, name=name, zone=zone, phone=phone)
        write_audit(
            "added a partner",
            f"partner {partner.pk}",
            at=at,
            by=by.pk if by is not None else None,
            role="person" if by is not None else "system",
            desk=desk.pk,
        )
        return partner


def add_partner_user(partner: Partner, *, person: Person, by: Person | None, at: datetime) -> PartnerUser:
    """This person works for the partner, and sees the cases of its customers."""
    with transaction.atomic():
        user = PartnerUser.objects.get_or_create(desk_id=partner.desk_id, person=person, partner=partner)[0]
        write_audit(
            "added a partner's person",
            f"partner {partner.pk}",
            at=at,
            by=by.pk if by is not None else None,
            role="person" if by is not None else "system",
            desk=partner.desk_id,
            data={"person": person.pk},
        )
        return user


def add_account(
    desk: Desk,
    *,
    name: str,
    client_number: str = "",
    partner: Partner | None = None,
    amendment: str = "",
    by: Person | None,
    at: datetime,
) -> Account:
    """The desk has this customer, by a name that no other of its customers has."""
    if Account.objects.filter(desk=desk, name__iexact=name).exists():
        raise HoldingError("name", f"there is an account {name!r} already.")
    if client_number and Account.objects.filter(desk=desk, client_number=client_number).exists():
        raise HoldingError("client number", f"another account has the client number {client_number!r}.")
    check_partner(desk, partner)
    check_amendment_is_there(desk, amendment)
    with transaction.atomic():
        account = Account.objects.create(
            desk=desk, name=name, client_number=client_number, partner=partner, amendment=amendment
        )
        put_on_record(account, "added an account", by=by, at=at)
        return account


def add_contact(
    account: Account, *, email: str, name: str = "", phone: str = "", by: Person | None, at: datetime
) -> Contact:
    """This person writes for the account; who wrote in before and belonged nowhere is placed there."""
    try:
        validate_email(email.strip())
    except ValidationError as wrong:
        raise HoldingError("email", f"{email!r} is no mail address.") from wrong
    with transaction.atomic():
        person = Person.objects.filter(email__iexact=email.strip()).first() or Person.objects.create_user(email)
        contact = Contact.objects.get_or_create(desk_id=account.desk_id, person=person)[0]
        if contact.account_id not in {None, account.pk}:
            raise HoldingError("email", f"{email} writes for another account already.")
        contact.account = account
        contact.phone = phone or contact.phone
        contact.save()
        if name and not person.name:
            person.name = name
            person.save(update_fields=["name"])
        give_role(person, account.desk, MemberRole.CUSTOMER)
        put_on_record(account, "added a contact", by=by, at=at, data={"person": person.pk})
        return contact


def give_partner(account: Account, *, partner: Partner | None, by: Person | None, at: datetime) -> Account:
    """This partner works level 1 for the account from now on, on its open cases too; None: nobody does."""
    check_partner(account.desk, partner)
    with transaction.atomic():
        account.partner = partner
        account.save(update_fields=["partner"])
        data = {"partner": partner.pk if partner is not None else None}
        put_on_record(account, "gave a partner", by=by, at=at, brings=Changed.PARTNER, data=data)
        return account


def give_amendment(account: Account, *, amendment: str, by: Person | None, at: datetime) -> Account:
    """Cases opened from now on are decided under this agreement, or under none; open ones keep theirs."""
    check_amendment_is_there(account.desk, amendment)
    with transaction.atomic():
        account.amendment = amendment
        account.save(update_fields=["amendment"])
        put_on_record(account, "gave an agreement", by=by, at=at, data={"amendment": amendment})
        return account


def check_partner(desk: Desk, partner: Partner | None) -> None:
    """Raises HoldingError where the partner works for another desk."""
    if partner is not None and partner.desk_id != desk.pk:
        raise HoldingError("partner", f"{partner} is a partner of another desk.")


def check_amendment_is_there(desk: Desk, amendment: str) -> None:
    """Raises HoldingError where no agreement of that name is published on the desk."""
    if amendment and not Amendment.objects.filter(desk=desk, name=amendment).exists():
        known = ", ".join(sorted({entry.name for entry in Amendment.objects.filter(desk=desk)})) or "none yet"
        raise HoldingError("agreement", f"no agreement {amendment!r} is published here; known are: {known}.")
